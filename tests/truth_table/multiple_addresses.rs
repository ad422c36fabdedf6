//! A server with two addresses, of which one cannot be reached.

use std::collections::BTreeSet;

use ipamlab::estate::Role;
use ipamlab::ipam::access::AccessStatus;
use ipamlab::lab::LabSpec;
use ipamlab::net::fault::{Chance, FaultKind, FaultScope, FaultSpec, Limit, Peer};

use super::ground::{on_prepared_in, spec};

/// The server, with its usual address as second and everything lost on the way to the first.
fn first_address_lost(roles: &[Role]) -> LabSpec {
    one_address_lost(roles, 0, "10.0.0.4")
}

/// The server with one more address, at that place, and everything lost on the way to it.
fn one_address_lost(roles: &[Role], place: usize, address: &str) -> LabSpec {
    let mut spec = spec(roles);
    let target = spec.estate.domains[0].hosts.last_mut().unwrap();
    target.addresses.insert(place, address.parse().unwrap());
    spec.faults.push(FaultSpec {
        name: "lost".into(),
        scope: FaultScope {
            host: Some(Peer::parse(address)),
            ..FaultScope::default()
        },
        limit: Limit::default(),
        optional: false,
        kind: FaultKind::Loss {
            chance: Chance::ALWAYS,
        },
    });
    spec
}

#[test]
fn every_interface_is_tried_at_the_next_address() {
    for roles in [
        &[Role::Dhcp][..],
        &[Role::Dns],
        &[Role::DomainController, Role::Dns],
        &[Role::Nps],
    ] {
        on_prepared_in(first_address_lost(roles), roles, async |ground| {
            let report = ground.ask().await.report;
            assert_eq!(report.overall, AccessStatus::Unblocked, "{report:#?}");
            for state in report.availability.values() {
                assert_eq!(state.to_string(), "Running", "{roles:?}");
            }
            let fired = ground.lab.network().faults()[0].fired;
            assert!(fired > 0, "the first address was tried");
        });
    }
}

#[test]
fn a_refusal_is_the_answer_of_the_server_and_no_other_address_is_asked() {
    let roles = [Role::Dhcp];
    let spec = one_address_lost(&roles, 1, "10.0.0.6");
    on_prepared_in(spec, &roles, async |ground| {
        ground.leave_out(&BTreeSet::from(["dhcp-users"])).await;
        ground.hold().await;
        assert_eq!(ground.lab.network().faults()[0].fired, 0);
    });
}
