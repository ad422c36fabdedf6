//! Misuses of the steps about databases, their servers and the IPAM server's own set-up.

/// What is wrong with the one step, and what the user must be told.
pub const MISUSES: &[(&str, &str)] = &[
    ("Get-IpamDatabase: { as: CORP\\nobody }", "CORP\\nobody"),
    ("Get-IpamCapability: { as: CORP\\nobody }", "CORP\\nobody"),
    (
        "Enable-IpamCapability: { Name: IpAddressTracking }",
        "IpamApiCallsAreNotAllowedUntilProvisioningIsDone",
    ),
    ("Disable-IpamCapability: {}", "Name"),
    ("Get-ScheduledTask: { as: CORP\\nobody }", "CORP\\nobody"),
    (
        "Enable-ScheduledTask: { TaskName: Audit, as: CORP\\nobody }",
        "CORP\\nobody",
    ),
    ("Disable-ScheduledTask: {}", "TaskName"),
    (
        "show-server-properties: { as: CORP\\nobody }",
        "CORP\\nobody",
    ),
    (
        "set-sql-login: { host: dhcp1, login: ipam, password: x }",
        "`dhcp1.corp.example` runs no SQL Server",
    ),
    (
        "new-sql-database: { host: dhcp1, database: ipamdb }",
        "`dhcp1.corp.example` runs no SQL Server",
    ),
    (
        "remove-sql-database: { host: dhcp1, database: ipamdb }",
        "`dhcp1.corp.example` runs no SQL Server",
    ),
    (
        "set-sql-rights: { host: dhcp1, database: ipamdb, login: ipam, rights: [db_boss] }",
        "db_boss",
    ),
    (
        "set-sql-authentication: { host: dhcp1, mixed-mode: true }",
        "`dhcp1.corp.example` runs no SQL Server",
    ),
    (
        "new-folder: { host: dhcp7, path: C:\\x }",
        "unknown host `dhcp7`",
    ),
    ("show-folder: { host: dhcp1, path: D:\\x }", "has no folder"),
    (
        "remove-file: { host: dhcp7, path: C:\\x, file: y }",
        "unknown host `dhcp7`",
    ),
    ("harden-host: { host: dhcp1, refuse: [coffee] }", "coffee"),
];
