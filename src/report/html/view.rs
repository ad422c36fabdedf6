//! A scene as the page's script reads it: everything found by its key, so that what changes in a
//! step is a small patch. `null` is nowhere; what there is not is left out.

use serde_json::{Map, Value, json};

use crate::lab::scene::{
    AddressView, AreaView, DomainView, EngineView, HostView, Scene, SearchView, ServerView,
};

/// Address records of an engine that a page shows; it says how many more there are.
pub const ADDRESSES_MAX: usize = 1024;

pub fn scene(scene: &Scene) -> Value {
    let estate = &scene.estate;
    let mut tree = json!({
        "domains": keyed(&estate.domains, |domain| (domain.name.clone(), self::domain(domain))),
        "workgroup": names(&estate.workgroup),
        "hosts": keyed(estate.hosts(), |host| (host.name.clone(), self::host(host))),
        "engineOrder": scene.engines.iter().map(|one| &one.server).collect::<Vec<_>>(),
        "engines": keyed(&scene.engines, |one| (one.server.clone(), engine(one))),
    });
    if let Some(found) = &scene.search {
        tree["search"] = search(found);
    }
    tree
}

/// An object of `items`.
fn keyed<'a, T: 'a>(
    items: impl IntoIterator<Item = &'a T>,
    entry: impl Fn(&T) -> (String, Value),
) -> Value {
    let members: Map<String, Value> = items.into_iter().map(entry).collect();
    Value::Object(members)
}

fn names(hosts: &[HostView]) -> Vec<&str> {
    hosts.iter().map(|host| host.name.as_str()).collect()
}

fn domain(domain: &DomainView) -> Value {
    json!({
        "forest": domain.forest,
        "trusts": domain.trusts,
        "policies": domain.policies,
        "hosts": names(&domain.hosts),
    })
}

fn host(host: &HostView) -> Value {
    json!({
        "addresses": host.addresses,
        "roles": host.roles,
        "up": host.up,
        "answers": host.answers_ping,
        "facts": host.facts,
    })
}

fn engine(engine: &EngineView) -> Value {
    let shown = engine.addresses.len().min(ADDRESSES_MAX);
    let beyond = (engine.addresses.len() - shown) as u64;
    json!({
        "servers": keyed(&engine.inventory, |one| (one.name.clone(), server(one))),
        "areas": keyed(&engine.areas, |one| (key_of_area(one), area(one))),
        "addresses": keyed(&engine.addresses[..shown], |one| (key_of_address(one), address(one))),
        "more": engine.more_addresses + beyond,
    })
}

fn server(server: &ServerView) -> Value {
    let checks = server.checks.iter();
    let checks = checks.map(|check| json!([check.name, check.status, check.evidence]));
    json!({
        "roles": server.roles,
        "manageability": server.manageability,
        "access": server.access,
        "action": server.action,
        "checks": checks.collect::<Vec<_>>(),
        "availability": server.availability,
        "data": server.data_retrieval,
    })
}

fn key_of_area(area: &AreaView) -> String {
    let AreaView {
        kind,
        space,
        network,
        first,
        last,
        owner,
        ..
    } = area;
    format!("{kind:?}|{space}|{network}|{first}|{last}|{owner}")
}

fn area(area: &AreaView) -> Value {
    json!({
        "kind": area.kind,
        "space": area.space,
        "network": area.network,
        "first": area.first,
        "last": area.last,
        "owner": area.owner,
        "total": area.total,
        "assigned": area.assigned,
        "utilized": area.utilized,
        "percent": area.percent,
        "level": area.level,
    })
}

fn key_of_address(address: &AddressView) -> String {
    format!("{}|{}|{}", address.space, address.address, address.owner)
}

fn address(address: &AddressView) -> Value {
    json!({
        "space": address.space,
        "address": address.address,
        "owner": address.owner,
        "state": address.state,
        "device": address.device,
        "expiry": address.expiry,
        "sync": address.sync,
    })
}

fn search(search: &SearchView) -> Value {
    let candidates = search.candidates.iter().map(|one| {
        json!({
            "address": one.address,
            "available": one.available,
            "verdict": one.verdict,
            "evidence": one.evidence,
        })
    });
    let mut tree = json!({
        "range": search.range,
        "candidates": candidates.collect::<Vec<_>>(),
        "passedOver": search.passed_over,
    });
    for (key, address) in [
        ("selected", search.selected),
        ("allocated", search.allocated),
    ] {
        if let Some(address) = address {
            tree[key] = json!(address);
        }
    }
    tree
}
