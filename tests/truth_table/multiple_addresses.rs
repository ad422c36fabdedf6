//! A server with two addresses, of which the first cannot be reached.

use ipamlab::estate::Role;
use ipamlab::ipam::access::AccessStatus;
use ipamlab::lab::LabSpec;
use ipamlab::net::fault::{Chance, FaultKind, FaultScope, FaultSpec, Limit, Peer};

use super::ground::{on_prepared_in, spec};

/// The server, with its usual address as second and everything lost on the way to the first.
fn first_address_lost(roles: &[Role]) -> LabSpec {
    let mut spec = spec(roles);
    let target = spec.estate.domains[0].hosts.last_mut().unwrap();
    target.addresses.insert(0, "10.0.0.4".parse().unwrap());
    spec.faults.push(FaultSpec {
        name: "lost".into(),
        scope: FaultScope {
            host: Some(Peer::parse("10.0.0.4")),
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
