//! `lease4-*` and `lease6-*`.

use serde_json::{Value, json};

use super::kit::Kit;

const MAC: &str = "02:00:00:00:00:01";

fn v4(address: &str, mac: &str) -> Value {
    json!({ "ip-address": address, "hw-address": mac })
}

fn v6(address: &str, duid: &str, iaid: u32) -> Value {
    json!({ "ip-address": address, "duid": duid, "iaid": iaid })
}

fn addresses(found: &Value) -> Vec<&str> {
    let leases = found["leases"].as_array().expect("leases").iter();
    leases
        .map(|lease| lease["ip-address"].as_str().unwrap())
        .collect()
}

#[test]
fn an_added_lease_is_shown_as_kea_shows_it() {
    let mut kit = Kit::new();
    let lease = json!({
        "ip-address": "10.0.1.12", "hw-address": MAC, "client-id": "01:02:03:04",
        "hostname": "Foo.Example", "valid-lft": 100, "fqdn-fwd": true, "fqdn-rev": true,
        "user-context": { "a": 1 }, "comment": "hi",
    });
    let told = kit.outcome("lease4-add", lease);
    assert_eq!(
        told,
        (
            0,
            "Lease for address 10.0.1.12, subnet-id 1 added.".to_owned()
        )
    );
    let found = kit.ask("lease4-get", json!({ "ip-address": "10.0.1.12" }));
    let expected = json!({
        "result": 0, "text": "IPv4 lease found.", "arguments": {
            "ip-address": "10.0.1.12", "hw-address": MAC, "client-id": "01:02:03:04",
            "hostname": "foo.example", "valid-lft": 100, "fqdn-fwd": true, "fqdn-rev": true,
            "user-context": { "a": 1, "comment": "hi" }, "state": 0, "subnet-id": 1,
            "cltt": 1_772_438_400,
        },
    });
    assert_eq!(found, expected);
    kit.check();
}

#[test]
fn an_ipv6_lease_is_known_by_its_duid_and_iaid() {
    let mut kit = Kit::new();
    kit.told("lease6-add", v6("2001:db8:1::5", "01:02:03:04", 7));
    let lease = kit.told("lease6-get", json!({ "ip-address": "2001:db8:1::5" }));
    let expected = json!({
        "ip-address": "2001:db8:1::5", "duid": "01:02:03:04", "iaid": 7, "type": "IA_NA",
        "hostname": "", "fqdn-fwd": false, "fqdn-rev": false, "state": 0, "subnet-id": 1,
        "cltt": 1_772_438_400, "valid-lft": 12 * 86_400, "preferred-lft": 8 * 86_400,
    });
    assert_eq!(lease, expected);
    let by_duid = json!({
        "identifier-type": "duid", "identifier": "01:02:03:04", "iaid": 7, "subnet-id": 1,
    });
    assert_eq!(kit.told("lease6-get", by_duid.clone()), expected);
    let mut other = by_duid;
    other["iaid"] = json!(8);
    assert_eq!(
        kit.outcome("lease6-get", other),
        (3, "Lease not found.".to_owned())
    );
    let found = kit.told("lease6-get-by-duid", json!({ "duid": "01:02:03:04" }));
    assert_eq!(addresses(&found), ["2001:db8:1::5"]);
    let prefix = json!({ "ip-address": "2001:db8:1::5", "type": "IA_PD" });
    assert_eq!(kit.outcome("lease6-get", prefix).0, 3);
}

#[test]
fn leases_are_found_by_whatever_identifies_them() {
    let mut kit = Kit::new();
    kit.told("lease4-add", v4("10.0.1.12", MAC));
    let mut named = v4("10.0.1.13", "02:00:00:00:00:02");
    named["client-id"] = json!("ff:01:02");
    named["hostname"] = json!("printer");
    kit.told("lease4-add", named);
    let by = |kind: &str, text: &str| {
        json!({
            "identifier-type": kind, "identifier": text, "subnet-id": 1,
        })
    };
    for (kind, text, address) in [
        ("hw-address", MAC, "10.0.1.12"),
        ("hw-address", "02:00:00:00:00:02", "10.0.1.13"),
        ("client-id", "ff:01:02", "10.0.1.13"),
    ] {
        let found = kit.told("lease4-get", by(kind, text));
        assert_eq!(found["ip-address"], address, "{kind} {text}");
    }
    for (command, key, text) in [
        (
            "lease4-get-by-hw-address",
            "hw-address",
            "02:00:00:00:00:02",
        ),
        ("lease4-get-by-client-id", "client-id", "FF0102"),
        ("lease4-get-by-hostname", "hostname", "PRINTER"),
    ] {
        let found = kit.told(command, json!({ key: text }));
        assert_eq!(addresses(&found), ["10.0.1.13"], "{command}");
    }
    assert_eq!(
        addresses(&kit.told("lease4-get-by-state", json!({ "state": 0 }))).len(),
        2
    );
    let none = kit.ask("lease4-get-by-hostname", json!({ "hostname": "bar" }));
    assert_eq!(none["result"], 3);
    assert_eq!(none["text"], "0 IPv4 lease(s) found.");
    assert_eq!(none["arguments"], json!({ "leases": [] }));
    assert_eq!(
        kit.outcome("lease4-get", by("hw-address", "02:00:00:00:00:09"))
            .0,
        3
    );
    kit.refuses("lease4-get", by("duid", "01:02:03"), "duid");
    kit.refuses("lease4-get", by("zz", "01:02:03"), "zz");
    kit.refuses("lease4-get", by("hw-address", "zz"), "zz");
    kit.refuses("lease4-get", json!({}), "subnet-id");
    kit.refuses("lease4-get", json!({ "ip-address": "2001:db8::1" }), "IPv4");
    kit.refuses(
        "lease4-get-by-client-id",
        json!({ "client-id": "5" }),
        "1 bytes",
    );
    kit.refuses("lease6-get-by-duid", json!({ "duid": "" }), "duid");
    kit.refuses("lease4-get-by-hostname", json!({ "hostname": "" }), "empty");
}

#[test]
fn pages_follow_each_other_without_gap_or_repetition() {
    let mut kit = Kit::new();
    for last in 10..17 {
        let mac = format!("02:00:00:00:00:{last}");
        kit.told("lease4-add", v4(&format!("10.0.1.{last}"), &mac));
    }
    let (mut from, mut seen) = ("start".to_owned(), Vec::new());
    loop {
        let page = kit.ask("lease4-get-page", json!({ "from": from, "limit": 3 }));
        let found = addresses(&page["arguments"]);
        assert_eq!(page["arguments"]["count"], found.len());
        let Some(last) = found.last() else {
            assert_eq!(page["result"], 3);
            break;
        };
        seen.extend(found.iter().map(|address| (*address).to_owned()));
        from = (*last).to_owned();
    }
    let all = kit.told("lease4-get-all", Value::Null);
    assert_eq!(addresses(&all), seen);
    assert_eq!(seen.len(), 7);
    for (wrong, words) in [
        (json!({ "from": "x", "limit": 2 }), "'from'"),
        (json!({ "from": "::1", "limit": 2 }), "'from'"),
        (json!({ "from": "start" }), "'limit'"),
        (json!({ "from": "start", "limit": 0 }), "'limit'"),
        (json!({ "from": "start", "limit": "x" }), "'limit'"),
        (json!({ "limit": 2 }), "'from'"),
    ] {
        kit.refuses("lease4-get-page", wrong, words);
    }
}

#[test]
fn all_leases_can_be_those_of_some_subnets() {
    let mut kit = Kit::new();
    kit.told("lease4-add", v4("10.0.1.12", MAC));
    let of = |subnets: Value| json!({ "subnets": subnets });
    assert_eq!(
        addresses(&kit.told("lease4-get-all", of(json!([1])))),
        ["10.0.1.12"]
    );
    assert_eq!(kit.outcome("lease4-get-all", of(json!([2, 3]))).0, 3);
    kit.refuses("lease4-get-all", of(json!(1)), "list");
    kit.refuses("lease4-get-all", of(json!(["x"])), "subnets");
    kit.refuses("lease4-get-all", json!({}), "subnets");
}

#[test]
fn what_contradicts_the_server_is_a_conflict() {
    let mut kit = Kit::new();
    kit.told("lease4-add", v4("10.0.1.12", MAC));
    let mut elsewhere = v4("10.0.1.14", MAC);
    elsewhere["subnet-id"] = json!(7);
    let mut foreign = v4("10.0.2.14", MAC);
    foreign["subnet-id"] = json!(1);
    let host = json!({ "reservation": {
        "subnet-id": 1, "ip-address": "10.0.1.15", "hw-address": "02:00:00:00:00:09",
    } });
    kit.told("reservation-add", host);
    let again = kit.outcome("lease4-add", v4("10.0.1.12", MAC));
    assert_eq!(again, (4, "IPv4 lease already exists.".to_owned()));
    for lease in [
        v4("10.9.9.9", MAC),
        elsewhere,
        foreign,
        v4("10.0.1.15", MAC),
    ] {
        assert_eq!(kit.outcome("lease4-add", lease.clone()).0, 4, "{lease}");
    }
    kit.check();
}

#[test]
fn a_malformed_lease_is_refused_with_the_key_that_is_wrong() {
    let mut kit = Kit::new();
    kit.refuses(
        "lease4-add",
        json!({ "ip-address": "10.0.1.12" }),
        "'hw-address'",
    );
    kit.refuses("lease4-add", json!({ "hw-address": MAC }), "'ip-address'");
    for (key, value) in [
        ("ip-address", json!(7)),
        ("hw-address", json!("020000000001")),
        ("hw-address", json!("")),
        ("client-id", json!("5")),
        ("valid-lft", json!(-1)),
        ("valid-lft", json!(4_294_967_296_u64)),
        ("expire", json!(5)),
        ("expire", json!(-5)),
        ("state", json!(9)),
        ("state", json!("x")),
        ("subnet-id", json!("1")),
        ("hostname", json!(7)),
        ("fqdn-fwd", json!(true)),
        ("user-context", json!([])),
    ] {
        let mut lease = v4("10.0.1.12", MAC);
        lease[key] = value;
        kit.refuses("lease4-add", lease, key);
    }
    kit.refuses(
        "lease6-add",
        json!({ "ip-address": "2001:db8:1::5", "iaid": 1 }),
        "'duid'",
    );
    let no_iaid = json!({ "ip-address": "2001:db8:1::5", "duid": "01:02:03" });
    kit.refuses("lease6-add", no_iaid, "'iaid'");
    let mut prefix = v6("2001:db8:1::", "01:02:03", 1);
    prefix["type"] = json!("IA_PD");
    kit.refuses("lease6-add", prefix, "IA_PD");
    assert_eq!(kit.outcome("lease4-get-all", Value::Null).0, 3);
}

#[test]
fn an_update_needs_its_lease_unless_it_may_make_it() {
    let mut kit = Kit::new();
    kit.told("lease4-add", v4("10.0.1.12", MAC));
    let mut lease = v4("10.0.1.12", "02:00:00:00:00:19");
    lease["hostname"] = json!("x");
    let told = kit.outcome("lease4-update", lease);
    assert_eq!(told, (0, "IPv4 lease updated.".to_owned()));
    let found = kit.told("lease4-get", json!({ "ip-address": "10.0.1.12" }));
    assert_eq!(
        (&found["hostname"], &found["hw-address"]),
        (&json!("x"), &json!("02:00:00:00:00:19"))
    );
    let mut new = v4("10.0.1.13", MAC);
    kit.refuses("lease4-update", new.clone(), "10.0.1.13");
    new["force-create"] = json!(true);
    assert_eq!(kit.outcome("lease4-update", new).1, "IPv4 lease added.");
    kit.check();
}

#[test]
fn leases_go_one_by_one_or_a_subnet_at_a_time() {
    let mut kit = Kit::new();
    kit.told("lease4-add", v4("10.0.1.12", MAC));
    let one = json!({ "ip-address": "10.0.1.12" });
    assert_eq!(
        kit.outcome("lease4-del", one.clone()).1,
        "IPv4 lease deleted."
    );
    assert_eq!(
        kit.outcome("lease4-del", one),
        (3, "IPv4 lease not found.".to_owned())
    );
    for last in 12..15 {
        let mac = format!("02:00:00:00:00:{last}");
        kit.told("lease4-add", v4(&format!("10.0.1.{last}"), &mac));
    }
    let none = kit.outcome("lease4-wipe", json!({ "subnet-id": 9 }));
    assert_eq!(
        none,
        (3, "Deleted 0 IPv4 lease(s) from subnet(s) 9".to_owned())
    );
    let all = kit.outcome("lease4-wipe", Value::Null);
    assert_eq!(
        all,
        (0, "Deleted 3 IPv4 lease(s) from subnet(s) 1".to_owned())
    );
    assert_eq!(kit.outcome("lease4-wipe", json!({ "subnet-id": 1 })).0, 3);
    let ddns = json!({ "ip-address": "10.0.1.12", "update-ddns": "x" });
    kit.refuses("lease4-del", ddns, "update-ddns");
    kit.check();
}

#[test]
fn a_lease_runs_out_when_it_says_so() {
    let mut kit = Kit::new();
    let mut lease = v4("10.0.1.12", MAC);
    lease["valid-lft"] = json!(100);
    kit.told("lease4-add", lease);
    let mut declined = v4("10.0.1.13", "02:00:00:00:00:02");
    declined["state"] = json!(1);
    kit.told("lease4-add", declined);
    let state = |kit: &mut Kit, state: u8| {
        let found = kit.ask("lease4-get-by-state", json!({ "state": state }));
        addresses(&found["arguments"]).join(" ")
    };
    kit.wait(99);
    assert_eq!(state(&mut kit, 0), "10.0.1.12");
    assert_eq!(state(&mut kit, 1), "10.0.1.13");
    kit.wait(1);
    assert_eq!(state(&mut kit, 2), "10.0.1.12");
    let all = kit.told(
        "statistic-get",
        json!({ "name": "subnet[1].reclaimed-leases" }),
    );
    assert_eq!(all["subnet[1].reclaimed-leases"][0][0], 1);
    kit.check();
}

#[test]
fn a_bulk_of_leases_is_read_whole_before_any_is_stored() {
    let mut kit = Kit::new();
    kit.told("lease6-add", v6("2001:db8:1::5", "01:02:03:04", 7));
    let wrong = json!({ "leases": [v6("2001:db8:1::6", "01:02:03:05", 1), { "duid": 5 }] });
    kit.refuses("lease6-bulk-apply", wrong, "'ip-address'");
    assert_eq!(addresses(&kit.told("lease6-get-all", Value::Null)).len(), 1);
    let host = json!({ "reservation": {
        "subnet-id": 1, "ip-addresses": ["2001:db8:1::9"], "duid": "01:02:03:99",
    } });
    let six = crate::server::dhcp::kea::KeaService::Dhcp6;
    assert_eq!(kit.ask_of(six, "reservation-add", host)["result"], 0);
    let bulk = json!({
        "deleted-leases": [{ "ip-address": "2001:db8:1::5" }, { "ip-address": "2001:db8:1::77" }],
        "leases": [v6("2001:db8:1::6", "01:02:03:05", 1), v6("2001:db8:1::9", "01:02:03:06", 1)],
    });
    let told = kit.ask("lease6-bulk-apply", bulk);
    assert_eq!(told["text"], "Bulk apply of 2 IPv6 leases completed.");
    let failed = &told["arguments"]["failed-leases"];
    assert_eq!(failed[0]["ip-address"], "2001:db8:1::9");
    assert_eq!(failed[0]["result"], 4);
    assert_eq!(
        addresses(&kit.told("lease6-get-all", Value::Null)),
        ["2001:db8:1::6"]
    );
    assert_eq!(kit.outcome("lease6-wipe", Value::Null).0, 0);
    kit.check();
}
