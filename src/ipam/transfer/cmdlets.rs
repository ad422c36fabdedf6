//! The operations of this area, behind the gate of who may call them.

use std::io::Write;

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::rbac::{OperationGroup, Right};

use super::context::Context;
use super::export::{self, ExportAddresses, ExportObjects};
use super::import::{ImportFile, ImportSummary};
use super::open::{self, ImportAddresses, ImportObjects, ImportRanges};

impl Ipam {
    /// `Import-IpamAddress`, and *Import IP Addresses* of the console (domain 6). Rows that cannot
    /// go in are told one by one and keep no other row out.
    ///
    /// # Errors
    /// `IpamApiImportInvalidFile` and `IpamApiImportInvalidColumn` for a file of which no row can
    /// go in, `IpamApiAccessDenied` when the caller may not change any of them, and those of the
    /// database. Whole batches of rows stay in, and the error says up to which line.
    pub async fn import_ipam_address(
        &self,
        caller: &Caller,
        import: &ImportAddresses,
        file: ImportFile<'_>,
    ) -> IpamResult<ImportSummary> {
        let permit = self.authorize_each(caller, OperationGroup::Address).await?;
        let engine = Some((self, caller));
        open::addresses(&self.store, Context { permit, engine }, import, file)
    }

    /// `Import-IpamRange`, and the imports of ranges of the console (domain 6).
    ///
    /// # Errors
    /// As [`Ipam::import_ipam_address`]; `IpamApiErrorImportOfMsDhcpRangesNotAllowed` to update
    /// what discovery keeps.
    pub async fn import_ipam_range(
        &self,
        caller: &Caller,
        import: &ImportRanges,
        file: ImportFile<'_>,
    ) -> IpamResult<ImportSummary> {
        let permit = self.authorize_each(caller, OperationGroup::Range).await?;
        let engine = Some((self, caller));
        open::ranges(&self.store, Context { permit, engine }, import, file)
    }

    /// *Import IP Address Blocks* of the console; there is no cmdlet (domain 6.2).
    ///
    /// # Errors
    /// As [`Ipam::import_ipam_address`].
    pub async fn import_ipam_block(
        &self,
        caller: &Caller,
        import: &ImportObjects,
        file: ImportFile<'_>,
    ) -> IpamResult<ImportSummary> {
        let permit = self.authorize_each(caller, OperationGroup::Block).await?;
        let engine = Some((self, caller));
        open::blocks(&self.store, Context { permit, engine }, import, file)
    }

    /// `Import-IpamSubnet` (domain 6.3).
    ///
    /// # Errors
    /// As [`Ipam::import_ipam_address`].
    pub async fn import_ipam_subnet(
        &self,
        caller: &Caller,
        import: &ImportObjects,
        file: ImportFile<'_>,
    ) -> IpamResult<ImportSummary> {
        let permit = self.authorize_each(caller, OperationGroup::Subnet).await?;
        let engine = Some((self, caller));
        open::subnets(&self.store, Context { permit, engine }, import, file)
    }

    /// `Export-IpamAddress`, and *Export* of the console's view of addresses (domain 6.4); how
    /// many.
    ///
    /// # Errors
    /// `IpamApiExportFailed` when `to` takes no more, and those of the database.
    pub async fn export_ipam_address(
        &self,
        caller: &Caller,
        export: &ExportAddresses,
        to: &mut dyn Write,
    ) -> IpamResult<u64> {
        self.authorize(caller, Right::Read).await?;
        export::addresses(&self.store, export, to, &mut |_| ())
    }

    /// `Export-IpamRange`, and *Export* of the console's view of ranges.
    ///
    /// # Errors
    /// As [`Ipam::export_ipam_address`].
    pub async fn export_ipam_range(
        &self,
        caller: &Caller,
        export: &ExportObjects,
        to: &mut dyn Write,
    ) -> IpamResult<u64> {
        self.authorize(caller, Right::Read).await?;
        export::ranges(&self.store, export, to)
    }

    /// *Export* of the console's view of blocks.
    ///
    /// # Errors
    /// As [`Ipam::export_ipam_address`].
    pub async fn export_ipam_block(
        &self,
        caller: &Caller,
        export: &ExportObjects,
        to: &mut dyn Write,
    ) -> IpamResult<u64> {
        self.authorize(caller, Right::Read).await?;
        export::blocks(&self.store, export, to)
    }

    /// `Export-IpamSubnet`.
    ///
    /// # Errors
    /// As [`Ipam::export_ipam_address`].
    pub async fn export_ipam_subnet(
        &self,
        caller: &Caller,
        export: &ExportObjects,
        to: &mut dyn Write,
    ) -> IpamResult<u64> {
        self.authorize(caller, Right::Read).await?;
        export::subnets(&self.store, export, to)
    }
}
