//! The core on a [`Network`](crate::net::Network): datagrams, and TCP with its length prefix.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::Moment;
use crate::net::{ConnId, Event, Outbox, Service};

use super::server::{DnsServer, Transport};

/// Serves a [`DnsServer`], which whoever manages it may hold as well.
#[derive(Debug)]
pub struct DnsService {
    server: Arc<Mutex<DnsServer>>,
    connections: BTreeMap<ConnId, Connection>,
}

#[derive(Debug)]
struct Connection {
    peer: SocketAddr,
    /// Bytes of a message that has not arrived whole.
    received: Vec<u8>,
}

impl DnsService {
    pub fn new(server: Arc<Mutex<DnsServer>>) -> DnsService {
        DnsService {
            server,
            connections: BTreeMap::new(),
        }
    }
}

/// Locks the server. It is never left half changed, so a poisoned lock is as good as another.
pub(super) fn locked(server: &Mutex<DnsServer>) -> MutexGuard<'_, DnsServer> {
    server.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Service for DnsService {
    fn handle(&mut self, at: Moment, event: Event<'_>, out: &mut Outbox) {
        match event {
            Event::Started => locked(&self.server).restart(),
            Event::Stopped { .. } => self.connections.clear(),
            Event::Datagram { from, to, payload } => {
                let replies = locked(&self.server).handle(payload, Transport::Udp, from, at);
                for reply in replies {
                    out.send(to, from, reply);
                }
            }
            Event::Opened { conn, peer, .. } => {
                let received = Vec::new();
                self.connections.insert(conn, Connection { peer, received });
            }
            Event::Data { conn, bytes } => self.data(at, conn, bytes, out),
            Event::Closed { conn } => {
                self.connections.remove(&conn);
            }
            Event::PingDone { .. } | Event::Timer { .. } => {}
        }
    }
}

impl DnsService {
    /// Takes bytes of a stream, cut anywhere, and answers every whole message in them
    /// (RFC 1035 section 4.2.2, RFC 7766 section 8).
    fn data(&mut self, at: Moment, conn: ConnId, bytes: &[u8], out: &mut Outbox) {
        let Some(connection) = self.connections.get_mut(&conn) else {
            return;
        };
        connection.received.extend_from_slice(bytes);
        let mut taken = 0;
        while let Some(message) = next_message(&connection.received[taken..]) {
            taken += 2 + message.len();
            let mut server = locked(&self.server);
            for reply in server.handle(message, Transport::Tcp, connection.peer, at) {
                out.write(conn, framed(&reply));
            }
        }
        connection.received.drain(..taken);
    }
}

/// The first whole message of a stream, without its length.
fn next_message(stream: &[u8]) -> Option<&[u8]> {
    let length = usize::from(u16::from_be_bytes(*stream.first_chunk()?));
    stream.get(2..2 + length)
}

/// A message behind its length.
fn framed(message: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(message.len() + 2);
    bytes.extend_from_slice(&(message.len() as u16).to_be_bytes());
    bytes.extend_from_slice(message);
    bytes
}
