//! A client that repeats a named request before the answer to the first has come, among others.

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use ipamlab::ipam::find::FindRequest;

use super::counting::{actor, nothing};
use super::desk::{Desk, Outcome, Program, Reads};
use super::explorer::Case;
use super::one_server::{details, explore_well, only_the_address};
use super::support::*;

/// *Find and Allocate* under the name of the device, and then so many pushes of its reservation.
async fn named(desk: Desk<'_>, pushes: usize) -> Outcome {
    let request = FindRequest {
        allocate: Some(details(desk.device)),
        request: Some(desk.device.parse().expect("a name")),
        ..FindRequest::one(range())
    };
    let report = desk.ipam.find_and_allocate(&desk.admin, request).await;
    let Some(key) = report.expect("the server answers").allocated else {
        return Outcome::default();
    };
    desk.reads(Reads::Records);
    let mut outcome = Outcome {
        granted: Some(key.ip_address),
        ..Outcome::default()
    };
    for _ in 0..pushes {
        let report = desk.ipam.create_dhcp_reservation(&desk.admin, &key).await;
        outcome
            .reports
            .push(report.expect("the record is complete"));
    }
    outcome
}

fn only_named(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    named(desk, 0).boxed_local()
}

fn named_with_a_reservation(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    named(desk, 1).boxed_local()
}

fn case(programs: [Program; 2]) -> Case {
    let [once, again] = programs;
    Case {
        spec,
        prepare: nothing,
        actors: vec![
            actor("anna", "web-a", once),
            actor("anna again", "web-a", again),
        ],
        every_schedule: false,
        finest: false,
    }
}

/// How often somebody was told of an address at an end.
fn told(end: &str, address: &str) -> usize {
    end.matches(&format!(": Some({address})")).count()
}

#[test]
fn a_named_request_repeated_before_its_answer_came_gets_the_address_of_the_first() {
    let explored = explore_well(&case([named_with_a_reservation; 2]));
    for end in explored.graph.results() {
        assert_eq!(told(end, "10.0.1.10"), 2, "{end}");
        let reserved = end.matches("DHCP Reservation Create Success").count();
        assert_eq!(reserved, 2, "{end}");
    }
}

#[test]
fn a_client_that_repeats_a_named_request_and_others_never_get_the_same_address() {
    let mut three = case([only_named, only_named]);
    // One has chosen another name, and one has chosen none.
    three.actors.push(actor("bert", "web-b", only_named));
    for other in [only_named, only_the_address] as [Program; 2] {
        three.actors[2].program = other;
        let explored = explore_well(&three);
        assert!(
            explored.graph.results().len() > 1,
            "the order does not matter"
        );
        for end in explored.graph.results() {
            let counts = ["10.0.1.10", "10.0.1.11"].map(|address| told(end, address));
            assert!(counts == [2, 1] || counts == [1, 2], "{end}");
        }
    }
}
