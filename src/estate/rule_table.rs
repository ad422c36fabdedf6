//! The predefined inbound rules as a table (domain 4.2).

use crate::net::Transport;
use crate::wire::windows::Interface;

use super::host::Role;
use super::rules::{PredefinedRule, Presence, StaticPorts, program};

const fn rule(
    name: &'static str,
    group: &'static str,
    transport: Transport,
    ports: StaticPorts,
    program: &'static str,
) -> PredefinedRule {
    PredefinedRule {
        name,
        aliases: &[],
        group,
        transport,
        ports,
        program: Some(program),
        interface: None,
        exists: Presence::Always,
        enabled: Presence::Never,
    }
}

impl PredefinedRule {
    const fn opens(mut self, interface: Interface) -> Self {
        self.interface = Some(interface);
        self
    }

    const fn also(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Comes with the role, disabled.
    const fn of(mut self, role: Role) -> Self {
        self.exists = Presence::With(role);
        self
    }

    /// Comes with the role, enabled.
    const fn serving(mut self, role: Role) -> Self {
        self.exists = Presence::With(role);
        self.enabled = Presence::With(role);
        self
    }

    /// Exists everywhere, enabled with the role.
    const fn on_with(mut self, role: Role) -> Self {
        self.enabled = Presence::With(role);
        self
    }

    const fn echo(mut self) -> Self {
        self.program = None;
        self.enabled = Presence::WhenAnsweringPing;
        self
    }
}

use Interface::{DhcpManagement, Directory, DnsManagement, EventLog, ServiceControl};
use Role::{Dhcp, Dns, DomainController, Nps, Sql};
use StaticPorts::{Any, List, RpcDynamic, RpcEndpointMapper};
use Transport::{Icmp, Tcp, Udp};
use program::{DHCP_SERVER, DNS, EVENT_LOG, KDC, LSASS, RPCSS, SERVICES, SYSTEM};

const DHCP_GROUP: &str = "DHCP Server";
const DHCP_RPC_GROUP: &str = "DHCP Server Management";
const DNS_GROUP: &str = "DNS Service";
const FILE_GROUP: &str = "File and Printer Sharing";
const LOG_GROUP: &str = "Remote Event Log Management";
const SCM_GROUP: &str = "Remote Service Management";
const AD_GROUP: &str = "Active Directory Domain Services";
const KDC_GROUP: &str = "Kerberos Key Distribution Center";
const WINRM_GROUP: &str = "Windows Remote Management";
const NPS_GROUP: &str = "Network Policy Server";
const SQL_GROUP: &str = "SQL Server";

/// Every predefined rule. A host's firewall refers to them by their place here, so the table may
/// not grow beyond 64.
///
/// Deviation: Windows enables the RPC rules of DHCP Server Management and DNS Service when the
/// role is added. Here they start disabled, so that a server nobody prepared is Blocked in every
/// check and each rule of domain 4.2 is one deliberate setting.
pub const PREDEFINED: &[PredefinedRule] = &[
    rule(
        "DHCP Server v4 (UDP-In)",
        DHCP_GROUP,
        Udp,
        List(&[67, 68]),
        DHCP_SERVER,
    )
    .serving(Dhcp),
    rule(
        "DHCP Server v6 (UDP-In)",
        DHCP_GROUP,
        Udp,
        List(&[546, 547]),
        DHCP_SERVER,
    )
    .serving(Dhcp),
    rule(
        "DHCP Server (RPC-In)",
        DHCP_RPC_GROUP,
        Tcp,
        RpcDynamic,
        DHCP_SERVER,
    )
    .of(Dhcp)
    .opens(DhcpManagement),
    rule(
        "DHCP Server (RPCSS-In)",
        DHCP_RPC_GROUP,
        Tcp,
        RpcEndpointMapper,
        RPCSS,
    )
    .of(Dhcp)
    .opens(DhcpManagement),
    rule("DNS (UDP, Incoming)", DNS_GROUP, Udp, List(&[53]), DNS).serving(Dns),
    rule("DNS (TCP, Incoming)", DNS_GROUP, Tcp, List(&[53]), DNS).serving(Dns),
    rule("RPC (TCP, Incoming)", DNS_GROUP, Tcp, RpcDynamic, DNS)
        .of(Dns)
        .also(&["DNS Service RPC"])
        .opens(DnsManagement),
    rule(
        "RPC Endpoint Mapper (TCP, Incoming)",
        DNS_GROUP,
        Tcp,
        RpcEndpointMapper,
        RPCSS,
    )
    .of(Dns)
    .also(&["DNS Service RPC Endpoint Mapper"])
    .opens(DnsManagement),
    rule(
        "File and Printer Sharing (NB-Session-In)",
        FILE_GROUP,
        Tcp,
        List(&[139]),
        SYSTEM,
    ),
    rule(
        "File and Printer Sharing (SMB-In)",
        FILE_GROUP,
        Tcp,
        List(&[445]),
        SYSTEM,
    )
    .on_with(DomainController),
    rule(
        "File and Printer Sharing (NB-Name-In)",
        FILE_GROUP,
        Udp,
        List(&[137]),
        SYSTEM,
    ),
    rule(
        "File and Printer Sharing (NB-Datagram-In)",
        FILE_GROUP,
        Udp,
        List(&[138]),
        SYSTEM,
    ),
    rule(
        "File and Printer Sharing (Echo Request - ICMPv4-In)",
        FILE_GROUP,
        Icmp,
        Any,
        SYSTEM,
    )
    .echo(),
    rule(
        "File and Printer Sharing (Echo Request - ICMPv6-In)",
        FILE_GROUP,
        Icmp,
        Any,
        SYSTEM,
    )
    .echo(),
    rule(
        "Remote Event Log Management (RPC)",
        LOG_GROUP,
        Tcp,
        RpcDynamic,
        EVENT_LOG,
    )
    .opens(EventLog),
    rule(
        "Remote Event Log Management (RPC-EPMAP)",
        LOG_GROUP,
        Tcp,
        RpcEndpointMapper,
        RPCSS,
    )
    .opens(EventLog),
    rule(
        "Remote Event Log Management (NP-In)",
        LOG_GROUP,
        Tcp,
        List(&[445]),
        SYSTEM,
    ),
    rule(
        "Remote Service Management (RPC)",
        SCM_GROUP,
        Tcp,
        RpcDynamic,
        SERVICES,
    )
    .opens(ServiceControl),
    rule(
        "Remote Service Management (RPC-EPMAP)",
        SCM_GROUP,
        Tcp,
        RpcEndpointMapper,
        RPCSS,
    )
    .opens(ServiceControl),
    rule(
        "Remote Service Management (NP-In)",
        SCM_GROUP,
        Tcp,
        List(&[445]),
        SYSTEM,
    ),
    rule(
        "Active Directory Domain Controller - LDAP (TCP-In)",
        AD_GROUP,
        Tcp,
        List(&[389]),
        LSASS,
    )
    .serving(DomainController),
    rule(
        "Active Directory Domain Controller - LDAP for Global Catalog (TCP-In)",
        AD_GROUP,
        Tcp,
        List(&[3268]),
        LSASS,
    )
    .serving(DomainController),
    rule(
        "Active Directory Domain Controller - SAM/LSA (NP-TCP-In)",
        AD_GROUP,
        Tcp,
        List(&[445]),
        SYSTEM,
    )
    .serving(DomainController),
    rule(
        "Active Directory Domain Controller (RPC)",
        AD_GROUP,
        Tcp,
        RpcDynamic,
        LSASS,
    )
    .serving(DomainController)
    .opens(Directory),
    rule(
        "Active Directory Domain Controller (RPC-EPMAP)",
        AD_GROUP,
        Tcp,
        RpcEndpointMapper,
        RPCSS,
    )
    .serving(DomainController)
    .opens(Directory),
    rule(
        "Kerberos Key Distribution Center (TCP-In)",
        KDC_GROUP,
        Tcp,
        List(&[88]),
        KDC,
    )
    .serving(DomainController),
    rule(
        "Kerberos Key Distribution Center (UDP-In)",
        KDC_GROUP,
        Udp,
        List(&[88]),
        KDC,
    )
    .serving(DomainController),
    rule(
        "Network Policy Server (RADIUS Authentication - UDP-In)",
        NPS_GROUP,
        Udp,
        List(&[1812]),
        program::NPS,
    )
    .serving(Nps),
    rule(
        "Network Policy Server (RADIUS Accounting - UDP-In)",
        NPS_GROUP,
        Udp,
        List(&[1813]),
        program::NPS,
    )
    .serving(Nps),
    rule(
        "Windows Remote Management (HTTP-In)",
        WINRM_GROUP,
        Tcp,
        List(&[5985]),
        program::WS_MANAGEMENT,
    )
    .serving(Role::Ipam),
    // Deviation: the setup of SQL Server opens no port; whoever installs it adds a rule of this
    // name by hand. Here it comes with the role, like the rules of every other one.
    rule(
        "SQLServer default instance",
        SQL_GROUP,
        Tcp,
        List(&[super::sql::PORT]),
        program::SQL_SERVER,
    )
    .serving(Sql),
];
