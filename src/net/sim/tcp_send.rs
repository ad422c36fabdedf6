//! Sending TCP segments, and sending lost ones again.

use std::rc::Rc;

use crate::net::packet::{PacketKind, Transport};

use super::slots::Key;
use super::state::{Errand, Job, Outgoing, State};
use super::tcp::{Conn, Phase, Segment, Way};

/// A segment that is to be sent again.
#[derive(Debug)]
pub(super) struct Resend {
    segment: Segment,
    kind: PacketKind,
    payload: Rc<[u8]>,
}

/// First wait before a lost segment is sent again; doubles with every try. RFC 6298 section 2
/// asks for a second; Windows and Linux both go down to 200 ms on a short path.
const FIRST_RESEND_MS: u64 = 200;

/// Tries after the first before the connection breaks, as Windows' `TcpMaxDataRetransmissions`.
const RESENDS: u8 = 5;

/// Longest segment. Larger than a link's, as captures show them with segmentation offload.
const SEGMENT_BYTES: usize = 16 * 1024;

/// Resets stand outside the order of the stream.
const OUT_OF_ORDER: u32 = u32::MAX;

impl State {
    /// Sends bytes in as many segments as they need.
    pub(super) fn send_data(&mut self, conn: Key, way: Way, bytes: &[u8]) {
        for part in bytes.chunks(SEGMENT_BYTES) {
            self.send_segment(conn, way, PacketKind::Data, part.into());
        }
    }

    pub(super) fn send_control(&mut self, conn: Key, way: Way, kind: PacketKind) {
        let nothing = Rc::clone(&self.nothing);
        self.send_segment(conn, way, kind, nothing);
    }

    fn send_segment(&mut self, key: Key, way: Way, kind: PacketKind, payload: Rc<[u8]>) {
        let Some(conn) = self.conns.get_mut(key) else {
            return;
        };
        let seq = if kind == PacketKind::Reset {
            OUT_OF_ORDER
        } else {
            let pipe = conn.pipe(way);
            pipe.next += 1;
            pipe.next - 1
        };
        let segment = Segment {
            conn: key,
            seq,
            way,
            tries: 0,
        };
        self.try_segment(segment, kind, payload);
    }

    fn try_segment(&mut self, segment: Segment, kind: PacketKind, payload: Rc<[u8]>) {
        let Some(conn) = self.conns.get(segment.conn) else {
            return;
        };
        let (from, to) = match segment.way {
            Way::ToServer => (conn.client, conn.server),
            Way::ToClient => (conn.server, conn.client),
        };
        let out = Outgoing {
            transport: Transport::Tcp,
            kind,
            from,
            to,
            payload: Rc::clone(&payload),
        };
        if !self.transmit(out, Errand::Segment(segment)) {
            self.segment_lost(segment, kind, payload);
        }
    }

    /// Plans the next try of a lost segment, or breaks the connection after the last.
    pub(super) fn segment_lost(&mut self, segment: Segment, kind: PacketKind, payload: Rc<[u8]>) {
        let Some(conn) = self.conns.get(segment.conn) else {
            return;
        };
        // A reset is sent once. Only a client that still connects asks again, which makes the
        // host refuse again.
        let again = kind != PacketKind::Reset || conn.phase == Phase::Connecting;
        if !again {
            return;
        }
        if segment.tries >= RESENDS {
            if kind != PacketKind::Syn {
                self.break_conn(segment.conn);
            }
            return;
        }
        let wait_ms = FIRST_RESEND_MS << segment.tries;
        let segment = Segment {
            tries: segment.tries + 1,
            ..segment
        };
        self.plan_in(
            wait_ms,
            Job::Resend(Box::new(Resend {
                segment,
                kind,
                payload,
            })),
        );
    }

    pub(super) fn resend(&mut self, resend: Resend) {
        let given_up = |conn: &Conn| {
            conn.phase == Phase::Reset
                || (resend.segment.way == Way::ToServer
                    && resend.kind == PacketKind::Syn
                    && conn.client_gone)
        };
        if self.conns.get(resend.segment.conn).is_none_or(given_up) {
            return;
        }
        self.try_segment(resend.segment, resend.kind, resend.payload);
    }
}
