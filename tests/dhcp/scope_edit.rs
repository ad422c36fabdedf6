//! A scope whose settings are changed as a whole (domain 8.5, 9.7).

use crate::support::*;
use ipamlab::wire::windows::Win32Error;
use ipamlab::wire::windows::dhcpm::{Request, Response, ScopeInfo};

fn shown(bench: &mut Bench) -> ScopeInfo {
    let scope = "10.0.1.0/24".parse().expect("a network");
    match bench.manage(Request::GetScope { scope }) {
        Ok(Response::Scope(info)) => info,
        other => panic!("{other:?}"),
    }
}

#[test]
fn settings_change_together_with_an_event_each_and_what_is_reserved_and_leased_stays() {
    let mut bench = Bench::new(config(scope()));
    let before = shown(&mut bench);
    let scope = before.scope;
    let reservation = reserve_mac("10.0.1.15", 1);
    let add = Request::AddReservation { scope, reservation };
    bench.manage(add).expect("done");
    bench.dora(&mut client(2)).expect("lease");
    bench.server.take_events();
    let held = [
        Request::EnumReservations { scope },
        Request::EnumLeases { scope },
    ];
    let kept = held.clone().map(|request| bench.manage(request));
    let wanted = ScopeInfo {
        name: "renamed".to_owned(),
        active: false,
        exclusions: vec![(before.first, before.first)],
        lease_seconds: before.lease_seconds + 60,
        routers: vec![ip("10.0.1.254")],
        in_use: shown(&mut bench).in_use,
        ..before.clone()
    };
    let set = Request::SetScope(wanted.clone());
    assert_eq!(bench.manage(set.clone()), Ok(Response::Done));
    assert_eq!(shown(&mut bench), wanted);
    assert_eq!(held.map(|request| bench.manage(request)), kept);
    let told = |bench: &mut Bench| -> Vec<u32> {
        let events = bench.server.take_events();
        events.iter().map(|event| event.event).collect()
    };
    assert_eq!(told(&mut bench), [74, 75, 119]);
    assert_eq!(bench.manage(set), Ok(Response::Done));
    assert_eq!(told(&mut bench), [0; 0], "nothing has changed");
    let elsewhere = ScopeInfo {
        scope: "10.9.9.0/24".parse().expect("a network"),
        ..wanted.clone()
    };
    assert_eq!(
        bench.manage(Request::SetScope(elsewhere)),
        Err(Win32Error::ERROR_DHCP_SUBNET_NOT_PRESENT)
    );
    let inverted = ScopeInfo {
        first: wanted.last,
        last: wanted.first,
        ..wanted.clone()
    };
    assert_eq!(
        bench.manage(Request::SetScope(inverted)),
        Err(Win32Error::ERROR_DHCP_INVALID_RANGE)
    );
    assert_eq!(shown(&mut bench), wanted, "all or none");
}
