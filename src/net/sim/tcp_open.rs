//! How TCP connections begin, and how a stopping service or host ends its own.

use std::net::SocketAddr;

use crate::net::packet::{DropReason, PacketKind, Transport};
use crate::net::service::ConnId;

use super::hosts::HostId;
use super::ledger::PacketId;
use super::services::{Happening, ServiceKey};
use super::slots::Key;
use super::state::State;
use super::tcp::{Conn, Phase, Segment, Way};

impl State {
    /// Sends the first segment; the connection is open once its answer is back. `None` when the
    /// host has no address of the family.
    pub(super) fn open_conn(&mut self, host: HostId, to: SocketAddr) -> Option<Key> {
        let owner = self.hosts.get_mut(host);
        let own = owner.address_towards(to.ip())?;
        let client = SocketAddr::new(own, owner.draw_port());
        let key = self.conns.insert(Conn::new(client, to));
        self.send_control(key, Way::ToServer, PacketKind::Syn);
        Some(key)
    }

    /// A host is asked for a connection. The firewall comes first: behind it, a port without a
    /// listener refuses, and without it nobody learns whether anything listens.
    pub(super) fn syn_arrives(
        &mut self,
        packet: PacketId,
        segment: Segment,
        (from, to): (SocketAddr, SocketAddr),
    ) {
        let listener = self.tcp_listener(from, to);
        let listener = match listener {
            Ok(listener) => {
                self.ledger.delivered(packet, self.now.sim);
                listener
            }
            Err(reason) => {
                self.ledger.dropped(packet, reason);
                return;
            }
        };
        let key = segment.conn;
        let Some(conn) = self.conns.get_mut(key) else {
            return;
        };
        // A copy of a request that was answered already.
        if conn.phase != Phase::Connecting || conn.service.is_some() {
            return;
        }
        let Some(service) = listener else {
            self.send_control(key, Way::ToClient, PacketKind::Reset);
            return;
        };
        conn.service = Some(service);
        conn.skip_syn();
        self.send_control(key, Way::ToClient, PacketKind::SynAck);
        let opened = Happening::Opened {
            conn: ConnId(key.to_bits()),
            peer: from,
            local: to,
        };
        self.tell(service, opened);
    }

    /// The running service behind the firewall, if any. A stopped service is still asked about
    /// by its name; where nothing ever listened the name is empty.
    fn tcp_listener(
        &self,
        from: SocketAddr,
        to: SocketAddr,
    ) -> Result<Option<ServiceKey>, DropReason> {
        let Some(host) = self.host_at(to) else {
            return Ok(None);
        };
        let listener = self.hosts.get(host).tcp_listener(to);
        let program = listener.map_or("", |key| self.record(key).program.as_ref());
        self.admit(host, Transport::Tcp, (from, to), program)?;
        Ok(listener.filter(|key| self.record(*key).running))
    }

    /// The client program drops its end.
    pub(super) fn client_closes(&mut self, key: Key) {
        let Some(conn) = self.conns.get_mut(key) else {
            return;
        };
        conn.client_gone = true;
        if matches!(conn.phase, Phase::Open | Phase::Ended) {
            self.send_control(key, Way::ToServer, PacketKind::Fin);
        }
        self.forget_if_done(key);
    }

    /// A stopping service's connections end. The system of a host that stays up resets them;
    /// a host that crashes says nothing.
    pub(super) fn end_conns_of(&mut self, service: ServiceKey, says_so: bool) {
        for key in self.conns.keys() {
            let Some(conn) = self.conns.get_mut(key) else {
                continue;
            };
            if conn.service != Some(service) {
                continue;
            }
            conn.service = None;
            if says_so {
                self.send_control(key, Way::ToClient, PacketKind::Reset);
            }
            self.forget_if_done(key);
        }
    }
}
