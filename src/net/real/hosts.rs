//! The hosts of a real network: names, addresses, whether they are up and answer ping.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

use rand::RngExt as _;

use crate::base::{Seed, Stream};
use crate::net::addressing::{EPHEMERAL, first_towards};
use crate::net::admission::HostSpec;

/// A place in the list of hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HostId(usize);

#[derive(Debug)]
pub(super) struct Host {
    pub(super) name: Rc<str>,
    pub(super) up: bool,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) segment: Rc<str>,
    ports: Stream,
}

/// Who has an address; devices have no host.
#[derive(Debug, Clone, Copy)]
pub(super) struct Station {
    pub(super) host: Option<HostId>,
    pub(super) answers_ping: bool,
}

#[derive(Debug, Default)]
pub(super) struct Hosts {
    list: Vec<Host>,
    names: BTreeMap<Rc<str>, HostId>,
    stations: BTreeMap<IpAddr, Station>,
}

impl Hosts {
    pub(super) fn add(&mut self, spec: HostSpec, seed: Seed) {
        let id = *self
            .names
            .entry(Rc::clone(&spec.name))
            .or_insert(HostId(self.list.len()));
        if id.0 == self.list.len() {
            self.list.push(Host {
                name: Rc::clone(&spec.name),
                up: true,
                addresses: Vec::new(),
                segment: spec.segment,
                ports: seed.stream(&format!("ports:{}", spec.name)),
            });
        }
        for address in spec.addresses {
            let own = &mut self.list[id.0].addresses;
            if !own.contains(&address) {
                own.push(address);
            }
            let station = Station {
                host: Some(id),
                answers_ping: spec.answers_ping,
            };
            self.stations.insert(address, station);
        }
    }

    pub(super) fn add_device(&mut self, address: IpAddr, answers_ping: bool) {
        let station = Station {
            host: None,
            answers_ping,
        };
        self.stations.insert(address, station);
    }

    pub(super) fn vacate(&mut self, address: IpAddr) {
        if let Some(Station { host: Some(id), .. }) = self.stations.remove(&address) {
            self.list[id.0].addresses.retain(|own| *own != address);
        }
    }

    pub(super) fn at(&self, address: IpAddr) -> Option<Station> {
        self.stations.get(&address).copied()
    }

    /// Every address and who has it, in order.
    pub(super) fn stations(&self) -> impl Iterator<Item = (IpAddr, Station)> + '_ {
        let stations = self.stations.iter();
        stations.map(|(address, station)| (*address, *station))
    }

    pub(super) fn set_answers_ping(&mut self, address: IpAddr, answers: bool) {
        if let Some(station) = self.stations.get_mut(&address) {
            station.answers_ping = answers;
        }
    }

    pub(super) fn named(&self, name: &str) -> Option<HostId> {
        self.names.get(name).copied()
    }

    pub(super) fn get(&self, id: HostId) -> &Host {
        &self.list[id.0]
    }

    pub(super) fn get_mut(&mut self, id: HostId) -> &mut Host {
        &mut self.list[id.0]
    }
}

impl Host {
    /// The first address that can talk to `peer`; see [`crate::net::Endpoint::address_towards`].
    pub(super) fn address_towards(&self, peer: IpAddr) -> Option<IpAddr> {
        first_towards(&self.addresses, peer)
    }

    /// Ephemeral ports in the order to try them: a seeded draw, then upwards. They are those of
    /// the simulated address; real ports are the kernel's.
    pub(super) fn ephemeral_ports(&mut self) -> impl Iterator<Item = u16> + use<> {
        let drawn = self.ports.random_range(EPHEMERAL);
        (drawn..=*EPHEMERAL.end()).chain(*EPHEMERAL.start()..drawn)
    }
}
