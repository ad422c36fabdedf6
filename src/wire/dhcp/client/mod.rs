//! DHCP clients without sockets or clocks: messages out, bytes in.
//!
//! The caller sends what a method returns, hands every answer to `receive` and looks at what it
//! says. Retransmission is the caller's, since only it knows the time. Transaction ids count up
//! from the one given, so a run's are the same every time.

mod v4;
mod v6;

pub use v4::{ClientV4, LeaseV4, StepV4};
pub use v6::{ClientV6, LeaseV6, StepV6};
