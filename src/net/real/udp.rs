//! Datagrams over kernel sockets: the loop of a service's socket, and clients' sockets.

use std::cell::RefCell;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use tokio::net::UdpSocket;

use crate::net::addressing::{is_group, unspecified};
use crate::net::packet::{DropReason, PacketKind, Transport};
use crate::net::service::Event;

use super::hosts::HostId;
use super::map::Client;
use super::net::{RealNet, Registered};
use super::services::ServiceKey;

/// The largest datagram there is (RFC 768).
const LARGEST_DATAGRAM: usize = 65_535;

/// Datagrams one loop handles before it lets the others have a turn.
const BATCH: usize = 64;

/// What a busy server asks the kernel to hold for it; the kernel may give less.
const RECEIVE_BUFFER: usize = 4 * 1024 * 1024;

/// The sending side of a service's socket: the same socket as the loop's, used without waiting.
pub(super) struct Sender(std::net::UdpSocket);

/// Binds a socket for use in a loop, and a second handle on it for sending at once.
pub(super) fn bind(real: SocketAddr) -> io::Result<(UdpSocket, Sender)> {
    let socket = std::net::UdpSocket::bind(real)?;
    socket.set_nonblocking(true)?;
    // A smaller buffer still works, it only loses more of a burst.
    let _ = socket2::SockRef::from(&socket).set_recv_buffer_size(RECEIVE_BUFFER);
    let sender = Sender(socket.try_clone()?);
    Ok((UdpSocket::from_std(socket)?, sender))
}

impl Sender {
    /// Sends, or loses the datagram when the kernel has no room, as a network card would.
    pub(super) fn send(&self, payload: &[u8], to: SocketAddr) {
        let _ = self.0.send_to(payload, to);
    }
}

impl RealNet {
    /// The buffer that all sockets of the network receive into, one after the other.
    fn take_buffer(&self) -> Vec<u8> {
        let mut buffer = self.buffer.take();
        buffer.resize(LARGEST_DATAGRAM, 0);
        buffer
    }

    /// Serves one socket of a service; never ends by itself.
    pub(super) async fn serve_udp(
        self: Rc<Self>,
        socket: UdpSocket,
        local: SocketAddr,
        key: ServiceKey,
    ) {
        loop {
            if socket.readable().await.is_err() {
                return;
            }
            let mut buffer = self.take_buffer();
            for _ in 0..BATCH {
                match socket.try_recv_from(&mut buffer) {
                    Ok((length, peer)) => self.datagram(key, local, peer, &buffer[..length]),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    // An ICMP error about an earlier reply, told on the next receive.
                    Err(_) => {}
                }
            }
            self.buffer.replace(buffer);
            tokio::task::consume_budget().await;
        }
    }

    fn datagram(
        self: &Rc<Self>,
        key: ServiceKey,
        local: SocketAddr,
        peer: SocketAddr,
        payload: &[u8],
    ) {
        let mapped = self.map.borrow().simulated(Transport::Udp, peer);
        let from = mapped.unwrap_or(peer);
        let (host, program, running) = {
            let services = self.services.borrow();
            let record = services.record(key);
            (record.host, Rc::clone(&record.program), record.running)
        };
        let outcome = self
            .admit(host, Transport::Udp, (from, local), &program)
            .and_then(|()| running.then_some(()).ok_or(DropReason::NoListener));
        let admitted = outcome.is_ok();
        self.note_arrival(
            Transport::Udp,
            PacketKind::Datagram,
            (from, local),
            payload,
            outcome,
        );
        if admitted {
            let event = Event::Datagram {
                from,
                to: local,
                payload,
            };
            let outside = mapped.is_none().then_some(peer);
            self.tell(key, event, outside);
        }
    }

    /// A service on `host` sends. A reply that is meant for nobody of ours goes to `outside`,
    /// the peer that asked, whatever address the reply names: a relay outside has an address
    /// that only the estate's plan knows.
    pub(super) fn service_sends(
        &self,
        host: HostId,
        (from, to): (SocketAddr, SocketAddr),
        payload: &[u8],
        outside: Option<SocketAddr>,
    ) {
        let sender = self.services.borrow().senders.get(&from).cloned();
        if let Some(sender) = sender {
            self.send(host, to, outside, |real| sender.send(payload, real));
        }
    }

    /// Finds the real receivers of a datagram that `host` sends to `to`.
    fn send(
        &self,
        host: HostId,
        to: SocketAddr,
        outside: Option<SocketAddr>,
        put: impl Fn(SocketAddr),
    ) {
        if !self.hosts.borrow().get(host).up {
            return;
        }
        let real = self.map.borrow().real(Transport::Udp, to);
        match (real, outside) {
            (Some(real), _) => {
                if self.external_admits(Transport::Udp, host, to) {
                    put(real);
                }
            }
            (None, Some(peer)) => put(peer),
            (None, None) if is_group(to.ip()) => self.group(host, to).into_iter().for_each(put),
            (None, None) if to.ip().is_loopback() => put(to),
            // An address of the estate that nobody has: it must not reach the real network.
            (None, None) => {}
        }
    }

    /// Listeners that somebody else runs have no loop here that could ask the firewall, so it is
    /// asked before sending.
    pub(super) fn external_admits(
        &self,
        transport: Transport,
        host: HostId,
        to: SocketAddr,
    ) -> bool {
        let program = match self.map.borrow().listener(transport, to) {
            Some(binding) if binding.external => Rc::clone(&binding.program),
            _ => return true,
        };
        let hosts = self.hosts.borrow();
        let from = hosts.get(host).address_towards(to.ip());
        let from = SocketAddr::new(from.unwrap_or_else(|| unspecified(to.ip())), 0);
        let Some(target) = hosts.at(to.ip()).and_then(|station| station.host) else {
            return true;
        };
        drop(hosts);
        self.admit(target, transport, (from, to), &program).is_ok()
    }

    /// The real sockets on the segment of `host` that have the port open. A service that
    /// listens on several addresses of one host is named once.
    fn group(&self, host: HostId, to: SocketAddr) -> Vec<SocketAddr> {
        let (hosts, map) = (self.hosts.borrow(), self.map.borrow());
        let sender = hosts.get(host);
        let same_family = |other: SocketAddr| other.is_ipv4() == to.is_ipv4();
        let mut heard: Vec<&Rc<str>> = vec![&sender.name];
        let mut receivers = Vec::new();
        for binding in map.listeners() {
            let near = hosts
                .named(&binding.host)
                .is_some_and(|id| hosts.get(id).segment == sender.segment);
            let fits = binding.transport == Transport::Udp
                && binding.simulated.port() == to.port()
                && same_family(binding.simulated);
            if near && fits && !heard.contains(&&binding.host) {
                heard.push(&binding.host);
                receivers.push(binding.real);
            }
        }
        for (simulated, client) in map.clients_on(Transport::Udp, to.port()) {
            if client.segment == sender.segment && same_family(simulated) {
                receivers.push(client.real);
            }
        }
        receivers
    }
}

/// A client's socket over a kernel socket.
pub(in crate::net) struct RealUdp {
    net: Rc<RealNet>,
    host: HostId,
    socket: UdpSocket,
    registered: Registered,
}

impl RealUdp {
    pub(super) fn open(
        net: &Rc<RealNet>,
        host: HostId,
        family_of: IpAddr,
        port: u16,
    ) -> io::Result<RealUdp> {
        let local = net.simulated_local(Transport::Udp, host, family_of, port)?;
        let (socket, _) = bind(SocketAddr::new(net.bind_address(local.ip()), 0))?;
        let client = Client {
            real: socket.local_addr()?,
            segment: Rc::clone(&net.hosts.borrow().get(host).segment),
        };
        Ok(RealUdp {
            net: Rc::clone(net),
            host,
            socket,
            registered: Registered::new(net, Transport::Udp, local, client),
        })
    }

    pub(in crate::net) fn local(&self) -> SocketAddr {
        self.registered.local()
    }

    pub(in crate::net) async fn send_to(&self, payload: &[u8], to: SocketAddr) -> io::Result<()> {
        let targets = RefCell::new(Vec::new());
        self.net
            .send(self.host, to, None, |real| targets.borrow_mut().push(real));
        for real in targets.into_inner() {
            self.socket.send_to(payload, real).await?;
        }
        Ok(())
    }

    pub(in crate::net) async fn recv_from(
        &self,
        timeout: Duration,
    ) -> io::Result<Option<(Vec<u8>, SocketAddr)>> {
        match tokio::time::timeout(timeout, self.receive()).await {
            Ok(received) => received.map(Some),
            Err(_) => Ok(None),
        }
    }

    async fn receive(&self) -> io::Result<(Vec<u8>, SocketAddr)> {
        loop {
            self.socket.readable().await?;
            let mut buffer = self.net.take_buffer();
            let received = self.socket.try_recv_from(&mut buffer);
            let payload = received
                .as_ref()
                .map_or_else(|_| Vec::new(), |(length, _)| buffer[..*length].to_vec());
            self.net.buffer.replace(buffer);
            let (_, peer) = match received {
                Ok(received) => received,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                // Told about an earlier send that nobody was there for; in the simulation that
                // is silence (RFC 1122 section 4.1.3.3 leaves it to the application).
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => continue,
                Err(error) => return Err(error),
            };
            if !self.net.hosts.borrow().get(self.host).up {
                continue;
            }
            let from = self.net.map.borrow().simulated(Transport::Udp, peer);
            let from = from.unwrap_or(peer);
            let ends = (from, self.local());
            self.net
                .note_arrival(Transport::Udp, PacketKind::Datagram, ends, &payload, Ok(()));
            return Ok((payload, from));
        }
    }
}
