//! `Invoke-IpamDhcpLease`, behind the gate of who may call it.

use ipnet::IpNet;

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::rbac::{Demand, Object, Operation, OperationGroup};
use crate::ipam::remote::ConsoleClient;
use crate::ipam::space::{Owner, RangeQuery, range_list};
use crate::wire::windows::dhcpm::ScopeInfo;

use super::read::LeaseReader;
use super::report::{LeaseImportReport, ScopeImport, ScopeImported};
use super::request::LeaseImport;
use super::store::{ScopeStore, range_of, told};

impl Ipam {
    /// Imports the leases of a DHCP server as address records, from the host of `console`, or
    /// from the IPAM server itself.
    ///
    /// Deviation: the published script ends at the first scope that fails; here the others go in
    /// and the report names the one that did not.
    ///
    /// # Errors
    /// `IpamApiAccessDenied` for whoever is neither IPAM ASM nor IPAM administrator and has no
    /// policy for the addresses of that server; `IpamApiAddressResolutionFailed` for a server
    /// without an address. What the server refuses is in the report.
    pub async fn invoke_ipam_dhcp_lease(
        &self,
        caller: &Caller,
        import: &LeaseImport,
        console: Option<&ConsoleClient>,
    ) -> IpamResult<LeaseImportReport> {
        let demand = self.lease_import_demand(import)?;
        self.authorize(caller, demand).await?;
        let server = import.server();
        let (remote, resolver) = match console {
            Some(console) => (console.remote(), console.resolver()),
            None => (&self.remote, &self.resolver),
        };
        let addresses = resolver.lookup_host(server).await;
        if addresses.is_empty() {
            return Err(IpamError::new(
                ErrorId::IpamApiAddressResolutionFailed,
                format!("`{server}` has no address; check the name, or the DNS server"),
            ));
        }
        let reader = LeaseReader {
            remote,
            caller,
            server,
            addresses,
        };
        let mut report = LeaseImportReport {
            server: server.clone(),
            scopes: Vec::new(),
            unlisted: Vec::new(),
        };
        for family in import.families.each() {
            match reader.scopes(*family).await {
                Ok(scopes) => {
                    for scope in scopes {
                        let outcome = self.import_scope(caller, import, &reader, &scope).await;
                        let scope = scope.scope;
                        report.scopes.push(ScopeImport { scope, outcome });
                    }
                }
                Err(error) => report.unlisted.push(error),
            }
        }
        Ok(report)
    }

    /// Everything an import may do to the addresses of the ranges that the server is known for.
    /// The states that become values of a field come with the addresses and ask for no more.
    fn lease_import_demand(&self, import: &LeaseImport) -> IpamResult<Demand> {
        let owner = Owner::of_dhcp_server(import.server());
        let query = RangeQuery {
            managed_by_service: Some(owner.managed_by_service),
            service_instance: Some(owner.service_instance),
            ..RangeQuery::default()
        };
        let known = self.store.read(|tx| range_list::list(tx, &query))?;
        let object = |key, network_id: IpNet| Object::Range { key, network_id };
        let mut objects: Vec<Object> = known
            .into_iter()
            .map(|range| object(range.key, range.network_id))
            .collect();
        if objects.is_empty() {
            objects.push(Object::global());
        }
        let mut wanted = Vec::new();
        for object in objects {
            for action in OperationGroup::Address.actions() {
                let operation = Operation(*action, OperationGroup::Address);
                wanted.push((operation, object.clone()));
            }
        }
        Ok(Demand::Operations(wanted))
    }

    async fn import_scope(
        &self,
        caller: &Caller,
        import: &LeaseImport,
        reader: &LeaseReader<'_>,
        scope: &ScopeInfo,
    ) -> IpamResult<ScopeImported> {
        let range = range_of(import, scope)?;
        let mut leases = reader.leases(scope.scope).await?;
        leases.retain(|lease| !import.reservation_only || lease.is_reservation());
        let store = ScopeStore {
            ipam: self,
            import,
            scope,
            range,
        };
        self.store.transaction(|tx| {
            let imported = store.replace(tx, &leases)?;
            let done = told(&imported, scope, import);
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(imported)
        })
    }
}
