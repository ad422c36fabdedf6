//! One datagram from a client: read, counted, handled, answered.

use std::net::SocketAddr;

use super::diagnostics::Unanswered;
use super::server::{Arrival, DhcpServer};
use super::traffic::{self, Fate};
use crate::addr::Family;
use crate::net::Outbox;
use crate::wire::dhcp::{v4, v6};

impl DhcpServer {
    pub(super) fn datagram(&mut self, arrival: Arrival, payload: &[u8], out: &mut Outbox) {
        self.settle(arrival.at);
        let family = Family::of(arrival.from.ip());
        if self.paused || self.control.is_silent(family, arrival.now()) {
            return;
        }
        let wall = arrival.at.wall;
        self.traffic.note_total(wall, family, Fate::Received);
        let outcome = match arrival.from {
            SocketAddr::V4(_) => self.datagram_v4(arrival, payload, out),
            SocketAddr::V6(_) => self.datagram_v6(arrival, payload, out),
        };
        if let Err(why) = outcome {
            let fate = match why {
                Unanswered::Malformed(_) => Fate::Malformed,
                Unanswered::Exhausted => Fate::Exhausted,
                _ => Fate::Dropped,
            };
            self.traffic.note_total(wall, family, fate);
            self.diagnostics.note(arrival.at, arrival.from, why);
        }
    }

    fn datagram_v4(
        &mut self,
        arrival: Arrival,
        payload: &[u8],
        out: &mut Outbox,
    ) -> Result<(), Unanswered> {
        let message = v4::Message::decode(payload).map_err(Unanswered::Malformed)?;
        let (at, kind) = (arrival.at.wall, traffic::Message::V4(message.kind()));
        self.traffic.note(at, kind, Fate::Received);
        if message.operation == v4::Operation::Reply {
            return Err(Unanswered::NotForServers("BOOTREPLY".to_owned()));
        }
        if !self.config.authorised {
            return Err(Unanswered::Unauthorised);
        }
        if let Some(answer) = self.handle_v4(arrival, &message, out)? {
            let kind = traffic::Message::V4(answer.kind());
            self.note_sent(at, Family::V4, kind);
            self.send_v4(arrival, &message, &answer, out);
        }
        Ok(())
    }

    fn datagram_v6(
        &mut self,
        arrival: Arrival,
        payload: &[u8],
        out: &mut Outbox,
    ) -> Result<(), Unanswered> {
        let envelope = v6::Envelope::decode(payload).map_err(Unanswered::Malformed)?;
        let (at, kind) = (arrival.at.wall, traffic::Message::V6(envelope.message.kind));
        self.traffic.note(at, kind, Fate::Received);
        if !self.config.authorised {
            return Err(Unanswered::Unauthorised);
        }
        if let Some(answer) = self.handle_v6(arrival, &envelope)? {
            self.note_sent(at, Family::V6, traffic::Message::V6(answer.kind));
            // A client listens on 546 and a relay on 547; both send from there, and whoever
            // sends from elsewhere is answered there (RFC 8357's idea, for relays).
            let source = self.source_for(arrival);
            out.send(source, arrival.from, envelope.answer(answer).encode());
        }
        Ok(())
    }

    fn note_sent(&mut self, at: jiff::Timestamp, family: Family, message: traffic::Message) {
        self.traffic.note(at, message, Fate::Sent);
        self.traffic.note_total(at, family, Fate::Sent);
    }

    /// The address to answer from: the one the datagram was sent to, or, when that is no address
    /// of a host, the server's first of the family.
    pub(super) fn source_for(&self, arrival: Arrival) -> SocketAddr {
        let to = arrival.to.ip();
        let own = self.config.addresses.iter().find(|own| **own == to);
        let first = || {
            let mut addresses = self.config.addresses.iter();
            addresses.find(|own| own.is_ipv4() == to.is_ipv4())
        };
        let address = own.or_else(first).copied().unwrap_or(to);
        SocketAddr::new(address, arrival.to.port())
    }
}
