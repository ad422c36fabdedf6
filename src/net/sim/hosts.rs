//! Who is where: hosts, their addresses, segments and open ports, and the address-only devices.
//!
//! An IPv4 address is found through its /24, so that an estate with every address of a /16 in use
//! still has a small index; the verdict of a lookup never depends on the order of insertion.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::rc::Rc;

use rand::RngExt as _;

use crate::base::{Seed, Stream};
use crate::net::addressing::{EPHEMERAL, first_towards};
use crate::net::admission::HostSpec;

use super::services::ServiceKey;
use super::slots::Key;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HostId(pub(super) u32);

/// Who holds an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    Host(HostId),
    /// Something that has an address and nothing else: a printer, a phone.
    Device,
}

/// One address in use.
#[derive(Debug, Clone, Copy)]
pub(super) struct Station {
    pub(super) holder: Holder,
    pub(super) answers_ping: bool,
}

/// Where a datagram for a port goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listener {
    Service(ServiceKey),
    Socket(Key),
}

/// Open ports of one host: for each port, the addresses it is open on.
type Ports<T> = BTreeMap<u16, Vec<(IpAddr, T)>>;

#[derive(Debug)]
pub(super) struct Host {
    pub(super) name: Rc<str>,
    pub(super) up: bool,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) segment: Rc<str>,
    pub(super) udp: Ports<Listener>,
    pub(super) tcp: Ports<ServiceKey>,
    /// Counts crashes, so that a restart planned before the next crash does not end it early.
    pub(super) crashes: u32,
    ports: Stream,
}

type Block = Box<[Option<Station>; 256]>;

#[derive(Debug)]
pub(super) struct Hosts {
    list: Vec<Host>,
    names: BTreeMap<Rc<str>, HostId>,
    segments: BTreeMap<Rc<str>, Vec<HostId>>,
    v4: BTreeMap<u32, Block>,
    v6: BTreeMap<Ipv6Addr, Station>,
}

impl Hosts {
    pub(super) fn new() -> Self {
        Hosts {
            list: Vec::new(),
            names: BTreeMap::new(),
            segments: BTreeMap::new(),
            v4: BTreeMap::new(),
            v6: BTreeMap::new(),
        }
    }

    /// Adds a host, or gives the host of that name further addresses.
    pub(super) fn add(&mut self, spec: HostSpec, seed: Seed) -> HostId {
        let id = match self.names.get(&spec.name) {
            Some(id) => *id,
            None => self.create(&spec, seed),
        };
        for address in spec.addresses {
            let host = &mut self.list[id.0 as usize];
            if !host.addresses.contains(&address) {
                host.addresses.push(address);
            }
            self.place(
                address,
                Station {
                    holder: Holder::Host(id),
                    answers_ping: spec.answers_ping,
                },
            );
        }
        id
    }

    fn create(&mut self, spec: &HostSpec, seed: Seed) -> HostId {
        let id = HostId(u32::try_from(self.list.len()).expect("fewer than 4 billion hosts"));
        self.list.push(Host {
            name: Rc::clone(&spec.name),
            up: true,
            addresses: Vec::new(),
            segment: Rc::clone(&spec.segment),
            udp: Ports::new(),
            tcp: Ports::new(),
            crashes: 0,
            ports: seed.stream(&format!("ports:{}", spec.name)),
        });
        self.names.insert(Rc::clone(&spec.name), id);
        self.segments
            .entry(Rc::clone(&spec.segment))
            .or_default()
            .push(id);
        id
    }

    pub(super) fn place(&mut self, address: IpAddr, station: Station) {
        match address {
            IpAddr::V4(v4) => {
                let [.., low] = v4.octets();
                let block = self
                    .v4
                    .entry(v4.to_bits() >> 8)
                    .or_insert_with(|| Box::new([None; 256]));
                block[usize::from(low)] = Some(station);
            }
            IpAddr::V6(v6) => {
                self.v6.insert(v6, station);
            }
        }
    }

    /// Takes an address away from whoever has it.
    pub(super) fn vacate(&mut self, address: IpAddr) {
        if let Some(Holder::Host(id)) = self.at(address).map(|station| station.holder) {
            self.list[id.0 as usize]
                .addresses
                .retain(|held| *held != address);
        }
        match address {
            IpAddr::V4(v4) => {
                if let Some(block) = self.v4.get_mut(&(v4.to_bits() >> 8)) {
                    block[usize::from(v4.octets()[3])] = None;
                }
            }
            IpAddr::V6(v6) => {
                self.v6.remove(&v6);
            }
        }
    }

    /// Gives a host a further address, unless somebody has it.
    pub(super) fn join(&mut self, id: HostId, address: IpAddr, answers_ping: bool) {
        if self.at(address).is_some() {
            return;
        }
        self.list[id.0 as usize].addresses.push(address);
        let holder = Holder::Host(id);
        self.place(
            address,
            Station {
                holder,
                answers_ping,
            },
        );
    }

    /// Takes an address away from a host, if that host has it.
    pub(super) fn leave(&mut self, id: HostId, address: IpAddr) {
        if self.at(address).map(|station| station.holder) == Some(Holder::Host(id)) {
            self.vacate(address);
        }
    }

    pub(super) fn at(&self, address: IpAddr) -> Option<Station> {
        match address {
            IpAddr::V4(v4) => {
                let block = self.v4.get(&(v4.to_bits() >> 8))?;
                block[usize::from(v4.octets()[3])]
            }
            IpAddr::V6(v6) => self.v6.get(&v6).copied(),
        }
    }

    pub(super) fn set_answers_ping(&mut self, address: IpAddr, answers: bool) {
        if let Some(station) = self.at(address) {
            let answers_ping = answers;
            self.place(
                address,
                Station {
                    answers_ping,
                    ..station
                },
            );
        }
    }

    pub(super) fn named(&self, name: &str) -> Option<HostId> {
        self.names.get(name).copied()
    }

    pub(super) fn get(&self, id: HostId) -> &Host {
        &self.list[id.0 as usize]
    }

    pub(super) fn get_mut(&mut self, id: HostId) -> &mut Host {
        &mut self.list[id.0 as usize]
    }

    /// The hosts of the segment that `id` sits on, itself included, in order of being added.
    pub(super) fn neighbours(&self, id: HostId) -> &[HostId] {
        self.segments
            .get(&self.get(id).segment)
            .map_or(&[], Vec::as_slice)
    }
}

impl Host {
    /// The first address that can talk to `peer`: link-local for link-local, else the first of
    /// the family.
    pub(super) fn address_towards(&self, peer: IpAddr) -> Option<IpAddr> {
        first_towards(&self.addresses, peer)
    }

    pub(super) fn udp_listener(&self, to: SocketAddr) -> Option<Listener> {
        open_on(&self.udp, to)
    }

    pub(super) fn tcp_listener(&self, to: SocketAddr) -> Option<ServiceKey> {
        open_on(&self.tcp, to)
    }

    /// A free ephemeral UDP port on `address`: a seeded draw, then the next free one upwards.
    pub(super) fn ephemeral_udp(&mut self, address: IpAddr) -> Option<u16> {
        let drawn = self.draw_port();
        (drawn..=*EPHEMERAL.end())
            .chain(*EPHEMERAL.start()..drawn)
            .find(|port| {
                self.udp
                    .get(port)
                    .is_none_or(|open| open.iter().all(|(own, _)| *own != address))
            })
    }

    /// The port a new connection leaves from. Connections are told apart by key, so a port that
    /// is drawn twice does no harm.
    pub(super) fn draw_port(&mut self) -> u16 {
        self.ports.random_range(EPHEMERAL)
    }
}

/// Opens a port on an address; false when it is taken.
pub(super) fn open_port<T>(ports: &mut Ports<T>, local: SocketAddr, owner: T) -> bool {
    let open = ports.entry(local.port()).or_default();
    if open.iter().any(|(address, _)| *address == local.ip()) {
        return false;
    }
    open.push((local.ip(), owner));
    true
}

/// Closes what `owned` picks on the port of `local`.
pub(super) fn close_port<T>(
    ports: &mut Ports<T>,
    local: SocketAddr,
    owned: impl Fn(&T) -> bool,
) -> bool {
    let Some(open) = ports.get_mut(&local.port()) else {
        return false;
    };
    let before = open.len();
    open.retain(|(address, owner)| *address != local.ip() || !owned(owner));
    let closed = open.len() < before;
    if open.is_empty() {
        ports.remove(&local.port());
    }
    closed
}

fn open_on<T: Copy>(ports: &Ports<T>, to: SocketAddr) -> Option<T> {
    let open = ports.get(&to.port())?;
    let exact = open.iter().find(|(address, _)| *address == to.ip());
    exact
        .or_else(|| {
            open.iter()
                .find(|(address, _)| address.is_unspecified() && address.is_ipv4() == to.is_ipv4())
        })
        .map(|(_, owner)| *owner)
}
