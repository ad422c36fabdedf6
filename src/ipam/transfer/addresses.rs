//! Rows that are address records (domain 6.2, 6.3).

use crate::addr::{AddressRange, AddressSet, Family};
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::rbac::{Action, Object};
use crate::ipam::space::values::{self, Field};
use crate::ipam::space::{
    AddressDetails, AddressKey, AddressSpaceName, Owner, addresses, bulk, spaces, taken,
};
use crate::ipam::store::{Tx, key_of_address};

use super::column::{Header, Target};
use super::context::Context;
use super::custom;
use super::failure::RowFailure;
use super::import::{Change, ImportSummary, Loader};
use super::kinds::address::{AddressField, AddressKeyText, AddressReader};
use super::owners::Owners;
use super::rows::Wrong;
use super::sheet::Row;
use super::value::Unfit;

/// The range that import-and-update makes equal to the file.
pub(super) struct Within {
    pub span: AddressRange,
    /// Addresses that the file has.
    pub present: AddressSet,
    /// A row whose address nobody can read may be of any address.
    pub unread: u64,
}

impl Within {
    pub fn new(span: AddressRange) -> Within {
        Within {
            span,
            present: AddressSet::new(),
            unread: 0,
        }
    }

    /// Those of the stored records that the file does not have.
    pub fn absent(&self, mut stored: Vec<AddressKey>) -> Vec<AddressKey> {
        stored.retain(|key| !self.present.contains(key.ip_address));
        stored
    }
}

/// Stores rows as address records.
pub(super) struct AddressLoader<'a> {
    pub context: Context<'a>,
    pub header: Header<AddressField>,
    pub family: Option<Family>,
    /// The owner of rows that name none.
    pub owner: Owner,
    pub space: AddressSpaceName,
    pub within: Option<Within>,
    pub reader: AddressReader,
    pub owners: Owners,
    /// The address space last asked for, as typed and as stored.
    pub known_space: Option<(AddressSpaceName, AddressSpaceName)>,
    pub file: String,
    /// Runs of the addresses added since the last batch ended.
    pub taken: taken::Bulk,
}

impl AddressLoader<'_> {
    /// The key of the record, as typed.
    fn key(&mut self, row: &Row<'_>) -> Result<AddressKey, Wrong> {
        let (mut text, reader) = (AddressKeyText::default(), &mut self.reader);
        self.header.each(row, |target, value| match target {
            Target::Field(field) => reader.key(*field, value, &mut text).map(drop),
            Target::Custom(_) => Ok(()),
        })?;
        let of_address = |unfit| self.header.wrong(AddressField::IpAddress, unfit);
        let key = text.key(&self.owner, &self.space);
        let key = key.ok_or_else(|| of_address(Unfit::new("has no IP address")))?;
        let family = Family::of(key.ip_address);
        match self.family.filter(|wanted| *wanted != family) {
            Some(wanted) => Err(of_address(Unfit::new(format!(
                "`{}` is {family}, and {wanted} is imported: import it as {family}",
                key.ip_address
            )))),
            None => Ok(key),
        }
    }

    /// Puts every column that is none of the key into `details`.
    fn put(&mut self, row: &Row<'_>, details: &mut AddressDetails) -> Result<(), Wrong> {
        let reader = &mut self.reader;
        self.header.each(row, |target, value| {
            match target {
                Target::Field(field) => reader.put(*field, value, details)?,
                Target::Custom(field) => custom::put(field, value, &mut details.custom),
            }
            Ok(())
        })
    }

    fn store(&mut self, tx: &Tx<'_>, row: &Row<'_>) -> Result<Change, Wrong> {
        let mut key = match self.key(row) {
            Ok(key) => key,
            Err(wrong) => {
                self.unreadable();
                return Err(wrong);
            }
        };
        key.address_space = self.stored_space(tx, &key.address_space)?;
        self.owners.spell(tx, &mut key.owner).map_err(|error| {
            self.header
                .wrong(AddressField::ManagedByService, error.into())
        })?;
        self.in_range(&key)?;
        let added = self.add(tx, row, &key);
        if let Ok(true) = added {
            return Ok(Change::Added);
        }
        // A row that makes no record by itself may still complete one that is there.
        let stored = match (addresses::get(tx, &key), added) {
            (Ok(stored), _) => stored,
            (Err(error), Ok(_)) => return Err(error.into()),
            (Err(_), Err(wrong)) => return Err(wrong),
        };
        let object = || Object::Address(key.clone());
        self.context.check(tx, Action::Edit, object)?;
        let mut details = stored.details.clone();
        self.put(row, &mut details)?;
        if details == stored.details {
            return Ok(Change::Unchanged);
        }
        self.words(tx, &details)?;
        bulk::replace(tx, &key, &stored.details, &mut details)?;
        self.context.note_expiry(tx, &key, details.expiry_date)?;
        Ok(Change::Updated)
    }

    /// Adds the record of a row unless there is one; whether it did.
    fn add(&mut self, tx: &Tx<'_>, row: &Row<'_>, key: &AddressKey) -> Result<bool, Wrong> {
        let mut details = AddressDetails::default();
        self.put(row, &mut details)?;
        let object = || Object::Address(key.clone());
        self.context.check(tx, Action::Add, object)?;
        let of_instance = |error: IpamError| {
            self.header
                .wrong(AddressField::ServiceInstance, error.into())
        };
        self.owners.check(tx, &key.owner).map_err(of_instance)?;
        self.words(tx, &details)?;
        if !bulk::add_new(tx, key, &mut details)? {
            return Ok(false);
        }
        self.taken.note(tx, &key.address_space, key.ip_address)?;
        if details.expiry_date.is_some() {
            self.context.note_expiry(tx, key, details.expiry_date)?;
        }
        Ok(true)
    }

    /// Refuses words that the fields do not have, each about its column.
    fn words(&self, tx: &Tx<'_>, details: &AddressDetails) -> Result<(), Wrong> {
        for (field, column, word) in [
            (
                Field::DeviceType,
                AddressField::DeviceType,
                details.device_type.custom(),
            ),
            (
                Field::IpAddressState,
                AddressField::IpAddressState,
                details.ip_address_state.custom(),
            ),
        ] {
            if let Some(word) = word {
                values::require(tx, field, word)
                    .map_err(|error| self.header.wrong(column, error.into()))?;
            }
        }
        Ok(())
    }

    fn stored_space(
        &mut self,
        tx: &Tx<'_>,
        typed: &AddressSpaceName,
    ) -> Result<AddressSpaceName, Wrong> {
        if let Some((asked, stored)) = &self.known_space
            && asked == typed
        {
            return Ok(stored.clone());
        }
        let stored = spaces::canonical(tx, typed)?;
        self.known_space = Some((typed.clone(), stored.clone()));
        Ok(stored)
    }

    /// Import-and-update takes rows of its range only.
    fn in_range(&mut self, key: &AddressKey) -> Result<(), Wrong> {
        let Some(within) = &mut self.within else {
            return Ok(());
        };
        if !within.span.contains(key.ip_address) {
            let words = format!(
                "`{}` is outside the range `{}`",
                key.ip_address, within.span
            );
            return Err(IpamError::new(ErrorId::IpamApiIpAddressOutOfRange, words).into());
        }
        // Whatever else is wrong with the row, its record is not one that the file lacks.
        within.present.insert(key.ip_address);
        if !same_owner(&key.owner, &self.owner) || key.address_space != self.space {
            let words = format!(
                "the row is of `{}`, and the range of `{}`",
                key.owner, self.owner
            );
            return Err(IpamError::new(ErrorId::IpamApiIpAddressOutOfRange, words).into());
        }
        Ok(())
    }
}

pub(super) fn same_owner(a: &Owner, b: &Owner) -> bool {
    a.managed_by_service == b.managed_by_service
        && a.service_instance.eq_ignore_ascii_case(&b.service_instance)
}

impl Loader for AddressLoader<'_> {
    fn take(&mut self, tx: &Tx<'_>, row: &Row<'_>) -> IpamResult<Result<Change, RowFailure>> {
        let stored = self.store(tx, row);
        self.header.settled(row, stored)
    }

    fn place(&self, row: &Row<'_>) -> Option<[u8; 16]> {
        let column = self.header.column(AddressField::IpAddress)?;
        let address = row.text(column.index).ok()?.trim().parse().ok()?;
        Some(key_of_address(address))
    }

    fn unreadable(&mut self) {
        if let Some(within) = &mut self.within {
            within.unread += 1;
        }
    }

    fn end_batch(&mut self, tx: &Tx<'_>, batch: &ImportSummary) -> IpamResult<()> {
        self.taken.finish(tx)?;
        self.context.imported(tx, "addresses", &self.file, batch)
    }
}
