//! On whose behalf rows are stored.

use jiff::civil::Date;

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::events::Category;
use crate::ipam::rbac::{Action, Object, OperationGroup, Permit};
use crate::ipam::space::AddressKey;
use crate::ipam::store::Tx;

use super::import::ImportSummary;

/// Who imports, and the engine it happens in.
#[derive(Clone)]
pub(super) struct Context<'a> {
    pub permit: Permit,
    /// `None` for a database that no engine has open: nobody is asked, and nothing is logged.
    pub engine: Option<(&'a Ipam, &'a Caller)>,
}

impl Context<'_> {
    pub fn check(
        &self,
        tx: &Tx<'_>,
        action: Action,
        object: impl FnOnce() -> Object,
    ) -> IpamResult<()> {
        self.permit.check(tx, action, object)
    }

    /// The same about objects of another kind.
    pub fn of(&self, group: OperationGroup) -> Context<'_> {
        Context {
            permit: self.permit.of(group),
            engine: self.engine,
        }
    }

    /// Notes a change in the configuration change log.
    pub fn changed(&self, tx: &Tx<'_>, what: String) -> IpamResult<()> {
        match self.engine {
            Some((ipam, caller)) => ipam.changed(tx, caller, Category::AddressSpace, what),
            None => Ok(()),
        }
    }

    /// Notes in the change log what a batch stored, if anything.
    pub fn imported(
        &self,
        tx: &Tx<'_>,
        what: &str,
        file: &str,
        batch: &ImportSummary,
    ) -> IpamResult<()> {
        let (stored, line) = (batch.added + batch.updated, batch.through_line);
        match stored {
            0 => Ok(()),
            stored => self.changed(
                tx,
                format!("imported {stored} {what} of {file}, up to line {line}"),
            ),
        }
    }

    /// Notes what a date of expiry means. Without an engine the daily task does.
    pub fn note_expiry(&self, tx: &Tx<'_>, key: &AddressKey, date: Option<Date>) -> IpamResult<()> {
        match self.engine {
            Some((ipam, _)) => ipam.note_expiry(tx, key, date).map(drop),
            None => Ok(()),
        }
    }
}
