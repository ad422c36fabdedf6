//! Log-on, tickets, tokens and group membership.

use crate::wire::windows::Win32Error;
use crate::wire::windows::directory::GroupScope;

use super::super::*;
use super::*;

#[test]
fn a_machine_account_logs_on_with_its_own_secret_only() {
    let mut estate = built(&corp());
    let handle = machine_ticket(&mut estate, "ipam1", at(0));
    let ticket = estate.ticket(handle).unwrap().clone();
    let dhcp1 = estate.find_host("dhcp1").unwrap();
    assert!(estate.token_on(dhcp1, &ticket).contains(&ticket.sid));
    let denied = Err(Win32Error::ERROR_LOGON_FAILURE);
    assert_eq!(estate.log_on(&ticket.account, "guess", at(0)), denied);
    let group = "CORP\\Domain Admins".parse().unwrap();
    assert_eq!(estate.log_on(&group, "", at(0)), denied);
    let user = "CORP\\domain-admin".parse().unwrap();
    let other = estate.log_on(&user, spec::DEFAULT_PASSWORD, at(0)).unwrap();
    assert_ne!(other, handle);
}

#[test]
fn a_ticket_keeps_the_groups_it_was_issued_with() {
    let mut estate = built(&corp());
    let early = machine_ticket(&mut estate, "ipam1", at(0));
    let group = add_ipamug(&mut estate, at(1));
    assert!(!estate.ticket(early).unwrap().groups.contains(&group));
    let late = machine_ticket(&mut estate, "ipam1", at(2));
    assert!(estate.ticket(late).unwrap().groups.contains(&group));
}

#[test]
fn nested_groups_reach_the_token_and_domain_local_ones_only_at_home() {
    let mut spec = corp();
    let global = |name: &str, members: &[&str]| {
        let mut group = GroupSpec::new(name, GroupScope::Global);
        group.members = members.iter().map(|m| (*m).to_owned()).collect();
        group
    };
    let mut local = GroupSpec::new("Local", GroupScope::DomainLocal);
    local.members = vec!["Outer".to_owned()];
    spec.domains[0].groups = vec![
        global("Outer", &["Inner"]),
        global("Inner", &["ipam1$"]),
        local,
    ];
    let lab = DomainSpec::new(fqdn("lab.corp.example")).host(machine("far", 60, &[]));
    spec.domains.push(lab);
    let mut estate = built(&spec);
    let handle = machine_ticket(&mut estate, "ipam1", at(0));
    let sid = |name: &str| estate.find_principal(name, None).unwrap().sid.clone();
    let (outer, local) = (sid("CORP\\Outer"), sid("CORP\\Local"));
    let ticket = estate.ticket(handle).unwrap();
    assert!(ticket.groups.contains(&outer) && !ticket.groups.contains(&local));
    let near = estate.token_on(estate.find_host("dhcp1").unwrap(), ticket);
    assert!(near.contains(&local));
    let far = estate.token_on(estate.find_host("far").unwrap(), ticket);
    assert!(far.contains(&outer) && !far.contains(&local));
}

#[test]
fn a_circle_of_groups_is_refused_and_named() {
    let mut spec = corp();
    let group = |name: &str, member: &str| {
        let mut group = GroupSpec::new(name, GroupScope::Global);
        group.members = vec![member.to_owned()];
        group
    };
    spec.domains[0].groups = vec![group("A", "B"), group("B", "C"), group("C", "A")];
    let errors = Estate::build(&spec, Seed(7)).unwrap_err();
    let [EstateError::GroupCycle { path }] = errors.as_slice() else {
        panic!("{errors:?}");
    };
    assert_eq!(path, &["CORP\\A", "CORP\\B", "CORP\\C", "CORP\\A"]);
}

#[test]
fn group_scopes_decide_who_may_be_a_member() {
    let mut spec = corp();
    spec.domains.push(DomainSpec::new(fqdn("lab.corp.example")));
    spec.domains.push(DomainSpec::new(fqdn("partner.example")));
    spec.trusts.push(TrustSpec {
        trusting: fqdn("corp.example"),
        trusted: fqdn("partner.example"),
        two_way: false,
    });
    let mut estate = built(&spec);
    let corp = fqdn("corp.example");
    let mut make = |name: &str, scope| {
        estate
            .create_domain_group(&corp, name, scope, at(0))
            .unwrap()
    };
    let global = make("G", GroupScope::Global);
    let universal = make("U", GroupScope::Universal);
    let local = make("L", GroupScope::DomainLocal);
    let admin = |estate: &Estate, domain: &str| {
        let name = format!("{domain}\\domain-admin");
        estate.find_principal(&name, None).unwrap().sid.clone()
    };
    let (lab, partner) = (admin(&estate, "LAB"), admin(&estate, "PARTNER"));
    let mut add = |group: &Sid, member: &Sid| estate.add_domain_group_member(group, member, at(0));
    let refused = |result| matches!(result, Err(EstateError::GroupScope { .. }));
    assert!(refused(add(&global, &lab)), "global: other domain");
    assert!(
        refused(add(&universal, &partner)),
        "universal: other forest"
    );
    assert!(refused(add(&universal, &local)), "universal: domain local");
    assert!(add(&universal, &lab).is_ok());
    assert!(
        add(&local, &partner).is_ok(),
        "domain local: trusted forest"
    );
    assert!(matches!(
        add(&local, &partner),
        Err(EstateError::AlreadyMember { .. })
    ));
    // The trust runs one way: partner.example does not open its groups to corp.example.
    let away = fqdn("partner.example");
    let theirs = estate
        .create_domain_group(&away, "Theirs", GroupScope::DomainLocal, at(0))
        .unwrap();
    assert!(refused(estate.add_domain_group_member(
        &theirs,
        &lab,
        at(0)
    )));
}

#[test]
fn tickets_are_believed_along_a_trust_only() {
    let mut spec = corp();
    let partner = DomainSpec::new(fqdn("partner.example")).host(machine("p1", 70, &[Role::Dhcp]));
    spec.domains.push(partner);
    spec.workgroup.push(machine("loner", 71, &[Role::Dns]));
    spec.trusts.push(TrustSpec {
        trusting: fqdn("partner.example"),
        trusted: fqdn("corp.example"),
        two_way: false,
    });
    let mut estate = built(&spec);
    let corp = machine_ticket(&mut estate, "ipam1", at(0));
    let partner = machine_ticket(&mut estate, "p1", at(0));
    let token = |host: &str, handle| {
        let host = estate.find_host(host).unwrap();
        estate.token_on(host, estate.ticket(handle).unwrap())
    };
    assert!(!token("p1", corp).is_empty());
    assert!(token("dhcp1", partner).is_empty());
    assert!(token("loner", corp).is_empty());
}

#[test]
fn domain_admins_administer_members_and_controllers() {
    let mut estate = built(&corp());
    let user = "CORP\\domain-admin".parse().unwrap();
    let handle = estate.log_on(&user, spec::DEFAULT_PASSWORD, at(0)).unwrap();
    let administrators = sid::well_known(sid::ADMINISTRATORS);
    for host in ["dc1", "dhcp1"] {
        let host = estate.find_host(host).unwrap();
        let token = estate.token_on(host, estate.ticket(handle).unwrap());
        assert!(token.contains(&administrators));
    }
}

#[test]
fn on_its_own_machine_a_service_is_network_service() {
    let mut estate = built(&corp());
    let ipamug = add_ipamug(&mut estate, at(0));
    let handle = machine_ticket(&mut estate, "ipam1", at(0));
    let host = estate.find_host("ipam1").unwrap();
    let token = estate.token_on(host, estate.ticket(handle).unwrap());
    assert!(token.contains(&sid::well_known(sid::NETWORK_SERVICE)));
    assert!(!token.contains(&ipamug));
}

#[test]
fn controllers_share_the_builtin_groups_of_their_domain() {
    let mut spec = corp();
    let second = machine("dc2", 2, &[Role::DomainController, Role::Dhcp]);
    spec.domains[0].hosts.push(second);
    let mut estate = built(&spec);
    let ipamug = add_ipamug(&mut estate, at(0));
    let (dc1, dc2) = (fqdn("dc1.corp.example"), fqdn("dc2.corp.example"));
    estate
        .add_local_group_member(&dc1, "event log readers", &ipamug, at(0))
        .unwrap();
    let group = estate
        .local_group_or_err(&dc2, "Event Log Readers")
        .unwrap();
    assert!(group.members.contains(&ipamug));
    // The DHCP role on a controller makes its groups in the domain.
    assert!(estate.local_group_or_err(&dc1, "DHCP Users").is_ok());
    let member = estate.local_group_or_err(&fqdn("nps1.corp.example"), "Event Log Readers");
    assert!(!member.unwrap().members.contains(&ipamug));
}
