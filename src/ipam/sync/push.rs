//! The frame of every push: an honest status before, the work, the result after.

use crate::base::Fqdn;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::rbac;
use crate::ipam::space::addresses::{SyncColumn, put_sync};
use crate::ipam::space::{AddressKey, SyncState, SyncStatus};

use super::report::{RecordKind, SyncReport};
use super::servers::Outcome;

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
    fn success(self) -> SyncStatus {
        match self {
            Action::Create => SyncStatus::CreateSuccess,
            Action::Delete => SyncStatus::DeleteSuccess,
        }
    }

    fn failure(self) -> SyncStatus {
        match self {
            Action::Create => SyncStatus::CreateFailure,
            Action::Delete => SyncStatus::DeleteFailure,
        }
    }
}

/// One push: what it is about and where it goes.
#[derive(Debug, Clone)]
pub(super) struct Push {
    pub(super) key: AddressKey,
    pub(super) kind: RecordKind,
    pub(super) action: Action,
    pub(super) server: Fqdn,
    /// What is written, as a person would name it.
    pub(super) record: String,
}

impl Push {
    fn column(&self) -> SyncColumn {
        match self.kind {
            RecordKind::DhcpReservation => SyncColumn::Reservation,
            RecordKind::DnsHostRecord => SyncColumn::Host,
            RecordKind::DnsPtrRecord => SyncColumn::Ptr,
        }
    }

    /// Whether a reservation made by this push counts as the protocol's *Exists* (domain 8.3).
    fn exists(&self) -> bool {
        self.kind == RecordKind::DhcpReservation
            && self.action == Action::Create
            && self
                .key
                .owner
                .service_instance
                .eq_ignore_ascii_case(self.server.as_str())
    }
}

impl Ipam {
    /// Runs `work` between two committed states of the record. A crash in between leaves the
    /// failure status with the remark that the outcome is unknown, which is the truth.
    pub(super) async fn push(
        &self,
        push: Push,
        work: impl Future<Output = Outcome>,
    ) -> IpamResult<SyncReport> {
        let mut state = SyncState {
            status: push.action.failure(),
            exists: false,
            detail: "started and not ended; outcome unknown, repeat the action".to_owned(),
            at: Some(self.endpoint.now().wall),
            server: Some(push.server.clone()),
            record: push.record.clone(),
        };
        self.store_state(&push, &state)?;
        let outcome = work.await;
        let fault = match outcome {
            Ok(detail) => {
                state.status = push.action.success();
                state.exists = push.exists();
                state.detail = detail;
                None
            }
            Err(failure) => {
                state.detail = failure.detail;
                Some(failure.fault)
            }
        };
        state.at = Some(self.endpoint.now().wall);
        self.store_state(&push, &state)?;
        Ok(SyncReport {
            address: push.key,
            kind: push.kind,
            server: push.server,
            state,
            fault,
        })
    }

    fn store_state(&self, push: &Push, state: &SyncState) -> IpamResult<()> {
        self.store
            .transaction(|tx| put_sync(tx, &push.key, push.column(), state))
    }
}
