//! `reservation-*`.

use serde_json::{Value, json};

use super::kit::Kit;
use crate::server::dhcp::kea::KeaService;

const MAC: &str = "02:00:00:00:00:01";

fn host(address: &str, mac: &str) -> Value {
    json!({ "reservation": {
        "subnet-id": 1, "ip-address": address, "hw-address": mac, "hostname": "Printer",
    } })
}

fn hosts(found: &Value) -> Vec<&str> {
    let hosts = found["hosts"].as_array().expect("hosts").iter();
    hosts
        .map(|host| host["ip-address"].as_str().unwrap())
        .collect()
}

#[test]
fn an_added_reservation_is_shown_as_kea_shows_it_and_found_every_way() {
    let mut kit = Kit::new();
    let told = kit.outcome("reservation-add", host("10.0.1.12", MAC));
    assert_eq!(told, (0, "Host added.".to_owned()));
    let shown = json!({
        "ip-address": "10.0.1.12", "hw-address": MAC, "hostname": "printer", "subnet-id": 1,
        "boot-file-name": "", "client-classes": [], "next-server": "0.0.0.0",
        "option-data": [], "server-hostname": "",
    });
    let by_address = json!({ "subnet-id": 1, "ip-address": "10.0.1.12" });
    let by_id = json!({ "subnet-id": 1, "identifier-type": "hw-address", "identifier": MAC });
    for arguments in [by_address, by_id] {
        assert_eq!(kit.told("reservation-get", arguments), shown);
    }
    for (command, arguments) in [
        ("reservation-get-all", json!({ "subnet-id": 1 })),
        (
            "reservation-get-by-address",
            json!({ "ip-address": "10.0.1.12" }),
        ),
        (
            "reservation-get-by-hostname",
            json!({ "hostname": "PRINTER" }),
        ),
        (
            "reservation-get-by-id",
            json!({ "identifier-type": "hw-address", "identifier": MAC }),
        ),
    ] {
        assert_eq!(
            kit.told(command, arguments)["hosts"],
            json!([shown]),
            "{command}"
        );
    }
    let none = kit.outcome(
        "reservation-get",
        json!({ "subnet-id": 1, "ip-address": "10.0.1.13" }),
    );
    assert_eq!(none, (3, "Host not found.".to_owned()));
    let none = kit.ask(
        "reservation-get-by-hostname",
        json!({ "hostname": "other" }),
    );
    assert_eq!(none["text"], "0 IPv4 host(s) found.");
    assert_eq!(none["result"], 3);
    let gone = json!({ "subnet-id": 1, "ip-address": "10.0.1.12" });
    assert_eq!(
        kit.outcome("reservation-del", gone.clone()).1,
        "Host deleted."
    );
    let again = kit.outcome("reservation-del", gone);
    assert_eq!(again, (3, "Host not deleted (not found).".to_owned()));
    kit.check();
}

#[test]
fn a_reservation_may_lie_outside_the_pools_but_not_outside_the_subnet() {
    let mut kit = Kit::new();
    kit.told("reservation-add", host("10.0.1.200", MAC));
    kit.refuses(
        "reservation-add",
        host("10.0.2.1", "02:00:00:00:00:02"),
        "not in the subnet",
    );
    kit.check();
}

#[test]
fn an_address_and_a_client_have_one_reservation() {
    let mut kit = Kit::new();
    kit.told("reservation-add", host("10.0.1.12", MAC));
    kit.refuses(
        "reservation-add",
        host("10.0.1.12", "02:00:00:00:00:02"),
        "reserved already",
    );
    kit.refuses(
        "reservation-add",
        host("10.0.1.13", MAC),
        "has a reservation",
    );
    let lease = json!({ "ip-address": "10.0.1.14", "hw-address": "02:00:00:00:00:03" });
    kit.told("lease4-add", lease);
    kit.refuses(
        "reservation-add",
        host("10.0.1.14", "02:00:00:00:00:02"),
        "leased to another",
    );
    kit.told("reservation-add", host("10.0.1.14", "02:00:00:00:00:03"));
    assert_eq!(
        hosts(&kit.told("reservation-get-all", json!({ "subnet-id": 1 }))).len(),
        2
    );
}

#[test]
fn a_malformed_reservation_is_refused_with_the_key_that_is_wrong() {
    let mut kit = Kit::new();
    kit.refuses("reservation-add", json!({}), "'reservation'");
    kit.refuses(
        "reservation-add",
        json!({ "reservation": 5 }),
        "'reservation'",
    );
    kit.refuses(
        "reservation-add",
        json!({ "reservation": {} }),
        "hw-address",
    );
    for (key, value, words) in [
        ("subnet-id", json!(9), "no IPv4 subnet 9"),
        ("subnet-id", json!(0), "global"),
        ("subnet-id", json!("x"), "'subnet-id'"),
        ("ip-address", json!("x"), "'ip-address'"),
        ("hw-address", json!("x"), "'hw-address'"),
        ("client-id", json!("01:02:03"), "either"),
        ("circuit-id", json!("01"), "'circuit-id'"),
        ("bogus", json!(1), "'bogus'"),
        (
            "option-data",
            json!([{ "name": "routers", "data": "10.0.1.1" }]),
            "'option-data'",
        ),
        ("next-server", json!("10.0.1.1"), "'next-server'"),
        ("hostname", json!([]), "'hostname'"),
    ] {
        let mut host = host("10.0.1.12", MAC);
        host["reservation"][key] = value;
        kit.refuses("reservation-add", host, words);
    }
    let mut nowhere = host("10.0.1.12", MAC);
    nowhere["reservation"]
        .as_object_mut()
        .unwrap()
        .remove("subnet-id");
    kit.refuses("reservation-add", nowhere, "belongs to subnet 1");
    let mut target = host("10.0.1.12", MAC);
    target["operation-target"] = json!("nowhere");
    kit.refuses("reservation-add", target, "operation-target");
    kit.refuses(
        "reservation-get",
        json!({ "ip-address": "10.0.1.1" }),
        "subnet-id",
    );
    let with_subnet = json!({ "identifier-type": "hw-address", "identifier": MAC, "subnet-id": 1 });
    kit.refuses("reservation-get-by-id", with_subnet, "subnet-id");
    kit.refuses(
        "reservation-get-all",
        json!({ "subnet-id": 9 }),
        "no IPv4 subnet 9",
    );
}

#[test]
fn an_update_moves_a_client_or_leaves_everything_as_it_was() {
    let mut kit = Kit::new();
    kit.told("reservation-add", host("10.0.1.12", MAC));
    kit.told("reservation-add", host("10.0.1.13", "02:00:00:00:00:02"));
    kit.refuses(
        "reservation-update",
        host("10.0.1.13", MAC),
        "reserved already",
    );
    kit.refuses(
        "reservation-update",
        host("10.9.1.13", MAC),
        "not in the subnet",
    );
    kit.refuses(
        "reservation-update",
        host("10.0.1.14", "02:00:00:00:00:07"),
        "not found",
    );
    let of = |kit: &mut Kit| {
        let arguments = json!({ "identifier-type": "hw-address", "identifier": MAC });
        kit.told("reservation-get-by-id", arguments)["hosts"][0].clone()
    };
    assert_eq!(of(&mut kit)["ip-address"], "10.0.1.12");
    let mut moved = host("10.0.1.14", MAC);
    moved["reservation"]["user-context"] = json!({ "rack": 7, "comment": "moved" });
    assert_eq!(kit.outcome("reservation-update", moved).1, "Host updated.");
    let shown = of(&mut kit);
    assert_eq!(shown["ip-address"], "10.0.1.14");
    assert_eq!(
        shown["user-context"],
        json!({ "rack": 7, "comment": "moved" })
    );
    assert_eq!(
        kit.outcome("reservation-update", host("10.0.1.14", MAC)).0,
        0
    );
    assert!(of(&mut kit).get("user-context").is_none());
    kit.check();
}

#[test]
fn an_update_that_is_refused_takes_nothing_away() {
    let mut kit = Kit::new();
    let of = |address: &str, iaid: Option<u32>| {
        let mut host = json!({ "subnet-id": 1, "duid": "01:02:03:04", "ip-addresses": [address] });
        if let Some(iaid) = iaid {
            host["user-context"] = json!({ "iaid": iaid });
        }
        json!({ "reservation": host })
    };
    let six = KeaService::Dhcp6;
    let mut told = |command: &str, host| kit.ask_of(six, command, host)["result"].clone();
    assert_eq!(told("reservation-add", of("2001:db8:1::b", Some(5))), 0);
    assert_eq!(told("reservation-add", of("2001:db8:1::a", None)), 0);
    let before = kit.ask_of(six, "reservation-get-all", json!({ "subnet-id": 1 }));
    let moved = kit.ask_of(six, "reservation-update", of("2001:db8:1::c", Some(5)));
    assert_eq!(moved["result"], 1, "{moved}");
    let after = kit.ask_of(six, "reservation-get-all", json!({ "subnet-id": 1 }));
    assert_eq!(after, before);
    kit.check();
}

#[test]
fn pages_of_hosts_name_where_the_next_begins() {
    let mut kit = Kit::new();
    for last in 10..15 {
        let mac = format!("02:00:00:00:00:{last}");
        kit.told("reservation-add", host(&format!("10.0.1.{last}"), &mac));
    }
    let (mut next, mut seen) = (json!({}), 0);
    for expected in [2, 2, 1, 0] {
        let mut arguments = next.clone();
        arguments["limit"] = json!(2);
        let page = kit.ask("reservation-get-page", arguments);
        assert_eq!(page["arguments"]["count"], expected);
        seen += hosts(&page["arguments"]).len();
        next = page["arguments"]["next"].clone();
    }
    assert_eq!(seen, 5);
    assert_eq!(
        kit.outcome(
            "reservation-get-page",
            json!({ "limit": 2, "source-index": 1 })
        )
        .0,
        3
    );
    kit.refuses("reservation-get-page", json!({ "limit": 0 }), "limit");
    kit.refuses(
        "reservation-get-page",
        json!({ "limit": 1, "from": -1 }),
        "from",
    );
    kit.refuses("reservation-get-page", json!({}), "limit");
}

#[test]
fn an_ipv6_reservation_is_for_a_duid_or_for_one_association_of_it() {
    let mut kit = Kit::new();
    let six = KeaService::Dhcp6;
    let host = |address: &str, duid: &str, context: Value| {
        json!({ "reservation": {
        "subnet-id": 1, "ip-addresses": [address], "duid": duid, "user-context": context,
    } })
    };
    let add =
        |kit: &mut Kit, host: Value| kit.ask_of(six, "reservation-add", host)["result"].clone();
    assert_eq!(
        add(&mut kit, host("2001:db8:1::5", "01:02:03:04", json!({}))),
        0
    );
    assert_eq!(
        add(&mut kit, host("2001:db8:1::6", "01:02:03:04", json!({}))),
        1
    );
    assert_eq!(
        add(
            &mut kit,
            host("2001:db8:1::7", "01:02:03:05", json!({ "iaid": 9 }))
        ),
        0
    );
    let all = kit.ask_of(six, "reservation-get-all", json!({ "subnet-id": 1 }));
    let all = all["arguments"]["hosts"].as_array().unwrap();
    assert_eq!(all[0]["ip-addresses"], json!(["2001:db8:1::5"]));
    assert!(all[0].get("user-context").is_none());
    assert_eq!(all[1]["user-context"], json!({ "iaid": 9 }));
    let by = json!({ "subnet-id": 1, "identifier-type": "duid", "identifier": "01:02:03:05" });
    let found = kit.ask_of(six, "reservation-get", by.clone());
    assert_eq!(found["arguments"]["ip-addresses"], json!(["2001:db8:1::7"]));
    assert_eq!(kit.ask_of(six, "reservation-del", by)["result"], 0);
    let two = json!({ "reservation": {
        "subnet-id": 1, "ip-addresses": ["2001:db8:1::8", "2001:db8:1::9"], "duid": "01:02:03:06",
    } });
    assert_eq!(add(&mut kit, two), 1);
    kit.check();
}

#[test]
fn windows_tools_are_told_of_the_change_in_the_event_log() {
    let mut kit = Kit::new();
    kit.told("reservation-add", host("10.0.1.12", MAC));
    kit.told(
        "reservation-del",
        json!({ "subnet-id": 1, "ip-address": "10.0.1.12" }),
    );
    let events = kit.server.take_events();
    let data: Vec<String> = events.iter().map(|event| event.data.join(" ")).collect();
    let expected = "10.0.1.12 10.0.1.0/24 Kea control channel";
    assert_eq!(data, [expected, expected]);
    assert_ne!(events[0].event, events[1].event);
}
