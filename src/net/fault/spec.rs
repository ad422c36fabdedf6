//! A fault as it is declared.

use std::rc::Rc;
use std::time::Duration;

use super::scope::{FaultScope, Limit, Peer};
use super::{
    Fault, FaultInfo, crash, delay, duplicate, host_down, loss, partition, reorder, service_stopped,
};

/// A declared fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultSpec {
    /// Unique in a run; names the fault's random stream and appears in captures.
    pub name: Rc<str>,
    pub scope: FaultScope,
    pub limit: Limit,
    /// Whether a run in which it never fired is still good.
    pub optional: bool,
    pub kind: FaultKind,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// Drops packets. [`Chance::ALWAYS`] with [`Limit::first`] drops exactly that many.
    Loss { chance: Chance },
    /// Holds packets back by `by`, and by up to `jitter` more.
    Delay { by: Duration, jitter: Duration },
    /// Delivers a packet again `offset` later.
    Duplicate { chance: Chance, offset: Duration },
    /// Holds a packet back by `hold`, so that those sent after it overtake it.
    Reorder { chance: Chance, hold: Duration },
    /// Cuts the one side off from the other, in both directions.
    Partition { one: Vec<Peer>, other: Vec<Peer> },
    /// Takes a host off the network for the window of the scope.
    HostDown { host: Peer },
    /// Stops a service at the scope's `from`, or at once, and starts it at its `until`.
    ServiceStopped { host: Rc<str>, program: Rc<str> },
    /// Crashes a host or a service at the scope's `from`; without one, at the first packet that
    /// the scope and the limit admit (so `skip: n - 1` means the n-th).
    Crash {
        target: Target,
        restart_after: Option<Duration>,
    },
}

/// What crashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Host(Rc<str>),
    Service { host: Rc<str>, program: Rc<str> },
}

/// How a declared fault has done so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultStatus {
    pub name: Rc<str>,
    /// The kind's name in [`super::FAULTS`].
    pub kind: &'static str,
    /// How often it changed what happened to a packet or a host.
    pub fired: u64,
    pub optional: bool,
}

/// A probability in ten-thousandths, so that equal scenarios compare and hash equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chance(u16);

impl Chance {
    pub const ALWAYS: Chance = Chance(10_000);

    /// The chance of `percent`, kept to a hundredth of a percent.
    ///
    /// # Errors
    /// When `percent` is not between 0 and 100.
    pub fn percent(percent: f64) -> Result<Chance, FaultError> {
        if (0.0..=100.0).contains(&percent) {
            Ok(Chance((percent * 100.0).round() as u16))
        } else {
            Err(FaultError::Percent(percent))
        }
    }

    pub(super) fn hits(self, draw: &mut crate::base::Stream) -> bool {
        use rand::RngExt as _;
        draw.random_range(0..10_000_u16) < self.0
    }
}

/// Why a fault cannot be declared like this.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FaultError {
    #[error("`{0}` is not a percentage; give a number from 0 to 100")]
    Percent(f64),
    #[error("fault `{0}` is declared twice; give each fault its own name")]
    Duplicate(Rc<str>),
    #[error("fault `{0}` would start its effect after it ends; swap `from` and `until`")]
    EmptyWindow(Rc<str>),
    #[error("faults exist on the simulated network only; remove `{0}` or run simulated")]
    NotSimulated(Rc<str>),
}

impl FaultKind {
    /// What [`super::FAULTS`] says of it.
    pub fn info(&self) -> FaultInfo {
        match self {
            FaultKind::Loss { .. } => loss::INFO,
            FaultKind::Delay { .. } => delay::INFO,
            FaultKind::Duplicate { .. } => duplicate::INFO,
            FaultKind::Reorder { .. } => reorder::INFO,
            FaultKind::Partition { .. } => partition::INFO,
            FaultKind::HostDown { .. } => host_down::INFO,
            FaultKind::ServiceStopped { .. } => service_stopped::INFO,
            FaultKind::Crash { .. } => crash::INFO,
        }
    }
}

impl FaultSpec {
    /// Checks the declaration and gives it its behaviour.
    pub(super) fn arm(&self) -> Result<Box<dyn Fault>, FaultError> {
        if let (Some(from), Some(until)) = (self.scope.from, self.scope.until)
            && from >= until
        {
            return Err(FaultError::EmptyWindow(Rc::clone(&self.name)));
        }
        Ok(match self.kind.clone() {
            FaultKind::Loss { chance } => Box::new(loss::Loss { chance }),
            FaultKind::Delay { by, jitter } => Box::new(delay::Delay::new(by, jitter)),
            FaultKind::Duplicate { chance, offset } => {
                Box::new(duplicate::Duplicate::new(chance, offset))
            }
            FaultKind::Reorder { chance, hold } => Box::new(reorder::Reorder::new(chance, hold)),
            FaultKind::Partition { one, other } => Box::new(partition::Partition { one, other }),
            FaultKind::HostDown { host } => Box::new(host_down::HostDown { host }),
            FaultKind::ServiceStopped { host, program } => {
                let window = (self.scope.from.unwrap_or_default(), self.scope.until);
                Box::new(service_stopped::ServiceStopped::new(host, program, window))
            }
            FaultKind::Crash {
                target,
                restart_after,
            } => Box::new(crash::Crash::new(target, restart_after, self.scope.from)),
        })
    }
}
