//! Decisions of the inbound firewall.

use crate::net::Transport::{Tcp, Udp};
use crate::wire::windows::Interface;

use super::super::*;
use super::*;

fn tcp(port: u16, program: &str) -> Arrival<'_> {
    Arrival {
        transport: Tcp,
        port,
        program,
    }
}

#[test]
fn service_traffic_is_open_and_management_closed_as_shipped() {
    let estate = built(&corp());
    let open = |host: &str, arrival: Arrival<'_>| {
        let host = estate.find_host(host).unwrap();
        host.firewall.decide(&arrival).is_allowed()
    };
    let dhcp = Arrival {
        transport: Udp,
        port: 67,
        program: program::DHCP_SERVER,
    };
    assert!(open("dhcp1", dhcp) && !open("ns9", dhcp));
    assert!(open("ns9", tcp(53, program::DNS)));
    assert!(open("dc1", tcp(389, program::LSASS)) && open("dc1", tcp(88, program::KDC)));
    assert!(open("dc1", tcp(445, program::SYSTEM)) && !open("dhcp1", tcp(445, program::SYSTEM)));
    for program in [program::DHCP_SERVER, program::EVENT_LOG, program::SERVICES] {
        assert!(!open("dhcp1", tcp(50_000, program)), "{program}");
    }
    assert!(!open("dhcp1", tcp(135, program::RPCSS)));
}

#[test]
fn an_interface_is_looked_up_by_its_own_rule_only() {
    let mut estate = built(&corp());
    let dhcp1 = fqdn("dhcp1.corp.example");
    estate
        .enable_firewall_rule(&dhcp1, "Remote Event Log Management (RPC-EPMAP)", at(0))
        .unwrap();
    let firewall = &estate.host(&dhcp1).unwrap().firewall;
    assert!(firewall.decide(&tcp(135, program::RPCSS)).is_allowed());
    assert!(firewall.admits_interface_lookup(Interface::EventLog));
    assert!(!firewall.admits_interface_lookup(Interface::DhcpManagement));
}

#[test]
fn the_documented_names_of_the_dns_rules_are_aliases() {
    let mut estate = built(&corp());
    let ns9 = fqdn("ns9.corp.example");
    assert!(
        estate
            .enable_firewall_rule(&ns9, "DNS Service RPC", at(0))
            .unwrap()
    );
    let firewall = &estate.host(&ns9).unwrap().firewall;
    assert!(firewall.is_enabled("RPC (TCP, Incoming)"));
    assert!(firewall.decide(&tcp(50_000, program::DNS)).is_allowed());
    assert!(
        !firewall
            .decide(&tcp(50_000, program::SERVICES))
            .is_allowed()
    );
    assert!(
        !firewall.decide(&tcp(1024, program::DNS)).is_allowed(),
        "below the dynamic range"
    );
    let again = estate.enable_firewall_rule(&ns9, "rpc (tcp, incoming)", at(0));
    assert!(!again.unwrap(), "the alias names the same rule");
}

#[test]
fn an_explicit_block_beats_every_allow() {
    let mut estate = built(&corp());
    let ns9 = fqdn("ns9.corp.example");
    let rule = InboundRule::block("No DNS", Tcp, Ports::List(vec![53]));
    estate.add_firewall_rule(&ns9, rule.clone(), at(0)).unwrap();
    let decision = |estate: &Estate| {
        let firewall = &estate.host(&ns9).unwrap().firewall;
        firewall.decide(&tcp(53, program::DNS)).to_string()
    };
    assert_eq!(decision(&estate), "rule `No DNS` blocks it");
    assert!(matches!(
        estate.add_firewall_rule(&ns9, rule, at(0)),
        Err(EstateError::AlreadyExists { .. })
    ));
    estate.disable_firewall_rule(&ns9, "No DNS", at(0)).unwrap();
    assert_eq!(decision(&estate), "rule `DNS (TCP, Incoming)` allows it");
    estate.remove_firewall_rule(&ns9, "no dns", at(0)).unwrap();
    assert!(estate.remove_firewall_rule(&ns9, "No DNS", at(0)).is_err());
}

#[test]
fn a_made_rule_opens_what_it_names() {
    let mut estate = built(&corp());
    let ipam1 = fqdn("ipam1.corp.example");
    let rule = InboundRule {
        action: RuleAction::Allow,
        ..InboundRule::block("IPAM clients", Tcp, Ports::List(vec![48885]))
    };
    estate.add_firewall_rule(&ipam1, rule, at(0)).unwrap();
    let firewall = &estate.host(&ipam1).unwrap().firewall;
    assert!(firewall.decide(&tcp(48885, "wpas")).is_allowed());
    assert!(!firewall.decide(&tcp(48886, "wpas")).is_allowed());
}

#[test]
fn echo_follows_whether_the_host_answers_ping() {
    let mut spec = corp();
    spec.domains[0].hosts[1].answers_ping = false;
    let mut device = machine("printer", 80, &[]);
    device.os = Os::Device;
    spec.workgroup.push(device);
    let estate = built(&spec);
    let echo = |host: &str, address: &str| {
        let firewall = &estate.find_host(host).unwrap().firewall;
        firewall.admits_echo(address.parse().unwrap())
    };
    assert!(echo("dc1", "10.0.0.1") && echo("dc1", "2001:db8::1"));
    assert!(!echo("dhcp1", "10.0.0.5") && !echo("dhcp1", "2001:db8::5"));
    assert!(echo("printer", "10.0.0.80"));
}

#[test]
fn an_unknown_rule_names_the_nearest_one() {
    let mut estate = built(&corp());
    let error = estate
        .enable_firewall_rule(&fqdn("dhcp1.corp.example"), "DHCP Server (RPC In)", at(0))
        .unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("did you mean `DHCP Server (RPC-In)`?"),
        "{error}"
    );
    // The DNS rules come with the DNS role.
    let error = estate.enable_firewall_rule(&fqdn("dhcp1.corp.example"), "DNS Service RPC", at(0));
    assert!(error.is_err());
}

#[test]
fn the_table_fits_its_bits_and_names_no_rule_twice() {
    assert!(rules::PREDEFINED.len() <= 64);
    let mut names: Vec<&str> = rules::PREDEFINED
        .iter()
        .flat_map(|r| r.aliases.iter().copied().chain([r.name]))
        .collect();
    let before = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), before);
}
