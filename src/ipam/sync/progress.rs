//! How a push stands, as the record shows it while it is under way and when it has ended.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::base::Fqdn;
use crate::ipam::error::IpamResult;
use crate::ipam::failover::rows::{self, Pair};
use crate::ipam::space::SyncState;
use crate::ipam::store::Tx;

use super::plan::{PartnerPlan, Plan};
use super::written::Entry;

/// What a crash leaves behind as the detail of a push.
pub(super) const UNDER_WAY: &str = "started and not ended; outcome unknown, repeat the action";

/// What a crash leaves behind of the partner's half when only the server's own was done.
const NOT_BEGUN: &str = "not begun yet; repeat the action";

/// How a push stands, and where on the record that is noted.
pub(super) struct Progress {
    pub(super) state: SyncState,
    pub(super) place: Place,
}

/// Which of the two states of a reservation a push notes.
#[derive(Clone)]
pub(super) enum Place {
    /// That of the record's own server, beside what is known of the partner.
    Own { partner: Option<Box<SyncState>> },
    /// That of the failover partner, within the other.
    Partner { own: SyncState },
}

impl Progress {
    pub(super) fn of(plan: &Plan, place: Place) -> Progress {
        let state = SyncState {
            status: plan.task.action.failure(),
            exists: false,
            detail: UNDER_WAY.to_owned(),
            at: None,
            server: Some(plan.server.clone()),
            record: plan.record(),
            free_on: plan.free_on.clone(),
            partner: None,
        };
        Progress { state, place }
    }

    /// The state of the record as a whole.
    pub(super) fn whole(&self) -> SyncState {
        let state = self.state.clone();
        match &self.place {
            Place::Own { partner } => SyncState {
                partner: partner.clone(),
                ..state
            },
            Place::Partner { own } => SyncState {
                partner: Some(Box::new(state)),
                ..own.clone()
            },
        }
    }

    /// The record's own server has taken the change, its partner has yet to.
    pub(super) fn owe(&mut self, half: &PartnerPlan, at: Timestamp) {
        let mut owed = Progress::of(&half.plan, Place::Own { partner: None }).state;
        owed.detail = NOT_BEGUN.to_owned();
        owed.at = Some(at);
        self.place = Place::Own {
            partner: Some(Box::new(owed)),
        };
    }

    /// Notes before the first message that the failover partner will not have the change yet.
    /// Whether that is new.
    pub(super) fn open(&self, tx: &Tx<'_>, plan: &Plan) -> IpamResult<bool> {
        match plan.partner.as_ref().and_then(|half| half.differing(plan)) {
            Some((pair, address)) => rows::owe(tx, &pair, address),
            None => Ok(false),
        }
    }

    /// Notes that the two servers are alike again: `plan` was the partner's half and worked, or
    /// the server's own, which is known to have changed nothing.
    pub(super) fn close(&self, tx: &Tx<'_>, plan: &Plan) -> IpamResult<()> {
        let of_own = plan.partner.as_ref().and_then(|half| half.differing(plan));
        let differing = match &self.place {
            Place::Own { .. } => of_own,
            Place::Partner { own } => own
                .server
                .as_ref()
                .and_then(|server| differing(server, plan)),
        };
        match differing {
            Some((pair, address)) => rows::settle(tx, &pair, address),
            None => Ok(()),
        }
    }
}

impl PartnerPlan {
    /// Where the two servers differ while only the first has the change of `own`.
    fn differing(&self, own: &Plan) -> Option<(Pair, IpAddr)> {
        differing(&own.server, &self.plan)
    }
}

fn differing(own: &Fqdn, half: &Plan) -> Option<(Pair, IpAddr)> {
    let Entry::Reservation { scope, reservation } = &half.targets().next()?.entry else {
        return None;
    };
    let pair = Pair {
        servers: [own.clone(), half.server.clone()],
        scope: *scope,
    };
    Some((pair, reservation.address))
}
