//! What must hold after a push that was stopped somewhere.

use ipamlab::ipam::Caller;
use ipamlab::ipam::space::{AddressKey, SyncState, SyncStatus};
use ipamlab::lab::Lab;

use super::case::{Case, Deed};
use ipamlab::ipam::sync::RecordKind;

/// How things were before the push, and how they are after one that nothing disturbed.
#[derive(Debug, Clone)]
pub struct Ends {
    pub before: Vec<String>,
    pub after: Vec<String>,
    /// The sync state that the push found.
    pub state: SyncState,
    /// What the comparison said before the push.
    pub orphans: Vec<String>,
}

impl Ends {
    /// Whether the servers may be like this: as before, as after, or between the two messages of
    /// a replacement. Each message by itself is all or nothing.
    fn allow(&self, case: Case, truth: &[String]) -> bool {
        let between: Vec<String> = match (case.deed, case.record()) {
            (Deed::Replace, RecordKind::DhcpReservation) => Vec::new(),
            (Deed::Replace, _) => self.before.iter().chain(&self.after).cloned().collect(),
            _ => return truth == self.before || truth == self.after,
        };
        truth == self.before || truth == self.after || truth == between
    }
}

/// Holds the state of things after a stop against what is allowed, then goes on.
pub async fn judge(case: Case, ends: &Ends, lab: &Lab, admin: &Caller, key: &AddressKey, at: &str) {
    let ipam = lab.ipam();
    let truth = case.truth(lab);
    let state = case.state(&ipam, admin).await;
    let orphans = case.orphans(&ipam, admin).await;
    let told = format!("{case:?} {at}: {truth:?} {state:?} {orphans:?}");
    assert!(ends.allow(case, &truth), "half done: {told}");
    if state == ends.state {
        assert_eq!(truth, ends.before, "done without a trace: {told}");
        assert_eq!(orphans, ends.orphans, "{told}");
    } else if is_success(case, state.status) {
        assert_eq!(truth, ends.after, "a lie: {told}");
        assert!(orphans.is_empty(), "{told}");
    } else {
        assert!(is_failure(case, state.status), "{told}");
        assert!(state.detail.contains("unknown"), "no doubt is told: {told}");
        let known = truth.is_empty() || !orphans.is_empty();
        assert!(known, "on the server and nobody knows: {told}");
        let lost = case.deed == Deed::Replace && truth.is_empty();
        let named = state.detail.contains("printer");
        assert!(!lost || named, "what was lost is not told: {told}");
    }
    go_on(case, ends, lab, admin, key, at).await;
}

/// Going on finishes the job, and once more changes nothing.
pub async fn go_on(case: Case, ends: &Ends, lab: &Lab, admin: &Caller, key: &AddressKey, at: &str) {
    let ipam = lab.ipam();
    let mut changes = None;
    for round in ["again", "once more"] {
        let report = case.push(&ipam, admin, key).await;
        let report = report.unwrap_or_else(|error| panic!("{case:?} {at} {round}: {error}"));
        let told = format!("{case:?} {at} {round}: {report:?}");
        assert_eq!(report.fault, None, "{told}");
        assert!(is_success(case, report.state.status), "{told}");
        assert_eq!(case.truth(lab), ends.after, "{told}");
        let now = case.changes(lab);
        if let Some(before) = changes {
            assert_eq!(now, before, "a repeated request changed something: {told}");
        }
        changes = Some(now);
    }
    let stored = case.state(&ipam, admin).await.status;
    assert!(is_success(case, stored), "{case:?} {at}: {stored}");
    let orphans = case.orphans(&ipam, admin).await;
    assert!(orphans.is_empty(), "{case:?} {at}: {orphans:?}");
}

pub fn is_success(case: Case, status: SyncStatus) -> bool {
    status
        == match case.deed {
            Deed::Create | Deed::Replace => SyncStatus::CreateSuccess,
            Deed::Delete => SyncStatus::DeleteSuccess,
        }
}

pub fn is_failure(case: Case, status: SyncStatus) -> bool {
    status
        == match case.deed {
            Deed::Create | Deed::Replace => SyncStatus::CreateFailure,
            Deed::Delete => SyncStatus::DeleteFailure,
        }
}
