//! When a GPO reaches a host, and when it does not.

use crate::wire::windows::directory::{GpoContents, GpoScript, ScriptTarget};

use super::super::policy::FilteredOut;
use super::super::*;
use super::*;

pub(super) const RULE: &str = "DHCP Server (RPC-In)";

pub(super) fn corp_name() -> Fqdn {
    fqdn("corp.example")
}

pub(super) fn admin(estate: &Estate) -> Sid {
    let admin = estate.find_principal("CORP\\domain-admin", None).unwrap();
    admin.sid.clone()
}

pub(super) fn computer(estate: &Estate, host: &str) -> Sid {
    let host = estate.find_host(host).unwrap();
    host.membership.as_ref().unwrap().sid.clone()
}

/// A linked GPO filtered to one host that enables [`RULE`] and runs the DHCP script.
pub(super) fn provisioned(estate: &mut Estate, host: &str, when: Moment) -> Sid {
    let ipamug = add_ipamug(estate, when);
    let script = GpoScript {
        target: ScriptTarget::Dhcp,
        grantee: ipamug.clone(),
        grantee_name: "CORP\\IPAMUG".to_owned(),
    };
    let contents = GpoContents {
        firewall_rules: vec![RULE.to_owned()],
        script: Some(script),
    };
    let owner = admin(estate);
    let name = "LAB_DHCP";
    estate.create_gpo(&corp_name(), name, &owner, when).unwrap();
    estate
        .import_gpo(&corp_name(), name, contents.into(), when)
        .unwrap();
    let root = LinkTarget::DomainRoot;
    estate
        .link_gpo(&corp_name(), name, root, Link::default(), when)
        .unwrap();
    let everybody = sid::well_known(sid::AUTHENTICATED_USERS);
    estate
        .set_gpo_filter(&corp_name(), name, &everybody, false, when)
        .unwrap();
    let account = computer(estate, host);
    estate
        .set_gpo_filter(&corp_name(), name, &account, true, when)
        .unwrap();
    ipamug
}

pub(super) fn rule_is_on(estate: &Estate, host: &str) -> bool {
    estate.find_host(host).unwrap().firewall.is_enabled(RULE)
}

#[test]
fn a_member_takes_90_to_120_minutes() {
    let mut estate = built(&corp());
    provisioned(&mut estate, "dhcp1", at(0));
    estate.settle(at(89));
    assert!(!rule_is_on(&estate, "dhcp1"));
    estate.settle(at(120));
    assert!(rule_is_on(&estate, "dhcp1"));
    let policy = &estate.find_host("dhcp1").unwrap().policy;
    assert_eq!(policy.applied, ["LAB_DHCP"]);
    let other = &estate.find_host("ns9").unwrap().policy;
    assert_eq!(other.filtered_out["LAB_DHCP"], FilteredOut::Security);
}

#[test]
fn offsets_differ_from_host_to_host() {
    let mut spec = corp();
    for last in 100..120 {
        spec.domains[0]
            .hosts
            .push(machine(&format!("m{last}"), last, &[]));
    }
    let estate = built(&spec);
    let mut seen: Vec<u64> = estate
        .hosts()
        .filter(|host| !host.is_controller())
        .map(|host| host.policy.interval.as_secs())
        .collect();
    assert!(seen.iter().all(|s| (5400..=7200).contains(s)));
    seen.sort_unstable();
    seen.dedup();
    assert!(seen.len() > 15, "{seen:?}");
}

#[test]
fn a_controller_takes_five_minutes() {
    let mut spec = corp();
    spec.domains[0].hosts[0].roles.insert(Role::Dhcp);
    let mut estate = built(&spec);
    provisioned(&mut estate, "dc1", at(1));
    estate.settle(at_second(299));
    assert!(!rule_is_on(&estate, "dc1"));
    estate.settle(at(5));
    assert!(rule_is_on(&estate, "dc1"));
}

#[test]
fn gpupdate_and_boot_apply_at_once() {
    let mut estate = built(&corp());
    provisioned(&mut estate, "dhcp1", at(0));
    let dhcp1 = fqdn("dhcp1.corp.example");
    let mut updated = estate.clone();
    updated.gpupdate(&dhcp1, at(1)).unwrap();
    assert!(rule_is_on(&updated, "dhcp1"));
    estate.shut_down(&dhcp1, at(1)).unwrap();
    assert_eq!(
        estate.gpupdate(&dhcp1, at(2)),
        Err(EstateError::HostDown {
            host: dhcp1.clone()
        })
    );
    estate.settle(at(500));
    assert!(
        !rule_is_on(&estate, "dhcp1"),
        "a host that is off refreshes nothing"
    );
    estate.boot(&dhcp1, at(501)).unwrap();
    assert!(rule_is_on(&estate, "dhcp1"));
    let host = estate.host(&dhcp1).unwrap();
    assert_eq!(
        host.policy.last_refresh(host.booted, at(510).sim),
        at(501).sim
    );
}

#[test]
fn boot_applies_policy_before_services_load_their_groups() {
    let mut estate = built(&corp());
    let ipamug = provisioned(&mut estate, "dhcp1", at(0));
    let dhcp1 = fqdn("dhcp1.corp.example");
    let loaded = |estate: &Estate| {
        let service = estate.host(&dhcp1).unwrap().service("DHCPServer").unwrap();
        let groups = service.startup_groups.as_ref().unwrap();
        groups.administrators.contains(&ipamug)
    };
    let mut updated = estate.clone();
    updated.gpupdate(&dhcp1, at(1)).unwrap();
    assert!(
        !loaded(&updated),
        "the membership counts only after a restart"
    );
    updated
        .restart_service(&dhcp1, "DHCPServer", at(2))
        .unwrap();
    assert!(loaded(&updated));
    estate.reboot(&dhcp1, at(1)).unwrap();
    assert!(loaded(&estate));
}

#[test]
fn nothing_applies_while_no_controller_is_up() {
    let mut estate = built(&corp());
    provisioned(&mut estate, "dhcp1", at(0));
    estate.shut_down(&fqdn("dc1.corp.example"), at(0)).unwrap();
    estate.settle(at(240));
    assert!(!rule_is_on(&estate, "dhcp1"));
}

#[test]
fn version_zero_and_foreign_functionality_are_denied() {
    let mut estate = built(&corp());
    provisioned(&mut estate, "dhcp1", at(0));
    let dhcp1 = fqdn("dhcp1.corp.example");
    let mut versions = |version, functionality| {
        estate
            .set_gpo_versions(&corp_name(), "LAB_DHCP", version, functionality, at(1))
            .unwrap();
        estate.gpupdate(&dhcp1, at(1)).unwrap();
        let filtered = &estate.host(&dhcp1).unwrap().policy.filtered_out;
        filtered.get("LAB_DHCP").copied()
    };
    assert_eq!(versions(0, 2), Some(FilteredOut::NotApplied));
    assert_eq!(versions(3, 1), Some(FilteredOut::NotApplied));
    assert_eq!(versions(3, 2), None);
    assert!(rule_is_on(&estate, "dhcp1"));
}

#[test]
fn a_denial_and_a_disabled_link_each_stop_a_gpo() {
    let mut estate = built(&corp());
    provisioned(&mut estate, "dhcp1", at(0));
    let dhcp1 = fqdn("dhcp1.corp.example");
    let account = computer(&estate, "dhcp1");
    let verdict = |estate: &Estate| {
        let host = estate.host(&dhcp1).unwrap();
        estate.policies_reaching(host)[0].verdict
    };
    assert_eq!(verdict(&estate), Ok(()));
    estate
        .set_gpo_deny(&corp_name(), "LAB_DHCP", &account, true, at(1))
        .unwrap();
    assert_eq!(verdict(&estate), Err(FilteredOut::Security));
    estate
        .set_gpo_deny(&corp_name(), "LAB_DHCP", &account, false, at(1))
        .unwrap();
    let off = Link {
        enabled: false,
        ..Link::default()
    };
    estate
        .link_gpo(&corp_name(), "lab_dhcp", LinkTarget::DomainRoot, off, at(1))
        .unwrap();
    assert_eq!(verdict(&estate), Err(FilteredOut::DisabledLink));
}

#[test]
fn an_ou_that_blocks_inheritance_needs_its_own_or_an_enforced_link() {
    let mut spec = corp();
    spec.domains[0].ous.push(OuSpec {
        name: "Servers".to_owned(),
        blocks_inheritance: true,
    });
    spec.domains[0].hosts[1].ou = Some("servers".to_owned());
    let mut base = built(&spec);
    provisioned(&mut base, "dhcp1", at(0));
    let dhcp1 = fqdn("dhcp1.corp.example");
    let applied = |estate: &mut Estate| {
        estate.gpupdate(&dhcp1, at(2)).unwrap();
        rule_is_on(estate, "dhcp1")
    };
    assert!(!applied(&mut base));
    let host = base.host(&dhcp1).unwrap();
    assert_eq!(
        host.policy.filtered_out["LAB_DHCP"],
        FilteredOut::BlockedInheritance
    );

    let mut enforced = base.clone();
    let link = Link {
        enforced: true,
        ..Link::default()
    };
    let root = LinkTarget::DomainRoot;
    enforced
        .link_gpo(&corp_name(), "LAB_DHCP", root, link, at(1))
        .unwrap();
    assert!(applied(&mut enforced));

    let mut own = base.clone();
    let ou = LinkTarget::Ou("Servers".to_owned());
    own.link_gpo(&corp_name(), "LAB_DHCP", ou, Link::default(), at(1))
        .unwrap();
    assert!(applied(&mut own));

    let mut lifted = base.clone();
    lifted
        .set_inheritance_block(&corp_name(), "Servers", false, at(1))
        .unwrap();
    assert!(applied(&mut lifted));

    base.move_to_ou(&dhcp1, None, at(1)).unwrap();
    assert!(applied(&mut base));
}
