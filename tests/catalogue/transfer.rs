//! Misuses of the steps that import, export, and write the files for it.

/// What is wrong with the one step, and what the user must be told.
pub const MISUSES: &[(&str, &str)] = &[
    (
        "Import-IpamAddress: { Path: x.csv, AddressFamily: IPv4, NetworkId: 10.0.0.0/24 }",
        "the parameters of import-and-update belong together",
    ),
    (
        "Import-IpamRange: { Path: x.csv, AddressFamily: IPv4, DeleteMappedAddresses: true }",
        "the parameters of import-and-update belong together",
    ),
    ("Import-IpamSubnet: { Path: x.csv }", "AddressFamily"),
    (
        "Export-IpamAddress: { AddressFamily: IPv4 }",
        "the export goes nowhere",
    ),
    (
        "Export-IpamRange: { AddressFamily: IPv6 }",
        "the export goes nowhere",
    ),
    (
        "Export-IpamSubnet: { AddressFamily: IPv4 }",
        "the export goes nowhere",
    ),
    (
        "import-ip-addresses: { file: x.csv, as: CORP\\nobody }",
        "CORP\\nobody",
    ),
    (
        "import-ip-address-ranges: { file: x.csv, as: CORP\\nobody }",
        "CORP\\nobody",
    ),
    (
        "import-and-update-ip-address-ranges: { file: x.csv, managed-by-service: IPAM }",
        "service-instance",
    ),
    (
        "import-ip-address-blocks: { file: x.csv, as: CORP\\nobody }",
        "CORP\\nobody",
    ),
    (
        "export: { view: ip-address-tracking, file: x.csv }",
        "give `search` with the view `ip-address-tracking`",
    ),
    (
        "export: { view: ip-address-blocks, file: x.csv, group: Sites }",
        "remove `group`, or choose addresses or ranges",
    ),
    (
        "export: { view: ip-addresses, file: x.csv, level: [London] }",
        "name the `group` too",
    ),
    (
        "export: { view: ip-addresses, file: x.csv, managed-by-service: IPAM }",
        "an owner is a service and an instance",
    ),
    (
        "new-file: { host: dhcp7, path: C:\\x.csv, text: x }",
        "unknown host `dhcp7`",
    ),
    (
        "show-file: { host: dhcp1, path: C:\\x.csv }",
        "has no file `C:\\x.csv`",
    ),
    (
        "expect: { import: { added: 1 } }",
        "nothing was imported yet",
    ),
];
