//! Rows that are ranges (domain 6.2, 6.3).

use std::collections::BTreeSet;

use crate::addr::Family;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::rbac::{Action, Object};
use crate::ipam::space::{
    AddressSpaceName, AssignmentType, ManagedByService, NewRange, Owner, RangeKey, bulk_ranges,
    ranges,
};
use crate::ipam::store::Tx;

use super::addresses::same_owner;
use super::column::{Header, Target};
use super::context::Context;
use super::custom;
use super::failure::RowFailure;
use super::import::{Change, ImportSummary, Loader};
use super::kinds::range::{self, RangeField, RangeKeyText, RangeReader};
use super::owners::Owners;
use super::rows::Wrong;
use super::sheet::Row;
use super::value::Unfit;

/// Stores rows as ranges.
pub(super) struct RangeLoader<'a> {
    pub context: Context<'a>,
    pub header: Header<RangeField>,
    pub family: Option<Family>,
    pub create_subnet_if_not_found: bool,
    /// The owner of rows that name none.
    pub owner: Owner,
    /// Rows of other owners are refused: import-and-update is of one.
    pub only_owner: bool,
    pub reader: RangeReader,
    pub owners: Owners,
    pub file: String,
}

impl RangeLoader<'_> {
    /// The range of a row without its details, and the key it has.
    fn range(&mut self, tx: &Tx<'_>, row: &Row<'_>) -> Result<(NewRange, RangeKey), Wrong> {
        let (mut text, reader) = (RangeKeyText::default(), &mut self.reader);
        self.header.each(row, |target, value| match target {
            Target::Field(field) => reader.key(*field, value, &mut text),
            Target::Custom(_) => Ok(()),
        })?;
        let of_network =
            |reason: String| self.header.wrong(RangeField::Network, Unfit::new(reason));
        let network = text
            .network
            .ok_or_else(|| of_network("has no network".to_owned()))?;
        let family = Family::of(network.addr());
        if let Some(wanted) = self.family.filter(|wanted| *wanted != family) {
            return Err(of_network(format!(
                "`{network}` is {family}, and {wanted} is imported: import it as {family}"
            )));
        }
        let mut new = NewRange::new(network);
        (new.start_ip_address, new.end_ip_address) = (text.start, text.end);
        new.create_subnet_if_not_found = self.create_subnet_if_not_found;
        new.owner = self.owner.clone();
        if let Some(service) = text.managed_by_service {
            new.owner.managed_by_service = service;
        }
        if !text.service_instance.is_empty() {
            new.owner.service_instance = text.service_instance;
        }
        if !text.address_space.is_empty() {
            new.address_space = AddressSpaceName::new(text.address_space);
        }
        if new.owner.managed_by_service == ManagedByService::MsDhcp {
            return Err(self
                .header
                .wrong(RangeField::ManagedByService, ms_dhcp().into()));
        }
        let spelled = self.owners.spell(tx, &mut new.owner);
        spelled.map_err(|error| {
            self.header
                .wrong(RangeField::ManagedByService, error.into())
        })?;
        let key = bulk_ranges::checked_range(tx, new.clone())?;
        if self.only_owner && !same_owner(&key.owner, &self.owner) {
            let words = format!(
                "the row is of `{}`, and `{}` is imported",
                key.owner, self.owner
            );
            return Err(Wrong::whole(Unfit::new(words)));
        }
        Ok((new, key))
    }

    /// The key of a row, whatever else is wrong with it.
    pub fn key(&mut self, tx: &Tx<'_>, row: &Row<'_>) -> Option<RangeKey> {
        self.range(tx, row).ok().map(|(_, key)| key)
    }

    /// Puts every column that is none of the key into `new`.
    fn put(&mut self, row: &Row<'_>, new: &mut NewRange) -> Result<(), Wrong> {
        let reader = &mut self.reader;
        self.header.each(row, |target, value| {
            match target {
                Target::Field(field) => {
                    if let Some(assignment) = reader.assignment(*field, value)? {
                        new.assignment_type = assignment;
                    }
                    range::put(*field, value, &mut new.details)?;
                }
                Target::Custom(field) => custom::put(field, value, &mut new.details.custom),
            }
            Ok(())
        })?;
        // How many are utilized means something only now that all columns are read.
        self.header.each(row, |target, value| match target {
            Target::Field(field @ RangeField::UtilizedAddresses) => {
                range::put(*field, value, &mut new.details)
            }
            _ => Ok(()),
        })
    }

    fn store(&mut self, tx: &Tx<'_>, row: &Row<'_>) -> Result<Change, Wrong> {
        let (mut new, key) = self.range(tx, row)?;
        let object = || Object::Range {
            key: key.clone(),
            network_id: new.network_id,
        };
        let Some(stored) = ranges::find(tx, &key)? else {
            self.context.check(tx, Action::Add, object)?;
            let known = self.owners.check(tx, &key.owner);
            known.map_err(|error| self.header.wrong(RangeField::ServiceInstance, error.into()))?;
            self.put(row, &mut new)?;
            bulk_ranges::add_range(tx, new)?;
            return Ok(Change::Added);
        };
        self.context.check(tx, Action::Edit, object)?;
        let assignment: AssignmentType = bulk_ranges::assignment_of(&stored);
        (new.details, new.assignment_type) = (stored.details.clone(), assignment);
        self.put(row, &mut new)?;
        let same = new.details == stored.details
            && new.assignment_type == assignment
            && new.network_id == stored.network_id;
        if same {
            return Ok(Change::Unchanged);
        }
        bulk_ranges::replace_range(tx, &stored, new)?;
        Ok(Change::Updated)
    }

    /// Those of `stored` that are not among `present`.
    pub fn absent(
        tx: &Tx<'_>,
        owner: &Owner,
        present: &BTreeSet<RangeKey>,
    ) -> IpamResult<Vec<RangeKey>> {
        let all = bulk_ranges::all_ranges(tx)?
            .into_iter()
            .map(|range| range.key);
        let owned = all.filter(|key| same_owner(&key.owner, owner));
        let folded = |key: &RangeKey| {
            let mut key = key.clone();
            key.owner = owner.clone();
            key
        };
        let present: BTreeSet<RangeKey> = present.iter().map(folded).collect();
        Ok(owned
            .filter(|key| !present.contains(&folded(key)))
            .collect())
    }
}

/// Ranges of DHCP servers come from discovery alone (domain S3).
pub(super) fn ms_dhcp() -> IpamError {
    IpamError::new(
        ErrorId::IpamApiErrorImportOfMsDhcpRangesNotAllowed,
        "`MS DHCP` is kept for the scopes of managed DHCP servers: use another value, such as \
         `IPAM`",
    )
}

impl Loader for RangeLoader<'_> {
    fn take(&mut self, tx: &Tx<'_>, row: &Row<'_>) -> IpamResult<Result<Change, RowFailure>> {
        let stored = self.store(tx, row);
        self.header.settled(row, stored)
    }

    fn end_batch(&mut self, tx: &Tx<'_>, batch: &ImportSummary) -> IpamResult<()> {
        self.context.imported(tx, "ranges", &self.file, batch)
    }
}
