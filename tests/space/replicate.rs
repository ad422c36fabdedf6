//! A scope is replicated to its failover partner, stopped or disturbed at any message.

use std::time::Duration;

use ipamlab::estate::eventlog::channel;
use ipamlab::ipam::failover::ConfigurationSync;
use ipamlab::ipam::{Caller, Ipam};
use ipamlab::lab::{self, Lab};
use ipamlab::net::fault::{Chance, FaultKind, FaultScope, FaultSpec, Limit};
use ipamlab::wire::windows::dhcpm::{
    Request, Reservation, ReservationKind, ReservedClient, Response, ScopeInfo,
};

use crate::cut::case::{Scratch, until_packet};
use crate::support::*;

fn id() -> ipnet::IpNet {
    "10.0.1.0/24".parse().expect("a network")
}

fn manage(lab: &Lab, server: &str, request: Request) -> Response {
    let now = lab.now();
    let mut server = lab.dhcp(&fqdn(server)).expect("a DHCP server");
    let done = server.manage(request, now, "somebody");
    done.expect("the server takes it")
}

fn reservation(last: u8, client: u8, name: &str) -> Reservation {
    let mac = format!("02-00-00-00-00-{client:02x}");
    Reservation {
        address: ip(&format!("10.0.1.{last}")),
        client: ReservedClient::Mac(mac.parse().expect("a MAC address")),
        name: name.to_owned(),
        description: String::new(),
        kind: ReservationKind::Both,
    }
}

fn reserve(lab: &Lab, server: &str, reservation: Reservation) {
    let scope = id();
    let request = Request::AddReservation { scope, reservation };
    manage(lab, server, request);
}

/// Every kind of difference but the relationship: what only one has, what both have otherwise, a
/// client that has moved to another address, and settings.
fn change_elsewhere(lab: &Lab) {
    for (server, name) in [(DHCP1, "new"), (DHCP2, "old")] {
        reserve(lab, server, reservation(12, 12, name));
    }
    reserve(lab, DHCP1, reservation(13, 13, "here"));
    reserve(lab, DHCP1, reservation(14, 14, "moved"));
    reserve(lab, DHCP2, reservation(15, 14, "moved"));
    reserve(lab, DHCP2, reservation(16, 16, "there"));
    let scope = id();
    let (first, last) = (ip("10.0.1.25"), ip("10.0.1.29"));
    let exclusion = Request::AddExclusion { scope, first, last };
    manage(lab, DHCP1, exclusion);
    let active = false;
    manage(lab, DHCP1, Request::SetScopeState { scope, active });
    let Response::Scope(info) = manage(lab, DHCP1, Request::GetScope { scope }) else {
        panic!("a scope was asked for");
    };
    let longer = ScopeInfo {
        lease_seconds: info.lease_seconds + 60,
        name: "renamed".to_owned(),
        routers: vec![ip("10.0.1.1")],
        ..info
    };
    manage(lab, DHCP1, Request::SetScope(longer));
}

/// What a server has of the scope that is configuration.
fn held(lab: &Lab, server: &str) -> (ScopeInfo, Vec<Reservation>) {
    let scope = id();
    let Response::Scope(info) = manage(lab, server, Request::GetScope { scope }) else {
        panic!("a scope was asked for");
    };
    let request = Request::EnumReservations { scope };
    let Response::Reservations(reservations) = manage(lab, server, request) else {
        panic!("a list was asked for");
    };
    let info = ScopeInfo {
        failover: None,
        in_use: 0,
        ..info
    };
    (info, reservations)
}

fn changes(lab: &Lab) -> u64 {
    let estate = lab.estate();
    let count = |server: &&str| {
        let host = estate.host(&fqdn(server)).expect("it is there");
        let log = host.channel(channel::DHCP_OPERATIONAL);
        log.map_or(0, |log| log.last_record())
    };
    [DHCP1, DHCP2].iter().map(count).sum()
}

async fn sync(ipam: &Ipam, admin: &Caller) -> [ConfigurationSync; 2] {
    let scopes = ipam.get_failover_scopes(admin).await.expect("readable");
    let mut all = scopes.iter().map(|scope| scope.comparison.sync());
    [(); 2].map(|()| all.next().expect("both are in failover"))
}

/// What is done to the replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Nothing,
    /// The engine stops when this packet has been sent.
    Stop(u64),
    /// The same, and the packet is lost.
    StopBefore(u64),
    Loss(u64),
    Twice(u64),
}

impl Trouble {
    fn fault(self) -> Option<FaultSpec> {
        let chance = Chance::ALWAYS;
        let (ordinal, kind) = match self {
            Trouble::Loss(ordinal) | Trouble::StopBefore(ordinal) => {
                (ordinal, FaultKind::Loss { chance })
            }
            Trouble::Twice(ordinal) => {
                let offset = Duration::from_millis(3);
                (ordinal, FaultKind::Duplicate { chance, offset })
            }
            Trouble::Nothing | Trouble::Stop(_) => return None,
        };
        Some(FaultSpec {
            name: "one packet".into(),
            scope: FaultScope::default(),
            limit: Limit {
                skip: ordinal - 1,
                first: Some(1),
            },
            optional: true,
            kind,
        })
    }
}

/// One replication in trouble, and what is left of it; how many packets it took.
fn replicated(trouble: Trouble) -> u64 {
    let scratch = Scratch::new("replicated");
    let mut spec = failover_spec();
    spec.prepared.extend([fqdn(DHCP1), fqdn(DC1)]);
    spec.engine.database = ipamlab::ipam::store::Database::File(scratch.file());
    let done = lab::run(spec, async |lab| {
        let admin = &lab.caller(ADMIN).expect("the account exists");
        let engine = lab.ipam();
        prepare(lab, &engine, admin).await;
        manage_partner(&engine, admin).await;
        assert_eq!(sync(&engine, admin).await, [ConfigurationSync::InSync; 2]);
        change_elsewhere(lab);
        let before = held(lab, DHCP2);
        let network = lab.network();
        if let Some(fault) = trouble.fault() {
            network.add_fault(fault).expect("it is in order");
        }
        let sent = network.packets_sent();
        let server = fqdn(DHCP1);
        let work = engine.replicate_failover_scope(admin, &server, id());
        let ended = match trouble {
            Trouble::Stop(last) | Trouble::StopBefore(last) => until_packet(lab, last, work).await,
            _ => Some(work.await),
        };
        let packets = network.packets_sent() - sent;
        network.advance(Duration::from_secs(10)).await;
        if ended.is_none() {
            drop(engine);
            lab.reopen_engine().expect("the store is whole");
        }
        let ipam = lab.ipam();
        let told = format!("{trouble:?}: {ended:?}");
        let alike = held(lab, DHCP1) == held(lab, DHCP2);
        if let Some(Ok(report)) = &ended {
            let said = report.comparison.sync() == ConfigurationSync::InSync;
            assert!(alike || !said, "a lie: {told}");
            assert!(alike || !report.failures.is_empty(), "{told}");
        }
        if trouble == Trouble::Nothing {
            assert!(alike, "{told}");
        }
        let known = sync(&ipam, admin).await;
        // Before anything was changed, collection had not yet seen what was done elsewhere.
        let untouched = held(lab, DHCP2) == before;
        let out = known == [ConfigurationSync::OutOfSync; 2];
        assert!(alike || untouched || out, "in sync they are not: {told}");
        go_on(lab, admin, &told).await;
        packets
    });
    done.unwrap_or_else(|error| panic!("{error}"))
}

/// Going on finishes the job, and once more changes nothing.
async fn go_on(lab: &Lab, admin: &Caller, told: &str) {
    let ipam = lab.ipam();
    let mut settled = None;
    for round in ["again", "once more"] {
        let server = fqdn(DHCP1);
        let report = ipam.replicate_failover_scope(admin, &server, id()).await;
        let report = report.unwrap_or_else(|error| panic!("{told} {round}: {error}"));
        assert!(report.failures.is_empty(), "{told} {round}: {report:?}");
        assert_eq!(held(lab, DHCP1), held(lab, DHCP2), "{told} {round}");
        let now = changes(lab);
        if let Some(before) = settled {
            assert_eq!(now, before, "{told}: a repeated request changed something");
            assert!(report.changes.is_empty(), "{told}: {report:?}");
        }
        settled = Some(now);
    }
    assert_eq!(
        sync(&ipam, admin).await,
        [ConfigurationSync::InSync; 2],
        "{told}"
    );
}

fn at_every_packet(trouble: fn(u64) -> Trouble) {
    let packets = replicated(Trouble::Nothing);
    assert!(packets > 20, "{packets} packets are no replication");
    for ordinal in 1..=packets {
        replicated(trouble(ordinal));
    }
}

#[test]
fn a_replication_that_stops_after_any_message_is_finished_by_the_next() {
    at_every_packet(Trouble::Stop);
}

#[test]
fn a_replication_that_stops_before_any_message_is_finished_by_the_next() {
    at_every_packet(Trouble::StopBefore);
}

#[test]
fn a_replication_that_loses_any_message_does_not_say_in_sync_and_is_finished_by_the_next() {
    at_every_packet(Trouble::Loss);
}

#[test]
fn a_replication_of_which_any_message_comes_twice_is_made_once() {
    at_every_packet(Trouble::Twice);
}
