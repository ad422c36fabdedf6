//! Storing ranges: the rules of domain 5.5, overlap, and the block each maps to.

use crate::addr::{AddressRange, usable};
use crate::base::Fqdn;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::rbac::forget_range;
use crate::ipam::store::{Row, RowResult, Tx, key_of_address, params};
use crate::ipam::usage::forget_ranges;
use crate::wire::windows::dhcpm::ScopeInfo;

use super::address::AddressKey;
use super::addresses;
use super::blocks::{self, Place};
use super::carried;
use super::category::{Placement, placement};
use super::counts::Counts;
use super::overlap::overlapping;
use super::range::UtilizationCalculation;
use super::range::{NewRange, Owner, Range, RangeDetails, RangeKey, RangeQuery};
use super::rows::{from_json, from_json_or_null, owner, parsed, space, span, to_json};
use super::rules::{bounds, invalid, length, network, not_found, refuse};
use super::spaces::{self, AddressSpaceName};
use super::words::{AssignmentType, ManagedByService, RangeOverlap};

const COLUMNS: &str =
    "space, managed_by, instance, first, last, network, assignment, details, scope";

/// Owner, bounds and address space of a range as the parameters 1 to 5.
macro_rules! key_params {
    ($key:expr) => {
        crate::ipam::store::params![
            $key.owner.managed_by_service.word(),
            $key.owner.instance_key(),
            crate::ipam::store::key_of_address($key.span.first()),
            crate::ipam::store::key_of_address($key.span.last()),
            $key.address_space.as_str()
        ]
    };
}
pub(super) use key_params;

/// A range as it is stored.
#[derive(Debug, Clone)]
pub(in crate::ipam) struct StoredRange {
    pub(in crate::ipam) key: RangeKey,
    pub(in crate::ipam) network_id: ipnet::IpNet,
    pub(super) assignment_type: AssignmentType,
    pub(in crate::ipam) details: RangeDetails,
    pub(in crate::ipam) scope: Option<ScopeInfo>,
}

fn read(row: &Row<'_>) -> RowResult<StoredRange> {
    Ok(StoredRange {
        key: RangeKey {
            address_space: space(row, 0)?,
            owner: owner(row, 1)?,
            span: span(row, 3)?,
        },
        network_id: parsed(row, 5)?,
        assignment_type: parsed(row, 6)?,
        details: from_json(row, 7)?,
        scope: from_json_or_null(row, 8)?,
    })
}

fn all(tx: &Tx<'_>) -> IpamResult<Vec<StoredRange>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ip_range ORDER BY space, first, last, managed_by, instance_key"
    );
    tx.query(&sql, [], read)
}

/// The ranges of one owner in an address space, by start address.
pub(super) fn of_owner(
    tx: &Tx<'_>,
    space: &AddressSpaceName,
    owner: &Owner,
) -> IpamResult<Vec<StoredRange>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ip_range WHERE managed_by = ?1 AND instance_key = ?2 AND \
         space = ?3 ORDER BY first"
    );
    let pair = params![
        owner.managed_by_service.word(),
        owner.instance_key(),
        space.as_str()
    ];
    tx.query(&sql, pair, read)
}

/// The range with this key.
pub(in crate::ipam) fn get(tx: &Tx<'_>, key: &RangeKey) -> IpamResult<StoredRange> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ip_range WHERE managed_by = ?1 AND instance_key = ?2 \
         AND first = ?3 AND last = ?4 AND space = ?5"
    );
    tx.query_one(&sql, key_params!(key), read)?
        .ok_or_else(|| not_found(&format!("range `{key}`")))
}

/// The DHCP server that a range is a scope of.
pub(in crate::ipam) fn server_of(tx: &Tx<'_>, key: &RangeKey) -> IpamResult<Fqdn> {
    let range = get(tx, key)?;
    let owner = &range.key.owner;
    let is_scope = owner.managed_by_service == ManagedByService::MsDhcp;
    let server = is_scope.then(|| owner.service_instance.parse().ok());
    server.flatten().ok_or_else(|| {
        IpamError::parameter(format!(
            "the range `{key}` is on no DHCP server; it has no data"
        ))
    })
}

/// The range that holds an address record: the one of its address space and owner, whose ranges
/// never share an address (domain 5.7).
pub(super) fn holding(tx: &Tx<'_>, record: &AddressKey) -> IpamResult<Option<RangeKey>> {
    let sql = "SELECT space, managed_by, instance, first, last FROM ip_range WHERE \
               managed_by = ?1 AND instance_key = ?2 AND first <= ?3 AND last >= ?3 AND \
               space = ?4 ORDER BY first DESC LIMIT 1";
    let key = params![
        record.owner.managed_by_service.word(),
        record.owner.instance_key(),
        key_of_address(record.ip_address),
        record.address_space.as_str()
    ];
    tx.query_one(sql, key, |row| {
        Ok(RangeKey {
            address_space: space(row, 0)?,
            owner: owner(row, 1)?,
            span: span(row, 3)?,
        })
    })
}

/// Writes a range, over one with the same key.
pub(super) fn put(tx: &Tx<'_>, range: &StoredRange) -> IpamResult<()> {
    let sql = "INSERT OR REPLACE INTO ip_range \
               (space, managed_by, instance, instance_key, first, last, network, assignment, \
               details, scope) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    tx.execute(
        sql,
        params![
            range.key.address_space.as_str(),
            range.key.owner.managed_by_service.word(),
            range.key.owner.service_instance,
            range.key.owner.instance_key(),
            key_of_address(range.key.span.first()),
            key_of_address(range.key.span.last()),
            range.network_id.to_string(),
            range.assignment_type.word(),
            to_json(&range.details),
            range.scope.as_ref().map(to_json),
        ],
    )?;
    carried::keep_range(tx, &range.key, &range.details)
}

/// Changes how something in a range's details is spelled, which breaks no rule.
pub(in crate::ipam) fn respell(
    tx: &Tx<'_>,
    key: &RangeKey,
    change: impl FnOnce(&mut RangeDetails),
) -> IpamResult<()> {
    let mut stored = get(tx, key)?;
    change(&mut stored.details);
    put(tx, &stored)
}

pub(super) fn delete(tx: &Tx<'_>, key: &RangeKey) -> IpamResult<()> {
    let sql = "DELETE FROM ip_range WHERE managed_by = ?1 AND instance_key = ?2 AND \
               first = ?3 AND last = ?4 AND space = ?5";
    tx.execute(sql, key_params!(key))?;
    carried::forget_range(tx, key)
}

/// `Add-IpamRange` after the gate.
pub(super) fn add(tx: &Tx<'_>, new: NewRange) -> IpamResult<Range> {
    let range = check(tx, new)?;
    for other in of_owner(tx, &range.key.address_space, &range.key.owner)? {
        if other.key.span.overlaps(&range.key.span) {
            return refuse(
                ErrorId::IpamApiNonadjustableConflictingRangesFound,
                format!("`{}` overlaps the range `{}`", range.key.span, other.key),
            );
        }
    }
    put(tx, &range)?;
    let query = RangeQuery::of_key(&range.key);
    list(tx, &query)?
        .pop()
        .ok_or_else(|| not_found(&format!("range `{}`", range.key)))
}

fn check(tx: &Tx<'_>, mut new: NewRange) -> IpamResult<StoredRange> {
    let address_space = spaces::canonical(tx, &new.address_space)?;
    carried::spell_owner(tx, &mut new.owner)?;
    carried::spell_range(tx, &mut new.details)?;
    network(new.network_id)?;
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
fn host_ids(network: ipnet::IpNet, span: &AddressRange) -> IpamResult<()> {
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

fn details(details: &RangeDetails, span: &AddressRange) -> IpamResult<()> {
    // 100 in the specification, 255 in its error text (domain 12.12).
    length("owner", &details.owner, 100)?;
    length("description", &details.description, 4000)?;
    for aside in details.vip.iter().chain(&details.reserved_address) {
        if !span.contains_range(aside) {
            return invalid(format!("`{aside}` is not within the range `{span}`"));
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

/// `Get-IpamRange` after the gate.
pub(super) fn list(tx: &Tx<'_>, query: &RangeQuery) -> IpamResult<Vec<Range>> {
    let every = all(tx)?;
    let flags = overlapping(&every);
    let blocks = blocks::all(tx)?;
    let counts = Counts::of(tx, query)?;
    let mut shown = Vec::new();
    for (range, overlaps) in every.into_iter().zip(flags) {
        if !query.matches(&range) {
            continue;
        }
        let address_category = match placement(&range.key.span) {
            Placement::Within(category) => Some(category),
            Placement::Uncategorised | Placement::Mixed => None,
        };
        let place = Place::of_range(&range.key, range.network_id);
        shown.push(Range {
            block: blocks::containing(&blocks, &place, address_category),
            utilization: counts.utilization(tx, &range)?,
            overlapping: if overlaps {
                RangeOverlap::Overlapping
            } else {
                RangeOverlap::NotOverlapping
            },
            key: range.key,
            network_id: range.network_id,
            assignment_type: range.assignment_type,
            address_category,
            details: range.details,
            scope: range.scope,
        });
    }
    Ok(shown)
}

impl RangeQuery {
    /// The one range with this key.
    pub fn of_key(key: &RangeKey) -> RangeQuery {
        RangeQuery {
            network_id: None,
            start_ip_address: Some(key.span.first()),
            end_ip_address: Some(key.span.last()),
            managed_by_service: Some(key.owner.managed_by_service.clone()),
            service_instance: Some(key.owner.service_instance.clone()),
            address_space: Some(key.address_space.clone()),
        }
    }

    fn matches(&self, range: &StoredRange) -> bool {
        let owner = &range.key.owner;
        self.network_id
            .is_none_or(|network| network == range.network_id)
            && self
                .start_ip_address
                .is_none_or(|start| start == range.key.span.first())
            && self
                .end_ip_address
                .is_none_or(|end| end == range.key.span.last())
            && self
                .address_space
                .as_ref()
                .is_none_or(|space| *space == range.key.address_space)
            && self
                .managed_by_service
                .as_ref()
                .is_none_or(|by| *by == owner.managed_by_service)
            && self
                .service_instance
                .as_ref()
                .is_none_or(|name| name.eq_ignore_ascii_case(&owner.service_instance))
    }
}

/// `Remove-IpamRange` after the gate.
pub(super) fn remove(
    tx: &Tx<'_>,
    key: &RangeKey,
    delete_mapped_addresses: bool,
) -> IpamResult<Vec<AddressKey>> {
    let stored = get(tx, key)?;
    let gone = if delete_mapped_addresses {
        addresses::delete_mapped(tx, key)?
    } else {
        Vec::new()
    };
    delete(tx, key)?;
    forget_ranges(tx, &stored.key)?;
    forget_range(tx, &stored.key, stored.network_id)?;
    Ok(gone)
}
