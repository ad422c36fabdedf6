//! An import from its file to its rows: the header is understood, and the rows go to the loader of
//! their kind.

use std::io::Read;

use crate::addr::Family;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::space::{
    AddressSpaceName, ManagedByService, Owner, RangeKey, RangeQuery, range_list, taken,
};
use crate::ipam::store::{Store, Tx};

use super::addresses::AddressLoader;
use super::column::{Column, Header, Taken, bind};
use super::containers::{BlockLoader, SubnetLoader};
use super::context::Context;
use super::custom::{self, CustomColumn};
use super::failure::Failures;
use super::import::{ImportFile, ImportSummary, load, report};
use super::kinds::address::{self, AddressField, AddressReader};
use super::kinds::block::{self, BlockField};
use super::kinds::range::{self, RangeField, RangeReader};
use super::kinds::subnet::{self, SubnetField};
use super::owners::{Additions, Owners};
use super::ranges::{RangeLoader, ms_dhcp};
use super::request::Entry;
use super::sheet::Sheet;
use super::update;

/// Parameters of an import of addresses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportAddresses {
    pub entry: Entry,
    /// Rows of the other family are refused.
    pub address_family: Option<Family>,
    pub add: Additions,
    /// Makes the records of this range those of the file, deleting what the file does not have.
    /// The range must exist.
    pub update: Option<RangeQuery>,
}

/// Parameters of an import of ranges.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportRanges {
    pub entry: Entry,
    /// Rows of the other family are refused.
    pub address_family: Option<Family>,
    pub add: Additions,
    /// Makes the subnet of a range where there is none.
    pub create_subnet_if_not_found: bool,
    /// Makes the ranges of this owner those of the file, deleting what the file does not have.
    pub update: Option<Owner>,
    /// Ranges that are deleted take their addresses with them.
    pub delete_mapped_addresses: bool,
}

/// Parameters of an import of blocks or of subnets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportObjects {
    /// Rows of the other family are refused.
    pub address_family: Option<Family>,
}

/// What the header of a kind may be.
struct Shape<F: 'static> {
    columns: &'static [Column<F>],
    key: F,
    mandatory: &'static [F],
    needed: &'static [F],
    custom: Vec<CustomColumn>,
}

/// The rows of a file and what its columns are. What is wrong with the header goes to the
/// failures too.
fn understood<'a, F: Copy + PartialEq>(
    name: &str,
    content: &'a mut dyn Read,
    shape: &Shape<F>,
    failures: &mut dyn Failures,
) -> IpamResult<(Sheet<&'a mut dyn Read>, Header<F>)> {
    let sheet = Sheet::open(name, content)?;
    let taken = Taken {
        columns: shape.columns,
        key: shape.key,
        mandatory: shape.mandatory,
        needed: shape.needed,
        custom: &shape.custom,
    };
    let wrong = match bind(sheet.header(), &taken) {
        Ok(header) => return Ok((sheet, header)),
        Err(wrong) => wrong,
    };
    report(failures, &wrong, name)?;
    let told: Vec<String> = wrong.into_iter().map(|one| one.reason).collect();
    let words = format!("`{name}`: {}", told.join("; "));
    Err(IpamError::new(ErrorId::IpamApiImportInvalidColumn, words))
}

pub(super) fn addresses(
    store: &Store,
    context: Context<'_>,
    import: &ImportAddresses,
    file: ImportFile<'_>,
) -> IpamResult<ImportSummary> {
    let shape = Shape {
        columns: address::COLUMNS,
        key: AddressField::IpAddress,
        mandatory: address::mandatory(import.entry),
        needed: &[],
        custom: store.read(custom::columns)?,
    };
    let (mut sheet, header) = understood(file.name, file.content, &shape, file.failures)?;
    let mut loader = AddressLoader {
        context,
        header,
        family: import.address_family,
        owner: Owner::localhost(),
        space: AddressSpaceName::default(),
        within: None,
        reader: AddressReader::default(),
        owners: Owners::new(import.add),
        known_space: None,
        file: file.name.to_owned(),
        taken: taken::Bulk::new(),
    };
    match &import.update {
        None => load(store, &mut sheet, &mut loader, file.failures, file.progress),
        Some(query) => {
            let range = store.read(|tx| one_range(tx, query))?;
            let (bad, progress) = (file.failures, file.progress);
            update::addresses(store, &mut sheet, loader, &range, bad, progress)
        }
    }
}

pub(super) fn ranges(
    store: &Store,
    context: Context<'_>,
    import: &ImportRanges,
    file: ImportFile<'_>,
) -> IpamResult<ImportSummary> {
    let mut owner = import.update.clone().unwrap_or_else(Owner::localhost);
    let mut owners = Owners::new(import.add);
    if owner.managed_by_service == ManagedByService::MsDhcp {
        return Err(ms_dhcp());
    }
    store.transaction(|tx| {
        owners.spell(tx, &mut owner)?;
        owners.check(tx, &owner)
    })?;
    let shape = Shape {
        columns: range::COLUMNS,
        key: RangeField::Network,
        mandatory: range::mandatory(import.entry),
        needed: &[],
        custom: store.read(custom::columns)?,
    };
    let (mut sheet, header) = understood(file.name, file.content, &shape, file.failures)?;
    let mut loader = RangeLoader {
        context,
        header,
        family: import.address_family,
        create_subnet_if_not_found: import.create_subnet_if_not_found,
        owner,
        only_owner: import.update.is_some(),
        reader: RangeReader::default(),
        owners,
        file: file.name.to_owned(),
    };
    match &import.update {
        None => load(store, &mut sheet, &mut loader, file.failures, file.progress),
        Some(_) => {
            let with = import.delete_mapped_addresses;
            let (bad, progress) = (file.failures, file.progress);
            update::ranges(store, &mut sheet, loader, with, bad, progress)
        }
    }
}

pub(super) fn blocks(
    store: &Store,
    context: Context<'_>,
    import: &ImportObjects,
    file: ImportFile<'_>,
) -> IpamResult<ImportSummary> {
    let shape = Shape {
        columns: block::COLUMNS,
        key: BlockField::Network,
        mandatory: block::MANDATORY,
        needed: block::NEEDED,
        custom: Vec::new(),
    };
    let (mut sheet, header) = understood(file.name, file.content, &shape, file.failures)?;
    let mut loader = BlockLoader {
        context,
        header,
        family: import.address_family,
        file: file.name.to_owned(),
    };
    load(store, &mut sheet, &mut loader, file.failures, file.progress)
}

pub(super) fn subnets(
    store: &Store,
    context: Context<'_>,
    import: &ImportObjects,
    file: ImportFile<'_>,
) -> IpamResult<ImportSummary> {
    let shape = Shape {
        columns: subnet::COLUMNS,
        key: SubnetField::Network,
        mandatory: subnet::MANDATORY,
        needed: &[],
        custom: store.read(custom::columns_of_subnets)?,
    };
    let (mut sheet, header) = understood(file.name, file.content, &shape, file.failures)?;
    let mut loader = SubnetLoader {
        context,
        header,
        family: import.address_family,
        file: file.name.to_owned(),
    };
    load(store, &mut sheet, &mut loader, file.failures, file.progress)
}

/// The range that import-and-update is about.
fn one_range(tx: &Tx<'_>, query: &RangeQuery) -> IpamResult<RangeKey> {
    let mut found = range_list::list(tx, query)?;
    match (found.pop(), found.len()) {
        (Some(range), 0) => Ok(range.key),
        (None, _) => Err(IpamError::not_found(
            "there is no such range; add it before its addresses are imported",
        )),
        (Some(_), more) => Err(IpamError::parameter(format!(
            "{} ranges match: name the start, the end or the address space",
            more + 1
        ))),
    }
}
