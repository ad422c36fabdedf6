//! `subnet4-*` and `subnet6-*`.

use serde_json::{Value, json};

use super::kit::Kit;

fn of(subnet: Value) -> Value {
    json!({ "subnet4": [subnet] })
}

fn get(kit: &mut Kit, id: u32) -> Value {
    kit.told("subnet4-get", json!({ "id": id }))["subnet4"][0].clone()
}

#[test]
fn the_scopes_of_the_server_are_subnets_with_pools() {
    let mut kit = Kit::new();
    let list = kit.ask("subnet4-list", Value::Null);
    assert_eq!(list["text"], "1 IPv4 subnet found");
    let expected = json!([{ "id": 1, "subnet": "10.0.1.0/24", "shared-network-name": null }]);
    assert_eq!(list["arguments"]["subnets"], expected);
    let got = kit.ask("subnet4-get", json!({ "subnet": "10.0.1.0/24" }));
    assert_eq!(
        got["text"],
        "Info about IPv4 subnet 10.0.1.0/24 (id 1) returned"
    );
    let subnet = &got["arguments"]["subnet4"][0];
    assert_eq!(
        subnet["pools"],
        json!([{ "pool": "10.0.1.10-10.0.1.20", "option-data": [] }])
    );
    assert_eq!(subnet["valid-lifetime"], 8 * 86_400);
    let none = kit.outcome("subnet4-get", json!({ "id": 9 }));
    assert_eq!(none, (3, "No subnet with id 9 found".to_owned()));
    let none = kit.outcome("subnet4-get", json!({ "subnet": "x" }));
    assert_eq!(none, (3, "No x subnet found".to_owned()));
    kit.refuses(
        "subnet4-get",
        json!({ "id": 1, "subnet": "10.0.1.0/24" }),
        "either",
    );
    kit.refuses("subnet4-get", json!({ "id": "x" }), "'id'");
    let six = kit.told("subnet6-list", Value::Null);
    assert_eq!(six["subnets"][0]["subnet"], "2001:db8:1::/64");
}

#[test]
fn several_pools_become_one_range_with_gaps_and_are_shown_again() {
    let mut kit = Kit::new();
    let subnet = json!({
        "id": 7, "subnet": "10.0.2.0/24", "valid-lifetime": 600,
        "pools": [{ "pool": "10.0.2.64/26" }, { "pool": "10.0.2.10 - 10.0.2.19" }],
        "option-data": [
            { "name": "routers", "data": "10.0.2.1" },
            { "code": 42, "data": "10.0.2.2, 10.0.2.3" },
            { "code": 224, "csv-format": false, "data": "0A0B" },
        ],
        "relay": { "ip-addresses": ["192.0.2.9"] }, "user-context": { "name": "second", "a": 1 },
        "match-client-id": true,
    });
    let added = kit.ask("subnet4-add", of(subnet));
    assert_eq!(added["text"], "IPv4 subnet added");
    let told = json!({ "subnets": [{ "id": 7, "subnet": "10.0.2.0/24" }] });
    assert_eq!(added["arguments"], told);
    let shown = get(&mut kit, 7);
    let pools: Vec<&Value> = shown["pools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| &p["pool"])
        .collect();
    assert_eq!(pools, ["10.0.2.10-10.0.2.19", "10.0.2.64/26"]);
    let options = shown["option-data"].as_array().unwrap();
    let data: Vec<&Value> = options.iter().map(|option| &option["data"]).collect();
    assert_eq!(data, ["10.0.2.1", "10.0.2.2, 10.0.2.3", "0A0B"]);
    assert_eq!(options[1]["name"], "ntp-servers");
    assert_eq!(shown["user-context"], json!({ "name": "second", "a": 1 }));
    assert_eq!(shown["match-client-id"], true);
    let updated = kit.ask("subnet4-update", of(shown.clone()));
    assert_eq!(updated["text"], "IPv4 subnet updated", "{updated}");
    assert_eq!(get(&mut kit, 7), shown);
    let gone = kit.ask("subnet4-del", json!({ "id": 7 }));
    assert_eq!(gone["text"], "IPv4 subnet 10.0.2.0/24 (id 7) deleted");
    let again = kit.outcome("subnet4-del", json!({ "id": 7 }));
    assert_eq!(again, (3, "no subnet with id 7 found".to_owned()));
    kit.check();
}

#[test]
fn a_subnet_without_a_pool_is_for_reservations_only() {
    let mut kit = Kit::new();
    kit.told(
        "subnet4-add",
        of(json!({ "id": 2, "subnet": "10.0.2.0/24" })),
    );
    assert_eq!(get(&mut kit, 2)["pools"], json!([]));
    let one = json!({ "id": 3, "subnet": "10.0.3.0/24", "pools": [{ "pool": "10.0.3.255/32" }] });
    kit.told("subnet4-add", of(one));
    assert_eq!(get(&mut kit, 3)["pools"][0]["pool"], "10.0.3.255/32");
    let host = json!({ "reservation": {
        "subnet-id": 2, "ip-address": "10.0.2.9", "hw-address": "02:00:00:00:00:01",
    } });
    kit.told("reservation-add", host);
    kit.check();
}

#[test]
fn a_subnet_that_cannot_be_is_refused_and_nothing_is_changed() {
    let mut kit = Kit::new();
    let before = kit.told("config-get", Value::Null);
    for (subnet, words) in [
        (json!({ "id": 2 }), "'subnet'"),
        (json!({ "id": 2, "subnet": "x" }), "'x'"),
        (json!({ "id": 2, "subnet": "2001:db8::/64" }), "IPv4"),
        (json!({ "id": 2, "subnet": "10.0.1.128/25" }), "overlaps"),
        (json!({ "id": 1, "subnet": "10.0.2.0/24" }), "has the id 1"),
        (json!({ "id": -1, "subnet": "10.0.2.0/24" }), "'id'"),
        (
            json!({ "id": 2, "subnet": "10.0.2.0/24", "bogus": 1 }),
            "'bogus'",
        ),
        (
            json!({ "id": 2, "subnet": "10.0.2.0/24", "reservations": [] }),
            "reservation-add",
        ),
        (
            json!({ "id": 2, "subnet": "10.0.2.0/24", "pools": [{}] }),
            "'pool'",
        ),
        (
            json!({ "id": 2, "subnet": "10.0.2.0/24", "pools": [{ "pool": "10.0.3.0/24" }] }),
            "inside",
        ),
        (
            json!({ "id": 2, "subnet": "10.0.2.0/24", "pools": [{ "pool": "10.0.2.9-10.0.2.5" }] }),
            "pool",
        ),
        (
            json!({ "id": 2, "subnet": "10.0.2.0/24", "client-classes": ["a"] }),
            "client-classes",
        ),
        (
            json!({ "id": 2, "subnet": "10.0.2.0/24", "option-data": [{ "name": "zzz" }] }),
            "zzz",
        ),
        (
            json!({ "id": 2, "subnet": "10.0.2.0/24", "option-data": [{ "code": 54 }] }),
            "54",
        ),
        (
            json!({ "subnet": "10.0.2.0/24", "option-data": [{ "code": 6, "data": "x" }] }),
            "'x'",
        ),
        (
            json!({ "id": 2, "subnet": "10.0.2.7/32", "pools": [{ "pool": "10.0.2.7/32" }] }),
            "two addresses",
        ),
    ] {
        kit.refuses("subnet4-add", of(subnet), words);
    }
    let overlapping = json!({ "id": 2, "subnet": "10.0.2.0/24", "pools": [
        { "pool": "10.0.2.1-10.0.2.9" }, { "pool": "10.0.2.9-10.0.2.12" },
    ] });
    kit.refuses("subnet4-add", of(overlapping), "overlaps");
    kit.refuses("subnet4-add", json!({ "subnet4": [] }), "one subnet");
    kit.refuses("subnet4-add", json!({ "subnet6": [] }), "'subnet6'");
    kit.refuses(
        "subnet4-update",
        of(json!({ "id": 9, "subnet": "10.0.2.0/24" })),
        "9",
    );
    kit.refuses(
        "subnet4-update",
        of(json!({ "id": 1, "subnet": "10.0.2.0/24" })),
        "prefix",
    );
    assert_eq!(kit.told("config-get", Value::Null), before);
}

#[test]
fn an_update_keeps_leases_and_reservations() {
    let mut kit = Kit::new();
    kit.told(
        "lease4-add",
        json!({ "ip-address": "10.0.1.12", "hw-address": "02:00:00:00:00:01" }),
    );
    let host = json!({ "reservation": {
        "subnet-id": 1, "ip-address": "10.0.1.13", "hw-address": "02:00:00:00:00:02",
    } });
    kit.told("reservation-add", host);
    let smaller =
        json!({ "id": 1, "subnet": "10.0.1.0/24", "pools": [{ "pool": "10.0.1.18-10.0.1.20" }] });
    kit.told("subnet4-update", of(smaller));
    assert_eq!(
        kit.outcome("lease4-get", json!({ "ip-address": "10.0.1.12" }))
            .0,
        0
    );
    let found = kit.outcome(
        "reservation-get",
        json!({ "subnet-id": 1, "ip-address": "10.0.1.13" }),
    );
    assert_eq!(found.0, 0);
    assert_eq!(get(&mut kit, 1)["valid-lifetime"], 7200);
    kit.check();
}

#[test]
fn a_delta_changes_what_it_names_and_nothing_else() {
    let mut kit = Kit::new();
    let before = get(&mut kit, 1);
    let delta = json!({
        "id": 1, "subnet": "10.0.1.0/24", "valid-lifetime": 900,
        "pools": [{ "pool": "10.0.1.30-10.0.1.40" }],
        "option-data": [{ "name": "domain-name", "data": "corp.example" }],
    });
    kit.told("subnet4-delta-add", of(delta));
    let after = get(&mut kit, 1);
    assert_eq!(after["valid-lifetime"], 900);
    assert_eq!(after["pools"].as_array().unwrap().len(), 2);
    assert_eq!(after["option-data"][0]["data"], "corp.example");
    let other = json!({ "id": 1, "option-data": [{ "code": 15, "data": "other.example" }] });
    kit.told("subnet4-delta-add", of(other));
    let after = get(&mut kit, 1);
    assert_eq!(after["option-data"].as_array().unwrap().len(), 1);
    assert_eq!(after["option-data"][0]["data"], "other.example");
    let back = json!({
        "id": 1, "pools": [{ "pool": "10.0.1.30-10.0.1.40" }],
        "option-data": [{ "name": "domain-name" }],
    });
    kit.told("subnet4-delta-del", of(back));
    let after = get(&mut kit, 1);
    assert_eq!(
        (&after["pools"], &after["option-data"]),
        (&before["pools"], &before["option-data"])
    );
    kit.refuses(
        "subnet4-delta-add",
        of(json!({ "id": 1, "subnet": "10.0.9.0/24" })),
        "10.0.1.0/24",
    );
    kit.refuses("subnet4-delta-del", of(json!({ "id": 5 })), "5");
    kit.refuses(
        "subnet4-delta-add",
        of(json!({ "id": 1, "bogus": 5 })),
        "bogus",
    );
}

#[test]
fn ipv6_subnets_have_pools_and_two_options() {
    let mut kit = Kit::new();
    let subnet = json!({ "subnet6": [{
        "id": 4, "subnet": "2001:db8:4::/64",
        "pools": [{ "pool": "2001:db8:4::10-2001:db8:4::20" }],
        "option-data": [
            { "name": "dns-servers", "data": "2001:db8::53" },
            { "code": 24, "data": "corp.example." },
        ],
        "preferred-lifetime": 600, "valid-lifetime": 900, "pd-pools": [],
    }] });
    kit.told("subnet6-add", subnet);
    let shown = kit.told("subnet6-get", json!({ "id": 4 }))["subnet6"][0].clone();
    assert_eq!(shown["pools"][0]["pool"], "2001:db8:4::10-2001:db8:4::20");
    assert_eq!(shown["option-data"][0]["data"], "2001:db8::53");
    assert_eq!(shown["option-data"][1]["data"], "corp.example");
    assert_eq!(
        (&shown["preferred-lifetime"], &shown["valid-lifetime"]),
        (&json!(600), &json!(900))
    );
    let again = json!({ "subnet6": [shown.clone()] });
    assert_eq!(kit.ask("subnet6-update", again)["result"], 0);
    assert_eq!(
        kit.told("subnet6-get", json!({ "id": 4 }))["subnet6"][0],
        shown
    );
    kit.told("subnet6-del", json!({ "id": 4 }));
    kit.check();
}
