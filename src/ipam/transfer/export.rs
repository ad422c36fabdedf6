//! Writing what is stored as CSV that imports as what it was (domain 6.4).
//!
//! Every field is quoted, as Windows PowerShell writes CSV, so spaces, quotes and ends of line in
//! a description come back as they were. What is derived (the range of an address, utilization)
//! is left out: it is not imported either.

use std::io::{self, Write};
use std::net::IpAddr;

use crate::addr::Family;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::space::words::NetworkType;
use crate::ipam::space::{AddressQuery, Owner, bulk, bulk_ranges};
use crate::ipam::store::Store;

use super::addresses::same_owner;
use super::column::{Column, Vocabulary};
use super::custom::{self, CustomColumn};
use super::kinds::{address, block, range, subnet};

/// Which address records are exported; every given criterion must match.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExportAddresses {
    pub address_family: Option<Family>,
    pub query: AddressQuery,
    pub names: Vocabulary,
}

/// Which ranges, blocks or subnets are exported; every given criterion must match.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExportObjects {
    pub address_family: Option<Family>,
    /// Of subnets.
    pub network_type: Option<NetworkType>,
    /// Of ranges.
    pub owner: Option<Owner>,
    pub names: Vocabulary,
}

impl ExportObjects {
    fn takes(&self, address: IpAddr) -> bool {
        self.address_family
            .is_none_or(|family| family == Family::of(address))
    }
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
        bulk::each(tx, &export.query, |record| {
            let key = &record.key;
            if family.is_some_and(|family| family != Family::of(key.ip_address)) {
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
    for found in store.read(bulk_ranges::all_ranges)? {
        let owner = &found.key.owner;
        let of_owner = |wanted: &Owner| same_owner(wanted, owner);
        if !export.takes(found.key.span.first()) || !export.owner.as_ref().is_none_or(of_owner) {
            continue;
        }
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
    let mut sink = Sink::new(to);
    sink.header(subnet::COLUMNS, export.names, &[])?;
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
        sink.end_row()?;
    }
    sink.finish()
}
