//! What a build gives and what it refuses.

use crate::wire::windows::directory::GroupScope;

use super::*;

#[test]
fn an_estate_as_written_has_what_windows_ships() {
    let estate = built(&corp());
    let dc1 = estate.find_host("DC1.corp.example").unwrap();
    assert!(dc1.dns_is_directory_integrated());
    assert!(
        estate
            .domain(&fqdn("corp.example"))
            .unwrap()
            .dns_acl()
            .is_some()
    );
    for name in [
        "Domain Admins",
        "Enterprise Admins",
        "DnsAdmins",
        "Domain Users",
    ] {
        estate
            .find_principal(&format!("CORP\\{name}"), None)
            .unwrap();
    }
    let admin = estate
        .find_principal("corp.example\\domain-admin", None)
        .unwrap();
    let admins = estate
        .find_principal("Domain Admins", dc1.domain())
        .unwrap();
    assert!(admins.members().unwrap().contains(&admin.sid));
    assert!(admins.sid.as_str().ends_with("-512"));

    let dhcp1 = estate.find_host("dhcp1").unwrap();
    let groups = estate.local_groups(dhcp1);
    assert!(groups.get("dhcp users").is_some() && groups.get("DHCP Administrators").is_some());
    assert_eq!(
        groups.get("Event Log Readers").unwrap().sid.as_str(),
        "S-1-5-32-573"
    );
    assert!(dhcp1.service("dhcpserver").unwrap().is_running());
    assert!(
        dhcp1
            .channel("Microsoft-Windows-Dhcp-Server/Operational")
            .is_some()
    );
    assert_eq!(
        dhcp1.registry.get("DhcpLogFilePath"),
        Some(r"%windir%\system32\dhcp")
    );
    assert!(
        estate
            .find_host("ns9")
            .unwrap()
            .registry
            .get("CustomSD")
            .is_some()
    );
    let listed = estate.authorised_dhcp_servers(&fqdn("corp.example"));
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].name, dhcp1.fqdn);
}

#[test]
fn a_domain_without_dns_on_a_controller_has_no_dns_object() {
    let domain = DomainSpec::new(fqdn("corp.example"))
        .host(machine("dc1", 1, &[Role::DomainController]))
        .host(machine("ns9", 6, &[Role::Dns]));
    let mut estate = built(&EstateSpec::of(domain));
    let corp = fqdn("corp.example");
    let someone = estate
        .find_principal("CORP\\domain-admin", None)
        .unwrap()
        .sid
        .clone();
    assert!(matches!(
        estate.grant_dns_read(&corp, &someone, at(0)),
        Err(EstateError::NoMicrosoftDns { .. })
    ));
}

#[test]
fn child_domains_share_the_forest_of_the_domain_above() {
    let mut spec = corp();
    for name in ["lab.corp.example", "partner.example"] {
        spec.domains.push(DomainSpec::new(fqdn(name)));
    }
    let estate = built(&spec);
    let forest = |name| estate.domain(&fqdn(name)).unwrap().forest.clone();
    assert_eq!(forest("lab.corp.example"), fqdn("corp.example"));
    assert_eq!(forest("partner.example"), fqdn("partner.example"));
    let known: Vec<String> = estate
        .domains_known_in(&fqdn("corp.example"))
        .into_iter()
        .map(|d| d.netbios)
        .collect();
    assert_eq!(known, ["CORP", "LAB"]);
}

#[test]
fn everything_wrong_with_a_specification_is_reported_at_once() {
    let mut spec = corp();
    let domain = &mut spec.domains[0];
    domain.hosts.push(machine("dhcp1", 20, &[]));
    domain.hosts.push(machine("twin", 1, &[]));
    let mut lost = machine("lost", 21, &[]);
    lost.ou = Some("Serverz".to_owned());
    domain.hosts.push(lost);
    domain.ous.push(OuSpec {
        name: "Servers".to_owned(),
        blocks_inheritance: false,
    });
    let mut group = GroupSpec::new("Ops", GroupScope::Global);
    group.members = vec!["domain-admim".to_owned()];
    domain.groups.push(group);
    spec.workgroup.push(machine("ipam2", 30, &[Role::Ipam]));
    spec.trusts.push(TrustSpec {
        trusting: fqdn("corp.example"),
        trusted: fqdn("partner.example"),
        two_way: true,
    });
    let errors = Estate::build(&spec, Seed(7)).unwrap_err();
    let text: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let has = |part: &str| assert!(text.iter().any(|t| t.contains(part)), "{part}: {text:#?}");
    has("`dhcp1.corp.example` is used twice");
    has("`10.0.0.1` belongs to `dc1.corp.example` and `twin.corp.example`");
    has("no organisational unit `Serverz`; did you mean `Servers`?");
    has("`domain-admim`; did you mean `domain-admin`?");
    has("role `IPAM`, which needs a domain");
    has("no domain `partner.example`");
    assert_eq!(errors.len(), 6, "{text:#?}");
}

#[test]
fn identifiers_depend_on_the_seed_and_nothing_else() {
    let sids = |seed| {
        let estate = Estate::build(&corp(), Seed(seed)).unwrap();
        let sids: Vec<Sid> = estate.principals().iter().map(|p| p.sid.clone()).collect();
        let guids: Vec<String> = estate
            .hosts()
            .map(|h| h.membership.as_ref().unwrap().guid.clone())
            .collect();
        (sids, guids)
    };
    assert_eq!(sids(7), sids(7));
    assert_ne!(sids(7), sids(8));
}

#[test]
fn names_are_found_as_people_write_them_and_misses_suggest_one() {
    let estate = built(&corp());
    assert!(estate.find_host("NPS1").is_ok());
    let miss = estate.find_host("dchp1").unwrap_err().to_string();
    assert_eq!(miss, "there is no host `dchp1`; did you mean `dhcp1`?");
    assert!(
        estate
            .find_principal("domain-admin@corp.example", None)
            .is_ok()
    );
    let miss = estate.service_or_err(&fqdn("dhcp1.corp.example"), "DHCPServr");
    assert!(
        miss.unwrap_err()
            .to_string()
            .ends_with("did you mean `DHCPServer`?")
    );
}

#[test]
fn a_short_name_that_two_domains_use_must_be_written_in_full() {
    let mut spec = corp();
    let lab = DomainSpec::new(fqdn("lab.corp.example")).host(machine("dhcp1", 50, &[Role::Dhcp]));
    spec.domains.push(lab);
    let estate = built(&spec);
    assert!(matches!(
        estate.find_host("dhcp1"),
        Err(EstateError::AmbiguousHost { .. })
    ));
    assert!(estate.find_host("dhcp1.lab.corp.example").is_ok());
}
