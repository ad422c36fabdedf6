//! Ranges mapped to reverse lookup zones, whose PTR records become address records (domain 8.4).
//!
//! The mapping is a name in the range's details. That there is such a zone is only known of the
//! servers whose zones were collected, so a name is taken as it is while none were: a file of
//! ranges may be there before the servers.

use crate::addr::AddressRange;
use crate::base::Fqdn;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::store::Tx;
use crate::wire::dns::{DnsName, ReverseName};
use crate::wire::windows::dnsp::{ZoneInfo, ZoneKind};

use super::range::RangeKey;
use super::range_list;
use super::ranges::{self, StoredRange};
use super::rows::from_json;
use super::rules::{invalid, refuse};
use super::spaces;
use super::words::NetworkType;

/// The zone that a stored range is mapped to.
pub(in crate::ipam) fn zone_of(range: &StoredRange) -> Option<Fqdn> {
    range.details.associated_reverse_lookup_zone.parse().ok()
}

/// The ranges that are mapped to a zone, in the order in which lists show them.
pub(in crate::ipam) fn mapped(tx: &Tx<'_>) -> IpamResult<Vec<StoredRange>> {
    let mut found = ranges::all_with(tx, "associated_reverse_lookup_zone")?;
    found.retain(|range| zone_of(range).is_some());
    Ok(found)
}

/// The addresses that the names of a reverse zone stand for; `None` for any other zone.
pub(super) fn bounds(zone: &Fqdn) -> Option<AddressRange> {
    let reverse = ReverseName::parse(&DnsName::from(zone))?;
    let network = ipnet::IpNet::new(reverse.address, reverse.bits).ok()?;
    Some(AddressRange::of_prefix(network))
}

/// The rules on the mapping of a range that is about to be stored, in place of `before` where it
/// was stored already. Writes the name as it is compared.
///
/// # Errors
/// `IpamApiNotSupported` before Windows Server 2016; `IpamApiInvalidParameter` for what names no
/// single reverse zone; `IpamApiIPAddressOutsideReverseLookupZoneBounds`,
/// `IpamApiCustomerRangeCannotBeMappedToReverseLookupZone`; `IpamApiObjectNotFound` for a zone
/// that no server collected from has as a primary; and
/// `IpamApiReverseLookupZoneMappedToOverlappingRange`.
pub(super) fn check(
    tx: &Tx<'_>,
    range: &mut StoredRange,
    before: Option<&StoredRange>,
) -> IpamResult<()> {
    let text = range.details.associated_reverse_lookup_zone.trim();
    if text.is_empty() {
        range.details.associated_reverse_lookup_zone.clear();
        return Ok(());
    }
    let span = range.key.span;
    let named = text.parse::<Fqdn>().ok();
    let Some((zone, reach)) = named.and_then(|zone| bounds(&zone).map(|reach| (zone, reach)))
    else {
        return invalid(format!(
            "`{text}` is no reverse lookup zone: a range maps to one at most, such as \
             `{}`",
            ReverseName::zone_of(span.first(), range.network_id.prefix_len()).name()
        ));
    };
    // What was mapped before may stay, whatever release and servers there are now.
    let kept = before.and_then(zone_of).as_ref() == Some(&zone);
    if !kept {
        supported(tx)?;
        known(tx, &zone)?;
    }
    if !reach.overlaps(&span) {
        return refuse(
            ErrorId::IpamApiIPAddressOutsideReverseLookupZoneBounds,
            format!("no address of `{span}` is within the bounds of the zone `{zone}`"),
        );
    }
    if range_list::network_type(tx, range)? == NetworkType::Customer {
        return refuse(
            ErrorId::IpamApiCustomerRangeCannotBeMappedToReverseLookupZone,
            format!(
                "`{}` is of the network type Customer: only provider and not virtualized ranges \
                 map to a reverse lookup zone",
                range.key
            ),
        );
    }
    alone(tx, &range.key, &zone, before)?;
    range.details.associated_reverse_lookup_zone = zone.to_string();
    Ok(())
}

fn supported(tx: &Tx<'_>) -> IpamResult<()> {
    let generation = tx.rules().generation;
    if generation.collects_ptr_records() {
        return Ok(());
    }
    refuse(
        ErrorId::IpamApiNotSupported,
        format!("IPAM of {generation} maps no ranges to reverse lookup zones; 2016 does"),
    )
}

/// A zone that nobody is known to have is a slip of the pen, unless nothing is known at all.
fn known(tx: &Tx<'_>, zone: &Fqdn) -> IpamResult<()> {
    let any = "SELECT 1 FROM dns_zone LIMIT 1";
    if tx.query_one(any, [], |_| Ok(()))?.is_none() {
        return Ok(());
    }
    let sql = "SELECT info FROM dns_zone WHERE zone = ?1 ORDER BY server";
    let held: Vec<ZoneInfo> = tx.query(sql, [zone.as_str()], |row| from_json(row, 0))?;
    if held.iter().any(|info| info.kind == ZoneKind::Primary) {
        return Ok(());
    }
    Err(IpamError::not_found(format!(
        "no managed DNS server is known to be a primary of the zone `{zone}`; retrieve its data"
    )))
}

/// A record of the zone can make one address record, so that of the ranges mapped to a zone no
/// two share an address, in whatever address space and of whatever owner (domain 8.4).
fn alone(tx: &Tx<'_>, key: &RangeKey, zone: &Fqdn, before: Option<&StoredRange>) -> IpamResult<()> {
    for space in spaces::all(tx)? {
        let place = RangeKey {
            address_space: space.name,
            ..key.clone()
        };
        let mut near = ranges::near(tx, &place)?;
        near.retain(|other| other.key != *key && before.is_none_or(|own| own.key != other.key));
        if let Some(other) = near
            .iter()
            .find(|other| zone_of(other).as_ref() == Some(zone))
        {
            return refuse(
                ErrorId::IpamApiReverseLookupZoneMappedToOverlappingRange,
                format!(
                    "`{zone}` is mapped to the range `{}`, which shares addresses with `{}`: \
                     unmap that one first",
                    other.key, key.span
                ),
            );
        }
    }
    Ok(())
}
