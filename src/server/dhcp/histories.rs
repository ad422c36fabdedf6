//! Random histories of clients and administrators, after each step of which nobody may have
//! another's address.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use proptest::prelude::*;

use super::pool::State;
use super::{DhcpServer, DhcpServerConfig, ScopeConfig, ScopeV6Config};
use crate::addr::AddressRange;
use crate::base::{MacAddress, Moment, SimTime};
use crate::net::{Action, Event, Outbox, Service as _};
use crate::wire::dhcp::v6::duid;
use crate::wire::dhcp::{ClientV4, ClientV6, StepV4, StepV6, v6};
use crate::wire::windows::dhcpm::{Request, Reservation, ReservationKind, ReservedClient};

#[derive(Debug, Clone)]
enum Move {
    /// DISCOVER to ACK, asking for the address that ends so, if any.
    Lease(u8, Option<u8>),
    DiscoverOnly(u8),
    Renew(u8),
    Reboot(u8, u8),
    Release(u8),
    Decline(u8),
    LeaseV6(u8),
    ReleaseV6(u8),
    DeclineV6(u8),
    Reserve(u8, u8),
    Unreserve(u8),
    Pass(u32),
    Crash,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let client = 0u8..12;
    let host = 8u8..24;
    let one = prop_oneof![
        4 => (client.clone(), proptest::option::of(host.clone()))
            .prop_map(|(c, h)| Move::Lease(c, h)),
        2 => client.clone().prop_map(Move::DiscoverOnly),
        2 => client.clone().prop_map(Move::Renew),
        1 => (client.clone(), host.clone()).prop_map(|(c, h)| Move::Reboot(c, h)),
        1 => client.clone().prop_map(Move::Release),
        1 => client.clone().prop_map(Move::Decline),
        3 => client.clone().prop_map(Move::LeaseV6),
        1 => client.clone().prop_map(Move::ReleaseV6),
        1 => client.clone().prop_map(Move::DeclineV6),
        1 => (client.clone(), host.clone()).prop_map(|(c, h)| Move::Reserve(c, h)),
        1 => host.prop_map(Move::Unreserve),
        2 => prop_oneof![1u32..100, 500u32..8000, 10_000u32..100_000].prop_map(Move::Pass),
        1 => Just(Move::Crash),
    ];
    proptest::collection::vec(one, 1..60)
}

struct History {
    server: DhcpServer,
    now: SimTime,
    v4: Vec<ClientV4>,
    v6: Vec<ClientV6>,
    ever_reserved: BTreeSet<IpAddr>,
}

fn mac(n: u8) -> MacAddress {
    MacAddress([2, 0, 0, 0, 0, n])
}

fn host(n: u8) -> Ipv4Addr {
    [10, 0, 1, n].into()
}

impl History {
    fn new() -> History {
        let between = |a: u8, b: u8| AddressRange::new(host(a).into(), host(b).into()).unwrap();
        let scope = ScopeConfig::new("10.0.1.0/24".parse().unwrap(), between(10, 20))
            .excluding(between(13, 14))
            .leased_for(1000);
        let mut v6 = ScopeV6Config::new("2001:db8::/64".parse().unwrap()).excluding(
            "2001:db8::6".parse().unwrap(),
            "2001:db8::ffff:ffff:ffff:ffff".parse().unwrap(),
        );
        v6.valid_seconds = 1000;
        let addresses = vec!["10.0.1.5".parse().unwrap(), "2001:db8::5".parse().unwrap()];
        let config = DhcpServerConfig::new(addresses)
            .with_scope(scope)
            .with_scope_v6(v6);
        let mut history = History {
            server: DhcpServer::new(config).unwrap(),
            now: SimTime::ZERO,
            v4: (0..12)
                .map(|n| ClientV4::new(mac(n), u32::from(n)))
                .collect(),
            v6: (0..12)
                .map(|n| ClientV6::new(duid::link_layer(mac(n)), 1, u32::from(n)))
                .collect(),
            ever_reserved: BTreeSet::new(),
        };
        history.event(Event::Started);
        history
    }

    fn at(&self) -> Moment {
        Moment::of("2026-03-02T08:00:00Z".parse().unwrap(), self.now)
    }

    fn event(&mut self, event: Event<'_>) -> Option<Vec<u8>> {
        let mut out = Outbox::default();
        self.server.handle(self.at(), event, &mut out);
        match out.actions.pop() {
            Some(Action::Send { payload, .. }) => Some(payload),
            _ => None,
        }
    }

    fn ask(&mut self, payload: &[u8]) -> Option<Vec<u8>> {
        self.event(Event::Datagram {
            from: "0.0.0.0:68".parse().unwrap(),
            to: "10.0.1.5:67".parse().unwrap(),
            payload,
        })
    }

    fn ask_v6(&mut self, envelope: &v6::Envelope) -> Option<Vec<u8>> {
        self.event(Event::Datagram {
            from: "[fe80::1]:546".parse().unwrap(),
            to: "[2001:db8::5]:547".parse().unwrap(),
            payload: &envelope.encode(),
        })
    }

    fn play(&mut self, step: &Move) {
        match *step {
            Move::Lease(n, wish) => {
                let discover = self.v4[usize::from(n)].discover(wish.map(host));
                let Some(offer) = self.ask(&discover.encode()) else {
                    return;
                };
                if let StepV4::Send(request) = self.v4[usize::from(n)].receive(&offer).unwrap() {
                    self.finish(n, &request.encode());
                }
            }
            Move::DiscoverOnly(n) => {
                let discover = self.v4[usize::from(n)].discover(None);
                self.ask(&discover.encode());
            }
            Move::Renew(n) => {
                if let Some(renew) = self.v4[usize::from(n)].renew() {
                    self.finish(n, &renew.encode());
                }
            }
            Move::Reboot(n, to) => {
                let reboot = self.v4[usize::from(n)].reboot(host(to));
                self.finish(n, &reboot.encode());
            }
            Move::Release(n) => {
                if let Some(release) = self.v4[usize::from(n)].release() {
                    self.ask(&release.encode());
                }
            }
            Move::Decline(n) => {
                if let Some(decline) = self.v4[usize::from(n)].decline() {
                    self.ask(&decline.encode());
                }
            }
            Move::Reserve(n, to) => self.reserve(n, to),
            Move::Unreserve(at) => {
                let request = Request::RemoveReservation {
                    scope: "10.0.1.0/24".parse().unwrap(),
                    address: host(at).into(),
                };
                let _ = self.server.manage(request, self.at(), "CORP\\admin");
            }
            Move::Pass(seconds) => self.now.0 += u64::from(seconds) * 1000,
            Move::Crash => {
                self.event(Event::Stopped { crashed: true });
                self.event(Event::Started);
            }
            Move::LeaseV6(_) | Move::ReleaseV6(_) | Move::DeclineV6(_) => self.play_v6(step),
        }
    }

    fn play_v6(&mut self, step: &Move) {
        match *step {
            Move::LeaseV6(n) => {
                let solicit = self.v6[usize::from(n)].solicit(None, false);
                let advertise = self.ask_v6(&solicit).expect("a solicit is always answered");
                let step = self.v6[usize::from(n)].receive(&advertise).unwrap();
                if let StepV6::Send(request) = step {
                    let reply = self.ask_v6(&request).expect("a request is always answered");
                    self.v6[usize::from(n)].receive(&reply).unwrap();
                }
            }
            Move::ReleaseV6(n) => {
                if let Some(release) = self.v6[usize::from(n)].release() {
                    self.ask_v6(&release);
                }
            }
            Move::DeclineV6(n) => {
                if let Some(decline) = self.v6[usize::from(n)].decline() {
                    self.ask_v6(&decline);
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self, n: u8, request: &[u8]) {
        if let Some(answer) = self.ask(request) {
            self.v4[usize::from(n)].receive(&answer).unwrap();
        }
    }

    fn reserve(&mut self, n: u8, to: u8) {
        self.ever_reserved.insert(host(to).into());
        let request = Request::AddReservation {
            scope: "10.0.1.0/24".parse().unwrap(),
            reservation: Reservation {
                address: host(to).into(),
                client: ReservedClient::Mac(mac(n)),
                name: String::new(),
                description: String::new(),
                kind: ReservationKind::Both,
            },
        };
        let _ = self.server.manage(request, self.at(), "CORP\\admin");
    }

    /// The pools agree with themselves, and every lease a client still believes in is its own.
    fn check(&mut self) {
        let at = self.at();
        self.server.settle(at);
        let mut holders: BTreeMap<IpAddr, u64> = BTreeMap::new();
        for scope in self.server.scopes.iter() {
            scope.pool.check();
            for (address, binding) in scope.pool.bindings() {
                *holders.entry(address).or_default() += 1;
                assert!(scope.id.contains(&address));
                assert!(
                    binding.until > at.wall.as_millisecond(),
                    "{address} is overdue"
                );
                let excluded = scope
                    .effective_exclusions()
                    .iter()
                    .any(|range| range.contains(address));
                assert!(!excluded || self.ever_reserved.contains(&address));
                if binding.state == State::Offered {
                    let still = scope.pool.reservation(address).is_some();
                    assert!(!excluded || still, "{address} offered though excluded");
                }
            }
        }
        assert!(holders.values().all(|count| *count == 1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_history_gives_one_address_to_two_clients(history in moves()) {
        let mut world = History::new();
        for step in &history {
            world.play(step);
            world.check();
        }
    }
}
