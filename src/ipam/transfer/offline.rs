//! Import into and export from a database that no engine has open.
//!
//! Nobody is asked whether it may be done: whoever may write the database may. Nothing is noted in
//! the change log, which says what callers of an engine did; and dates of expiry mean something
//! from the next run of the daily task on.

use std::io::Write;

use crate::ipam::error::IpamResult;
use crate::ipam::rbac::Permit;
use crate::ipam::store::Store;

use super::context::Context;
use super::export::{self, ExportAddresses, ExportObjects, ExportProgress};
use super::import::{ImportFile, ImportSummary};
use super::open::{self, ImportAddresses, ImportObjects, ImportRanges};
use super::request::{Export, Import, Kind};

/// Imports a file.
///
/// # Errors
/// As [`Ipam::import_ipam_address`](crate::ipam::Ipam::import_ipam_address).
pub fn import_into(
    store: &Store,
    import: &Import,
    file: ImportFile<'_>,
) -> IpamResult<ImportSummary> {
    let context = Context {
        permit: Permit::Everywhere,
        engine: None,
    };
    let (entry, address_family, add) = (import.entry, import.address_family, import.add);
    let objects = ImportObjects { address_family };
    match import.kind {
        Kind::Address => {
            let import = ImportAddresses {
                entry,
                address_family,
                add,
                update: None,
            };
            open::addresses(store, context, &import, file)
        }
        Kind::Range => {
            let import = ImportRanges {
                entry,
                address_family,
                add,
                create_subnet_if_not_found: true,
                ..ImportRanges::default()
            };
            open::ranges(store, context, &import, file)
        }
        Kind::Block => open::blocks(store, context, &objects, file),
        Kind::Subnet => open::subnets(store, context, &objects, file),
    }
}

/// Makes the ranges of an owner those of a file: import-and-update (domain 6.3).
///
/// # Errors
/// As [`Ipam::import_ipam_range`](crate::ipam::Ipam::import_ipam_range).
pub fn update_in(
    store: &Store,
    import: &ImportRanges,
    file: ImportFile<'_>,
) -> IpamResult<ImportSummary> {
    let context = Context {
        permit: Permit::Everywhere,
        engine: None,
    };
    open::ranges(store, context, import, file)
}

/// Writes everything of a kind; how many rows.
///
/// # Errors
/// `IpamApiExportFailed` when `to` takes no more, and those of the database.
pub fn export_from(
    store: &Store,
    export: &Export,
    to: &mut dyn Write,
    progress: ExportProgress<'_>,
) -> IpamResult<u64> {
    let (address_family, names) = (export.address_family, export.names);
    let objects = ExportObjects {
        address_family,
        names,
        ..ExportObjects::default()
    };
    match export.kind {
        Kind::Address => {
            let export = ExportAddresses {
                address_family,
                names,
                ..ExportAddresses::default()
            };
            export::addresses(store, &export, to, progress)
        }
        Kind::Range => export::ranges(store, &objects, to),
        Kind::Block => export::blocks(store, &objects, to),
        Kind::Subnet => export::subnets(store, &objects, to),
    }
}
