//! dig, nsupdate and perfdhcp against the program itself, at the addresses it prints.

use crate::served::{SCENARIO, Served, have, have_bind_tools, sh, text};

const KEY: &str = "c2VjcmV0LW9mLXRoZS1zZXJ2ZS10ZXN0cy4uLi4uLi4=";

fn contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

fn signed() -> String {
    format!("-y hmac-sha256:tool-key:{KEY}")
}

#[test]
fn every_dig_and_nsupdate_line_that_serve_prints_works_as_it_is() {
    if !have_bind_tools() {
        return;
    }
    let served = Served::start(&[SCENARIO]);
    let dig = served.commands("dig ");
    assert!(dig.len() >= 8, "{:?}", served.lines);
    for line in dig {
        let output = sh(line);
        let told = text(&output);
        assert_eq!(output.status.code(), Some(0), "{line}\n{told}");
        if line.ends_with("AXFR") {
            contains(&told, &["XFR size"]);
            assert!(!told.contains("Transfer failed"), "{line}\n{told}");
        } else {
            contains(&told, &["status: NOERROR", "ANSWER: 1"]);
        }
    }
    let updates = served.commands("printf ");
    assert_eq!(updates.len(), 3, "{:?}", served.lines);
    for line in updates {
        let output = sh(line);
        assert_eq!(output.status.code(), Some(0), "{line}\n{}", text(&output));
    }
    for zone in ["corp.example", "open.example", "1.0.10.in-addr.arpa"] {
        let told = served.dig(&format!("+short ipamlab-serve.{zone} TXT"));
        assert_eq!(told, "\"hello\"\n", "{zone}");
    }
    assert_eq!(served.interrupt(), Some(0), "Ctrl-C is how it ends");
}

#[test]
fn dig_reads_addresses_pointers_and_whole_zones_over_both_transports() {
    if !have_bind_tools() {
        return;
    }
    let served = Served::start(&[SCENARIO]);
    for how in ["", "+tcp", "+noedns", "+tcp +noedns"] {
        let told = served.dig(&format!("dc1.corp.example A {how}"));
        contains(&told, &["status: NOERROR", "flags: qr aa rd", "10.0.0.1\n"]);
        assert_eq!(told.contains("EDNS: version: 0"), !how.contains("+noedns"));
        let pointer = served.dig(&format!("+short -x 10.0.1.5 {how}"));
        assert_eq!(pointer, "printer.corp.example.\n");
        let none = served.dig(&format!("-x 10.0.1.6 {how}"));
        contains(&none, &["status: NXDOMAIN", "AUTHORITY: 1", "SOA"]);
    }
    let zone = served.dig("open.example AXFR");
    contains(&zone, &["www.open.example.", "192.0.2.80", "XFR size"]);
    contains(&served.dig("fixed.example AXFR"), &["Transfer failed"]);
}

#[test]
fn a_secure_zone_takes_a_good_signature_of_now_and_nothing_else() {
    if !have_bind_tools() {
        return;
    }
    let served = Served::start(&[SCENARIO]);
    let add = "zone 1.0.10.in-addr.arpa\\n\
               update add 77.1.0.10.in-addr.arpa 300 PTR new.corp.example.";
    let refused = [
        (String::new(), "update failed: REFUSED"),
        (
            "-y hmac-sha256:stranger:c3RyYW5nZXI=".to_owned(),
            "NOTAUTH(BADKEY)",
        ),
        (
            "-y hmac-sha256:tool-key:c3RyYW5nZXI=".to_owned(),
            "NOTAUTH(BADSIG)",
        ),
    ];
    for (key, reason) in refused {
        let (code, told) = served.nsupdate(&key, add);
        assert_eq!(code, Some(2), "{told}");
        contains(&told, &[reason]);
        contains(&served.dig("-x 10.0.1.77"), &["status: NXDOMAIN"]);
    }
    assert_eq!(served.nsupdate(&signed(), add), (Some(0), String::new()));
    assert_eq!(served.dig("+short -x 10.0.1.77"), "new.corp.example.\n");
    let fixed = "zone fixed.example\\nupdate add a.fixed.example 60 A 192.0.2.1";
    let (code, told) = served.nsupdate(&signed(), fixed);
    assert_eq!(code, Some(2));
    contains(&told, &["update failed: REFUSED"]);
}

#[test]
fn a_prerequisite_that_held_once_fails_the_second_time() {
    if !have_bind_tools() {
        return;
    }
    let served = Served::start(&[SCENARIO]);
    let add = "zone open.example\\nprereq nxdomain once.open.example\\n\
               update add once.open.example 60 A 192.0.2.7";
    assert_eq!(served.nsupdate("", add), (Some(0), String::new()));
    let (code, told) = served.nsupdate("", &add.replace("192.0.2.7", "192.0.2.8"));
    assert_eq!(code, Some(2));
    contains(&told, &["update failed: YXDOMAIN"]);
    assert_eq!(served.dig("+short once.open.example"), "192.0.2.7\n");
}

#[test]
fn perfdhcp_leases_in_both_families_by_the_lines_that_serve_prints() {
    if !have("perfdhcp", "kea-admin") {
        return;
    }
    let served = Served::start(&[SCENARIO]);
    let lines = served.commands("perfdhcp ");
    let families: Vec<&str> = lines.iter().filter_map(|line| line.get(9..11)).collect();
    assert_eq!(families, ["-4", "-6"], "{:?}", served.lines);
    for line in lines {
        let output = sh(line);
        let told = text(&output);
        // 3 would mean that some exchange was never completed.
        assert_eq!(output.status.code(), Some(0), "{line}\n{told}");
        let received = told
            .lines()
            .filter_map(|line| line.strip_prefix("received packets: "));
        let received: Vec<u64> = received
            .filter_map(|count| count.trim().parse().ok())
            .collect();
        assert_eq!(received.len(), 2, "{told}");
        assert!(received.iter().all(|count| *count >= 99), "{told}");
    }
}

#[test]
fn a_port_in_use_is_named_and_ends_with_2() {
    let taken = std::net::UdpSocket::bind("127.0.0.1:0").expect("loopback has a free port");
    let port = taken.local_addr().expect("it is bound").port().to_string();
    let program = env!("CARGO_BIN_EXE_ipamlab");
    let output = sh(&format!("'{program}' serve '{SCENARIO}' --port {port}"));
    assert_eq!(output.status.code(), Some(2));
    contains(
        &text(&output),
        &[&format!("127.0.0.1:{port}"), "in use", "`--port`"],
    );
}
