//! `import` and `export` of a database that no engine has open.

use std::fs;

use super::{Place, code};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The error reports of `hosts.csv`, by name.
fn reports(place: &Place) -> Vec<String> {
    let names = fs::read_dir(&place.0).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut reports: Vec<String> = names
        .filter(|name| name.starts_with("Error_hosts_"))
        .collect();
    reports.sort();
    reports
}

#[test]
fn a_file_goes_in_and_comes_out_and_bad_rows_are_a_finding() {
    let place = Place::new("transfer");
    let csv = "IPAddress,DeviceName\n10.0.0.1,web1\n10.0.0.300,web2\n";
    fs::write(place.0.join("hosts.csv"), csv).unwrap();
    let import = [
        "import",
        "hosts.csv",
        "--kind",
        "address",
        "--database",
        "ipam.db",
    ];
    let done = place.run(&[&import[..], &["--create"]].concat());
    let told = text(&done.stderr);
    assert_eq!(code(&done), 1, "{told}");
    assert!(told.contains("created the database ipam.db"), "{told}");
    assert!(
        told.contains("2 rows: 1 added, 0 updated, 0 unchanged, 1 failed"),
        "{told}"
    );
    assert!(told.contains("row 3, IPAddress `10.0.0.300`"), "{told}");
    assert_eq!(reports(&place).len(), 1);
    // Within the same second, or in the next: no report takes the place of another.
    let again = place.run(&[&import[..], &["--create"]].concat());
    assert!(!text(&again.stderr).contains("created"));
    let kept = reports(&place);
    assert_eq!(kept.len(), 2, "{kept:?}");
    let told_last = kept
        .iter()
        .filter(|name| text(&again.stderr).contains(*name));
    assert_eq!(told_last.count(), 1, "{kept:?}");

    let export = ["export", "--kind", "address", "--database", "ipam.db"];
    let done = place.run(&export);
    assert_eq!(code(&done), 0);
    let csv = text(&done.stdout);
    assert!(csv.starts_with("\"IPAddress\","), "{csv}");
    assert!(
        csv.contains("\"10.0.0.1\"") && csv.contains("\"web1\""),
        "{csv}"
    );
    fs::write(place.0.join("hosts.csv"), csv).unwrap();
    let done = place.run(&import);
    assert_eq!(code(&done), 0);
    assert!(text(&done.stderr).contains("1 unchanged, 0 failed"));
}

#[test]
fn what_cannot_be_imported_or_written_is_refused_with_the_reason() {
    let place = Place::new("transfer-refused");
    fs::write(
        place.0.join("hosts.csv"),
        "IPAddress,Colour\n10.0.0.1,red\n",
    )
    .unwrap();
    let refused = |arguments: &[&str], wanted: &str| {
        let done = place.run(arguments);
        let told = text(&done.stderr);
        assert_eq!(code(&done), 2, "{arguments:?}: {told}");
        assert!(told.contains(wanted), "{arguments:?}: {told}");
    };
    let to = ["--kind", "address", "--database", "ipam.db"];
    // A mistyped name makes no database.
    refused(
        &[&["import", "hosts.csv"], &to[..]].concat(),
        "there is no database `ipam.db` yet: mend its name, or make it with `--create`",
    );
    assert!(!place.0.join("ipam.db").exists());
    refused(
        &[&["import", "hosts.csv", "--create"], &to[..]].concat(),
        "`Colour` is neither a field",
    );
    refused(
        &[&["import", "hosts.csv", "--update"], &to[..]].concat(),
        "use it with `--kind range`",
    );
    refused(
        &[&["import", "absent.csv"], &to[..]].concat(),
        "`absent.csv` cannot be read",
    );
    refused(
        &[&["export", "hosts.csv"], &to[..]].concat(),
        "use `--force`",
    );
}

#[test]
fn an_update_makes_the_ranges_of_one_owner_those_of_the_file() {
    let place = Place::new("transfer-update");
    let write = |rows: &str| {
        fs::write(place.0.join("ranges.csv"), format!("NetworkId\n{rows}")).unwrap();
    };
    let to = ["--kind", "range", "--database", "ipam.db"];
    let import = [&["import", "ranges.csv"], &to[..]].concat();
    let of_site = ["--update", "--service-instance", "site1", "--add-values"];
    let run = |more: &[&str]| text(&place.run(&[&import[..], more].concat()).stderr);
    write("10.0.1.0/24\n");
    run(&["--create"]);
    write("10.0.2.0/24\n10.0.3.0/24\n");
    let told = run(&of_site);
    let wanted = "2 rows: 2 added, 0 updated, 0 unchanged, 0 deleted, 0 failed";
    assert!(told.contains(wanted), "{told}");
    write("10.0.3.0/24\n");
    let told = run(&of_site);
    let wanted = "1 rows: 0 added, 0 updated, 1 unchanged, 1 deleted, 0 failed";
    assert!(told.contains(wanted), "{told}");
    // The other owner's range is still there.
    let csv = text(&place.run(&[&["export"], &to[..]].concat()).stdout);
    assert!(
        csv.contains("10.0.1.0/24") && !csv.contains("10.0.2.0/24"),
        "{csv}"
    );
    // What cannot be read might be any range, so nothing is deleted.
    write("10.0.300.0/24\n");
    let told = run(&of_site);
    assert!(
        told.contains("1 ranges that the file does not have were kept"),
        "{told}"
    );
}
