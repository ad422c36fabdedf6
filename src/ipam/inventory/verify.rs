//! What has to be true of a server before it enters the inventory (domain 3.3).

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::base::Fqdn;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::remote::RemoteError;
use crate::wire::windows::directory::ComputerEntry;

use super::record::{OsVersion, ServerRecord, ServerRole};

/// The oldest release that can be managed: Windows Server 2008 (domain 3.2).
const OLDEST_OS: (u16, u16) = (6, 0);

const OWNER_MAX: usize = 255;
const DESCRIPTION_MAX: usize = 1024;
const HOST_NAME_MAX: usize = 63;
const DOMAIN_MAX: usize = 255;

/// A server that passed: what directory and DNS say about it.
#[derive(Debug, Clone)]
pub(crate) struct Verified {
    pub computer: ComputerEntry,
    pub addresses: Vec<IpAddr>,
}

/// Whether a computer runs a release that can be managed.
pub(crate) fn os_is_supported(computer: &ComputerEntry) -> bool {
    computer.os_version >= OLDEST_OS
}

/// Whether a server may be reached at `address`: loopback, link-local and the like are refused.
pub(crate) fn is_usable(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            v4.octets()[0] != 0
                && !v4.is_loopback()
                && !v4.is_link_local()
                && !v4.is_multicast()
                && *v4 != Ipv4Addr::BROADCAST
        }
        IpAddr::V6(v6) => {
            // Site-local, fec0::/10, is deprecated (RFC 3879) and refused by name in domain 3.3.
            let site_local = v6.segments()[0] & 0xffc0 == 0xfec0;
            *v6 != Ipv6Addr::UNSPECIFIED
                && !v6.is_loopback()
                && !v6.is_unicast_link_local()
                && !v6.is_multicast()
                && !site_local
        }
    }
}

/// At least one role, none twice.
pub(crate) fn role_set(roles: &[ServerRole]) -> IpamResult<BTreeSet<ServerRole>> {
    let set: BTreeSet<ServerRole> = roles.iter().copied().collect();
    let refused = |message: &str| {
        Err(IpamError::new(
            ErrorId::IpamApiServerRoleCollectionInvalid,
            message,
        ))
    };
    if set.is_empty() {
        return refused("no role is selected; give one or more of DC, DNS, DHCP, NPS");
    }
    if set.len() < roles.len() {
        return refused("a role is given twice; give each role once");
    }
    Ok(set)
}

/// The texts an administrator types keep to their lengths.
pub(crate) fn check_texts(owner: &str, description: &str) -> IpamResult<()> {
    for (field, text, max) in [
        ("owner", owner, OWNER_MAX),
        ("description", description, DESCRIPTION_MAX),
    ] {
        let length = text.chars().count();
        if length > max {
            return Err(IpamError::parameter(format!(
                "the {field} has {length} characters; {max} at most"
            )));
        }
    }
    Ok(())
}

fn check_name(name: &Fqdn) -> IpamResult<()> {
    let domain = name.parent();
    if name.first_label().len() > HOST_NAME_MAX
        || domain.is_some_and(|domain| domain.as_str().len() > DOMAIN_MAX)
    {
        return Err(IpamError::parameter(format!(
            "`{name}` is too long: {HOST_NAME_MAX} characters for the host, {DOMAIN_MAX} for \
             the domain"
        )));
    }
    Ok(())
}

/// Refuses a server that another record stands for already, by name, GUID or address.
pub(crate) fn check_duplicates(
    known: &[ServerRecord],
    except: Option<&Fqdn>,
    found: &Verified,
) -> IpamResult<()> {
    let by_address: BTreeMap<IpAddr, &Fqdn> = known
        .iter()
        .filter(|record| Some(&record.name) != except)
        .flat_map(|record| record.addresses.iter().map(move |a| (*a, &record.name)))
        .collect();
    let same_account = known
        .iter()
        .filter(|record| Some(&record.name) != except)
        .find(|record| record.name == found.computer.name || record.guid == found.computer.guid)
        .map(|record| &record.name);
    let same_address = found.addresses.iter().find_map(|a| by_address.get(a));
    match same_account.or(same_address.copied()) {
        None => Ok(()),
        Some(holder) => Err(IpamError::new(
            ErrorId::IpamApiServerAlreadyInDB,
            format!(
                "`{}` has the name, GUID or address of `{holder}` in the inventory; edit it",
                found.computer.name
            ),
        )),
    }
}

impl Ipam {
    /// Name in the global catalog, account in its domain, supported release, address in DNS.
    /// The service asks, so its computer account is the caller.
    pub(crate) async fn verify_server(&self, name: &Fqdn) -> IpamResult<Verified> {
        check_name(name)?;
        let caller = self.computer_account();
        let unreachable = |error: RemoteError| {
            IpamError::new(
                ErrorId::IpamApiDirectoryQueryFailed,
                format!("the directory cannot be asked for `{name}`: {error}"),
            )
        };
        let Some(computer) = self.computer(&caller, name).await.map_err(unreachable)? else {
            return Err(IpamError::new(
                ErrorId::IpamApiServerNotFoundInGlobalCatalog,
                format!(
                    "`{name}` is not in the global catalog; check the name or wait for \
                         replication"
                ),
            ));
        };
        let in_domain = self.computer_in_domain(&caller, &computer).await;
        if !in_domain.map_err(unreachable)? {
            return Err(IpamError::new(
                ErrorId::IpamApiServerNotFoundInDC,
                format!("domain `{}` has no account of `{name}`", computer.domain),
            ));
        }
        if !os_is_supported(&computer) {
            return Err(IpamError::new(
                ErrorId::IpamApiOSNotSupported,
                format!(
                    "`{name}` runs `{}`; Windows Server 2008 is the oldest that can be managed",
                    computer.os_name
                ),
            ));
        }
        let mut addresses = self.addresses_of(name).await;
        addresses.retain(is_usable);
        if addresses.is_empty() {
            return Err(IpamError::new(
                ErrorId::IpamApiAddressResolutionFailed,
                format!("`{name}` does not resolve to a usable address; register it in DNS"),
            ));
        }
        Ok(Verified {
            computer,
            addresses,
        })
    }
}

impl From<&ComputerEntry> for OsVersion {
    fn from(computer: &ComputerEntry) -> OsVersion {
        OsVersion {
            name: computer.os_name.clone(),
            version: computer.os_version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_nobody_can_be_reached_at_are_refused() {
        let usable = |text: &str| is_usable(&text.parse().unwrap());
        for bad in [
            "0.1.2.3",
            "127.0.0.1",
            "169.254.7.7",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!usable(bad), "{bad}");
        }
        assert!(usable("10.0.0.5"));
        assert!(usable("2001:db8::5"));
        assert!(usable("fd00::5"));
    }

    #[test]
    fn a_role_list_is_neither_empty_nor_repetitive() {
        let id = |roles: &[ServerRole]| role_set(roles).map_err(|error| error.id);
        let refused = Err(ErrorId::IpamApiServerRoleCollectionInvalid);
        assert_eq!(id(&[]), refused);
        assert_eq!(id(&[ServerRole::Dns, ServerRole::Dns]), refused);
        assert_eq!(id(&[ServerRole::Dns]), Ok([ServerRole::Dns].into()));
    }

    #[test]
    fn owner_and_description_end_at_their_lengths() {
        assert!(check_texts(&"o".repeat(255), &"d".repeat(1024)).is_ok());
        assert!(check_texts(&"o".repeat(256), "").is_err());
        assert!(check_texts("", &"d".repeat(1025)).is_err());
    }
}
