//! One job on its way: the message that waits for an answer, and what an answer means.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use crate::wire::dns::{DnsName, Rcode, RecordType, Reply, TsigVerifier};

use super::job::{Change, Intent, Job};
use super::outcome::RegistrationError;

/// What the server waits for.
#[derive(Debug)]
pub(super) enum Awaited {
    /// Which zone holds a name: the SOA record says (RFC 2136 section 4.3).
    Zone,
    /// The verdict on an update.
    Verdict(Option<TsigVerifier>),
}

/// A job and its latest message.
#[derive(Debug)]
pub(super) struct Conversation {
    pub job: Job,
    pub change: Change,
    pub awaited: Awaited,
    /// Place of the server asked, in the list.
    pub server: usize,
    pub peer: SocketAddr,
    pub payload: Vec<u8>,
    pub sent: u32,
    pub deadline: i64,
}

/// What follows from an answer, or from silence.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The zone is this one; the update goes to the server that said so.
    Found(DnsName),
    /// Another server may know the zone.
    AskAnother,
    /// The next change of the job.
    Go(Change),
    Done,
    Failed(RegistrationError),
    /// It is no answer to what was sent.
    Ignore,
}

impl Conversation {
    /// What an answer from `from` means.
    pub fn hear(&mut self, from: SocketAddr, payload: &[u8], now_seconds: u64) -> Next {
        if from != self.peer {
            return Next::Ignore;
        }
        let Ok(reply) = Reply::parse(payload) else {
            return Next::Ignore;
        };
        match &mut self.awaited {
            Awaited::Zone => zone_of(&reply, &self.job.registration.owner(self.change)),
            Awaited::Verdict(verifier) => {
                let trusted = verifier
                    .as_mut()
                    .is_none_or(|verifier| verifier.verify(payload, now_seconds).is_ok());
                // A refusal may come unsigned: a server that does not know the key cannot sign.
                if !trusted && reply.rcode == Rcode::NOERROR {
                    return Next::Failed(RegistrationError::Untrusted);
                }
                self.judge(reply.rcode)
            }
        }
    }

    fn judge(&self, rcode: Rcode) -> Next {
        let go_on = || match self.job.after(self.change) {
            Some(change) => Next::Go(change),
            None => Next::Done,
        };
        let removing = self.job.intent == Intent::Remove;
        let protected = self.job.registration.protected;
        match rcode {
            Rcode::NOERROR => go_on(),
            // Somebody has the name; perhaps the client itself (RFC 4703 section 5.3.2).
            Rcode::YXDOMAIN if self.change == Change::AddHost && protected => {
                Next::Go(Change::ReplaceHost)
            }
            // The name is no longer the client's, or has other addresses: it stays, and that is
            // no failure (section 5.5).
            Rcode::NXRRSET | Rcode::YXRRSET | Rcode::NXDOMAIN if removing => match self.change {
                Change::RemoveHost | Change::RemoveClaim if self.job.registration.ptr => {
                    Next::Go(Change::RemovePtr)
                }
                _ => Next::Done,
            },
            rcode => Next::Failed(RegistrationError::Refused(rcode)),
        }
    }
}

/// The zone that an answer to a SOA query names, in the answer or beside a negative one.
fn zone_of(reply: &Reply, asked: &DnsName) -> Next {
    let said = matches!(reply.rcode, Rcode::NOERROR | Rcode::NXDOMAIN);
    let mut records = reply.answers.iter().chain(&reply.authorities);
    let soa = records
        .find(|record| record.data.kind() == RecordType::SOA && asked.is_within(&record.name));
    match soa {
        Some(soa) if said && reply.authoritative => Next::Found(soa.name.clone()),
        _ => Next::AskAnother,
    }
}

/// The zones found so far and who has them, by the domain that was asked for, each until it is
/// asked for again.
#[derive(Debug, Default)]
pub(super) struct KnownZones(BTreeMap<DnsName, KnownZone>);

#[derive(Debug)]
struct KnownZone {
    zone: DnsName,
    server: IpAddr,
    until: i64,
}

/// How long a zone is remembered, milliseconds: the time to live of the SOA of a zone made in
/// Windows' console.
const REMEMBERED: i64 = 3_600_000;

impl KnownZones {
    /// The zone of the names beside `owner`. A name at the top of its own zone is rare enough to
    /// be told NOTZONE.
    pub fn find(&self, owner: &DnsName, now: i64) -> Option<(&DnsName, IpAddr)> {
        let known = self.0.get(&owner.parent()?)?;
        (known.until > now).then_some((&known.zone, known.server))
    }

    pub fn learn(&mut self, owner: &DnsName, zone: DnsName, server: IpAddr, now: i64) {
        if let Some(parent) = owner.parent() {
            let until = now.saturating_add(REMEMBERED);
            let known = KnownZone {
                zone,
                server,
                until,
            };
            self.0.insert(parent, known);
        }
    }

    /// Forgets where a name lies, after its server refused or kept silent.
    pub fn forget(&mut self, owner: &DnsName) {
        if let Some(parent) = owner.parent() {
            self.0.remove(&parent);
        }
    }
}
