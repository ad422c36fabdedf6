//! Discovery domains and ServerDiscovery.

use std::net::IpAddr;

use ipamlab::estate::{Os, Role};
use ipamlab::ipam::access::AccessStatus;
use ipamlab::ipam::configuration::ProvisioningMethod::Manual;
use ipamlab::ipam::discovery::{
    DiscoveryDomain, DiscoveryDomainChange, DiscoveryReport, PassedOverReason,
};
use ipamlab::ipam::inventory::{
    ManageabilityStatus, NewFlag, ServerChange, ServerFilter, ServerRole,
};
use ipamlab::ipam::{Caller, ErrorId};
use ipamlab::lab::{Lab, LabSpec};

use super::world::*;

async fn search(lab: &Lab, boss: &Caller, domain: &str) -> DiscoveryReport {
    let ipam = lab.ipam();
    ipam.add_ipam_discovery_domain(boss, DiscoveryDomain::new(fqdn(domain)))
        .await
        .unwrap();
    ipam.start_server_discovery(boss, None).await.unwrap()
}

fn found(report: &DiscoveryReport) -> Vec<(String, Vec<ServerRole>)> {
    let servers = report.servers.iter();
    servers
        .map(|server| {
            let name = server.name.first_label().to_owned();
            (name, server.roles.iter().copied().collect())
        })
        .collect()
}

fn reasons(report: &DiscoveryReport) -> Vec<(String, ServerRole, PassedOverReason)> {
    let passed = report.passed_over.iter();
    passed
        .map(|over| (over.name.first_label().to_owned(), over.role, over.reason))
        .collect()
}

#[test]
fn controllers_name_servers_and_confirmed_dhcp_servers_are_found_and_never_nps() {
    provisioned(Manual, async |lab, boss| {
        let report = search(lab, &boss, "corp.example").await;
        assert_eq!(
            found(&report),
            [
                ("dc1".into(), vec![ServerRole::Dc, ServerRole::Dns]),
                ("dhcp1".into(), vec![ServerRole::Dhcp]),
                ("ns9".into(), vec![ServerRole::Dns]),
            ]
        );
        assert_eq!(report.errors, []);
        assert!(report.servers.iter().all(|s| s.flag == NewFlag::New));
        let ipam = lab.ipam();
        let all = ipam
            .get_ipam_server_inventory(&boss, ServerFilter::default())
            .await;
        for server in all.unwrap() {
            assert_eq!(server.manageability, ManageabilityStatus::Unspecified);
            assert_eq!(server.access(), AccessStatus::Blocked, "{}", server.name);
        }
        let again = ipam.start_server_discovery(&boss, None).await.unwrap();
        assert!(again.servers.iter().all(|s| s.flag == NewFlag::Old));
    });
}

#[test]
fn only_what_the_domain_asks_for_is_looked_for() {
    provisioned(Manual, async |lab, boss| {
        let ipam = lab.ipam();
        let domain = DiscoveryDomain {
            discover_dns: false,
            discover_dhcp: false,
            ..DiscoveryDomain::new(fqdn("corp.example"))
        };
        ipam.add_ipam_discovery_domain(&boss, domain).await.unwrap();
        let report = ipam.start_server_discovery(&boss, None).await.unwrap();
        assert_eq!(found(&report), [("dc1".into(), vec![ServerRole::Dc])]);
        let change = DiscoveryDomainChange {
            name: fqdn("corp.example"),
            discover_dc: Some(false),
            discover_dns: Some(true),
            discover_dhcp: None,
        };
        ipam.set_ipam_discovery_domain(&boss, change).await.unwrap();
        let report = ipam.start_server_discovery(&boss, None).await.unwrap();
        let names: Vec<String> = found(&report).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["dc1", "ns9"]);
    });
}

#[test]
fn discovery_domains_are_validated() {
    provisioned(Manual, async |lab, boss| {
        let ipam = lab.ipam();
        let corp = DiscoveryDomain::new(fqdn("corp.example"));
        ipam.add_ipam_discovery_domain(&boss, corp.clone())
            .await
            .unwrap();
        let twice = ipam.add_ipam_discovery_domain(&boss, corp.clone()).await;
        assert_eq!(refusal(twice), ErrorId::IpamApiInvalidParameter);
        let alien = DiscoveryDomain::new(fqdn("elsewhere.example"));
        let unknown = ipam.add_ipam_discovery_domain(&boss, alien).await;
        assert_eq!(refusal(unknown), ErrorId::IpamApiObjectNotFound);
        assert_eq!(ipam.get_ipam_discovery_domain(&boss).await.unwrap(), [corp]);
        let missing = fqdn("elsewhere.example");
        let removed = ipam.remove_ipam_discovery_domain(&boss, &missing).await;
        assert_eq!(refusal(removed), ErrorId::IpamApiObjectNotFound);
        let change = DiscoveryDomainChange {
            name: missing,
            discover_dc: None,
            discover_dns: None,
            discover_dhcp: None,
        };
        let changed = ipam.set_ipam_discovery_domain(&boss, change).await;
        assert_eq!(refusal(changed), ErrorId::IpamApiObjectNotFound);
        let name = fqdn("corp.example");
        ipam.remove_ipam_discovery_domain(&boss, &name)
            .await
            .unwrap();
        assert_eq!(ipam.get_ipam_discovery_domain(&boss).await.unwrap(), []);
        lab.set_host_up(&fqdn("dc1.corp.example"), false).unwrap();
        let unreachable = ipam
            .add_ipam_discovery_domain(&boss, DiscoveryDomain::new(name))
            .await;
        assert_eq!(refusal(unreachable), ErrorId::IpamApiDirectoryQueryFailed);
    });
}

/// The usual estate with the DHCP server changed.
fn with_dhcp(change: impl FnOnce(&mut LabSpec)) -> LabSpec {
    let mut spec = spec(vec![corp()]);
    change(&mut spec);
    spec
}

fn silent_dhcp(spec: LabSpec) {
    provisioned_in(spec, Manual, async |lab, boss| {
        let report = search(lab, &boss, "corp.example").await;
        assert_eq!(
            reasons(&report),
            [(
                "dhcp1".into(),
                ServerRole::Dhcp,
                PassedOverReason::DhcpInformNotAcknowledged
            )]
        );
        // It is said once: with the server that was passed over, not as an error besides.
        assert_eq!(report.errors, []);
    });
}

#[test]
fn a_dhcp_server_without_an_ipv4_scope_is_not_found() {
    silent_dhcp(with_dhcp(|spec| {
        let server = spec.dhcp.get_mut(&fqdn("dhcp1.corp.example")).unwrap();
        server.scopes.clear();
    }));
}

#[test]
fn a_dhcp_server_that_is_down_is_not_found() {
    provisioned(Manual, async |lab, boss| {
        lab.set_host_up(&fqdn("dhcp1.corp.example"), false).unwrap();
        let report = search(lab, &boss, "corp.example").await;
        assert_eq!(
            reasons(&report)[0].2,
            PassedOverReason::DhcpInformNotAcknowledged
        );
    });
}

#[test]
fn an_unauthorised_dhcp_server_is_no_candidate() {
    let spec = with_dhcp(|spec| {
        spec.estate
            .unauthorised_dhcp
            .push(fqdn("dhcp1.corp.example"));
    });
    provisioned_in(spec, Manual, async |lab, boss| {
        let report = search(lab, &boss, "corp.example").await;
        assert_eq!(reasons(&report), []);
        let names: Vec<String> = found(&report).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["dc1", "ns9"]);
    });
}

#[test]
fn dhcp_on_the_ipam_host_rules_out_dhcp_discovery() {
    let mut corp = corp();
    corp.hosts.last_mut().unwrap().roles.insert(Role::Dhcp);
    provisioned_in(spec(vec![corp]), Manual, async |lab, boss| {
        let report = search(lab, &boss, "corp.example").await;
        let reason = PassedOverReason::IpamServerRunsDhcp;
        assert_eq!(
            reasons(&report),
            [
                ("dhcp1".into(), ServerRole::Dhcp, reason),
                ("ipam1".into(), ServerRole::Dhcp, reason),
            ]
        );
    });
}

#[test]
fn servers_older_than_2008_are_passed_over() {
    let mut corp = corp();
    corp.hosts[1].os = Os::WindowsServer2003;
    provisioned_in(spec(vec![corp]), Manual, async |lab, boss| {
        let report = search(lab, &boss, "corp.example").await;
        assert_eq!(
            reasons(&report),
            [(
                "dhcp1".into(),
                ServerRole::Dhcp,
                PassedOverReason::OsNotSupported
            )]
        );
    });
}

#[test]
fn a_dns_server_without_an_ns_record_is_not_found() {
    let spec = with_dhcp(|spec| {
        let dns = spec.dns.entry(fqdn("ns9.corp.example")).or_default();
        dns.in_name_servers = false;
    });
    provisioned_in(spec, Manual, async |lab, boss| {
        let report = search(lab, &boss, "corp.example").await;
        let names: Vec<String> = found(&report).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["dc1", "dhcp1"]);
    });
}

#[test]
fn a_dns_server_that_does_not_answer_leaves_an_error_and_the_controllers() {
    let spec = with_dhcp(|spec| {
        let nobody: IpAddr = "10.0.0.200".parse().unwrap();
        spec.engine.resolver = Some(nobody);
    });
    provisioned_in(spec, Manual, async |lab, boss| {
        let report = search(lab, &boss, "corp.example").await;
        let ids: Vec<ErrorId> = report.errors.iter().map(|error| error.id).collect();
        assert!(ids.contains(&ErrorId::IpamApiDnsnsQueryFailed), "{ids:?}");
        // Without DNS no candidate has an address.
        assert_eq!(found(&report), []);
        assert!(
            reasons(&report)
                .iter()
                .all(|(_, _, reason)| *reason == PassedOverReason::NoAddress)
        );
    });
}

#[test]
fn a_role_the_administrator_cleared_stays_cleared() {
    provisioned(Manual, async |lab, boss| {
        search(lab, &boss, "corp.example").await;
        let ipam = lab.ipam();
        let change = ServerChange {
            server_type: Some(vec![ServerRole::Dc]),
            ..ServerChange::default()
        };
        let dc = fqdn("dc1.corp.example");
        ipam.set_ipam_server_inventory(&boss, &dc, change)
            .await
            .unwrap();
        ipam.start_server_discovery(&boss, None).await.unwrap();
        let filter = ServerFilter {
            name: Some(dc),
            ..ServerFilter::default()
        };
        let found = ipam.get_ipam_server_inventory(&boss, filter).await.unwrap();
        assert_eq!(found[0].roles, [ServerRole::Dc].into());
    });
}

#[test]
fn a_restricted_run_looks_at_the_named_servers_only() {
    provisioned(Manual, async |lab, boss| {
        search(lab, &boss, "corp.example").await;
        let ipam = lab.ipam();
        let one = [fqdn("dhcp1")];
        let report = ipam
            .start_server_discovery(&boss, Some(&one))
            .await
            .unwrap();
        assert_eq!(report.access.len(), 1);
        assert_eq!(report.access[0].server, fqdn("dhcp1.corp.example"));
        let stranger = [fqdn("files.corp.example")];
        let refused = ipam.start_server_discovery(&boss, Some(&stranger)).await;
        assert_eq!(refusal(refused), ErrorId::IpamApiObjectNotFound);
    });
}
