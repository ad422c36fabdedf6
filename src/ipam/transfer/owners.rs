//! Which owners the rows of a file may name (domain 6.3).
//!
//! A service must be a value of *Managed by service*. A service instance must be a value of that
//! field, a server of the inventory, or the instance of a range that is there already.

use std::collections::BTreeSet;

use crate::base::Fqdn;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::fields::{self, BuiltInField};
use crate::ipam::space::values::{self, Field};
use crate::ipam::space::{Owner, carried};
use crate::ipam::store::{Tx, params, servers};

/// Owners that were found good; the rest is looked up again. Files name few.
const REMEMBERED: usize = 4096;

/// What may be added to the two fields while rows are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Additions {
    /// `-AddManagedByService`.
    pub managed_by_service: bool,
    /// `-AddServiceInstance`.
    pub service_instance: bool,
}

/// The owners of rows.
#[derive(Debug, Default)]
pub(super) struct Owners {
    pub add: Additions,
    good: BTreeSet<Owner>,
}

impl Owners {
    pub fn new(add: Additions) -> Owners {
        Owners {
            add,
            good: BTreeSet::new(),
        }
    }

    /// Puts the owner of a row into its stored spelling.
    ///
    /// # Errors
    /// `IpamApiImportInvalidManagedByValue` for a service that does not exist.
    pub fn spell(&self, tx: &Tx<'_>, owner: &mut Owner) -> IpamResult<()> {
        if self.good.contains(owner) {
            return Ok(());
        }
        let word = owner.managed_by_service.word().to_owned();
        if self.add.managed_by_service
            && values::canonical(tx, Field::ManagedByService, &word).is_err()
        {
            fields::ensure_value(tx, BuiltInField::ManagedByService.name(), &word)?;
        }
        carried::spell_owner(tx, owner).map_err(|error| {
            IpamError::new(ErrorId::IpamApiImportInvalidManagedByValue, error.message)
        })
    }

    /// Refuses the owner of a new object whose service instance is not known.
    ///
    /// # Errors
    /// `IpamApiImportInvalidServiceInstanceValue`.
    pub fn check(&mut self, tx: &Tx<'_>, owner: &Owner) -> IpamResult<()> {
        if self.good.contains(owner) {
            return Ok(());
        }
        if !self.is_known(tx, owner)? {
            let instance = &owner.service_instance;
            if !self.add.service_instance {
                return Err(IpamError::new(
                    ErrorId::IpamApiImportInvalidServiceInstanceValue,
                    format!(
                        "`{instance}` is no service instance: correct it, or add it with \
                         Add-IpamCustomValue to the field ServiceInstance"
                    ),
                ));
            }
            fields::ensure_value(tx, BuiltInField::ServiceInstance.name(), instance)?;
        }
        if self.good.len() < REMEMBERED {
            self.good.insert(owner.clone());
        }
        Ok(())
    }

    fn is_known(&self, tx: &Tx<'_>, owner: &Owner) -> IpamResult<bool> {
        let instance = &owner.service_instance;
        if fields::value_spelled(tx, BuiltInField::ServiceInstance, instance)?.is_some() {
            return Ok(true);
        }
        if let Ok(name) = instance.parse::<Fqdn>()
            && servers::server(tx, &name)?.is_some()
        {
            return Ok(true);
        }
        let sql = "SELECT 1 FROM ip_range WHERE managed_by = ?1 AND instance_key = ?2 LIMIT 1";
        let pair = params![
            owner.managed_by_service.word(),
            instance.to_ascii_lowercase()
        ];
        Ok(tx.query_one(sql, pair, |_| Ok(()))?.is_some())
    }
}
