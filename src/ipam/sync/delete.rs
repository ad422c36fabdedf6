//! Deleting an address together with what it has on servers (domain 7.4).

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::generation::Generation;
use crate::ipam::rbac::{self, Demand, Object, OperationGroup};
use crate::ipam::space::rules::invalid;
use crate::ipam::space::{AddressKey, addresses};

use super::plan::{self, Action, Task};
use super::report::{RecordKind, SyncReport};

/// What the dialog of the deletion has ticked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deletion {
    pub reservation: bool,
    /// Host and PTR record.
    pub dns_records: bool,
    pub address_record: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeletionReport {
    /// One for each kind of record there was something to delete of.
    pub pushes: Vec<SyncReport>,
    /// Whether the address record is gone. It stays when a server refused, so that what is still
    /// there is known.
    pub removed: bool,
}

impl Ipam {
    /// *Delete* with its ticks: first from the servers, in the order of a clean removal, then from
    /// the database (domain 8.4).
    ///
    /// # Errors
    /// `IpamApiInvalidParameter` when nothing is ticked, or in a release whose dialog has no
    /// ticks; `IpamApiObjectNotFound`. What a server refuses is in the report.
    pub async fn delete_address(
        &self,
        caller: &Caller,
        key: &AddressKey,
        deletion: Deletion,
    ) -> IpamResult<DeletionReport> {
        if deletion.address_record {
            let object = Object::Address(key.clone());
            let delete = rbac::Action::Delete;
            let demand = Demand::on(delete, OperationGroup::Address, object);
            self.authorize(caller, demand).await?;
        }
        let on_servers = deletion.reservation || deletion.dns_records;
        if !on_servers && !deletion.address_record {
            return invalid("nothing is ticked: choose what to delete".to_owned());
        }
        if on_servers && self.options.rules.generation == Generation::Ws2012 {
            return invalid(format!(
                "{} deletes from the database only: delete reservation and records first",
                Generation::Ws2012
            ));
        }
        let mut report = DeletionReport::default();
        let mut kinds = Vec::new();
        if deletion.reservation {
            kinds.push(RecordKind::DhcpReservation);
        }
        if deletion.dns_records {
            kinds.extend([RecordKind::DnsHostRecord, RecordKind::DnsPtrRecord]);
        }
        for kind in kinds {
            if self.has_something(key, kind)? {
                let push = self.sync(caller, key, kind, Action::Delete).await?;
                report.pushes.push(push);
            }
        }
        let failed = report.pushes.iter().any(|push| !push.worked());
        if deletion.address_record && !failed {
            self.remove_ipam_address(caller, key).await?;
            report.removed = true;
        }
        Ok(report)
    }

    /// Whether the record asks for an entry of this kind, or one was ever written for it.
    fn has_something(&self, key: &AddressKey, kind: RecordKind) -> IpamResult<bool> {
        let task = Task {
            key: key.clone(),
            kind,
            action: Action::Delete,
        };
        let domain = self.own_domain();
        self.store.read(|tx| {
            addresses::get(tx, key)?;
            Ok(plan::plan(tx, &task, &domain).is_ok())
        })
    }
}
