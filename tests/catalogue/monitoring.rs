//! Misuses of the steps of monitoring, tasks, events and tracking.

/// What is wrong with the one step, and what the user must be told.
pub const MISUSES: &[(&str, &str)] = &[
    (
        "Set-ScheduledTask: { TaskName: ServerDiscovery, RepetitionInterval: 5s }",
        "give it 1 minute to 31 days",
    ),
    (
        "suspend-service: { host: dhcp7, service: DHCPServer }",
        "unknown host `dhcp7`",
    ),
    (
        "resume-service: { host: dhcp1, service: DHCPServer }",
        "not Paused",
    ),
    (
        "hang-service: { host: dhcp7, service: DNS, state: stop-pending }",
        "unknown host `dhcp7`",
    ),
    (
        "sign-in: { account: CORP\\nobody, address: 10.0.1.5, controller: dc1 }",
        "there is no account or group `CORP\\nobody`",
    ),
    (
        "network-access: { account: CORP\\domain-admin, mac: 02-00-00-00-00-01, server: dhcp1 }",
        "is no NPS server",
    ),
    (
        "Get-ScheduledTask: { TaskName: Backup }",
        "`Backup` is no task",
    ),
    (
        "Set-ScheduledTask: { TaskName: Audit, RepetitionInterval: often }",
        "`often` is not a duration",
    ),
    (
        "Get-IpamDhcpConfigurationEvent: { ServerName: dhcp7 }",
        "unknown host `dhcp7`",
    ),
    (
        "Remove-IpamDhcpConfigurationEvent: { EndDate: yesterday }",
        "`yesterday` is not a date",
    ),
    (
        "Get-IpamIpAddressAuditEvent: { StartDate: 2026-03-02, EndDate: 2026-03-03 }",
        "give one of `IpAddress`",
    ),
    (
        "search-event-catalog: { server: dhcp7 }",
        "unknown host `dhcp7`",
    ),
    (
        "show-event-log: { channel: Debug }",
        "`Debug` is no channel",
    ),
    (
        "Get-IpamAddressUtilizationThreshold: { as: CORP\\nobody }",
        "CORP\\nobody",
    ),
    (
        "Set-IpamAddressUtilizationThreshold: { OverUtilizationThreshold: most }",
        "most",
    ),
    (
        "Remove-IpamUtilizationData: { EndDate: yesterday }",
        "`yesterday` is not a date",
    ),
    ("show-utilization: { of: { range: 10.0.1.0 } }", "10.0.1.0"),
    (
        "show-utilization-trend: { of: { block: 10.0.0.0/8 }, period: a decade }",
        "`a decade` is no period of a trend",
    ),
    (
        "Invoke-IpamDhcpLease: { IpamServerName: dhcp1, DhcpServerFqdn: dhcp1.corp.example }",
        "`dhcp1`",
    ),
    (
        "Invoke-IpamDhcpLease: { IpamServerName: ipam1, DhcpServerFqdn: dhcp1, Force: true }",
        "`dhcp1` is no fully qualified name",
    ),
    (
        "Invoke-IpamDhcpLease: { IpamServerName: ipam1, AddressFamily: IPv5, Force: true }",
        "`IPv5` is no address family",
    ),
    (
        "Invoke-IpamDhcpLease: { IpamServerName: ipam1, HoursInterval: 2 }",
        "Periodic: true",
    ),
    (
        "set-expiry-log-settings: { logging-frequency: hourly }",
        "`hourly` is no logging frequency",
    ),
];
