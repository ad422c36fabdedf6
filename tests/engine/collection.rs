//! Collecting from Managed servers, once and again, and purging.

use ipamlab::ipam::ErrorId;
use ipamlab::ipam::access::Availability;
use ipamlab::ipam::audit::CatalogueFilter;
use ipamlab::ipam::collect::{
    CollectionKind, CollectionOutcome, CollectionReport, ZoneHealth, ZoneStatus,
};
use ipamlab::ipam::configuration::ProvisioningMethod::Manual;
use ipamlab::ipam::inventory::{
    DataRetrievalStatus, ManageabilityStatus, NewServer, ServerFilter, ServerRole,
};
use ipamlab::ipam::space::RangeQuery;
use ipamlab::ipam::{Caller, Ipam};
use ipamlab::lab::Lab;

use super::world::*;

const DHCP: &str = "dhcp1.corp.example";
const NS: &str = "ns9.corp.example";

/// A server with every setting, in the inventory.
async fn open(lab: &Lab, boss: &Caller, name: &str, roles: &[ServerRole]) {
    prepare(lab, name, None);
    let server = NewServer {
        manageability_status: ManageabilityStatus::Managed,
        ..NewServer::new(fqdn(name), roles)
    };
    lab.ipam()
        .add_ipam_server_inventory(boss, server)
        .await
        .unwrap();
}

fn rows(report: &CollectionReport, kind: CollectionKind) -> usize {
    match &report.servers[0].outcomes[&kind] {
        CollectionOutcome::Collected { rows } => *rows,
        failed => panic!("{kind}: {failed:?}"),
    }
}

async fn ranges(ipam: &Ipam, boss: &Caller) -> usize {
    ipam.get_ipam_range(boss, &RangeQuery::default())
        .await
        .unwrap()
        .len()
}

#[test]
fn a_managed_dhcp_server_gives_ranges_events_and_lease_lines() {
    provisioned(Manual, async |lab, boss| {
        open(lab, &boss, DHCP, &[ServerRole::Dhcp]).await;
        let ipam = lab.ipam();
        let names = [fqdn(DHCP)];
        let now = lab.now();
        let data = ["Scope".to_owned()];
        for _ in 0..2 {
            let channel = "Microsoft-Windows-Dhcp-Server/Operational";
            let mut estate = lab.estate_mut();
            estate
                .append_event(&names[0], channel, 70, data.to_vec(), now)
                .unwrap();
        }
        let report = ipam.retrieve_server_data(&boss, &names).await.unwrap();
        assert_eq!(rows(&report, CollectionKind::DhcpScopes), 1);
        assert_eq!(rows(&report, CollectionKind::ConfigurationEvents), 2);
        assert!(rows(&report, CollectionKind::LeaseEvents) > 0);
        assert_eq!(
            report.servers[0].data_retrieval,
            DataRetrievalStatus::Completed
        );
        assert_eq!(ranges(&ipam, &boss).await, 1);
        let all = CatalogueFilter::default();
        let events = ipam.get_ipam_dhcp_configuration_event(&boss, &all).await;
        assert_eq!(events.unwrap().rows.len(), 2);

        let again = ipam.retrieve_server_data(&boss, &names).await.unwrap();
        assert_eq!(rows(&again, CollectionKind::ConfigurationEvents), 0);
        assert_eq!(rows(&again, CollectionKind::LeaseEvents), 0);
        let events = ipam.get_ipam_dhcp_configuration_event(&boss, &all).await;
        assert_eq!(events.unwrap().rows.len(), 2);
    });
}

#[test]
fn a_managed_dns_server_gives_its_zones_and_their_status() {
    provisioned(Manual, async |lab, boss| {
        open(lab, &boss, "dc1.corp.example", &[ServerRole::Dns]).await;
        lab.advance(std::time::Duration::from_secs(181)).await;
        let ipam = lab.ipam();
        let names = [fqdn("dc1.corp.example")];
        let report = ipam.retrieve_server_data(&boss, &names).await.unwrap();
        assert!(rows(&report, CollectionKind::DnsZones) > 0);
        let zones = ipam.get_zone_status(&boss).await.unwrap();
        let zone = zones.iter().find(|zone| zone.zone == fqdn("corp.example"));
        let zone = zone.unwrap();
        assert_eq!(zone.health, ZoneHealth::Ok);
        assert_eq!(zone.servers[0].status, Some(ZoneStatus::Running));
    });
}

#[test]
fn nothing_is_collected_unless_the_server_is_managed() {
    provisioned(Manual, async |lab, boss| {
        open(lab, &boss, DHCP, &[ServerRole::Dhcp]).await;
        set_status(lab, &boss, DHCP, ManageabilityStatus::Unspecified).await;
        let ipam = lab.ipam();
        let names = [fqdn(DHCP)];
        let report = ipam.retrieve_server_data(&boss, &names).await.unwrap();
        assert!(report.servers[0].skipped.is_some());
        assert!(report.servers[0].outcomes.is_empty());
        assert_eq!(ranges(&ipam, &boss).await, 0);
    });
}

#[test]
fn a_refusing_server_is_an_outcome_and_retrieval_is_not_completed() {
    provisioned(Manual, async |lab, boss| {
        prepare(lab, DHCP, Some("dhcp-users"));
        let server = NewServer {
            manageability_status: ManageabilityStatus::Managed,
            ..NewServer::new(fqdn(DHCP), &[ServerRole::Dhcp])
        };
        let ipam = lab.ipam();
        ipam.add_ipam_server_inventory(&boss, server).await.unwrap();
        let report = ipam
            .retrieve_server_data(&boss, &[fqdn(DHCP)])
            .await
            .unwrap();
        let outcomes = &report.servers[0].outcomes;
        assert!(matches!(
            outcomes[&CollectionKind::DhcpScopes],
            CollectionOutcome::Failed { .. }
        ));
        assert!(matches!(
            outcomes[&CollectionKind::LeaseEvents],
            CollectionOutcome::Collected { .. }
        ));
        assert_eq!(
            report.servers[0].data_retrieval,
            DataRetrievalStatus::NotStarted
        );
    });
}

#[test]
fn unspecified_keeps_and_unmanaged_purges_what_was_collected() {
    provisioned(Manual, async |lab, boss| {
        open(lab, &boss, DHCP, &[ServerRole::Dhcp]).await;
        let ipam = lab.ipam();
        let names = [fqdn(DHCP)];
        ipam.retrieve_server_data(&boss, &names).await.unwrap();
        set_status(lab, &boss, DHCP, ManageabilityStatus::Unspecified).await;
        assert_eq!(ranges(&ipam, &boss).await, 1);
        let after = set_status(lab, &boss, DHCP, ManageabilityStatus::Unmanaged).await;
        assert_eq!(after.server.data_retrieval, DataRetrievalStatus::NotStarted);
        assert_eq!(ranges(&ipam, &boss).await, 0);
        // Managed again, everything is read from its start.
        set_status(lab, &boss, DHCP, ManageabilityStatus::Managed).await;
        let again = ipam.retrieve_server_data(&boss, &names).await.unwrap();
        assert!(rows(&again, CollectionKind::LeaseEvents) > 0);
        let removed = ipam
            .remove_ipam_server_inventory(&boss, &names)
            .await
            .unwrap();
        assert!(removed[0].purged_rows > 0);
        assert_eq!(ranges(&ipam, &boss).await, 0);
    });
}

#[test]
fn at_most_ten_servers_are_retrieved_on_demand() {
    provisioned(Manual, async |lab, boss| {
        let ipam = lab.ipam();
        let expected = ErrorId::IpamApiInvalidServersCountAllowedForTask;
        let many: Vec<_> = (0..11)
            .map(|n| fqdn(&format!("dhcp{n}.corp.example")))
            .collect();
        let refused = ipam.retrieve_server_data(&boss, &many).await;
        assert_eq!(refusal(refused), expected);
        let refused = ipam.retrieve_server_data(&boss, &[]).await;
        assert_eq!(refusal(refused), expected);
        let refused = ipam.retrieve_server_data(&boss, &many[..1]).await;
        assert_eq!(refusal(refused), ErrorId::IpamApiObjectNotFound);
    });
}

#[test]
fn retrieving_all_server_data_covers_every_managed_server() {
    provisioned(Manual, async |lab, boss| {
        open(lab, &boss, DHCP, &[ServerRole::Dhcp]).await;
        open(lab, &boss, NS, &[ServerRole::Dns]).await;
        let ipam = lab.ipam();
        let report = ipam.retrieve_all_server_data(&boss).await.unwrap();
        let names: Vec<String> = report
            .servers
            .iter()
            .map(|s| s.server.to_string())
            .collect();
        assert_eq!(names, [DHCP, NS]);
        assert_eq!(rows(&report, CollectionKind::Utilization), 1);
        let all = ipam
            .get_ipam_server_inventory(&boss, ServerFilter::default())
            .await;
        for server in all.unwrap() {
            assert_eq!(server.data_retrieval, DataRetrievalStatus::Completed);
            let states: Vec<_> = server.availability.values().copied().collect();
            assert_eq!(states, [Availability::Running], "{}", server.name);
        }
    });
}
