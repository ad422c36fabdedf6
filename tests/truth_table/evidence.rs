//! What the engine did to come to a verdict, where the verdict alone would not tell; and services
//! that are neither running nor stopped.

use std::collections::{BTreeMap, BTreeSet};

use ipamlab::estate::{Os, Purpose, Role};
use ipamlab::ipam::access::{Availability, CheckKind, Evidence};
use ipamlab::ipam::inventory::ServerRole;
use ipamlab::wire::windows::scm::ServiceState;

use super::ground::{on_prepared, on_prepared_in, spec_of};
use super::model::Lacks;

fn succeeded(evidence: &Evidence) -> &str {
    match evidence {
        Evidence::Succeeded { operation } => operation,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_audit_share_is_open_when_a_log_in_it_was_read() {
    on_prepared(&[Role::Dhcp], async |ground| {
        let report = ground.hold().await.report;
        let share = &report.checks[&CheckKind::DhcpAuditShare];
        let read = r"read dhcpaudit\DhcpSrvLog-Mon.log";
        assert_eq!(succeeded(&share.evidence), read);
    });
}

#[test]
fn the_event_log_is_open_when_the_channel_of_every_role_was_read() {
    let roles = [Role::DomainController, Role::Dns, Role::Dhcp];
    on_prepared(&roles, async |ground| {
        let report = ground.hold().await.report;
        let log = &report.checks[&CheckKind::EventLog];
        let read = "read `DNS Server`, read `Microsoft-Windows-Dhcp-Server/Operational`, \
                    read `Security`";
        assert_eq!(succeeded(&log.evidence), read);
    });
}

#[test]
fn windows_server_2008_is_named_rather_than_asked() {
    let spec = spec_of(&[Role::Dhcp], Os::WindowsServer2008);
    on_prepared_in(spec, &[Role::Dhcp], async |ground| {
        let report = ground.ask().await.report;
        let os = "Windows Server 2008".to_owned();
        let evidence = &report.checks[&CheckKind::EventLog].evidence;
        assert_eq!(*evidence, Evidence::OsTooOld { os });
    });
}

#[test]
fn a_service_half_way_takes_no_calls_and_a_paused_one_does() {
    let not_running =
        |purpose| -> Lacks { BTreeMap::from([(purpose, BTreeSet::from(["service-not-running"]))]) };
    let states = [
        (ServiceState::Stopped, false),
        (ServiceState::StartPending, false),
        (ServiceState::StopPending, false),
        (ServiceState::ContinuePending, true),
        (ServiceState::PausePending, true),
        (ServiceState::Paused, true),
        (ServiceState::Running, true),
    ];
    // Shares are served by a service that nobody monitors.
    let servers = [
        (
            Role::Dhcp,
            "DHCPServer",
            Purpose::DhcpRpc,
            Some(ServerRole::Dhcp),
        ),
        (Role::Dns, "DNS", Purpose::DnsRpc, Some(ServerRole::Dns)),
        (Role::Dhcp, "LanmanServer", Purpose::DhcpAuditShare, None),
        (Role::Nps, "EventLog", Purpose::EventLog, None),
    ];
    for (role, service, purpose, monitored) in servers {
        on_prepared(&[role], async |ground| {
            for (state, answers) in states {
                let at = ground.lab.now();
                let set =
                    ground
                        .lab
                        .estate_mut()
                        .set_service_state(&ground.name, service, state, at);
                set.unwrap();
                let wanted = match answers {
                    true => Lacks::new(),
                    false => not_running(purpose),
                };
                let verdicts = ground.ask().await;
                verdicts.hold(&wanted, &ground.roles, &format!("{state:?}"));
                if let Some(role) = monitored {
                    verdicts.available(role, Availability::from(state));
                }
            }
        });
    }
}

#[test]
fn a_role_that_is_not_on_the_server_has_no_service_to_show() {
    let managed = [Role::Dhcp, Role::Dns];
    on_prepared_in(
        spec_of(&[Role::Dhcp], Os::WindowsServer2022),
        &managed,
        async |ground| {
            let verdicts = ground.ask().await;
            verdicts.available(ServerRole::Dhcp, Availability::Running);
            verdicts.available(ServerRole::Dns, Availability::Unknown);
            let dns = &verdicts.report.checks[&CheckKind::DnsRpc];
            assert!(matches!(dns.evidence, Evidence::Failed { .. }), "{dns:?}");
        },
    );
}

#[test]
fn checks_and_what_they_found_are_told_in_the_words_of_the_console() {
    let kinds: Vec<String> = CheckKind::ALL.iter().map(ToString::to_string).collect();
    let words = ["DHCP RPC", "DHCP audit share", "DNS RPC", "Event log"];
    assert_eq!(kinds, words);
    on_prepared(&[Role::Dhcp], async |ground| {
        let whole = ground.ask().await.report;
        assert_eq!(whole.overall.to_string(), "Unblocked");
        let dns = &whole.checks[&CheckKind::DnsRpc];
        assert_eq!(dns.status.to_string(), "Not applicable");
        assert_eq!(dns.evidence.to_string(), "no selected role needs it");
        ground.leave_out(&BTreeSet::from(["dhcp-rpc-in"])).await;
        let less = ground.ask().await.report;
        assert_eq!(less.overall.to_string(), "Blocked");
        let told = less.checks[&CheckKind::DhcpRpc].evidence.to_string();
        assert!(
            told.ends_with("the RPC server is unavailable (1722)"),
            "{told}"
        );
    });
}
