//! Crash: a host or a service dies without a word, and may come back from what it had stored.

use std::rc::Rc;
use std::time::Duration;

use crate::base::{SimTime, Stream};

use super::{Command, Fault, FaultInfo, Passing, Target, Verdict};

pub(super) const INFO: FaultInfo = FaultInfo {
    name: "crash",
    does: "kills a host or a service at a time or at a packet, and may restart it",
};

pub(super) struct Crash {
    target: Target,
    restart_after: Option<Duration>,
    at: Option<SimTime>,
    done: bool,
}

impl Crash {
    pub(super) fn new(
        target: Target,
        restart_after: Option<Duration>,
        at: Option<SimTime>,
    ) -> Crash {
        Crash {
            target,
            restart_after,
            at,
            done: false,
        }
    }

    fn command(&self) -> Command {
        let restart_after = self.restart_after;
        match &self.target {
            Target::Host(host) => Command::CrashHost {
                host: Rc::clone(host),
                restart_after,
            },
            Target::Service { host, program } => Command::CrashService {
                host: Rc::clone(host),
                program: Rc::clone(program),
                restart_after,
            },
        }
    }
}

impl Fault for Crash {
    fn on_packet(&mut self, _packet: &Passing<'_>, _draw: &mut Stream) -> Verdict {
        if self.at.is_some() || std::mem::replace(&mut self.done, true) {
            return Verdict::Pass;
        }
        Verdict::Cause(self.command())
    }

    fn alarms(&self) -> Vec<SimTime> {
        self.at.into_iter().collect()
    }

    fn on_alarm(&mut self, _at: SimTime) -> Option<Command> {
        Some(self.command())
    }
}
