//! Datagrams: sending, arriving, and the sockets of client programs.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use crate::net::addressing::{is_group, unspecified};
use crate::net::packet::{DropReason, PacketKind, Transport};

use super::driver::Sim;
use super::hosts::{HostId, Listener, close_port, open_port};
use super::ledger::PacketId;
use super::services::Happening;
use super::slots::Key;
use super::state::{Errand, Outgoing, State};
use super::wait::wait_until;

/// A client's socket.
#[derive(Debug)]
pub(super) struct Socket {
    host: HostId,
    local: SocketAddr,
    queue: VecDeque<(Rc<[u8]>, SocketAddr)>,
    reader: Option<Key>,
}

impl State {
    pub(super) fn send_datagram(
        &mut self,
        host: HostId,
        from: SocketAddr,
        to: SocketAddr,
        payload: Rc<[u8]>,
    ) {
        let out = Outgoing {
            transport: Transport::Udp,
            kind: PacketKind::Datagram,
            from,
            to,
            payload,
        };
        if is_group(to.ip()) {
            self.send_to_group(host, out);
        } else {
            self.transmit(out, Errand::Datagram);
        }
    }

    /// A datagram reaches `receiver`, or for a unicast one whoever has the address.
    pub(super) fn datagram_arrives(&mut self, packet: PacketId, receiver: Option<HostId>) {
        let arrival = self.ledger.get(packet);
        let (from, to) = (arrival.from, arrival.to);
        let payload = Rc::clone(&arrival.payload);
        let listener = self.datagram_listener(from, to, receiver);
        match listener {
            Err(reason) => self.ledger.dropped(packet, reason),
            Ok(listener) => {
                self.ledger.delivered(packet, self.now.sim);
                self.hand_over(listener, from, to, payload);
            }
        }
    }

    fn datagram_listener(
        &self,
        from: SocketAddr,
        to: SocketAddr,
        receiver: Option<HostId>,
    ) -> Result<Listener, DropReason> {
        if self.hosts.at(to.ip()).is_none() && receiver.is_none() {
            return Err(DropReason::NoHost);
        }
        let host = receiver.or_else(|| self.host_at(to));
        // A device has no ports at all.
        let id = host.ok_or(DropReason::NoListener)?;
        let host = self.hosts.get(id);
        if !host.up {
            return Err(DropReason::HostDown);
        }
        let listener = match receiver {
            Some(_) => self.group_listener(id, to),
            None => host.udp_listener(to),
        };
        let listener = listener.ok_or(DropReason::NoListener)?;
        if let Listener::Service(key) = listener {
            let record = self.record(key);
            self.admit(id, Transport::Udp, (from, to), &record.program)?;
            if !record.running {
                return Err(DropReason::NoListener);
            }
        }
        Ok(listener)
    }

    fn hand_over(
        &mut self,
        to_whom: Listener,
        from: SocketAddr,
        to: SocketAddr,
        payload: Rc<[u8]>,
    ) {
        match to_whom {
            Listener::Service(key) => self.tell(key, Happening::Datagram { from, to, payload }),
            Listener::Socket(key) => {
                if let Some(socket) = self.sockets.get_mut(key) {
                    socket.queue.push_back((payload, from));
                    let reader = socket.reader;
                    self.wake(reader);
                }
            }
        }
    }

    fn open_socket(&mut self, host: HostId, family_of: IpAddr, port: u16) -> io::Result<Key> {
        let owner = self.hosts.get_mut(host);
        let address = owner
            .address_towards(family_of)
            .unwrap_or_else(|| unspecified(family_of));
        let port = match port {
            0 => owner.ephemeral_udp(address),
            port => Some(port),
        };
        let taken = || io::Error::from(io::ErrorKind::AddrInUse);
        let local = SocketAddr::new(address, port.ok_or_else(taken)?);
        let key = self.sockets.insert(Socket {
            host,
            local,
            queue: VecDeque::new(),
            reader: None,
        });
        let owner = self.hosts.get_mut(host);
        if !open_port(&mut owner.udp, local, Listener::Socket(key)) {
            self.sockets.remove(key);
            return Err(taken());
        }
        Ok(key)
    }

    fn close_socket(&mut self, key: Key) {
        if let Some(socket) = self.sockets.remove(key) {
            let owner = self.hosts.get_mut(socket.host);
            close_port(&mut owner.udp, socket.local, |listener| {
                *listener == Listener::Socket(key)
            });
        }
    }
}

/// A bound socket on the simulated network.
pub(in crate::net) struct SimUdp {
    sim: Rc<Sim>,
    host: HostId,
    key: Key,
    local: SocketAddr,
}

impl SimUdp {
    pub(super) fn open(
        sim: &Rc<Sim>,
        host: HostId,
        family_of: IpAddr,
        port: u16,
    ) -> io::Result<SimUdp> {
        sim.with(|state| {
            let key = state.open_socket(host, family_of, port)?;
            let local = state.sockets.get(key).expect("just opened").local;
            Ok(SimUdp {
                sim: Rc::clone(sim),
                host,
                key,
                local,
            })
        })
    }

    pub(in crate::net) fn local(&self) -> SocketAddr {
        self.local
    }

    pub(in crate::net) fn send_to(&self, payload: &[u8], to: SocketAddr) {
        self.sim
            .with(|state| state.send_datagram(self.host, self.local, to, payload.into()));
    }

    pub(in crate::net) async fn recv_from(
        &self,
        timeout: Duration,
    ) -> Option<(Vec<u8>, SocketAddr)> {
        let deadline = self.sim.now().sim.after(timeout);
        wait_until(&self.sim, deadline, |state, reader| {
            let socket = state.sockets.get_mut(self.key)?;
            socket.reader = Some(reader);
            socket.queue.pop_front()
        })
        .await
        .map(|(payload, from)| (payload.to_vec(), from))
    }
}

impl Drop for SimUdp {
    fn drop(&mut self) {
        self.sim.with(|state| state.close_socket(self.key));
    }
}
