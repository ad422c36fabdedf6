//! What a push is about: the entry that the address record asks for, and those written before.

use crate::base::Fqdn;
use crate::ipam::error::IpamResult;
use crate::ipam::rbac::{self, Demand, Object, Operation, OperationGroup};
use crate::ipam::space::address_rules::fill_in_scope;
use crate::ipam::space::addresses::{self, SyncColumn};
use crate::ipam::space::{AddressKey, SyncStatus};
use crate::ipam::store::Tx;

use super::report::RecordKind;
use super::written::Written;
use super::{ledger, records, reservation};

/// Create or delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Create,
    Delete,
}

impl From<Action> for rbac::Action {
    fn from(action: Action) -> rbac::Action {
        match action {
            Action::Create => rbac::Action::Add,
            Action::Delete => rbac::Action::Delete,
        }
    }
}

impl Action {
    pub(super) fn success(self) -> SyncStatus {
        match self {
            Action::Create => SyncStatus::CreateSuccess,
            Action::Delete => SyncStatus::DeleteSuccess,
        }
    }

    pub(super) fn failure(self) -> SyncStatus {
        match self {
            Action::Create => SyncStatus::CreateFailure,
            Action::Delete => SyncStatus::DeleteFailure,
        }
    }
}

/// Which record of which address record, and what is to become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Task {
    pub(super) key: AddressKey,
    pub(super) kind: RecordKind,
    pub(super) action: Action,
}

impl Task {
    pub(super) fn column(&self) -> SyncColumn {
        self.kind.column()
    }
}

impl RecordKind {
    pub(in crate::ipam) fn column(self) -> SyncColumn {
        match self {
            RecordKind::DhcpReservation => SyncColumn::Reservation,
            RecordKind::DnsHostRecord => SyncColumn::Host,
            RecordKind::DnsPtrRecord => SyncColumn::Ptr,
        }
    }

    fn group(self) -> OperationGroup {
        match self {
            RecordKind::DhcpReservation => OperationGroup::DhcpReservation,
            RecordKind::DnsHostRecord | RecordKind::DnsPtrRecord => OperationGroup::DnsRecord,
        }
    }
}

/// A push ready to be carried out.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) task: Task,
    /// The server of the push, for its report.
    pub(super) server: Fqdn,
    /// What the record asks for now. A deletion may find that it asks for nothing any more.
    pub(super) wanted: Option<Written>,
    /// What was written for the record before and asked for then: other names, other servers.
    pub(super) earlier: Vec<Written>,
    /// The server on which a search showed the address as free; see `SyncState::free_on`.
    pub(super) free_on: Option<Fqdn>,
}

impl Plan {
    /// Everything the push touches, what is wanted first.
    pub(super) fn targets(&self) -> impl Iterator<Item = &Written> {
        self.wanted.iter().chain(&self.earlier)
    }

    /// As a person would name it.
    pub(super) fn record(&self) -> String {
        let named = match (self.task.action, &self.wanted) {
            (Action::Create, Some(wanted)) => return wanted.entry.to_string(),
            _ => self.targets().map(|target| target.entry.to_string()),
        };
        named.collect::<Vec<_>>().join(", ")
    }
}

/// The right that a push takes: on what the plan touches, or on the address when there is none.
pub(super) fn demand(task: &Task, plan: &IpamResult<Plan>) -> Demand {
    let operation = Operation(task.action.into(), task.kind.group());
    let objects: Vec<Object> = match plan {
        Ok(plan) => plan.targets().map(Written::object).collect(),
        Err(_) => vec![Object::Address(task.key.clone())],
    };
    let wanted = objects.into_iter().map(|object| (operation, object));
    Demand::Operations(wanted.collect())
}

/// Takes the push out of the address record and the ledger, or says which field is missing.
/// `domain` completes a device name that has none of its own.
pub(super) fn plan(tx: &Tx<'_>, task: &Task, domain: &Fqdn) -> IpamResult<Plan> {
    let mut stored = addresses::get(tx, &task.key)?;
    // The scope may have been collected after the record was stored.
    fill_in_scope(tx, task.key.ip_address, &mut stored.details)?;
    let mut earlier = ledger::of(tx, &task.key, task.kind)?;
    let wanted = match task.kind {
        RecordKind::DhcpReservation => reservation::wanted(&stored),
        RecordKind::DnsHostRecord => records::host(&stored),
        RecordKind::DnsPtrRecord => records::ptr(&stored, domain),
    };
    let wanted = match (task.action, wanted) {
        (_, Ok(wanted)) => Some(wanted),
        // What was written can be taken away, whatever the record says by now.
        (Action::Delete, Err(_)) if !earlier.is_empty() => None,
        (_, Err(lacks)) => return Err(lacks),
    };
    earlier.retain(|old| Some(old) != wanted.as_ref());
    let server = wanted.iter().chain(&earlier).next();
    let server = server.map(|first| first.server.clone());
    Ok(Plan {
        task: task.clone(),
        server: server.expect("a plan has something wanted or something written"),
        wanted,
        earlier,
        free_on: match task.kind {
            RecordKind::DhcpReservation => stored.sync[0].free_on.clone(),
            _ => None,
        },
    })
}
