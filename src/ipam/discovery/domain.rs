//! `Add-`, `Get-`, `Set-` and `Remove-IpamDiscoveryDomain`.

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::rbac::Right;
use crate::ipam::store::{Tx, discovery};

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

fn known(tx: &Tx<'_>, name: &Fqdn) -> IpamResult<Option<DiscoveryDomain>> {
    let domains = discovery::domains(tx)?;
    Ok(domains.into_iter().find(|domain| domain.name == *name))
}

fn unknown(name: &Fqdn) -> IpamError {
    IpamError::not_found(format!(
        "`{name}` is not a discovery domain; add it with Add-IpamDiscoveryDomain"
    ))
}

impl Ipam {
    /// `Add-IpamDiscoveryDomain`: a domain of the own forest or of one trusted both ways.
    ///
    /// # Errors
    /// `IpamApiInvalidParameter` for a domain that is there already,
    /// `IpamApiObjectNotFound` for one that the directory does not list,
    /// `IpamApiDirectoryQueryFailed` when no controller answers.
    pub async fn add_ipam_discovery_domain(
        &self,
        caller: &Caller,
        domain: DiscoveryDomain,
    ) -> IpamResult<DiscoveryDomain> {
        self.authorize(caller, Right::StartTasks).await?;
        let listed = self
            .domains(&self.computer_account())
            .await
            .map_err(|error| {
                IpamError::new(
                    ErrorId::IpamApiDirectoryQueryFailed,
                    format!("the directory cannot be asked for its domains: {error}"),
                )
            })?;
        if !listed.iter().any(|entry| entry.name == domain.name) {
            let names: Vec<&str> = listed.iter().map(|entry| entry.name.as_str()).collect();
            return Err(IpamError::not_found(format!(
                "`{}` is no domain of this forest or of one trusted both ways; there is {}",
                domain.name,
                names.join(", ")
            )));
        }
        self.store.transaction(|tx| {
            if known(tx, &domain.name)?.is_some() {
                return Err(IpamError::parameter(format!(
                    "`{}` is a discovery domain already; change it with Set-IpamDiscoveryDomain",
                    domain.name
                )));
            }
            discovery::put_domain(tx, &domain)?;
            let done = format!("added the discovery domain `{}`", domain.name);
            self.changed(tx, caller, Category::Discovery, done)
        })?;
        Ok(domain)
    }

    /// `Get-IpamDiscoveryDomain`, ordered by name.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn get_ipam_discovery_domain(
        &self,
        caller: &Caller,
    ) -> IpamResult<Vec<DiscoveryDomain>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(discovery::domains)
    }

    /// `Set-IpamDiscoveryDomain`.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for a domain that was not added.
    pub async fn set_ipam_discovery_domain(
        &self,
        caller: &Caller,
        change: DiscoveryDomainChange,
    ) -> IpamResult<DiscoveryDomain> {
        self.authorize(caller, Right::StartTasks).await?;
        self.store.transaction(|tx| {
            let mut domain = known(tx, &change.name)?.ok_or_else(|| unknown(&change.name))?;
            domain.discover_dc = change.discover_dc.unwrap_or(domain.discover_dc);
            domain.discover_dns = change.discover_dns.unwrap_or(domain.discover_dns);
            domain.discover_dhcp = change.discover_dhcp.unwrap_or(domain.discover_dhcp);
            discovery::put_domain(tx, &domain)?;
            let done = format!("changed the discovery domain `{}`", domain.name);
            self.changed(tx, caller, Category::Discovery, done)?;
            Ok(domain)
        })
    }

    /// `Remove-IpamDiscoveryDomain`. Servers found there stay in the inventory.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for a domain that was not added.
    pub async fn remove_ipam_discovery_domain(
        &self,
        caller: &Caller,
        name: &Fqdn,
    ) -> IpamResult<()> {
        self.authorize(caller, Right::StartTasks).await?;
        self.store
            .transaction(|tx| match discovery::remove_domain(tx, name)? {
                true => {
                    let done = format!("removed the discovery domain `{name}`");
                    self.changed(tx, caller, Category::Discovery, done)
                }
                false => Err(unknown(name)),
            })
    }
}
