//! What a run of ServerDiscovery found and what it passed over.

use std::collections::BTreeSet;

use crate::base::Fqdn;
use crate::ipam::access::AccessReport;
use crate::ipam::error::{ErrorId, IpamError};
use crate::ipam::inventory::{NewFlag, ServerRole};

/// One run of ServerDiscovery.
#[derive(Debug, Clone, PartialEq)]
pub struct DiscoveryReport {
    /// Servers found or looked at again, ordered by name.
    pub servers: Vec<DiscoveredServer>,
    /// Candidates that are not servers for IPAM, each with its reason.
    pub passed_over: Vec<PassedOver>,
    /// Questions to the network that failed: a domain without NS records, no controller.
    pub errors: Vec<IpamError>,
    /// What the access checks of the same run say, ordered by name.
    pub access: Vec<AccessReport>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoveredServer {
    pub name: Fqdn,
    /// The roles found on it in this run.
    pub roles: BTreeSet<ServerRole>,
    pub flag: NewFlag,
}

/// A candidate for a role that did not become a server of the inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    pub name: Fqdn,
    pub role: ServerRole,
    pub reason: PassedOverReason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum PassedOverReason {
    /// The server has no IPv4 scope, is stopped, or cannot be reached: the three look alike.
    #[error(
        "{id}: it does not acknowledge a DHCPINFORM; it needs an IPv4 scope, a running service \
         and a free path for UDP port 67",
        id = ErrorId::IpamApiDhcpInformNotAcknowledged
    )]
    DhcpInformNotAcknowledged,
    #[error("the IPAM server runs DHCP itself, which rules out DHCP discovery")]
    IpamServerRunsDhcp,
    #[error("its operating system is older than Windows Server 2008")]
    OsNotSupported,
    #[error("the directory has no computer account for it")]
    NoComputerAccount,
    #[error("its name has no address")]
    NoAddress,
    #[error("the directory could not be asked for its computer account")]
    DirectoryQueryFailed,
}
