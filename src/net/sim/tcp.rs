//! TCP as a reliable ordered pipe: segments, loss and retransmission, order, reset.
//!
//! Every segment is a packet of its own that faults may delay, copy or drop. The receiver puts
//! them back in order, so a stream never shows anything but lateness or a reset.
//! Deviation: there are no acknowledgements and no window; a sender knows at once that a segment
//! was lost and sends it again after the time a retransmission timer would have taken.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::rc::Rc;

use crate::net::packet::{DropReason, PacketKind};
use crate::net::service::ConnId;

use super::hosts::HostId;
use super::ledger::PacketId;
use super::services::{Happening, ServiceKey};
use super::slots::Key;
use super::state::State;

/// The way a segment goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    ToServer,
    ToClient,
}

/// One try of one segment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub(super) conn: Key,
    pub(super) seq: u32,
    pub(super) way: Way,
    pub(super) tries: u8,
}

/// One direction of a connection.
#[derive(Debug, Default)]
pub(super) struct Pipe {
    pub(super) next: u32,
    expected: u32,
    held: BTreeMap<u32, (PacketKind, Rc<[u8]>)>,
}

/// How far the client has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Connecting,
    Refused,
    Open,
    /// The server has sent everything it will.
    Ended,
    Reset,
}

#[derive(Debug)]
pub(super) struct Conn {
    pub(super) client: SocketAddr,
    pub(super) server: SocketAddr,
    pub(super) phase: Phase,
    pub(super) inbox: VecDeque<Rc<[u8]>>,
    pub(super) reader: Option<Key>,
    /// The program has closed its end.
    pub(super) client_gone: bool,
    /// Who serves it, while it does.
    pub(super) service: Option<ServiceKey>,
    to_server: Pipe,
    to_client: Pipe,
}

impl Conn {
    pub(super) fn new(client: SocketAddr, server: SocketAddr) -> Conn {
        Conn {
            client,
            server,
            phase: Phase::Connecting,
            inbox: VecDeque::new(),
            reader: None,
            client_gone: false,
            service: None,
            to_server: Pipe::default(),
            to_client: Pipe::default(),
        }
    }

    /// The server has seen the opening segment; what follows it is next.
    pub(super) fn skip_syn(&mut self) {
        self.to_server.expected = 1;
    }

    pub(super) fn pipe(&mut self, way: Way) -> &mut Pipe {
        match way {
            Way::ToServer => &mut self.to_server,
            Way::ToClient => &mut self.to_client,
        }
    }
}

impl Pipe {
    /// Takes a segment in and returns every segment whose turn has come. A copy of one that was
    /// seen before is none.
    fn accept(
        &mut self,
        seq: u32,
        kind: PacketKind,
        payload: Rc<[u8]>,
    ) -> Vec<(PacketKind, Rc<[u8]>)> {
        if seq < self.expected {
            return Vec::new();
        }
        if seq == self.expected && self.held.is_empty() {
            self.expected += 1;
            return vec![(kind, payload)];
        }
        self.held.entry(seq).or_insert((kind, payload));
        let mut ready = Vec::new();
        while let Some(segment) = self.held.remove(&self.expected) {
            self.expected += 1;
            ready.push(segment);
        }
        ready
    }
}

impl State {
    pub(super) fn segment_arrives(&mut self, packet: PacketId, segment: Segment) {
        let arrival = self.ledger.get(packet);
        let (kind, from, to) = (arrival.kind, arrival.from, arrival.to);
        let payload = Rc::clone(&arrival.payload);
        let reach = self.reaches(to);
        if let Err(reason) = reach {
            let silent = reason == DropReason::HostDown;
            self.ledger.dropped(packet, reason);
            // An address that nobody has will not have a host by the next try.
            if silent || kind != PacketKind::Syn {
                self.segment_lost(segment, kind, payload);
            }
            return;
        }
        if kind == PacketKind::Syn {
            self.syn_arrives(packet, segment, (from, to));
            return;
        }
        self.ledger.delivered(packet, self.now.sim);
        if kind == PacketKind::Reset {
            self.reset_arrives(segment);
            return;
        }
        let Some(conn) = self.conns.get_mut(segment.conn) else {
            return;
        };
        for (kind, payload) in conn.pipe(segment.way).accept(segment.seq, kind, payload) {
            match segment.way {
                Way::ToServer => self.server_receives(segment.conn, kind, payload),
                Way::ToClient => self.client_receives(segment.conn, kind, payload),
            }
        }
    }

    fn reaches(&self, to: SocketAddr) -> Result<Option<HostId>, DropReason> {
        self.hosts.at(to.ip()).ok_or(DropReason::NoHost)?;
        match self.host_at(to) {
            Some(host) if !self.hosts.get(host).up => Err(DropReason::HostDown),
            host => Ok(host),
        }
    }

    fn server_receives(&mut self, key: Key, kind: PacketKind, bytes: Rc<[u8]>) {
        let Some(conn) = self.conns.get_mut(key) else {
            return;
        };
        let id = ConnId(key.to_bits());
        match (kind, conn.service) {
            (PacketKind::Fin, Some(service)) => {
                conn.service = None;
                self.tell(service, Happening::Closed { conn: id });
                self.forget_if_done(key);
            }
            (PacketKind::Data, Some(service)) => {
                self.tell(service, Happening::Data { conn: id, bytes });
            }
            // The server knows of no such connection (any more).
            (PacketKind::Data, None) => self.send_control(key, Way::ToClient, PacketKind::Reset),
            _ => {}
        }
    }

    fn client_receives(&mut self, key: Key, kind: PacketKind, bytes: Rc<[u8]>) {
        let Some(conn) = self.conns.get_mut(key) else {
            return;
        };
        if conn.client_gone {
            if kind == PacketKind::SynAck {
                self.send_control(key, Way::ToServer, PacketKind::Reset);
            }
            return;
        }
        match kind {
            PacketKind::SynAck => conn.phase = Phase::Open,
            PacketKind::Data => conn.inbox.push_back(bytes),
            PacketKind::Fin if conn.phase == Phase::Open => conn.phase = Phase::Ended,
            _ => {}
        }
        let reader = conn.reader;
        self.wake(reader);
    }

    fn reset_arrives(&mut self, segment: Segment) {
        match segment.way {
            Way::ToServer => self.server_loses(segment.conn),
            Way::ToClient => self.client_loses(segment.conn),
        }
    }

    fn server_loses(&mut self, key: Key) {
        let service = self.conns.get_mut(key).and_then(|conn| conn.service.take());
        if let Some(service) = service {
            let conn = ConnId(key.to_bits());
            self.tell(service, Happening::Closed { conn });
        }
        self.forget_if_done(key);
    }

    fn client_loses(&mut self, key: Key) {
        let Some(conn) = self.conns.get_mut(key) else {
            return;
        };
        conn.phase = match conn.phase {
            Phase::Connecting | Phase::Refused => Phase::Refused,
            _ => Phase::Reset,
        };
        let reader = conn.reader;
        self.wake(reader);
    }

    /// Both ends give up on a connection that no segment gets through.
    pub(super) fn break_conn(&mut self, key: Key) {
        self.client_loses(key);
        self.server_loses(key);
    }

    pub(super) fn server_writes(&mut self, service: ServiceKey, key: Key, bytes: &[u8]) {
        if self.serves(service, key) {
            self.send_data(key, Way::ToClient, bytes);
        }
    }

    pub(super) fn server_closes(&mut self, service: ServiceKey, key: Key) {
        if self.serves(service, key) {
            self.send_control(key, Way::ToClient, PacketKind::Fin);
            if let Some(conn) = self.conns.get_mut(key) {
                conn.service = None;
            }
            self.forget_if_done(key);
        }
    }

    fn serves(&self, service: ServiceKey, key: Key) -> bool {
        self.conns
            .get(key)
            .and_then(|conn| conn.service)
            .is_some_and(|serving| self.share_core(service, serving))
    }

    /// Frees the connection once neither end has it.
    pub(super) fn forget_if_done(&mut self, key: Key) {
        let done = |conn: &Conn| conn.client_gone && conn.service.is_none();
        if self.conns.get(key).is_some_and(done) {
            self.conns.remove(key);
        }
    }
}
