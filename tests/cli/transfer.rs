//! `import` and `export` of a database that no engine has open.

use std::fs;

use super::{Place, code};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
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
    let done = place.run(&import);
    let told = text(&done.stderr);
    assert_eq!(code(&done), 1, "{told}");
    assert!(
        told.contains("2 rows: 1 added, 0 updated, 0 unchanged, 1 failed"),
        "{told}"
    );
    assert!(told.contains("row 3, IPAddress `10.0.0.300`"), "{told}");
    let names = fs::read_dir(&place.0).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let reports: Vec<String> = names
        .filter(|name| name.starts_with("Error_hosts_"))
        .collect();
    assert_eq!(reports.len(), 1, "{reports:?}");

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
    refused(
        &[&["import", "hosts.csv"], &to[..]].concat(),
        "`Colour` is neither a field",
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
