//! Listing address records: what is derived of each comes from one look at all of them, so that a
//! list of a million costs no query a record.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::addr::AddressRange;
use crate::ipam::error::IpamResult;
use crate::ipam::store::{Row, Tx, key_of_address, params};

use super::address::{Address, AddressKey, AddressQuery};
use super::address_filter::Filter;
use super::addresses::{self, StoredAddress};
use super::category::category_of;
use super::range::{Owner, RangeKey};
use super::rows::{address, owner, span};
use super::spaces::AddressSpaceName;
use super::taken;
use super::touching::{Shelf, touching};

/// `Get-IpamAddress` after the gate: by address space, address and owner.
pub(in crate::ipam) fn list(tx: &Tx<'_>, query: &AddressQuery) -> IpamResult<Vec<Address>> {
    let mut filter = Filter::new(tx, query)?;
    let query = filter.query();
    let spaces = match (&query.address_space, &query.mapped_to) {
        (Some(space), _) => vec![space.clone()],
        (None, Some(range)) => vec![range.address_space.clone()],
        // The key begins with the space: one stretch of it for each.
        (None, None) => taken::spaces(tx)?,
    };
    let mut listed = Vec::new();
    for space in spaces {
        list_space(tx, &space, &mut filter, &mut listed)?;
    }
    Ok(listed)
}

fn list_space(
    tx: &Tx<'_>,
    space: &AddressSpaceName,
    filter: &mut Filter,
    listed: &mut Vec<Address>,
) -> IpamResult<()> {
    let span = filter.span();
    let bounds = match span {
        Some(span) => [span.first(), span.last()].map(key_of_address),
        None => [[0; 16], [0xff; 16]],
    };
    let sql = format!(
        "SELECT {} FROM ip_address WHERE space = ?1 AND address BETWEEN ?2 AND ?3 \
         ORDER BY address, managed_by, instance_key",
        addresses::COLUMNS
    );
    let place = params![space.as_str(), bounds[0], bounds[1]];
    let mut stored = tx.query(&sql, place, addresses::read)?;
    stored.retain(|stored| filter.query().is_met_by(&stored.key));
    if stored.is_empty() {
        return Ok(());
    }
    let around = Around::of(tx, space, span, bounds)?;
    for stored in stored {
        let address = around.shown(stored);
        if filter.takes(tx, &address)? {
            listed.push(address);
        }
    }
    Ok(())
}

/// What lies around the records of a list: their ranges, and the addresses that have several.
struct Around {
    /// By owner, in order of their start. Ranges of one owner never share an address.
    ranges: BTreeMap<(String, String), Vec<RangeKey>>,
    several: BTreeSet<IpAddr>,
}

fn of_owner(owner: &Owner) -> (String, String) {
    (
        owner.managed_by_service.word().to_owned(),
        owner.instance_key(),
    )
}

impl Around {
    fn of(
        tx: &Tx<'_>,
        space: &AddressSpaceName,
        within: Option<AddressRange>,
        bounds: [[u8; 16]; 2],
    ) -> IpamResult<Around> {
        let read = |row: &Row<'_>| {
            Ok(RangeKey {
                address_space: space.clone(),
                owner: owner(row, 0)?,
                span: span(row, 2)?,
            })
        };
        let columns = "managed_by, instance, first, last";
        let table = "ip_range";
        let mut found = match within {
            Some(within) => touching(tx, Shelf { table, columns }, space, &within, read)?,
            None => {
                let sql = format!("SELECT {columns} FROM {table} WHERE space = ?1");
                tx.query(&sql, [space.as_str()], read)?
            }
        };
        found.sort_by_key(|range| key_of_address(range.span.first()));
        let place = params![space.as_str(), bounds[0], bounds[1]];
        let mut ranges: BTreeMap<(String, String), Vec<RangeKey>> = BTreeMap::new();
        for range in found {
            ranges
                .entry(of_owner(&range.owner))
                .or_default()
                .push(range);
        }
        let sql = "SELECT address FROM ip_address WHERE space = ?1 AND \
                   address BETWEEN ?2 AND ?3 GROUP BY address HAVING count(*) > 1";
        let several = tx.query(sql, place, |row| address(row, 0))?;
        Ok(Around {
            ranges,
            several: several.into_iter().collect(),
        })
    }

    /// The range of the record's owner that holds its address (domain 5.7).
    fn range_of(&self, key: &AddressKey) -> Option<RangeKey> {
        let own = self.ranges.get(&of_owner(&key.owner))?;
        let place = key_of_address(key.ip_address);
        let begins = |range: &RangeKey| key_of_address(range.span.first()) <= place;
        let last = own.partition_point(begins).checked_sub(1)?;
        let holds = |range: &&RangeKey| range.span.contains(key.ip_address);
        own.get(last).filter(holds).cloned()
    }

    fn shown(&self, stored: StoredAddress) -> Address {
        let range = self.range_of(&stored.key);
        let duplicate = self.several.contains(&stored.key.ip_address);
        addresses::derived(stored, range, duplicate)
    }
}

impl AddressQuery {
    /// Whether a record is one of those asked for.
    pub(in crate::ipam) fn is_met_by(&self, key: &AddressKey) -> bool {
        let by = &key.owner.managed_by_service;
        let instance = &key.owner.service_instance;
        let same_instance = |name: &String| name.eq_ignore_ascii_case(instance);
        // Ranges of one owner never share an address, so a record within one maps to it.
        let maps_to = |range: &RangeKey| {
            let span: &AddressRange = &range.span;
            span.contains(key.ip_address)
                && range.address_space == key.address_space
                && range.owner.managed_by_service == *by
                && same_instance(&range.owner.service_instance)
        };
        let address = self.ip_address;
        let here = AddressRange::single(key.ip_address);
        let space = self.address_space.as_ref();
        address.is_none_or(|address| address == key.ip_address)
            && self
                .managed_by_service
                .as_ref()
                .is_none_or(|wanted| wanted == by)
            && self.service_instance.as_ref().is_none_or(same_instance)
            && space.is_none_or(|space| *space == key.address_space)
            && self.mapped_to.as_ref().is_none_or(maps_to)
            && self.address_family.is_none_or(|own| own == here.family())
            && self
                .address_category
                .is_none_or(|own| category_of(&here) == Some(own))
    }
}
