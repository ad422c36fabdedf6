//! Tests over a small estate that each start from the same known-good ground.

use jiff::Timestamp;

use crate::base::{Fqdn, Moment, Seed, Sid, SimTime};
use crate::wire::windows::TicketHandle;

use super::*;

mod building;
mod conflicts;
mod firewalls;
mod identity;
mod policies;
mod precedence;
mod properties;
mod scripts;

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

/// A moment counted in seconds.
pub(crate) fn at_second(seconds: u64) -> Moment {
    Moment::of(Timestamp::UNIX_EPOCH, SimTime(seconds * 1000))
}

/// Logs the machine account of a host on.
pub(crate) fn machine_ticket(estate: &mut Estate, host: &str, at: Moment) -> TicketHandle {
    let host = estate.find_host(host).unwrap();
    let account = host.membership.as_ref().unwrap().account.clone();
    let secret = estate.machine_secret(&host.fqdn).unwrap().to_owned();
    estate.log_on(&account, &secret, at).unwrap()
}

/// Makes the universal group IPAMUG with the machine `ipam1` in it.
pub(crate) fn add_ipamug(estate: &mut Estate, at: Moment) -> Sid {
    let domain = fqdn("corp.example");
    let scope = crate::wire::windows::directory::GroupScope::Universal;
    let group = estate
        .create_domain_group(&domain, "IPAMUG", scope, at)
        .unwrap();
    let ipam = estate.find_host("ipam1").unwrap();
    let account = ipam.membership.as_ref().unwrap().sid.clone();
    estate
        .add_domain_group_member(&group, &account, at)
        .unwrap();
    group
}
