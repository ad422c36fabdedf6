//! The frame of every push: intent first, then the work, then the result.

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::{Ipam, RecordChannel};
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::space::addresses::{exists, put_sync};
use crate::ipam::space::{ManagedByService, SyncState};

use super::ledger;
use super::plan::{Action, Plan, Task};
use super::progress::{Place, Progress, UNDER_WAY};
use super::report::{RecordKind, SyncReport};
use super::servers::{Failure, Outcome};
use super::written::{Entry, Written};

/// What the work has found out about the servers.
struct Done {
    outcome: Outcome,
    /// Entries that are known not to be there.
    absent: Vec<Written>,
}

impl Ipam {
    /// Carries out a push, then its half on the failover partner if there is one. `partner` is who
    /// asks there, or why nobody may.
    ///
    /// What becomes of the partner's half changes nothing about the server's own, whose result is
    /// committed before.
    pub(super) async fn carry_out(
        &self,
        caller: &Caller,
        plan: Plan,
        partner: IpamResult<Caller>,
    ) -> IpamResult<SyncReport> {
        let known = plan.partner.as_ref().map(|half| half.state.clone());
        let place = Place::Own {
            partner: known.map(Box::new),
        };
        let (mut state, fault) = self.carry_out_half(caller, &plan, place).await?;
        let mut partner_fault = None;
        if let (None, Some(half)) = (fault, &plan.partner) {
            let place = Place::Partner { own: state };
            (state, partner_fault) = match partner {
                Ok(caller) => self.carry_out_half(&caller, &half.plan, place).await?,
                Err(refused) => self.refuse_half(&half.plan, place, refused)?,
            };
        }
        Ok(SyncReport {
            address: plan.task.key,
            kind: plan.task.kind,
            server: plan.server,
            state,
            fault,
            partner_fault,
        })
    }

    /// Carries out the part of a push that goes to one server, between two committed states of
    /// the record; its state then, and the fault.
    ///
    /// A crash in between leaves the failure status with the remark that the outcome is unknown,
    /// which is the truth, and the ledger names what may be on the server.
    async fn carry_out_half(
        &self,
        caller: &Caller,
        plan: &Plan,
        place: Place,
    ) -> IpamResult<(SyncState, Option<ErrorId>)> {
        let task = &plan.task;
        let mut progress = Progress::of(plan, place);
        progress.state.at = Some(self.endpoint.now().wall);
        let (is_new, opened) = self.store.transaction(|tx| {
            put_sync(tx, &task.key, task.column(), &progress.whole())?;
            let opened = progress.open(tx, plan)?;
            let is_new = match (task.action, &plan.wanted) {
                (Action::Create, Some(wanted)) => ledger::note(tx, &task.key, task.kind, wanted)?,
                _ => false,
            };
            Ok((is_new, opened))
        })?;
        let mut done = match task.action {
            Action::Create => self.create(caller, plan, &progress).await,
            Action::Delete => self.delete(caller, plan).await,
        };
        let at = self.endpoint.now().wall;
        progress.state.at = Some(at);
        let is_alike = match (&done.outcome, &progress.place) {
            (Ok(_), Place::Partner { .. }) => true,
            (Err(failure), Place::Own { .. }) => {
                let untouched = !failure.half_done && done.absent.is_empty();
                opened && untouched && !failure.unknown
            }
            _ => false,
        };
        let fault = match done.outcome {
            Ok(detail) => {
                progress.state.status = task.action.success();
                progress.state.exists = exists_after(task, &plan.server);
                progress.state.detail = detail;
                if task.kind == RecordKind::DhcpReservation {
                    // From here on the record's own history says what was known.
                    progress.state.free_on = None;
                }
                if let Some(half) = &plan.partner {
                    progress.owe(half, at);
                }
                None
            }
            Err(failure) => {
                // A new entry that was refused is not there.
                if is_new && !failure.unknown {
                    done.absent.extend(plan.wanted.clone());
                }
                progress.state.detail = failure.detail;
                Some(failure.fault)
            }
        };
        self.store.transaction(|tx| {
            for gone in &done.absent {
                ledger::forget(tx, &task.key, task.kind, gone)?;
            }
            if is_alike {
                progress.close(tx, plan)?;
            }
            if !exists(tx, &task.key)? {
                let remark = "the address record was removed meanwhile";
                progress.state.detail = join(&progress.state.detail, remark);
            }
            put_sync(tx, &task.key, task.column(), &progress.whole())
        })?;
        Ok((progress.whole(), fault))
    }

    /// The caller may not do the partner's half: nothing was sent.
    fn refuse_half(
        &self,
        plan: &Plan,
        place: Place,
        refused: IpamError,
    ) -> IpamResult<(SyncState, Option<ErrorId>)> {
        let task = &plan.task;
        let mut progress = Progress::of(plan, place);
        progress.state.at = Some(self.endpoint.now().wall);
        progress.state.detail = refused.message;
        let whole = progress.whole();
        self.store
            .transaction(|tx| put_sync(tx, &task.key, task.column(), &whole))?;
        Ok((whole, Some(refused.id)))
    }

    /// Says in the store what the work is about to do, when a crash would hide it.
    pub(super) fn remark(
        &self,
        task: &Task,
        progress: &Progress,
        what: &str,
    ) -> Result<(), Failure> {
        let remarked = Progress {
            state: SyncState {
                detail: format!("{what}; {UNDER_WAY}"),
                ..progress.state.clone()
            },
            place: progress.place.clone(),
        };
        let state = remarked.whole();
        self.store
            .transaction(|tx| put_sync(tx, &task.key, task.column(), &state))
            .map_err(|error| Failure::new(task.fault(), error.to_string()))
    }

    /// Writes what is wanted; then takes away what the record asked for earlier, so that an
    /// edited record leaves nothing of its old self behind.
    async fn create(&self, caller: &Caller, plan: &Plan, progress: &Progress) -> Done {
        let Some(wanted) = &plan.wanted else {
            return Done::of(Ok(String::new()));
        };
        let outcome = match &wanted.entry {
            Entry::Reservation { scope, reservation } => {
                let wanted = (*scope, reservation.clone());
                self.push_reservation(caller, plan, wanted, progress).await
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
