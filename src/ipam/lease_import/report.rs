//! How an import of leases ended, scope by scope.

use ipnet::IpNet;

use crate::base::Fqdn;
use crate::ipam::error::IpamError;
use crate::ipam::space::AddressKey;

/// What became of one scope: it is in as a whole, or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeImport {
    pub scope: IpNet,
    pub outcome: Result<ScopeImported, IpamError>,
}

/// What an import changed of one scope.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScopeImported {
    pub added: usize,
    /// Recorded before, whether anything differs or not.
    pub updated: usize,
    /// Addresses of the scope that are not leased (domain S16).
    pub deleted: Vec<AddressKey>,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseImportReport {
    pub server: Fqdn,
    /// In the order of import: IPv4 before IPv6, by network.
    pub scopes: Vec<ScopeImport>,
    /// Families whose scopes the server would not list, each with the reason.
    pub unlisted: Vec<IpamError>,
}

impl LeaseImportReport {
    /// Everything that went wrong.
    pub fn failures(&self) -> impl Iterator<Item = &IpamError> {
        let scopes = self
            .scopes
            .iter()
            .filter_map(|scope| scope.outcome.as_ref().err());
        self.unlisted.iter().chain(scopes)
    }
}
