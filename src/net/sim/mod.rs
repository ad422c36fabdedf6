//! The simulated network: virtual time, one task, packets as jobs in a schedule.
//!
//! [`Sim`] owns the [`state::State`] and the clock. The task that polls [`Sim::run`] polls the
//! work and then does every job that is due, calling services inline; when nothing is due it
//! sleeps on tokio's paused clock until the next job, so virtual time passes at no cost. Nothing
//! is spawned and a request never changes threads.
//!
//! The rule that keeps this free of re-entrancy: no service, waker or future is touched while
//! the state is borrowed. State collects calls and wakers; [`Sim`] makes them afterwards.

mod clock;
mod control;
mod driver;
mod endpoint;
mod gate;
mod group;
mod hosts;
mod icmp;
mod ledger;
mod schedule;
mod services;
mod slots;
mod state;
mod stream;
mod tcp;
mod tcp_open;
mod tcp_send;
mod udp;
mod wait;

pub(super) use driver::Sim;
pub(super) use endpoint::SimEndpoint;
pub(super) use stream::SimTcp;
pub(super) use udp::SimUdp;
