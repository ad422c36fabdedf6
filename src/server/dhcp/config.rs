//! What a DHCP server is set up with, as the laboratory and tests write it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::dns::{DnsClientConfig, DnsSettings};
use crate::addr::AddressRange;
use crate::base::{Duid, MacAddress};
use crate::wire::dhcp::v4::DhcpOption;
use crate::wire::dhcp::v6::duid;
use crate::wire::windows::dhcpm::{Failover, Reservation, ReservedClient};

/// Why a set-up cannot mean anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("scope `{scope}` overlaps scope `{other}`; give each subnet one scope")]
    Overlap { scope: IpNet, other: IpNet },
    #[error("range `{range}` of scope `{scope}` is not inside its subnet, or not first below last")]
    Range { scope: IpNet, range: String },
    #[error("exclusion `{range}` of scope `{scope}` is not inside its range")]
    Exclusion { scope: IpNet, range: AddressRange },
    #[error("reservation `{address}` of scope `{scope}`: {cause}")]
    Reservation {
        scope: IpNet,
        address: IpAddr,
        cause: crate::wire::windows::Win32Error,
    },
    #[error("a DHCP server needs an IPv4 address to serve IPv4 scopes from")]
    NoAddress,
}

/// A whole server. [`DhcpServerConfig::new`] gives Windows' defaults.
#[derive(Debug, Clone, PartialEq)]
pub struct DhcpServerConfig {
    /// The host's addresses; the first IPv4 one is the server identifier of offers.
    pub addresses: Vec<IpAddr>,
    pub duid: Duid,
    pub scopes: Vec<ScopeConfig>,
    pub scopes_v6: Vec<ScopeV6Config>,
    /// IPv4 server options, under those of the scope.
    pub options: Vec<DhcpOption>,
    /// Name servers given to IPv6 clients whose scope names none, and without a scope.
    pub dns_servers_v6: Vec<Ipv6Addr>,
    /// Pings before an address is offered, 0 to 5; 0 is Windows' default.
    pub conflict_attempts: u8,
    pub conflict_timeout: Duration,
    /// How long an offered address waits for its request.
    pub offer_hold: Duration,
    /// How long an expired lease keeps its record, so that the client may have the address back.
    pub grace: Duration,
    /// Preference of advertisements (RFC 8415 section 21.8).
    pub preference: Option<u8>,
    /// Whether a SOLICIT with rapid commit is answered with a lease at once.
    pub rapid_commit: bool,
    /// Whether the directory lists the server; an unlisted one answers nobody (domain 3.2).
    pub authorised: bool,
    /// The domain that audit lines about authorisation name.
    pub domain: String,
    pub audit_log: bool,
    /// What is registered in DNS for clients, where a scope has no settings of its own.
    pub dns: DnsSettings,
    /// The same for IPv6, which Windows sets by itself.
    pub dns_v6: DnsSettings,
    pub dns_client: DnsClientConfig,
}

impl DhcpServerConfig {
    pub fn new(addresses: Vec<IpAddr>) -> DhcpServerConfig {
        // A stable DUID of its own for every server, from its first address.
        let mut mac = [0x02, 0, 0, 0, 0, 0];
        if let Some(IpAddr::V4(v4)) = addresses.iter().find(|address| address.is_ipv4()) {
            mac[2..].copy_from_slice(&v4.octets());
        } else if let Some(IpAddr::V6(v6)) = addresses.first() {
            mac[2..].copy_from_slice(&v6.octets()[12..]);
        }
        DhcpServerConfig {
            addresses,
            duid: duid::link_layer(MacAddress(mac)),
            scopes: Vec::new(),
            scopes_v6: Vec::new(),
            options: Vec::new(),
            dns_servers_v6: Vec::new(),
            conflict_attempts: 0,
            conflict_timeout: Duration::from_secs(1),
            offer_hold: Duration::from_secs(60),
            grace: Duration::from_secs(4 * 3600),
            preference: None,
            rapid_commit: false,
            authorised: true,
            domain: String::new(),
            audit_log: true,
            dns: DnsSettings::default(),
            dns_v6: DnsSettings::default(),
            dns_client: DnsClientConfig::default(),
        }
    }

    pub fn with_scope(mut self, scope: ScopeConfig) -> Self {
        self.scopes.push(scope);
        self
    }

    pub fn with_scope_v6(mut self, scope: ScopeV6Config) -> Self {
        self.scopes_v6.push(scope);
        self
    }

    pub fn with_option(mut self, option: DhcpOption) -> Self {
        self.options.push(option);
        self
    }

    /// The first IPv4 address.
    pub(super) fn server_id(&self) -> Option<Ipv4Addr> {
        self.addresses.iter().find_map(|address| match address {
            IpAddr::V4(v4) => Some(*v4),
            IpAddr::V6(_) => None,
        })
    }
}

/// A lease that was given before the run begins.
#[derive(Debug, Clone, PartialEq)]
pub struct LeaseConfig {
    pub address: IpAddr,
    pub client: ReservedClient,
    pub host_name: String,
    /// How long it still runs.
    pub seconds: u32,
}

/// An IPv4 scope: a subnet and the one range leased from it (domain 8.5).
#[derive(Debug, Clone, PartialEq)]
pub struct ScopeConfig {
    pub subnet: Ipv4Net,
    pub name: String,
    pub range: AddressRange,
    pub exclusions: Vec<AddressRange>,
    pub reservations: Vec<Reservation>,
    /// Leases that run when the server starts for the first time.
    pub leases: Vec<LeaseConfig>,
    /// Routers, name servers and whatever else; the subnet mask and the times are the server's.
    pub options: Vec<DhcpOption>,
    pub lease_seconds: u32,
    pub active: bool,
    /// Scopes of one superscope serve the same link.
    pub superscope: Option<String>,
    /// The failover relationship, as management shows it. The fakes do not replicate leases.
    pub failover: Option<Failover>,
    /// Relay addresses outside the subnet that select this scope.
    pub relay_addresses: Vec<Ipv4Addr>,
    /// What is registered in DNS for its clients; the server's settings by default.
    pub dns: Option<DnsSettings>,
}

impl ScopeConfig {
    /// An active scope with Windows' lease time of eight days.
    pub fn new(subnet: Ipv4Net, range: AddressRange) -> ScopeConfig {
        ScopeConfig {
            subnet: subnet.trunc(),
            name: subnet.trunc().to_string(),
            range,
            exclusions: Vec::new(),
            reservations: Vec::new(),
            leases: Vec::new(),
            options: Vec::new(),
            lease_seconds: 8 * 24 * 3600,
            active: true,
            superscope: None,
            failover: None,
            relay_addresses: Vec::new(),
            dns: None,
        }
    }

    pub fn named(mut self, name: &str) -> Self {
        self.name = name.to_owned();
        self
    }

    pub fn excluding(mut self, range: AddressRange) -> Self {
        self.exclusions.push(range);
        self
    }

    pub fn reserving(mut self, reservation: Reservation) -> Self {
        self.reservations.push(reservation);
        self
    }

    pub fn with_option(mut self, option: DhcpOption) -> Self {
        self.options.push(option);
        self
    }

    pub fn leased_for(mut self, seconds: u32) -> Self {
        self.lease_seconds = seconds;
        self
    }

    pub fn inactive(mut self) -> Self {
        self.active = false;
        self
    }

    pub fn in_superscope(mut self, name: &str) -> Self {
        self.superscope = Some(name.to_owned());
        self
    }

    pub fn via_relay(mut self, address: Ipv4Addr) -> Self {
        self.relay_addresses.push(address);
        self
    }
}

/// An IPv6 scope: a prefix, leased from whole (domain 8.5).
#[derive(Debug, Clone, PartialEq)]
pub struct ScopeV6Config {
    pub prefix: Ipv6Net,
    pub name: String,
    /// As stored: an inverted or foreign one has no effect (domain 8.5).
    pub exclusions: Vec<(Ipv6Addr, Ipv6Addr)>,
    pub reservations: Vec<Reservation>,
    pub leases: Vec<LeaseConfig>,
    pub preferred_seconds: u32,
    pub valid_seconds: u32,
    pub active: bool,
    pub dns_servers: Vec<Ipv6Addr>,
    pub dns_domain: Option<String>,
    /// Link addresses of relays, or addresses of clients, outside the prefix that select it.
    pub link_addresses: Vec<Ipv6Addr>,
    /// What is registered in DNS for its clients; the server's settings by default.
    pub dns: Option<DnsSettings>,
}

impl ScopeV6Config {
    /// An active scope with Windows' lifetimes: preferred eight days, valid twelve.
    pub fn new(prefix: Ipv6Net) -> ScopeV6Config {
        ScopeV6Config {
            prefix: prefix.trunc(),
            name: prefix.trunc().to_string(),
            exclusions: Vec::new(),
            reservations: Vec::new(),
            leases: Vec::new(),
            preferred_seconds: 8 * 24 * 3600,
            valid_seconds: 12 * 24 * 3600,
            active: true,
            dns_servers: Vec::new(),
            dns_domain: None,
            link_addresses: Vec::new(),
            dns: None,
        }
    }

    pub fn named(mut self, name: &str) -> Self {
        self.name = name.to_owned();
        self
    }

    pub fn excluding(mut self, first: Ipv6Addr, last: Ipv6Addr) -> Self {
        self.exclusions.push((first, last));
        self
    }

    pub fn reserving(mut self, reservation: Reservation) -> Self {
        self.reservations.push(reservation);
        self
    }

    pub fn with_domain(mut self, domain: &str) -> Self {
        self.dns_domain = Some(domain.to_owned());
        self
    }

    pub fn via_link(mut self, address: Ipv6Addr) -> Self {
        self.link_addresses.push(address);
        self
    }
}
