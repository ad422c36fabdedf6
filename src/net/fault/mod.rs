//! Misbehaviour of the network, each kind a named fault that a scenario declares.
//!
//! A [`FaultSpec`] says what goes wrong, where, when and how often. The simulated network arms it
//! into a [`Chain`] and shows every packet to the chain before it leaves. Faults know packets and
//! names of hosts; they do not know what the bytes mean.
//!
//! To add a fault, write `fault/<name>.rs` with its `INFO` and its [`Fault`], then register it in
//! [`FaultKind`] and [`FAULTS`].

mod chain;
mod crash;
mod delay;
mod duplicate;
mod host_down;
mod loss;
mod partition;
mod reorder;
mod scope;
mod service_stopped;
mod spec;

pub(super) use chain::Chain;
pub use scope::{FaultScope, Limit, Passing, Peer};
pub use spec::{Chance, FaultError, FaultKind, FaultSpec, FaultStatus, Target};

use std::rc::Rc;
use std::time::Duration;

use crate::base::{SimTime, Stream};

/// One kind of fault, for documentation and for tests that must not forget one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultInfo {
    /// Its key in a scenario.
    pub name: &'static str,
    /// What it does, in one line.
    pub does: &'static str,
}

/// Every kind of fault there is.
pub const FAULTS: &[FaultInfo] = &[
    loss::INFO,
    delay::INFO,
    duplicate::INFO,
    reorder::INFO,
    partition::INFO,
    host_down::INFO,
    service_stopped::INFO,
    crash::INFO,
];

/// What a fault does with one packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing; the packet goes on to the next fault.
    Pass,
    /// It arrives this many milliseconds later than it would have.
    Deliver { extra_ms: u64 },
    /// It arrives, and once more this many milliseconds later.
    Duplicate { offset_ms: u64 },
    /// It is gone.
    Drop,
    /// It goes on its way, and something happens to a host.
    Cause(Command),
}

/// What a fault does to a host rather than to a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    CrashHost {
        host: Rc<str>,
        restart_after: Option<Duration>,
    },
    CrashService {
        host: Rc<str>,
        program: Rc<str>,
        restart_after: Option<Duration>,
    },
    StopService {
        host: Rc<str>,
        program: Rc<str>,
    },
    StartService {
        host: Rc<str>,
        program: Rc<str>,
    },
    /// Tells a running service that a timer ran out; of no fault, but of whoever changed what the
    /// service holds behind its back.
    WakeService {
        host: Rc<str>,
        program: Rc<str>,
    },
}

/// The behaviour of one armed fault.
pub trait Fault {
    /// Judges a packet that is in scope. `draw` belongs to this fault alone.
    fn on_packet(&mut self, packet: &Passing<'_>, draw: &mut Stream) -> Verdict;

    /// When the fault acts by itself.
    fn alarms(&self) -> Vec<SimTime> {
        Vec::new()
    }

    /// Acts at one of its [`Fault::alarms`].
    fn on_alarm(&mut self, _at: SimTime) -> Option<Command> {
        None
    }

    /// What has to be undone when the fault is taken away before its time.
    fn on_removal(&mut self, _at: SimTime) -> Option<Command> {
        None
    }
}
