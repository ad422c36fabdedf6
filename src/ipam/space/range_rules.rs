//! What a range must hold (domain 5.5).

use ipnet::IpNet;

use crate::addr::{AddressRange, usable};
use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::store::{Tx, key_of_address};

use super::carried;
use super::category::{Placement, placement};
use super::range::{NewRange, RangeDetails, RangeKey, UtilizationCalculation};
use super::ranges::{self, StoredRange};
use super::rules::{bounds, invalid, length, network, refuse};
use super::spaces;
use super::words::ManagedByService;

/// Every rule on a range by itself that somebody adds or edits, other than its subnet.
pub(super) fn check(tx: &Tx<'_>, mut new: NewRange) -> IpamResult<StoredRange> {
    let address_space = spaces::canonical(tx, &new.address_space)?;
    carried::spell_owner(tx, &mut new.owner)?;
    carried::spell_range(tx, &mut new.details)?;
    network(tx, new.network_id)?;
    let service = &new.owner.managed_by_service;
    if *service == ManagedByService::MsDhcp {
        return invalid(format!(
            "`{service}` is reserved for discovered scopes: use another Managed by service value"
        ));
    }
    if new.dhcp_server_name.is_some() || new.dhcp_scope_name.is_some() {
        return refuse(
            ErrorId::IpamApiDhcpDataSpecifiedForStaticRange,
            format!("a range managed by `{service}` has no DHCP scope: leave the scope data out"),
        );
    }
    if new.owner.service_instance.trim().is_empty() {
        return invalid("the service instance is empty: use `Localhost` or a server".to_owned());
    }
    let whole = usable(new.network_id);
    let span = bounds(
        new.network_id,
        new.start_ip_address,
        new.end_ip_address,
        whole,
    )?;
    host_ids(new.network_id, &span)?;
    if placement(&span) == Placement::Mixed {
        return refuse(
            ErrorId::IpamApiInvalidAddressRange,
            format!("`{span}` mixes public and private addresses: split it into ranges"),
        );
    }
    details(&new.details, &span)?;
    Ok(StoredRange {
        key: RangeKey {
            address_space,
            span,
            owner: new.owner,
        },
        network_id: new.network_id,
        assignment_type: new.assignment_type,
        details: new.details,
        scope: None,
    })
}

/// In IPv4 a range neither starts on the network address nor ends on the broadcast address
/// (domain 5.5). A /31 and a /32 have neither (RFC 3021).
fn host_ids(network: IpNet, span: &AddressRange) -> IpamResult<()> {
    if network.addr().is_ipv6() || network.prefix_len() >= 31 {
        return Ok(());
    }
    if span.first() == network.network() {
        return refuse(
            ErrorId::IpamApiInvalidStartIPWithAllZeroes,
            format!(
                "the start `{}` is the address of the network itself",
                span.first()
            ),
        );
    }
    if span.last() == network.broadcast() {
        return refuse(
            ErrorId::IpamApiInvalidEndIPHostIdAllOnes,
            format!(
                "the end `{}` is the broadcast address of the network",
                span.last()
            ),
        );
    }
    Ok(())
}

/// The rules on what is noted about a range with these bounds.
pub(super) fn details(details: &RangeDetails, span: &AddressRange) -> IpamResult<()> {
    // 100 in the specification, 255 in its error text (domain 12.12).
    length("owner", &details.owner, 100)?;
    length("description", &details.description, 4000)?;
    for aside in details.vip.iter().chain(&details.reserved_address) {
        if !span.contains_range(aside) {
            return invalid(format!("`{aside}` is not within the range `{span}`"));
        }
    }
    let gateways = details.gateway.iter().map(|gateway| gateway.address);
    let servers = details.dns_servers.iter().chain(&details.wins_servers);
    for address in gateways.chain(servers.copied()) {
        if address.is_ipv4() != span.first().is_ipv4() {
            return invalid(format!("`{address}` is not of the family of `{span}`"));
        }
    }
    if let UtilizationCalculation::UserSpecified(utilized) = details.utilization_calculation
        && u128::from(utilized) > span.size()
    {
        return invalid(format!(
            "{utilized} utilized addresses are more than the {} of `{span}`",
            span.size()
        ));
    }
    Ok(())
}

/// Ranges of one owner share no address; those of different owners may, and are flagged (12.28).
/// `except` is the range that this one takes the place of.
pub(super) fn vacant(tx: &Tx<'_>, key: &RangeKey, except: Option<&RangeKey>) -> IpamResult<()> {
    // Those of the owner share none among themselves, so that only the last that begins before
    // the end can reach in. Beside the one that is replaced there may be one more.
    let mut end = key_of_address(key.span.last());
    loop {
        let Some(other) = ranges::beginning_by(tx, key, end)? else {
            return Ok(());
        };
        if !other.span.overlaps(&key.span) {
            return Ok(());
        }
        if Some(&other) != except {
            return refuse(
                ErrorId::IpamApiNonadjustableConflictingRangesFound,
                format!("`{}` overlaps the range `{other}`", key.span),
            );
        }
        let first = u128::from_be_bytes(key_of_address(other.span.first()));
        end = first.saturating_sub(1).to_be_bytes();
    }
}
