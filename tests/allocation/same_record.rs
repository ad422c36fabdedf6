//! One record, two requests at once: a client repeats what it had no answer to, and one
//! administrator deletes what another creates.

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use ipamlab::ipam::space::{AddressKey, NewAddress};
use ipamlab::ipam::sync::SyncReport;
use ipamlab::ipam::{Caller, Ipam, IpamResult};
use ipamlab::lab::Lab;

use super::counting::actor;
use super::desk::{Desk, Outcome, Program, Reads};
use super::explorer::Case;
use super::one_server::{details, explore_well, only_the_address, with_a_reservation};
use super::support::*;

fn key() -> AddressKey {
    AddressKey {
        address_space: Default::default(),
        ip_address: ip("10.0.1.20"),
        owner: range().owner,
    }
}

/// 10.0.1.20 is on record for `web-a`, and nothing of it is on a server.
fn recorded(lab: &Lab) -> LocalBoxFuture<'_, ()> {
    async move {
        let mut new = NewAddress::new(key().ip_address);
        new.owner = key().owner;
        new.details = details("web-a");
        let admin = lab.caller(ADMIN).expect("the account exists");
        let added = lab.ipam().add_ipam_address(&admin, new).await;
        added.expect("the record is complete");
    }
    .boxed_local()
}

/// The same, with all three records on their servers.
fn pushed(lab: &Lab) -> LocalBoxFuture<'_, ()> {
    async move {
        recorded(lab).await;
        let (ipam, admin) = (lab.ipam(), lab.caller(ADMIN).expect("the account exists"));
        for create in [0, 1, 2] {
            request(&ipam, &admin, create, true)
                .await
                .expect("it is complete");
        }
    }
    .boxed_local()
}

async fn request(ipam: &Ipam, by: &Caller, kind: usize, create: bool) -> IpamResult<SyncReport> {
    let key = &key();
    match (kind, create) {
        (0, true) => ipam.create_dhcp_reservation(by, key).await,
        (0, false) => ipam.delete_dhcp_reservation(by, key).await,
        (1, true) => ipam.create_dns_host_record(by, key).await,
        (1, false) => ipam.delete_dns_host_record(by, key).await,
        (_, true) => ipam.create_dns_ptr_record(by, key).await,
        (_, false) => ipam.delete_dns_ptr_record(by, key).await,
    }
}

fn pushes(desk: Desk<'_>, kinds: [usize; 2], create: bool) -> LocalBoxFuture<'_, Outcome> {
    async move {
        desk.reads(Reads::Records);
        let mut outcome = Outcome::default();
        for kind in kinds[0]..=kinds[1] {
            let report = request(&desk.ipam, &desk.admin, kind, create).await;
            outcome
                .reports
                .push(report.expect("the record is complete"));
        }
        outcome
    }
    .boxed_local()
}

fn creates_the_reservation(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    pushes(desk, [0, 0], true)
}

fn deletes_the_reservation(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    pushes(desk, [0, 0], false)
}

fn creates_the_host_record(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    pushes(desk, [1, 1], true)
}

fn deletes_the_host_record(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    pushes(desk, [1, 1], false)
}

fn creates_the_ptr_record(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    pushes(desk, [2, 2], true)
}

fn deletes_the_ptr_record(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    pushes(desk, [2, 2], false)
}

fn case(prepare: for<'a> fn(&'a Lab) -> LocalBoxFuture<'a, ()>, programs: &[Program]) -> Case {
    let names = ["anna", "anna again", "bert"];
    let actors = names.iter().zip(programs);
    Case {
        spec,
        prepare,
        actors: actors
            .map(|(name, program)| actor(name, "web-a", *program))
            .collect(),
        every_schedule: false,
        finest: true,
    }
}

#[test]
fn a_request_repeated_before_its_answer_came_succeeds_like_the_first() {
    for program in [
        creates_the_reservation,
        creates_the_host_record,
        creates_the_ptr_record,
    ] as [Program; 3]
    {
        let explored = explore_well(&case(recorded, &[program, program]));
        for end in explored.graph.results() {
            assert!(!end.contains("Failure"), "{end}");
        }
    }
}

#[test]
fn creating_and_deleting_at_once_leaves_what_the_status_says() {
    for [create, delete] in [
        [creates_the_reservation, deletes_the_reservation],
        [creates_the_host_record, deletes_the_host_record],
        [creates_the_ptr_record, deletes_the_ptr_record],
    ] as [[Program; 2]; 3]
    {
        explore_well(&case(recorded, &[create, delete]));
        explore_well(&case(pushed, &[create, delete]));
    }
}

#[test]
fn two_administrators_and_a_client_that_repeats_get_what_is_theirs_in_every_order() {
    let mut three = case(
        recorded,
        &[creates_the_reservation, creates_the_reservation],
    );
    three
        .actors
        .push(actor("bert", "web-b", with_a_reservation));
    three.finest = false;
    let explored = explore_well(&three);
    for end in explored.graph.results() {
        assert_eq!(
            end.matches("DHCP Reservation Create Success").count(),
            3,
            "{end}"
        );
    }
}

#[test]
fn a_client_that_repeats_a_whole_allocation_gets_an_address_of_its_own() {
    let again = [only_the_address, only_the_address] as [Program; 2];
    let mut three = case(|_| async {}.boxed_local(), &again);
    three.actors.push(actor("bert", "web-b", only_the_address));
    three.finest = false;
    let explored = explore_well(&three);
    for end in explored.graph.results() {
        for address in ["10.0.1.10", "10.0.1.11", "10.0.1.12"] {
            assert_eq!(
                end.matches(&format!(": Some({address})")).count(),
                1,
                "{end}"
            );
        }
    }
}
