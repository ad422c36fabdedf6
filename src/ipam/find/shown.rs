//! What the last search showed to each administrator, so that a claim knows what he saw.
//!
//! Lost when the engine stops, as a dialog is that was open on it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::base::AccountName;
use crate::ipam::caller::Caller;
use crate::ipam::space::RangeKey;

/// The addresses shown as available, by who searched.
#[derive(Default)]
pub(crate) struct Shown {
    by: RefCell<BTreeMap<AccountName, (RangeKey, BTreeSet<IpAddr>)>>,
}

impl Shown {
    /// Notes what a search found. *Find Next* adds to it; a search of another range begins anew.
    pub(super) fn note(
        &self,
        to: &Caller,
        range: &RangeKey,
        available: impl Iterator<Item = IpAddr>,
    ) {
        let mut by = self.by.borrow_mut();
        let fresh = || (range.clone(), BTreeSet::new());
        let shown = by.entry(to.account.clone()).or_insert_with(fresh);
        if shown.0 != *range {
            *shown = fresh();
        }
        shown.1.extend(available);
    }

    /// Whether the address was shown as available; no longer afterwards, because what was seen is
    /// used up by the claim.
    pub(super) fn take(&self, to: &Caller, range: &RangeKey, address: IpAddr) -> bool {
        let mut by = self.by.borrow_mut();
        let shown = by.get_mut(&to.account).filter(|shown| shown.0 == *range);
        shown.is_some_and(|shown| shown.1.remove(&address))
    }
}
