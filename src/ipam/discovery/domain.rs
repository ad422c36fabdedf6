//! `Add-`, `Get-`, `Set-` and `Remove-IpamDiscoveryDomain`.

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;

/// A domain that ServerDiscovery searches, and what it looks for there (domain 3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoveryDomain {
    pub name: Fqdn,
    pub discover_dc: bool,
    pub discover_dns: bool,
    pub discover_dhcp: bool,
}

impl DiscoveryDomain {
    /// A domain searched for everything, which is the cmdlet's default.
    pub fn new(name: Fqdn) -> DiscoveryDomain {
        DiscoveryDomain {
            name,
            discover_dc: true,
            discover_dns: true,
            discover_dhcp: true,
        }
    }
}

/// Parameters of `Set-IpamDiscoveryDomain`; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoveryDomainChange {
    pub name: Fqdn,
    pub discover_dc: Option<bool>,
    pub discover_dns: Option<bool>,
    pub discover_dhcp: Option<bool>,
}

impl Ipam {
    /// `Add-IpamDiscoveryDomain`: a domain of the own forest or of one trusted both ways.
    pub async fn add_ipam_discovery_domain(
        &self,
        _caller: &Caller,
        _domain: DiscoveryDomain,
    ) -> IpamResult<DiscoveryDomain> {
        todo!()
    }

    /// `Get-IpamDiscoveryDomain`, ordered by name.
    pub async fn get_ipam_discovery_domain(
        &self,
        _caller: &Caller,
    ) -> IpamResult<Vec<DiscoveryDomain>> {
        todo!()
    }

    /// `Set-IpamDiscoveryDomain`.
    pub async fn set_ipam_discovery_domain(
        &self,
        _caller: &Caller,
        _change: DiscoveryDomainChange,
    ) -> IpamResult<DiscoveryDomain> {
        todo!()
    }

    /// `Remove-IpamDiscoveryDomain`. Servers found there stay in the inventory.
    pub async fn remove_ipam_discovery_domain(
        &self,
        _caller: &Caller,
        _name: &Fqdn,
    ) -> IpamResult<()> {
        todo!()
    }
}
