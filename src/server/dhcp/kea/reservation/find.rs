//! Reservations looked for: by address, by client, by name, by page, all of a subnet.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Value, json};

use super::super::answer::{Answer, Failure, Outcome};
use super::super::args::{Args, address, client_id, duid, mac, must, name};
use super::super::registry::Call;
use super::super::state::SubnetId;
use super::show::numbered;
use crate::addr::Family;
use crate::base::ClientId;
use crate::server::dhcp::scope::{Scope, normalise_client};
use crate::wire::windows::dhcpm::ReservedClient;

/// Where Kea keeps hosts. All of them are one store here.
const TARGETS: [&str; 4] = ["memory", "database", "all", "default"];

pub(super) fn check_target(args: Args<'_>) -> Result<(), Failure> {
    match args.text("operation-target")? {
        Some(target) if !TARGETS.contains(&target) => Err(Failure::error(format!(
            "'operation-target' is '{target}' and can be {}",
            TARGETS.join(", ")
        ))),
        _ => Ok(()),
    }
}

/// The reservation that `subnet-id` and `ip-address` name, or `subnet-id`, `identifier-type` and
/// `identifier`.
pub(super) fn wanted(call: &Call<'_>, args: Args<'_>) -> Result<Option<(IpNet, IpAddr)>, Failure> {
    let id = args.number("subnet-id")?;
    if let Some(address) = args.address("ip-address", call.family)? {
        let id = id.ok_or_else(|| {
            Failure::error("missing parameter 'subnet-id': 'reservation-get-by-address' needs none")
        })?;
        let scope = scope_of(call, id);
        return Ok(scope
            .filter(|scope| scope.pool.reservation(address).is_some())
            .map(|scope| (scope.id, address)));
    }
    let client = client(args, call.family)?;
    let id = id.ok_or_else(|| {
        Failure::error("missing parameter 'subnet-id': 'reservation-get-by-id' needs none")
    })?;
    let scope = scope_of(call, id);
    Ok(scope.and_then(|scope| Some((scope.id, reserved(scope, &client)?))))
}

fn scope_of<'a>(call: &'a Call<'_>, id: SubnetId) -> Option<&'a Scope> {
    let subnet = call.server.control.subnet(call.family, id)?;
    call.server.scopes.get(subnet)
}

/// The client that `identifier-type` and `identifier` name.
fn client(args: Args<'_>, family: Family) -> Result<ReservedClient, Failure> {
    let kind = must("identifier-type", args.text("identifier-type")?)?;
    let text = must("identifier", args.text("identifier")?)?;
    let client = match (kind, family) {
        ("hw-address", Family::V4) => ReservedClient::Mac(mac("identifier", text)?),
        ("client-id", Family::V4) => {
            ReservedClient::ClientId(ClientId(client_id("identifier", text)?))
        }
        ("duid", Family::V6) => ReservedClient::V6 {
            duid: duid("identifier", text)?,
            iaid: 0,
        },
        ("hw-address" | "client-id" | "duid" | "circuit-id" | "flex-id", _) => {
            let family = name(family);
            let text = format!("this server knows no {family} hosts by '{kind}'");
            return Err(Failure::error(text));
        }
        _ => {
            return Err(Failure::error(format!(
                "'identifier-type' is '{kind}', which identifies no host"
            )));
        }
    };
    Ok(normalise_client(client))
}

/// The address a client has reserved, in IPv6 for whichever of its associations comes first.
fn reserved(scope: &Scope, client: &ReservedClient) -> Option<IpAddr> {
    let exact = scope.pool.reserved_address(client);
    exact.or_else(|| match client {
        ReservedClient::V6 { duid, .. } => scope.pool.reserved_by_duid(duid),
        _ => None,
    })
}

pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    check_target(args)?;
    let found = wanted(call, args)?.and_then(|(subnet, address)| {
        let scope = call.server.scopes.get(subnet)?;
        numbered(&call.server.control, scope, address)
    });
    match found {
        Some(host) => Ok(Answer::success("Host found.").with(host)),
        None => Err(Failure::empty("Host not found.")),
    }
}

/// The scopes a command is about: the one it names, or all, in the order of their numbers.
fn scopes<'a>(call: &'a Call<'_>, id: Option<SubnetId>) -> Result<Vec<&'a Scope>, Failure> {
    let Some(id) = id else {
        let all = call.server.control.numbered(call.family);
        return Ok(all
            .filter_map(|(_, subnet)| call.server.scopes.get(subnet))
            .collect());
    };
    let scope = scope_of(call, id);
    let family = name(call.family);
    scope
        .map(|scope| vec![scope])
        .ok_or_else(|| Failure::error(format!("there is no {family} subnet {id}")))
}

fn found(call: &Call<'_>, hosts: Vec<Value>) -> Outcome {
    let what = format!("{} host(s)", name(call.family));
    Ok(Answer::found(&what, "hosts", hosts))
}

/// All hosts of the scopes at which `wanted` points.
fn collected<'a>(
    call: &'a Call<'_>,
    scopes: Vec<&'a Scope>,
    wanted: impl Fn(&'a Scope) -> Vec<IpAddr>,
) -> Vec<Value> {
    let control = &call.server.control;
    let hosts = scopes.into_iter().flat_map(|scope| {
        let addresses = wanted(scope).into_iter();
        addresses.filter_map(move |address| numbered(control, scope, address))
    });
    hosts.collect()
}

pub(crate) fn get_all(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    check_target(args)?;
    let id = must("subnet-id", args.number("subnet-id")?)?;
    let scopes = scopes(call, Some(id))?;
    let all = |scope: &Scope| scope.pool.reservations().map(|host| host.address).collect();
    found(call, collected(call, scopes, all))
}

pub(crate) fn get_by_address(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    check_target(args)?;
    let text = must("ip-address", args.text("ip-address")?)?;
    let address = address(text, call.family)?;
    let scopes = scopes(call, args.number("subnet-id")?)?;
    found(call, collected(call, scopes, |_| vec![address]))
}

pub(crate) fn get_by_hostname(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    check_target(args)?;
    let wanted = must("hostname", args.text("hostname")?)?;
    if wanted.is_empty() {
        return Err(Failure::error("'hostname' is empty"));
    }
    let scopes = scopes(call, args.number("subnet-id")?)?;
    let named = |scope: &Scope| {
        let hosts = scope.pool.reservations();
        let hosts = hosts.filter(|host| host.name.eq_ignore_ascii_case(wanted));
        hosts.map(|host| host.address).collect()
    };
    found(call, collected(call, scopes, named))
}

pub(crate) fn get_by_id(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    check_target(args)?;
    if args.get("subnet-id").is_some() {
        return Err(Failure::error(
            "'subnet-id' has no place in 'reservation-get-by-id'",
        ));
    }
    let client = client(args, call.family)?;
    let scopes = scopes(call, None)?;
    let of_client = |scope: &Scope| reserved(scope, &client).into_iter().collect();
    found(call, collected(call, scopes, of_client))
}

/// A page of hosts. `from` counts the hosts of the pages before, so hosts that come or go between
/// two pages move those behind them.
pub(crate) fn get_page(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    let limit = must("limit", args.number("limit")?)?;
    if limit == 0 {
        return Err(Failure::error("'limit' must be above 0"));
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let source = args.number("source-index")?.unwrap_or(0);
    let from = args.integer("from")?.unwrap_or(0);
    let from = usize::try_from(from).map_err(|_| Failure::error("'from' must not be below 0"))?;
    let scopes = scopes(call, args.number("subnet-id")?)?;
    let places = scopes.iter().flat_map(|scope| {
        let hosts = scope.pool.reservations();
        hosts.map(move |host| (*scope, host.address))
    });
    // There is one source; the second has nothing.
    let page = places.skip(from).take(if source == 0 { limit } else { 0 });
    let control = &call.server.control;
    let hosts = page.filter_map(|(scope, address)| numbered(control, scope, address));
    let hosts: Vec<Value> = hosts.collect();
    let count = hosts.len();
    let mut answer = found(call, hosts)?;
    if let Some(Value::Object(arguments)) = &mut answer.arguments {
        arguments.insert("count".to_owned(), json!(count));
        if count > 0 {
            let next = json!({ "source-index": source, "from": from + count });
            arguments.insert("next".to_owned(), next);
        }
    }
    Ok(answer)
}
