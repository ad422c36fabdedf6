//! The estate as it is written down: what a scenario or a test fills in before anything exists.
//!
//! Every field has a sensible default, so `HostSpec::new("dhcp1", &["10.0.0.5"])` is a machine.
//! Nothing here is checked; [`super::Estate::build`] does that and reports everything at once.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use crate::base::{Fqdn, HostName};
use crate::wire::windows::directory::GroupScope;

use super::host::{Os, Role};
use super::machine::Hardening;
use super::sql_admin::SqlSpec;

/// The password of every user who is not given another one.
pub const DEFAULT_PASSWORD: &str = "Passw0rd!";

/// The broadcast domain of every host that is not given another one.
pub const DEFAULT_SEGMENT: &str = "lan";

/// A whole estate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EstateSpec {
    pub domains: Vec<DomainSpec>,
    pub trusts: Vec<TrustSpec>,
    /// Hosts that belong to no domain.
    pub workgroup: Vec<HostSpec>,
    /// DHCP servers the directory does not authorise; every other one is authorised.
    pub unauthorised_dhcp: Vec<Fqdn>,
    /// How long a change takes from one domain to another and to the global catalog.
    pub replication: Duration,
}

/// A domain. It belongs to the forest of the written domain it lies below, or starts its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainSpec {
    pub name: Fqdn,
    /// By default the first label in upper case.
    pub netbios: Option<String>,
    /// The forest root, for a second tree in a forest.
    pub forest: Option<Fqdn>,
    pub users: Vec<UserSpec>,
    pub groups: Vec<GroupSpec>,
    pub hosts: Vec<HostSpec>,
    pub ous: Vec<OuSpec>,
    /// Whether `CN=MicrosoftDNS` exists; by default it does iff a controller runs DNS.
    pub microsoft_dns: Option<bool>,
}

/// A user account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSpec {
    pub name: String,
    pub password: Option<String>,
    /// Groups by name in this domain or as `CORP\name`.
    pub member_of: Vec<String>,
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSpec {
    pub name: String,
    pub scope: GroupScope,
    /// Accounts and groups by name in this domain or as `CORP\name`; a computer ends in `$`.
    pub members: Vec<String>,
    /// The last part of the SID; by default the next free one of the domain.
    pub rid: Option<u32>,
}

/// An organisational unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OuSpec {
    /// Its path from the domain down: `Servers`, or `Servers/DHCP` for one inside another.
    pub name: String,
    /// Whether policies linked to the domain root do not reach it.
    pub blocks_inheritance: bool,
}

/// A trust between two forests, by their root domains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustSpec {
    /// The forest whose resources are opened.
    pub trusting: Fqdn,
    /// The forest whose accounts are let in.
    pub trusted: Fqdn,
    pub two_way: bool,
}

/// A machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostSpec {
    pub name: HostName,
    pub addresses: Vec<IpAddr>,
    pub os: Os,
    pub roles: BTreeSet<Role>,
    /// The organisational unit its account lies in.
    pub ou: Option<String>,
    /// Whether it answers ping.
    pub answers_ping: bool,
    pub segment: String,
    /// The last part of its computer account's SID.
    pub rid: Option<u32>,
    /// Members of its local groups beyond the default ones, by group name.
    pub local_groups: BTreeMap<String, Vec<String>>,
    /// `DhcpLogFilePath`; the empty text models a value that was cleared.
    pub dhcp_log_path: Option<String>,
    /// DNS suffix of a workgroup host.
    pub dns_suffix: Option<Fqdn>,
    /// Its SQL Server instance; the role comes with an empty one.
    pub sql: Option<SqlSpec>,
    /// Files by folder and name, beyond what is installed.
    pub folders: BTreeMap<String, BTreeMap<String, String>>,
    /// What hardening refuses on it.
    pub hardening: BTreeSet<Hardening>,
}

impl DomainSpec {
    /// An empty domain.
    pub fn new(name: Fqdn) -> DomainSpec {
        DomainSpec {
            name,
            netbios: None,
            forest: None,
            users: Vec::new(),
            groups: Vec::new(),
            hosts: Vec::new(),
            ous: Vec::new(),
            microsoft_dns: None,
        }
    }

    /// This domain with one more host.
    #[must_use]
    pub fn host(mut self, host: HostSpec) -> DomainSpec {
        self.hosts.push(host);
        self
    }
}

impl HostSpec {
    /// A Windows Server 2019 member that answers ping and has no role.
    pub fn new(name: HostName, addresses: Vec<IpAddr>) -> HostSpec {
        HostSpec {
            name,
            addresses,
            os: Os::WindowsServer2019,
            roles: BTreeSet::new(),
            ou: None,
            answers_ping: true,
            segment: DEFAULT_SEGMENT.to_owned(),
            rid: None,
            local_groups: BTreeMap::new(),
            dhcp_log_path: None,
            dns_suffix: None,
            sql: None,
            folders: BTreeMap::new(),
            hardening: BTreeSet::new(),
        }
    }

    /// This host with these roles.
    #[must_use]
    pub fn roles(mut self, roles: &[Role]) -> HostSpec {
        self.roles.extend(roles);
        self
    }
}

impl UserSpec {
    /// A user with the default password.
    pub fn new(name: &str) -> UserSpec {
        UserSpec {
            name: name.to_owned(),
            password: None,
            member_of: Vec::new(),
        }
    }
}

impl GroupSpec {
    /// A group without members.
    pub fn new(name: &str, scope: GroupScope) -> GroupSpec {
        GroupSpec {
            name: name.to_owned(),
            scope,
            members: Vec::new(),
            rid: None,
        }
    }
}

impl EstateSpec {
    /// An estate of one domain.
    pub fn of(domain: DomainSpec) -> EstateSpec {
        EstateSpec {
            domains: vec![domain],
            ..EstateSpec::default()
        }
    }
}
