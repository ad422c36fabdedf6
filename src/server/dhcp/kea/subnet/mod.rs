//! `subnet4-*` and `subnet6-*`: the scopes of the server as Kea's subnets.
//!
//! A scope has one range and exclusions in it; a subnet has pools. What a scope can lease is shown
//! as pools, and pools become the range from the first to the last with the gaps excluded. Leases
//! of a subnet that is removed are gone.

mod change;
mod delta;
mod parse;
mod show;

pub(super) use change::{add, del, update};
pub(super) use delta::{delta_add, delta_del};
pub(super) use parse::{Defaults, Described, described};
pub(super) use show::{get, list, shown};
