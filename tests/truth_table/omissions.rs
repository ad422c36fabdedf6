//! One setting left out at a time: exactly its check is blocked, it alone is named, and the stage
//! at which the engine failed is the one where that setting is asked for.

use std::collections::BTreeSet;

use ipamlab::estate::{Kind, Purpose, Role, Setting};
use ipamlab::ipam::access::{Availability, CheckKind, Evidence};
use ipamlab::ipam::inventory::ServerRole;
use ipamlab::ipam::remote::Stage;
use ipamlab::oracle;
use ipamlab::wire::windows::Win32Error;

use super::ground::{Verdicts, on_prepared};

/// Servers on which every setting of the table counts at least once.
const SERVERS: [&[Role]; 5] = [
    &[Role::Dhcp],
    &[Role::Dns],
    &[Role::DomainController, Role::Dns],
    &[Role::DomainController],
    &[Role::Nps],
];

fn kind_of(purpose: Purpose) -> Option<CheckKind> {
    Some(match purpose {
        Purpose::DhcpRpc => CheckKind::DhcpRpc,
        Purpose::DhcpAuditShare => CheckKind::DhcpAuditShare,
        Purpose::DnsRpc => CheckKind::DnsRpc,
        Purpose::EventLog => CheckKind::EventLog,
        Purpose::ServiceMonitoring => return None,
    })
}

/// Where an attempt fails that lacks the setting, and with what.
fn failure_without(setting: &Setting) -> (Stage, Win32Error) {
    match setting.kind {
        Kind::FirewallRule(_) if setting.row == 4 => {
            (Stage::Connect, Win32Error::ERROR_BAD_NETPATH)
        }
        Kind::FirewallRule(rule) => {
            let upper = rule.to_ascii_uppercase();
            let mapper = ["EPMAP", "RPCSS", "ENDPOINT MAPPER"];
            let stage = match mapper.iter().any(|word| upper.contains(word)) {
                true => Stage::EndpointMapper,
                false => Stage::Connect,
            };
            (stage, Win32Error::RPC_S_SERVER_UNAVAILABLE)
        }
        Kind::AuditShare => (Stage::Call, Win32Error::ERROR_PATH_NOT_FOUND),
        _ => (Stage::Call, Win32Error::ERROR_ACCESS_DENIED),
    }
}

fn stage_of(setting: &Setting) -> oracle::Stage {
    match setting.kind {
        Kind::FirewallRule(_) => oracle::Stage::Firewall,
        Kind::AuditShare => oracle::Stage::Existence,
        _ => oracle::Stage::AccessList,
    }
}

fn hold_evidence(setting: &Setting, verdicts: &Verdicts) {
    let Some(kind) = kind_of(setting.purpose) else {
        // Access stays open; the console shows the service as out of reach (A17).
        let role = match setting.id {
            "dns-service-acl" => ServerRole::Dns,
            _ if verdicts.report.roles.contains(&ServerRole::Dhcp) => ServerRole::Dhcp,
            _ => ServerRole::Dns,
        };
        return verdicts.available(role, Availability::NotReachable);
    };
    let Evidence::Failed { stage, error, .. } = &verdicts.report.checks[&kind].evidence else {
        panic!("{}: {:?}", setting.id, verdicts.report.checks[&kind]);
    };
    assert_eq!((*stage, *error), failure_without(setting), "{}", setting.id);
    let mut blocked = verdicts.expected.checks().into_iter();
    let (_, verdict) = blocked.find(|(_, verdict)| verdict.is_blocked()).unwrap();
    let oracle::Verdict::Blocked { stage, .. } = verdict else {
        unreachable!("it was asked for");
    };
    assert_eq!(*stage, stage_of(setting), "{}", setting.id);
}

#[test]
fn every_single_omission_blocks_its_own_check_and_is_named_alone() {
    let mut named = BTreeSet::new();
    for roles in SERVERS {
        on_prepared(roles, async |ground| {
            ground.hold().await;
            for setting in ground.required.clone() {
                ground.leave_out(&BTreeSet::from([setting.id])).await;
                let verdicts = ground.hold().await;
                let lacks = verdicts.lacks();
                if lacks.is_empty() {
                    // Row 7 stands in for it on a standalone DNS server; the others prove it.
                    assert_eq!(roles, [Role::Dns], "{}", setting.id);
                    continue;
                }
                assert_eq!(lacks.len(), 1, "{}", setting.id);
                assert_eq!(lacks[&setting.purpose], BTreeSet::from([setting.id]));
                hold_evidence(setting, &verdicts);
                named.insert(setting.id);
            }
            ground.leave_out(&BTreeSet::new()).await;
            assert!(ground.hold().await.lacks().is_empty(), "all was undone");
        });
    }
    for setting in ipamlab::estate::SETTINGS {
        let required = setting.need == ipamlab::estate::Need::Required;
        assert!(!required || named.contains(setting.id), "{}", setting.id);
    }
}

#[test]
fn an_alternative_opens_what_the_setting_it_stands_in_for_opens() {
    let alternatives: [(&str, &str, &[Role]); 2] = [
        ("dhcp-administrators", "dhcp-users", &[Role::Dhcp]),
        (
            "dns-admins",
            "dns-acl",
            &[Role::DomainController, Role::Dns],
        ),
    ];
    for (alternative, original, roles) in alternatives {
        on_prepared(roles, async |ground| {
            ground.leave_out(&BTreeSet::from([original])).await;
            assert!(!ground.hold().await.lacks().is_empty(), "{original}");
            ground.apply(alternative);
            if roles.contains(&Role::Dhcp) {
                let restarted = ground.lab.restart_service(&ground.name, "DHCPServer");
                restarted.unwrap();
            }
            // A group that the ticket should carry needs a new one (A14).
            ground.lab.purge_tickets();
            let verdicts = ground.ask().await;
            verdicts.hold(&Default::default(), &ground.roles, alternative);
        });
    }
}
