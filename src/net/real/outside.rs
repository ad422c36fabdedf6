//! What peers outside the estate find at its addresses, for whoever connects the two.

use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use crate::net::outside::Station;
use crate::net::packet::{DropReason, PacketKind, Transport};

use super::net::RealNet;

impl RealNet {
    pub(in crate::net) fn stations(&self) -> Vec<Station> {
        let hosts = self.hosts.borrow();
        let stations = hosts.stations();
        let seen = stations.map(|(address, station)| {
            let host = station.host.map(|id| hosts.get(id));
            Station {
                address,
                host: host.map(|host| Rc::clone(&host.name)),
                up: host.is_none_or(|host| host.up),
            }
        });
        seen.collect()
    }

    pub(in crate::net) fn lets_in(
        &self,
        transport: Transport,
        from: SocketAddr,
        to: SocketAddr,
    ) -> bool {
        let station = self.hosts.borrow().at(to.ip());
        let Some(station) = station else {
            return false;
        };
        let Some(host) = station.host else {
            return station.answers_ping;
        };
        let program = {
            let map = self.map.borrow();
            let listener = map.listener(transport, to);
            listener.map_or_else(|| "".into(), |binding| Rc::clone(&binding.program))
        };
        self.admit(host, transport, (from, to), &program).is_ok()
    }

    pub(in crate::net) fn echoes(&self, from: IpAddr, to: IpAddr) -> bool {
        let ends = (SocketAddr::new(from, 0), SocketAddr::new(to, 0));
        self.answers_echo(ends).is_ok()
    }

    /// Decides on an echo request from outside and writes it down.
    #[cfg(target_os = "linux")]
    pub(super) fn echo_arrives(&self, from: IpAddr, to: IpAddr) -> Result<(), DropReason> {
        let ends = (SocketAddr::new(from, 0), SocketAddr::new(to, 0));
        let outcome = self.answers_echo(ends);
        let kind = PacketKind::EchoRequest;
        self.note_arrival(Transport::Icmp, kind, ends, &[], outcome.clone());
        outcome
    }
}
