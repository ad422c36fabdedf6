//! Storing the leases of one scope: import-and-update of its range (domain 6.3, 9.4).

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::addr::AddressRange;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::fields::{self, BuiltInField, CustomChange, CustomValues};
use crate::ipam::space::{
    Address, AddressChange, AddressKey, AddressQuery, AddressSpaceName, NewAddress, Owner,
    RangeKey, addresses, range_network,
};
use crate::ipam::store::Tx;
use crate::wire::windows::dhcpm::ScopeInfo;

use super::mapping::ReadLease;
use super::report::ScopeImported;
use super::request::LeaseImport;

/// The range that a scope of the server is recorded as.
///
/// # Errors
/// `IpamApiInvalidParameter` for bounds that no range has.
pub(super) fn range_of(import: &LeaseImport, scope: &ScopeInfo) -> IpamResult<RangeKey> {
    let span = AddressRange::new(scope.first, scope.last).map_err(|_| {
        IpamError::parameter(format!(
            "the scope `{}` of `{}` ends at {} before it begins at {}",
            scope.scope,
            import.server(),
            scope.last,
            scope.first
        ))
    })?;
    Ok(RangeKey {
        address_space: AddressSpaceName::default(),
        span,
        owner: Owner::of_dhcp_server(import.server()),
    })
}

/// One scope on its way into the database.
pub(super) struct ScopeStore<'a> {
    pub ipam: &'a Ipam,
    pub import: &'a LeaseImport,
    pub scope: &'a ScopeInfo,
    pub range: RangeKey,
}

impl ScopeStore<'_> {
    /// Makes the address records of the range those of `leases`, in the caller's transaction.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for a scope that is no range yet, `IpamApiIpAddressOutOfRange` for
    /// a lease outside it, and whatever refuses a record.
    pub fn replace(&self, tx: &Tx<'_>, leases: &[ReadLease]) -> IpamResult<ScopeImported> {
        let (scope, server) = (self.scope.scope, self.import.server());
        if range_network(tx, &self.range)? != Some(scope) {
            return Err(IpamError::not_found(format!(
                "the scope `{scope}` of `{server}` is no range of IPAM with these bounds: retrieve \
                 the data of the managed server first"
            )));
        }
        let mut absent = self.recorded(tx)?;
        let mut imported = ScopeImported::default();
        for lease in leases {
            match absent.remove(&lease.lease.address) {
                Some(known) => {
                    self.write(tx, &known, lease)?;
                    imported.updated += 1;
                }
                None => {
                    self.add(tx, lease)?;
                    imported.added += 1;
                }
            }
        }
        for (_, gone) in absent {
            addresses::remove(tx, &gone.key)?;
            imported.deleted.push(gone.key);
        }
        Ok(imported)
    }

    fn recorded(&self, tx: &Tx<'_>) -> IpamResult<BTreeMap<IpAddr, Address>> {
        let query = AddressQuery {
            mapped_to: Some(self.range.clone()),
            ..AddressQuery::default()
        };
        let known = addresses::list(tx, &query)?.into_iter();
        Ok(known
            .map(|address| (address.key.ip_address, address))
            .collect())
    }

    fn add(&self, tx: &Tx<'_>, lease: &ReadLease) -> IpamResult<()> {
        let address = lease.lease.address;
        if !self.range.span.contains(address) {
            return Err(IpamError::new(
                ErrorId::IpamApiIpAddressOutOfRange,
                format!("`{address}` is leased outside the range `{}`", self.range),
            ));
        }
        let mut new = NewAddress::new(address);
        new.owner = self.range.owner.clone();
        let added = addresses::add(tx, new)?;
        self.write(tx, &added, lease)
    }

    /// Writes the lease into a record, with the values that its fields do not have yet.
    fn write(&self, tx: &Tx<'_>, record: &Address, lease: &ReadLease) -> IpamResult<()> {
        if lease.lease.address.is_ipv4() {
            fields::ensure_value(tx, BuiltInField::IpAddressState.name(), lease.state())?;
        }
        let mut changes = lease.changes();
        let custom = self.custom(tx, lease, &record.details.custom)?;
        if !custom.is_empty() {
            changes.push(AddressChange::CustomConfiguration(custom));
        }
        let changed = addresses::set(tx, &record.key, changes)?;
        let expiry = changed.details.expiry_date;
        self.ipam.note_expiry(tx, &record.key, expiry).map(drop)
    }

    /// What becomes of the custom fields that the import fills, in place of what they held.
    fn custom(
        &self,
        tx: &Tx<'_>,
        lease: &ReadLease,
        carried: &CustomValues,
    ) -> IpamResult<CustomChange> {
        let mut change = CustomChange::default();
        let mut emptied = Vec::new();
        for datum in &self.import.custom_data {
            let field = fields::field_named(tx, &datum.field)?;
            if !carried.get(field.name()).is_empty() {
                emptied.push(field.name().to_owned());
            }
            let value = lease.custom(&datum.source, self.scope);
            if value.is_empty() {
                continue;
            }
            if field.is_multi_value() {
                fields::ensure_value(tx, field.name(), &value)?;
            }
            change.add.add(field.name(), value);
        }
        change.remove = CustomChange::removals(&emptied.join(";"));
        Ok(change)
    }
}

/// The keys that an import deleted, as its record in the log names them.
pub(super) fn told(imported: &ScopeImported, scope: &ScopeInfo, import: &LeaseImport) -> String {
    let keys: Vec<String> = imported
        .deleted
        .iter()
        .map(|key: &AddressKey| key.ip_address.to_string())
        .collect();
    let deleted = match keys.as_slice() {
        [] => String::new(),
        keys => format!(" ({})", keys.join(", ")),
    };
    format!(
        "imported the leases of the scope {} of {}: {} added, {} updated, {} deleted{deleted}",
        scope.scope,
        import.server(),
        imported.added,
        imported.updated,
        keys.len()
    )
}
