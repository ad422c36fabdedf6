//! The access settings of domain 4.2 as a table.

use super::defaults::group;
use super::host::Role;
use super::service::name;
use super::setting::{Kind, Need, Purpose, Setting, Where};

const DHCP: Where = Where::Any(&[Role::Dhcp]);
const DNS: Where = Where::Any(&[Role::Dns]);
const LOGGED: Where = Where::Any(&[Role::Dhcp, Role::Dns, Role::DomainController, Role::Nps]);
const MONITORED: Where = Where::Any(&[Role::Dhcp, Role::Dns]);

const fn required(
    id: &'static str,
    row: u8,
    purpose: Purpose,
    place: Where,
    kind: Kind,
) -> Setting {
    Setting {
        id,
        row,
        purpose,
        place,
        need: Need::Required,
        kind,
    }
}

impl Setting {
    const fn instead_of(mut self, id: &'static str) -> Setting {
        self.need = Need::InsteadOf(id);
        self
    }
}

use Kind::{DomainGroup, FirewallRule, LocalGroup, ServiceAcl};
use Purpose::{DhcpAuditShare, DhcpRpc, DnsRpc, EventLog, ServiceMonitoring};

/// Every access setting of domain 4.2, in order of its rows.
pub const SETTINGS: &[Setting] = &[
    required(
        "dhcp-users",
        1,
        DhcpRpc,
        DHCP,
        LocalGroup(group::DHCP_USERS),
    ),
    required(
        "dhcp-administrators",
        1,
        DhcpRpc,
        DHCP,
        LocalGroup(group::DHCP_ADMINISTRATORS),
    )
    .instead_of("dhcp-users"),
    required(
        "dhcp-rpc-in",
        2,
        DhcpRpc,
        DHCP,
        FirewallRule("DHCP Server (RPC-In)"),
    ),
    required(
        "dhcp-rpcss-in",
        2,
        DhcpRpc,
        DHCP,
        FirewallRule("DHCP Server (RPCSS-In)"),
    ),
    required("dhcpaudit-share", 3, DhcpAuditShare, DHCP, Kind::AuditShare),
    required(
        "dhcpaudit-share-permission",
        3,
        DhcpAuditShare,
        DHCP,
        Kind::SharePermission,
    ),
    required(
        "dhcpaudit-folder-permission",
        3,
        DhcpAuditShare,
        DHCP,
        Kind::FolderPermission,
    ),
    required(
        "file-sharing-nb-session-in",
        4,
        DhcpAuditShare,
        DHCP,
        FirewallRule("File and Printer Sharing (NB-Session-In)"),
    ),
    required(
        "file-sharing-smb-in",
        4,
        DhcpAuditShare,
        DHCP,
        FirewallRule("File and Printer Sharing (SMB-In)"),
    ),
    required("dns-acl", 5, DnsRpc, Where::DirectoryDns, Kind::DnsAcl),
    required(
        "dns-rpc",
        6,
        DnsRpc,
        DNS,
        FirewallRule("RPC (TCP, Incoming)"),
    ),
    required(
        "dns-rpc-endpoint-mapper",
        6,
        DnsRpc,
        DNS,
        FirewallRule("RPC Endpoint Mapper (TCP, Incoming)"),
    ),
    required(
        "dns-administrators",
        7,
        DnsRpc,
        Where::StandaloneDns,
        LocalGroup(group::ADMINISTRATORS),
    ),
    required(
        "dns-admins",
        8,
        DnsRpc,
        Where::DirectoryDns,
        DomainGroup(group::DNS_ADMINS),
    )
    .instead_of("dns-acl"),
    required(
        "event-log-readers",
        9,
        EventLog,
        LOGGED,
        LocalGroup(group::EVENT_LOG_READERS),
    ),
    required(
        "event-log-rpc",
        10,
        EventLog,
        LOGGED,
        FirewallRule("Remote Event Log Management (RPC)"),
    ),
    required(
        "event-log-rpc-epmap",
        10,
        EventLog,
        LOGGED,
        FirewallRule("Remote Event Log Management (RPC-EPMAP)"),
    ),
    required("dns-event-log-acl", 11, EventLog, DNS, Kind::DnsEventLogAcl),
    required(
        "dhcp-service-acl",
        12,
        ServiceMonitoring,
        DHCP,
        ServiceAcl(name::DHCP_SERVER),
    ),
    required(
        "dns-service-acl",
        12,
        ServiceMonitoring,
        DNS,
        ServiceAcl(name::DNS),
    ),
    required(
        "service-management-rpc",
        13,
        ServiceMonitoring,
        MONITORED,
        FirewallRule("Remote Service Management (RPC)"),
    ),
    required(
        "service-management-rpc-epmap",
        13,
        ServiceMonitoring,
        MONITORED,
        FirewallRule("Remote Service Management (RPC-EPMAP)"),
    ),
];
