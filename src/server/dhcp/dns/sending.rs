//! Messages to DNS servers: the question for a zone, and the update.

use std::net::{IpAddr, SocketAddr};

use rand::Rng as _;

use super::conversation::{Awaited, Conversation};
use super::job::{Change, Job};
use super::outcome::RegistrationError;
use super::registrar::Registrar;
use crate::base::Moment;
use crate::net::Outbox;
use crate::wire::dns::{DnsName, RecordType, query};

/// How long an answer is waited for, milliseconds.
const WAIT: i64 = 5_000;

impl Registrar {
    /// Sends the first message about a change.
    pub(super) fn begin(
        &mut self,
        job: Job,
        change: Change,
        at: Moment,
        from: SocketAddr,
        out: &mut Outbox,
    ) {
        let owner = job.registration.owner(change);
        let known = self.zones.find(&owner, at.wall.as_millisecond());
        match known.map(|(zone, server)| (zone.clone(), server)) {
            Some((zone, server)) => self.send_update(job, change, (&zone, server), at, from, out),
            None => self.ask_zone(job, change, 0, at, from, out),
        }
    }

    pub(super) fn ask_zone(
        &mut self,
        job: Job,
        change: Change,
        server: usize,
        at: Moment,
        from: SocketAddr,
        out: &mut Outbox,
    ) {
        let fits = |address: &&IpAddr| address.is_ipv4() == from.is_ipv4();
        let Some(peer) = self.client.servers.iter().filter(fits).nth(server).copied() else {
            return self.failed(job, RegistrationError::NoZone, at);
        };
        let id = self.free_id();
        let owner = job.registration.owner(change);
        let payload = query(id, &owner, RecordType::SOA);
        let talk = Conversation {
            job,
            change,
            awaited: Awaited::Zone,
            server,
            peer: SocketAddr::new(peer, 53),
            payload,
            sent: 0,
            deadline: 0,
        };
        self.send(id, talk, at, from, out);
    }

    pub(super) fn send_update(
        &mut self,
        job: Job,
        change: Change,
        (zone, server): (&DnsName, IpAddr),
        at: Moment,
        from: SocketAddr,
        out: &mut Outbox,
    ) {
        let id = self.free_id();
        let message = job.registration.message(change, id, zone).encode();
        let (payload, verifier) = match &self.client.key {
            Some(key) => {
                let (signed, verifier) = key.sign_request(message, at.unix_seconds());
                (signed, Some(verifier))
            }
            None => (message, None),
        };
        let talk = Conversation {
            job,
            change,
            awaited: Awaited::Verdict(verifier),
            server: 0,
            peer: SocketAddr::new(server, 53),
            payload,
            sent: 0,
            deadline: 0,
        };
        self.send(id, talk, at, from, out);
    }

    pub(super) fn send(
        &mut self,
        id: u16,
        mut talk: Conversation,
        at: Moment,
        from: SocketAddr,
        out: &mut Outbox,
    ) {
        talk.sent += 1;
        talk.deadline = at.wall.as_millisecond().saturating_add(WAIT);
        out.send(from, talk.peer, talk.payload.clone());
        self.under_way.insert(id, talk);
    }

    fn free_id(&mut self) -> u16 {
        loop {
            let id = (self.ids.next_u32() >> 16) as u16;
            if !self.under_way.contains_key(&id) {
                return id;
            }
        }
    }
}
