//! `run --report`: one HTML file, whole or not at all. What it shows in a browser is tested in
//! `tests/report`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use super::{Place, code, err, good, out};

fn three(name: &str) -> Place {
    let place = Place::new(name);
    place.write("first/good.yaml", good("Good", "a"));
    assert_eq!(code(&place.run(&["run", "--accept"])), 0);
    let wrong = good("Wrong", "a").replace("answers: [10.0.0.1]", "answers: [10.0.0.2]");
    place.write("first/wrong.yaml", wrong);
    place.write("first/zbroken.yaml", "scenario: [\n");
    place
}

#[test]
fn a_report_is_written_beside_what_is_told_and_equal_whatever_the_jobs() {
    let place = three("report");
    let run = place.run(&["run", "-j", "1", "--report", "one.html"]);
    assert_eq!(code(&run), 2, "{}", err(&run));
    assert!(out(&run).contains("1 passed, 1 failed"), "{}", out(&run));
    let one = fs::read_to_string(place.0.join("one.html")).unwrap();
    for wanted in [
        "Good",
        "Wrong",
        "zbroken.yaml",
        "wanted 10.0.0.2, found 10.0.0.1",
    ] {
        assert!(one.contains(wanted), "{wanted}");
    }
    for place_of_this_machine in [place.0.to_str().unwrap(), env!("CARGO_MANIFEST_DIR")] {
        assert!(!one.contains(place_of_this_machine));
    }
    let mut named = place.command();
    named.env("IPAMLAB_REPORT", "many.html");
    assert_eq!(code(&named.args(["run", "-j", "8"]).output().unwrap()), 2);
    let many = fs::read_to_string(place.0.join("many.html")).unwrap();
    assert!(one == many, "equal runs give equal bytes");
}

#[test]
fn the_scenario_alone_is_run_again_by_the_command_of_its_report() {
    let place = three("report-again");
    place.run(&["run", "--seed", "9", "--report", "one.html", "wrong"]);
    let page = fs::read_to_string(place.0.join("one.html")).unwrap();
    let (_, rest) = page.split_once("<code>ipamlab ").unwrap();
    let again = rest.split_once("</code>").unwrap().0.replace("&#x2f;", "/");
    assert_eq!(again, "run --seed=9 scenarios/first/wrong.yaml");
    let words: Vec<&str> = again.split(' ').collect();
    let run = place.run(&words);
    assert_eq!(code(&run), 1);
    assert!(out(&run).contains("found 10.0.0.1"), "{}", out(&run));
}

#[test]
fn a_report_and_a_capture_in_one_run_show_the_same_traffic() {
    let place = three("report-pcap");
    let run = place.run(&["run", "good", "--report", "one.html", "--pcap", "both"]);
    assert_eq!(code(&run), 0, "{}", err(&run));
    let run = place.run(&["run", "good", "--pcap", "alone"]);
    assert_eq!(code(&run), 0, "{}", err(&run));
    let capture = |folder: &str| {
        let file = place.0.join(folder).join("first__good.pcapng");
        fs::read(file).unwrap()
    };
    assert!(capture("both") == capture("alone"));
}

/// Every file of a folder.
fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_path_that_cannot_be_written_is_told_before_anything_runs() {
    let place = three("report-path");
    fs::create_dir(place.0.join("folder")).unwrap();
    fs::write(place.0.join("file"), "kept").unwrap();
    for (path, why) in [
        (
            "folder",
            "error: `folder` cannot be written: this is a folder",
        ),
        (
            "absent/r.html",
            "error: `absent/r.html` cannot be written: No such file",
        ),
        (
            "file/r.html",
            "error: `file/r.html` cannot be written: Not a directory",
        ),
    ] {
        let run = place.run(&["run", "good", "--report", path]);
        assert_eq!(code(&run), 2, "{path}");
        assert!(err(&run).starts_with(why), "{}", err(&run));
        assert_eq!(out(&run), "", "{path}");
    }
    assert_eq!(names(&place.0.join("folder")), Vec::<String>::new());
    assert_eq!(fs::read_to_string(place.0.join("file")).unwrap(), "kept");
}

#[test]
fn on_a_full_disk_the_earlier_report_stays_and_nothing_half_written_is_left() {
    let place = three("report-full");
    let before = names(&place.0);
    fs::write(place.0.join("r.html"), "an earlier report").unwrap();
    // No file may grow beyond 16 KiB, which a report does; the signal of it is not wanted.
    let full = "trap '' XFSZ; ulimit -f 16; exec \"$0\" run good --report r.html";
    let run = Command::new("bash")
        .args(["-c", full, env!("CARGO_BIN_EXE_ipamlab")])
        .current_dir(&place.0)
        .env("XDG_CACHE_HOME", place.0.join("cache"))
        .output()
        .unwrap();
    assert_eq!(code(&run), 2, "{}", err(&run));
    let why = "error: `r.html` cannot be written: File too large";
    assert!(err(&run).contains(why), "{}", err(&run));
    assert!(
        out(&run).contains("1 passed"),
        "the run itself is told: {}",
        out(&run)
    );
    let kept = fs::read_to_string(place.0.join("r.html")).unwrap();
    assert_eq!(kept, "an earlier report");
    let after: Vec<String> = names(&place.0)
        .into_iter()
        .filter(|name| name != "r.html")
        .collect();
    assert_eq!(after, before);
}

#[test]
fn an_earlier_report_is_replaced_whole() {
    let place = three("report-replaced");
    fs::write(place.0.join("r.html"), "an earlier report").unwrap();
    let run = place.run(&["run", "good", "--report", "r.html"]);
    assert_eq!(code(&run), 0, "{}", err(&run));
    let file = place.0.join("r.html");
    assert!(fs::read_to_string(&file).unwrap().ends_with("</html>\n"));
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o400, 0o400, "who wrote it can read it");
}

#[test]
fn a_hundred_shipped_scenarios_are_less_than_a_megabyte() {
    let place = Place::new("report-size");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = Command::new(env!("CARGO_BIN_EXE_ipamlab"))
        .current_dir(root)
        .args(["list", "--json"])
        .output()
        .unwrap();
    let files: Vec<String> = out(&listed)
        .lines()
        .take(100)
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["file"].clone())
        .map(|file| file.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(files.len(), 100);
    let report = place.0.join("r.html");
    let run = |jobs: &str| {
        let run = Command::new(env!("CARGO_BIN_EXE_ipamlab"))
            .current_dir(root)
            .args(["run", "-j", jobs, "--format", "tap", "--report"])
            .arg(&report)
            .args(&files)
            .env("XDG_CACHE_HOME", place.0.join("cache"))
            .output()
            .unwrap();
        assert_eq!(code(&run), 0, "{}", err(&run));
        fs::read(&report).unwrap()
    };
    let (one, eight) = (run("1"), run("8"));
    assert!(one.len() < 1_000_000, "{} bytes", one.len());
    assert!(one == eight, "equal whatever the jobs");
    let text = String::from_utf8(one).unwrap();
    assert_eq!(text.matches("<li class=\"case passed\"").count(), 100);
    assert_eq!(
        text.matches("type=\"application/octet-stream\"").count(),
        100
    );
}
