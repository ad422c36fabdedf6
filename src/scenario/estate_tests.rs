//! What is said of hosts without effect, leases, trusts and units: each a mutation of one estate.

use super::load::load_text;

const GOOD: &str = "scenario: An estate with leases, units and trusts
estate:
  domains:
    corp.example:
      ous: { servers: {}, servers/dhcp: { blocks-inheritance: true } }
      hosts:
        dc1: { address: 10.0.0.1, roles: [dc, dns] }
        dhcp1:
          address: 10.0.0.5
          roles: [dhcp]
          ou: servers/dhcp
          dynamic-dns: { key: dhcp-key, secret: c2VjcmV0 }
          scopes:
            10.0.1.0/24:
              range: 10.0.1.10-10.0.1.250
              dynamic-dns: { updates: never }
              reservations: { 10.0.1.20: { mac: 02-00-00-00-00-20 } }
              leases: { 10.0.1.30: { mac: 02-00-00-00-00-30, remaining: 2h } }
        ipam1: { address: 10.0.0.9, roles: [ipam] }
        printer: { address: 10.0.1.99 }
    partner.example:
      hosts: { pdc1: { address: 10.9.0.1, roles: [dc, dns] } }
  one-way-trusts: [{ trusting: partner.example, trusted: corp.example }]
steps:
  - advance: 2h
";

/// Every diagnostic in its words.
fn told(text: &str) -> Vec<String> {
    let mut loaded = load_text(text.to_owned());
    loaded.build_estate();
    let found = loaded.diagnostics.into_iter();
    found.map(|found| found.message).collect()
}

/// What is changed, into what, and what is said of it.
const MUTATIONS: &[(&str, &str, &str)] = &[
    // Outside every scope nothing meets a host that has no role and no part.
    (
        "printer: { address: 10.0.1.99 }",
        "printer: { address: 10.0.7.99 }",
        "`printer.corp.example` has no role and nothing else names it",
    ),
    (
        "10.0.1.30: { mac: 02-00-00-00-00-30",
        "10.0.1.20: { mac: 02-00-00-00-00-30",
        "the lease of `10.0.1.20` is at odds with the reservation of `10.0.1.20`",
    ),
    (
        "10.0.1.30: { mac: 02-00-00-00-00-30",
        "10.0.1.30: { mac: 02-00-00-00-00-20",
        "the lease of `10.0.1.30` is at odds with the reservation of `10.0.1.20`",
    ),
    (
        "leases: {",
        "leases: { 10.0.1.31: { mac: 02-00-00-00-00-30 },",
        "the client of `10.0.1.30` has the lease of `10.0.1.31`",
    ),
    (
        "leases: { 10.0.1.30",
        "leases: { 10.0.1.5",
        "`10.0.1.5` is outside the range `10.0.1.10-10.0.1.250` of its scope",
    ),
    (
        "remaining: 2h",
        "remaining: 0s",
        "a lease that runs has at least a second left",
    ),
    (
        "updates: never",
        "updates: never, delete-on-lease-expiry: true",
        concat!(
            "a server that updates `Never` cannot delete records on lease expiry: set ",
            "`DeleteDnsRROnLeaseExpiry` to false as well",
        ),
    ),
    (
        "updates: never",
        "suffix: corp..example",
        concat!(
            "`corp..example` is not a fully qualified domain name: ",
            "labels of 1 to 63 characters, 255 in all",
        ),
    ),
    (
        "key: dhcp-key, secret: c2VjcmV0",
        "key: dhcp-key",
        "a key has a name and a secret",
    ),
    (
        "trusted: corp.example",
        "trusted: crop.example",
        "unknown domain `crop.example`",
    ),
    (
        "ous: { servers: {},",
        "ous: { clients: {},",
        concat!(
            "domain `corp.example` has no organisational unit `servers`; ",
            "did you mean `servers/dhcp`?",
        ),
    ),
];

#[test]
fn the_estate_is_clean_and_each_mistake_is_told() {
    assert_eq!(told(GOOD), Vec::<String>::new());
    for (good, bad, wanted) in MUTATIONS {
        assert!(GOOD.contains(good), "{good}");
        let said = told(&GOOD.replace(good, bad));
        assert_eq!(said, [*wanted], "{bad}");
    }
}

#[test]
fn a_host_that_a_step_names_is_not_idle() {
    let far = GOOD.replace("address: 10.0.1.99", "address: 10.0.7.99");
    assert_eq!(told(&far).len(), 1);
    assert_eq!(
        told(&format!("{far}  - host-down: printer\n")),
        Vec::<String>::new()
    );
}
