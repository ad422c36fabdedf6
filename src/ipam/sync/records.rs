//! Which DNS record a push writes, taken out of the address record.

use std::net::IpAddr;

use crate::base::Fqdn;
use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::space::addresses::StoredAddress;
use crate::ipam::space::rules::{invalid, refuse};
use crate::wire::dns::{DnsName, ReverseName};
use crate::wire::windows::dnsp::RecordData;

use super::written::{Entry, Written};

/// Seconds: what the Windows DNS console proposes for a new record.
pub(super) const TTL: u32 = 3600;

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
pub(in crate::ipam) fn host(stored: &StoredAddress) -> IpamResult<Written> {
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
    let data = RecordData::of_address(key.ip_address);
    let entry = Entry::Record { zone, name, data };
    Ok(Written { server, entry })
}

/// The PTR record of an address record. A device name without a domain is completed with the
/// forward lookup zone, or else with `domain`, the IPAM server's own.
pub(in crate::ipam) fn ptr(stored: &StoredAddress, domain: &Fqdn) -> IpamResult<Written> {
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
    let name = reverse_name(key.ip_address, &zone)?;
    let domain = details.forward_lookup_zone.as_ref().unwrap_or(domain);
    let data = RecordData::Ptr(device(&details.device_name, domain)?);
    let entry = Entry::Record { zone, name, data };
    Ok(Written { server, entry })
}

/// The owner of the PTR record of an address, which must lie within the zone (domain 8.2).
fn reverse_name(address: IpAddr, zone: &Fqdn) -> IpamResult<Fqdn> {
    let reverse = ReverseName::of(address).name();
    let within = reverse.is_within(&DnsName::from(zone));
    match reverse.to_fqdn().filter(|_| within) {
        Some(name) => Ok(name),
        None => refuse(
            ErrorId::IpamApiIPAddressOutsideReverseLookupZoneBounds,
            format!("`{address}` is outside the bounds of the zone `{zone}`"),
        ),
    }
}

/// The fault when the server turns out not to be primary for the zone of a record.
pub(super) fn not_primary(data: &RecordData) -> ErrorId {
    match data {
        RecordData::Ptr(_) => ErrorId::IpamApiReverseLookUpDnsServerDoesNotBelongToZone,
        _ => ErrorId::IpamApiForwardLookUpDnsServerDoesNotBelongToZone,
    }
}
