//! Subnets as JSON.

use ipnet::IpNet;
use serde_json::{Map, Value, json};

use super::super::answer::{Answer, Failure, Outcome, ResultCode};
use super::super::args::{Args, must, name};
use super::super::option;
use super::super::registry::Call;
use super::super::service::subnets_key;
use super::super::state::ControlState;
use crate::addr::{AddressRange, AddressSet, Family};
use crate::server::dhcp::scope::Scope;

/// A subnet as configurations show it, without its reservations.
pub(in super::super) fn shown(control: &ControlState, scope: &Scope) -> Map<String, Value> {
    let mut subnet = control.extras(scope.id).cloned().unwrap_or_default();
    let mut set = |key: &str, value: Value| subnet.insert(key.to_owned(), value);
    set("id", json!(control.id_of(scope.id)));
    set("subnet", json!(scope.id.to_string()));
    set("valid-lifetime", json!(scope.lease_seconds));
    let pools: Vec<Value> = pools(scope)
        .into_iter()
        .map(|pool| json!({ "pool": pool, "option-data": [] }))
        .collect();
    set("pools", Value::Array(pools));
    let relays: Vec<String> = scope
        .relay_addresses
        .iter()
        .map(ToString::to_string)
        .collect();
    set("relay", json!({ "ip-addresses": relays }));
    match scope.id {
        IpNet::V4(_) => {
            let options = option::show_v4(&scope.options);
            set("option-data", Value::Array(options));
        }
        IpNet::V6(_) => {
            set("preferred-lifetime", json!(scope.preferred_seconds));
            set("pd-pools", json!([]));
            let domain = scope.dns_domain_v6.as_deref();
            let options = option::show_v6(&scope.dns_servers_v6, domain);
            set("option-data", Value::Array(options));
        }
    }
    let mut context = match subnet.remove("user-context") {
        Some(Value::Object(context)) => context,
        _ => Map::new(),
    };
    // What a Windows scope has and a subnet of Kea has not.
    if scope.name != scope.id.to_string() {
        context.insert("name".to_owned(), json!(scope.name));
    }
    if !scope.active {
        context.insert("active".to_owned(), json!(false));
    }
    if !context.is_empty() {
        subnet.insert("user-context".to_owned(), Value::Object(context));
    }
    subnet
}

/// What a scope can lease: its range without the exclusions.
fn pools(scope: &Scope) -> Vec<String> {
    let mut leasable = AddressSet::new();
    leasable.insert_range(&scope.range);
    for exclusion in scope.effective_exclusions() {
        leasable.remove_range(&exclusion);
    }
    leasable.spans().map(|span| text_of(&span)).collect()
}

/// A pool that is a prefix is written as one, as Kea does.
fn text_of(pool: &AddressRange) -> String {
    let bits = match pool.family() {
        Family::V4 => 32,
        Family::V6 => 128,
    };
    let length = match pool.size().is_power_of_two() {
        true => u8::try_from(pool.size().trailing_zeros()).unwrap_or(u8::MAX),
        false => return plain(pool),
    };
    let prefix = IpNet::new(pool.first(), bits - length.min(bits));
    match prefix {
        Ok(prefix) if prefix.network() == pool.first() && prefix.broadcast() == pool.last() => {
            prefix.to_string()
        }
        _ => plain(pool),
    }
}

fn plain(pool: &AddressRange) -> String {
    format!("{}-{}", pool.first(), pool.last())
}

pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let control = &call.server.control;
    let subnets: Vec<Value> = control
        .numbered(call.family)
        .filter_map(|(id, subnet)| {
            let scope = call.server.scopes.get(subnet)?;
            Some(json!({
                "id": id, "subnet": subnet.to_string(), "shared-network-name": scope.superscope,
            }))
        })
        .collect();
    let plural = if subnets.len() == 1 { "" } else { "s" };
    let text = format!(
        "{} {} subnet{plural} found",
        subnets.len(),
        name(call.family)
    );
    let result = match subnets.is_empty() {
        true => ResultCode::Empty,
        false => ResultCode::Success,
    };
    Ok(Answer::new(result, text).with(json!({ "subnets": subnets })))
}

pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    let (found, none) = wanted(call, args)?;
    let Some(scope) = found else {
        return Err(Failure::empty(none));
    };
    let control = &call.server.control;
    let id = control.id_of(scope.id);
    let text = format!(
        "Info about {} subnet {} (id {id}) returned",
        name(call.family),
        scope.id
    );
    let key = subnets_key(call.family);
    Ok(Answer::success(text).with(json!({ key: [shown(control, scope)] })))
}

/// The subnet that `id` or `subnet` names, and what to say when there is none.
fn wanted<'a>(call: &'a Call<'_>, args: Args<'_>) -> Result<(Option<&'a Scope>, String), Failure> {
    args.only("the arguments", &["id", "subnet"])?;
    if args.len() != 1 {
        return Err(Failure::error("either 'id' or 'subnet' must be given"));
    }
    if let Some(text) = args.text("subnet")? {
        let prefix = text.parse::<IpNet>().ok();
        let scope = prefix.and_then(|prefix| call.server.scopes.get(prefix));
        let scope = scope.filter(|scope| Family::of(scope.id.addr()) == call.family);
        return Ok((scope, format!("No {text} subnet found")));
    }
    let id = must("id", args.number("id")?)?;
    let subnet = call.server.control.subnet(call.family, id);
    let scope = subnet.and_then(|subnet| call.server.scopes.get(subnet));
    Ok((scope, format!("No subnet with id {id} found")))
}
