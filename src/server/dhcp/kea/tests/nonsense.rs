//! Input that means nothing: an answer every time, and a server that is as it was.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::super::registry::COMMANDS;
use super::kit::Kit;
use crate::server::dhcp::kea::{Fed, Feed, KeaService};

#[test]
fn what_is_no_command_is_answered_with_1_and_why() {
    let wrong = [
        ("", "not JSON"),
        ("nonsense", "not JSON"),
        ("{\"command\": bad}", "not JSON"),
        ("{\"command\": \"list-commands\"", "not JSON"),
        ("[]", "must be a map, not a list"),
        ("5", "must be a map, not a number"),
        ("{}", "no 'command'"),
        ("{\"command\": 1}", "must be a string, not a number"),
        ("{\"command\": \"list-commands\", \"x\": 1}", "'x'"),
    ];
    for (text, words) in wrong {
        let answer = Kit::new().raw(KeaService::Dhcp4, text.as_bytes());
        assert_eq!(answer["result"], 1, "{text}: {answer}");
        let told = answer["text"].as_str().unwrap();
        assert!(told.contains(words), "`{words}` is not in `{told}`");
    }
    let answer = Kit::new().raw(KeaService::Dhcp4, &[0xff, 0xfe, b'{']);
    assert_eq!(answer["result"], 1);
}

#[test]
fn an_unknown_command_is_answered_with_2_in_kea_s_words() {
    let answer = Kit::new().ask("foo", json!({ "a": 1 }));
    let expected = json!({ "result": 2, "text": "'foo' command not supported." });
    assert_eq!(answer, expected);
}

#[test]
fn depth_and_length_are_no_way_to_stop_the_server() {
    let deep = format!(
        "{{\"command\": \"config-set\", \"arguments\": {}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_eq!(
        Kit::new().raw(KeaService::Dhcp4, deep.as_bytes())["result"],
        1
    );
    let long = json!({ "command": "x".repeat(1_000_000) }).to_string();
    assert_eq!(
        Kit::new().raw(KeaService::Dhcp4, long.as_bytes())["result"],
        2
    );
    let name = "n".repeat(1_000_000);
    let lease =
        json!({ "ip-address": "10.0.1.12", "hw-address": "02:00:00:00:00:01", "hostname": name });
    Kit::new().told("lease4-add", lease);
}

/// Values that commands look for, and others.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0_i64..4).prop_map(Value::from),
        "[ -~]{0,12}".prop_map(Value::from),
        prop::sample::select(WORDS.to_vec()).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            map(inner),
        ]
    })
}

fn map(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let key = prop_oneof![
        4 => prop::sample::select(KEYS.to_vec()).prop_map(str::to_owned),
        1 => "[a-z-]{1,8}",
    ];
    prop::collection::vec((key, inner), 0..7)
        .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>()))
}

const WORDS: [&str; 22] = [
    "10.0.1.0/24",
    "10.0.1.12",
    "10.0.1.13",
    "10.0.1.10-10.0.1.20",
    "10.0.2.0/24",
    "10.0.2.7/32",
    "0.0.0.0/0",
    "255.255.255.255",
    "2001:db8:1::/64",
    "2001:db8:1::5",
    "::/0",
    "::",
    "2001:db8:1::1-2001:db8:1::ffff",
    "02:00:00:00:00:01",
    "01:02:03:04",
    "start",
    "hw-address",
    "client-id",
    "duid",
    "routers",
    "10.0.1.1, 10.0.1.2",
    "memory",
];

const KEYS: [&str; 38] = [
    "ip-address",
    "ip-addresses",
    "hw-address",
    "client-id",
    "duid",
    "iaid",
    "subnet-id",
    "id",
    "subnet",
    "subnets",
    "pools",
    "pool",
    "option-data",
    "name",
    "code",
    "data",
    "csv-format",
    "reservations",
    "reservation",
    "subnet4",
    "subnet6",
    "shared-networks",
    "Dhcp4",
    "Dhcp6",
    "valid-lifetime",
    "relay",
    "from",
    "limit",
    "identifier-type",
    "identifier",
    "hostname",
    "state",
    "valid-lft",
    "expire",
    "user-context",
    "leases",
    "deleted-leases",
    "max-period",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn no_command_with_whatever_arguments_panics_or_breaks_the_server(
        commands in prop::collection::vec(
            (prop::sample::select((0..COMMANDS.len()).collect::<Vec<_>>()), map(value())),
            1..12,
        )
    ) {
        let mut kit = Kit::new();
        for (place, arguments) in commands {
            let answer = kit.ask(COMMANDS[place].name, arguments);
            prop_assert!(answer["result"].as_u64().is_some_and(|code| code <= 4));
            kit.wait(7);
        }
        kit.check();
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let answer = Kit::new().raw(KeaService::Dhcp6, &bytes);
        prop_assert_eq!(&answer["result"], 1);
        prop_assert!(answer["text"].is_string());
    }

    #[test]
    fn a_text_ends_in_the_same_place_however_it_is_cut(
        value in map(value()),
        trailing in "[ -~]{0,8}",
        cut in 1_usize..9,
    ) {
        let text = format!("{value}{trailing}");
        let mut feed = Feed::default();
        let mut fed = Fed::More;
        for piece in text.as_bytes().chunks(cut) {
            fed = feed.push(piece);
            if fed != Fed::More {
                break;
            }
        }
        prop_assert_eq!(fed, Fed::Complete(value.to_string().len()));
    }
}
