//! What is missing when no setting is: tickets, restarts, polling, trust, and the like.

use super::super::access::grantee;
use super::*;

#[test]
fn a_group_change_waits_for_the_restart_of_the_dhcp_service() {
    let mut ground = Ground::prepared();
    let dhcp1 = fqdn("dhcp1.corp.example");
    let users = setting::find("dhcp-users").unwrap();
    users
        .remove(&mut ground.estate, &dhcp1, &ground.ipamug, at(10))
        .unwrap();
    assert_eq!(
        missing(&ground.ask("dhcp1", at(11))),
        BTreeMap::new(),
        "still loaded"
    );
    ground
        .estate
        .restart_service(&dhcp1, "DHCPServer", at(12))
        .unwrap();
    users
        .apply(&mut ground.estate, &dhcp1, &ground.ipamug, at(13))
        .unwrap();
    let found = missing(&ground.ask("dhcp1", at(14)));
    assert_eq!(
        found,
        BTreeMap::from([(Purpose::DhcpRpc, vec!["service-restart"])])
    );
    ground
        .estate
        .restart_service(&dhcp1, "DHCPServer", at(15))
        .unwrap();
    assert_eq!(missing(&ground.ask("dhcp1", at(16))), BTreeMap::new());
}

#[test]
fn a_stale_ticket_is_named_and_renewed() {
    let mut estate = built(&corp());
    let early = machine_ticket(&mut estate, "ipam1", at(0));
    let mut ground = Ground::of(estate);
    let fresh = std::mem::replace(&mut ground.ticket, early);
    for host in ["dc1", "dhcp1", "ns9"] {
        for ids in missing(&ground.ask(host, at(LATER))).into_values() {
            assert_eq!(ids, ["ticket-renewal"], "{host}");
        }
        assert!(ground.ask(host, at(LATER)).is_blocked());
    }
    ground.ticket = fresh;
    assert!(!ground.ask("dhcp1", at(LATER)).is_blocked());
}

#[test]
fn an_account_outside_the_granted_group_is_told_to_join_it() {
    let mut ground = Ground::prepared();
    let account = ground.estate.ticket(ground.ticket).unwrap().sid.clone();
    ground
        .estate
        .remove_domain_group_member(&ground.ipamug, &account, at(3))
        .unwrap();
    ground.ticket = machine_ticket(&mut ground.estate, "ipam1", at(4));
    let expected = ground.ask("nps1", at(LATER));
    let [lack] = expected.event_log.missing() else {
        panic!("{expected:?}");
    };
    assert_eq!(lack.id(), "group-membership");
    let nps1 = ground.estate.find_host("nps1").unwrap();
    assert_eq!(
        lack.remedy(&ground.estate, nps1, &ground.ipamug),
        "Add-ADGroupMember -Identity IPAMUG -Members IPAM1$"
    );
    let ticket = ground.estate.ticket(ground.ticket).unwrap();
    assert_eq!(grantee(&ground.estate, ticket), ground.ipamug);
}

#[test]
fn a_dns_acl_change_waits_for_the_next_poll() {
    let mut ground = Ground::prepared();
    let dc1 = fqdn("dc1.corp.example");
    let acl = setting::find("dns-acl").unwrap();
    acl.remove(&mut ground.estate, &dc1, &ground.ipamug, at(30))
        .unwrap();
    // The service started at zero and polls every 180 s; 31 minutes lie between two polls.
    acl.apply(&mut ground.estate, &dc1, &ground.ipamug, at(31))
        .unwrap();
    let blocked = ground.ask("dc1", at_second(31 * 60 + 30));
    assert_eq!(
        blocked.dns_rpc,
        Verdict::Blocked {
            stage: Stage::AccessList,
            missing: vec![Missing::DnsPolling {
                wait: std::time::Duration::from_secs(90)
            }],
        }
    );
    assert!(ground.ask("dc1", at(33)).dns_rpc.is_unblocked());
    ground
        .estate
        .restart_service(&dc1, "DNS", at_second(31 * 60 + 40))
        .unwrap();
    assert!(
        ground
            .ask("dc1", at_second(31 * 60 + 41))
            .dns_rpc
            .is_unblocked()
    );
}

#[test]
fn the_directory_acl_does_not_open_a_standalone_server() {
    let mut ground = Ground::prepared();
    let ns9 = fqdn("ns9.corp.example");
    let administrators = setting::find("dns-administrators").unwrap();
    administrators
        .remove(&mut ground.estate, &ns9, &ground.ipamug, at(3))
        .unwrap();
    let corp = fqdn("corp.example");
    let acl = ground.estate.domain(&corp).unwrap().dns_acl().unwrap();
    assert!(acl.current().contains(&ground.ipamug));
    let ids = &missing(&ground.ask("ns9", at(LATER)))[&Purpose::DnsRpc];
    assert_eq!(ids, &["dns-administrators"]);
}

#[test]
fn a_controller_without_the_dns_object_needs_dns_admins() {
    let mut spec = corp();
    spec.domains[0].microsoft_dns = Some(false);
    let mut estate = built(&spec);
    let ticket = machine_ticket(&mut estate, "ipam1", at(0));
    let ipamug = estate.ticket(ticket).unwrap().sid.clone();
    let ground = Ground {
        estate,
        ipamug,
        ticket,
    };
    let ids = &missing(&ground.ask("dc1", at(1)))[&Purpose::DnsRpc];
    assert!(
        ids.contains(&"dns-admins") && !ids.contains(&"dns-acl"),
        "{ids:?}"
    );
}

#[test]
fn windows_server_2008_is_always_blocked_at_its_event_log() {
    let mut spec = corp();
    spec.domains[0].hosts[1].os = Os::WindowsServer2008;
    let ground = Ground::of(built(&spec));
    let found = missing(&ground.ask("dhcp1", at(LATER)));
    assert_eq!(
        found,
        BTreeMap::from([(Purpose::EventLog, vec!["os-too-old"])])
    );
}

#[test]
fn a_host_that_is_off_blocks_at_reachability() {
    let mut ground = Ground::prepared();
    ground
        .estate
        .shut_down(&fqdn("dhcp1.corp.example"), at(3))
        .unwrap();
    let expected = ground.ask("dhcp1", at(4));
    for (purpose, verdict) in expected.checks() {
        if purpose != Purpose::DnsRpc {
            let Verdict::Blocked { stage, missing } = verdict else {
                panic!("{purpose:?}");
            };
            assert_eq!(
                (*stage, missing.as_slice()),
                (Stage::Reachability, &[Missing::HostDown][..])
            );
        }
    }
    assert!(matches!(
        expected.dhcp_availability,
        Availability::NotReachable {
            stage: Stage::Reachability,
            ..
        }
    ));
}

#[test]
fn a_stopped_service_blocks_its_own_check_and_shows_as_stopped() {
    let mut ground = Ground::prepared();
    ground
        .estate
        .stop_service(&fqdn("dhcp1.corp.example"), "dhcpserver", at(3))
        .unwrap();
    let expected = ground.ask("dhcp1", at(4));
    let found = missing(&expected);
    assert_eq!(
        found,
        BTreeMap::from([(Purpose::DhcpRpc, vec!["service-not-running"])])
    );
    assert_eq!(
        expected.dhcp_availability,
        Availability::State(ServiceState::Stopped)
    );
}

#[test]
fn a_blocking_rule_is_named_before_anything_else() {
    let mut ground = Ground::prepared();
    let rule = InboundRule::block("No mapper", Transport::Tcp, Ports::RpcEndpointMapper);
    let dhcp1 = fqdn("dhcp1.corp.example");
    ground
        .estate
        .add_firewall_rule(&dhcp1, rule, at(3))
        .unwrap();
    let expected = ground.ask("dhcp1", at(4));
    let found = missing(&expected);
    let blocked: Vec<_> = found.keys().copied().collect();
    assert_eq!(
        blocked,
        [
            Purpose::DhcpRpc,
            Purpose::EventLog,
            Purpose::ServiceMonitoring
        ]
    );
    assert!(found.values().all(|ids| ids == &["blocking-rule"]));
    let host = ground.estate.host(&dhcp1).unwrap();
    assert_eq!(
        expected.dhcp_rpc.missing()[0].remedy(&ground.estate, host, &ground.ipamug),
        "netsh advfirewall firewall delete rule name=\"No mapper\""
    );
}

#[test]
fn a_moved_log_folder_leaves_a_stale_share() {
    let mut ground = Ground::prepared();
    let dhcp1 = fqdn("dhcp1.corp.example");
    ground
        .estate
        .set_dhcp_log_path(&dhcp1, r"D:\dhcplog", at(3))
        .unwrap();
    let expected = ground.ask("dhcp1", at(4));
    let Verdict::Blocked { stage, missing } = &expected.dhcp_audit_share else {
        panic!("{expected:?}");
    };
    assert_eq!(*stage, Stage::Existence);
    let host = ground.estate.host(&dhcp1).unwrap();
    assert_eq!(
        missing[0].remedy(&ground.estate, host, &ground.ipamug),
        "net share dhcpaudit /delete && \
         net share dhcpaudit=\"D:\\dhcplog\" /grant:\"CORP\\IPAMUG,read\""
    );
    setting::find("dhcpaudit-share")
        .unwrap()
        .apply(&mut ground.estate, &dhcp1, &ground.ipamug, at(5))
        .unwrap();
    assert!(ground.ask("dhcp1", at(6)).dhcp_audit_share.is_unblocked());
}

#[test]
fn a_selected_role_that_is_not_there_blocks_until_it_is_cleared() {
    let ground = Ground::prepared();
    let both = BTreeSet::from([Role::Dhcp, Role::Dns]);
    let found = missing(&ground.ask_as("dhcp1", &both, at(LATER)));
    assert_eq!(found[&Purpose::DnsRpc], ["role-not-installed"]);
    assert_eq!(found[&Purpose::EventLog], ["role-not-installed"]);
    assert!(!found.contains_key(&Purpose::DhcpRpc));
    let one = BTreeSet::from([Role::Dhcp]);
    assert_eq!(
        missing(&ground.ask_as("dhcp1", &one, at(LATER))),
        BTreeMap::new()
    );
}

#[test]
fn domain_admins_open_everything_but_the_firewall() {
    let mut ground = Ground::prepared();
    let corp = fqdn("corp.example");
    let admins = ground
        .estate
        .find_principal("Domain Admins", Some(&corp))
        .unwrap()
        .sid
        .clone();
    let account = ground.estate.ticket(ground.ticket).unwrap().sid.clone();
    let dhcp1 = fqdn("dhcp1.corp.example");
    for id in ["dhcp-users", "event-log-readers", "dhcp-service-acl"] {
        let setting = setting::find(id).unwrap();
        setting
            .remove(&mut ground.estate, &dhcp1, &ground.ipamug, at(3))
            .unwrap();
    }
    ground
        .estate
        .restart_service(&dhcp1, "DHCPServer", at(4))
        .unwrap();
    assert_eq!(missing(&ground.ask("dhcp1", at(5))).len(), 3);
    ground
        .estate
        .add_domain_group_member(&admins, &account, at(6))
        .unwrap();
    ground.ticket = machine_ticket(&mut ground.estate, "ipam1", at(7));
    assert_eq!(missing(&ground.ask("dhcp1", at(8))), BTreeMap::new());
}

#[test]
fn without_trust_or_ticket_identity_is_what_fails() {
    let mut spec = corp();
    let partner = crate::estate::DomainSpec::new(fqdn("partner.example"))
        .host(machine("p1", 70, &[Role::Nps]))
        .host(machine("pdc", 71, &[Role::DomainController]));
    spec.domains.push(partner);
    let mut estate = built(&spec);
    let ticket = machine_ticket(&mut estate, "ipam1", at(0));
    let account = estate.ticket(ticket).unwrap().sid.clone();
    let p1 = fqdn("p1.partner.example");
    for id in ["event-log-rpc", "event-log-rpc-epmap"] {
        let setting = setting::find(id).unwrap();
        setting.apply(&mut estate, &p1, &account, at(1)).unwrap();
    }
    let roles = BTreeSet::from([Role::Nps]);
    let ask = |ticket| {
        expected(&Question {
            estate: &estate,
            server: estate.host(&p1).unwrap(),
            roles: &roles,
            ticket,
            at: at(2),
        })
        .event_log
    };
    let Verdict::Blocked { stage, missing } = ask(estate.ticket(ticket)) else {
        panic!();
    };
    assert_eq!((stage, missing[0].id()), (Stage::Identity, "no-trust"));
    let Verdict::Blocked { stage, missing } = ask(None) else {
        panic!();
    };
    assert_eq!((stage, missing[0].id()), (Stage::Identity, "no-ticket"));
}
