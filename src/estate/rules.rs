//! The inbound rules Windows ships predefined, by the names administrators see (domain 4.2).

use crate::net::Transport;
use crate::wire::windows::Interface;

use super::host::{Os, Role};

/// What listeners are called in firewall rules. Compared without regard to case.
pub mod program {
    pub const DHCP_SERVER: &str = "dhcpserver";
    pub const DNS: &str = "dns";
    pub const RPCSS: &str = "RPCSS";
    /// The kernel: SMB.
    pub const SYSTEM: &str = "System";
    pub const EVENT_LOG: &str = "Eventlog";
    pub const SERVICES: &str = "services";
    /// Directory and global catalog.
    pub const LSASS: &str = "lsass";
    pub const KDC: &str = "kdc";
    pub const NPS: &str = "ias";
}

/// The first port of the dynamic range (RFC 6335 section 6), which RPC servers listen in.
pub const FIRST_DYNAMIC_PORT: u16 = 49152;

/// The endpoint mapper's port.
pub const ENDPOINT_MAPPER_PORT: u16 = 135;

/// Ports of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ports {
    Any,
    List(Vec<u16>),
    /// `RPC Dynamic Ports`.
    RpcDynamic,
    /// `RPC Endpoint Mapper`.
    RpcEndpointMapper,
}

/// A rule Windows knows by name before anybody makes one.
#[derive(Debug, Clone, Copy)]
pub struct PredefinedRule {
    pub name: &'static str,
    /// Further names it goes by (domain 12.8).
    pub aliases: &'static [&'static str],
    pub group: &'static str,
    pub transport: Transport,
    pub ports: StaticPorts,
    /// The program or service; `None` is any.
    pub program: Option<&'static str>,
    /// The remote interface it opens, for rules that belong to one.
    pub interface: Option<Interface>,
    /// When it exists on a host.
    pub exists: Presence,
    /// When it is enabled as shipped.
    pub enabled: Presence,
}

/// [`Ports`], for the table.
#[derive(Debug, Clone, Copy)]
pub enum StaticPorts {
    Any,
    List(&'static [u16]),
    RpcDynamic,
    RpcEndpointMapper,
}

/// On which hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    Never,
    Always,
    With(Role),
    /// Where the host answers ping.
    WhenAnsweringPing,
}

impl Presence {
    pub(super) fn holds(self, roles: impl Fn(Role) -> bool, answers_ping: bool) -> bool {
        match self {
            Presence::Never => false,
            Presence::Always => true,
            Presence::With(role) => roles(role),
            Presence::WhenAnsweringPing => answers_ping,
        }
    }
}

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
use Role::{Dhcp, Dns, DomainController, Nps};
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
const NPS_GROUP: &str = "Network Policy Server";

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
];

/// The place of the rule called `name`, by any of its names, without regard to case.
pub fn find(name: &str) -> Option<usize> {
    PREDEFINED.iter().position(|rule| {
        rule.name.eq_ignore_ascii_case(name)
            || rule.aliases.iter().any(|a| a.eq_ignore_ascii_case(name))
    })
}

/// Which predefined rules exist and which are enabled on a host as shipped, as bits.
pub(super) fn baseline(os: Os, roles: impl Fn(Role) -> bool, answers_ping: bool) -> (u64, u64) {
    let (mut exist, mut enabled) = (0, 0);
    if os == Os::Device {
        return (0, 0);
    }
    for (place, rule) in PREDEFINED.iter().enumerate() {
        if rule.exists.holds(&roles, answers_ping) {
            exist |= 1 << place;
            if rule.enabled.holds(&roles, answers_ping) {
                enabled |= 1 << place;
            }
        }
    }
    (exist, enabled)
}
