//! The inbound rules Windows ships predefined, by the names administrators see (domain 4.2).

use crate::net::Transport;
use crate::wire::windows::Interface;

use super::host::{Os, Role};
pub use super::rule_table::PREDEFINED;

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
    pub const WS_MANAGEMENT: &str = "winrm";
    /// The worker process of the IPAM application pool.
    pub const IPAM_POOL: &str = "w3wp";
    pub const SQL_SERVER: &str = "sqlservr";
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
    /// Whether it is so on a host of these roles.
    pub fn holds(self, roles: impl Fn(Role) -> bool, answers_ping: bool) -> bool {
        match self {
            Presence::Never => false,
            Presence::Always => true,
            Presence::With(role) => roles(role),
            Presence::WhenAnsweringPing => answers_ping,
        }
    }
}

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
