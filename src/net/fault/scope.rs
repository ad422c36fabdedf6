//! Which packets a fault may touch: by link, host, protocol, port, time and count.

use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use crate::base::SimTime;
use crate::net::packet::{PacketKind, Transport};

/// A packet as a fault sees it when it is about to leave.
#[derive(Debug, Clone, Copy)]
pub struct Passing<'a> {
    pub at: SimTime,
    pub transport: Transport,
    pub kind: PacketKind,
    pub from: SocketAddr,
    pub to: SocketAddr,
    /// The sending host; devices have no name.
    pub from_host: Option<&'a str>,
    /// The host that has the destination address now.
    pub to_host: Option<&'a str>,
}

/// One end of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    Any,
    /// The host of this name.
    Host(Rc<str>),
    /// Whoever uses this address, for devices that have no name.
    Address(IpAddr),
}

impl Peer {
    /// `*` is anyone, an address means that address, anything else is a host's name.
    pub fn parse(text: &str) -> Peer {
        if text == "*" {
            return Peer::Any;
        }
        match text.parse() {
            Ok(address) => Peer::Address(address),
            Err(_) => Peer::Host(text.into()),
        }
    }

    fn is(&self, host: Option<&str>, address: IpAddr) -> bool {
        match self {
            Peer::Any => true,
            Peer::Host(name) => host == Some(name.as_ref()),
            Peer::Address(own) => *own == address,
        }
    }

    pub(super) fn sends(&self, packet: &Passing<'_>) -> bool {
        self.is(packet.from_host, packet.from.ip())
    }

    pub(super) fn receives(&self, packet: &Passing<'_>) -> bool {
        self.is(packet.to_host, packet.to.ip())
    }
}

/// Where and when a fault applies. Everything that is left open matches everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FaultScope {
    /// Packets between these two, in either direction.
    pub link: Option<(Peer, Peer)>,
    /// Packets that this one sends or receives.
    pub host: Option<Peer>,
    pub transport: Option<Transport>,
    /// Packets from or to this port, so that a server's replies are in scope with its requests.
    pub port: Option<u16>,
    /// Packets sent at this time or later.
    pub from: Option<SimTime>,
    /// Packets sent before this time.
    pub until: Option<SimTime>,
}

impl FaultScope {
    pub fn matches(&self, packet: &Passing<'_>) -> bool {
        let on_link = |(a, b): &(Peer, Peer)| {
            (a.sends(packet) && b.receives(packet)) || (b.sends(packet) && a.receives(packet))
        };
        self.covers(packet.at)
            && self
                .transport
                .is_none_or(|transport| transport == packet.transport)
            && self
                .port
                .is_none_or(|port| packet.from.port() == port || packet.to.port() == port)
            && self
                .host
                .as_ref()
                .is_none_or(|host| host.sends(packet) || host.receives(packet))
            && self.link.as_ref().is_none_or(on_link)
    }

    /// Whether `at` lies in the window.
    pub fn covers(&self, at: SimTime) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

/// Which of the packets in scope a fault judges, counted in the order they are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limit {
    /// Lets this many packets pass before it begins.
    pub skip: u64,
    /// Judges this many packets after that and then no more.
    pub first: Option<u64>,
}

impl Limit {
    /// Whether the packet with this ordinal (from 0) is one to judge.
    pub fn admits(self, ordinal: u64) -> bool {
        ordinal >= self.skip && self.first.is_none_or(|first| ordinal - self.skip < first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet() -> Passing<'static> {
        Passing {
            at: SimTime(10),
            transport: Transport::Udp,
            kind: PacketKind::Datagram,
            from: "10.0.0.9:50000".parse().unwrap(),
            to: "10.0.0.1:53".parse().unwrap(),
            from_host: Some("ipam1"),
            to_host: Some("dns1"),
        }
    }

    #[test]
    fn a_scope_matches_unless_one_of_its_parts_differs() {
        let dns = Peer::parse("dns1");
        let good = FaultScope {
            link: Some((dns.clone(), Peer::Any)),
            host: Some(Peer::parse("10.0.0.9")),
            transport: Some(Transport::Udp),
            port: Some(53),
            from: Some(SimTime(10)),
            until: Some(SimTime(11)),
        };
        assert!(good.matches(&packet()));
        assert!(FaultScope::default().matches(&packet()));
        let mutations: [fn(&mut FaultScope); 6] = [
            |scope| scope.link = Some((Peer::parse("dns1"), Peer::parse("dns1"))),
            |scope| scope.host = Some(Peer::parse("dhcp1")),
            |scope| scope.transport = Some(Transport::Icmp),
            |scope| scope.port = Some(67),
            |scope| scope.from = Some(SimTime(11)),
            |scope| scope.until = Some(SimTime(10)),
        ];
        for mutate in mutations {
            let mut scope = good.clone();
            mutate(&mut scope);
            assert!(!scope.matches(&packet()), "{scope:?}");
        }
    }

    #[test]
    fn a_limit_skips_and_then_counts() {
        let limit = Limit {
            skip: 2,
            first: Some(2),
        };
        let judged: Vec<u64> = (0..6).filter(|n| limit.admits(*n)).collect();
        assert_eq!(judged, [2, 3]);
        assert!(Limit::default().admits(u64::MAX));
    }
}
