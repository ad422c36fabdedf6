//! Where objects are, for whoever decides about access to them.

use ipnet::IpNet;

use crate::addr::AddressRange;
use crate::base::Fqdn;
use crate::ipam::error::IpamResult;
use crate::ipam::rbac::{Object, move_object};
use crate::ipam::store::{Tx, params};
use crate::wire::windows::dnsp::ZoneInfo;

use super::address::AddressKey;
use super::block::{Block, BlockKey};
use super::block_map::Place;
use super::range::{Owner, Range, RangeKey, RangeQuery};
use super::rows::{from_json, parsed};
use super::spaces::AddressSpaceName;
use super::subnet::SubnetKey;
use super::{blocks, range_list, ranges, spaces, subnets, touching};

/// The block that something at `place` maps to; `except` is a block
/// that is looked past, so that a block is not found to be its own parent.
pub(in crate::ipam) fn block_around(
    tx: &Tx<'_>,
    place: &Place<'_>,
    except: Option<&BlockKey>,
) -> IpamResult<Option<BlockKey>> {
    blocks::around(tx, place, except)
}

/// Every block and every range, in one pass over each.
pub(in crate::ipam) fn whole(tx: &Tx<'_>) -> IpamResult<(Vec<Block>, Vec<Range>)> {
    let ranges = range_list::list(tx, &RangeQuery::default())?;
    Ok((blocks::over(tx, &ranges)?, ranges))
}

pub(in crate::ipam) fn block_exists(tx: &Tx<'_>, key: &BlockKey) -> IpamResult<bool> {
    Ok(blocks::find(tx, key)?.is_some())
}

pub(in crate::ipam) fn subnet_exists(tx: &Tx<'_>, key: &SubnetKey) -> IpamResult<bool> {
    Ok(subnets::find(tx, key)?.is_some())
}

pub(in crate::ipam) fn space_exists(tx: &Tx<'_>, name: &AddressSpaceName) -> IpamResult<bool> {
    Ok(spaces::find(tx, name)?.is_some())
}

/// The stored spelling of an address space's name; one that there is not stays as it is.
pub(in crate::ipam) fn space_spelled(
    tx: &Tx<'_>,
    name: &AddressSpaceName,
) -> IpamResult<AddressSpaceName> {
    Ok(spaces::find(tx, name)?.map_or_else(|| name.clone(), |found| found.name))
}

/// The blocks within another, itself included.
pub(in crate::ipam) fn blocks_within(tx: &Tx<'_>, outer: &BlockKey) -> IpamResult<Vec<BlockKey>> {
    blocks::within(tx, outer)
}

/// The bounds of the ranges of an address space that share an address with `span`.
pub(in crate::ipam) fn spans_of_ranges(
    tx: &Tx<'_>,
    space: &AddressSpaceName,
    span: &AddressRange,
) -> IpamResult<Vec<AddressRange>> {
    touching::spans(tx, "ip_range", space, span)
}

/// The same of subnets.
pub(in crate::ipam) fn spans_of_subnets(
    tx: &Tx<'_>,
    space: &AddressSpaceName,
    span: &AddressRange,
) -> IpamResult<Vec<AddressRange>> {
    touching::spans(tx, "ip_subnet", space, span)
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
    Ok(ranges::find(tx, key)?.map(|range| range.network_id))
}

/// Whether a scope of a DHCP server was collected.
pub(in crate::ipam) fn scope_exists(tx: &Tx<'_>, server: &Fqdn, scope: IpNet) -> IpamResult<bool> {
    let owner = Owner::of_dhcp_server(server);
    let sql = "SELECT 1 FROM ip_range WHERE space = ?1 AND managed_by = ?2 AND \
               instance_key = ?3 AND network = ?4 LIMIT 1";
    let space = AddressSpaceName::default();
    let place = params![
        space.as_str(),
        owner.managed_by_service.word(),
        owner.instance_key(),
        scope.to_string()
    ];
    Ok(tx.query_one(sql, place, |_| Ok(()))?.is_some())
}

/// The zones collected from a server, by name.
pub(in crate::ipam) fn zones_on(tx: &Tx<'_>, server: &Fqdn) -> IpamResult<Vec<ZoneInfo>> {
    let sql = "SELECT info FROM dns_zone WHERE server = ?1 ORDER BY zone";
    tx.query(sql, [server.as_str()], |row| from_json(row, 0))
}

/// The servers a zone was collected from.
pub(in crate::ipam) fn zone_servers(tx: &Tx<'_>, zone: &Fqdn) -> IpamResult<Vec<Fqdn>> {
    let sql = "SELECT server FROM dns_zone WHERE zone = ?1 ORDER BY server";
    tx.query(sql, [zone.as_str()], |row| parsed(row, 0))
}

/// What was put into an access scope stays there when its address space gets another name.
pub(super) fn move_access_scopes(
    tx: &Tx<'_>,
    from: &AddressSpaceName,
    to: &AddressSpaceName,
) -> IpamResult<()> {
    let space = |name: &AddressSpaceName| Object::AddressSpace(name.clone());
    move_object(tx, &space(from), &space(to))?;
    for block in blocks::all(tx)? {
        if block.key.address_space == *from {
            let mut moved = block.key.clone();
            moved.address_space = to.clone();
            move_object(tx, &Object::Block(block.key), &Object::Block(moved))?;
        }
    }
    for subnet in subnets::all(tx)? {
        if subnet.key.address_space == *from {
            let mut moved = subnet.key.clone();
            moved.address_space = to.clone();
            move_object(tx, &Object::Subnet(subnet.key), &Object::Subnet(moved))?;
        }
    }
    for range in ranges::all(tx)? {
        if range.key.address_space == *from {
            let mut moved = range.clone();
            moved.key.address_space = to.clone();
            move_object(tx, &range.object(), &moved.object())?;
        }
    }
    Ok(())
}
