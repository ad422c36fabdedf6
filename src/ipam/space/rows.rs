//! The rows of the address space: keys and spans as columns, everything else as one JSON text.

use std::net::IpAddr;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::addr::AddressRange;
use crate::ipam::store::{ColumnError, Row, RowResult, address_of_key};

use super::range::Owner;
use super::spaces::AddressSpaceName;

pub const DDL: &str = "
CREATE TABLE ip_block (
    space TEXT NOT NULL, network TEXT NOT NULL, first BLOB NOT NULL, last BLOB NOT NULL,
    size_class INTEGER NOT NULL, details TEXT NOT NULL,
    PRIMARY KEY (space, first, last)) WITHOUT ROWID;
CREATE INDEX ip_block_by_size ON ip_block (space, size_class, first);
CREATE TABLE ip_range (
    space TEXT NOT NULL,
    managed_by TEXT NOT NULL, instance TEXT NOT NULL, instance_key TEXT NOT NULL,
    first BLOB NOT NULL, last BLOB NOT NULL, size_class INTEGER NOT NULL,
    network TEXT NOT NULL, assignment TEXT NOT NULL, details TEXT NOT NULL, scope TEXT,
    PRIMARY KEY (space, managed_by, instance_key, first, last)) WITHOUT ROWID;
CREATE INDEX ip_range_by_address ON ip_range (space, first, last);
CREATE INDEX ip_range_by_size ON ip_range (space, size_class, first);
CREATE TABLE ip_address (
    space TEXT NOT NULL, address BLOB NOT NULL,
    managed_by TEXT NOT NULL, instance TEXT NOT NULL, instance_key TEXT NOT NULL,
    details TEXT NOT NULL, reservation_sync TEXT, host_sync TEXT, ptr_sync TEXT,
    PRIMARY KEY (space, address, managed_by, instance_key)) WITHOUT ROWID;
CREATE TABLE dns_zone (
    server TEXT NOT NULL, zone TEXT NOT NULL, info TEXT NOT NULL,
    PRIMARY KEY (server, zone)) WITHOUT ROWID;
";

/// A value as the JSON text of its column.
pub(in crate::ipam) fn to_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("record types hold nothing JSON cannot write")
}

/// Reads a JSON column.
pub(in crate::ipam) fn from_json<T: DeserializeOwned>(row: &Row<'_>, index: usize) -> RowResult<T> {
    let text = row.text(index)?;
    serde_json::from_str(text).map_err(|_| ColumnError::foreign(index, text))
}

/// Reads a JSON column that may be null.
pub(in crate::ipam) fn from_json_or_null<T: DeserializeOwned>(
    row: &Row<'_>,
    index: usize,
) -> RowResult<Option<T>> {
    let text = row.text_or_null(index)?;
    text.map(|text| serde_json::from_str(text).map_err(|_| ColumnError::foreign(index, text)))
        .transpose()
}

/// Reads a column that holds the text form of a value.
pub(in crate::ipam) fn parsed<T: std::str::FromStr>(row: &Row<'_>, index: usize) -> RowResult<T> {
    let text = row.text(index)?;
    text.parse().map_err(|_| ColumnError::foreign(index, text))
}

/// Reads an address column.
pub(in crate::ipam) fn address(row: &Row<'_>, index: usize) -> RowResult<IpAddr> {
    row.get(index).map(address_of_key)
}

/// Reads the column `space`.
pub(in crate::ipam) fn space(row: &Row<'_>, index: usize) -> RowResult<AddressSpaceName> {
    Ok(AddressSpaceName::stored(row.text(index)?))
}

/// Reads the columns `first` and `last`, which follow each other.
pub(super) fn span(row: &Row<'_>, index: usize) -> RowResult<AddressRange> {
    AddressRange::new(address(row, index)?, address(row, index + 1)?)
        .map_err(|error| ColumnError::foreign(index, error))
}

/// Reads the columns `managed_by` and `instance`, which follow each other.
pub(in crate::ipam) fn owner(row: &Row<'_>, index: usize) -> RowResult<Owner> {
    Ok(Owner {
        managed_by_service: parsed(row, index)?,
        service_instance: row.get(index + 1)?,
    })
}
