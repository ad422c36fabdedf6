//! Misuses of the steps about dynamic DNS, ageing and fleets of DHCP clients.

/// What is wrong with the one step, and what the user must be told.
const MISUSES: &[(&str, &str)] = &[
    (
        "dhcp-client: { mac: 02-00-00-00-00-01, does: lease, server: dhcp1, \
         subnet: 10.0.1.0/24, registers: server }",
        "give the name it sends as `fqdn`",
    ),
    (
        "dhcpv6-client: { duid: 00030001020000000001, does: lease, server: dhcp1, \
         prefix: \"2001:db8:0:1::/64\", registers: server }",
        "give the name it sends as `fqdn`",
    ),
    (
        "dhcpv6-client: { duid: 00030001020000000001, does: lease, server: dhcp1, \
         prefix: 10.0.1.0/24 }",
        "needs an IPv6 prefix",
    ),
    (
        "dhcpv6-client: { duid: 00030001020000000001, does: renew, server: dhcp1, \
         prefix: \"2001:db8:0:1::/64\" }",
        "let it `lease` first",
    ),
    (
        "Set-DhcpServerv6DnsSetting: { ComputerName: dhcp1, Prefix: 10.0.1.0/24 }",
        "`10.0.1.0/24` is not a prefix such as `2001:db8:0:1::/64`",
    ),
    (
        "Set-DhcpServerv6DnsSetting: { ComputerName: dc1 }",
        "has not the role `dhcp`",
    ),
    (
        "remove-dhcp-lease: { server: dhcp1, scope: 10.0.7.0/24, address: 10.0.7.10 }",
        "20005",
    ),
    (
        "remove-dhcp-scope: { server: dhcp1, scope: 10.0.7.0/24 }",
        "20005",
    ),
    (
        "Set-DhcpServerv4DnsSetting: { ComputerName: dhcp1, DynamicUpdates: Never }",
        "set `DeleteDnsRROnLeaseExpiry` to false as well",
    ),
    (
        "Set-DhcpServerv4DnsSetting: { ComputerName: dhcp1, ScopeId: 10.0.1.0/24 }",
        "20005",
    ),
    (
        "Set-DhcpServerv4DnsSetting: { ComputerName: dc1 }",
        "has not the role `dhcp`",
    ),
    (
        "Set-DnsServerZoneAging: { ComputerName: dc1, Name: other.example, Aging: true }",
        "9601",
    ),
    (
        "Set-DnsServerScavenging: { ComputerName: dhcp1, ScavengingState: true }",
        "has not the role `dns`",
    ),
    (
        "Start-DnsServerScavenging: { ComputerName: dns7 }",
        "unknown host `dns7`",
    ),
    (
        "Get-DnsServerScavenging: { ComputerName: dhcp1 }",
        "has not the role `dns`",
    ),
    (
        "Get-DnsServerResourceRecord: { ComputerName: dc1, ZoneName: other.example }",
        "there is no zone `other.example`",
    ),
    (
        "start-dhcp-clients: { name: pc, count: 0, server: dhcp1, subnets: [10.0.1.0/24] }",
        "at least one client",
    ),
    (
        "start-dhcp-clients: { name: pc, count: 2, server: dhcp1, subnets: [] }",
        "name one at least",
    ),
    (
        "start-dhcp-clients: { name: pc, count: 2, server: dhcp1, subnets: [10.0.1.0/31] }",
        "no room for clients and a relay",
    ),
    ("stop-dhcp-clients: pc", "no clients `pc` are on"),
    ("show-dhcp-clients: pc", "no clients `pc` were started"),
    (
        "expect: { dhcp-clients: { name: pc, bound: 1 } }",
        "no clients `pc` were started",
    ),
    ("watch-dhcp-life: { window: 22 }", "22"),
];

#[test]
fn a_step_about_the_life_of_clients_and_names_says_what_is_wrong_with_it() {
    for (step, wanted) in MISUSES {
        let wrong = super::wrong_with(step).join("\n");
        assert!(!wrong.is_empty(), "{step}: nothing is wrong with it");
        assert!(wrong.contains(wanted), "{step}: {wrong}");
    }
}
