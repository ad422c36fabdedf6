//! Storing ranges, and what is found by their keys.

use ipnet::IpNet;

use crate::addr::AddressRange;
use crate::base::Fqdn;
use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::rbac::{Object, forget_object};
use crate::ipam::store::{Row, RowResult, Tx, key_of_address, params};
use crate::ipam::usage::forget_ranges;
use crate::wire::windows::dhcpm::ScopeInfo;

use super::address::AddressKey;
use super::addresses;
use super::carried;
use super::range::{NewRange, Owner, Range, RangeDetails, RangeKey, RangeQuery};
use super::range_list;
use super::range_rules::{check, vacant};
use super::reverse_zone;
use super::rows::{from_json, from_json_or_null, owner, parsed, space, span, to_json};
use super::rules::not_found;
use super::spaces::AddressSpaceName;
use super::subnet::SubnetKey;
use super::subnets;
use super::touching::{Shelf, size_class, touching};
use super::words::{AssignmentType, ManagedByService};

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

const SHELF: Shelf = Shelf {
    table: "ip_range",
    columns: COLUMNS,
};

/// A range as it is stored.
#[derive(Debug, Clone)]
pub(in crate::ipam) struct StoredRange {
    pub(in crate::ipam) key: RangeKey,
    pub(in crate::ipam) network_id: IpNet,
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

impl StoredRange {
    /// The addresses that a search passes over because the range keeps them back.
    pub(in crate::ipam) fn set_aside(&self) -> impl Iterator<Item = AddressRange> + '_ {
        let details = &self.details;
        details.vip.iter().chain(&details.reserved_address).copied()
    }
}

/// Every range, in the order in which lists show them.
pub(in crate::ipam) fn all(tx: &Tx<'_>) -> IpamResult<Vec<StoredRange>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ip_range ORDER BY space, first, last, managed_by, instance_key"
    );
    tx.query(&sql, [], read)
}

/// Those with something noted under a field that is left out of the details when empty. The text
/// is looked at before it is read, because most ranges have none.
pub(super) fn all_with(tx: &Tx<'_>, field: &'static str) -> IpamResult<Vec<StoredRange>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ip_range WHERE details LIKE '%\"{field}\"%' \
         ORDER BY space, first, last, managed_by, instance_key"
    );
    tx.query(&sql, [], read)
}

/// The ranges of an address space that begin between two keys, in the same order.
pub(super) fn beginning_within(
    tx: &Tx<'_>,
    space: &AddressSpaceName,
    bounds: [[u8; 16]; 2],
) -> IpamResult<Vec<StoredRange>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ip_range WHERE space = ?1 AND first BETWEEN ?2 AND ?3 \
         ORDER BY first, last, managed_by, instance_key"
    );
    let [from, to] = bounds;
    tx.query(&sql, params![space.as_str(), from, to], read)
}

/// The ranges of the same address space that share an address with this one, itself included.
pub(super) fn near(tx: &Tx<'_>, key: &RangeKey) -> IpamResult<Vec<StoredRange>> {
    touching(tx, SHELF, &key.address_space, &key.span, read)
}

/// Of the ranges of the same space and owner that begin at `end` or before, the last.
pub(super) fn beginning_by(
    tx: &Tx<'_>,
    key: &RangeKey,
    end: [u8; 16],
) -> IpamResult<Option<RangeKey>> {
    let sql = "SELECT space, managed_by, instance, first, last FROM ip_range WHERE space = ?1 \
               AND managed_by = ?2 AND instance_key = ?3 AND first <= ?4 \
               ORDER BY first DESC LIMIT 1";
    let place = params![
        key.address_space.as_str(),
        key.owner.managed_by_service.word(),
        key.owner.instance_key(),
        end
    ];
    tx.query_one(sql, place, |row| {
        Ok(RangeKey {
            address_space: space(row, 0)?,
            owner: owner(row, 1)?,
            span: span(row, 3)?,
        })
    })
}

/// The ranges that are part of a subnet: those of its network.
pub(in crate::ipam) fn stored_of_subnet(
    tx: &Tx<'_>,
    key: &SubnetKey,
) -> IpamResult<Vec<StoredRange>> {
    let span = key.span();
    let bounds = [span.first(), span.last()].map(key_of_address);
    let mut found = beginning_within(tx, &key.address_space, bounds)?;
    found.retain(|range| range.network_id == key.network_id);
    Ok(found)
}

/// The same with what is derived.
pub(super) fn of_subnet(tx: &Tx<'_>, key: &SubnetKey) -> IpamResult<Vec<Range>> {
    let query = RangeQuery {
        mapping_to_subnet: Some(key.clone()),
        ..RangeQuery::default()
    };
    range_list::list(tx, &query)
}

/// Every range of an address space.
pub(super) fn in_space(tx: &Tx<'_>, space: &AddressSpaceName) -> IpamResult<Vec<Range>> {
    let query = RangeQuery {
        address_space: Some(space.clone()),
        ..RangeQuery::default()
    };
    range_list::list(tx, &query)
}

/// The bounds of every range of an address space, by start address.
pub(in crate::ipam) fn spans(
    tx: &Tx<'_>,
    space: &AddressSpaceName,
) -> IpamResult<Vec<AddressRange>> {
    let sql = "SELECT first, last FROM ip_range WHERE space = ?1 ORDER BY first, last";
    tx.query(sql, [space.as_str()], |row| span(row, 0))
}

/// The ranges of one owner in an address space, by start address.
pub(in crate::ipam) fn of_owner(
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

/// The range with this key, if there is one.
pub(in crate::ipam) fn find(tx: &Tx<'_>, key: &RangeKey) -> IpamResult<Option<StoredRange>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM ip_range WHERE managed_by = ?1 AND instance_key = ?2 \
         AND first = ?3 AND last = ?4 AND space = ?5"
    );
    tx.query_one(&sql, key_params!(key), read)
}

/// The same where it must be there.
pub(in crate::ipam) fn get(tx: &Tx<'_>, key: &RangeKey) -> IpamResult<StoredRange> {
    find(tx, key)?.ok_or_else(|| not_found(&format!("range `{key}`")))
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
    let place = RangeKey {
        address_space: record.address_space.clone(),
        span: crate::addr::AddressRange::single(record.ip_address),
        owner: record.owner.clone(),
    };
    // The last that begins before it is the only one that can reach as far.
    let found = beginning_by(tx, &place, key_of_address(record.ip_address))?;
    Ok(found.filter(|range| range.span.contains(record.ip_address)))
}

/// Writes a range, over one with the same key.
pub(super) fn put(tx: &Tx<'_>, range: &StoredRange) -> IpamResult<()> {
    let sql = "INSERT OR REPLACE INTO ip_range \
               (space, managed_by, instance, instance_key, first, last, size_class, network, \
               assignment, details, scope) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    tx.execute(
        sql,
        params![
            range.key.address_space.as_str(),
            range.key.owner.managed_by_service.word(),
            range.key.owner.service_instance,
            range.key.owner.instance_key(),
            key_of_address(range.key.span.first()),
            key_of_address(range.key.span.last()),
            size_class(&range.key.span),
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
pub(in crate::ipam) fn add(tx: &Tx<'_>, new: NewRange) -> IpamResult<Range> {
    let (network_type, create) = (new.network_type, new.create_subnet_if_not_found);
    let mut range = check(tx, new)?;
    vacant(tx, &range.key, None)?;
    let subnet = SubnetKey {
        address_space: range.key.address_space.clone(),
        network_id: range.network_id,
    };
    subnets::for_range(tx, subnet, network_type, create)?;
    reverse_zone::check(tx, &mut range, None)?;
    put(tx, &range)?;
    range_list::shown(tx, range)
}

/// Forgets what other areas keep about a range that is gone.
pub(super) fn forget(tx: &Tx<'_>, range: &StoredRange) -> IpamResult<()> {
    forget_object(tx, &range.object())?;
    forget_ranges(tx, &range.key)
}

impl StoredRange {
    /// The range as an object of access.
    pub(super) fn object(&self) -> Object {
        Object::Range {
            key: self.key.clone(),
            network_id: self.network_id,
        }
    }
}

/// `Remove-IpamRange` after the gate.
pub(in crate::ipam) fn remove(
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
    forget(tx, &stored)?;
    Ok(gone)
}
