//! Results for programs: each format read back by somebody else's reader, or held against its
//! published schema.
//!
//! Where a reader is not installed its test says so and passes; `IPAMLAB_REQUIRE_TOOLS=1`, as CI
//! sets it, makes that a failure.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use super::{Place, code, err, good, out};

/// One scenario that passes, one that fails at a step, one that cannot be run.
fn three(name: &str) -> Place {
    let place = Place::new(name);
    place.write("first/good.yaml", good("Good#1 <one>", "a"));
    assert_eq!(code(&place.run(&["run", "--accept"])), 0);
    let wrong = good("Wrong", "a").replace("answers: [10.0.0.1]", "answers: [10.0.0.2]");
    place.write("first/wrong.yaml", wrong);
    place.write("first/zbroken.yaml", "scenario: [\n");
    place
}

/// What a reader says of `input`; `None` when it is not installed, which CI forbids.
fn read_by(command: &mut Command, input: &str) -> Option<String> {
    let child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let read = child.ok().map(|mut child| {
        let mut to = child.stdin.take().unwrap();
        // A reader that ends early is told of below.
        let _ = to.write_all(input.as_bytes());
        drop(to);
        child.wait_with_output().unwrap()
    });
    // Python's exit code when a module is missing is that of any mistake; its words are not.
    let installed = read
        .as_ref()
        .is_some_and(|read| !err(read).contains("ModuleNotFoundError"));
    if !installed {
        let required = std::env::var_os("IPAMLAB_REQUIRE_TOOLS").is_some();
        assert!(!required, "{command:?} is not installed");
        eprintln!("skipped: {command:?} is not installed");
        return None;
    }
    let read = read?;
    assert!(
        read.status.success() || out(&read).contains("Result: FAIL"),
        "{}{}",
        out(&read),
        err(&read)
    );
    Some(out(&read))
}

/// Debian's own, which sees the modules of Debian's packages.
const PYTHON: &str = "/usr/bin/python3";

const JUNIT: &str = "
import sys, io, junitparser
xml = junitparser.JUnitXml.fromroot(
    __import__('xml.etree.ElementTree', fromlist=['x']).fromstring(sys.stdin.buffer.read()))
print(xml.tests, xml.failures, xml.errors)
for suite in xml:
    print(suite.name)
    for case in suite:
        kinds = [type(result).__name__ for result in case.result]
        print(case.name, kinds, [result.message for result in case.result])
";

#[test]
fn junit_is_read_by_junitparser() {
    let place = three("junit");
    let run = place.run(&["run", "--format", "junit"]);
    assert_eq!(code(&run), 2, "a file cannot be run");
    let Some(read) = read_by(Command::new(PYTHON).args(["-c", JUNIT]), &out(&run)) else {
        return;
    };
    let lines: Vec<&str> = read.lines().collect();
    assert_eq!(lines[0], "3 1 1");
    assert_eq!(lines[1], "scenarios/first");
    assert_eq!(lines[2], "good.yaml: Good#1 <one> [] []");
    assert!(lines[3].starts_with("wrong.yaml: Wrong ['Failure'] ['dc1.corp.example A: wanted"));
    assert!(lines[4].starts_with("zbroken.yaml ['Error']"), "{read}");
}

#[test]
fn tap_is_read_by_prove() {
    let place = three("tap");
    let run = place.run(&["run", "--format", "tap"]);
    let file = place.0.join("results.tap");
    fs::write(&file, out(&run)).unwrap();
    let mut prove = Command::new("prove");
    prove.args(["--exec", "cat", "-v"]).arg(&file);
    let Some(read) = read_by(&mut prove, "") else {
        return;
    };
    assert!(read.contains("Failed 2/3 subtests"), "{read}");
    assert!(read.contains("Failed tests:  2-3"), "{read}");
    assert!(
        read.contains("not ok 2 - scenarios/first/wrong.yaml Wrong"),
        "{read}"
    );
}

const SCHEMA: &str = "
import sys, json, jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
lines = [json.loads(line) for line in sys.stdin]
for line in lines:
    validator.validate(line)
broken = dict(lines[0]); broken['verdict'] = 'perhaps'
assert not validator.is_valid(broken)
del broken['verdict']
assert not validator.is_valid(broken)
print(' '.join(line['verdict'] for line in lines))
";

#[test]
fn json_lines_are_valid_by_the_published_schema() {
    let place = three("json");
    let run = place.run(&["run", "--format", "json"]);
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/result.schema.json");
    let mut python = Command::new(PYTHON);
    python.args(["-c", SCHEMA, schema]);
    let Some(read) = read_by(&mut python, &out(&run)) else {
        return;
    };
    assert_eq!(read.trim(), "passed failed unusable");
}

#[test]
fn annotations_name_file_and_line_and_the_log_ends_with_the_counts() {
    let place = three("github");
    let run = place.run(&["run", "--format", "github"]);
    let text = out(&run);
    let lines: Vec<&str> = text.lines().collect();
    // The expectation is the second step, on line 11 of the file.
    let begins = "::error file=scenarios/first/wrong.yaml,line=11,title=Wrong::step 2 at ";
    assert!(lines[0].starts_with(begins), "{text}");
    assert!(
        text.contains("::error file=scenarios/first/zbroken.yaml,line="),
        "{text}"
    );
    assert_eq!(*lines.last().unwrap(), "1 passed, 1 failed");
    assert!(
        lines[..lines.len() - 1]
            .iter()
            .all(|line| line.starts_with("::error "))
    );
}

#[test]
fn a_junit_file_is_written_beside_what_people_read() {
    let place = three("beside");
    let human = out(&place.run(&["run"]));
    let run = place.run(&["run", "--junit", "results.xml"]);
    assert_eq!(out(&run), human, "what people read does not change");
    let file = fs::read_to_string(place.0.join("results.xml")).unwrap();
    assert_eq!(file, out(&place.run(&["run", "--format", "junit"])));
    let left: Vec<String> = fs::read_dir(&place.0)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("results"))
        .collect();
    assert_eq!(left, ["results.xml"]);
}

#[test]
fn a_junit_file_that_cannot_be_written_is_told_before_anything_runs() {
    let place = three("unwritable");
    fs::write(place.0.join("kept.xml"), "earlier").unwrap();
    for (path, why) in [
        (
            "absent/results.xml",
            "`absent/results.xml` cannot be written: No such file",
        ),
        (
            "scenarios",
            "`scenarios` cannot be written: this is a folder",
        ),
        (
            "kept.xml/results.xml",
            "`kept.xml/results.xml` cannot be written: Not a directory",
        ),
    ] {
        let run = place.run(&["run", "--junit", path]);
        assert_eq!(code(&run), 2, "{path}");
        assert!(err(&run).contains(why), "{}", err(&run));
        assert_eq!(out(&run), "", "nothing was run");
    }
    assert_eq!(
        fs::read_to_string(place.0.join("kept.xml")).unwrap(),
        "earlier"
    );
}

#[test]
fn a_full_disk_is_told_and_is_no_success() {
    let place = three("full");
    // Every write to this device fails as on a full disk.
    let run = Command::new("bash")
        .current_dir(&place.0)
        .args(["-c", "exec \"$0\" run good --format json > /dev/full"])
        .arg(env!("CARGO_BIN_EXE_ipamlab"))
        .output()
        .unwrap();
    assert_eq!(code(&run), 2, "what was lost is no success");
    let why = "error: the results could not be told: No space left on device";
    assert!(err(&run).contains(why), "{}", err(&run));
    assert!(!err(&run).contains("panicked"), "{}", err(&run));
}

#[test]
fn what_a_full_disk_does_not_take_is_no_success_of_any_command() {
    let place = three("full-each");
    for words in [
        "list",
        "list --json",
        "schema",
        "completions bash",
        "man",
        "explain scenarios/first/good.yaml --server dc1",
        "compare scenarios/first/good.yaml scenarios/first/good.yaml",
    ] {
        let run = Command::new("bash")
            .current_dir(&place.0)
            .args(["-c", &format!("exec \"$0\" {words} > /dev/full")])
            .arg(env!("CARGO_BIN_EXE_ipamlab"))
            .output()
            .unwrap();
        assert_eq!(code(&run), 2, "{words}: {}", err(&run));
        let why = "error: the text could not be written: No space left on device";
        assert!(err(&run).contains(why), "{words}: {}", err(&run));
    }
}

#[test]
fn an_export_makes_no_database_of_a_mistyped_name() {
    let place = three("mistyped");
    let run = Command::new(env!("CARGO_BIN_EXE_ipamlab"))
        .current_dir(&place.0)
        .args(["export", "--kind", "address", "--database", "absent.db"])
        .output()
        .unwrap();
    assert_eq!(code(&run), 2);
    assert!(err(&run).contains("absent.db"), "{}", err(&run));
    assert!(!place.0.join("absent.db").exists());
}
