//! DHCP clients that nobody here wrote, on the walker's own cable.

use crate::walker::{Walker, contains, have};

#[test]
fn perfdhcp_leases_in_both_families_without_a_drop() {
    if !have("perfdhcp", "kea-admin") {
        return;
    }
    let count = "-R 50 -r 50 -n 60 -W 500000";
    for walker in Walker::all() {
        // As a relay it asks the server by its address, as a client it shouts on the cable.
        for how in ["-4 -l lab0 TO 10.0.0.5", "-6 -l lab0 TO"] {
            let told = walker.told(&format!("perfdhcp {}", how.replace("TO", count)));
            let counts = |label: &str| {
                let of = |line: &str| line.strip_prefix(label)?.trim().parse::<u64>().ok();
                told.lines().filter_map(of).collect::<Vec<u64>>()
            };
            let received = counts("received packets:");
            assert_eq!(received.len(), 2, "{told}");
            assert!(received.iter().all(|count| *count >= 59), "{told}");
            assert_eq!(counts("drops:"), [0, 0], "{told}");
        }
    }
}

#[test]
fn udhcpc_gets_a_lease_of_the_scope_it_is_in() {
    if !have("busybox", "busybox-static") {
        return;
    }
    for walker in Walker::all() {
        let told = walker.told("busybox udhcpc -i lab0 -n -q -f -t 5 -T 1 -s /bin/true");
        contains(&told, &["lease of 10.0.1.100 obtained from 10.0.0.5"]);
    }
}

#[test]
fn dhclient_configures_the_cable_and_leaves_nothing_outside() {
    if !have("dhclient", "isc-dhcp-client") || !have("ping", "iputils-ping") {
        return;
    }
    let before = outside();
    for walker in Walker::all() {
        // It stays behind as a daemon, which must end with the lab.
        let told = walker.told(
            "dhclient -4 -1 -v lab0 && ip -4 -o addr show lab0 && \
             ping -c 1 -W 5 -I 10.0.1.100 10.0.1.5 && cat /etc/resolv.conf",
        );
        contains(
            &told,
            &[
                "bound to 10.0.1.100",
                "inet 10.0.1.100/24",
                "64 bytes from 10.0.1.5",
                "nameserver 10.0.0.1",
            ],
        );
        let told = walker.told("dhclient -6 -1 -v lab0 && ip -6 -o addr show lab0");
        contains(&told, &["Bound to lease", "inet6 2001:db8:0:1::1/128"]);
        assert_eq!(outside(), before, "{}", walker.name);
    }
}

/// What DHCP clients write to, as it is outside.
fn outside() -> String {
    let look = "ls -la --time-style=full-iso /var/lib/dhcp /run/dhclient* /etc/resolv* 2>&1; \
                cat /etc/resolv.conf";
    crate::walker::text(&crate::walker::sh(look))
}
