//! `config-*`.

use serde_json::{Value, json};

use super::kit::Kit;
use crate::server::dhcp::kea::KeaService;

fn config(kit: &mut Kit) -> Value {
    kit.told("config-get", Value::Null)
}

#[test]
fn what_config_get_shows_can_be_set_and_changes_nothing() {
    let mut kit = Kit::new();
    let host = json!({ "reservation": {
        "subnet-id": 1, "ip-address": "10.0.1.13", "hw-address": "02:00:00:00:00:02",
        "comment": "third floor", "user-context": { "rack": 7 },
    } });
    kit.told("reservation-add", host);
    for service in KeaService::ALL {
        let get =
            |kit: &mut Kit| kit.ask_of(service, "config-get", Value::Null)["arguments"].clone();
        let before = get(&mut kit);
        let tried = kit.ask_of(service, "config-test", before.clone());
        assert_eq!(tried["result"], 0, "{tried}");
        let set = kit.ask_of(service, "config-set", before.clone());
        assert_eq!(set["text"], "Configuration successful.", "{set}");
        assert_eq!(set["arguments"]["hash"], before["hash"]);
        assert_eq!(get(&mut kit), before);
        let hash = kit.ask_of(service, "config-hash-get", Value::Null);
        assert_eq!(hash["arguments"]["hash"], before["hash"]);
    }
    kit.check();
}

#[test]
fn a_configuration_written_for_kea_is_taken_whole() {
    let mut kit = Kit::new();
    let written = json!({ "Dhcp4": {
        "interfaces-config": { "interfaces": ["eth0"] },
        "lease-database": { "type": "memfile", "persist": false },
        "valid-lifetime": 4000, "renew-timer": 1000, "rebind-timer": 2000,
        "option-data": [{ "name": "domain-name-servers", "data": "192.0.2.1, 192.0.2.2" }],
        "subnet4": [{
            "id": 1024, "subnet": "192.0.2.0/24", "pools": [{ "pool": "192.0.2.100-192.0.2.200" }],
            "reservations": [
                { "hw-address": "1a:1b:1c:1d:1e:1f", "ip-address": "192.0.2.201", "hostname": "a" },
                { "client-id": "01:11:22:33:44:55:66", "ip-address": "192.0.2.202" },
                { "client-id": "01:0a:0b:0c:0d", "ip-address": "192.0.2.203" },
            ],
        }],
        "shared-networks": [{ "name": "floor", "subnet4": [
            { "id": 2, "subnet": "10.1.0.0/24", "pools": [] },
            { "id": 3, "subnet": "10.2.0.0/24", "valid-lifetime": 60 },
        ] }],
        "loggers": [],
    } });
    kit.told("config-set", written);
    let config = &config(&mut kit)["Dhcp4"];
    assert_eq!(config["renew-timer"], 1000);
    assert_eq!(config["option-data"][0]["data"], "192.0.2.1, 192.0.2.2");
    let subnet = &config["subnet4"][0];
    assert_eq!(
        (&subnet["id"], &subnet["valid-lifetime"]),
        (&json!(1024), &json!(4000))
    );
    assert_eq!(subnet["reservations"][1]["hw-address"], "11:22:33:44:55:66");
    assert_eq!(subnet["reservations"][2]["client-id"], "010A0B0C0D");
    let network = &config["shared-networks"][0];
    assert_eq!(network["name"], "floor");
    assert_eq!(network["subnet4"][1]["valid-lifetime"], 60);
    assert_eq!(
        kit.outcome("subnet4-get", json!({ "subnet": "10.0.1.0/24" }))
            .0,
        3
    );
    let six = kit.ask_of(KeaService::Dhcp6, "subnet6-list", Value::Null);
    assert_eq!(six["result"], 0, "the other family is left alone");
    kit.check();
}

#[test]
fn a_configuration_that_cannot_be_is_refused_whole() {
    let mut kit = Kit::new();
    let before = config(&mut kit);
    let with = |key: &str, value: Value| json!({ "Dhcp4": { key: value } });
    for (wrong, words) in [
        (json!({}), "'Dhcp4'"),
        (json!({ "Dhcp4": 5 }), "'Dhcp4'"),
        (json!({ "Dhcp6": {} }), "'Dhcp6'"),
        (json!({ "Dhcp4": {}, "Logging": {} }), "'Logging'"),
        (with("bogus", json!(1)), "'bogus'"),
        (with("valid-lifetime", json!("x")), "'valid-lifetime'"),
        (
            with("client-classes", json!([{ "name": "a" }])),
            "'client-classes'",
        ),
        (with("subnet4", json!(5)), "'subnet4'"),
        (with("subnet4", json!([5])), "a subnet must be a map"),
        (with("subnet6", json!([{}])), "'subnet6'"),
        (
            with("reservations", json!([{ "ip-address": "10.0.0.1" }])),
            "'reservations'",
        ),
        (
            with("shared-networks", json!([{ "subnet4": [] }])),
            "'name'",
        ),
        (
            with(
                "subnet4",
                json!([{ "subnet": "10.5.0.0/24" }, { "subnet": "10.5.0.0/25" }]),
            ),
            "overlaps",
        ),
        (
            with(
                "subnet4",
                json!([{ "id": 5, "subnet": "10.5.0.0/24" }, { "id": 5, "subnet": "10.6.0.0/24" }]),
            ),
            "the id 5",
        ),
    ] {
        kit.refuses("config-test", wrong.clone(), words);
        kit.refuses("config-set", wrong, words);
    }
    assert_eq!(config(&mut kit), before);
}

#[test]
fn a_subnet_or_a_host_that_cannot_be_makes_the_whole_configuration_refused() {
    let mut kit = Kit::new();
    let before = config(&mut kit);
    let subnet = |more: Value| {
        let mut subnet = json!({ "id": 5, "subnet": "10.5.0.0/24" });
        for (key, value) in more.as_object().unwrap() {
            subnet[key] = value.clone();
        }
        json!({ "Dhcp4": { "subnet4": [subnet] } })
    };
    let host = |mac: &str, address: &str| json!({ "hw-address": mac, "ip-address": address });
    let (a, b) = ("02:00:00:00:00:01", "02:00:00:00:00:02");
    for (wrong, words) in [
        (subnet(json!({ "bogus": 1 })), "'bogus'"),
        (
            subnet(json!({ "reservations": [host(a, "10.9.0.5")] })),
            "not in the subnet",
        ),
        (
            subnet(json!({ "reservations": [host(a, "10.5.0.5"), host(b, "10.5.0.5")] })),
            "reserved already",
        ),
        (
            subnet(json!({ "reservations": [host(a, "10.5.0.5"), host(a, "10.5.0.6")] })),
            "has a reservation",
        ),
        (
            subnet(json!({ "reservations": [{ "ip-address": "10.5.0.5" }] })),
            "hw-address",
        ),
        (
            subnet(json!({ "reservations": [{ "hw-address": a }] })),
            "'ip-address'",
        ),
    ] {
        kit.refuses("config-test", wrong.clone(), words);
        kit.refuses("config-set", wrong, words);
    }
    assert_eq!(config(&mut kit), before);
}

#[test]
fn leases_of_a_subnet_that_stays_are_kept_and_its_number_too() {
    let mut kit = Kit::new();
    kit.told(
        "lease4-add",
        json!({ "ip-address": "10.0.1.12", "hw-address": "02:00:00:00:00:01" }),
    );
    let two = json!({ "Dhcp4": { "subnet4": [
        { "subnet": "10.0.0.0/24" },
        { "subnet": "10.0.1.0/24", "pools": [{ "pool": "10.0.1.10-10.0.1.20" }] },
    ] } });
    kit.told("config-set", two);
    let list = kit.told("subnet4-list", Value::Null)["subnets"].clone();
    let of = |subnet: &str| {
        let found = list
            .as_array()
            .unwrap()
            .iter()
            .find(|s| s["subnet"] == subnet);
        found.unwrap()["id"].clone()
    };
    assert_eq!((of("10.0.1.0/24"), of("10.0.0.0/24")), (json!(1), json!(2)));
    let lease = kit.told("lease4-get", json!({ "ip-address": "10.0.1.12" }));
    assert_eq!(lease["subnet-id"], 1);
    kit.wait(8 * 86_400);
    assert_eq!(
        kit.told("lease4-get", json!({ "ip-address": "10.0.1.12" }))["state"],
        2
    );
    kit.check();
}

#[test]
fn ten_thousand_reservations_are_set_and_one_more_is_added() {
    let mut kit = Kit::new();
    let host = |number: u32| {
        let [_, _, high, low] = number.to_be_bytes();
        json!({
            "hw-address": format!("02:00:00:00:{high:02x}:{low:02x}"),
            "ip-address": format!("10.5.{high}.{low}"),
        })
    };
    let hosts: Vec<Value> = (1..=10_000).map(host).collect();
    let subnet = json!({ "id": 1, "subnet": "10.5.0.0/16", "reservations": hosts });
    kit.told("config-set", json!({ "Dhcp4": { "subnet4": [subnet] } }));
    let mut more = host(10_001);
    more["subnet-id"] = json!(1);
    kit.told("reservation-add", json!({ "reservation": more }));
    let page = kit.told(
        "reservation-get-page",
        json!({ "limit": 20_000, "subnet-id": 1 }),
    );
    assert_eq!(page["count"], 10_001);
    kit.check();
}
