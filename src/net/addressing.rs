//! Address rules that both grounds follow.

use std::net::{IpAddr, Ipv4Addr};

/// Ephemeral ports, as Windows hands them out since Vista (RFC 6335 section 6).
pub(super) const EPHEMERAL: std::ops::RangeInclusive<u16> = 49152..=65535;

/// Whether a datagram for this address goes to every listener on the sender's segment:
/// limited broadcast (RFC 919 section 7) or link-scoped multicast (RFC 4291 section 2.7).
pub(super) fn is_group(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4 == Ipv4Addr::BROADCAST,
        IpAddr::V6(v6) => v6.segments()[0] == 0xff02,
    }
}

pub(super) fn is_link_scoped(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(_) => false,
        IpAddr::V6(v6) => v6.segments()[0] == 0xff02 || v6.segments()[0] & 0xffc0 == 0xfe80,
    }
}

/// The first of a host's addresses that can talk to `peer`: a link-local one for a link-scoped
/// peer where there is one, else the first of the family.
pub(super) fn first_towards(own: &[IpAddr], peer: IpAddr) -> Option<IpAddr> {
    let linked = |address: &&IpAddr| is_link_scoped(peer) && is_link_scoped(**address);
    let related = |address: &&IpAddr| address.is_ipv4() == peer.is_ipv4();
    own.iter()
        .find(linked)
        .or_else(|| own.iter().find(related))
        .copied()
}

/// The address a host uses before it has one, as a DHCP client does (RFC 2131 section 4.1).
pub(super) fn unspecified(family_of: IpAddr) -> IpAddr {
    match family_of {
        IpAddr::V4(_) => IpAddr::from([0; 4]),
        IpAddr::V6(_) => IpAddr::from([0; 16]),
    }
}
