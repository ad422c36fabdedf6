//! What must hold after a push that was stopped somewhere.

use ipamlab::ipam::failover::ConfigurationSync;
use ipamlab::ipam::space::{AddressKey, SyncState, SyncStatus};
use ipamlab::ipam::{Caller, Ipam};
use ipamlab::lab::Lab;

use super::case::{Case, Deed};
use ipamlab::ipam::sync::RecordKind;

/// How things were before the push, and how they are after one that nothing disturbed. What is
/// held is told server by server.
#[derive(Debug, Clone)]
pub struct Ends {
    pub before: Vec<Vec<String>>,
    pub after: Vec<Vec<String>>,
    /// The sync state that the push found.
    pub state: SyncState,
    /// What the comparison said before the push.
    pub orphans: Vec<String>,
}

/// What one server holds, and what the record says of it.
#[derive(Debug)]
pub struct Half<'a> {
    pub truth: &'a [String],
    pub before: &'a [String],
    pub after: &'a [String],
    pub state: &'a SyncState,
}

/// The halves of a push, the server's own first.
pub fn halves<'a>(
    state: &'a SyncState,
    truth: &'a [Vec<String>],
    before: &'a [Vec<String>],
    after: &'a [Vec<String>],
) -> Vec<Half<'a>> {
    let states = std::iter::once(state).chain(state.partner.as_deref());
    let held = truth.iter().zip(before).zip(after);
    let halves = held
        .zip(states)
        .map(|(((truth, before), after), state)| Half {
            truth,
            before,
            after,
            state,
        });
    halves.collect()
}

impl Half<'_> {
    /// Whether the server may be like this: as before, as after, or between the two messages of
    /// a replacement. Each message by itself is all or nothing.
    fn is_whole(&self, case: Case) -> bool {
        let between: Vec<String> = match (case.deed, case.record()) {
            (Deed::Replace, RecordKind::DhcpReservation) => Vec::new(),
            (Deed::Replace, _) => self.before.iter().chain(self.after).cloned().collect(),
            _ => return self.truth == self.before || self.truth == self.after,
        };
        self.truth == self.before || self.truth == self.after || self.truth == between
    }

    /// Whether the record tells the truth about the server, or says that it does not know.
    fn is_honest(&self, case: Case) -> bool {
        if is_success(case, self.state.status) {
            return self.truth == self.after;
        }
        let detail = &self.state.detail;
        let lost = case.deed == Deed::Replace && self.truth.is_empty();
        is_failure(case, self.state.status)
            && (self.truth == self.before || detail.contains("unknown"))
            && (!lost || detail.contains("printer"))
    }
}

/// Whether the record says that every server took the change.
pub fn is_done(case: Case, state: &SyncState) -> bool {
    let states = std::iter::once(state).chain(state.partner.as_deref());
    let done = states.filter(|state| is_success(case, state.status));
    done.count() == case.servers().len()
}

/// Whether the two failover partners are called alike; `None` where there is one server.
async fn configuration_sync(ipam: &Ipam, admin: &Caller) -> Option<ConfigurationSync> {
    let scopes = ipam.get_failover_scopes(admin).await.expect("readable");
    let mut both = scopes.iter().map(|scope| scope.comparison.sync());
    let first = both.next();
    assert!(both.all(|other| Some(other) == first), "{scopes:?}");
    first
}

/// Holds the state of things after a stop against what is allowed, then goes on.
pub async fn judge(case: Case, ends: &Ends, lab: &Lab, admin: &Caller, key: &AddressKey, at: &str) {
    let ipam = lab.ipam();
    let truth = case.truth(lab);
    let state = case.state(&ipam, admin).await;
    let orphans = case.orphans(&ipam, admin).await;
    let told = format!("{case:?} {at}: {truth:?} {state:?} {orphans:?}");
    let alike = truth.iter().all(|held| *held == truth[0]);
    let in_sync = configuration_sync(&ipam, admin).await == Some(ConfigurationSync::InSync);
    assert!(alike || !in_sync, "in sync they are not: {told}");
    let halves = halves(&state, &truth, &ends.before, &ends.after);
    for half in &halves {
        assert!(half.is_whole(case), "half done: {told}");
    }
    if state == ends.state {
        assert_eq!(truth, ends.before, "done without a trace: {told}");
        assert_eq!(orphans, ends.orphans, "{told}");
    } else if is_done(case, &state) {
        assert_eq!(truth, ends.after, "a lie: {told}");
        assert!(orphans.is_empty(), "{told}");
    } else {
        let (own, partner) = (&halves[0], halves.get(1));
        assert!(own.is_honest(case), "a lie: {told}");
        let begun = is_success(case, own.state.status);
        match partner {
            // The partner is asked after the server's own half.
            Some(partner) if begun => assert!(partner.is_honest(case), "a lie: {told}"),
            Some(partner) => assert_eq!(partner.truth, partner.before, "too early: {told}"),
            None => {}
        }
        let doubt = halves.iter().any(|half| {
            let detail = &half.state.detail;
            detail.contains("unknown") || detail.contains("not begun yet")
        });
        assert!(doubt, "no doubt is told: {told}");
        let known = truth.concat().is_empty() || !orphans.is_empty();
        assert!(known, "on the server and nobody knows: {told}");
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
        assert!(report.worked(), "{told}");
        assert!(is_done(case, &report.state), "{told}");
        assert_eq!(case.truth(lab), ends.after, "{told}");
        let now = case.changes(lab);
        if let Some(before) = changes {
            assert_eq!(now, before, "a repeated request changed something: {told}");
        }
        changes = Some(now);
    }
    let stored = case.state(&ipam, admin).await;
    assert!(is_done(case, &stored), "{case:?} {at}: {stored:?}");
    let orphans = case.orphans(&ipam, admin).await;
    assert!(orphans.is_empty(), "{case:?} {at}: {orphans:?}");
    let sync = configuration_sync(&ipam, admin).await;
    assert!(
        sync.is_none_or(|sync| sync == ConfigurationSync::InSync),
        "{case:?} {at}: {sync:?}"
    );
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
