//! What a block must hold, and where it may lie (domain 5.2).

use crate::addr::AddressRange;
use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::store::{Tx, key_of_address, params};

use super::block::{BlockDetails, BlockKey, NewBlock};
use super::block_map::BlockMap;
use super::blocks;
use super::category::{Placement, placement};
use super::rules::{bounds, invalid, length, network, refuse};
use super::spaces;
use super::words::AddressCategory;

/// How deep blocks nest, and how many lie directly in one. The product has such limits and does
/// not publish them: these leave room for every prefix length of IPv4, and for every /24 of a /8.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) depth: usize,
    pub(super) children: usize,
}

pub(super) const LIMITS: Limits = Limits {
    depth: 32,
    children: 65_536,
};

/// Every rule on a block by itself; gives the key it has.
pub(super) fn check(tx: &Tx<'_>, new: &NewBlock) -> IpamResult<BlockKey> {
    let address_space = spaces::canonical(tx, &new.address_space)?;
    network(tx, new.network_id)?;
    let whole = AddressRange::of_prefix(new.network_id);
    let span = bounds(
        new.network_id,
        new.start_ip_address,
        new.end_ip_address,
        whole,
    )?;
    let category = match placement(&span) {
        Placement::Within(category) => category,
        Placement::Mixed => {
            return refuse(
                ErrorId::IpamApiInvalidAddressRange,
                format!("`{span}` mixes public and private addresses: split it into blocks"),
            );
        }
        Placement::Uncategorised => {
            return refuse(
                ErrorId::IpamApiInvalidAddressRange,
                format!("`{span}` is neither public, private nor global unicast space"),
            );
        }
    };
    if let Some(given) = new.address_category
        && given != category
    {
        return invalid(format!("`{span}` is {category} address space, not {given}"));
    }
    registry(&span, category, &new.details)?;
    length("owner", &new.details.owner, 255)?;
    length("description", &new.details.description, 4000)?;
    Ok(BlockKey {
        address_space,
        network_id: new.network_id,
        span,
    })
}

/// Who gave the addresses out: required for public IPv4 space, refused for private space, and
/// left to the administrator for IPv6 (12.3). A date of receipt is of a registry too.
fn registry(
    span: &AddressRange,
    category: AddressCategory,
    details: &BlockDetails,
) -> IpamResult<()> {
    match (category, details.rir) {
        (AddressCategory::Public, None) => refuse(
            ErrorId::IpamApiRIRNotSpecifiedForAPublicIPv4Block,
            format!("`{span}` is public: name the regional registry it comes from"),
        ),
        (AddressCategory::Private, Some(rir)) => {
            invalid(format!("`{span}` is private: it cannot come from {rir}"))
        }
        (AddressCategory::Private, None) if details.rir_received_date.is_some() => invalid(
            format!("`{span}` is private: no registry gave it out, on no date"),
        ),
        _ => Ok(()),
    }
}

/// Whether the block fits among the others of its space; `except` is the one it takes the place
/// of. Blocks may nest; the same bounds twice, or a partial overlap, is refused.
pub(super) fn fits(tx: &Tx<'_>, key: &BlockKey, except: Option<&BlockKey>) -> IpamResult<()> {
    let last = AddressRange::single(key.span.last());
    // Whatever overlaps it in part, or is it, holds its first or its last address.
    let near = blocks::at_first(tx, &key.address_space, &key.span)?;
    let at_end = blocks::at_first(tx, &key.address_space, &last)?;
    for other in near.iter().chain(&at_end) {
        let nested = key.span.contains_range(&other.span) || other.span.contains_range(&key.span);
        if Some(other) != except && (other.span == key.span || !nested) {
            return refuse(
                ErrorId::IpamApiConflictingIPBlocksExist,
                format!("`{}` conflicts with the block `{}`", key.span, other.span),
            );
        }
    }
    let other = |block: &&BlockKey| Some(*block) != except;
    let outer: Vec<BlockKey> = near.iter().filter(other).cloned().collect();
    room(tx, key, &outer, except, LIMITS)
}

/// Whether there is room for a block: in the depth of nesting, and among the children of the
/// block around it. `near` are the blocks that hold its first address.
pub(super) fn room(
    tx: &Tx<'_>,
    key: &BlockKey,
    near: &[BlockKey],
    except: Option<&BlockKey>,
    limits: Limits,
) -> IpamResult<()> {
    let mut around: Vec<&BlockKey> = near.iter().filter(|other| other.contains(key)).collect();
    around.sort_by_key(|other| other.span.size());
    let mut inside = blocks::within(tx, key)?;
    inside.retain(|other| Some(other) != except && other != key);
    let levels = around.len() + 1 + BlockMap::depth(&inside);
    if levels > limits.depth {
        return refuse(
            ErrorId::IpamApiMaxChildrenReached,
            format!(
                "with `{}` blocks would nest {levels} deep: at most {} are allowed",
                key.span, limits.depth
            ),
        );
    }
    let Some(parent) = around.first() else {
        return Ok(());
    };
    // Counting all that lies in the parent is quick, and says enough as long as it is few.
    if descendants(tx, parent)? < limits.children {
        return Ok(());
    }
    let mut siblings = blocks::within(tx, parent)?;
    siblings.retain(|other| Some(other) != except && other != *parent && !key.contains(other));
    let children = BlockMap::outermost(&siblings) + 1;
    match children > limits.children {
        false => Ok(()),
        true => refuse(
            ErrorId::IpamApiMaxChildrenReached,
            format!(
                "the block `{}` has {} blocks directly in it: no more are allowed",
                parent.span, limits.children
            ),
        ),
    }
}

/// How many blocks begin in a block, itself included.
fn descendants(tx: &Tx<'_>, key: &BlockKey) -> IpamResult<usize> {
    let sql = "SELECT count(*) FROM ip_block WHERE space = ?1 AND first BETWEEN ?2 AND ?3";
    let place = params![
        key.address_space.as_str(),
        key_of_address(key.span.first()),
        key_of_address(key.span.last())
    ];
    let count: Option<i64> = tx.query_one(sql, place, |row| row.get(0))?;
    Ok(count
        .and_then(|count| usize::try_from(count).ok())
        .unwrap_or(0))
}
