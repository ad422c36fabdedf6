//! Bad input: a known-good scenario with one mistake gives one diagnostic, with place and remedy.

use std::fs;
use std::time::{Duration, Instant};

use super::{Place, code, err, good, out};

/// A scenario with a DHCP server, to make mistakes in.
const GOOD: &str = "\
scenario: Good
start: 2026-03-02T08:00:00Z
estate:
  domains:
    corp.example:
      groups: { a: { members: [b] }, b: {} }
      hosts:
        dc1: { address: 10.0.0.1, roles: [dc, dns] }
        dhcp1: { address: 10.0.0.5, roles: [dhcp], scopes: \
            {10.0.1.0/24: {range: 10.0.1.10-10.0.1.99}} }
        ipam1: { address: 10.0.0.9, roles: [ipam] }
steps:
  - Set-IpamAddress: { IpAddress: 10.0.1.10, ExpiryDate: 2026-04-01 }
  - restart-service: { host: dhcp1, service: DHCPServer }
";

/// What is replaced, by what, where the diagnostic points, its words, its remedy.
const MISTAKES: &[[&str; 5]] = &[
    [
        "roles: [dhcp]",
        "rolls: [dhcp]",
        "9:37",
        "unknown key `rolls`",
        "did you mean `roles`?",
    ],
    [
        "roles: [dhcp]",
        "roles: dhcp",
        "9:44",
        "found `dhcp`",
        "expected a list: `[a, b]`",
    ],
    [
        "start:",
        "seed: soon\nstart:",
        "2:7",
        "found `soon`",
        "expected a whole number",
    ],
    [
        "start:",
        "scenario: Two\nstart:",
        "2:1",
        "the key `scenario` is given twice",
        "remove one",
    ],
    [
        "{10.0.1.0/24",
        "{10.0.0.0/16: {}, 10.0.1.0/24",
        "9:78",
        "scope `10.0.1.0/24` overlaps scope `10.0.0.0/16`",
        "give each subnet one scope",
    ],
    [
        "range: 10.0.1.10-10.0.1.99",
        "range: 10.0.2.10-10.0.2.99",
        "9:82",
        "`10.0.2.10-10.0.2.99` is not inside its scope `10.0.1.0/24`",
        "write addresses of `10.0.1.1-10.0.1.254`",
    ],
    [
        "{ host: dhcp1",
        "{ host: dchp1",
        "13:30",
        "unknown host `dchp1`",
        "did you mean `dhcp1`?",
    ],
    [
        "ExpiryDate:",
        "ExpireDate:",
        "12:46",
        "unknown key `ExpireDate`",
        "did you mean `ExpiryDate`?",
    ],
    [
        "Set-IpamAddress:",
        "Set-IpamAdress:",
        "12:5",
        "unknown step `Set-IpamAdress`",
        "did you mean `Set-IpamAddress`?",
    ],
    [
        "b: {}",
        "b: { members: [a] }",
        "6:17",
        "group membership runs in a circle",
        "take one of them out",
    ],
    [
        "2026-03-02",
        "2026-02-30",
        "2:8",
        "`2026-02-30T08:00:00Z` is not a date",
        "write it as",
    ],
    [
        "2026-04-01",
        "2026-13-01",
        "12:58",
        "`2026-13-01` is not a date",
        "write it as",
    ],
];

#[test]
fn every_mistake_gives_one_diagnostic_with_place_value_and_remedy() {
    let place = Place::new("mistakes");
    place.write("good.yaml", GOOD);
    let check = place.run(&["check", "scenarios/good.yaml"]);
    assert_eq!(code(&check), 0, "{}", err(&check));
    for [was, is, at, words, remedy] in MISTAKES {
        assert_eq!(GOOD.matches(was).count(), 1, "`{was}` is there once");
        place.write("bad.yaml", GOOD.replace(was, is));
        for command in ["check", "run"] {
            let run = place.run(&[command, "scenarios/bad.yaml"]);
            let told = err(&run);
            assert_eq!(code(&run), 2, "{is}: {told}");
            for part in [&format!("scenarios/bad.yaml:{at}]"), *words, *remedy] {
                assert!(told.contains(part), "{is}: `{part}` is not in\n{told}");
            }
            assert_eq!(
                told.matches('×').count(),
                1,
                "{is}: one diagnostic in\n{told}"
            );
        }
    }
}

#[test]
fn what_is_no_yaml_text_is_named_with_its_remedy() {
    let place = Place::new("no-yaml");
    fs::create_dir_all(place.0.join("scenarios/folder.yaml")).unwrap();
    place
        .write("latin.yaml", b"scenario: Gr\xfc\xdfe\n")
        .write("open.yaml", "scenario: [\n")
        .write("binary.yaml", b"%PDF-1.4 \x00\x01 }{")
        .write("empty.yaml", "")
        .write("list.yaml", "- a\n- b\n")
        .write("two.yaml", format!("{GOOD}---\n{GOOD}"));
    for (file, words) in [
        ("latin", "byte 12 (0xfc, on line 1) is not UTF-8"),
        ("open", "open.yaml:1:11]"),
        ("binary", "binary.yaml:1:"),
        ("empty", "begin with `scenario:`"),
        ("list", "expected a map"),
        ("two", "a second document begins here"),
    ] {
        let check = place.run(&["check", &format!("scenarios/{file}.yaml")]);
        assert_eq!(code(&check), 2, "{file}: {}", err(&check));
        assert!(err(&check).contains(words), "{file}: {}", err(&check));
        assert_eq!(err(&check).matches('×').count(), 1, "{}", err(&check));
    }
    for (file, words) in [("folder", "is a folder"), ("absent", "does not exist")] {
        for command in [&["serve"][..], &["explain", "--server", "dc1"]] {
            let file = format!("scenarios/{file}.yaml");
            let run = place.run(&[command, &[file.as_str()]].concat());
            assert_eq!(code(&run), 2, "{command:?}");
            assert!(err(&run).contains(words), "{}", err(&run));
        }
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the time of another process")]
fn files_made_to_be_large_or_deep_are_told_about_quickly() {
    let place = Place::new("large");
    let head = GOOD.split("  - Set").next().unwrap();
    let bomb = (b'b'..=b'k').fold("a: &a [x, x, x, x, x, x, x, x]\n".to_owned(), |text, c| {
        let (own, other) = (char::from(c), char::from(c - 1));
        let items = vec![format!("*{other}"); 8].join(", ");
        format!("{text}{own}: &{own} [{items}]\n")
    });
    let hosts = (0..30_000).map(|number| {
        let (high, low) = (number / 250, number % 250 + 1);
        format!("        h{number}: {{ address: 10.9.{high}.{low} }}\n")
    });
    let many_hosts = GOOD.replace(
        "steps:\n",
        &format!("{}steps:\n", hosts.collect::<String>()),
    );
    for (name, text, wanted) in [
        (
            "steps",
            format!("{head}{}", "  - advance: 1ms\n".repeat(100_000)),
            0,
        ),
        (
            "bad-steps",
            format!("{head}{}", "  - advanse: 1ms\n".repeat(100_000)),
            2,
        ),
        (
            "too-many",
            format!("{head}{}", "  - advance: 1ms\n".repeat(100_001)),
            2,
        ),
        (
            "bad-hosts",
            format!(
                "{head}{}",
                "  - refresh-server-access-status: [x]\n".repeat(20_000)
            ),
            2,
        ),
        (
            "deep-list",
            format!("{head}  - advance: {}\n", "[".repeat(100_000)),
            2,
        ),
        (
            "deep-map",
            format!("{head}  - advance: {}\n", "{ a: ".repeat(100_000)),
            2,
        ),
        ("bomb", format!("{bomb}{GOOD}"), 2),
        ("tag-bomb", format!("{}tags: *k\n", bomb), 2),
        ("hosts", many_hosts, 0),
    ] {
        place.write(&format!("{name}.yaml"), text);
        let began = Instant::now();
        let check = place.run(&["check", &format!("scenarios/{name}.yaml")]);
        assert_eq!(code(&check), wanted, "{name}: {}", err(&check));
        assert!(err(&check).len() < 64 * 1024, "{name} tells too much");
        // A debug build on a busy machine; what is not linear takes minutes.
        assert!(began.elapsed() < Duration::from_secs(40), "{name}");
    }
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let place = Place::new("unwritable");
    place.write("first/one.yaml", good("One", "a"));
    // A file in the folder's place stops everybody, the superuser too.
    fs::write(place.0.join("snapshots"), "in the way").unwrap();
    let accept = place.run(&["run", "--accept"]);
    assert_eq!(code(&accept), 1);
    assert!(
        err(&accept).contains("snapshots/first__one.snap"),
        "{}",
        err(&accept)
    );
    fs::write(place.0.join("notes.db"), "no database").unwrap();
    let other = rusqlite::Connection::open(place.0.join("other.db")).unwrap();
    other
        .execute_batch("CREATE TABLE mine (a); INSERT INTO mine VALUES (7)")
        .unwrap();
    for (file, words) in [
        ("absent/x.db", "absent/x.db"),
        ("scenarios", "scenarios"),
        ("notes.db", "give an empty or absent file"),
        ("other.db", "give an empty or absent one"),
    ] {
        let run = place.run(&["run", "--database", file]);
        assert_eq!(code(&run), 2, "{file}: {}", err(&run));
        assert!(err(&run).contains(words), "{file}: {}", err(&run));
    }
    let kept: i64 = other
        .query_row("SELECT a FROM mine", (), |row| row.get(0))
        .unwrap();
    assert_eq!(kept, 7, "another application's rows are left alone");
    let tables = "SELECT count(*) FROM sqlite_master";
    let tables: i64 = other.query_row(tables, (), |row| row.get(0)).unwrap();
    assert_eq!(tables, 1, "and nothing is added to them");
    place.write("first/two.yaml", good("Two", "a"));
    let two = place.run(&["run", "--database", "new.db"]);
    assert_eq!(code(&two), 2);
    assert!(err(&two).contains("2 are chosen"), "{}", err(&two));
}

#[test]
fn explain_tells_the_nearest_host_the_last_step_and_that_nothing_is_missing() {
    let place = Place::new("explain-words");
    place.write("first/one.yaml", good("One", "a"));
    let explain = |more: &[&str]| {
        place.run(&[&["explain", "scenarios/first/one.yaml", "--server"], more].concat())
    };
    let unknown = explain(&["dc11"]);
    assert_eq!(code(&unknown), 2);
    assert!(
        err(&unknown).contains("did you mean `dc1`?"),
        "{}",
        err(&unknown)
    );
    let late = explain(&["dc1", "--after", "9"]);
    assert_eq!(code(&late), 2);
    assert!(
        err(&late).contains("there is no step `9`"),
        "{}",
        err(&late)
    );
    let blocked = explain(&["dc1"]);
    assert!(!out(&blocked).contains("nothing is missing"));
    let prepared = good("One", "a").replace("roles: [dc, dns]", "roles: [dc, dns], prepared: true");
    let used = "  - Invoke-IpamServerProvisioning: { ProvisioningMethod: Manual }
  - Add-IpamServerInventory: { Name: dc1.corp.example, ServerType: [DC, DNS] }
  - refresh-server-access-status: [dc1]
";
    place.write("first/one.yaml", prepared + used);
    let open = explain(&["dc1"]);
    assert_eq!(code(&open), 0);
    assert!(
        out(&open).ends_with("nothing is missing\n"),
        "{}",
        out(&open)
    );
}
