//! Two administrators and a retrying client on one IPAM server, in every order.

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use ipamlab::base::MacAddress;
use ipamlab::ipam::ErrorId;
use ipamlab::ipam::find::{AllocateRequest, FindRequest};
use ipamlab::ipam::space::{AddressDetails, AddressKey};

use super::counting::{actor, nothing};
use super::desk::{Desk, Outcome, Reads};
use super::explorer::Case;
use super::support::*;

/// What is recorded for a device: each has a MAC address of its own.
pub fn details(device: &str) -> AddressDetails {
    let last = device.bytes().last().unwrap_or_default();
    AddressDetails {
        mac_address: Some(MacAddress([2, 0, 0, 0, 0, last])),
        ..full_details(device)
    }
}

/// *Find and Allocate* in one request, and then the three pushes up to `pushes`.
async fn allocate(desk: Desk<'_>, pushes: usize) -> Outcome {
    let request = FindRequest {
        allocate: Some(details(desk.device)),
        ..FindRequest::one(range())
    };
    let report = desk.ipam.find_and_allocate(&desk.admin, request).await;
    let Some(key) = report.expect("the server answers").allocated else {
        return Outcome::default();
    };
    push(&desk, &key, pushes).await
}

/// The pushes of a record, in the order of the dialog.
pub async fn push(desk: &Desk<'_>, key: &AddressKey, pushes: usize) -> Outcome {
    desk.reads(Reads::Own);
    let mut outcome = Outcome {
        granted: Some(key.ip_address),
        ..Outcome::default()
    };
    for kind in 0..pushes {
        let report = match kind {
            0 => desk.ipam.create_dhcp_reservation(&desk.admin, key).await,
            1 => desk.ipam.create_dns_host_record(&desk.admin, key).await,
            _ => desk.ipam.create_dns_ptr_record(&desk.admin, key).await,
        };
        outcome
            .reports
            .push(report.expect("the record is complete"));
    }
    outcome
}

/// The dialog, with a person between search and claim: finds, looks, and records what was
/// proposed; whoever is told that it is taken searches on.
async fn by_dialog(desk: Desk<'_>, pushes: usize) -> Outcome {
    let mut request = FindRequest::one(range());
    loop {
        let report = desk
            .ipam
            .find_and_allocate(&desk.admin, request.clone())
            .await;
        let Some(found) = report.expect("the server answers").selected else {
            return Outcome::default();
        };
        desk.pause("claim").await;
        let claimed = desk
            .ipam
            .allocate_ipam_address(
                &desk.admin,
                AllocateRequest {
                    range: range(),
                    address: found,
                    details: details(desk.device),
                    request: None,
                },
            )
            .await;
        match claimed {
            Ok(record) => return push(&desk, &record.key, pushes).await,
            Err(error) => {
                assert_eq!(error.id, ErrorId::IpamApiInvalidIPAddressConflict);
                request.start_after = Some(found);
            }
        }
    }
}

pub fn in_one_request(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    allocate(desk, 3).boxed_local()
}

pub fn with_a_reservation(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    allocate(desk, 1).boxed_local()
}

pub fn only_the_address(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    allocate(desk, 0).boxed_local()
}

fn with_the_dialog(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    by_dialog(desk, 1).boxed_local()
}

fn two(program: super::desk::Program) -> Case {
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

/// Explores a case whose every end must be a good one.
pub fn explore_well(case: &Case) -> super::explorer::Exploration {
    let explored = case.explore();
    let graph = &explored.graph;
    println!(
        "{} runs, {} states, {} schedules of up to {} steps, {} different ends",
        explored.runs,
        graph.nodes.len(),
        graph.schedules(),
        graph.depth(),
        graph.results().len()
    );
    if let Some(failure) = graph.shortest_failure() {
        panic!("{failure}");
    }
    explored
}

#[test]
fn two_administrators_get_two_addresses_in_every_order() {
    let explored = explore_well(&two(in_one_request));
    assert!(explored.graph.schedules() > 10_000);
}

#[test]
fn two_administrators_with_the_dialog_get_two_addresses_in_every_order() {
    explore_well(&two(with_the_dialog));
}

#[test]
fn taking_equal_states_for_the_same_loses_no_schedule_and_no_end() {
    let merged = two(only_the_address);
    let mut all = merged.clone();
    all.every_schedule = true;
    let (merged, all) = (explore_well(&merged), explore_well(&all));
    assert_eq!(merged.graph.schedules(), all.graph.schedules());
    assert_eq!(u128::try_from(all.runs), Ok(all.graph.schedules()));
    assert_eq!(merged.graph.results(), all.graph.results());
    assert!(merged.graph.nodes.len() < all.graph.nodes.len());
}

#[test]
fn leaving_a_step_to_the_one_before_it_loses_no_end() {
    let coarse = two(with_a_reservation);
    let mut finest = coarse.clone();
    finest.finest = true;
    let (coarse, finest) = (explore_well(&coarse), explore_well(&finest));
    assert_eq!(coarse.graph.results(), finest.graph.results());
    assert!(coarse.graph.schedules() < finest.graph.schedules());
}
