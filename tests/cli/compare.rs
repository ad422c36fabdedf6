//! `compare` as scripts meet it: points, pairs, exit codes, both formats.

use super::{Place, code, err, good, out};

fn prepared(more: &str) -> String {
    let text = good("One", "a");
    let open = "ipam1: { address: 10.0.0.9, roles: [ipam] }";
    let dhcp = "dhcp1: { address: 10.0.0.5, roles: [dhcp], prepared: true }";
    text.replace(open, &format!("{open}\n        {dhcp}")) + more
}

const LESS: &str = "  - mark: whole
  - disable-firewall-rule: { host: dhcp1, rules: [DHCP Server (RPC-In)] }
  - mark: less
";

const BY_ACCOUNT: &str =
    "  - add-local-group-member: { host: dhcp1, group: DHCP Users, member: CORP\\ipam1$ }
  - remove-local-group-member: { host: dhcp1, group: DHCP Users, member: CORP\\IPAMUG }
";

#[test]
fn a_scenario_equals_itself_and_what_is_granted_another_way() {
    let place = Place::new("compare-same");
    place
        .write("first/one.yaml", prepared(""))
        .write("first/two.yaml", prepared(BY_ACCOUNT));
    for other in ["one", "two"] {
        let other = format!("scenarios/first/{other}.yaml");
        let compared = place.run(&["compare", "scenarios/first/one.yaml", &other]);
        assert_eq!(code(&compared), 0, "{}", err(&compared));
        let text = out(&compared);
        assert_eq!(text.lines().last(), Some("equivalent"), "{text}");
    }
}

#[test]
fn two_points_of_one_scenario_are_named_by_number_or_by_mark() {
    let place = Place::new("compare-points");
    place.write("first/one.yaml", prepared(LESS));
    let told = |a: &str, b: &str| {
        let point = |point: &str| format!("scenarios/first/one.yaml{point}");
        let compared = place.run(&["compare", &point(a), &point(b)]);
        assert_eq!(code(&compared), 1, "{}", err(&compared));
        let text = out(&compared);
        text.lines().skip(2).map(str::to_owned).collect::<Vec<_>>()
    };
    let wanted = [
        "different: 1 setting",
        "dhcp1.corp.example",
        "  DHCP RPC: Unblocked in A, Blocked in B",
        "  missing on B: firewall rule `DHCP Server (RPC-In)` (dhcp-rpc-in)",
        "      netsh advfirewall firewall set rule name=\"DHCP Server (RPC-In)\" new enable=yes",
    ];
    assert_eq!(told("@whole", "@less"), wanted);
    assert_eq!(told("@whole", ""), wanted);
    assert_eq!(told("@3", "@4"), wanted);
    assert_eq!(told("@0", "@5"), wanted);
    let turned = told("@less", "@whole");
    assert!(turned[3].starts_with("  missing on A: "), "{turned:?}");
}

#[test]
fn a_program_reads_the_same() {
    let place = Place::new("compare-json");
    place.write("first/one.yaml", prepared(LESS));
    let (a, b) = (
        "scenarios/first/one.yaml@whole",
        "scenarios/first/one.yaml@less",
    );
    let compared = place.run(&["compare", a, b, "--format", "json"]);
    assert_eq!(code(&compared), 1);
    let value: serde_json::Value = serde_json::from_str(&out(&compared)).unwrap();
    assert_eq!(value["equivalent"], false);
    assert_eq!(value["a"]["steps"], 3);
    assert_eq!(value["b"]["account"], "CORP\\ipam1$");
    let gap = &value["servers"][0]["gaps"][0];
    assert_eq!(gap["id"], "dhcp-rpc-in");
    assert_eq!(gap["missing-on"], "B");
    assert_eq!(gap["more-than-needed"], false);
    assert_eq!(value["servers"][0]["gaps"].as_array().unwrap().len(), 1);
}

#[test]
fn servers_of_one_side_are_told_and_can_be_paired() {
    let place = Place::new("compare-map");
    place
        .write("first/one.yaml", prepared(""))
        .write("first/two.yaml", prepared("").replace("dhcp1", "dhcp7"));
    let files = ["scenarios/first/one.yaml", "scenarios/first/two.yaml"];
    let compare = |more: &[&str]| place.run(&[&["compare"], &files[..], more].concat());
    let apart = compare(&[]);
    assert_eq!(code(&apart), 1);
    let text = out(&apart);
    assert!(
        text.contains("different: 2 servers on one side only"),
        "{text}"
    );
    assert!(text.contains("dhcp1.corp.example: only in A"), "{text}");
    assert!(text.contains("dhcp7.corp.example: only in B"), "{text}");
    let paired = compare(&["--map", "dhcp1=dhcp7.corp.example"]);
    assert_eq!(code(&paired), 0, "{}", out(&paired));
    for (map, told) in [
        ("dhcp1=dhcp9", "two.yaml has no server `dhcp9`"),
        (
            "dhcp1",
            "`dhcp1` is not a pair of servers: write `dhcp1=dhcp2`",
        ),
    ] {
        let wrong = compare(&["--map", map]);
        assert_eq!(code(&wrong), 2);
        assert!(err(&wrong).contains(told), "{}", err(&wrong));
    }
}

#[test]
fn a_point_that_is_not_there_ends_with_2() {
    let place = Place::new("compare-bad");
    place.write("first/one.yaml", prepared(LESS));
    for (point, told) in [
        (
            "one.yaml@6",
            "there is no step `6`: scenarios/first/one.yaml has 5 steps",
        ),
        (
            "one.yaml@befroe",
            "has no point `befroe`: give a step's number",
        ),
        ("absent.yaml", "absent.yaml"),
    ] {
        let point = format!("scenarios/first/{point}");
        let wrong = place.run(&["compare", "scenarios/first/one.yaml", &point]);
        assert_eq!(code(&wrong), 2, "{point}");
        assert!(err(&wrong).contains(told), "{}", err(&wrong));
    }
}

#[test]
fn a_step_that_compares_nothing_or_an_unknown_point_is_told_with_its_place() {
    let place = Place::new("compare-steps");
    for (steps, told) in [
        ("  - compare: {}\n", "the comparison has not two sides"),
        (
            "  - mark: before\n  - compare: { with: befor }\n",
            "did you mean `before`?",
        ),
        (
            "  - compare: { with: before }\n  - mark: before\n",
            "no point is marked `before` before this step",
        ),
        (
            "  - mark: before\n  - mark: before\n",
            "two points are marked",
        ),
        ("  - mark: \"12\"\n", "`12` is no name for a point"),
        ("  - compare: { servers: [dhcp1, dhcp9] }\n", "dhcp9"),
    ] {
        place.write("first/one.yaml", prepared(steps));
        let check = place.run(&["check", "scenarios/first/one.yaml"]);
        assert_eq!(code(&check), 2, "{steps}");
        let text = err(&check);
        assert!(text.contains(told), "{steps}{text}");
        assert!(text.contains("scenarios/first/one.yaml:"), "{text}");
    }
}

#[test]
fn a_comparison_that_comes_out_otherwise_fails_the_run() {
    let place = Place::new("compare-expect");
    let steps =
        |differs: &str| format!("{LESS}  - compare: {{ with: whole, differs: [{differs}] }}\n");
    for (differs, exit) in [("dhcp-rpc-in", 0), ("", 1), ("dhcp-users", 1)] {
        place.write("first/one.yaml", prepared(&steps(differs)));
        let run = place.run(&["run", "--accept"]);
        assert_eq!(code(&run), exit, "{differs}: {}", out(&run));
    }
}
