//! ServerDiscovery: candidates in, inventory records and access checks out (domain 3.2).

use std::collections::BTreeSet;

use futures_util::future::join_all;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::inventory::{
    NewFlag, OsVersion, ServerRecord, ServerRole, Verified, is_usable, known, new_record,
};
use crate::ipam::rbac::Right;
use crate::ipam::store::{Tx, discovery, servers};

use super::report::{DiscoveredServer, DiscoveryReport};

impl Ipam {
    /// Start Server Discovery; restricted to servers of the inventory when `only` names them.
    ///
    /// The search itself runs as the computer account, whoever starts it (domain 1.2).
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for a name in `only` that is not in the inventory. What goes wrong
    /// in the network is in the report.
    pub async fn start_server_discovery(
        &self,
        caller: &Caller,
        only: Option<&[Fqdn]>,
    ) -> IpamResult<DiscoveryReport> {
        self.authorize(caller, Right::StartTasks).await?;
        match only {
            Some(names) => self.rediscover(names).await,
            None => self.discover().await,
        }
    }

    /// The ServerDiscovery task: searches the domains, then checks every server there is.
    pub(crate) async fn discover(&self) -> IpamResult<DiscoveryReport> {
        let caller = self.computer_account();
        let domains = self.store.read(discovery::domains)?;
        let mut found = self.candidates(&caller, &domains).await;
        let verified = self.verify_candidates(&caller, &mut found).await;
        let mut discovered = self.store.transaction(|tx| {
            let mut discovered = Vec::new();
            for server in &verified {
                let roles = found
                    .roles
                    .get(&server.computer.name)
                    .cloned()
                    .unwrap_or_default();
                discovered.push(absorb(tx, server, roles)?);
            }
            Ok(discovered)
        })?;
        discovered.sort_by(|a, b| a.name.cmp(&b.name));
        found
            .passed_over
            .sort_by(|a, b| (&a.name, a.role).cmp(&(&b.name, b.role)));
        let access = self
            .check_access(self.store.read(servers::servers)?)
            .await?;
        Ok(DiscoveryReport {
            servers: discovered,
            passed_over: found.passed_over,
            errors: found.errors,
            access,
        })
    }

    /// The same for servers that are known: account and addresses anew, then the checks.
    async fn rediscover(&self, names: &[Fqdn]) -> IpamResult<DiscoveryReport> {
        let caller = self.computer_account();
        let names: BTreeSet<Fqdn> = names.iter().map(|name| self.qualified(name)).collect();
        let before: Vec<ServerRecord> = self
            .store
            .read(|tx| names.iter().map(|name| known(tx, name)).collect())?;
        let lookups = before.iter().map(|server| async {
            let computer = self.computer(&caller, &server.name).await;
            let mut addresses = self.addresses_of(&server.name).await;
            addresses.retain(is_usable);
            (computer, addresses)
        });
        let looked_up = join_all(lookups).await;
        let (servers, discovered) = self.store.transaction(|tx| {
            let mut servers = Vec::new();
            let mut discovered = Vec::new();
            for (server, (computer, addresses)) in before.iter().zip(looked_up) {
                // What directory or DNS do not say now stays as it was said last.
                let seen = match computer {
                    Ok(Some(computer)) if !addresses.is_empty() => {
                        let verified = Verified {
                            computer,
                            addresses,
                        };
                        Some(absorb(tx, &verified, BTreeSet::new())?)
                    }
                    _ => None,
                };
                discovered.extend(seen);
                servers.extend(servers::server(tx, &server.name)?);
            }
            Ok((servers, discovered))
        })?;
        let access = self.check_access(servers).await?;
        Ok(DiscoveryReport {
            servers: discovered,
            passed_over: Vec::new(),
            errors: Vec::new(),
            access,
        })
    }
}

/// Stores what was found out about a server: a new record, or what changed in the one there is.
fn absorb(
    tx: &Tx<'_>,
    found: &Verified,
    roles: BTreeSet<ServerRole>,
) -> IpamResult<DiscoveredServer> {
    let computer = &found.computer;
    let record = match existing(tx, found)? {
        None => {
            let mut record = new_record(found, NewFlag::New);
            record.roles = roles.clone();
            record.known_roles = roles.clone();
            record
        }
        Some(before) => {
            let mut after = before.clone();
            after.name = computer.name.clone();
            after.guid = computer.guid.clone();
            after.sid = computer.sid.clone();
            after.domain = computer.domain.clone();
            after.forest = computer.forest.clone();
            after.addresses = found.addresses.clone();
            after.os = OsVersion::from(computer);
            // A role found for the first time is selected; one the administrator cleared stays
            // cleared (domain 3.6, A18).
            let fresh = roles.difference(&before.known_roles).copied();
            after.roles.extend(fresh);
            after.known_roles.extend(roles.iter().copied());
            after.flag = before.flag;
            after.flag = match after == before {
                true => NewFlag::Old,
                false => NewFlag::Modified,
            };
            if after.name != before.name {
                servers::remove_server(tx, &before.name)?;
            }
            after
        }
    };
    servers::put_server(tx, &record)?;
    Ok(DiscoveredServer {
        name: record.name,
        roles,
        flag: record.flag,
    })
}

/// The record of this computer: by name, else by GUID, because a computer may be renamed.
fn existing(tx: &Tx<'_>, found: &Verified) -> IpamResult<Option<ServerRecord>> {
    if let Some(server) = servers::server(tx, &found.computer.name)? {
        return Ok(Some(server));
    }
    servers::server_by_guid(tx, &found.computer.guid)
}
