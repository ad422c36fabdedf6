//! The frame of every push: intent first, then the work, then the result.

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::{Ipam, RecordChannel};
use crate::ipam::error::IpamResult;
use crate::ipam::space::addresses::{exists, put_sync};
use crate::ipam::space::{ManagedByService, SyncState};

use super::ledger;
use super::plan::{Action, Plan, Task};
use super::report::{RecordKind, SyncReport};
use super::servers::{Failure, Outcome};
use super::written::{Entry, Written};

/// What a crash leaves behind as the detail of a push.
const UNDER_WAY: &str = "started and not ended; outcome unknown, repeat the action";

/// What the work has found out about the servers.
struct Done {
    outcome: Outcome,
    /// Entries that are known not to be there.
    absent: Vec<Written>,
}

impl Ipam {
    /// Carries out a push between two committed states of the record.
    ///
    /// A crash in between leaves the failure status with the remark that the outcome is unknown,
    /// which is the truth, and the ledger names what may be on the server.
    pub(super) async fn carry_out(&self, caller: &Caller, plan: Plan) -> IpamResult<SyncReport> {
        let task = &plan.task;
        let mut state = SyncState {
            status: task.action.failure(),
            exists: false,
            detail: UNDER_WAY.to_owned(),
            at: Some(self.endpoint.now().wall),
            server: Some(plan.server.clone()),
            record: plan.record(),
            free_on: plan.free_on.clone(),
        };
        let is_new = self.store.transaction(|tx| {
            put_sync(tx, &task.key, task.column(), &state)?;
            match (task.action, &plan.wanted) {
                (Action::Create, Some(wanted)) => ledger::note(tx, &task.key, task.kind, wanted),
                _ => Ok(false),
            }
        })?;
        let mut done = match task.action {
            Action::Create => self.create(caller, &plan, &state).await,
            Action::Delete => self.delete(caller, &plan).await,
        };
        let fault = match done.outcome {
            Ok(detail) => {
                state.status = task.action.success();
                state.exists = exists_after(task, &plan.server);
                state.detail = detail;
                if task.kind == RecordKind::DhcpReservation {
                    // From here on the record's own history says what was known.
                    state.free_on = None;
                }
                None
            }
            Err(failure) => {
                // A new entry that was refused is not there.
                if is_new && !failure.unknown {
                    done.absent.extend(plan.wanted.clone());
                }
                state.detail = failure.detail;
                Some(failure.fault)
            }
        };
        state.at = Some(self.endpoint.now().wall);
        self.store.transaction(|tx| {
            for gone in &done.absent {
                ledger::forget(tx, &task.key, task.kind, gone)?;
            }
            if !exists(tx, &task.key)? {
                let remark = "the address record was removed meanwhile";
                state.detail = join(&state.detail, remark);
            }
            put_sync(tx, &task.key, task.column(), &state)
        })?;
        Ok(SyncReport {
            address: plan.task.key,
            kind: plan.task.kind,
            server: plan.server,
            state,
            fault,
        })
    }

    /// Says in the store what the work is about to do, when a crash would hide it.
    pub(super) fn remark(&self, task: &Task, state: &SyncState, what: &str) -> Result<(), Failure> {
        let state = SyncState {
            detail: format!("{what}; {UNDER_WAY}"),
            ..state.clone()
        };
        self.store
            .transaction(|tx| put_sync(tx, &task.key, task.column(), &state))
            .map_err(|error| Failure::new(task.fault(), error.to_string()))
    }

    /// Writes what is wanted; then takes away what the record asked for earlier, so that an
    /// edited record leaves nothing of its old self behind.
    async fn create(&self, caller: &Caller, plan: &Plan, state: &SyncState) -> Done {
        let Some(wanted) = &plan.wanted else {
            return Done::of(Ok(String::new()));
        };
        let outcome = match &wanted.entry {
            Entry::Reservation { scope, reservation } => {
                let wanted = (*scope, reservation.clone());
                self.push_reservation(caller, plan, wanted, state).await
            }
            Entry::Record { .. } => match &self.options.record_channel {
                RecordChannel::Management => self.add_by_management(caller, plan, wanted).await,
                RecordChannel::DynamicUpdate { key } => {
                    self.add_by_update(plan, wanted, key.as_ref()).await
                }
            },
        };
        let mut detail = match outcome {
            Ok(detail) => detail,
            failed => return Done::of(failed),
        };
        let mut absent = Vec::new();
        for old in &plan.earlier {
            let entry = &old.entry;
            if old.same_place(wanted) {
                absent.push(old.clone());
                continue;
            }
            match self.take_away(caller, plan, old).await {
                Ok(_) => {
                    absent.push(old.clone());
                    detail = join(&detail, &format!("took away {entry} on {}", old.server));
                }
                Err(failure) => {
                    let why = failure.detail;
                    let remark = format!("{entry} may still be on {}: {why}", old.server);
                    detail = join(&detail, &remark);
                }
            }
        }
        Done {
            outcome: Ok(detail),
            absent,
        }
    }

    /// Takes away everything that was written for the record.
    async fn delete(&self, caller: &Caller, plan: &Plan) -> Done {
        let mut detail = String::new();
        let mut absent: Vec<Written> = Vec::new();
        for target in plan.targets() {
            if absent.iter().any(|gone| gone.same_place(target)) {
                absent.push(target.clone());
                continue;
            }
            match self.take_away(caller, plan, target).await {
                Ok(remark) => detail = join(&detail, &remark),
                Err(failure) => {
                    let outcome = Err(failure);
                    return Done { outcome, absent };
                }
            }
            absent.push(target.clone());
        }
        Done {
            outcome: Ok(detail),
            absent,
        }
    }

    /// Takes one entry away, unless another address record has the same one.
    async fn take_away(&self, caller: &Caller, plan: &Plan, target: &Written) -> Outcome {
        let key = &plan.task.key;
        let shared = self
            .store
            .read(|tx| ledger::shared_with(tx, key, target))
            .map_err(|error| Failure::new(plan.task.fault(), error.to_string()))?;
        if let Some(other) = shared {
            return Ok(format!("{} stays: it is of {other} too", target.entry));
        }
        match (&target.entry, &self.options.record_channel) {
            (Entry::Reservation { .. }, _) => self.drop_reservation(caller, plan, target).await,
            (Entry::Record { .. }, RecordChannel::Management) => {
                self.delete_by_management(caller, target).await
            }
            (Entry::Record { .. }, RecordChannel::DynamicUpdate { key }) => {
                self.delete_by_update(target, key.as_ref()).await
            }
        }
    }
}

impl Done {
    fn of(outcome: Outcome) -> Done {
        Done {
            outcome,
            absent: Vec::new(),
        }
    }
}

/// Whether a reservation made by this push counts as the protocol's *Exists*: its server is the
/// address's own service instance (domain 8.3, 12.26).
pub(super) fn exists_after(task: &Task, server: &Fqdn) -> bool {
    let owner = &task.key.owner;
    task.kind == RecordKind::DhcpReservation
        && task.action == Action::Create
        && owner.managed_by_service == ManagedByService::MsDhcp
        && owner.service_instance.eq_ignore_ascii_case(server.as_str())
}

fn join(first: &str, second: &str) -> String {
    match (first.is_empty(), second.is_empty()) {
        (true, _) => second.to_owned(),
        (_, true) => first.to_owned(),
        _ => format!("{first}; {second}"),
    }
}
