//! Making every access setting before the run begins, for scenarios about something else.

use std::cell::RefCell;
use std::rc::Rc;

use crate::base::Sid;
use crate::estate::setting::{self, Need};
use crate::estate::{Estate, EstateError, Role};
use crate::net::Network;
use crate::wire::windows::directory::GroupScope;

use super::build::LabError;
use super::spec::LabSpec;

/// The group that IPAM servers are granted access through (domain 4.1).
const IPAMUG: &str = "IPAMUG";

/// Makes every required setting on the prepared hosts, granted to IPAMUG, of which the computers
/// with the role `ipam` become members. The services of those hosts start after that.
pub(super) fn prepare(
    spec: &LabSpec,
    network: &Network,
    estate: &Rc<RefCell<Estate>>,
) -> Result<(), LabError> {
    if spec.prepared.is_empty() {
        return Ok(());
    }
    let refused = |error: EstateError| LabError::Estate(vec![error]);
    let at = network.now();
    let mut estate = estate.borrow_mut();
    let grantee = group_of_ipam_servers(&mut estate, network).map_err(refused)?;
    for host in &spec.prepared {
        let known = estate.find_host(host.as_str()).map_err(refused)?;
        let roles = known.roles.clone();
        let settings: Vec<_> = setting::applicable(known, &roles)
            .filter(|setting| setting.need == Need::Required)
            .collect();
        for setting in settings {
            setting
                .apply(&mut estate, host, &grantee, at)
                .map_err(refused)?;
        }
        for (role, service) in [(Role::Dhcp, "DHCPServer"), (Role::Dns, "DNS")] {
            if roles.contains(&role) {
                estate.restart_service(host, service, at).map_err(refused)?;
            }
        }
    }
    Ok(())
}

/// IPAMUG of the domain of the first IPAM server, made where it is not there.
fn group_of_ipam_servers(estate: &mut Estate, network: &Network) -> Result<Sid, EstateError> {
    let at = network.now();
    let servers: Vec<_> = estate
        .hosts_with(Role::Ipam)
        .filter_map(|host| host.membership.clone())
        .collect();
    let Some(domain) = servers.first().map(|first| first.domain.clone()) else {
        return Err(EstateError::UnknownPrincipal {
            name: IPAMUG.to_owned(),
            hint: crate::estate::Hint::default(),
        });
    };
    let known = estate
        .find_principal(IPAMUG, Some(&domain))
        .map(|group| group.sid.clone());
    let group = match known {
        Ok(group) => group,
        Err(_) => estate.create_domain_group(&domain, IPAMUG, GroupScope::Universal, at)?,
    };
    for server in servers {
        match estate.add_domain_group_member(&group, &server.sid, at) {
            Ok(()) | Err(EstateError::AlreadyMember { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(group)
}
