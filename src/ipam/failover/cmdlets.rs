//! What the console shows of failover, and *Replicate Failover Scope*.

use ipnet::IpNet;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::inventory::ServerRole;
use crate::ipam::rbac::{Action, Demand, Object, Operation, OperationGroup, Right};
use crate::ipam::store::{Tx, servers};

use super::comparison::Comparison;
use super::relationship::{relationship_of, relationships_of};
use super::replicate::{Replication, changes};
use super::rows::{self, Pair};

/// A scope of a server that is in a failover relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailoverScope {
    pub server: Fqdn,
    pub scope: IpNet,
    pub relationship: String,
    pub partner: Fqdn,
    pub comparison: Comparison,
}

fn scopes(tx: &Tx<'_>) -> IpamResult<Vec<FailoverScope>> {
    let mut found = Vec::new();
    for server in servers::servers(tx)? {
        if !server.roles.contains(&ServerRole::Dhcp) {
            continue;
        }
        for (scope, relationship) in relationships_of(tx, &server.name)? {
            found.push(FailoverScope {
                comparison: rows::find(tx, &server.name, scope)?.unwrap_or_default(),
                server: server.name.clone(),
                scope,
                relationship: relationship.relationship,
                partner: relationship.partner,
            });
        }
    }
    Ok(found)
}

impl Ipam {
    /// The scopes in failover relationships, by server, with how each stood against its partner
    /// when collection last compared the two.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn get_failover_scopes(&self, caller: &Caller) -> IpamResult<Vec<FailoverScope>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(scopes)
    }

    /// *Replicate Failover Scope*, `Invoke-DhcpServerv4FailoverReplication`: makes the scope on the
    /// partner as it is on `server`, whatever was done there. Leases are left alone.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` when the scope was not collected as part of a relationship;
    /// `IpamApiInvalidParameter` in a release that knows no failover. What a server refuses is in
    /// the report.
    pub async fn replicate_failover_scope(
        &self,
        caller: &Caller,
        server: &Fqdn,
        scope: IpNet,
    ) -> IpamResult<Replication> {
        let server = self.qualified(server);
        let known = self.store.read(|tx| relationship_of(tx, &server, scope))?;
        let partner = known.map(|relationship| relationship.partner);
        let edit = Operation(Action::Edit, OperationGroup::DhcpFailover);
        let halves = std::iter::once(&server).chain(&partner).cloned();
        let objects = halves.map(|server| Object::DhcpScope { server, scope });
        let demand = objects.map(|object| (edit, object)).collect();
        let authority = self.authorize(caller, Demand::Operations(demand)).await?;
        let acting = self.acting(caller, authority);
        let generation = self.options.rules.generation;
        if !generation.replicates_failover_scopes() {
            return Err(IpamError::parameter(format!(
                "{generation} knows no failover: replicate at the DHCP server"
            )));
        }
        let partner = partner.ok_or_else(|| {
            IpamError::not_found(format!(
                "the scope `{scope}` of `{server}` is in no failover relationship: retrieve the \
                 data of the server if it is by now"
            ))
        })?;
        let done = self.replicate(&acting, (&server, &partner), scope).await?;
        if !done.changes.is_empty() {
            let what = format!(
                "replicated the scope {scope} of {server} to {partner}: {}",
                done.changes.join("; ")
            );
            self.store
                .transaction(|tx| self.changed(tx, caller, Category::Records, what))?;
        }
        Ok(done)
    }

    /// Looks at both, changes the partner, and looks again. What is stored before the first
    /// change is that they differ, which is the truth until the end.
    async fn replicate(
        &self,
        caller: &Caller,
        (server, partner): (&Fqdn, &Fqdn),
        scope: IpNet,
    ) -> IpamResult<Replication> {
        let pair = Pair {
            servers: [server.clone(), partner.clone()],
            scope,
        };
        let halves = (server, partner);
        let mut report = Replication {
            server: server.clone(),
            partner: partner.clone(),
            scope,
            changes: Vec::new(),
            failures: Vec::new(),
            comparison: Comparison::default(),
        };
        let before = self.failover_halves(caller, halves, scope).await;
        let seen = match before {
            Ok((here, there, found)) => {
                self.store
                    .transaction(|tx| rows::put_pair(tx, &pair, &found))?;
                let list = changes(server, &here, there.as_ref());
                if list.is_empty() {
                    Ok(found)
                } else {
                    (report.changes, report.failures) =
                        self.carry_over(caller, partner, list).await;
                    let after = self.failover_halves(caller, halves, scope).await;
                    after.map(|(_, _, found)| found)
                }
            }
            Err(why) => Err(why),
        };
        report.comparison = self.store.transaction(|tx| {
            match &seen {
                Ok(found) => rows::put_pair(tx, &pair, found)?,
                Err(why) => rows::put_obstacle(tx, &pair, why)?,
            }
            Ok(rows::find(tx, server, scope)?.unwrap_or_default())
        })?;
        report.failures.extend(seen.err());
        Ok(report)
    }
}
