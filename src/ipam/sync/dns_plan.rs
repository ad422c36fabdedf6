//! Which DNS record a push writes, taken out of the address record.

use std::net::IpAddr;

use crate::base::Fqdn;
use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::rbac::Object;
use crate::ipam::space::addresses::StoredAddress;
use crate::ipam::space::rules::{invalid, refuse};
use crate::wire::dns::{Data, DnsName, ReverseName};
use crate::wire::windows::dnsp::RecordData;

use super::push::{Action, Push};
use super::report::RecordKind;

/// Seconds: what the Windows DNS console proposes for a new record.
pub(super) const TTL: u32 = 3600;

/// A DNS record ready to be pushed.
#[derive(Debug, Clone)]
pub(super) struct DnsPlan {
    pub(super) push: Push,
    pub(super) zone: Fqdn,
    pub(super) name: Fqdn,
    pub(super) data: RecordData,
    /// The fault when the server turns out not to be primary for the zone.
    pub(super) not_primary: ErrorId,
}

impl DnsPlan {
    /// The record as an object of access.
    pub(super) fn object(&self) -> Object {
        let kind = match (&self.data, self.push.key.ip_address) {
            (RecordData::Ptr(_), _) => "PTR",
            (_, IpAddr::V4(_)) => "A",
            (_, IpAddr::V6(_)) => "AAAA",
        };
        Object::DnsRecord {
            server: Some(self.push.server.clone()),
            zone: self.zone.clone(),
            name: self.name.clone(),
            kind: kind.to_owned(),
        }
    }

    /// The record data as it travels in a DNS message.
    pub(super) fn wire_data(&self) -> Data {
        match &self.data {
            RecordData::Ptr(target) => Data::Ptr(target.into()),
            _ => Data::of_address(self.push.key.ip_address),
        }
    }
}

/// The name of the device in DNS: as given when it has a domain, else in `domain`.
fn device(name: &str, domain: &Fqdn) -> IpamResult<Fqdn> {
    let bare = name.strip_suffix('.').unwrap_or(name);
    let full = if bare.contains('.') {
        bare.to_owned()
    } else {
        format!("{bare}.{domain}")
    };
    full.parse().or_else(|error: crate::base::ParseIdError| {
        invalid(format!("the device name cannot be a DNS name: {error}"))
    })
}

/// The A or AAAA record of an address record.
pub(super) fn host(stored: &StoredAddress, action: Action) -> IpamResult<DnsPlan> {
    let (key, details) = (&stored.key, &stored.details);
    if details.device_name.is_empty() {
        return refuse(
            ErrorId::IpamApiForwardLookupSpecifiedWithoutDeviceName,
            format!("`{key}` has no device name: edit it first"),
        );
    }
    let (Some(zone), Some(server)) = (
        details.forward_lookup_zone.clone(),
        details.forward_lookup_primary_server.clone(),
    ) else {
        return refuse(
            ErrorId::IpamApiForwardLookupSpecifiedWithoutForwardLookupServer,
            format!("`{key}` has no forward lookup zone and primary server: edit it first"),
        );
    };
    let name = device(&details.device_name, &zone)?;
    if !name.is_within(&zone) {
        return invalid(format!(
            "the device name `{name}` is not in the zone `{zone}`"
        ));
    }
    let kind = if key.ip_address.is_ipv4() {
        "A"
    } else {
        "AAAA"
    };
    Ok(DnsPlan {
        push: Push {
            key: key.clone(),
            kind: RecordKind::DnsHostRecord,
            action,
            record: format!("{name} {kind} {}", key.ip_address),
            server,
        },
        zone,
        name,
        data: RecordData::of_address(key.ip_address),
        not_primary: ErrorId::IpamApiForwardLookUpDnsServerDoesNotBelongToZone,
    })
}

/// The PTR record of an address record. A device name without a domain is completed with the
/// forward lookup zone, or else with `domain`, the IPAM server's own.
pub(super) fn ptr(stored: &StoredAddress, action: Action, domain: &Fqdn) -> IpamResult<DnsPlan> {
    let (key, details) = (&stored.key, &stored.details);
    if details.device_name.is_empty() {
        return refuse(
            ErrorId::IpamApiReverseLookupSpecifiedWithoutDeviceName,
            format!("`{key}` has no device name: edit it first"),
        );
    }
    let (Some(zone), Some(server)) = (
        details.reverse_lookup_zone.clone(),
        details.reverse_lookup_primary_server.clone(),
    ) else {
        return refuse(
            ErrorId::IpamApiReverseLookupSpecifiedWithoutReverseLookupServer,
            format!("`{key}` has no reverse lookup zone and primary server: edit it first"),
        );
    };
    let reverse = ReverseName::of(key.ip_address).name();
    let name = reverse
        .to_fqdn()
        .filter(|_| reverse.is_within(&DnsName::from(&zone)));
    let Some(name) = name else {
        return refuse(
            ErrorId::IpamApiIPAddressOutsideReverseLookupZoneBounds,
            format!(
                "`{}` is outside the bounds of the zone `{zone}`",
                key.ip_address
            ),
        );
    };
    let domain = details.forward_lookup_zone.as_ref().unwrap_or(domain);
    let target = device(&details.device_name, domain)?;
    Ok(DnsPlan {
        push: Push {
            key: key.clone(),
            kind: RecordKind::DnsPtrRecord,
            action,
            record: format!("{name} PTR {target}"),
            server,
        },
        zone,
        name,
        data: RecordData::Ptr(target),
        not_primary: ErrorId::IpamApiReverseLookUpDnsServerDoesNotBelongToZone,
    })
}
