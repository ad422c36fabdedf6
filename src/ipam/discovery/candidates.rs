//! What a search of the discovery domains turned up, before anything is stored.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use futures_util::future::join_all;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError};
use crate::ipam::inventory::{ServerRole, Verified, is_usable, os_is_supported};
use crate::wire::windows::directory::{AuthorizedDhcpServer, ComputerEntry};

use super::domain::DiscoveryDomain;
use super::report::{PassedOver, PassedOverReason};

/// Candidates with the roles they were found in, and what was passed over.
#[derive(Default)]
pub(super) struct Candidates {
    pub roles: BTreeMap<Fqdn, BTreeSet<ServerRole>>,
    /// Accounts the directory gave along with the names.
    pub computers: BTreeMap<Fqdn, ComputerEntry>,
    pub passed_over: Vec<PassedOver>,
    pub errors: Vec<IpamError>,
}

impl Candidates {
    fn add(&mut self, name: &Fqdn, role: ServerRole) {
        self.roles.entry(name.clone()).or_default().insert(role);
    }

    fn pass_over(&mut self, name: &Fqdn, role: ServerRole, reason: PassedOverReason) {
        self.passed_over.push(PassedOver {
            name: name.clone(),
            role,
            reason,
        });
    }

    /// Takes a candidate out again, in all its roles.
    fn drop_out(&mut self, name: &Fqdn, reason: PassedOverReason) {
        for role in self.roles.remove(name).unwrap_or_default() {
            self.pass_over(name, role, reason);
        }
    }
}

impl Ipam {
    /// Searches the domains: controllers and name servers of all at once, then the DHCP servers
    /// that the forests authorise.
    pub(super) async fn candidates(
        &self,
        caller: &Caller,
        domains: &[DiscoveryDomain],
    ) -> Candidates {
        let searches = domains.iter().map(|domain| async move {
            let controllers = self.controller_candidates(caller, domain).await;
            let name_servers = match domain.discover_dns {
                true => self.name_servers(&domain.name).await,
                false => Ok(Vec::new()),
            };
            (controllers, name_servers)
        });
        let mut found = Candidates::default();
        for (controllers, name_servers) in join_all(searches).await {
            match controllers {
                Ok(controllers) => {
                    for computer in controllers {
                        found.add(&computer.name, ServerRole::Dc);
                        found.computers.insert(computer.name.clone(), computer);
                    }
                }
                Err(error) => found.errors.push(error),
            }
            match name_servers {
                Ok(names) => names
                    .iter()
                    .for_each(|name| found.add(name, ServerRole::Dns)),
                Err(error) => found.errors.push(error),
            }
        }
        self.dhcp_candidates(caller, domains, &mut found).await;
        found
    }

    /// Adds the authorised DHCP servers that acknowledge a DHCPINFORM.
    async fn dhcp_candidates(
        &self,
        caller: &Caller,
        domains: &[DiscoveryDomain],
        found: &mut Candidates,
    ) {
        let authorised = self
            .authorised_candidates(caller, domains, &mut found.errors)
            .await;
        if authorised.is_empty() {
            return;
        }
        if self.runs_dhcp_itself().await {
            for server in &authorised {
                let reason = PassedOverReason::IpamServerRunsDhcp;
                found.pass_over(&server.name, ServerRole::Dhcp, reason);
            }
            return;
        }
        let address = |server: &AuthorizedDhcpServer| match server.address {
            IpAddr::V4(v4) => Some(v4),
            IpAddr::V6(_) => None,
        };
        let asked: BTreeSet<Ipv4Addr> = authorised.iter().filter_map(address).collect();
        let confirmed = self.acknowledged(&asked).await;
        for server in &authorised {
            if address(server).is_some_and(|v4| confirmed.contains(&v4)) {
                found.add(&server.name, ServerRole::Dhcp);
                continue;
            }
            let reason = PassedOverReason::DhcpInformNotAcknowledged;
            found.pass_over(&server.name, ServerRole::Dhcp, reason);
        }
    }

    /// Looks up the account and the addresses of every candidate, all at once, and passes over
    /// those that cannot be managed.
    pub(super) async fn verify_candidates(
        &self,
        caller: &Caller,
        found: &mut Candidates,
    ) -> Vec<Verified> {
        let lookups = found.roles.keys().map(|name| {
            let known = found.computers.get(name).cloned();
            async move {
                let computer = match known {
                    Some(computer) => Ok(Some(computer)),
                    None => self.computer(caller, name).await,
                };
                let mut addresses = self.addresses_of(name).await;
                addresses.retain(is_usable);
                (name.clone(), computer, addresses)
            }
        });
        let mut verified = Vec::new();
        for (name, computer, addresses) in join_all(lookups).await {
            let reason = match computer {
                Err(error) => {
                    found.errors.push(IpamError::new(
                        ErrorId::IpamApiDirectoryQueryFailed,
                        format!("the directory cannot be asked for `{name}`: {error}"),
                    ));
                    PassedOverReason::DirectoryQueryFailed
                }
                Ok(None) => PassedOverReason::NoComputerAccount,
                Ok(Some(computer)) if !os_is_supported(&computer) => {
                    PassedOverReason::OsNotSupported
                }
                Ok(Some(_)) if addresses.is_empty() => PassedOverReason::NoAddress,
                Ok(Some(computer)) => {
                    verified.push(Verified {
                        computer,
                        addresses,
                    });
                    continue;
                }
            };
            found.drop_out(&name, reason);
        }
        verified
    }
}
