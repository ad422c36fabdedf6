//! Four allocators with the mistakes that people make, over the same engine. The explorer must
//! catch each, and name the two steps that interleave badly.
//!
//! They search with the engine and save the record as a program does that knows no conflict: a
//! record that is there already is overwritten.

use std::net::IpAddr;

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use ipamlab::ipam::find::FindRequest;
use ipamlab::ipam::space::{AddressChange, AddressKey, AddressQuery, NewAddress};

use super::counting::{actor, nothing};
use super::desk::{Desk, Outcome, Program};
use super::explorer::Case;
use super::one_server::{details, explore_well};
use super::support::*;

async fn find(desk: &Desk<'_>) -> IpAddr {
    let request = FindRequest::one(range());
    let report = desk.ipam.find_and_allocate(&desk.admin, request).await;
    let found = report.expect("the server answers").selected;
    found.expect("there is room for all")
}

async fn is_recorded(desk: &Desk<'_>, address: IpAddr) -> bool {
    let query = AddressQuery {
        ip_address: Some(address),
        ..AddressQuery::default()
    };
    let found = desk.ipam.get_ipam_address(&desk.admin, &query).await;
    !found.expect("it is readable").is_empty()
}

/// Writes the record, over whatever is there.
async fn save(desk: &Desk<'_>, address: IpAddr) -> Outcome {
    let mut new = NewAddress::new(address);
    new.owner = range().owner;
    new.details = details(desk.device);
    let key = AddressKey {
        address_space: new.address_space.clone(),
        ip_address: new.ip_address,
        owner: new.owner.clone(),
    };
    if desk.ipam.add_ipam_address(&desk.admin, new).await.is_err() {
        let own = details(desk.device);
        let changes = vec![
            AddressChange::DeviceName(own.device_name),
            AddressChange::MacAddress(own.mac_address),
        ];
        let saved = desk.ipam.set_ipam_address(&desk.admin, &key, changes).await;
        saved.expect("the record is there");
    }
    Outcome {
        granted: Some(address),
        ..Outcome::default()
    }
}

/// Finds, and saves what it found.
fn no_lock(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    async move {
        let found = find(&desk).await;
        desk.pause("saves the address it found").await;
        save(&desk, found).await
    }
    .boxed_local()
}

/// Finds while nobody else finds, and saves after the lock is given back.
fn lock_around_find_only(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    async move {
        desk.lock(false).await;
        let found = find(&desk).await;
        desk.unlock();
        desk.pause("saves the address it found").await;
        save(&desk, found).await
    }
    .boxed_local()
}

/// Finds, looks whether the address is still unrecorded, and then saves it.
fn check_then_act(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    async move {
        loop {
            let found = find(&desk).await;
            desk.pause("looks whether the address is still free").await;
            if is_recorded(&desk, found).await {
                continue;
            }
            desk.pause("saves the address it looked at").await;
            return save(&desk, found).await;
        }
    }
    .boxed_local()
}

/// Finds and saves under one lock, which is taken over from a holder who takes too long and does
/// not learn of it.
fn lock_lost_on_time_out(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    locked(desk, true)
}

/// The same with a lock that stays with its holder: the known-good one of these.
fn lock_kept(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    locked(desk, false)
}

fn locked(desk: Desk<'_>, impatient: bool) -> LocalBoxFuture<'_, Outcome> {
    async move {
        desk.lock(impatient).await;
        let found = find(&desk).await;
        desk.pause("saves the address it found").await;
        let saved = save(&desk, found).await;
        desk.unlock();
        saved
    }
    .boxed_local()
}

fn two(program: Program) -> Case {
    Case {
        spec,
        prepare: nothing,
        actors: vec![
            actor("anna", "web-a", program),
            actor("bert", "web-b", program),
        ],
        every_schedule: false,
        finest: false,
    }
}

const READS: &str = "takes the answer and reads what is recorded";

/// Explores twice: the mistake is found, the same schedule shows it both times, and it names the
/// step that came too early and the one that should have come first.
fn caught(program: Program, early: &str, late: &str) {
    let explored = two(program).explore();
    let failure = explored.graph.shortest_failure();
    let failure = failure.expect("the mistake is found");
    let (runs, schedules) = (explored.runs, explored.graph.schedules());
    println!("{runs} runs, {schedules} schedules\n{failure}");
    let twice = "10.0.1.10 is given to anna and bert".to_owned();
    assert!(failure.broken.contains(&twice), "{failure}");
    let (first, second) = failure.race.clone().expect("an order ends well");
    assert_eq!(
        (first.what.as_str(), second.what.as_str()),
        (early, late),
        "{failure}"
    );
    assert_ne!(first.who, second.who, "{failure}");
    let again = two(program).explore();
    assert_eq!((again.runs, again.graph.schedules()), (runs, schedules));
    let same = again.graph.shortest_failure().expect("it is found again");
    assert_eq!(same.to_string(), failure.to_string());
}

#[test]
fn an_allocator_without_a_lock_is_caught() {
    caught(no_lock, READS, "saves the address it found");
}

#[test]
fn a_lock_around_the_search_alone_is_caught() {
    caught(lock_around_find_only, READS, "saves the address it found");
}

#[test]
fn checking_and_then_acting_is_caught() {
    let looks = "looks whether the address is still free";
    caught(check_then_act, looks, "saves the address it looked at");
}

#[test]
fn a_lock_that_is_lost_on_time_out_is_caught() {
    caught(lock_lost_on_time_out, READS, "saves the address it found");
}

#[test]
fn the_same_allocator_with_a_lock_that_is_kept_passes() {
    explore_well(&two(lock_kept));
}
