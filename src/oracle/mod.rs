//! The white-box half of every comparison: what each check must say, and what must hold always,
//! derived from the estate alone.
//!
//! The oracle never sends a packet and knows neither the fakes nor the engine. It shares with the
//! fakes only what the estate offers both: set membership, firewall decisions, the reading of
//! access lists. Start from [`access::expected`].

pub mod access;
mod acl;
mod by_policy;
pub mod compare;
pub mod grants;
pub mod invariants;
pub mod missing;
mod reach;
mod take_away;
#[cfg(test)]
mod tests;

pub use access::{Availability, Expected, Question, Stage, Verdict, expected, grantee};
pub use compare::{Difference, Gap, Pairs, ServerDifference, Side};
pub use grants::{Grants, Lack, ServerGrants};
pub use invariants::{Violation, violations};
pub use missing::Missing;
pub use take_away::TakeAway;
