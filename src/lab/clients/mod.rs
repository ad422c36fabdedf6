//! DHCP clients that live on the simulated network for as long as the run goes on.
//!
//! A [`ClientFleet`] is many clients in one service: each joins, renews at T1, rebinds at T2,
//! leaves and comes back by its own draws and the calendar, and every exchange is made of real
//! packets, through the relay agent of its subnet or from its own address. It knows nothing of
//! servers, leases or DNS beyond what it is answered.

mod client;
mod fleet;
mod habit;

pub use fleet::{ClientFleet, FleetSpec, Link, Tally};
pub use habit::Habits;

pub(super) use fleet::PROGRAM;
