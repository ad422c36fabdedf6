//! Many clients as one service.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use super::client::{Client, Phase, Surroundings};
use super::habit::Habits;
use crate::base::{MacAddress, Moment, Seed};
use crate::net::{Event, Outbox, Service};
use crate::wire::dhcp::v4::ClientFqdn;

/// What the network knows a fleet as.
pub(in crate::lab) const PROGRAM: &str = "dhcp-clients";

/// A subnet that clients are in, and the relay agent there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    pub subnet: ipnet::Ipv4Net,
    pub relay: Ipv4Addr,
}

/// A fleet as it is set up.
#[derive(Debug, Clone)]
pub struct FleetSpec {
    /// Host names begin with it: `pc` is `pc1`, `pc2` and so on.
    pub name: String,
    pub count: u32,
    /// The DHCP server that the relays forward to.
    pub server: Ipv4Addr,
    /// Clients are spread over them in turn.
    pub links: Vec<Link>,
    /// All appear within this time.
    pub joins_within: Duration,
    /// Option 81 of every client but for the name; none is sent without it.
    pub client_fqdn: Option<ClientFqdn>,
    pub habits: Habits,
    pub seed: Seed,
}

/// What the clients of a fleet have done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Came for the first time.
    pub joined: u64,
    /// Got an address, or had an old one confirmed.
    pub leased: u64,
    pub renewed: u64,
    pub rebound: u64,
    /// Went away, in whatever way.
    pub left: u64,
    /// Of these: said so to the server.
    pub released: u64,
    /// Of these: to another subnet.
    pub roamed: u64,
    /// Of these: for another machine of the same name.
    pub replaced: u64,
    pub returned: u64,
    /// NAKs.
    pub refused: u64,
    /// Leases that ran out while the client was there.
    pub lost: u64,
    /// Times that a client asked and nobody answered.
    pub unserved: u64,
}

/// The clients, and what they did.
pub struct ClientFleet {
    spec: FleetSpec,
    clients: Vec<Client>,
    by_mac: BTreeMap<MacAddress, usize>,
    tally: Tally,
}

impl ClientFleet {
    pub fn new(spec: FleetSpec) -> ClientFleet {
        let clients: Vec<Client> = (0..spec.count)
            .map(|number| Client::new(&spec, number))
            .collect();
        let by_mac = clients.iter().enumerate();
        ClientFleet {
            by_mac: by_mac.map(|(place, client)| (client.mac, place)).collect(),
            clients,
            spec,
            tally: Tally::default(),
        }
    }

    pub fn spec(&self) -> &FleetSpec {
        &self.spec
    }

    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Clients that have an address now.
    pub fn bound(&self) -> usize {
        let clients = self.clients.iter();
        clients.filter(|client| client.address.is_some()).count()
    }

    /// Lets one client do something, and plans its next move.
    fn with(
        &mut self,
        place: usize,
        at: Moment,
        out: &mut Outbox,
        work: impl FnOnce(&mut Client, &mut Surroundings<'_>),
    ) {
        let Some(client) = self.clients.get_mut(place) else {
            return;
        };
        let (mac, wake) = (client.mac, client.wake);
        let now = at.wall.as_millisecond();
        let mut around = Surroundings {
            spec: &self.spec,
            now,
            tally: &mut self.tally,
            out,
        };
        work(client, &mut around);
        if client.mac != mac {
            self.by_mac.remove(&mac);
            self.by_mac.insert(client.mac, place);
        }
        if client.wake != wake {
            plan(client, place, now, out);
        }
    }
}

/// Sets the timer of a client's next move.
fn plan(client: &Client, place: usize, now: i64, out: &mut Outbox) {
    if client.wake < i64::MAX {
        let after = u64::try_from(client.wake.saturating_sub(now)).unwrap_or(0);
        out.timer(Duration::from_millis(after), place as u64);
    }
}

/// Where the hardware address stands in a DHCPv4 message.
const CHADDR: std::ops::Range<usize> = 28..34;

impl Service for ClientFleet {
    fn handle(&mut self, at: Moment, event: Event<'_>, out: &mut Outbox) {
        let now = at.wall.as_millisecond();
        match event {
            Event::Started => {
                let window = i64::try_from(self.spec.joins_within.as_millis()).unwrap_or(i64::MAX);
                for (place, client) in self.clients.iter_mut().enumerate() {
                    client.first_join(now, window);
                    plan(client, place, now, out);
                }
            }
            // Everything is switched off: no word to any server.
            Event::Stopped { .. } => {
                for client in &mut self.clients {
                    if let Some(address) = client.address.take() {
                        out.leave(address.into());
                    }
                    client.phase = Phase::Away;
                    client.wake = i64::MAX;
                }
            }
            Event::Datagram { payload, .. } => {
                let mac = payload.get(CHADDR).and_then(|mac| mac.try_into().ok());
                let place = mac.and_then(|mac| self.by_mac.get(&MacAddress(mac)).copied());
                if let Some(place) = place {
                    self.with(place, at, out, |client, around| {
                        client.hear(payload, around)
                    });
                }
            }
            Event::Timer { token } => {
                let place = usize::try_from(token).unwrap_or(usize::MAX);
                let due = self.clients.get(place).map(|client| client.wake);
                if due.is_some_and(|due| due <= now) {
                    self.with(place, at, out, Client::act);
                }
            }
            Event::Opened { .. }
            | Event::Data { .. }
            | Event::Closed { .. }
            | Event::PingDone { .. } => {}
        }
    }
}
