//! What a server implements: events in, actions out.

use std::cell::RefCell;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use crate::base::Moment;

/// One TCP connection as its server knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId(pub u64);

/// What happens to a service.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// The service starts, at the start of a run, after a stop or after a crash. It loads what it
    /// would load from disk; `at` of [`Service::handle`] is its start time.
    Started,
    /// The service stops. After a crash nothing volatile survives and no reply can be sent.
    Stopped { crashed: bool },
    /// A datagram arrived. `to` is the address it was sent to, which may be a broadcast address.
    Datagram {
        from: SocketAddr,
        to: SocketAddr,
        payload: &'a [u8],
    },
    /// A client connected.
    Opened {
        conn: ConnId,
        peer: SocketAddr,
        local: SocketAddr,
    },
    /// Bytes arrived on a connection, in order, cut anywhere.
    Data { conn: ConnId, bytes: &'a [u8] },
    /// The client closed the connection, or it broke.
    Closed { conn: ConnId },
    /// A ping asked for by [`Action::Ping`] ended.
    PingDone {
        token: u64,
        target: IpAddr,
        alive: bool,
    },
    /// A timer set by [`Action::Timer`] ran out.
    Timer { token: u64 },
}

/// What a service wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Send a datagram from `from` (one of the host's addresses and the service's port).
    Send {
        from: SocketAddr,
        to: SocketAddr,
        payload: Vec<u8>,
    },
    /// Write to a connection.
    Write { conn: ConnId, bytes: Vec<u8> },
    /// Close a connection after what was written.
    Close { conn: ConnId },
    /// Ping `target` from the service's host; the answer comes back as [`Event::PingDone`].
    Ping {
        target: IpAddr,
        timeout: Duration,
        token: u64,
    },
    /// Wake the service after `after`.
    Timer { after: Duration, token: u64 },
    /// Give the service's host a further address, as a DHCP client configures its interface. An
    /// address that somebody has stays with them. Simulated networks only.
    Join { address: IpAddr, answers_ping: bool },
    /// Take such an address away again.
    Leave { address: IpAddr },
}

/// Collects the actions of one event.
#[derive(Debug, Default)]
pub struct Outbox {
    pub actions: Vec<Action>,
}

impl Outbox {
    pub fn send(&mut self, from: SocketAddr, to: SocketAddr, payload: Vec<u8>) {
        self.actions.push(Action::Send { from, to, payload });
    }

    pub fn write(&mut self, conn: ConnId, bytes: Vec<u8>) {
        self.actions.push(Action::Write { conn, bytes });
    }

    pub fn close(&mut self, conn: ConnId) {
        self.actions.push(Action::Close { conn });
    }

    pub fn ping(&mut self, target: IpAddr, timeout: Duration, token: u64) {
        self.actions.push(Action::Ping {
            target,
            timeout,
            token,
        });
    }

    pub fn join(&mut self, address: IpAddr, answers_ping: bool) {
        self.actions.push(Action::Join {
            address,
            answers_ping,
        });
    }

    pub fn leave(&mut self, address: IpAddr) {
        self.actions.push(Action::Leave { address });
    }

    pub fn timer(&mut self, after: Duration, token: u64) {
        self.actions.push(Action::Timer { after, token });
    }
}

/// A server as a pure core: `(state, event, now) -> actions`.
///
/// It never blocks, never asks for the time and never draws randomness that it was not given when
/// it was built, so the same core serves the simulated network and kernel sockets.
pub trait Service {
    fn handle(&mut self, at: Moment, event: Event<'_>, out: &mut Outbox);
}

/// A service as the network holds it. One service may listen on several ports. One that is bound
/// under several programs is told of the start and stop of each.
pub type SharedService = Rc<RefCell<dyn Service>>;
