//! The management rules of domain 8.5 and 8.6 and configuration events (9.7).

use crate::support::*;
use ipamlab::wire::windows::Win32Error;
use ipamlab::wire::windows::dhcpm::{
    Family, LeaseState, Request, Reservation, ReservedClient, Response, ScopeInfo,
};
use ipnet::IpNet;

const SCOPE: &str = "10.0.1.0/24";
const SCOPE_V6: &str = "2001:db8:1::/64";

fn net(text: &str) -> IpNet {
    text.parse().expect(text)
}

fn add(scope: &str, reservation: Reservation) -> Request {
    Request::AddReservation {
        scope: net(scope),
        reservation,
    }
}

fn exclude(scope: &str, first: &str, last: &str) -> Request {
    Request::AddExclusion {
        scope: net(scope),
        first: ip(first),
        last: ip(last),
    }
}

fn both() -> Bench {
    Bench::new(config(scope()).with_scope_v6(scope_v6()))
}

fn free(bench: &mut Bench, scope: &str, span: (&str, &str), count: u32) -> (Vec<String>, bool) {
    let bound = |text: &str| (!text.is_empty()).then(|| ip(text));
    let request = Request::GetFreeAddresses {
        scope: net(scope),
        start: bound(span.0),
        end: bound(span.1),
        count,
    };
    match bench.manage(request).expect("free addresses") {
        Response::FreeAddresses {
            addresses,
            exhausted,
        } => (
            addresses.iter().map(ToString::to_string).collect(),
            exhausted,
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_reservation_is_unique_by_address_and_by_client() {
    let mut bench = both();
    let good = reserve_mac("10.0.1.15", 1);
    assert_eq!(bench.manage(add(SCOPE, good.clone())), Ok(Response::Done));
    let taken = Win32Error::ERROR_DHCP_RESERVEDIP_EXITS;
    assert_eq!(
        bench.manage(add(SCOPE, reserve_mac("10.0.1.15", 2))),
        Err(taken)
    );
    assert_eq!(
        bench.manage(add(SCOPE, reserve_mac("10.0.1.16", 1))),
        Err(taken)
    );
    let same_client = Reservation {
        client: ReservedClient::ClientId("01020000000001".parse().unwrap()),
        ..reserve_mac("10.0.1.17", 1)
    };
    assert_eq!(bench.manage(add(SCOPE, same_client)), Err(taken));
    let outside = Win32Error::ERROR_DHCP_NOT_RESERVED_CLIENT;
    assert_eq!(
        bench.manage(add(SCOPE, reserve_mac("10.0.1.200", 3))),
        Err(outside)
    );
    let absent = Win32Error::ERROR_DHCP_SUBNET_NOT_PRESENT;
    assert_eq!(bench.manage(add("10.9.0.0/24", good)), Err(absent));
}

#[test]
fn ipv6_reservations_follow_their_own_rules() {
    let mut bench = both();
    let good = reserve_v6("2001:db8:1::50", 1, 1);
    assert_eq!(
        bench.manage(add(SCOPE_V6, good.clone())),
        Ok(Response::Done)
    );
    let taken = Win32Error::ERROR_DHCP_RESERVEDIP_EXITS;
    assert_eq!(
        bench.manage(add(SCOPE_V6, reserve_v6("2001:db8:1::51", 1, 1))),
        Err(taken)
    );
    assert_eq!(
        bench.manage(add(SCOPE_V6, reserve_v6("2001:db8:1::50", 2, 1))),
        Err(taken)
    );
    // Outside the prefix: stored and never leased.
    let outside = reserve_v6("2001:db8:9::1", 3, 1);
    assert_eq!(bench.manage(add(SCOPE_V6, outside)), Ok(Response::Done));
    let missing = Win32Error::ERROR_FILE_NOT_FOUND;
    assert_eq!(bench.manage(add("2001:db8:7::/64", good)), Err(missing));
    assert_eq!(
        bench.manage(add(SCOPE_V6, reserve_mac("10.0.1.15", 1))),
        Err(Win32Error::ERROR_INVALID_PARAMETER)
    );
}

#[test]
fn a_reservation_beats_an_exclusion_and_removal_lets_the_lease_run() {
    let mut bench = Bench::new(config(scope().excluding(range("10.0.1.10-10.0.1.15"))));
    bench
        .manage(add(SCOPE, reserve_mac("10.0.1.12", 1)))
        .expect("done");
    let mut printer = client(1);
    assert_eq!(
        bench.dora(&mut printer).expect("lease").address,
        v4("10.0.1.12")
    );
    assert_eq!(
        bench.dora(&mut client(2)).expect("lease").address,
        v4("10.0.1.16")
    );
    let remove = Request::RemoveReservation {
        scope: net(SCOPE),
        address: ip("10.0.1.12"),
    };
    assert_eq!(bench.manage(remove.clone()), Ok(Response::Done));
    let states = lease_states(&mut bench);
    assert_eq!(states[0], ("10.0.1.12".to_owned(), LeaseState::Active));
    assert_eq!(
        bench.manage(remove),
        Err(Win32Error::ERROR_DHCP_NOT_RESERVED_CLIENT)
    );
    // Excluded and no longer reserved: the lease is not prolonged.
    let renew = printer.renew().expect("lease");
    let nak = bench.ask_as("10.0.1.12:68", SERVER, &renew).expect("nak").1;
    assert_eq!(nak.message(), Some("address no longer leased"));
}

#[test]
fn a_removal_that_names_the_client_spares_the_reservation_of_another() {
    let mut bench = Bench::new(config(scope()));
    let reserved = reserve_mac("10.0.1.12", 1);
    bench.manage(add(SCOPE, reserved.clone())).expect("done");
    let mut remove = |client| {
        bench.manage(Request::RemoveReservationOf {
            scope: net(SCOPE),
            address: ip("10.0.1.12"),
            client,
        })
    };
    let unknown = Err(Win32Error::ERROR_DHCP_NOT_RESERVED_CLIENT);
    assert_eq!(remove(reserve_mac("10.0.1.12", 2).client), unknown);
    assert_eq!(remove(reserved.client.clone()), Ok(Response::Done));
    assert_eq!(remove(reserved.client), unknown);
}

fn lease_states(bench: &mut Bench) -> Vec<(String, LeaseState)> {
    match bench.manage(Request::EnumLeases { scope: net(SCOPE) }) {
        Ok(Response::Leases(leases)) => leases
            .into_iter()
            .map(|lease| (lease.address.to_string(), lease.state))
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_lease_listing_shows_every_state() {
    let reserved = scope()
        .reserving(reserve_mac("10.0.1.18", 8))
        .reserving(reserve_mac("10.0.1.19", 9));
    let mut bench = Bench::new(config(reserved));
    bench.dora(&mut client(1)).expect("lease that will expire");
    bench.advance(3500);
    let mut bad = client(2);
    bench.dora(&mut bad).expect("lease");
    let decline = bad.decline().expect("lease");
    bench.ask(&decline);
    bench.dora(&mut client(3)).expect("lease");
    bench.dora(&mut client(8)).expect("lease");
    bench.advance(101);
    bench.ask(&client(4).discover(None)).expect("offer");
    let states: Vec<String> = lease_states(&mut bench)
        .iter()
        .map(|(address, state)| format!("{address} {state:?}"))
        .collect();
    assert_eq!(
        states,
        [
            "10.0.1.10 Expired",
            "10.0.1.11 Declined",
            "10.0.1.12 Active",
            "10.0.1.13 Offered",
            "10.0.1.18 ActiveReservation",
            "10.0.1.19 InactiveReservation",
        ]
    );
    let scope = Request::GetScope { scope: net(SCOPE) };
    match bench.manage(scope) {
        Ok(Response::Scope(info)) => assert_eq!(info.in_use, 2),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_free_address_search_skips_what_is_taken_and_counts_what_expired() {
    let scope = scope()
        .excluding(range("10.0.1.13-10.0.1.14"))
        .reserving(reserve_mac("10.0.1.12", 9));
    let mut bench = Bench::new(config(scope).with_scope_v6(scope_v6()));
    bench.dora(&mut client(1)).expect("lease of .10");
    assert_eq!(
        free(&mut bench, SCOPE, ("", ""), 0),
        (vec!["10.0.1.11".into()], false)
    );
    let two = (vec!["10.0.1.11".into(), "10.0.1.15".into()], false);
    assert_eq!(free(&mut bench, SCOPE, ("10.0.1.10", ""), 2), two);
    let rest = (vec!["10.0.1.19".into(), "10.0.1.20".into()], true);
    assert_eq!(free(&mut bench, SCOPE, ("10.0.1.19", ""), 5), rest);
    bench.advance(3601);
    assert_eq!(
        free(&mut bench, SCOPE, ("", ""), 1).0,
        ["10.0.1.10"],
        "expired counts"
    );
    assert_eq!(free(&mut bench, SCOPE_V6, ("", ""), 2000).0.len(), 1024);
    let invalid = |bench: &mut Bench, start: &str, end: &str, count| {
        bench.manage(Request::GetFreeAddresses {
            scope: net(SCOPE),
            start: Some(ip(start)),
            end: Some(ip(end)),
            count,
        })
    };
    let refused = Err(Win32Error::ERROR_INVALID_PARAMETER);
    assert_eq!(invalid(&mut bench, "10.0.1.15", "10.0.1.11", 1), refused);
    assert_eq!(invalid(&mut bench, "10.0.1.15", "10.0.1.16", 3), refused);
    assert_eq!(invalid(&mut bench, "10.0.2.1", "10.0.2.9", 1), refused);
}

#[test]
fn exclusions_may_not_overlap_and_ipv6_stores_meaningless_ones() {
    let mut bench = both();
    bench
        .manage(exclude(SCOPE, "10.0.1.10", "10.0.1.12"))
        .expect("done");
    let refuse = |bench: &mut Bench, first: &str, last: &str| {
        bench
            .manage(exclude(SCOPE, first, last))
            .expect_err("refused")
            .0
    };
    assert_eq!(refuse(&mut bench, "10.0.1.10", "10.0.1.12"), 20021);
    assert_eq!(refuse(&mut bench, "10.0.1.12", "10.0.1.14"), 20023);
    assert_eq!(refuse(&mut bench, "10.0.1.15", "10.0.1.14"), 20023);
    assert_eq!(refuse(&mut bench, "10.0.1.20", "10.0.1.21"), 20023);
    assert_eq!(
        bench.dora(&mut client(1)).expect("lease").address,
        v4("10.0.1.13")
    );
    let remove = Request::RemoveExclusion {
        scope: net(SCOPE),
        first: ip("10.0.1.10"),
        last: ip("10.0.1.12"),
    };
    bench.manage(remove).expect("done");
    assert_eq!(
        bench.dora(&mut client(2)).expect("lease").address,
        v4("10.0.1.10")
    );

    bench
        .manage(exclude(SCOPE_V6, "2001:db8:1::1", "2001:db8:1::9"))
        .expect("done");
    let overlap = exclude(SCOPE_V6, "2001:db8:1::5", "2001:db8:1::20");
    assert_eq!(bench.manage(overlap).expect_err("refused").0, 2014);
    bench
        .manage(exclude(SCOPE_V6, "2001:db8:1::ff", "2001:db8:1::20"))
        .expect("stored");
    bench
        .manage(exclude(SCOPE_V6, "2001:db8:7::", "2001:db8:7::9"))
        .expect("stored");
    let lease = bench.lease_v6(&mut client_v6(1)).expect("lease");
    assert_eq!(lease.address.to_string(), "2001:db8:1::a");
}

#[test]
fn scopes_are_created_once_listed_in_pages_and_deleted_when_unused() {
    let mut bench = both();
    let list = |bench: &mut Bench, after: Option<&str>, max| -> Vec<ScopeInfo> {
        let request = Request::EnumScopes {
            family: Family::V4,
            after: after.map(net),
            max,
        };
        match bench.manage(request) {
            Ok(Response::Scopes(scopes)) => scopes,
            other => panic!("{other:?}"),
        }
    };
    let mut new = list(&mut bench, None, 9).remove(0);
    assert_eq!(new.routers, [ip("10.0.1.1")]);
    assert_eq!(
        bench.manage(Request::CreateScope(new.clone())),
        Err(Win32Error::ERROR_DHCP_RANGE_EXTENDED)
    );
    new.scope = net("10.0.2.0/24");
    assert!(
        bench.manage(Request::CreateScope(new.clone())).is_err(),
        "range elsewhere"
    );
    (new.first, new.last) = (ip("10.0.2.1"), ip("10.0.2.9"));
    assert_eq!(bench.manage(Request::CreateScope(new)), Ok(Response::Done));
    let names = |scopes: Vec<ScopeInfo>| -> Vec<String> {
        scopes.iter().map(|scope| scope.scope.to_string()).collect()
    };
    assert_eq!(names(list(&mut bench, None, 1)), ["10.0.1.0/24"]);
    assert_eq!(names(list(&mut bench, Some(SCOPE), 9)), ["10.0.2.0/24"]);
    bench.dora(&mut client(1)).expect("lease");
    let delete = |force| Request::DeleteScope {
        scope: net(SCOPE),
        force,
    };
    assert_eq!(
        bench.manage(delete(false)),
        Err(Win32Error::ERROR_DHCP_ELEMENT_CANT_REMOVE)
    );
    assert_eq!(bench.manage(delete(true)), Ok(Response::Done));
    assert_eq!(
        bench.manage(delete(true)),
        Err(Win32Error::ERROR_DHCP_SUBNET_NOT_PRESENT)
    );
}

#[test]
fn every_change_leaves_an_event_with_its_object_scope_and_account() {
    let mut bench = both();
    bench
        .manage(add(SCOPE, reserve_mac("10.0.1.15", 1)))
        .expect("done");
    bench
        .manage(exclude(SCOPE_V6, "2001:db8:1::1", "2001:db8:1::9"))
        .expect("done");
    let state = Request::SetScopeState {
        scope: net(SCOPE),
        active: false,
    };
    bench.manage(state.clone()).expect("done");
    bench.manage(state).expect("no change, no event");
    bench
        .manage(add(SCOPE, reserve_mac("10.0.1.15", 1)))
        .expect_err("no event");
    let events: Vec<String> = bench
        .server
        .take_events()
        .iter()
        .map(|event| format!("{} {}", event.event, event.data.join(" | ")))
        .collect();
    assert_eq!(
        events,
        [
            r"106 10.0.1.15 | 10.0.1.0/24 | CORP\admin",
            r"155 2001:db8:1::1-2001:db8:1::9 | 2001:db8:1::/64 | CORP\admin",
            r"74 10.0.1.0/24 | CORP\admin",
        ]
    );
    assert!(bench.server.take_events().is_empty());
}

#[test]
fn impossible_set_ups_are_refused_with_their_reason() {
    use ipamlab::server::dhcp::{DhcpServer, DhcpServerConfig};
    let refused = |config: DhcpServerConfig| match DhcpServer::new(config) {
        Ok(_) => panic!("accepted"),
        Err(error) => error.to_string(),
    };
    let mut twice = config(scope()).with_scope(scope());
    assert_eq!(
        refused(twice.clone()),
        "scope `10.0.1.0/24` overlaps scope `10.0.1.0/24`; give each subnet one scope"
    );
    twice.scopes[1].subnet = "10.0.0.0/16".parse().unwrap();
    assert!(refused(twice).contains("overlaps"));
    let mut outside = scope();
    outside.range = range("10.0.2.1-10.0.2.5");
    assert!(refused(config(outside)).contains("not inside its subnet"));
    let far = config(scope().excluding(range("10.0.1.200")));
    assert!(refused(far).contains("exclusion `10.0.1.200`"));
    let twin = |number| reserve_mac("10.0.1.15", number);
    let double = scope().reserving(twin(1)).reserving(twin(2));
    assert!(refused(config(double)).contains("20022"));
    let mut homeless = config(scope());
    homeless.addresses.clear();
    assert!(refused(homeless).contains("needs an IPv4 address"));
}
