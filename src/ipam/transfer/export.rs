//! Writing what is stored as CSV that imports as what it was (domain 6.4).
//!
//! Every field is quoted, as Windows PowerShell writes CSV, so spaces, quotes and ends of line in
//! a description come back as they were. What is derived (the range of an address, utilization)
//! is left out: it is not imported either.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::net::IpAddr;

use crate::addr::Family;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::groups::{GroupKind, GroupPart, Member};
use crate::ipam::inventory::AddressFamily;
use crate::ipam::space::ranges::StoredRange;
use crate::ipam::space::words::NetworkType;
use crate::ipam::space::{AddressQuery, Owner, bulk, bulk_ranges, range_list};
use crate::ipam::store::{Store, Tx};

use super::addresses::same_owner;
use super::column::{Column, Vocabulary};
use super::custom::{self, CustomColumn};
use super::kinds::{address, block, range, subnet};

/// Which address records are exported; every given criterion must match.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExportAddresses {
    pub address_family: Option<Family>,
    pub query: AddressQuery,
    /// Of the node *IP Address Inventory*: the group, or a level of it.
    pub group: Option<GroupPart>,
    pub names: Vocabulary,
}

/// Which ranges, blocks or subnets are exported; every given criterion must match.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExportObjects {
    pub address_family: Option<Family>,
    /// Of subnets and ranges.
    pub network_type: Option<NetworkType>,
    /// Of ranges.
    pub owner: Option<Owner>,
    /// Of the node *IP Address Range Groups*: the group, or a level of it.
    pub group: Option<GroupPart>,
    pub names: Vocabulary,
}

impl ExportObjects {
    fn takes(&self, address: IpAddr) -> bool {
        self.address_family
            .is_none_or(|family| family == Family::of(address))
    }
}

/// What a group shows of the family that is exported, or of both.
fn grouped(
    tx: &Tx<'_>,
    part: Option<&GroupPart>,
    kind: GroupKind,
    family: Option<Family>,
) -> IpamResult<Option<BTreeSet<Member>>> {
    let Some(part) = part else {
        return Ok(None);
    };
    let families = family.map_or(vec![Family::V4, Family::V6], |family| vec![family]);
    let mut found = BTreeSet::new();
    for family in families {
        found.append(&mut part.members(tx, kind, AddressFamily::of(family))?);
    }
    Ok(Some(found))
}

/// How far an export is, in rows.
pub type ExportProgress<'a> = &'a mut dyn FnMut(u64);

/// Rows between two tellings of progress.
const TOLD: u64 = 10_000;

/// CSV with a header, field by field.
pub(super) struct Sink<'a> {
    writer: csv::Writer<&'a mut dyn Write>,
    field: String,
    pub rows: u64,
}

impl<'a> Sink<'a> {
    pub fn new(to: &'a mut dyn Write) -> Sink<'a> {
        Sink {
            writer: csv::WriterBuilder::new()
                .quote_style(csv::QuoteStyle::Always)
                .terminator(csv::Terminator::CRLF)
                .from_writer(to),
            field: String::new(),
            rows: 0,
        }
    }

    /// Writes the header: the names of columns, then those of custom fields.
    pub fn header<F>(
        &mut self,
        columns: &[Column<F>],
        names: Vocabulary,
        custom: &[CustomColumn],
    ) -> IpamResult<()> {
        let fields = columns.iter().map(|column| column.name(names));
        // A custom field may be named as a column is; then its label tells them apart.
        let is_column = |name: &str| columns.iter().any(|column| column.name(names) == name);
        let custom = custom.iter().map(|field| match is_column(&field.name) {
            true => field.label.as_str(),
            false => field.name.as_str(),
        });
        let all = fields.chain(custom);
        self.writer.write_record(all).map_err(unwritable)
    }

    /// Writes a header of these names.
    pub fn names(&mut self, names: &[&str]) -> IpamResult<()> {
        self.writer.write_record(names).map_err(unwritable)
    }

    /// Writes the next field of the row at hand.
    pub fn field(&mut self, show: impl FnOnce(&mut String)) -> IpamResult<()> {
        self.field.clear();
        show(&mut self.field);
        self.writer.write_field(&self.field).map_err(unwritable)
    }

    pub fn end_row(&mut self) -> IpamResult<()> {
        self.rows += 1;
        let nothing: [&str; 0] = [];
        self.writer.write_record(nothing).map_err(unwritable)
    }

    pub fn finish(mut self) -> IpamResult<u64> {
        self.writer
            .flush()
            .map_err(|error| unwritable(error.into()))?;
        Ok(self.rows)
    }
}

fn unwritable(error: csv::Error) -> IpamError {
    let error = io::Error::from(error);
    let words = format!("the export cannot be written: {error}");
    IpamError::new(ErrorId::IpamApiExportFailed, words)
}

/// Writes address records, one after the other however many there are; how many.
///
/// # Errors
/// `IpamApiExportFailed` when `to` takes no more, and those of the database.
pub(super) fn addresses(
    store: &Store,
    export: &ExportAddresses,
    to: &mut dyn Write,
    progress: ExportProgress<'_>,
) -> IpamResult<u64> {
    let mut sink = Sink::new(to);
    let custom = store.read(custom::columns)?;
    sink.header(address::COLUMNS, export.names, &custom)?;
    let family = export.address_family;
    store.read(|tx| {
        let group = grouped(tx, export.group.as_ref(), GroupKind::IpAddress, family)?;
        bulk::each(tx, &export.query, |record| {
            let key = &record.key;
            if family.is_some_and(|family| family != Family::of(key.ip_address)) {
                return Ok(());
            }
            let in_group = |group: &BTreeSet<Member>| group.contains(&Member::Address(key.clone()));
            if !group.as_ref().is_none_or(in_group) {
                return Ok(());
            }
            for column in address::COLUMNS {
                sink.field(|to| address::show(column.field, key, &record.details, to))?;
            }
            for field in &custom {
                let carried = &record.details.custom;
                sink.field(|to| custom::show(&field.name, carried, to))?;
            }
            sink.end_row()?;
            if sink.rows.is_multiple_of(TOLD) {
                progress(sink.rows);
            }
            Ok(())
        })
    })?;
    sink.finish()
}

/// Writes ranges; how many. Those of DHCP servers are among them, and no import takes them back.
///
/// # Errors
/// As for addresses.
pub(super) fn ranges(store: &Store, export: &ExportObjects, to: &mut dyn Write) -> IpamResult<u64> {
    let custom = store.read(custom::columns)?;
    let mut sink = Sink::new(to);
    sink.header(range::COLUMNS, export.names, &custom)?;
    for found in store.read(|tx| chosen_ranges(tx, export))? {
        for column in range::COLUMNS {
            sink.field(|to| range::show(column.field, &found, to))?;
        }
        for field in &custom {
            sink.field(|to| custom::show(&field.name, &found.details.custom, to))?;
        }
        sink.end_row()?;
    }
    sink.finish()
}

/// The ranges that are exported.
fn chosen_ranges(tx: &Tx<'_>, export: &ExportObjects) -> IpamResult<Vec<StoredRange>> {
    let family = export.address_family;
    let group = grouped(tx, export.group.as_ref(), GroupKind::Range, family)?;
    let mut chosen = Vec::new();
    for found in bulk_ranges::all_ranges(tx)? {
        let key = &found.key;
        let of_owner = |wanted: &Owner| same_owner(wanted, &key.owner);
        let in_group = |group: &BTreeSet<Member>| group.contains(&Member::Range(key.clone()));
        let of_type = match export.network_type {
            None => true,
            Some(wanted) => range_list::network_type(tx, &found)? == wanted,
        };
        if of_type
            && export.takes(key.span.first())
            && export.owner.as_ref().is_none_or(of_owner)
            && group.as_ref().is_none_or(in_group)
        {
            chosen.push(found);
        }
    }
    Ok(chosen)
}

/// Writes blocks; how many.
///
/// # Errors
/// As for addresses.
pub(super) fn blocks(store: &Store, export: &ExportObjects, to: &mut dyn Write) -> IpamResult<u64> {
    let mut sink = Sink::new(to);
    sink.header(block::COLUMNS, export.names, &[])?;
    for (key, details) in store.read(bulk_ranges::all_blocks)? {
        if !export.takes(key.span.first()) {
            continue;
        }
        for column in block::COLUMNS {
            sink.field(|to| block::show(column.field, &key, &details, to))?;
        }
        sink.end_row()?;
    }
    sink.finish()
}

/// Writes subnets; how many.
///
/// # Errors
/// As for addresses.
pub(super) fn subnets(
    store: &Store,
    export: &ExportObjects,
    to: &mut dyn Write,
) -> IpamResult<u64> {
    let custom = store.read(custom::columns_of_subnets)?;
    let mut sink = Sink::new(to);
    sink.header(subnet::COLUMNS, export.names, &custom)?;
    for (key, network_type, details) in store.read(bulk_ranges::all_subnets)? {
        let wanted = export
            .network_type
            .is_none_or(|wanted| wanted == network_type);
        if !wanted || !export.takes(key.network_id.addr()) {
            continue;
        }
        for column in subnet::COLUMNS {
            sink.field(|to| subnet::show(column.field, (&key, network_type), &details, to))?;
        }
        for field in &custom {
            sink.field(|to| custom::show(&field.name, &details.custom, to))?;
        }
        sink.end_row()?;
    }
    sink.finish()
}
