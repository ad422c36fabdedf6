//! Expectations of a DHCP server: its reservations and leases, seen at its own console.

use ipnet::IpNet;

use crate::step::estate::dhcp::at_console;
use crate::step::stage::{Stage, StepError, StepResult, parameter};
use crate::wire::windows::dhcpm::{Family, Request, Response};

use super::expect::DhcpExpectation;
use super::verify::compare;

pub(super) fn of_dhcp(wanted: &DhcpExpectation, stage: &mut Stage<'_>) -> StepResult {
    let address: std::net::IpAddr = parameter(&wanted.address)?;
    let subject = |key: &str| format!("{} {address} {key}", wanted.server);
    let family = if address.is_ipv4() {
        Family::V4
    } else {
        Family::V6
    };
    let all = Request::EnumScopes {
        family,
        after: None,
        max: u32::MAX,
    };
    let scopes = match at_console(stage, &wanted.server, all)? {
        Response::Scopes(scopes) => scopes,
        _ => Vec::new(),
    };
    let scope: Option<IpNet> = scopes
        .iter()
        .map(|scope| scope.scope)
        .find(|scope| scope.contains(&address));
    let none = || "none".to_owned();
    if let Some(name) = &wanted.reservation {
        let found = match scope {
            Some(scope) => reservation(stage, &wanted.server, scope, address)?,
            None => None,
        };
        compare(
            stage,
            subject("reservation"),
            name,
            found.unwrap_or_else(none),
        );
    }
    if let Some(state) = &wanted.lease {
        let found = match scope {
            Some(scope) => lease(stage, &wanted.server, scope, address)?,
            None => None,
        };
        compare(stage, subject("lease"), state, found.unwrap_or_else(none));
    }
    Ok(())
}

fn reservation(
    stage: &Stage<'_>,
    server: &str,
    scope: IpNet,
    address: std::net::IpAddr,
) -> Result<Option<String>, StepError> {
    let Response::Reservations(found) =
        at_console(stage, server, Request::EnumReservations { scope })?
    else {
        return Ok(None);
    };
    let found = found.into_iter().find(|found| found.address == address);
    Ok(found.map(|found| found.name))
}

fn lease(
    stage: &Stage<'_>,
    server: &str,
    scope: IpNet,
    address: std::net::IpAddr,
) -> Result<Option<String>, StepError> {
    let Response::Leases(found) = at_console(stage, server, Request::EnumLeases { scope })? else {
        return Ok(None);
    };
    let found = found.into_iter().find(|found| found.address == address);
    Ok(found.map(|found| format!("{:?}", found.state)))
}
