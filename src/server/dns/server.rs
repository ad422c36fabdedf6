//! The core: a message in, messages out.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::ops::Bound;
use std::sync::{Arc, Mutex};

use crate::base::Moment;
use crate::wire::dns::{
    DnsName, Edns, HeaderEcho, KeyBuffer, NameKey, PlainQuery, Rcode, Request, Response, TsigChain,
    TsigKey, TsigStatus, common_labels, opcode,
};
use crate::wire::windows::dnsp::{DynamicUpdate, ZoneKind, ZoneStorage};

use super::aging::Scavenging;
use super::config::{DnsConfigError, DnsServerConfig, TransferPolicy, ZoneConfig};
use super::stats::DnsStats;
use super::zone::{SharedZone, lock};

/// The datagram size this server offers and answers within: what the 2020 flag day settled on.
pub(super) const PAYLOAD: u16 = 1232;

/// What carried a request, which decides how large its answer may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    Udp,
    Tcp,
}

/// The zones that the servers of one directory share: every directory-integrated zone is primary
/// on each of them, and a change made on one is at once on all.
///
/// Deviation: Active Directory replicates with a delay; here all see a change at once.
#[derive(Debug, Clone, Default)]
pub struct DirectoryZones(BTreeMap<NameKey, SharedZone>);

/// A zone as one server has it.
#[derive(Debug, Clone)]
pub(super) struct Zone {
    pub apex: DnsName,
    pub kind: ZoneKind,
    pub storage: ZoneStorage,
    pub updates: DynamicUpdate,
    pub transfers: TransferPolicy,
    pub masters: Vec<IpAddr>,
    pub paused: bool,
    pub data: SharedZone,
}

/// An authoritative DNS server.
///
/// Its zones are what it keeps on disk or in the directory; nothing else survives a restart.
#[derive(Default)]
pub struct DnsServer {
    pub(super) zones: BTreeMap<NameKey, Zone>,
    pub(super) keys: Vec<TsigKey>,
    pub(super) stats: DnsStats,
    pub(super) scavenging: Scavenging,
    /// The service is paused, or on its way from one state to another: clients hear nothing.
    paused: bool,
    key: KeyBuffer,
}

impl std::fmt::Debug for DnsServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&DnsName> = self.zones.values().map(|zone| &zone.apex).collect();
        write!(f, "DnsServer({names:?})")
    }
}

impl DnsServer {
    /// A server on its own: its directory-integrated zones are shared with nobody.
    pub fn new(config: &DnsServerConfig) -> Result<DnsServer, DnsConfigError> {
        DnsServer::in_directory(config, &mut DirectoryZones::default())
    }

    /// A server of a domain. The first server that declares a directory-integrated zone gives it
    /// its records; the records that later ones declare are added.
    pub fn in_directory(
        config: &DnsServerConfig,
        directory: &mut DirectoryZones,
    ) -> Result<DnsServer, DnsConfigError> {
        let mut server = DnsServer {
            keys: config.tsig_keys.clone(),
            ..DnsServer::default()
        };
        for zone in &config.zones {
            server.add_zone(zone, directory)?;
        }
        Ok(server)
    }

    fn add_zone(
        &mut self,
        config: &ZoneConfig,
        directory: &mut DirectoryZones,
    ) -> Result<(), DnsConfigError> {
        let key = config.name.key();
        if self.zones.contains_key(&key) {
            return Err(DnsConfigError::DuplicateZone(config.name.clone()));
        }
        let content = config.build()?;
        let shared = config.storage == ZoneStorage::AdIntegrated;
        let data = match directory.0.get(&key).filter(|_| shared) {
            Some(known) => {
                lock(known).merge(&content);
                known.clone()
            }
            None => Arc::new(Mutex::new(content)),
        };
        if shared {
            directory.0.insert(key.clone(), data.clone());
        }
        let zone = Zone {
            apex: config.name.clone(),
            kind: config.kind,
            storage: config.storage,
            updates: config.updates,
            transfers: config.transfers.clone(),
            masters: config.masters.clone(),
            paused: config.paused,
            data,
        };
        self.zones.insert(key, zone);
        Ok(())
    }

    /// Counters since the start.
    pub fn stats(&self) -> &DnsStats {
        &self.stats
    }

    /// The content of a zone, for whoever shares or inspects it.
    pub fn zone_data(&self, name: &DnsName) -> Option<SharedZone> {
        self.zones.get(&name.key()).map(|zone| zone.data.clone())
    }

    /// The server stopped, or crashed, and starts again: zones are read back from where they are
    /// kept, counters begin anew.
    pub fn restart(&mut self) {
        self.stats = DnsStats::default();
    }

    /// Stops answering clients, or answers them again. Management goes on.
    pub fn set_paused(&mut self, paused: bool) {
        self.paused = paused;
    }

    /// Answers one message. A transfer gives several; a message that must not be answered, none.
    pub fn handle(
        &mut self,
        raw: &[u8],
        transport: Transport,
        peer: SocketAddr,
        at: Moment,
    ) -> Vec<Vec<u8>> {
        if self.paused {
            return Vec::new();
        }
        self.settle(at);
        let mut out = Vec::with_capacity(256);
        if self.answer_plain(raw, transport, &mut out) {
            return vec![out];
        }
        self.handle_fully(raw, transport, peer, at)
    }

    /// Answers a plain query into `out`; `false` when `raw` is anything else.
    pub fn answer_plain(&mut self, raw: &[u8], transport: Transport, out: &mut Vec<u8>) -> bool {
        let Some(query) = PlainQuery::parse(raw) else {
            return false;
        };
        self.stats.received += 1;
        self.stats.queries += 1;
        query.key(&mut self.key);
        let zone = zone_for(&self.zones, self.key.as_bytes());
        let rcode = super::query::answer_plain(zone, self.key.as_bytes(), &query, transport, out);
        self.stats.answered(rcode);
        true
    }

    /// Answers one message by the full path, which takes everything the fast path does and the
    /// rest. Public so that tests can hold the two against each other.
    pub fn handle_fully(
        &mut self,
        raw: &[u8],
        transport: Transport,
        peer: SocketAddr,
        at: Moment,
    ) -> Vec<Vec<u8>> {
        self.stats.received += 1;
        // A reply to a reply could go on for ever (RFC 1035 section 7.3 has the same care).
        let Some(echo) = HeaderEcho::read(raw).filter(|echo| !echo.is_response) else {
            self.stats.dropped += 1;
            return Vec::new();
        };
        let Ok(request) = Request::parse(raw) else {
            self.stats.malformed += 1;
            return self.finish(Response::new(echo, Rcode::FORMERR), transport, None, None);
        };
        let now = at.unix_seconds();
        let mut chain = match TsigStatus::check(raw, request.signed, &self.keys, now) {
            TsigStatus::Unsigned => None,
            TsigStatus::Verified(chain) => Some(chain),
            TsigStatus::Malformed => {
                self.stats.malformed += 1;
                let response = Response::new(echo, Rcode::FORMERR);
                return self.finish(response, transport, Some(&request), None);
            }
            TsigStatus::Rejected(_, mut chain) => {
                // RFC 8945 section 5.2: NOTAUTH whatever the error.
                let response = Response::new(echo, Rcode::NOTAUTH);
                return self.finish(response, transport, Some(&request), Some(&mut chain));
            }
        };
        if request.edns.is_some_and(|edns| edns.version > 0) {
            let response = Response::new(echo, Rcode::BADVERS);
            return self.finish(response, transport, Some(&request), chain.as_mut());
        }
        match request.opcode {
            opcode::QUERY => self.query(&request, transport, peer, echo, chain),
            opcode::UPDATE => {
                self.stats.updates += 1;
                let rcode = self.update(&request, chain.is_some(), now);
                let response = Response::new(echo, rcode);
                self.finish(response, transport, Some(&request), chain.as_mut())
            }
            _ => {
                let response = Response::new(echo, Rcode::NOTIMP);
                self.finish(response, transport, Some(&request), chain.as_mut())
            }
        }
    }

    /// Completes, counts and encodes a response of one message.
    pub(super) fn finish(
        &mut self,
        mut response: Response,
        transport: Transport,
        request: Option<&Request>,
        chain: Option<&mut TsigChain>,
    ) -> Vec<Vec<u8>> {
        self.stats.answered(response.rcode);
        if let Some(request) = request {
            echo_request(&mut response, request);
        }
        let edns = request.and_then(|request| request.edns);
        vec![response.encode(limit(transport, edns), chain)]
    }

    /// The zone with the longest apex at or above the name with this key.
    pub(super) fn zone_for(&self, key: &[u8]) -> Option<&Zone> {
        zone_for(&self.zones, key)
    }
}

/// Copies what a response repeats of its request: question and OPT.
pub(super) fn echo_request(response: &mut Response, request: &Request) {
    if !request.question_bytes.is_empty() {
        response.questions = request.questions.len() as u16;
        response.question_bytes = request.question_bytes.clone();
    }
    response.edns = reply_edns(request.edns);
}

/// The OPT record of an answer (RFC 6891 section 6.1.1: one if the request had one).
pub(super) fn reply_edns(request: Option<Edns>) -> Option<Edns> {
    request.map(|edns| Edns {
        payload: PAYLOAD,
        version: 0,
        dnssec_ok: edns.dnssec_ok,
    })
}

/// The largest answer that may be sent (RFC 1035 section 4.2, RFC 6891 section 6.2.3).
pub(super) fn limit(transport: Transport, edns: Option<Edns>) -> usize {
    match (transport, edns) {
        (Transport::Tcp, _) => usize::from(u16::MAX),
        (Transport::Udp, Some(edns)) => usize::from(edns.payload.clamp(512, PAYLOAD)),
        (Transport::Udp, None) => 512,
    }
}

/// The last zone at or before `key` in canonical order is an ancestor, or shares with `key` all
/// that an ancestor could have in common with it; so each step shortens the search.
fn zone_for<'z>(zones: &'z BTreeMap<NameKey, Zone>, mut key: &[u8]) -> Option<&'z Zone> {
    loop {
        let bounds = (Bound::Unbounded, Bound::Included(key));
        let (found, zone) = zones.range::<[u8], _>(bounds).next_back()?;
        let found = found.as_bytes();
        if key.starts_with(found) {
            return Some(zone);
        }
        key = &key[..common_labels(found, key)];
    }
}
