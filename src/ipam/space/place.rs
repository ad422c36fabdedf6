//! Where objects are, for whoever decides about access to them.

use ipnet::IpNet;

use crate::base::Fqdn;
use crate::ipam::error::IpamResult;
use crate::ipam::store::Tx;

use super::address::AddressKey;
use super::block::{Block, BlockKey};
use super::blocks::Place;
use super::range::{Owner, Range, RangeKey, RangeQuery};
use super::rows::parsed;
use super::spaces::AddressSpaceName;
use super::{blocks, ranges};

/// The block that something at `place` maps to; `except` is a block
/// that is looked past, so that a block is not found to be its own parent.
pub(in crate::ipam) fn block_around(
    tx: &Tx<'_>,
    place: &Place<'_>,
    except: Option<&BlockKey>,
) -> IpamResult<Option<BlockKey>> {
    let mut blocks = blocks::all(tx)?;
    blocks.retain(|block| Some(&block.key) != except);
    let category = blocks::category_of(place.span);
    Ok(blocks::containing(&blocks, place, category))
}

/// Every block and every range, in one pass over each.
pub(in crate::ipam) fn whole(tx: &Tx<'_>) -> IpamResult<(Vec<Block>, Vec<Range>)> {
    let ranges = ranges::list(tx, &RangeQuery::default())?;
    Ok((blocks::over(tx, &ranges)?, ranges))
}

pub(in crate::ipam) fn block_exists(tx: &Tx<'_>, key: &BlockKey) -> IpamResult<bool> {
    Ok(blocks::all(tx)?.iter().any(|block| block.key == *key))
}

/// The blocks within another, itself included.
pub(in crate::ipam) fn blocks_within(tx: &Tx<'_>, outer: &BlockKey) -> IpamResult<Vec<BlockKey>> {
    let keys = blocks::all(tx)?.into_iter().map(|block| block.key);
    Ok(keys.filter(|key| outer.contains(key)).collect())
}

/// The range that an address record maps to, with its network.
pub(in crate::ipam) fn range_of(
    tx: &Tx<'_>,
    key: &AddressKey,
) -> IpamResult<Option<(RangeKey, IpNet)>> {
    let Some(range) = ranges::holding(tx, key)? else {
        return Ok(None);
    };
    let stored = ranges::get(tx, &range)?;
    Ok(Some((stored.key, stored.network_id)))
}

/// The network of a range; `None` when it is not stored.
pub(in crate::ipam) fn range_network(tx: &Tx<'_>, key: &RangeKey) -> IpamResult<Option<IpNet>> {
    let owned = ranges::of_owner(tx, &key.address_space, &key.owner)?;
    let found = owned.iter().find(|range| range.key.span == key.span);
    Ok(found.map(|range| range.network_id))
}

/// Whether a scope of a DHCP server was collected.
pub(in crate::ipam) fn scope_exists(tx: &Tx<'_>, server: &Fqdn, scope: IpNet) -> IpamResult<bool> {
    let owned = ranges::of_owner(
        tx,
        &AddressSpaceName::default(),
        &Owner::of_dhcp_server(server),
    )?;
    Ok(owned.iter().any(|range| range.network_id == scope))
}

/// The servers a zone was collected from.
pub(in crate::ipam) fn zone_servers(tx: &Tx<'_>, zone: &Fqdn) -> IpamResult<Vec<Fqdn>> {
    let sql = "SELECT server FROM dns_zone WHERE zone = ?1 ORDER BY server";
    tx.query(sql, [zone.as_str()], |row| parsed(row, 0))
}
