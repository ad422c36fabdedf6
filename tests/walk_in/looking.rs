//! ping, dig, nmap and nsupdate at the hosts' own addresses.

use crate::walker::{SCENARIO, Walker, contains, have, text};

/// Everything in the scenario that answers pings, of each family.
const ANSWER: [&str; 7] = [
    "10.0.0.1",
    "10.0.0.5",
    "10.0.0.9",
    "10.0.1.5",
    "10.0.1.6",
    "2001:db8::1",
    "2001:db8::5",
];

/// A firewall, a host that is down, a silent device, and addresses that nobody has.
const SILENT: [&str; 6] = [
    "10.0.0.6",
    "10.0.0.7",
    "10.0.1.7",
    "10.0.0.2",
    "192.0.2.1",
    "2001:db8::6",
];

#[test]
fn ping_is_answered_by_those_who_would_answer_and_by_nobody_else() {
    if !have("ping", "iputils-ping") {
        return;
    }
    for walker in Walker::all() {
        let pings = ANSWER.map(|address| format!("ping -c 1 -W 5 {address}"));
        let told = walker.told(&pings.join(" && "));
        for address in ANSWER {
            contains(
                &told,
                &[&format!("64 bytes from {address}: icmp_seq=1 ttl=128")],
            );
        }
        // A larger one travels in fragments, and its answer too.
        walker.told("ping -c 1 -W 5 -s 4000 10.0.0.5 && ping -c 1 -W 5 -s 4000 2001:db8::5");
        let pings = SILENT.map(|address| format!("ping -c 1 -W 1 {address}; echo code $?"));
        let told = walker.told(&pings.join("; "));
        assert_eq!(told.matches("code 1").count(), SILENT.len(), "{told}");
        assert_eq!(
            told.matches("100% packet loss").count(),
            SILENT.len(),
            "{told}"
        );
        assert!(!told.contains("nreachable"), "it should be silent:\n{told}");
    }
}

#[test]
fn names_resolve_at_the_dns_servers_of_the_estate_without_being_told_where() {
    if !have("dig", "bind9-dnsutils") || !have("ping", "iputils-ping") {
        return;
    }
    for walker in Walker::all() {
        let told = walker.told("dig +short -x 10.0.1.5; dig +short dc1.corp.example AAAA");
        assert_eq!(told, "device-10-0-1-5.corp.example.\n2001:db8::1\n");
        let told = walker.told("dig +tcp @10.0.0.1 dhcp1.corp.example; dig -x 10.0.1.9");
        contains(
            &told,
            &["10.0.0.5", "SERVER: 10.0.0.1#53", "status: NXDOMAIN"],
        );
        // By the search list, as people type them.
        walker.told("ping -4 -c 1 -W 5 dhcp1");
    }
}

#[test]
fn nmap_sees_exactly_the_hosts_that_answer() {
    if !have("nmap", "nmap") {
        return;
    }
    for walker in Walker::all() {
        let told = walker.told("nmap -n -sn -oG - 10.0.0.0/28 10.0.1.0/28");
        let up = |line: &&str| line.contains("Status: Up");
        let address = |line: &str| line.split(' ').nth(1).unwrap_or_default().to_owned();
        let seen: Vec<String> = told.lines().filter(up).map(address).collect();
        // The gateway is on the walker's own cable, where the kernel answers ARP.
        let there: Vec<&str> = seen
            .iter()
            .map(String::as_str)
            .filter(|at| *at != "10.0.1.1")
            .collect();
        assert_eq!(there, &ANSWER[..5], "{told}");
    }
}

#[test]
fn ports_are_open_filtered_or_closed_as_the_hosts_firewall_says() {
    if !have("nmap", "nmap") {
        return;
    }
    for walker in Walker::all() {
        let scan = "nmap -n -Pn -T4 --max-retries 1 -p 53,135,80 10.0.0.1 10.0.0.6 10.0.1.5";
        let told = walker.told(scan);
        // One line a host, one space between words.
        let of = |host: &str| {
            let mut reports = told.split("scan report for ");
            let report = reports.find(|part| part.starts_with(host));
            let report = report.unwrap_or_else(|| panic!("no {host} in:\n{told}"));
            report.split_whitespace().collect::<Vec<&str>>().join(" ")
        };
        let server = ["53/tcp open", "80/tcp filtered", "135/tcp open"];
        contains(&of("10.0.0.1"), &server);
        // Behind its firewall nobody learns what listens.
        let hidden = ["53/tcp filtered", "80/tcp filtered", "135/tcp filtered"];
        contains(&of("10.0.0.6"), &hidden);
        // A device has no firewall, and no ports either.
        let device = ["53/tcp closed", "80/tcp closed", "135/tcp closed"];
        contains(&of("10.0.1.5"), &device);
    }
}

#[test]
fn nsupdate_changes_the_zone_that_dig_reads() {
    if !have("nsupdate", "bind9-dnsutils") || !have("dig", "bind9-dnsutils") {
        return;
    }
    let script = "printf 'server 10.0.0.1\\nzone 1.0.10.in-addr.arpa\\n\
                  update add 9.1.0.10.in-addr.arpa 300 PTR new.corp.example.\\nsend\\n'";
    for walker in Walker::all() {
        let told = walker.told(&format!("{script} | nsupdate -t 5; dig +short -x 10.0.1.9"));
        assert_eq!(told, "new.corp.example.\n");
    }
}

#[test]
fn a_walker_may_be_anywhere_that_is_free() {
    for walker in Walker::all() {
        let place = ["--address", "10.0.77.9/28"];
        let output = walker.lab(&place, "ip -4 -o addr show lab0; ping -c 1 -W 5 10.0.0.5");
        let told = text(&output);
        assert_eq!(output.status.code(), Some(0), "{told}");
        contains(&told, &["inet 10.0.77.9/28", "1 received"]);
    }
}

#[test]
fn steps_that_were_played_first_have_happened() {
    let Some(walker) = Walker::all().pop() else {
        return;
    };
    // A lease of the scenario's last step is taken, so the next client gets the next address.
    if !have("busybox", "busybox-static") {
        return;
    }
    let output = walker.lab(&["--steps"], "busybox udhcpc -i lab0 -n -q -f -s /bin/true");
    let told = text(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    contains(
        &told,
        &["leased 10.0.1.100 for", "lease of 10.0.1.101 obtained"],
    );
}

#[test]
fn the_table_says_who_is_there_as_the_readme_shows_it() {
    let Some(walker) = Walker::all().pop() else {
        return;
    };
    let mut command = walker.command(&[], "true");
    let words: Vec<_> = command.get_args().map(|word| word.to_owned()).collect();
    let loud = words.iter().filter(|word| *word != "--quiet");
    let mut again = std::process::Command::new(command.get_program());
    again.args(loud).current_dir("/");
    let told = text(&again.output().expect("the program is built"));
    let quiet = command.output().expect("the program is built");
    assert_eq!(text(&quiet), "", "--quiet says nothing");
    let readme = include_str!("../../README.md");
    let shown = readme
        .split("$ ipamlab lab scenarios/lab/walk-in.yaml\n")
        .nth(1);
    let shown = shown.expect("the tour walks in").lines();
    let shown: Vec<&str> = shown
        .take_while(|line| !line.starts_with("[lab "))
        .collect();
    assert!(shown.len() > 9, "{shown:?} for {SCENARIO}");
    assert_eq!(told.lines().collect::<Vec<&str>>(), shown);
}
