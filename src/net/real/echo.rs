//! ICMP echo over loopback: an echo message in a datagram to the network's echo port.
//!
//! The kernel would answer a real echo request for every address of 127.0.0.0/8, so hosts that
//! are down or silent could not be told apart. The message is ICMP's own (RFC 792, RFC 4443
//! section 4) and carries the simulated source and destination as its data.
//! Deviation: the ICMPv6 checksum leaves out the pseudo-header, as there is no IPv6 packet.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::sync::{Semaphore, oneshot};

use crate::net::endpoint::PingReply;
use crate::net::packet::{DropReason, PacketKind, Transport};

use super::hosts::HostId;
use super::net::RealNet;
use super::udp::{Sender, bind};

/// Requests and replies that may sit in kernel buffers at once; more could overflow them, and a
/// lost reply would look like a silent host.
const IN_BUFFERS: usize = 64;

/// The sockets of the echo port and the pings that wait for it.
pub(super) struct EchoPort {
    open: RefCell<Option<(Rc<Sender>, SocketAddr)>>,
    next: Cell<u32>,
    /// Waiting pings; those whose message may still sit in a buffer hold a place in `room`.
    waiting: RefCell<BTreeMap<u32, oneshot::Sender<()>>>,
    buffered: RefCell<BTreeMap<u32, ()>>,
    room: Semaphore,
}

impl Default for EchoPort {
    fn default() -> Self {
        EchoPort {
            open: RefCell::default(),
            next: Cell::new(0),
            waiting: RefCell::default(),
            buffered: RefCell::default(),
            room: Semaphore::new(IN_BUFFERS),
        }
    }
}

impl EchoPort {
    /// The message of ping `id` has been taken out of the kernel for good.
    fn taken_out(&self, id: u32) {
        if self.buffered.borrow_mut().remove(&id).is_some() {
            self.room.add_permits(1);
        }
    }
}

/// Forgets the ping even when its future is dropped half way.
struct Waiting<'a> {
    echo: &'a EchoPort,
    id: u32,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.echo.waiting.borrow_mut().remove(&self.id);
        self.echo.taken_out(self.id);
    }
}

impl RealNet {
    pub(super) async fn ping(
        self: &Rc<Self>,
        host: HostId,
        target: IpAddr,
        timeout: Duration,
    ) -> PingReply {
        let begun = tokio::time::Instant::now();
        match tokio::time::timeout(timeout, self.echo(host, target)).await {
            Ok(()) => PingReply::Alive {
                round_trip: begun.elapsed(),
            },
            Err(_) => PingReply::TimedOut,
        }
    }

    /// Ends when the reply is there; otherwise never.
    async fn echo(self: &Rc<Self>, host: HostId, target: IpAddr) {
        let own = {
            let hosts = self.hosts.borrow();
            let owner = hosts.get(host);
            owner.address_towards(target).filter(|_| owner.up)
        };
        let opened = self.echo_port();
        if let (Some(own), Ok((sender, port)), Ok(permit)) =
            (own, opened, self.echo.room.acquire().await)
        {
            permit.forget();
            let id = self.echo.next.get();
            self.echo.next.set(id.wrapping_add(1));
            let (reply, replied) = oneshot::channel();
            self.echo.waiting.borrow_mut().insert(id, reply);
            self.echo.buffered.borrow_mut().insert(id, ());
            let _waiting = Waiting {
                echo: &self.echo,
                id,
            };
            sender.send(&Message::request(id, own, target).encode(), port);
            if replied.await.is_ok() {
                return;
            }
        }
        std::future::pending().await
    }

    /// Opens the echo port and its asker when they are first needed.
    fn echo_port(self: &Rc<Self>) -> io::Result<(Rc<Sender>, SocketAddr)> {
        let mut open = self.echo.open.borrow_mut();
        if let Some((sender, port)) = &*open {
            return Ok((Rc::clone(sender), *port));
        }
        let loopback = SocketAddr::new(self.options.get().bind_v4, 0);
        let (answering, answerer) = bind(loopback)?;
        let (asking, asker) = bind(loopback)?;
        let opened = (Rc::new(asker), answering.local_addr()?);
        *open = Some((Rc::clone(&opened.0), opened.1));
        drop(open);
        self.start_loop(Rc::clone(self).answer_echoes(answering, answerer));
        self.start_loop(Rc::clone(self).hear_replies(asking));
        Ok(opened)
    }

    async fn answer_echoes(self: Rc<Self>, socket: UdpSocket, answerer: Sender) {
        let mut buffer = [0; 2048];
        loop {
            let Ok((length, peer)) = socket.recv_from(&mut buffer).await else {
                tokio::task::yield_now().await;
                continue;
            };
            let Some(request) = Message::decode(&buffer[..length]) else {
                continue;
            };
            let ends = (
                SocketAddr::new(request.from, 0),
                SocketAddr::new(request.to, 0),
            );
            let outcome = self.answers_echo(ends);
            let answers = outcome.is_ok();
            let kind = PacketKind::EchoRequest;
            self.note_arrival(Transport::Icmp, kind, ends, &[], outcome);
            if answers {
                answerer.send(&request.reply().encode(), peer);
            } else {
                self.echo.taken_out(request.id);
            }
        }
    }

    pub(super) fn answers_echo(&self, ends: (SocketAddr, SocketAddr)) -> Result<(), DropReason> {
        let station = self.hosts.borrow().at(ends.1.ip());
        let station = station.ok_or(DropReason::NoHost)?;
        if let Some(host) = station.host {
            self.admit(host, Transport::Icmp, ends, "System")?;
        }
        station.answers_ping.then_some(()).ok_or(DropReason::Silent)
    }

    async fn hear_replies(self: Rc<Self>, socket: UdpSocket) {
        let mut buffer = [0; 2048];
        loop {
            let Ok((length, _)) = socket.recv_from(&mut buffer).await else {
                tokio::task::yield_now().await;
                continue;
            };
            let Some(reply) = Message::decode(&buffer[..length]) else {
                continue;
            };
            let ends = (SocketAddr::new(reply.from, 0), SocketAddr::new(reply.to, 0));
            self.note_arrival(Transport::Icmp, PacketKind::EchoReply, ends, &[], Ok(()));
            self.echo.taken_out(reply.id);
            if let Some(waiting) = self.echo.waiting.borrow_mut().remove(&reply.id) {
                // Nobody waits any more when the time-out has just passed.
                let _ = waiting.send(());
            }
        }
    }
}

/// An ICMP echo request or reply; `id` is its identifier and sequence number together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Message {
    is_reply: bool,
    id: u32,
    from: IpAddr,
    to: IpAddr,
}

impl Message {
    const LENGTH: usize = 8 + 16 + 16;

    fn request(id: u32, from: IpAddr, to: IpAddr) -> Message {
        Message {
            is_reply: false,
            id,
            from,
            to,
        }
    }

    fn reply(self) -> Message {
        Message {
            is_reply: true,
            id: self.id,
            from: self.to,
            to: self.from,
        }
    }

    fn kind(self) -> u8 {
        match (self.to, self.is_reply) {
            (IpAddr::V4(_), false) => 8,
            (IpAddr::V4(_), true) => 0,
            (IpAddr::V6(_), false) => 128,
            (IpAddr::V6(_), true) => 129,
        }
    }

    fn encode(self) -> [u8; Message::LENGTH] {
        let mut bytes = [0; Message::LENGTH];
        bytes[0] = self.kind();
        bytes[4..8].copy_from_slice(&self.id.to_be_bytes());
        bytes[8..24].copy_from_slice(&mapped(self.from).octets());
        bytes[24..40].copy_from_slice(&mapped(self.to).octets());
        let checksum = checksum(&bytes);
        bytes[2..4].copy_from_slice(&checksum.to_be_bytes());
        bytes
    }

    /// `None` for anything that is not such a message.
    fn decode(bytes: &[u8]) -> Option<Message> {
        let bytes: &[u8; Message::LENGTH] = bytes.try_into().ok()?;
        if checksum(bytes) != 0 {
            return None;
        }
        let address = |from: usize| {
            let octets: [u8; 16] = bytes[from..from + 16].try_into().ok()?;
            Some(Ipv6Addr::from(octets).to_canonical())
        };
        let id = [bytes[4], bytes[5], bytes[6], bytes[7]];
        let message = Message {
            is_reply: matches!(bytes[0], 0 | 129),
            id: u32::from_be_bytes(id),
            from: address(8)?,
            to: address(24)?,
        };
        (message.kind() == bytes[0] && bytes[1] == 0).then_some(message)
    }
}

fn mapped(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped(),
        IpAddr::V6(v6) => v6,
    }
}

/// The Internet checksum (RFC 1071); zero over a message that carries the right one.
fn checksum(bytes: &[u8; Message::LENGTH]) -> u16 {
    let sum: u32 = bytes
        .chunks_exact(2)
        .map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]])))
        .sum();
    let folded = (sum & 0xffff) + (sum >> 16);
    !((folded & 0xffff) + (folded >> 16)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_survives_the_wire_and_a_flipped_bit_does_not() {
        for (from, to) in [("10.0.0.9", "10.0.0.1"), ("2001:db8::9", "2001:db8::1")] {
            let request = Message::request(70_000, from.parse().unwrap(), to.parse().unwrap());
            for message in [request, request.reply()] {
                let mut bytes = message.encode();
                assert_eq!(Message::decode(&bytes), Some(message));
                bytes[30] ^= 1;
                assert_eq!(Message::decode(&bytes), None);
            }
        }
        assert_eq!(Message::decode(b"short"), None);
    }
}
