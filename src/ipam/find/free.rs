//! Free ranges of a subnet and free subnets of a block, by what the database knows (domain 7.2).

use std::net::IpAddr;

use ipnet::IpNet;

use crate::addr::{AddressRange, AddressSet, Family, key_of, successor, usable};
use crate::base::limits::FREE_SPANS_PER_CALL;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::space::rules::{invalid, refuse};
use crate::ipam::space::{
    AddressSpaceName, BlockKey, SubnetKey, block_exists, spans_of_ranges, spans_of_subnets,
    subnet_exists, taken,
};
use crate::ipam::store::Tx;

/// Parameters of `Find-IpamFreeRange`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeRangeRequest {
    pub address_space: AddressSpaceName,
    /// The network of the subnet to look in.
    pub network_id: IpNet,
    pub number_of_addresses: u32,
    /// 1 to 32.
    pub number_of_ranges: usize,
}

/// Parameters of `Find-IpamFreeSubnet`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeSubnetRequest {
    /// The block to look in.
    pub block: BlockKey,
    pub subnet_prefix: u8,
    /// 1 to 32.
    pub number_of_subnets: usize,
}

/// A range that could be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeRange {
    pub start_ip_address: IpAddr,
    pub end_ip_address: IpAddr,
    /// The network of the subnet it is in.
    pub network_id: IpNet,
}

/// What was found of what was asked for; fewer is a warning and no error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    pub found: Vec<T>,
    pub asked: usize,
}

impl<T> Found<T> {
    /// Whether there are fewer than asked for.
    pub fn is_short(&self) -> bool {
        self.found.len() < self.asked
    }
}

/// Free spans of records looked at in one go.
const PAGE: usize = 256;

/// Ranges of the size asked for in which no range and no record is.
///
/// Deviation: the published example begins at the network's own address, where no range may
/// begin (domain 5.5); these lie within the usable addresses and can be added as they are.
pub(super) fn ranges_in(tx: &Tx<'_>, request: &FreeRangeRequest) -> IpamResult<Vec<FreeRange>> {
    let (network_id, wanted) = (request.network_id, request.number_of_ranges);
    let size = u128::from(request.number_of_addresses);
    if !(1..=FREE_SPANS_PER_CALL).contains(&wanted) {
        return invalid(format!(
            "{wanted} ranges are asked for: 1 to {FREE_SPANS_PER_CALL} are possible"
        ));
    }
    if size == 0 {
        return invalid("a range of 0 addresses is asked for: ask for 1 at least".to_owned());
    }
    let within = usable(network_id);
    if size > within.size() {
        let room = within.size();
        return refuse(
            ErrorId::IpamApiRangeSizeLargerThanSubnet,
            format!(
                "a range of {size} addresses does not fit in `{network_id}`: it may have {room} \
                 at most"
            ),
        );
    }
    let subnet = SubnetKey {
        address_space: request.address_space.clone(),
        network_id,
    };
    if !subnet_exists(tx, &subnet)? {
        return Err(IpamError::not_found(format!(
            "there is no subnet `{subnet}`"
        )));
    }
    let ranges = spans_of_ranges(tx, &request.address_space, &within)?;
    let occupied: AddressSet = ranges.into_iter().collect();
    let mut found = Vec::new();
    for gap in occupied.gaps(&within) {
        let mut rest = Some(gap);
        while let Some(part) = rest.filter(|part| part.size() >= size && found.len() < wanted) {
            let free = taken::free_spans(tx, &request.address_space, &part, PAGE)?;
            let starts = free.iter().flat_map(|span| cut(span, size));
            found.extend(
                starts
                    .map(|span| FreeRange {
                        start_ip_address: span.first(),
                        end_ip_address: span.last(),
                        network_id,
                    })
                    .take(wanted - found.len()),
            );
            let last = free.last().filter(|_| free.len() == PAGE);
            let next = last.and_then(|last| successor(last.last()));
            rest = next.and_then(|next| AddressRange::new(next, gap.last()).ok());
        }
    }
    Ok(found)
}

/// The pieces of exactly `size` addresses that a span holds, one behind the other.
fn cut(span: &AddressRange, size: u128) -> impl Iterator<Item = AddressRange> + use<> {
    pieces(
        span.family(),
        *span.keys().start(),
        *span.keys().end(),
        size,
    )
}

fn pieces(
    family: Family,
    first: u128,
    last: u128,
    size: u128,
) -> impl Iterator<Item = AddressRange> {
    let mut next = Some(first);
    std::iter::from_fn(move || {
        let first = next?;
        let end = first.checked_add(size - 1).filter(|end| *end <= last)?;
        next = end.checked_add(1);
        AddressRange::of_keys(family, first, end)
    })
}

/// Networks of the prefix asked for that share no address with a subnet or a range.
pub(super) fn subnets_in(tx: &Tx<'_>, request: &FreeSubnetRequest) -> IpamResult<Vec<IpNet>> {
    let FreeSubnetRequest {
        block,
        subnet_prefix,
        number_of_subnets: wanted,
    } = request;
    if !(1..=FREE_SPANS_PER_CALL).contains(wanted) {
        return refuse(
            ErrorId::IpamApiInvalidNumberOfSubnets,
            format!("{wanted} subnets are asked for: 1 to {FREE_SPANS_PER_CALL} are possible"),
        );
    }
    if !block_exists(tx, block)? {
        return Err(IpamError::not_found(format!(
            "there is no block `{}`",
            block.span
        )));
    }
    let family = block.span.family();
    if u32::from(*subnet_prefix) > family.bits() {
        return invalid(format!("`/{subnet_prefix}` is no prefix of {family}"));
    }
    if *subnet_prefix < block.network_id.prefix_len() {
        return refuse(
            ErrorId::IpamApiSubnetPrefixLargerThanBlock,
            format!(
                "a /{subnet_prefix} is larger than the block `{}`: ask for a longer prefix",
                block.network_id
            ),
        );
    }
    let mut spans = spans_of_ranges(tx, &block.address_space, &block.span)?;
    spans.extend(spans_of_subnets(tx, &block.address_space, &block.span)?);
    let occupied: AddressSet = spans.into_iter().collect();
    let mut found = Vec::new();
    for gap in occupied.gaps(&block.span) {
        let networks = networks_in(&gap, *subnet_prefix);
        found.extend(networks.take(wanted - found.len()));
    }
    Ok(found)
}

/// The whole networks of a prefix that lie in a span, in order.
fn networks_in(span: &AddressRange, prefix_len: u8) -> impl Iterator<Item = IpNet> + use<> {
    let family = span.family();
    let host_bits = family.bits().saturating_sub(u32::from(prefix_len));
    // Only all of IPv6 has more addresses than fit; it is one network or none.
    let size = 1_u128.checked_shl(host_bits).unwrap_or(u128::MAX);
    let (first, last) = (key_of(span.first()), key_of(span.last()));
    let aligned = first.checked_next_multiple_of(size);
    let spans = aligned.into_iter();
    spans
        .flat_map(move |first| pieces(family, first, last, size))
        .filter_map(move |span| IpNet::new(span.first(), prefix_len).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str) -> AddressRange {
        text.parse().expect(text)
    }

    #[test]
    fn networks_begin_where_their_prefix_lets_them() {
        let of = |text: &str, prefix: u8| -> Vec<String> {
            let networks = networks_in(&span(text), prefix).take(3);
            networks.map(|network| network.to_string()).collect()
        };
        assert_eq!(of("10.0.0.0-10.0.0.255", 26).len(), 3);
        assert_eq!(of("10.0.0.1-10.0.2.5", 24), ["10.0.1.0/24"]);
        assert!(of("10.0.0.1-10.0.0.254", 24).is_empty());
        assert_eq!(of("255.255.255.0-255.255.255.255", 25).len(), 2);
        assert_eq!(
            of("2001:db8::-2001:db8:0:2:ffff:ffff:ffff:ffff", 64),
            ["2001:db8::/64", "2001:db8:0:1::/64", "2001:db8:0:2::/64"]
        );
        assert!(of("::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0).is_empty());
    }

    #[test]
    fn a_span_is_cut_into_whole_pieces() {
        let of = |text: &str, size| -> Vec<String> {
            let pieces = cut(&span(text), size);
            pieces.map(|piece| piece.to_string()).collect()
        };
        assert_eq!(
            of("10.0.0.1-10.0.0.10", 4),
            ["10.0.0.1-10.0.0.4", "10.0.0.5-10.0.0.8"]
        );
        assert!(of("10.0.0.1-10.0.0.3", 4).is_empty());
        assert_eq!(of("255.255.255.254-255.255.255.255", 1).len(), 2);
    }
}
