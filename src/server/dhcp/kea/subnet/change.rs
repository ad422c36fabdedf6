//! Subnets made, changed and removed, one at a time.

use ipnet::IpNet;
use serde_json::{Value, json};

use super::super::answer::{Answer, Failure, Outcome};
use super::super::args::{must, name};
use super::super::config::defaults;
use super::super::registry::Call;
use super::super::reservation::ACTOR;
use super::super::service::subnets_key;
use super::super::state::SubnetId;
use super::parse::{Described, described};
use crate::server::dhcp::events::id as event;
use crate::server::dhcp::manage::Actor;

pub(crate) fn add(call: &mut Call<'_>) -> Outcome {
    let value = only_subnet(call)?;
    let defaults = defaults(&call.server.control, call.family);
    let new = described(value, call.family, &defaults)?;
    let subnet = new.scope.id;
    let control = &call.server.control;
    let id = new.id.unwrap_or_else(|| control.next_id(call.family));
    if let Some(other) = control.subnet(call.family, id) {
        return Err(Failure::error(format!("{other} has the id {id} already")));
    }
    let scopes = &mut call.server.scopes;
    scopes
        .insert(new.scope)
        .map_err(|error| Failure::error(error.to_string()))?;
    call.server.control.set_id(subnet, id);
    call.server.control.set_extras(subnet, new.extras);
    record(call, event::SCOPE_CREATED, subnet);
    let text = format!("{} subnet added", name(call.family));
    Ok(Answer::success(text).with(told(id, subnet)))
}

pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let value = only_subnet(call)?;
    replace(call, value)
}

/// Puts what `value` describes in the place of the subnet with its id. Leases and reservations
/// stay.
pub(super) fn replace(call: &mut Call<'_>, value: &Value) -> Outcome {
    let (id, subnet) = existing(call, value)?;
    let mut defaults = defaults(&call.server.control, call.family);
    let old = call.server.scopes.get(subnet);
    defaults.network = old.and_then(|scope| scope.superscope.clone());
    let Described { scope, extras, .. } = described(value, call.family, &defaults)?;
    if scope.id != subnet {
        return Err(Failure::error(format!(
            "subnet {id} is {subnet}, and its prefix cannot be changed"
        )));
    }
    if let Some(old) = call.server.scopes.remove(subnet) {
        let restored = scope.in_place_of(old);
        // Its prefix overlapped no other one before either.
        call.server
            .scopes
            .insert(restored)
            .map_err(|error| Failure::error(error.to_string()))?;
    }
    call.server.control.set_extras(subnet, extras);
    let text = format!("{} subnet updated", name(call.family));
    Ok(Answer::success(text).with(told(id, subnet)))
}

/// The subnet that the `id` in a description names.
pub(super) fn existing(call: &Call<'_>, value: &Value) -> Result<(SubnetId, IpNet), Failure> {
    let id = value.get("id").and_then(Value::as_i64);
    let id = must("id", id)?;
    SubnetId::try_from(id)
        .ok()
        .and_then(|id| Some((id, call.server.control.subnet(call.family, id)?)))
        .ok_or_else(|| Failure::error(format!("there is no subnet {id} to update")))
}

pub(crate) fn del(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    args.only("the arguments", &["id"])?;
    let id = must("id", args.number("id")?)?;
    let subnet = call.server.control.subnet(call.family, id);
    let removed = subnet.and_then(|subnet| call.server.scopes.remove(subnet));
    let Some(scope) = removed else {
        return Err(Failure::empty(format!("no subnet with id {id} found")));
    };
    for reservation in scope.pool.reservations() {
        call.server.control.drop_note(reservation.address);
    }
    call.server.control.forget(scope.id);
    record(call, event::SCOPE_DELETED, scope.id);
    let subnet = scope.id;
    let text = format!("{} subnet {subnet} (id {id}) deleted", name(call.family));
    Ok(Answer::success(text).with(told(id, subnet)))
}

fn told(id: SubnetId, subnet: IpNet) -> Value {
    json!({ "subnets": [{ "id": id, "subnet": subnet.to_string() }] })
}

/// The only entry of the command's list of subnets, which may not have reservations.
pub(super) fn only_subnet<'a>(call: &Call<'a>) -> Result<&'a Value, Failure> {
    let key = subnets_key(call.family);
    let args = call.args()?;
    args.only("the arguments", &[key])?;
    let [subnet] = must(key, args.list(key)?)? else {
        return Err(Failure::error(format!("'{key}' must hold one subnet")));
    };
    match subnet {
        Value::Object(map) if map.contains_key("reservations") => Err(Failure::error(
            "'reservations' have no place here; 'reservation-add' adds them",
        )),
        Value::Object(_) => Ok(subnet),
        _ => Err(Failure::error(format!("'{key}' must hold a map"))),
    }
}

fn record(call: &mut Call<'_>, event: [u32; 2], subnet: IpNet) {
    let by = Actor {
        at: call.at.wall,
        name: ACTOR,
    };
    call.server.event(by, event, subnet, None);
}
