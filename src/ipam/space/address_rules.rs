//! What a record of an address must hold (domain 5.6, 8.2).

use std::net::IpAddr;

use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::store::{Tx, params};
use crate::wire::dns::{DnsName, ReverseName};
use crate::wire::windows::dnsp::{ZoneInfo, ZoneKind};

use super::address::{AddressDetails, AddressKey};
use super::range::Owner;
use super::ranges;
use super::rows::from_json;
use super::rules::{invalid, length, refuse};
use super::spaces::{self, AddressSpaceName};
use super::values::{self, Field};

/// Every rule on a record. Storing it is refused whole when one is broken.
pub(super) fn check(tx: &Tx<'_>, key: &AddressKey, details: &AddressDetails) -> IpamResult<()> {
    allowed(key.ip_address)?;
    if key.owner.service_instance.trim().is_empty() {
        return invalid("the service instance is empty: use `Localhost` or a server".to_owned());
    }
    if let Some(kind) = details.network_type {
        spaces::need_subnets(tx, "network types")?;
        spaces::network_type(tx, &key.address_space, Some(kind))?;
    }
    for (field, word) in [
        (Field::ManagedByService, key.owner.managed_by_service.word()),
        (Field::DeviceType, details.device_type.word()),
        (Field::IpAddressState, details.ip_address_state.word()),
    ] {
        values::require(tx, field, word)?;
    }
    for (field, text, max) in [
        ("asset tag", &details.asset_tag, 255),
        ("device name", &details.device_name, 255),
        ("serial number", &details.serial_number, 255),
        ("owner", &details.owner, 255),
        ("reservation name", &details.reservation_name, 255),
        ("description", &details.description, 4000),
        (
            "reservation description",
            &details.reservation_description,
            4000,
        ),
    ] {
        length(field, text, max)?;
    }
    if let (Some(from), Some(to)) = (details.assignment_date, details.expiry_date)
        && from > to
    {
        return invalid(format!(
            "the assignment date {from} lies after the expiry date {to}"
        ));
    }
    reservation(key.ip_address, details)?;
    forward(tx, details)?;
    reverse(tx, key.ip_address, details)
}

/// Refuses addresses that no host can have.
fn allowed(address: IpAddr) -> IpamResult<()> {
    if is_of_no_host(address) {
        return invalid(format!("`{address}` cannot be the address of a host"));
    }
    Ok(())
}

/// Addresses that no host can have (domain 3.3, 5.6).
pub(super) fn is_of_no_host(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let first = v4.octets()[0];
            first == 0 || first == 127 || v4.is_link_local() || v4.is_broadcast()
        }
        IpAddr::V6(v6) => {
            let site_local = v6.segments()[0] & 0xffc0 == 0xfec0;
            v6.is_unspecified()
                || v6.is_loopback()
                || v6.is_unicast_link_local()
                || site_local
                || v6.is_multicast()
                // A mapped address is an IPv4 address in another spelling.
                || v6.to_ipv4_mapped().is_some()
        }
    }
}

/// A reservation server implies everything that a reservation there needs.
fn reservation(address: IpAddr, details: &AddressDetails) -> IpamResult<()> {
    let Some(server) = &details.reservation_server else {
        return Ok(());
    };
    let missing = if details.reservation_name.is_empty() {
        Some((
            ErrorId::IpamApiReservationServerSpecifiedWithoutReservationName,
            "a reservation name",
        ))
    } else if address.is_ipv4() && details.reservation_type.is_none() {
        Some((
            ErrorId::IpamApiReservationServerSpecifiedWithoutReservationType,
            "a reservation type",
        ))
    } else if address.is_ipv4() && details.client_id.is_none() && details.mac_address.is_none() {
        Some((
            ErrorId::IpamApiReservationServerSpecifiedWithoutClientId,
            "a MAC address or client id",
        ))
    } else if address.is_ipv6() && details.duid.is_none() {
        Some((
            ErrorId::IpamApiReservationServerSpecifiedWithoutDuid,
            "a DUID",
        ))
    } else if address.is_ipv6() && details.iaid.is_none() {
        Some((
            ErrorId::IpamApiReservationServerSpecifiedWithoutIaid,
            "an IAID",
        ))
    } else {
        None
    };
    match missing {
        Some((id, what)) => refuse(id, format!("a reservation on `{server}` needs {what}")),
        None => Ok(()),
    }
}

fn forward(tx: &Tx<'_>, details: &AddressDetails) -> IpamResult<()> {
    let (zone, server) = match (
        &details.forward_lookup_zone,
        &details.forward_lookup_primary_server,
    ) {
        (None, None) => return Ok(()),
        (None, Some(server)) => {
            return invalid(format!("`{server}` is given without a forward lookup zone"));
        }
        (Some(zone), server) => (zone, server),
    };
    if details.device_name.is_empty() {
        return refuse(
            ErrorId::IpamApiForwardLookupSpecifiedWithoutDeviceName,
            format!("a host record in `{zone}` needs a device name"),
        );
    }
    let Some(server) = server else {
        return refuse(
            ErrorId::IpamApiForwardLookupSpecifiedWithoutForwardLookupServer,
            format!("a host record in `{zone}` needs the zone's primary server"),
        );
    };
    if known_not_primary(tx, server.as_str(), zone.as_str())? {
        return refuse(
            ErrorId::IpamApiForwardLookUpDnsServerDoesNotBelongToZone,
            format!("`{server}` is not a primary server of the zone `{zone}`"),
        );
    }
    Ok(())
}

fn reverse(tx: &Tx<'_>, address: IpAddr, details: &AddressDetails) -> IpamResult<()> {
    let (zone, server) = match (
        &details.reverse_lookup_zone,
        &details.reverse_lookup_primary_server,
    ) {
        (None, None) => return Ok(()),
        (None, Some(server)) => {
            return invalid(format!("`{server}` is given without a reverse lookup zone"));
        }
        (Some(zone), server) => (zone, server),
    };
    if details.device_name.is_empty() {
        return refuse(
            ErrorId::IpamApiReverseLookupSpecifiedWithoutDeviceName,
            format!("a PTR record in `{zone}` needs a device name"),
        );
    }
    let Some(server) = server else {
        return refuse(
            ErrorId::IpamApiReverseLookupSpecifiedWithoutReverseLookupServer,
            format!("a PTR record in `{zone}` needs the zone's primary server"),
        );
    };
    let name = ReverseName::of(address).name();
    if !name.is_within(&DnsName::from(zone)) {
        return refuse(
            ErrorId::IpamApiIPAddressOutsideReverseLookupZoneBounds,
            format!("`{address}` is outside the bounds of the zone `{zone}`"),
        );
    }
    if known_not_primary(tx, server.as_str(), zone.as_str())? {
        return refuse(
            ErrorId::IpamApiReverseLookUpDnsServerDoesNotBelongToZone,
            format!("`{server}` is not a primary server of the zone `{zone}`"),
        );
    }
    Ok(())
}

/// Whether the zones collected from `server` say that it is not a primary server of `zone`. A
/// server whose zones were never collected is judged when the record is pushed.
fn known_not_primary(tx: &Tx<'_>, server: &str, zone: &str) -> IpamResult<bool> {
    let any = "SELECT 1 FROM dns_zone WHERE server = ?1 LIMIT 1";
    if tx.query_one(any, [server], |_| Ok(()))?.is_none() {
        return Ok(false);
    }
    let one = "SELECT info FROM dns_zone WHERE server = ?1 AND zone = ?2";
    let info: Option<ZoneInfo> =
        tx.query_one(one, params![server, zone], |row| from_json(row, 0))?;
    Ok(info.is_none_or(|info| info.kind != ZoneKind::Primary))
}

/// Fills in the scope of a reservation: the one of the reservation server whose subnet holds the
/// address (domain 8.2). Without one the fields stay empty.
pub(in crate::ipam) fn fill_in_scope(
    tx: &Tx<'_>,
    address: IpAddr,
    details: &mut AddressDetails,
) -> IpamResult<()> {
    details.reservation_scope_name.clear();
    details.reservation_scope_details = None;
    let Some(server) = &details.reservation_server else {
        return Ok(());
    };
    let ranges = ranges::of_owner(
        tx,
        &AddressSpaceName::default(),
        &Owner::of_dhcp_server(server),
    )?;
    let scope = ranges
        .into_iter()
        .filter_map(|range| range.scope)
        .find(|scope| scope.scope.contains(&address));
    if let Some(scope) = scope {
        details.reservation_scope_name = scope.name;
        details.reservation_scope_details = Some(scope.scope);
    }
    Ok(())
}
