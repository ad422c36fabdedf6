//! Service stopped: a service is stopped in good order and started again later.

use std::rc::Rc;

use crate::base::{SimTime, Stream};

use super::{Command, Fault, FaultInfo, Passing, Verdict};

pub(super) const INFO: FaultInfo = FaultInfo {
    name: "service-stopped",
    does: "stops a service at one time and starts it again at another",
};

pub(super) struct ServiceStopped {
    host: Rc<str>,
    program: Rc<str>,
    from: SimTime,
    until: Option<SimTime>,
    stopped: bool,
}

impl ServiceStopped {
    pub(super) fn new(
        host: Rc<str>,
        program: Rc<str>,
        (from, until): (SimTime, Option<SimTime>),
    ) -> ServiceStopped {
        ServiceStopped {
            host,
            program,
            from,
            until,
            stopped: false,
        }
    }

    fn start(&mut self) -> Option<Command> {
        if !std::mem::take(&mut self.stopped) {
            return None;
        }
        Some(Command::StartService {
            host: Rc::clone(&self.host),
            program: Rc::clone(&self.program),
        })
    }
}

impl Fault for ServiceStopped {
    fn on_packet(&mut self, _packet: &Passing<'_>, _draw: &mut Stream) -> Verdict {
        Verdict::Pass
    }

    fn alarms(&self) -> Vec<SimTime> {
        std::iter::once(self.from).chain(self.until).collect()
    }

    fn on_alarm(&mut self, at: SimTime) -> Option<Command> {
        if self.until.is_some_and(|until| until <= at) {
            return self.start();
        }
        self.stopped = true;
        Some(Command::StopService {
            host: Rc::clone(&self.host),
            program: Rc::clone(&self.program),
        })
    }

    fn on_removal(&mut self, _at: SimTime) -> Option<Command> {
        self.start()
    }
}
