//! Commands about the daemon, statistics, and commands over HTTP.

use serde_json::{Value, json};

use super::super::registry::COMMANDS;
use super::kit::Kit;
use crate::server::dhcp::kea::KeaService;

#[test]
fn the_registry_is_in_order_so_that_commands_are_found() {
    let names: Vec<&str> = COMMANDS.iter().map(|command| command.name).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(names, sorted);
    let mut kit = Kit::new();
    assert_eq!(kit.told("list-commands", Value::Null), json!(names));
}

#[test]
fn every_command_of_the_registry_answers_without_arguments_and_with_empty_ones() {
    for command in COMMANDS {
        for arguments in [Value::Null, json!({}), json!([]), json!("x"), json!(7)] {
            let mut kit = Kit::new();
            let (result, text) = kit.outcome(command.name, arguments);
            assert!(result != 2, "{}: {text}", command.name);
            kit.check();
        }
    }
}

#[test]
fn the_daemon_says_what_it_is_and_how_long_it_runs() {
    let mut kit = Kit::new();
    let version = kit.ask("version-get", Value::Null);
    assert_eq!(version["text"], "3.0.0");
    let extended = version["arguments"]["extended"].as_str().unwrap();
    assert!(extended.contains("ipamlab"), "{extended}");
    assert!(
        kit.outcome("build-report", Value::Null)
            .1
            .contains("ipamlab")
    );
    kit.wait(90);
    let status = kit.told("status-get", Value::Null);
    assert_eq!(status["uptime"], 90);
    assert_eq!(status["reload"], 90);
    assert_eq!(status["sockets"]["status"], "ready");
    assert_eq!(status["dhcp-state"]["globally-disabled"], false);
}

#[test]
fn silence_lasts_until_its_asker_ends_it_or_its_time_is_over() {
    use crate::addr::Family;
    let mut kit = Kit::new();
    let silent = |kit: &Kit| {
        let now = kit.now().wall.as_millisecond();
        let is_silent = |family| kit.server.control.is_silent(family, now);
        (is_silent(Family::V4), is_silent(Family::V6))
    };
    let told = kit.outcome("dhcp-disable", Value::Null);
    assert_eq!(told, (0, "DHCPv4 service disabled".to_owned()));
    assert_eq!(silent(&kit), (true, false));
    let status = kit.told("status-get", Value::Null);
    assert_eq!(status["dhcp-state"]["disabled-by-user"], true);
    kit.told(
        "dhcp-disable",
        json!({ "origin": "ha-partner", "max-period": 20 }),
    );
    kit.told("dhcp-enable", Value::Null);
    let status = kit.told("status-get", Value::Null);
    assert_eq!(status["dhcp-state"]["disabled-by-user"], false);
    assert_eq!(status["dhcp-state"]["globally-disabled"], true);
    kit.wait(19);
    assert_eq!(silent(&kit), (true, false));
    kit.wait(1);
    assert_eq!(silent(&kit), (false, false));
    kit.ask_of(
        KeaService::Dhcp6,
        "dhcp-disable",
        json!({ "max-period": 5 }),
    );
    assert_eq!(silent(&kit), (false, true));
    for wrong in [json!(0), json!(-1), json!("x"), json!(1.5)] {
        kit.refuses("dhcp-disable", json!({ "max-period": wrong }), "max-period");
    }
    kit.refuses("dhcp-disable", json!({ "origin": "zz" }), "zz");
    kit.refuses("dhcp-enable", json!({ "origin": [] }), "origin");
    kit.told("dhcp-disable", json!({ "max-period": i64::MAX }));
    assert!(silent(&kit).0);
}

#[test]
fn statistics_count_from_their_last_reset() {
    let mut kit = Kit::new();
    let lease = json!({ "ip-address": "10.0.1.12", "hw-address": "02:00:00:00:00:01" });
    kit.told("lease4-add", lease);
    let name = "subnet[1].assigned-addresses";
    let value =
        |kit: &mut Kit| kit.told("statistic-get", json!({ "name": name }))[name][0][0].clone();
    assert_eq!(value(&mut kit), 1);
    let all = kit.told("statistic-get-all", Value::Null);
    assert_eq!(all["subnet[1].total-addresses"][0][0], 11);
    assert_eq!(all["pkt4-received"][0][0], 0);
    assert_eq!(all[name][0][1], "2026-03-02 08:00:00.000000");
    assert!(all.get("pkt6-received").is_none());
    let told = kit.outcome("statistic-reset", json!({ "name": name }));
    assert_eq!(told.1, format!("Statistic '{name}' reset."));
    assert_eq!(value(&mut kit), 0);
    kit.told(
        "lease4-add",
        json!({ "ip-address": "10.0.1.13", "hw-address": "02:00:00:00:00:02" }),
    );
    assert_eq!(value(&mut kit), 1);
    kit.told("statistic-reset-all", Value::Null);
    assert_eq!(value(&mut kit), 0);
    assert_eq!(
        kit.told("statistic-get", json!({ "name": "zzz" })),
        json!({})
    );
    kit.refuses(
        "statistic-reset",
        json!({ "name": "zzz" }),
        "No 'zzz' statistic found",
    );
    kit.refuses("statistic-get", json!({ "name": 1 }), "name");
    let six = kit.ask_of(KeaService::Dhcp6, "statistic-get-all", Value::Null);
    assert_eq!(six["arguments"]["subnet[1].total-nas"][0][0], i64::MAX);
}

#[test]
fn rows_of_lease_statistics_are_of_the_subnets_that_were_asked_for() {
    let mut kit = Kit::new();
    let all = kit.ask("stat-lease4-get", Value::Null);
    assert_eq!(all["text"], "stat-lease4-get[all subnets]: 1 rows found");
    let set = &all["arguments"]["result-set"];
    assert_eq!(set["rows"], json!([[1, 11, 0, 0, 0]]));
    assert_eq!(set["columns"].as_array().unwrap().len(), 5);
    let none = kit.outcome("stat-lease4-get", json!({ "subnet-id": 77 }));
    assert_eq!(none.0, 3);
    let range = json!({ "subnet-range": { "first-subnet-id": 1, "last-subnet-id": 9 } });
    let six = kit.told("stat-lease6-get", range);
    let rows = six["result-set"]["rows"][0].as_array().unwrap();
    assert_eq!(
        rows.len(),
        six["result-set"]["columns"].as_array().unwrap().len()
    );
    let wrong = json!({ "subnet-range": { "first-subnet-id": 9, "last-subnet-id": 1 } });
    kit.refuses("stat-lease4-get", wrong, "last-subnet-id");
}

#[test]
fn over_http_each_service_answers_in_one_list() {
    let mut kit = Kit::new();
    let at = kit.now();
    let mut ask = |command: Value| {
        let answers = kit.server.control_agent(KeaService::Dhcp4, &command, at);
        let Value::Array(answers) = answers else {
            panic!("no list: {answers}")
        };
        let codes: Vec<Value> = answers
            .iter()
            .map(|answer| answer["result"].clone())
            .collect();
        (json!(codes), answers)
    };
    let command = |service: Value| json!({ "command": "config-get", "service": service });
    let (codes, answers) = ask(command(json!(["dhcp6", "dhcp4"])));
    assert_eq!(codes, json!([0, 0]));
    assert!(answers[0]["arguments"]["Dhcp6"].is_object());
    assert!(answers[1]["arguments"]["Dhcp4"].is_object());
    assert_eq!(ask(json!({ "command": "config-get" })).0, json!([0]));
    assert_eq!(ask(command(json!([]))).0, json!([0]));
    assert_eq!(ask(command(json!(["d2"]))).0, json!([1]));
    assert_eq!(ask(command(json!("dhcp4"))).0, json!([1]));
    // Asking for one service again and again is no way to keep the server busy.
    assert_eq!(ask(command(json!(vec!["dhcp4"; 1000]))).0, json!([1]));
    assert_eq!(ask(command(json!([4]))).0, json!([1]));
    assert_eq!(ask(json!([1])).0, json!([1]));
}

#[test]
fn a_stopped_service_answers_no_command() {
    use crate::net::{Event, Outbox, Service as _};
    let mut kit = Kit::new();
    let at = kit.now();
    let stopped = Event::Stopped { crashed: false };
    kit.server.handle(at, stopped, &mut Outbox::default());
    kit.refuses("list-commands", Value::Null, "stopped");
}
