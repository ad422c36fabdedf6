//! The queue of registrations and the messages under way.

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};

use crate::base::{Moment, Stream};
use crate::net::Outbox;
use crate::wire::windows::dhcpm::ReservedClient;

use super::conversation::{Awaited, Conversation, KnownZones, Next};
use super::job::{Intent, Job, Registration};
use super::outcome::{Outcome, RegistrationError, Report};
use super::settings::DnsClientConfig;

/// Messages that wait for an answer at once.
const UNDER_WAY: usize = 32;
/// Jobs that wait; what comes on top is lost (event 34).
const QUEUE: usize = 4096;
/// How often a message is sent.
const SENDINGS: u32 = 3;
/// The first pause before a job that failed for a passing reason is tried again, milliseconds;
/// each further one is twice as long. How often, before the next renewal has to do it.
///
/// Deviation: what Windows does here is not documented; the numbers are the project's.
const PAUSE: i64 = 5 * 60_000;
const RETRIES: u32 = 3;

/// What is registered, and what is being done about it. The registrations belong to the leases
/// and survive a crash; queue and messages do not.
#[derive(Debug)]
pub struct Registrar {
    pub(super) client: DnsClientConfig,
    pub(super) ids: Stream,
    registered: BTreeMap<IpAddr, Registration>,
    by_client: BTreeMap<ReservedClient, IpAddr>,
    /// What may start as soon as fewer messages are under way.
    queue: VecDeque<Job>,
    /// What failed and is tried again, by its time and in order.
    waiting: BTreeMap<(i64, u64), Job>,
    failures: u64,
    pub(super) under_way: BTreeMap<u16, Conversation>,
    pub(super) zones: KnownZones,
    reports: Vec<Report>,
}

impl Registrar {
    pub fn new(client: DnsClientConfig) -> Registrar {
        Registrar {
            ids: client.seed.stream("ids"),
            client,
            registered: BTreeMap::new(),
            by_client: BTreeMap::new(),
            queue: VecDeque::new(),
            waiting: BTreeMap::new(),
            failures: 0,
            under_way: BTreeMap::new(),
            zones: KnownZones::default(),
            reports: Vec::new(),
        }
    }

    /// What there is to log since the last call, in order.
    pub fn take_reports(&mut self) -> Vec<Report> {
        std::mem::take(&mut self.reports)
    }

    /// The registration of an address, as far as the server knows.
    pub fn registration(&self, address: IpAddr) -> Option<&Registration> {
        self.registered.get(&address)
    }

    /// Registers the records of a lease that was given or renewed. What its address or its client
    /// had under another name or address before is removed first.
    pub fn register(&mut self, new: Registration) {
        let moved = self.by_client.get(&new.client).copied();
        if let Some(old) = moved.filter(|old| *old != new.address) {
            self.remove(old);
        }
        let renamed = self
            .registered
            .get(&new.address)
            .is_some_and(|old| !old.claims_like(&new));
        if renamed {
            self.remove(new.address);
        }
        self.by_client.insert(new.client.clone(), new.address);
        self.registered.insert(new.address, new.clone());
        self.enqueue(Job::new(Intent::Register, new));
    }

    /// Removes the records of an address; false when it has none.
    pub fn remove(&mut self, address: IpAddr) -> bool {
        let Some(old) = self.forget(address) else {
            return false;
        };
        self.enqueue(Job::new(Intent::Remove, old));
        true
    }

    /// Forgets the records of an address and leaves them in DNS.
    pub fn forget(&mut self, address: IpAddr) -> Option<Registration> {
        let old = self.registered.remove(&address)?;
        if self.by_client.get(&old.client) == Some(&address) {
            self.by_client.remove(&old.client);
        }
        Some(old)
    }

    /// Loses what a crash or a stop of the service loses.
    pub fn stop(&mut self) {
        self.queue.clear();
        self.waiting.clear();
        self.under_way.clear();
        self.zones = KnownZones::default();
    }

    fn enqueue(&mut self, job: Job) {
        if self.client.servers.is_empty() || job.first().is_none() {
            return;
        }
        // A later job about the same records makes one that still waits needless.
        self.queue.retain(|waiting| {
            waiting.intent != job.intent || waiting.registration != job.registration
        });
        if self.queue.len() + self.waiting.len() >= QUEUE {
            self.report(&job.registration, Outcome::QueueFull);
            return;
        }
        self.report(&job.registration, Outcome::Requested);
        self.queue.push_back(job);
    }

    fn report(&mut self, of: &Registration, outcome: Outcome) {
        self.reports.push(Report {
            address: of.address,
            name: of.name.to_string(),
            client: of.client_bytes(),
            outcome,
        });
    }

    /// Whether no lease has a record.
    pub fn is_idle(&self) -> bool {
        self.registered.is_empty()
    }

    /// When something is to be done without being asked.
    pub fn next_due(&self) -> Option<i64> {
        let again = self.waiting.keys().next().map(|(at, _)| *at);
        let silent = self.under_way.values().map(|talk| talk.deadline);
        again.into_iter().chain(silent).min()
    }

    /// Starts what may start and gives up on what is silent. `from` is where answers come to.
    pub fn pump(&mut self, at: Moment, from: SocketAddr, out: &mut Outbox) {
        self.silence(at, from, out);
        self.wake(at.wall.as_millisecond());
        let mut place = 0;
        while self.under_way.len() < UNDER_WAY && place < self.queue.len() {
            if self.is_blocked(place) {
                place += 1;
                continue;
            }
            let Some(job) = self.queue.remove(place) else {
                break;
            };
            if let Some(change) = job.first() {
                self.begin(job, change, at, from, out);
            }
        }
    }

    /// Puts what is to be tried again into the queue, unless something newer was decided since.
    fn wake(&mut self, now: i64) {
        while let Some(entry) = self.waiting.first_entry().filter(|job| job.key().0 <= now) {
            let job = entry.remove();
            if self.is_current(&job) {
                self.queue.push_back(job);
            }
        }
    }

    /// Whether the job still is what its address needs.
    fn is_current(&self, job: &Job) -> bool {
        let now = self.registered.get(&job.registration.address);
        match job.intent {
            Intent::Register => now == Some(&job.registration),
            Intent::Remove => now.is_none_or(|now| now.name != job.registration.name),
        }
    }

    /// Jobs about one address, or about one name, keep their order.
    fn is_blocked(&self, place: usize) -> bool {
        let Some(job) = self.queue.get(place) else {
            return false;
        };
        let Registration { address, name, .. } = &job.registration;
        let same = |other: &Registration| other.address == *address || other.name == *name;
        let mut earlier = self.queue.range(..place);
        self.under_way
            .values()
            .any(|talk| same(&talk.job.registration))
            || earlier.any(|job| same(&job.registration))
    }

    /// A datagram of a DNS server.
    pub fn hear(
        &mut self,
        at: Moment,
        peer: SocketAddr,
        from: SocketAddr,
        payload: &[u8],
        out: &mut Outbox,
    ) {
        let Some(id) = payload.first_chunk().map(|id| u16::from_be_bytes(*id)) else {
            return;
        };
        let Some(talk) = self.under_way.get_mut(&id) else {
            return;
        };
        let next = talk.hear(peer, payload, at.unix_seconds());
        if next == Next::Ignore {
            return;
        }
        let Some(talk) = self.under_way.remove(&id) else {
            return;
        };
        self.follow(talk, next, at, from, out);
    }

    fn follow(
        &mut self,
        talk: Conversation,
        next: Next,
        at: Moment,
        from: SocketAddr,
        out: &mut Outbox,
    ) {
        let Conversation {
            job, change, peer, ..
        } = talk;
        match next {
            Next::Ignore => {}
            Next::Found(zone) => {
                let owner = job.registration.owner(change);
                let now = at.wall.as_millisecond();
                self.zones.learn(&owner, zone.clone(), peer.ip(), now);
                self.send_update(job, change, (&zone, peer.ip()), at, from, out);
            }
            Next::AskAnother => self.ask_zone(job, change, talk.server + 1, at, from, out),
            Next::Go(change) => self.begin(job, change, at, from, out),
            Next::Done => self.report(&job.registration, Outcome::Succeeded),
            Next::Failed(error) => {
                self.zones.forget(&job.registration.owner(change));
                self.failed(job, error, at);
            }
        }
    }

    /// Sends again what nobody answered, or gives it up.
    fn silence(&mut self, at: Moment, from: SocketAddr, out: &mut Outbox) {
        let now = at.wall.as_millisecond();
        let overdue = self
            .under_way
            .iter()
            .filter(|(_, talk)| talk.deadline <= now);
        let overdue: Vec<u16> = overdue.map(|(id, _)| *id).collect();
        for id in overdue {
            let Some(talk) = self.under_way.remove(&id) else {
                continue;
            };
            if talk.sent < SENDINGS {
                self.send(id, talk, at, from, out);
            } else if matches!(talk.awaited, Awaited::Zone) && talk.server + 1 < self.servers() {
                self.follow(talk, Next::AskAnother, at, from, out);
            } else {
                let timed_out = Next::Failed(RegistrationError::TimedOut);
                self.follow(talk, timed_out, at, from, out);
            }
        }
    }

    fn servers(&self) -> usize {
        self.client.servers.len()
    }

    pub(super) fn failed(&mut self, mut job: Job, error: RegistrationError, at: Moment) {
        let outcome = match error {
            RegistrationError::NoZone => Outcome::NotSent(error),
            _ => Outcome::Failed(error),
        };
        self.report(&job.registration, outcome);
        if error.is_passing() && job.failures < RETRIES {
            let pause = PAUSE << job.failures;
            job.failures += 1;
            self.failures += 1;
            let again = at.wall.as_millisecond().saturating_add(pause);
            self.waiting.insert((again, self.failures), job);
            return;
        }
        // What is refused is not there, or is beyond this server's rights; what could not be said
        // in time may be there.
        let address = job.registration.address;
        if job.intent == Intent::Register
            && !error.is_passing()
            && self.registered.get(&address) == Some(&job.registration)
        {
            self.forget(address);
        }
    }
}
