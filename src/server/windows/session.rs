//! Connections of one listener: stream bytes to calls, replies to stream bytes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;

use crate::base::limits::WINDOWS_FRAME_BYTES;
use crate::base::{Fqdn, Moment};
use crate::estate::Estate;
use crate::net::{ConnId, Event, Outbox, Service};
use crate::wire::windows::{Call, FrameBuffer, Reply, Win32Error, encode_reply};

use super::context::Context;
use super::surface::{Surface, takes_calls};

/// A listener of a host. It answers calls in the order they arrive on a connection, and closes a
/// connection on which something else than calls arrives.
pub struct WindowsService {
    estate: Rc<RefCell<Estate>>,
    host: Fqdn,
    surface: Surface,
    sessions: BTreeMap<ConnId, Session>,
}

struct Session {
    peer: SocketAddr,
    local: SocketAddr,
    received: FrameBuffer,
}

impl WindowsService {
    pub(super) fn new(estate: Rc<RefCell<Estate>>, host: Fqdn, surface: Surface) -> WindowsService {
        WindowsService {
            estate,
            host,
            surface,
            sessions: BTreeMap::new(),
        }
    }

    fn data(&mut self, at: Moment, conn: ConnId, bytes: &[u8], out: &mut Outbox) {
        let Some(session) = self.sessions.get_mut(&conn) else {
            return;
        };
        session.received.push(bytes);
        loop {
            let session = self
                .sessions
                .get_mut(&conn)
                .expect("it is removed only when the loop ends");
            let (peer, local) = (session.peer, session.local);
            match session.received.next_frame::<Call>() {
                Ok(None) => return,
                Ok(Some(call)) => match self.reply(at, (peer, local), call) {
                    Some(reply) => out.write(conn, encoded(&reply, WINDOWS_FRAME_BYTES)),
                    None => break,
                },
                Err(_) => break,
            }
        }
        self.sessions.remove(&conn);
        out.close(conn);
    }

    /// The reply, or `None` when nobody is there to give one.
    fn reply(
        &self,
        at: Moment,
        (peer, local): (SocketAddr, SocketAddr),
        call: Call,
    ) -> Option<Reply> {
        self.estate.borrow_mut().settle(at);
        if let Some(service) = self.surface.service() {
            let estate = self.estate.borrow();
            estate
                .host(&self.host)
                .filter(|host| takes_calls(host, service))?;
        }
        let context = Context {
            estate: &self.estate,
            host: &self.host,
            at,
            ticket: call.ticket,
            port: local.port(),
            peer: peer.ip(),
        };
        Some(self.surface.answer(&context, call.request))
    }
}

/// A reply as a frame of at most `limit` bytes. A longer one is refused as Windows refuses what
/// does not fit the caller's buffer.
fn encoded(reply: &Reply, limit: usize) -> Vec<u8> {
    let frame = encode_reply(reply);
    match frame.len() <= limit {
        true => frame,
        false => encode_reply(&Err(Win32Error::ERROR_MORE_DATA)),
    }
}

impl Service for WindowsService {
    fn handle(&mut self, at: Moment, event: Event<'_>, out: &mut Outbox) {
        match event {
            Event::Opened { conn, peer, local } => {
                let received = FrameBuffer::default();
                let session = Session {
                    peer,
                    local,
                    received,
                };
                self.sessions.insert(conn, session);
            }
            Event::Data { conn, bytes } => self.data(at, conn, bytes, out),
            Event::Closed { conn } => {
                self.sessions.remove(&conn);
            }
            Event::Stopped { .. } => self.sessions.clear(),
            // What a service loads at its start is kept by the estate.
            Event::Started
            | Event::Datagram { .. }
            | Event::PingDone { .. }
            | Event::Timer { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::windows::{FrameBuffer, Response, smb};

    #[test]
    fn a_reply_too_long_for_a_frame_says_so_instead() {
        let content = smb::Response::Content {
            text: "x".repeat(1000),
            end_of_file: true,
        };
        let reply = Ok(Response::Smb(content));
        let received = |limit: usize| {
            let mut frames = FrameBuffer::default();
            frames.push(&encoded(&reply, limit));
            frames.next_frame::<Reply>().unwrap().unwrap()
        };
        assert_eq!(received(2000), reply);
        assert_eq!(received(1000), Err(Win32Error::ERROR_MORE_DATA));
    }
}
