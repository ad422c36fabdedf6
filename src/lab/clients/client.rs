//! One client: what it waits for, and what it does when the wait is over (RFC 2131 section 4.4).

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use rand::Rng as _;

use super::fleet::{FleetSpec, Link, Tally};
use super::habit::Habit;
use crate::base::{MacAddress, Stream};
use crate::net::Outbox;
use crate::wire::dhcp::v4::Message;
use crate::wire::dhcp::{ClientV4, StepV4};

const SERVER_PORT: u16 = 67;
const CLIENT_PORT: u16 = 68;

/// The first wait for an answer, twice as long each time (RFC 2131 section 4.1), and how often a
/// message is sent; milliseconds.
const FIRST_WAIT: i64 = 4_000;
const SENDINGS: u32 = 4;
/// How long a client pauses that nobody answered.
const PAUSE: i64 = 5 * 60_000;
/// The least time between two attempts to renew (section 4.4.5).
const RENEWAL_PAUSE: i64 = 60_000;

/// Where a client is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Not on the network, or not yet.
    Away,
    /// There, without an address: nobody answered, and it asks again in a while.
    Unserved,
    /// DISCOVER, REQUEST or INIT-REBOOT under way; so many were sent.
    Asking {
        sent: u32,
    },
    Bound,
    Renewing,
    Rebinding,
}

/// One interface of one machine.
#[derive(Debug)]
pub(super) struct Client {
    core: ClientV4,
    pub mac: MacAddress,
    label: String,
    habit: Habit,
    link: usize,
    pub phase: Phase,
    /// The address its interface has.
    pub address: Option<Ipv4Addr>,
    /// The address it had when it left.
    remembered: Option<Ipv4Addr>,
    /// Milliseconds since 1970: T1 is the wake-up itself.
    t2: i64,
    expires: i64,
    leaves: i64,
    /// When it does something by itself. Timers of before are void.
    pub wake: i64,
    /// The message under way, to be sent again.
    message: Option<Message>,
    draws: Stream,
    machines: u8,
    has_been: bool,
    /// It asks for the address it had before.
    is_rebooting: bool,
}

/// What a client acts on.
pub(super) struct Surroundings<'a> {
    pub spec: &'a FleetSpec,
    pub now: i64,
    pub tally: &'a mut Tally,
    pub out: &'a mut Outbox,
}

impl Client {
    pub fn new(spec: &FleetSpec, number: u32) -> Client {
        let label = format!("{}{}", spec.name, number + 1);
        let mut draws = spec.seed.stream(&label);
        let habit = spec.habits.draw(&mut draws);
        let mac = mac_of(spec, number, 0);
        let links = u32::try_from(spec.links.len()).unwrap_or(1).max(1);
        let xid = draws.next_u32();
        Client {
            core: core_of(spec, &label, mac, xid),
            mac,
            label,
            habit,
            link: usize::try_from(number % links).unwrap_or(0),
            phase: Phase::Away,
            address: None,
            remembered: None,
            t2: 0,
            expires: 0,
            leaves: i64::MAX,
            wake: 0,
            message: None,
            draws,
            machines: 0,
            has_been: false,
            is_rebooting: false,
        }
    }

    /// Draws when it first appears, within the first `window` milliseconds.
    pub fn first_join(&mut self, now: i64, window: i64) {
        use rand::RngExt as _;
        let after = match window {
            0 => 0,
            window => self.draws.random_range(0..window),
        };
        self.wake = now.saturating_add(after);
    }

    /// The time it waited for has come.
    pub fn act(&mut self, around: &mut Surroundings<'_>) {
        let now = around.now;
        match self.phase {
            Phase::Away => self.arrive(around),
            Phase::Asking { sent } if sent < SENDINGS => self.send(around),
            // No server knows the old address, so the client starts anew (RFC 2131 section 3.2).
            Phase::Asking { .. } if self.is_rebooting => self.discover(around),
            Phase::Asking { .. } => {
                around.tally.unserved += 1;
                self.message = None;
                self.phase = Phase::Unserved;
                self.wake = now + PAUSE;
            }
            _ if now >= self.leaves => self.leave(around),
            Phase::Unserved => self.discover(around),
            Phase::Bound => self.renew(Phase::Renewing, around),
            Phase::Renewing if now < self.t2 => self.renew(Phase::Renewing, around),
            Phase::Renewing | Phase::Rebinding if now < self.expires => {
                self.renew(Phase::Rebinding, around);
            }
            Phase::Renewing | Phase::Rebinding => {
                around.tally.lost += 1;
                self.drop_address(around);
                self.discover(around);
            }
        }
    }

    fn link<'s>(&self, spec: &'s FleetSpec) -> Option<&'s Link> {
        spec.links.get(self.link)
    }

    /// Appears on its link: with its old address if it has one in mind, as a machine does that
    /// was switched off (INIT-REBOOT).
    fn arrive(&mut self, around: &mut Surroundings<'_>) {
        match self.has_been {
            true => around.tally.returned += 1,
            false => around.tally.joined += 1,
        }
        self.has_been = true;
        let presence = self.habit.presence(&mut self.draws);
        self.leaves = around.now.saturating_add(presence);
        self.core
            .set_relay(self.link(around.spec).map(|link| link.relay));
        match self.remembered.take() {
            Some(address) => {
                self.is_rebooting = true;
                let message = self.core.reboot(address);
                self.ask(message, around);
            }
            None => self.discover(around),
        }
    }

    fn discover(&mut self, around: &mut Surroundings<'_>) {
        self.core
            .set_relay(self.link(around.spec).map(|link| link.relay));
        self.is_rebooting = false;
        let message = self.core.discover(None);
        self.ask(message, around);
    }

    fn ask(&mut self, message: Message, around: &mut Surroundings<'_>) {
        self.message = Some(message);
        self.phase = Phase::Asking { sent: 0 };
        self.send(around);
    }

    /// Sends the message under way through the relay, and waits longer than before.
    fn send(&mut self, around: &mut Surroundings<'_>) {
        let (Some(message), Phase::Asking { sent }) = (&self.message, self.phase) else {
            return;
        };
        if let Some(link) = self.link(around.spec) {
            post(around, (link.relay, SERVER_PORT), message);
        }
        self.phase = Phase::Asking { sent: sent + 1 };
        self.wake = around.now + (FIRST_WAIT << sent);
    }

    /// Asks for a longer lease: its server, from its own address, and later anybody, through the
    /// relay.
    fn renew(&mut self, phase: Phase, around: &mut Surroundings<'_>) {
        let relay = self.link(around.spec).map(|link| link.relay);
        let broadcast = phase == Phase::Rebinding;
        self.core.set_relay(relay.filter(|_| broadcast));
        let (Some(address), Some(message)) = (self.address, self.core.renew()) else {
            return self.discover(around);
        };
        let from = match relay.filter(|_| broadcast) {
            Some(relay) => (relay, SERVER_PORT),
            None => (address, CLIENT_PORT),
        };
        post(around, from, &message);
        self.phase = phase;
        let until = if broadcast { self.expires } else { self.t2 };
        let half = until.saturating_sub(around.now) / 2;
        self.wake = around
            .now
            .saturating_add(half.max(RENEWAL_PAUSE))
            .min(until.max(around.now + 1));
    }

    /// Takes a datagram of a server.
    pub fn hear(&mut self, payload: &[u8], around: &mut Surroundings<'_>) {
        match self.core.receive(payload) {
            Ok(StepV4::Send(request)) => {
                self.message = Some(*request);
                self.phase = Phase::Asking { sent: 0 };
                self.send(around);
            }
            Ok(StepV4::Bound(lease)) => {
                match self.phase {
                    Phase::Renewing => around.tally.renewed += 1,
                    Phase::Rebinding => around.tally.rebound += 1,
                    _ => around.tally.leased += 1,
                }
                if self.address != Some(lease.address) {
                    self.drop_address(around);
                    around.out.join(lease.address.into(), true);
                    self.address = Some(lease.address);
                }
                let length = i64::from(lease.lease_time) * 1000;
                self.t2 = around.now.saturating_add(length - length / 8);
                self.expires = around.now.saturating_add(length);
                let t1 = around.now.saturating_add(length / 2);
                self.wake = t1.min(self.leaves);
                self.message = None;
                self.phase = Phase::Bound;
            }
            Ok(StepV4::Refused(_)) => {
                around.tally.refused += 1;
                self.drop_address(around);
                self.discover(around);
            }
            Ok(StepV4::Informed(_) | StepV4::Ignored) | Err(_) => {}
        }
    }

    fn drop_address(&mut self, around: &mut Surroundings<'_>) {
        if let Some(address) = self.address.take() {
            around.out.leave(address.into());
        }
    }

    /// Goes away as its habit is, and sets a time to come back.
    fn leave(&mut self, around: &mut Surroundings<'_>) {
        around.tally.left += 1;
        self.remembered = self.address;
        match self.habit {
            Habit::Releases => {
                around.tally.released += 1;
                self.remembered = None;
                self.core.set_relay(None);
                if let (Some(address), Some(message)) = (self.address, self.core.release()) {
                    post(around, (address, CLIENT_PORT), &message);
                }
            }
            Habit::Roams => {
                around.tally.roamed += 1;
                self.link = (self.link + 1) % around.spec.links.len().max(1);
            }
            Habit::IsReplaced => {
                around.tally.replaced += 1;
                self.remembered = None;
                self.machines = self.machines.wrapping_add(1);
                self.mac.0[2] = self.machines;
                let xid = self.draws.next_u32();
                self.core = core_of(around.spec, &self.label, self.mac, xid);
            }
            Habit::Stays | Habit::Walks => {}
        }
        self.drop_address(around);
        self.phase = Phase::Away;
        let absence = self.habit.absence(&mut self.draws);
        self.wake = around.now.saturating_add(absence);
    }
}

fn post(around: &mut Surroundings<'_>, from: (Ipv4Addr, u16), message: &Message) {
    let from = SocketAddr::from(from);
    let to = SocketAddr::new(IpAddr::V4(around.spec.server), SERVER_PORT);
    around.out.send(from, to, message.encode());
}

fn core_of(spec: &FleetSpec, label: &str, mac: MacAddress, xid: u32) -> ClientV4 {
    let core = ClientV4::new(mac, xid).with_host_name(label);
    match &spec.client_fqdn {
        Some(template) => {
            let mut fqdn = template.clone();
            label.clone_into(&mut fqdn.name);
            core.with_client_fqdn(fqdn)
        }
        None => core,
    }
}

/// A locally administered address that names fleet, machine and client.
fn mac_of(spec: &FleetSpec, number: u32, machine: u8) -> MacAddress {
    let [_, high, middle, low] = number.to_be_bytes();
    let fleet = (spec.seed.child("mac").0 >> 56) as u8;
    MacAddress([0x02, fleet, machine, high, middle, low])
}
