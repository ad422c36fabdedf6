//! Parts of a subnet added or removed, the rest left as it is.

use serde_json::{Map, Value};

use super::super::answer::{Failure, Outcome};
use super::super::registry::Call;
use super::change::{existing, only_subnet, replace};
use super::show::shown;

/// The lists whose entries come and go one by one, and the keys that say which entry is meant.
const LISTS: [(&str, &[&str]); 2] = [("pools", &["pool"]), ("option-data", &["code", "name"])];

/// What names the subnet rather than changing it.
const NAMES: [&str; 2] = ["id", "subnet"];

pub(crate) fn delta_add(call: &mut Call<'_>) -> Outcome {
    change(call, |subnet, key, value| match entries(key, &value) {
        Some((ids, new)) => {
            let mut list = list_of(subnet, key);
            for entry in new {
                list.retain(|old| !same(old, entry, ids));
                list.push(entry.clone());
            }
            subnet.insert(key.to_owned(), Value::Array(list));
        }
        None => {
            subnet.insert(key.to_owned(), value);
        }
    })
}

pub(crate) fn delta_del(call: &mut Call<'_>) -> Outcome {
    change(call, |subnet, key, value| match entries(key, &value) {
        Some((ids, gone)) => {
            let mut list = list_of(subnet, key);
            list.retain(|old| !gone.iter().any(|gone| same(old, gone, ids)));
            subnet.insert(key.to_owned(), Value::Array(list));
        }
        None => {
            subnet.remove(key);
        }
    })
}

fn change(call: &mut Call<'_>, apply: impl Fn(&mut Map<String, Value>, &str, Value)) -> Outcome {
    let delta = only_subnet(call)?;
    let (_, subnet) = existing(call, delta)?;
    let scope = call.server.scopes.get(subnet);
    let scope = scope.ok_or_else(|| Failure::error(format!("there is no subnet {subnet}")))?;
    let mut whole = shown(&call.server.control, scope);
    let Value::Object(delta) = delta else {
        return Err(Failure::error("a subnet must be a map"));
    };
    if let Some(Value::String(prefix)) = delta.get("subnet")
        && *prefix != subnet.to_string()
    {
        return Err(Failure::error(format!(
            "that subnet is {subnet}, not {prefix}"
        )));
    }
    for (key, value) in delta {
        if !NAMES.contains(&key.as_str()) {
            apply(&mut whole, key, value.clone());
        }
    }
    replace(call, &Value::Object(whole))
}

/// The entries of one of the lists.
fn entries<'a>(key: &str, value: &'a Value) -> Option<(&'static [&'static str], &'a [Value])> {
    let (_, ids) = LISTS.iter().find(|(list, _)| *list == key)?;
    Some((ids, value.as_array()?))
}

fn list_of(subnet: &mut Map<String, Value>, key: &str) -> Vec<Value> {
    match subnet.remove(key) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

/// Whether two entries agree in a key that names them, and in no such key differ.
fn same(a: &Value, b: &Value, ids: &[&str]) -> bool {
    let pairs = ids.iter().filter_map(|id| Some((a.get(id)?, b.get(id)?)));
    let equal: Vec<bool> = pairs.map(|(a, b)| a == b).collect();
    !equal.is_empty() && equal.iter().all(|equal| *equal)
}
