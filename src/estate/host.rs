//! A machine: what it is, what it runs, and every setting on it that access depends on.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use crate::base::{AccountName, Fqdn, HostName, Sid, SimTime};

use super::document::Documents;
use super::eventlog::Channel;
use super::firewall::Firewall;
use super::machine::{Files, Hardening};
use super::policy::HostPolicy;
use super::registry::{self, Registry};
use super::service::Service;
use super::share::Share;
use super::sid::SidAuthority;
use super::sql::SqlServer;

/// What a host is there for. A host without one is a member server or client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    DomainController,
    Dns,
    Dhcp,
    Nps,
    Ipam,
    /// SQL Server, a default instance.
    Sql,
}

/// Prints as the console abbreviates it.
impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::DomainController => "DC",
            Role::Dns => "DNS",
            Role::Dhcp => "DHCP",
            Role::Nps => "NPS",
            Role::Ipam => "IPAM",
            Role::Sql => "SQL",
        })
    }
}

/// Operating systems, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Os {
    WindowsServer2003,
    WindowsServer2008,
    WindowsServer2008R2,
    WindowsServer2012,
    WindowsServer2012R2,
    WindowsServer2016,
    WindowsServer2019,
    WindowsServer2022,
    WindowsServer2025,
    /// A Windows client.
    Windows10,
    Windows11,
    /// A machine that is no Windows: printer, switch, appliance. It has no firewall of ours.
    Device,
}

impl Os {
    pub const ALL: [Os; 12] = [
        Os::WindowsServer2003,
        Os::WindowsServer2008,
        Os::WindowsServer2008R2,
        Os::WindowsServer2012,
        Os::WindowsServer2012R2,
        Os::WindowsServer2016,
        Os::WindowsServer2019,
        Os::WindowsServer2022,
        Os::WindowsServer2025,
        Os::Windows10,
        Os::Windows11,
        Os::Device,
    ];

    /// As the directory's `operatingSystem` attribute has it.
    pub fn name(self) -> &'static str {
        match self {
            Os::WindowsServer2003 => "Windows Server 2003",
            Os::WindowsServer2008 => "Windows Server 2008",
            Os::WindowsServer2008R2 => "Windows Server 2008 R2",
            Os::WindowsServer2012 => "Windows Server 2012",
            Os::WindowsServer2012R2 => "Windows Server 2012 R2",
            Os::WindowsServer2016 => "Windows Server 2016",
            Os::WindowsServer2019 => "Windows Server 2019",
            Os::WindowsServer2022 => "Windows Server 2022",
            Os::WindowsServer2025 => "Windows Server 2025",
            Os::Windows10 => "Windows 10",
            Os::Windows11 => "Windows 11",
            Os::Device => "Device",
        }
    }

    /// Major and minor version, as `operatingSystemVersion` has them.
    pub fn version(self) -> (u16, u16) {
        match self {
            Os::WindowsServer2003 => (5, 2),
            Os::WindowsServer2008 => (6, 0),
            Os::WindowsServer2008R2 => (6, 1),
            Os::WindowsServer2012 => (6, 2),
            Os::WindowsServer2012R2 => (6, 3),
            Os::Device => (0, 0),
            _ => (10, 0),
        }
    }

    /// Whether it is a server system.
    pub fn is_server(self) -> bool {
        !matches!(self, Os::Windows10 | Os::Windows11 | Os::Device)
    }

    /// Whether its DHCP server writes the operational event log (domain 3.6: 2008 R2 or later).
    pub fn has_dhcp_operational_log(self) -> bool {
        self.version() >= (6, 1)
    }
}

/// A group of a machine; on a controller one of the domain's Builtin groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalGroup {
    pub sid: Sid,
    pub members: BTreeSet<Sid>,
    pub description: Cow<'static, str>,
}

/// Local groups by name as written; looked up without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LocalGroups(pub(super) BTreeMap<Cow<'static, str>, LocalGroup>);

impl LocalGroups {
    pub fn get(&self, name: &str) -> Option<&LocalGroup> {
        self.iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, group)| group)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut LocalGroup> {
        self.0
            .iter_mut()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, group)| group)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &LocalGroup)> {
        self.0.iter().map(|(name, group)| (name.as_ref(), group))
    }

    /// Adds to `token` the group SIDs that hold one of its SIDs, directly or nested.
    pub(super) fn expand_into(&self, token: &mut BTreeSet<Sid>) {
        loop {
            let before = token.len();
            for group in self.0.values() {
                if !token.contains(&group.sid) && !group.members.is_disjoint(token) {
                    token.insert(group.sid.clone());
                }
            }
            if token.len() == before {
                return;
            }
        }
    }
}

/// The domain membership of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub domain: Fqdn,
    /// Its computer account: `CORP\DHCP1$`.
    pub account: AccountName,
    pub sid: Sid,
    /// The account's GUID.
    pub guid: String,
    /// When the account was deleted, if it was.
    pub(super) deleted: Option<SimTime>,
    /// When the host joined; zero if it did before the run.
    pub(super) joined: SimTime,
    /// Path of the organisational unit of the account.
    pub ou: Option<String>,
}

/// A machine of the estate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    pub fqdn: Fqdn,
    pub name: HostName,
    pub addresses: Vec<IpAddr>,
    pub segment: String,
    pub os: Os,
    pub roles: BTreeSet<Role>,
    /// `None` for a workgroup host.
    pub membership: Option<Membership>,
    pub answers_ping: bool,
    /// Switched on.
    pub up: bool,
    /// When it last booted.
    pub booted: SimTime,
    pub firewall: Firewall,
    /// Gives out the SIDs of its own groups.
    pub(super) machine: SidAuthority,
    /// Its own groups; a controller has none and uses its domain's Builtin groups instead. Ask
    /// [`super::Estate::local_groups`].
    pub(super) own_groups: LocalGroups,
    /// By name in lower case.
    pub(super) shares: BTreeMap<String, Share>,
    /// NTFS read grants by folder in lower case.
    pub(super) ntfs: BTreeMap<String, BTreeSet<Sid>>,
    pub registry: Registry,
    /// By service name as Windows writes it.
    pub(super) services: BTreeMap<Cow<'static, str>, Service>,
    pub(super) channels: BTreeMap<Cow<'static, str>, Channel>,
    /// How often its DNS service re-reads the directory ACL (domain 4.3: 180 s, 30 to 3600 s).
    pub ds_polling_interval: Duration,
    pub policy: HostPolicy,
    /// The port that the application pool of an IPAM server is bound to, once it is set up.
    pub pool_port: Option<u16>,
    /// Its SQL Server instance.
    pub sql: Option<SqlServer>,
    pub(super) files: Files,
    pub(super) documents: Documents,
    pub(super) tasks: BTreeSet<String>,
    pub(super) hardening: BTreeSet<Hardening>,
}

impl Host {
    /// The member's domain.
    pub fn domain(&self) -> Option<&Fqdn> {
        self.membership.as_ref().map(|m| &m.domain)
    }

    pub fn has_role(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    pub fn is_controller(&self) -> bool {
        self.has_role(Role::DomainController)
    }

    /// Whether its DNS service keeps its configuration in the directory: DNS on a controller.
    pub fn dns_is_directory_integrated(&self) -> bool {
        self.has_role(Role::Dns) && self.is_controller()
    }

    /// A service by name, without regard to case.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, service)| service)
    }

    pub(super) fn service_mut(&mut self, name: &str) -> Option<&mut Service> {
        self.services
            .iter_mut()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, service)| service)
    }

    pub fn services(&self) -> impl Iterator<Item = (&str, &Service)> {
        self.services.iter().map(|(name, s)| (name.as_ref(), s))
    }

    /// A share by name, without regard to case.
    pub fn share(&self, name: &str) -> Option<&Share> {
        self.shares.get(&name.to_ascii_lowercase())
    }

    pub fn shares(&self) -> impl Iterator<Item = &Share> {
        self.shares.values()
    }

    /// An event log channel by name, without regard to case.
    pub fn channel(&self, name: &str) -> Option<&Channel> {
        self.channels
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, channel)| channel)
    }

    pub fn channels(&self) -> impl Iterator<Item = (&str, &Channel)> {
        self.channels.iter().map(|(name, c)| (name.as_ref(), c))
    }

    /// The folder its DHCP server logs to: `DhcpLogFilePath`, or the default where that is empty
    /// or absent.
    pub fn dhcp_log_folder(&self) -> &str {
        let value = self.registry.get(registry::DHCP_LOG_FILE_PATH);
        value
            .filter(|folder| !folder.trim().is_empty())
            .unwrap_or(registry::DEFAULT_DHCP_LOG_FOLDER)
    }

    /// Who may read files of `folder` by its NTFS permissions.
    pub fn ntfs_readers(&self, folder: &str) -> Option<&BTreeSet<Sid>> {
        self.ntfs.get(&super::share::folder_key(folder))
    }
}
