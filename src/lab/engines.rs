//! What each engine is told about the host it runs on.

use std::net::IpAddr;

use crate::base::{Fqdn, Seed};
use crate::estate::{Estate, Host, Role};
use crate::ipam::IpamOptions;
use crate::ipam::store::Database;

use super::build::LabError;
use super::spec::LabSpec;

/// The options of every IPAM server, the first one first. They share nothing: each has its own
/// account, database and draws (domain 1.1).
pub(super) fn engine_options(
    spec: &LabSpec,
    estate: &Estate,
) -> Result<Vec<IpamOptions>, LabError> {
    let with_role = || estate.hosts_with(Role::Ipam).map(|host| host.fqdn.clone());
    let first = spec.engine.host.clone().or_else(|| with_role().next());
    let first = first.ok_or(LabError::NoEngineHost)?;
    let others: Vec<Fqdn> = with_role().filter(|host| *host != first).collect();
    let mut engines = vec![options_of(spec, estate, &first, true)?];
    for other in &others {
        engines.push(options_of(spec, estate, other, false)?);
    }
    Ok(engines)
}

fn options_of(
    spec: &LabSpec,
    estate: &Estate,
    server: &Fqdn,
    is_first: bool,
) -> Result<IpamOptions, LabError> {
    let host = estate.host(server).ok_or(LabError::NoEngineHost)?;
    let membership = host.membership.as_ref().ok_or(LabError::NoEngineHost)?;
    let (controllers, found) = around(estate, host);
    let written = match is_first {
        true => spec.engine.resolver,
        false => spec.engine.other_resolvers.get(server).copied(),
    };
    let secret = estate
        .principals()
        .named(&membership.account)
        .and_then(|own| own.password());
    let draws = spec.seed.child("engine");
    Ok(IpamOptions {
        server: server.clone(),
        computer: membership.account.clone(),
        computer_secret: secret.unwrap_or_default().to_owned(),
        controllers,
        dns_server: written.or(found).ok_or(LabError::NoEngineHost)?,
        database: own_database(&spec.engine.database, server, is_first),
        seed: own_draws(draws, server, is_first),
        record_channel: spec.engine.records.clone(),
        secret_key_lifetime: spec.engine.hmac_key_expiry,
        logon_events: spec
            .engine
            .logon_events
            .clone()
            .unwrap_or_else(|| crate::ipam::audit::LOGON_EVENTS.to_vec()),
        group_home: spec.engine.group_home,
        rules: spec.engine.rules,
    })
}

/// The controllers a host logs on at, nearest first, and the DNS server of its interface.
/// `None` for a host that is not there or finds neither.
pub(super) fn surroundings(estate: &Estate, host: &Fqdn) -> Option<(Vec<IpAddr>, IpAddr)> {
    let (controllers, dns_server) = around(estate, estate.host(host)?);
    Some((controllers, dns_server?))
}

fn around(estate: &Estate, host: &Host) -> (Vec<IpAddr>, Option<IpAddr>) {
    let of_domain = |role: Role, own: bool| {
        let hosts = estate.hosts_with(role);
        hosts.filter(move |candidate| (candidate.domain() == host.domain()) == own)
    };
    let controllers: Vec<IpAddr> = of_domain(Role::DomainController, true)
        .chain(of_domain(Role::DomainController, false))
        .filter_map(|controller| controller.addresses.first().copied())
        .collect();
    let integrated = of_domain(Role::Dns, true).filter(|dns| dns.is_controller());
    let found = integrated
        .chain(of_domain(Role::Dns, true))
        .chain(of_domain(Role::Dns, false))
        .find_map(|dns| dns.addresses.first().copied())
        // Where nobody runs DNS, the host asks a controller and waits in vain.
        .or_else(|| controllers.first().copied());
    (controllers, found)
}

/// The first server has the database as it is named; another has one beside it. IPAM servers
/// never share a database (domain 1.1).
fn own_database(named: &Database, server: &Fqdn, is_first: bool) -> Database {
    match is_first {
        true => named.clone(),
        false => named.beside(server.as_str()),
    }
}

fn own_draws(draws: Seed, server: &Fqdn, is_first: bool) -> Seed {
    match is_first {
        true => draws,
        false => draws.child(server.as_str()),
    }
}
