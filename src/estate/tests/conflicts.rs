//! GPOs against each other, against hand-made changes, and against the calendar.

use std::collections::BTreeMap;

use super::super::*;
use super::policies::{RULE, admin, computer, corp_name, provisioned, rule_is_on};
use super::*;

#[test]
fn a_conflicting_gpo_wins_until_it_is_gone() {
    let mut estate = built(&corp());
    let ipamug = provisioned(&mut estate, "dhcp1", at(0));
    let owner = admin(&estate);
    let block = InboundRule::block("Closed", Transport::Tcp, Ports::RpcDynamic);
    let conflict = GpoSettings {
        made_rules: vec![block],
        restricted_groups: BTreeMap::from([("DHCP Administrators".to_owned(), [].into())]),
        ..GpoSettings::default()
    };
    estate
        .create_gpo(&corp_name(), "Hardening", &owner, at(1))
        .unwrap();
    estate
        .import_gpo(&corp_name(), "Hardening", conflict, at(1))
        .unwrap();
    let root = LinkTarget::DomainRoot;
    estate
        .link_gpo(&corp_name(), "Hardening", root, Link::default(), at(1))
        .unwrap();
    estate.settle(at(240));
    let dhcp1 = fqdn("dhcp1.corp.example");
    let member = |estate: &Estate| {
        let group = estate
            .local_group_or_err(&dhcp1, "DHCP Administrators")
            .unwrap();
        group.members.contains(&ipamug)
    };
    let arrival = Arrival {
        transport: Transport::Tcp,
        port: 50_000,
        program: program::DHCP_SERVER,
    };
    let open = |estate: &Estate| {
        let firewall = &estate.host(&dhcp1).unwrap().firewall;
        firewall.decide(&arrival).is_allowed()
    };
    assert!(!member(&estate) && !open(&estate));
    estate
        .delete_gpo(&corp_name(), "Hardening", at(241))
        .unwrap();
    estate.settle(at(480));
    assert!(member(&estate) && open(&estate));
}

#[test]
fn settings_stay_when_the_computer_leaves_the_filter() {
    let mut estate = built(&corp());
    let ipamug = provisioned(&mut estate, "dhcp1", at(0));
    estate.settle(at(120));
    let account = computer(&estate, "dhcp1");
    estate
        .set_gpo_filter(&corp_name(), "LAB_DHCP", &account, false, at(121))
        .unwrap();
    estate.settle(at(300));
    let host = estate.find_host("dhcp1").unwrap();
    assert!(host.policy.applied.is_empty());
    assert!(rule_is_on(&estate, "dhcp1"));
    assert!(host.share("dhcpaudit").unwrap().readers.contains(&ipamug));
}

#[test]
fn a_refresh_restores_what_somebody_took_away_by_hand() {
    let mut estate = built(&corp());
    provisioned(&mut estate, "dhcp1", at(0));
    estate.settle(at(120));
    let dhcp1 = fqdn("dhcp1.corp.example");
    estate.disable_firewall_rule(&dhcp1, RULE, at(121)).unwrap();
    estate.settle(at(122));
    assert!(!rule_is_on(&estate, "dhcp1"));
    estate.settle(at(300));
    assert!(rule_is_on(&estate, "dhcp1"));
}

#[test]
fn a_group_in_the_filter_counts_after_the_computer_boots() {
    let mut estate = built(&corp());
    provisioned(&mut estate, "ns9", at(0));
    let scope = crate::wire::windows::directory::GroupScope::Global;
    let group = estate
        .create_domain_group(&corp_name(), "Dhcp Servers", scope, at(0))
        .unwrap();
    let account = computer(&estate, "dhcp1");
    estate
        .add_domain_group_member(&group, &account, at(0))
        .unwrap();
    estate
        .set_gpo_filter(&corp_name(), "LAB_DHCP", &group, true, at(0))
        .unwrap();
    estate.settle(at(240));
    assert!(
        !rule_is_on(&estate, "dhcp1"),
        "the computer's token is that of its last boot"
    );
    estate.reboot(&fqdn("dhcp1.corp.example"), at(241)).unwrap();
    assert!(rule_is_on(&estate, "dhcp1"));
}

#[test]
fn a_year_of_calendar_over_700_hosts_costs_nothing_where_nothing_changes() {
    let mut domain = DomainSpec::new(corp_name());
    domain
        .hosts
        .push(machine("dc1", 1, &[Role::DomainController]));
    domain.hosts.push(machine("ipam1", 2, &[Role::Ipam]));
    for n in 0..700_u32 {
        let address = std::net::Ipv4Addr::from(0x0a01_0000 + n).into();
        let name = format!("dhcp{n}").parse().unwrap();
        domain
            .hosts
            .push(HostSpec::new(name, vec![address]).roles(&[Role::Dhcp]));
    }
    let mut estate = built(&EstateSpec::of(domain));
    provisioned(&mut estate, "dhcp0", at(0));
    let everybody = sid::well_known(sid::AUTHENTICATED_USERS);
    estate
        .set_gpo_filter(&corp_name(), "LAB_DHCP", &everybody, true, at(0))
        .unwrap();
    assert_eq!(estate.due.len(), 702);
    estate.settle(at(125));
    assert!(
        estate
            .hosts_with(Role::Dhcp)
            .all(|host| host.firewall.is_enabled(RULE))
    );
    // The second refresh finds nothing to do; after it the calendar is empty for good.
    estate.settle(at(370));
    assert!(estate.due.is_empty());
    for day in 1..=365 {
        estate.settle(at(day * 24 * 60));
        assert!(estate.due.is_empty());
    }
}

#[test]
fn who_may_edit_a_gpo() {
    let mut spec = corp();
    spec.domains[0].users = vec![UserSpec::new("delegate"), UserSpec::new("nobody")];
    let mut estate = built(&spec);
    provisioned(&mut estate, "dhcp1", at(0));
    let delegate = estate
        .find_principal("CORP\\delegate", None)
        .unwrap()
        .sid
        .clone();
    estate
        .delegate_gpo(&corp_name(), "LAB_DHCP", &delegate, at(0))
        .unwrap();
    let gpo = estate
        .domain(&corp_name())
        .unwrap()
        .gpo("LAB_DHCP")
        .unwrap();
    let dc1 = estate.find_host("dc1").unwrap();
    let may = |user: &str| {
        let account = format!("CORP\\{user}").parse().unwrap();
        let ticket = estate.would_carry(&account).unwrap();
        estate.may_edit_gpo(&estate.token_on(dc1, &ticket), &corp_name(), gpo)
    };
    assert!(may("domain-admin") && may("delegate") && !may("nobody"));
}
