//! Tests over a small estate that each start from the same known-good ground.

use jiff::Timestamp;

use crate::base::{Fqdn, Moment, Seed, SimTime};

use super::*;

pub(crate) fn at(minutes: u64) -> Moment {
    Moment::of(Timestamp::UNIX_EPOCH, SimTime(minutes * 60_000))
}

pub(crate) fn fqdn(text: &str) -> Fqdn {
    text.parse().unwrap()
}

pub(crate) fn machine(name: &str, last: u8, roles: &[Role]) -> HostSpec {
    let address = format!("10.0.0.{last}").parse().unwrap();
    HostSpec::new(name.parse().unwrap(), vec![address]).roles(roles)
}

/// One domain: a controller with DNS, a DHCP server, a standalone DNS server, NPS and IPAM.
pub(crate) fn corp() -> EstateSpec {
    let domain = DomainSpec::new(fqdn("corp.example"))
        .host(machine("dc1", 1, &[Role::DomainController, Role::Dns]))
        .host(machine("dhcp1", 5, &[Role::Dhcp]))
        .host(machine("ns9", 6, &[Role::Dns]))
        .host(machine("nps1", 7, &[Role::Nps]))
        .host(machine("ipam1", 9, &[Role::Ipam]));
    EstateSpec::of(domain)
}

pub(crate) fn built(spec: &EstateSpec) -> Estate {
    Estate::build(spec, Seed(7)).unwrap()
}

#[test]
fn a_machine_account_logs_on_with_its_own_secret_only() {
    let mut estate = built(&corp());
    let ipam1 = fqdn("ipam1.corp.example");
    let secret = estate.machine_secret(&ipam1).unwrap().to_owned();
    let account = "CORP\\IPAM1$".parse().unwrap();
    let handle = estate.log_on(&account, &secret, at(0)).unwrap();
    let ticket = estate.ticket(handle).unwrap().clone();
    let dhcp1 = estate.find_host("dhcp1").unwrap();
    assert!(estate.token_on(dhcp1, &ticket).contains(&ticket.sid));
    assert!(estate.log_on(&account, "guess", at(0)).is_err());
    let group = "CORP\\Domain Admins".parse().unwrap();
    assert!(estate.log_on(&group, "", at(0)).is_err());
}
