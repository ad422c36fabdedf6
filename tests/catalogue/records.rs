//! Misuses of the steps about records on servers, reclaiming and what servers and records differ
//! in.

/// A step and a part of what it is answered with.
pub const MISUSES: &[(&str, &str)] = &[
    (
        "expect: { orphans: [] }",
        "orphans: wanted a comparison, found none was made",
    ),
    (
        "expect: { record-server: { field: reservation, server: dhcp1, can-be-chosen: true } }",
        "take the step `show-record-servers` first",
    ),
    (
        "expect: { record-server: { field: reservation, server: dhcp7, can-be-chosen: true } }",
        "unknown host `dhcp7`",
    ),
    (
        "show-failover-scopes",
        "IpamApiCallsAreNotAllowedUntilProvisioningIsDone",
    ),
    (
        "replicate-failover-scope: { server: dhcp1, scope: 10.0.1.0/33 }",
        "10.0.1.0/33",
    ),
    (
        "replicate-failover-scope: { server: dhcp7, scope: 10.0.1.0/24 }",
        "dhcp7",
    ),
    (
        "expect: { failover-scope: { server: dhcp7, scope: 10.0.1.0/24 } }",
        "dhcp7",
    ),
    (
        "find-orphans",
        "IpamApiCallsAreNotAllowedUntilProvisioningIsDone",
    ),
    ("find-orphans: { as: CORP\\nobody }", "CORP\\nobody"),
    ("show-record-servers: { address: 10.0.1.300 }", "10.0.1.300"),
    ("delete-address: { address: 10.0.1 }", "10.0.1"),
    (
        "delete-address: { address: 10.0.1.10 }",
        "IpamApiCallsAreNotAllowedUntilProvisioningIsDone",
    ),
    (
        "reclaim-ip-addresses: { ranges: [{ range: 10.0.1.0/24, tick: [10.0.1.x] }] }",
        "10.0.1.x",
    ),
    (
        "reclaim-ip-addresses: { ranges: [{ range: the first floor }] }",
        "the first floor",
    ),
];
