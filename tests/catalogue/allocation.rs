//! Misuses of the searches for something free, and of what is expected of views.

pub const MISUSES: &[(&str, &str)] = &[
    (
        "expect: { server: dhcp1, access: Blocked, address-family: IPv6 }",
        "`address-family` is a view of the inventory",
    ),
    (
        "find-and-allocate: { range: 10.0.1.0/24, select: 10.0.1.20 }",
        "it does nothing where nothing is recorded",
    ),
    (
        "find-and-allocate: { range: 10.0.1.0/24, create-records: true }",
        "it does nothing where nothing is recorded",
    ),
    (
        "Find-IpamFreeAddress: { NetworkId: 10.0.1.0/24, NumAddress: -1 }",
        "expected a whole number",
    ),
];
