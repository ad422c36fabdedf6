//! Known-good is clean; every other test is known-good plus one mutation.

use super::load::{Loaded, load_text};

const GOOD: &str = "scenario: Everything in its place
start: 2026-03-02T08:00:00Z
seed: 7

estate:
  domains:
    corp.example:
      hosts:
        dc1:
          address: 10.0.0.1
          roles: [dc, dns]
          zones:
            lab.example: { records: { www: [A 10.0.0.80] } }
        dhcp1:
          address: 10.0.0.5
          roles: [dhcp]
          scopes:
            10.0.1.0/24:
              range: 10.0.1.10-10.0.1.250
              exclude: [10.0.1.10-10.0.1.19]
              reservations:
                10.0.1.30: { mac: 02-00-00-00-00-01 }
            10.0.2.0/24: {}
        nps1: { address: 10.0.0.6, roles: [nps] }
        ipam1: { address: 10.0.0.9, roles: [ipam] }
      groups:
        a: { members: [b] }
        b: { members: [] }

faults:
  - name: lossy
    loss: {}
    on: dhcp1
    from: 1m
    until: 2m

steps:
  - Add-IpamDiscoveryDomain: { Name: corp.example }
    fails: IpamApiAccessDenied
  - advance: 2h
  - restart-service: { host: dhcp1, service: DHCPServer }
  - dns-query: { name: dc1.corp.example }
  - expect: { server: dhcp1, access: Blocked }
";

fn loaded(text: &str) -> Loaded {
    let mut loaded = load_text(text.to_owned());
    loaded.build_estate();
    loaded
}

/// Every diagnostic as `line:column message (help)`.
fn told(text: &str) -> Vec<String> {
    let loaded = loaded(text);
    let one = |found: &super::Diagnostic| {
        let place = found.place.unwrap_or_default();
        let help = found.help.as_ref().map(|help| format!(" ({help})"));
        let help = help.unwrap_or_default();
        format!("{}:{} {}{help}", place.line, place.column, found.message)
    };
    loaded.diagnostics.iter().map(one).collect()
}

#[test]
fn the_known_good_scenario_is_clean_and_usable() {
    assert_eq!(told(GOOD), Vec::<String>::new());
    let scenario = loaded(GOOD).scenario.expect("it is good");
    assert_eq!(scenario.steps.len(), 5);
    assert_eq!(scenario.lab.faults.len(), 1);
    assert_eq!(scenario.steps[1].words, ["advance: 2h"]);
}

/// What is changed, into what, and the one diagnostic that must come of it.
const MUTATIONS: &[(&str, &str, &str)] = &[
    // An unknown key.
    (
        "roles: [dhcp]",
        "rolls: [dhcp]",
        "16:11 unknown key `rolls` (did you mean `roles`?)",
    ),
    // A wrong type.
    (
        "seed: 7",
        "seed: seven",
        "3:7 expected a whole number that fits; found `seven`",
    ),
    // A duplicate key.
    (
        "seed: 7",
        "seed: 7\nseed: 8",
        "4:1 the key `seed` is given twice (remove one of them, or merge the two)",
    ),
    // Overlapping scopes.
    (
        "            10.0.2.0/24: {}",
        "            10.0.1.128/25: {}",
        concat!(
            "23:13 scope `10.0.1.128/25` overlaps scope `10.0.1.0/24` (give each ",
            "subnet one scope on a server)",
        ),
    ),
    // A failover partner that cannot be one.
    (
        "            10.0.2.0/24: {}",
        "            10.0.2.0/24: { failover: { relationship: a, partner: dhcp1 } }",
        concat!(
            "23:66 `dhcp1.corp.example` is the server itself (name the other DHCP server ",
            "that has the scope)",
        ),
    ),
    (
        "            10.0.2.0/24: {}",
        "            10.0.2.0/24: { failover: { relationship: a, partner: dc1 } }",
        concat!(
            "23:66 `dc1.corp.example` is no DHCP server (name the other DHCP server ",
            "that has the scope)",
        ),
    ),
    // An exclusion outside its range.
    (
        "exclude: [10.0.1.10-10.0.1.19]",
        "exclude: [10.0.1.5]",
        concat!(
            "20:25 exclusion `10.0.1.5` is not inside the range `10.0.1.10-10.0.1.250` ",
            "(exclude addresses of the range only)",
        ),
    ),
    // A reservation outside its scope.
    (
        "10.0.1.30: { mac",
        "10.0.9.30: { mac",
        concat!(
            "22:17 `10.0.9.30` is outside the range `10.0.1.10-10.0.1.250` of its scope ",
            "(choose an address inside, or widen the scope)",
        ),
    ),
    // Bits after a prefix.
    (
        "            10.0.2.0/24: {}",
        "            10.0.2.7/24: {}",
        "23:13 `10.0.2.7/24` has bits set after its prefix (write `10.0.2.0/24`)",
    ),
    // An unknown host in a step.
    (
        "restart-service: { host: dhcp1",
        "restart-service: { host: dhpc1",
        "41:30 unknown host `dhpc1` (did you mean `dhcp1`?)",
    ),
    // An unknown cmdlet parameter.
    (
        "Add-IpamDiscoveryDomain: { Name:",
        "Add-IpamDiscoveryDomain: { Nmae:",
        "38:32 unknown key `Nmae` (did you mean `Name`?)",
    ),
    // An unknown step.
    (
        "- restart-service:",
        "- restrat-service:",
        "41:5 unknown step `restrat-service` (did you mean `restart-service`?)",
    ),
    // Cyclic groups.
    (
        "b: { members: [] }",
        "b: { members: [a] }",
        concat!(
            r#"27:9 group membership runs in a circle: CORP\a -> CORP\b -> CORP\a; "#,
            "take one of them out",
        ),
    ),
    // An impossible date.
    (
        "start: 2026-03-02T08:00:00Z",
        "start: 2026-02-30T08:00:00Z",
        concat!(
            "2:8 `2026-02-30T08:00:00Z` is not a date: parameter 'day' for ",
            "`2026-02` is invalid, must be in range `1..=28` (write it as ",
            "`2026-03-02T08:00:00Z`)",
        ),
    ),
    // A date outside the calendar.
    (
        "start: 2026-03-02T08:00:00Z",
        "start: 1601-01-01T00:00:00Z",
        concat!(
            "2:8 `1601-01-01T00:00:00Z` is outside the calendar of an estate, 2000 ",
            "to 2099 (write it as `2026-03-02T08:00:00Z`)",
        ),
    ),
    // A duration without a unit.
    (
        "advance: 2h",
        "advance: 2",
        "40:14 `2` is not a duration: write numbers with units, as `90s`, `2h` or `1h 30m`",
    ),
    // Two steps in one entry.
    (
        "  - advance: 2h",
        "  - advance: 2h\n    note: x",
        "40:5 `advance` and `note` are in one entry; begin each step with its own `-`",
    ),
    // A status that does not exist.
    (
        "expect: { server: dhcp1, access: Blocked }",
        "expect: { server: dhcp1, access: Blokced }",
        "43:38 `Blokced` is no access status (did you mean `Blocked`?)",
    ),
    // An expectation without a value.
    (
        "expect: { server: dhcp1, access: Blocked }",
        "expect: { server: dhcp1 }",
        concat!(
            "43:5 the expectation compares nothing (say what the server's `access`, ",
            "or one of its checks, must be)",
        ),
    ),
    // An unknown refusal.
    (
        "fails: IpamApiAccessDenied",
        "fails: IpamApiAcessDenied",
        concat!(
            "39:12 `IpamApiAcessDenied` is not an identifier of a refusal; the ",
            "nearest is `IpamApiAccessDenied`",
        ),
    ),
    // A server without the role.
    (
        "name: dc1.corp.example",
        "server: dhcp1, name: dc1.corp.example",
        "42:26 `dhcp1` has not the role `dns` (add `dns` to the roles of the host)",
    ),
    // A fault on an unknown host.
    (
        "on: dhcp1",
        "on: dhcp7",
        "33:9 unknown host `dhcp7` (did you mean `dhcp1`?)",
    ),
    // A fault of two kinds.
    (
        "loss: {}",
        "loss: {}\n    host-down: dc1",
        "33:16 `loss` and `host-down` are in one fault (declare two faults)",
    ),
    // A fault that ends before it begins.
    (
        "until: 2m",
        "until: 1m",
        "35:12 the fault ends at `1m`, before it begins (give an `until` after `1m`)",
    ),
    // An address used twice.
    (
        "10.0.0.6",
        "10.0.0.5",
        concat!(
            "24:9 `10.0.0.5` is the address of `dhcp1.corp.example` already (give ",
            "each host its own address)",
        ),
    ),
    // A bad record.
    (
        "A 10.0.0.80",
        "A 10.0.0.800",
        concat!(
            "13:45 `A 10.0.0.800` is not a record (write type and data: `A ",
            "10.0.0.1`, `MX 10 mail.corp.example.`)",
        ),
    ),
];

#[test]
fn each_mutation_gives_its_one_diagnostic_in_its_place() {
    for (from, to, wanted) in MUTATIONS {
        assert!(GOOD.contains(from), "{from}");
        let text = GOOD.replacen(from, to, 1);
        assert_eq!(told(&text), [*wanted], "{from} -> {to}");
        assert!(loaded(&text).has_errors());
    }
}

#[test]
fn every_semantic_problem_is_told_at_once() {
    // Mutations of the values; those of the shape end the reading.
    let shapes = [
        "unknown key",
        "unknown step",
        "expected a",
        "given twice",
        "in one entry",
    ];
    let semantic = |wanted: &str| {
        !shapes.iter().any(|shape| wanted.contains(shape))
            && !wanted.contains("not a duration")
            && !wanted.contains("identifier of a refusal")
            // Of what kind the fault is decides what else about it can be wrong.
            && !wanted.contains("in one fault")
    };
    let mut text = GOOD.to_owned();
    let mut made = 0;
    for (from, to, _) in MUTATIONS.iter().filter(|(_, _, wanted)| semantic(wanted)) {
        if text.contains(from) {
            text = text.replacen(from, to, 1);
            made += 1;
        }
    }
    assert!(made > 8, "{made} mutations");
    assert!(told(&text).len() >= made, "{:#?}", told(&text));
}

#[test]
fn a_generated_file_of_many_steps_is_read_and_one_of_too_many_is_refused() {
    let head = GOOD
        .split("steps:")
        .next()
        .expect("the text before the steps");
    let text = |steps: usize| format!("{head}steps:\n{}", "  - advance: 2h\n".repeat(steps));
    let scenario = loaded(&text(20_000)).scenario.expect("it is good");
    assert_eq!(scenario.steps.len(), 20_000);
    let limit = crate::base::limits::STEPS_PER_SCENARIO;
    let told = told(&text(limit + 1));
    assert!(told[0].contains("100001 steps: 100000 at most"), "{told:?}");
}

#[test]
fn what_is_no_scenario_at_all_is_told_so() {
    for (text, wanted) in [
        ("", "the file holds no scenario"),
        ("# only a comment\n", "the file holds no scenario"),
        ("just words", "expected a map"),
        ("[1, 2", "unclosed bracket"),
        ("a: b\n---\nc: d\n", "unknown key `a`"),
        ("scenario: [", "expected a text"),
    ] {
        let told = told(text);
        assert!(
            told.len() == 1 && told[0].contains(wanted),
            "{text:?}: {told:?}"
        );
    }
    let nested = format!("scenario: x\nestate: {}", "[".repeat(5000));
    assert_eq!(told(&nested).len(), 1);
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        let loaded = loaded(text);
        let (text, diagnostics) = (&loaded.text, &loaded.diagnostics);
        let path = std::path::Path::new("x.yaml");
        let rendered = crate::scenario::diagnostic::Rendered {
            path,
            text,
            diagnostics,
            colour: false,
        };
        rendered.to_string()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

        #[test]
        fn arbitrary_text_is_refused_in_words(text in any::<String>()) {
            prop_assert!(!shown(&text).is_empty());
        }

        #[test]
        fn a_damaged_scenario_is_read_or_refused_in_words(
            cuts in proptest::collection::vec((0.0..1.0_f64, 0_usize..12, "[ -~\n]{0,6}"), 1..5),
        ) {
            let mut text: Vec<char> = GOOD.chars().collect();
            for (at, length, instead) in cuts {
                let from = ((text.len() as f64) * at) as usize;
                let to = (from + length).min(text.len());
                text.splice(from..to, instead.chars());
            }
            let text: String = text.into_iter().collect();
            let usable = loaded(&text).scenario.is_some();
            prop_assert!(usable || !shown(&text).is_empty());
        }
    }
}
