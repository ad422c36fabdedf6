//! Candidates from the directory: domain controllers and authorised DHCP servers (domain 3.2).

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError};
use crate::ipam::remote::RemoteError;
use crate::wire::windows::directory::{AuthorizedDhcpServer, ComputerEntry};

use super::domain::DiscoveryDomain;

/// The directory could not be asked about a domain.
fn failed(domain: &Fqdn, error: &RemoteError) -> IpamError {
    IpamError::new(
        ErrorId::IpamApiDirectoryQueryFailed,
        format!("the directory of domain `{domain}` cannot be asked: {error}"),
    )
}

impl Ipam {
    /// The controllers of a domain.
    pub(super) async fn controller_candidates(
        &self,
        caller: &Caller,
        domain: &DiscoveryDomain,
    ) -> Result<Vec<ComputerEntry>, IpamError> {
        if !domain.discover_dc {
            return Ok(Vec::new());
        }
        let listed = self.controllers(caller, &domain.name).await;
        listed.map_err(|error| failed(&domain.name, &error))
    }

    /// The authorised DHCP servers whose names lie in the domains, asked once a forest.
    pub(super) async fn authorised_candidates(
        &self,
        caller: &Caller,
        domains: &[DiscoveryDomain],
        errors: &mut Vec<IpamError>,
    ) -> Vec<AuthorizedDhcpServer> {
        let forests = match self.forests_to_ask(caller, domains).await {
            Ok(forests) => forests,
            Err(error) => {
                errors.push(error);
                return Vec::new();
            }
        };
        let mut candidates = Vec::new();
        for (domain, controller) in forests {
            match self.authorized_dhcp_servers(caller, controller).await {
                Ok(listed) => candidates.extend(listed),
                Err(error) => errors.push(failed(&domain, &error)),
            }
        }
        candidates.retain(|server| {
            let parent = server.name.parent();
            domains
                .iter()
                .any(|domain| domain.discover_dhcp && Some(&domain.name) == parent.as_ref())
        });
        candidates.sort_by(|a, b| a.name.cmp(&b.name));
        candidates.dedup_by(|a, b| a.name == b.name);
        candidates
    }

    /// One domain of every forest, with a controller of it; `None` stands for the host's own.
    async fn forests_to_ask(
        &self,
        caller: &Caller,
        domains: &[DiscoveryDomain],
    ) -> Result<Vec<(Fqdn, Option<IpAddr>)>, IpamError> {
        let wanted: Vec<&Fqdn> = domains
            .iter()
            .filter(|domain| domain.discover_dhcp)
            .map(|domain| &domain.name)
            .collect();
        let Some(first) = wanted.first() else {
            return Ok(Vec::new());
        };
        let listed = self.domains(caller).await;
        let listed = listed.map_err(|error| failed(first, &error))?;
        let forest_of: BTreeMap<&Fqdn, &Fqdn> = listed
            .iter()
            .map(|entry| (&entry.name, &entry.forest))
            .collect();
        let own = self.options.server.parent();
        let own_forest = own.as_ref().and_then(|domain| forest_of.get(domain));
        let mut asked = BTreeMap::new();
        for domain in wanted {
            let Some(forest) = forest_of.get(domain) else {
                continue;
            };
            if asked.contains_key(forest) {
                continue;
            }
            let controller = match Some(forest) == own_forest {
                true => None,
                false => {
                    let found = self.controller_of(caller, domain).await;
                    Some(found.map_err(|error| failed(domain, &error))?)
                }
            };
            asked.insert(*forest, (domain.clone(), controller));
        }
        Ok(asked.into_values().collect())
    }
}
