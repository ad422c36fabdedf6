//! What a push is about: the entry that the address record asks for, and those written before.

use crate::base::Fqdn;
use crate::ipam::error::IpamResult;
use crate::ipam::failover;
use crate::ipam::rbac::{self, Demand, Object, Operation, OperationGroup};
use crate::ipam::space::address_rules::fill_in_scope;
use crate::ipam::space::addresses::{self, SyncColumn};
use crate::ipam::space::{AddressKey, SyncState, SyncStatus};
use crate::ipam::store::Tx;

use super::report::RecordKind;
use super::written::{Entry, Written};
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
    /// The same push to the failover partner of the server, and how the last one there ended.
    pub(super) partner: Option<Box<PartnerPlan>>,
}

/// The half of a push that goes to the failover partner.
#[derive(Debug, Clone)]
pub(super) struct PartnerPlan {
    pub(super) plan: Plan,
    /// As it was before this push.
    pub(super) state: SyncState,
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

/// The right that the half of the failover partner takes. Who lacks it still does his own half.
pub(super) fn partner_demand(plan: &Plan) -> Option<Demand> {
    let half = &plan.partner.as_ref()?.plan;
    let operation = Operation(half.task.action.into(), half.task.kind.group());
    let mut objects: Vec<Object> = half.targets().map(Written::object).collect();
    objects.dedup();
    let wanted = objects.into_iter().map(|object| (operation, object));
    Some(Demand::Operations(wanted.collect()))
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
    let last = stored.sync[0].server.as_ref();
    // Of several servers, the one that was pushed to last is the record's own.
    let own = earlier.iter().find(|old| Some(&old.server) == last);
    let first = wanted.as_ref().or(own).or(earlier.first()).cloned();
    let first = first.expect("a plan has something wanted or something written");
    let partner = match task.kind {
        RecordKind::DhcpReservation => {
            half_of_partner(tx, task, (&first, &wanted), &mut earlier, &stored.sync[0])?
        }
        _ => None,
    };
    Ok(Plan {
        task: task.clone(),
        server: first.server,
        wanted,
        earlier,
        free_on: match task.kind {
            RecordKind::DhcpReservation => stored.sync[0].free_on.clone(),
            _ => None,
        },
        partner,
    })
}

/// Takes what concerns the failover partner out of what was written before.
fn half_of_partner(
    tx: &Tx<'_>,
    task: &Task,
    (first, wanted): (&Written, &Option<Written>),
    earlier: &mut Vec<Written>,
    before: &SyncState,
) -> IpamResult<Option<Box<PartnerPlan>>> {
    let Some(there) = mirror(tx, first)? else {
        return Ok(None);
    };
    let (there_before, others) = earlier.drain(..).partition(|old| old.same_place(&there));
    *earlier = others;
    if !tx.rules().generation.replicates_failover_scopes() {
        return Ok(None);
    }
    let server = there.server.clone();
    let wanted = wanted.is_some().then_some(there);
    let mut there_before: Vec<Written> = there_before;
    there_before.retain(|old| Some(old) != wanted.as_ref());
    if wanted.is_none() && there_before.is_empty() {
        return Ok(None);
    }
    let known = before.partner.as_deref();
    let known = known.filter(|known| known.server.as_ref() == Some(&server));
    let mut state = known.cloned().unwrap_or_else(|| SyncState {
        server: Some(server.clone()),
        ..SyncState::default()
    });
    if before.free_on.as_ref() == Some(&first.server) {
        // What was shown as free on one partner was so for the scope, which is the same.
        state.free_on = Some(server.clone());
    }
    Ok(Some(Box::new(PartnerPlan {
        plan: Plan {
            task: task.clone(),
            server,
            wanted,
            earlier: there_before,
            free_on: state.free_on.clone(),
            partner: None,
        },
        state,
    })))
}

/// The same entry on the failover partner of its server, when the scope was last collected as
/// part of a relationship. Only IPv4 has failover (domain 8.5).
pub(in crate::ipam) fn mirror(tx: &Tx<'_>, entry: &Written) -> IpamResult<Option<Written>> {
    let Entry::Reservation { scope, .. } = &entry.entry else {
        return Ok(None);
    };
    let relationship = failover::relationship_of(tx, &entry.server, *scope)?;
    Ok(relationship.map(|relationship| Written {
        server: relationship.partner,
        entry: entry.entry.clone(),
    }))
}
