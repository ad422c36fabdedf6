//! Imports of leases against a plain model: whatever a DHCP server lists is what is recorded of
//! its scope afterwards, and a crash leaves a scope as it was or as it is to be.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipamlab::ipam::Caller;
use ipamlab::ipam::configuration::ProvisioningMethod::Manual;
use ipamlab::ipam::inventory::{ManageabilityStatus, NewServer, ServerRole};
use ipamlab::ipam::lease_import::{LeaseImport, LeaseImportReport};
use ipamlab::ipam::space::{AddressQuery, ManagedByService, NewAddress, Owner};
use ipamlab::lab::Lab;
use ipamlab::wire::windows::dhcpm::{Lease, Response};
use ipamlab::wire::windows::dhcpm::{Request, Reservation, ReservationKind, ReservedClient};

use super::scratch;
use super::world::*;

const DHCP1: &str = "dhcp1.corp.example";

/// dhcp1 managed by one who may read it, its scope a range.
async fn managed(lab: &Lab, boss: &Caller) {
    prepare(lab, DHCP1, None);
    let mut server = NewServer::new(fqdn(DHCP1), &[ServerRole::Dhcp]);
    server.manageability_status = ManageabilityStatus::Managed;
    let ipam = lab.ipam();
    ipam.add_ipam_server_inventory(boss, server).await.unwrap();
    ipam.retrieve_all_server_data(boss).await.unwrap();
}

async fn import(lab: &Lab, boss: &Caller) -> LeaseImportReport {
    let import = LeaseImport::new(fqdn(DHCP1)).unwrap();
    let ipam = lab.ipam();
    ipam.invoke_ipam_dhcp_lease(boss, &import, None)
        .await
        .unwrap()
}

fn manage(lab: &Lab, request: Request) -> Response {
    let now = lab.now();
    let host = fqdn(DHCP1);
    let mut server = lab.dhcp(&host).unwrap();
    server.manage(request, now, "CORP\\boss").unwrap()
}

fn reserve(lab: &Lab, last: u8) {
    let mac = format!("02-00-00-00-01-{last:02x}");
    let reservation = Reservation {
        address: format!("10.1.1.{last}").parse().unwrap(),
        client: ReservedClient::Mac(mac.parse().unwrap()),
        name: format!("printer{last}"),
        description: format!("floor {last}"),
        kind: ReservationKind::Both,
    };
    let scope = "10.1.1.0/24".parse().unwrap();
    manage(lab, Request::AddReservation { scope, reservation });
}

fn unreserve(lab: &Lab, last: u8) {
    let scope = "10.1.1.0/24".parse().unwrap();
    let address = format!("10.1.1.{last}").parse().unwrap();
    manage(lab, Request::RemoveReservation { scope, address });
}

/// Name and state by address: what the server lists.
fn listed(lab: &Lab) -> BTreeMap<IpAddr, (String, String)> {
    let scope = "10.1.1.0/24".parse().unwrap();
    let Response::Leases(leases) = manage(lab, Request::EnumLeases { scope }) else {
        panic!("a listing of leases");
    };
    let told = |lease: Lease| {
        (
            lease.address,
            (lease.host_name, format!("{:?}", lease.state)),
        )
    };
    leases.into_iter().map(told).collect()
}

/// The same of what is recorded under the server's name.
async fn recorded(lab: &Lab, boss: &Caller) -> BTreeMap<IpAddr, (String, String)> {
    let query = AddressQuery {
        managed_by_service: Some(ManagedByService::MsDhcp),
        ..AddressQuery::default()
    };
    let found = lab.ipam().get_ipam_address(boss, &query).await.unwrap();
    let told = found.into_iter().map(|address| {
        let details = address.details;
        let state = details.ip_address_state.to_string();
        (address.key.ip_address, (details.device_name, state))
    });
    told.collect()
}

#[test]
fn after_each_import_the_records_of_the_scope_are_what_the_server_lists() {
    provisioned(Manual, async |lab, boss| {
        managed(lab, &boss).await;
        let mut by_hand = NewAddress::new("10.1.1.99".parse().unwrap());
        by_hand.owner = Owner::of_dhcp_server(&fqdn(DHCP1));
        let ipam = lab.ipam();
        ipam.add_ipam_address(&boss, by_hand).await.unwrap();
        let own = NewAddress::new("10.1.1.98".parse().unwrap());
        ipam.add_ipam_address(&boss, own).await.unwrap();
        for round in 0..6_u8 {
            reserve(lab, 100 + round);
            reserve(lab, 110 + round);
            if round > 1 {
                unreserve(lab, 100 + round - 2);
            }
            lease(lab, &format!("02-00-00-00-00-{round:02x}")).await;
            lab.advance(std::time::Duration::from_secs(3 * 86_400))
                .await;
            let before = recorded(lab, &boss).await;
            let wanted = listed(lab);
            let report = import(lab, &boss).await;
            let imported = report.scopes[0].outcome.as_ref().unwrap();
            assert_eq!(recorded(lab, &boss).await, wanted, "round {round}");
            let kept = wanted.keys().filter(|address| before.contains_key(address));
            let kept = kept.count();
            assert_eq!(imported.updated, kept);
            assert_eq!(imported.added, wanted.len() - kept);
            assert_eq!(imported.deleted.len(), before.len() - kept);
        }
        let all = AddressQuery::default();
        let found = ipam.get_ipam_address(&boss, &all).await.unwrap();
        let own = found.iter().filter(|a| a.key.owner == Owner::localhost());
        assert_eq!(own.count(), 1, "another owner's record is not the scope's");
    });
}

#[test]
fn a_crash_between_any_two_statements_leaves_a_scope_as_it_was_or_as_it_is_to_be() {
    let mut outcomes = Vec::new();
    for statements in (0..200).step_by(7) {
        let place = scratch(&format!("leases-{statements}"));
        let mut spec = spec(vec![corp()]);
        spec.engine.database = place.database.clone();
        let complete = provisioned_in(spec, Manual, async |lab, boss| {
            managed(lab, &boss).await;
            reserve(lab, 100);
            reserve(lab, 101);
            import(lab, &boss).await;
            let before = recorded(lab, &boss).await;
            unreserve(lab, 100);
            reserve(lab, 102);
            let wanted = listed(lab);
            let ipam = lab.ipam();
            ipam.store().faults().fail_after(Some(statements));
            let import = LeaseImport::new(fqdn(DHCP1)).unwrap();
            let ended = ipam.invoke_ipam_dhcp_lease(&boss, &import, None).await;
            drop(ipam);
            lab.reopen_engine().unwrap();
            let well = ended.is_ok_and(|report| report.failures().next().is_none());
            let after = recorded(lab, &boss).await;
            assert_eq!(after, if well { wanted } else { before });
            well
        });
        outcomes.push(complete);
    }
    assert!(outcomes.contains(&true) && outcomes.contains(&false));
    assert!(outcomes.is_sorted(), "more statements never lose an import");
}
