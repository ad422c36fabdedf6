//! The four checks and service monitoring over the network, held against the oracle.

use std::collections::{BTreeMap, BTreeSet};

use ipamlab::base::Fqdn;
use ipamlab::estate::setting::{self, Need};
use ipamlab::estate::{Os, Role};
use ipamlab::ipam::Caller;
use ipamlab::ipam::access::{
    AccessReport, AccessStatus, Availability, CHECKS, CheckKind, Evidence,
};
use ipamlab::ipam::configuration::ProvisioningMethod;
use ipamlab::ipam::inventory::{NewServer, ServerChange, ServerRole};
use ipamlab::ipam::remote::Stage;
use ipamlab::lab::Lab;
use ipamlab::oracle::access::{Question, Verdict, expected};
use ipamlab::wire::windows::Win32Error;

use super::world::*;

const DHCP: &str = "dhcp1.corp.example";

async fn add(lab: &Lab, boss: &Caller, name: &str, roles: &[ServerRole]) {
    let server = NewServer::new(fqdn(name), roles);
    lab.ipam()
        .add_ipam_server_inventory(boss, server)
        .await
        .unwrap();
}

async fn refresh(lab: &Lab, boss: &Caller, name: &str) -> AccessReport {
    let mut reports = lab
        .ipam()
        .refresh_server_access_status(boss, &[fqdn(name)])
        .await
        .unwrap();
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

/// What the oracle says of the same server, in the engine's words.
fn truth(lab: &Lab, name: &str, roles: &[Role]) -> BTreeMap<CheckKind, AccessStatus> {
    let account = ipam_account(lab);
    let estate = lab.estate();
    let account = estate.principal(&account).unwrap().account.clone();
    let ticket = estate.would_carry(&account);
    let roles: BTreeSet<Role> = roles.iter().copied().collect();
    let expected = expected(&Question {
        estate: &estate,
        server: estate.host(&fqdn(name)).unwrap(),
        roles: &roles,
        ticket: ticket.as_ref(),
        at: lab.now(),
    });
    let word = |verdict: &Verdict| match verdict {
        Verdict::Unblocked => AccessStatus::Unblocked,
        Verdict::Blocked { .. } => AccessStatus::Blocked,
        Verdict::NotApplicable => AccessStatus::NotApplicable,
    };
    [
        (CheckKind::DhcpRpc, word(&expected.dhcp_rpc)),
        (CheckKind::DhcpAuditShare, word(&expected.dhcp_audit_share)),
        (CheckKind::DnsRpc, word(&expected.dns_rpc)),
        (CheckKind::EventLog, word(&expected.event_log)),
    ]
    .into()
}

fn said(report: &AccessReport) -> BTreeMap<CheckKind, AccessStatus> {
    let statuses = report.checks.iter();
    statuses
        .map(|(kind, result)| (*kind, result.status))
        .collect()
}

#[test]
fn every_check_is_in_the_registry_once() {
    let kinds: Vec<CheckKind> = CHECKS.iter().map(|check| check.kind()).collect();
    assert_eq!(kinds, CheckKind::ALL);
}

#[test]
fn a_server_nobody_prepared_is_blocked_and_names_the_stage() {
    provisioned(ProvisioningMethod::Manual, async |lab, boss| {
        add(lab, &boss, DHCP, &[ServerRole::Dhcp]).await;
        let report = refresh(lab, &boss, DHCP).await;
        assert_eq!(report.overall, AccessStatus::Blocked);
        assert_eq!(said(&report), truth(lab, DHCP, &[Role::Dhcp]));
        let Evidence::Failed { stage, error, .. } = &report.checks[&CheckKind::DhcpRpc].evidence
        else {
            panic!("{:?}", report.checks);
        };
        assert_eq!(*stage, Stage::EndpointMapper);
        assert_eq!(*error, Win32Error::RPC_S_SERVER_UNAVAILABLE);
        let availability = report.availability[&ServerRole::Dhcp];
        assert_eq!(availability, Availability::NotReachable);
    });
}

#[test]
fn every_server_with_every_setting_is_unblocked_and_running() {
    provisioned(ProvisioningMethod::Manual, async |lab, boss| {
        for (name, roles) in [
            (DHCP, &[ServerRole::Dhcp][..]),
            ("ns9.corp.example", &[ServerRole::Dns]),
            ("nps1.corp.example", &[ServerRole::Nps]),
            ("dc1.corp.example", &[ServerRole::Dc, ServerRole::Dns]),
        ] {
            prepare(lab, name, None);
            add(lab, &boss, name, roles).await;
        }
        // The directory ACL of DNS is read again every three minutes (A13).
        lab.advance(std::time::Duration::from_secs(181)).await;
        let reports = lab
            .ipam()
            .refresh_server_access_status(&boss, &[])
            .await
            .unwrap();
        assert_eq!(reports.len(), 4);
        for report in &reports {
            assert_eq!(report.overall, AccessStatus::Unblocked, "{report:#?}");
            for state in report.availability.values() {
                assert_eq!(*state, Availability::Running, "{}", report.server);
            }
        }
    });
}

/// Leaves out one setting after the other; engine and oracle must agree on every check.
/// `spared` are the settings that others stand in for.
fn one_setting_missing(name: &str, roles: &[Role], managed: &[ServerRole], spared: &[&str]) {
    let all: Vec<&str> = in_corp(async |lab, _| {
        let estate = lab.estate();
        let host = estate.host(&fqdn(name)).unwrap();
        setting::applicable(host, &roles.iter().copied().collect())
            .filter(|setting| setting.need == Need::Required)
            .map(|setting| setting.id)
            .collect()
    });
    assert!(all.len() > 3, "{all:?}");
    for without in all {
        provisioned(ProvisioningMethod::Manual, async |lab, boss| {
            prepare(lab, name, Some(without));
            add(lab, &boss, name, managed).await;
            lab.advance(std::time::Duration::from_secs(181)).await;
            let report = refresh(lab, &boss, name).await;
            let truth = truth(lab, name, roles);
            assert_eq!(said(&report), truth, "without {without}: {report:#?}");
            let monitoring = setting::find(without).unwrap().purpose
                == ipamlab::estate::Purpose::ServiceMonitoring;
            let blocked = report.overall == AccessStatus::Blocked;
            assert_eq!(
                blocked,
                truth
                    .values()
                    .any(|status| *status == AccessStatus::Blocked),
                "without {without}: {report:#?}"
            );
            assert_eq!(
                blocked,
                !monitoring && !spared.contains(&without),
                "without {without}: {report:#?}"
            );
            if monitoring && !spared.contains(&without) {
                let states: Vec<_> = report.availability.values().collect();
                assert!(
                    states.contains(&&Availability::NotReachable),
                    "without {without}: {states:?}"
                );
            }
        });
    }
}

#[test]
fn each_setting_of_a_dhcp_server_alone_blocks_it() {
    one_setting_missing(DHCP, &[Role::Dhcp], &[ServerRole::Dhcp], &[]);
}

#[test]
fn each_setting_of_a_standalone_dns_server_alone_blocks_it() {
    // A member of the local Administrators, as A10 makes it, reads every log and service.
    one_setting_missing(
        "ns9.corp.example",
        &[Role::Dns],
        &[ServerRole::Dns],
        &["event-log-readers", "dns-event-log-acl", "dns-service-acl"],
    );
}

#[test]
fn each_setting_of_a_controller_with_dns_alone_blocks_it() {
    one_setting_missing(
        "dc1.corp.example",
        &[Role::DomainController, Role::Dns],
        &[ServerRole::Dc, ServerRole::Dns],
        &[],
    );
}

#[test]
fn dhcp_users_counts_only_after_the_service_restarts() {
    provisioned(ProvisioningMethod::Manual, async |lab, boss| {
        prepare(lab, DHCP, Some("dhcp-users"));
        let grantee = ipam_account(lab);
        {
            let now = lab.now();
            let mut estate = lab.estate_mut();
            let setting = setting::find("dhcp-users").unwrap();
            setting
                .apply(&mut estate, &fqdn(DHCP), &grantee, now)
                .unwrap();
        }
        add(lab, &boss, DHCP, &[ServerRole::Dhcp]).await;
        let before = refresh(lab, &boss, DHCP).await;
        assert_eq!(
            before.checks[&CheckKind::DhcpRpc].status,
            AccessStatus::Blocked
        );
        let Evidence::Failed { stage, error, .. } = &before.checks[&CheckKind::DhcpRpc].evidence
        else {
            panic!("{before:#?}");
        };
        assert_eq!(
            (*stage, *error),
            (Stage::Call, Win32Error::ERROR_ACCESS_DENIED)
        );
        lab.restart_service(&fqdn(DHCP), "DHCPServer").unwrap();
        let after = refresh(lab, &boss, DHCP).await;
        assert_eq!(after.overall, AccessStatus::Unblocked, "{after:#?}");
    });
}

#[test]
fn windows_server_2008_dhcp_is_always_blocked() {
    let mut corp = corp();
    let old = &mut corp.hosts[1];
    old.os = Os::WindowsServer2008;
    provisioned_in(
        spec(vec![corp]),
        ProvisioningMethod::Manual,
        async |lab, boss| {
            prepare(lab, DHCP, None);
            add(lab, &boss, DHCP, &[ServerRole::Dhcp]).await;
            let report = refresh(lab, &boss, DHCP).await;
            assert_eq!(report.overall, AccessStatus::Blocked);
            assert_eq!(said(&report), truth(lab, DHCP, &[Role::Dhcp]));
            assert!(matches!(
                report.checks[&CheckKind::EventLog].evidence,
                Evidence::OsTooOld { .. }
            ));
            let rpc = report.checks[&CheckKind::DhcpRpc].status;
            assert_eq!(rpc, AccessStatus::Unblocked, "management still works");
        },
    );
}

#[test]
fn clearing_a_role_removes_its_checks_from_the_aggregation() {
    provisioned(ProvisioningMethod::Manual, async |lab, boss| {
        prepare(lab, "nps1.corp.example", None);
        let name = "nps1.corp.example";
        add(lab, &boss, name, &[ServerRole::Nps, ServerRole::Dhcp]).await;
        let blocked = refresh(lab, &boss, name).await;
        assert_eq!(blocked.overall, AccessStatus::Blocked);
        let change = ServerChange {
            server_type: Some(vec![ServerRole::Nps]),
            ..ServerChange::default()
        };
        let report = lab
            .ipam()
            .set_ipam_server_inventory(&boss, &fqdn(name), change)
            .await
            .unwrap();
        assert_eq!(report.server.access(), AccessStatus::NotChecked);
        let open = refresh(lab, &boss, name).await;
        assert_eq!(open.overall, AccessStatus::Unblocked, "{open:#?}");
        let rpc = open.checks[&CheckKind::DhcpRpc].status;
        assert_eq!(rpc, AccessStatus::NotApplicable);
    });
}

#[test]
fn a_host_that_is_down_is_blocked_and_not_reachable() {
    provisioned(ProvisioningMethod::Manual, async |lab, boss| {
        prepare(lab, DHCP, None);
        add(lab, &boss, DHCP, &[ServerRole::Dhcp]).await;
        lab.set_host_up(&fqdn(DHCP), false).unwrap();
        let report = refresh(lab, &boss, DHCP).await;
        assert_eq!(report.overall, AccessStatus::Blocked);
        assert_eq!(said(&report), truth(lab, DHCP, &[Role::Dhcp]));
        let availability = report.availability[&ServerRole::Dhcp];
        assert_eq!(availability, Availability::NotReachable);
    });
}

#[test]
fn a_stopped_service_shows_as_stopped_where_monitoring_is_granted() {
    provisioned(ProvisioningMethod::Manual, async |lab, boss| {
        prepare(lab, DHCP, None);
        add(lab, &boss, DHCP, &[ServerRole::Dhcp]).await;
        lab.stop_service(&fqdn(DHCP), "DHCPServer").unwrap();
        let report = refresh(lab, &boss, DHCP).await;
        assert_eq!(
            report.availability[&ServerRole::Dhcp],
            Availability::Stopped
        );
        assert_eq!(said(&report), truth(lab, DHCP, &[Role::Dhcp]));
    });
}

#[test]
fn reports_come_in_the_order_of_names() {
    provisioned(ProvisioningMethod::Manual, async |lab, boss| {
        let names = ["nps1.corp.example", DHCP, "dc1.corp.example"];
        add(lab, &boss, names[0], &[ServerRole::Nps]).await;
        add(lab, &boss, names[1], &[ServerRole::Dhcp]).await;
        add(lab, &boss, names[2], &[ServerRole::Dc]).await;
        let asked: Vec<Fqdn> = names.iter().map(|name| fqdn(name)).collect();
        let ipam = lab.ipam();
        let reports = ipam.refresh_server_access_status(&boss, &asked).await;
        let order: Vec<String> = reports
            .unwrap()
            .iter()
            .map(|report| report.server.to_string())
            .collect();
        assert_eq!(order, ["dc1.corp.example", DHCP, "nps1.corp.example"]);
    });
}
