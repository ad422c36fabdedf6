//! The armed faults of a run, in the order they were declared.

use std::rc::Rc;

use crate::base::{Seed, SimTime, Stream};

use super::{Command, Fault, FaultError, FaultSpec, FaultStatus, Passing, Verdict};

struct Armed {
    spec: FaultSpec,
    behaviour: Box<dyn Fault>,
    draw: Stream,
    /// Packets in scope so far.
    seen: u64,
    fired: u64,
}

/// Every fault that is armed, and the record of those that were taken away.
pub(in crate::net) struct Chain {
    armed: Vec<Armed>,
    removed: Vec<FaultStatus>,
    seed: Seed,
}

/// What the chain made of one packet.
#[derive(Debug, Default)]
pub(in crate::net) struct Passage {
    /// Added to the link's latency.
    pub(in crate::net) extra_ms: u64,
    /// The first fault that changed anything.
    pub(in crate::net) by: Option<Rc<str>>,
    pub(in crate::net) dropped: bool,
    /// Further arrivals, each by its delay after the first and the fault that made it.
    pub(in crate::net) copies: Vec<(u64, Rc<str>)>,
    pub(in crate::net) commands: Vec<(Rc<str>, Command)>,
}

impl Chain {
    pub(in crate::net) fn new(seed: Seed) -> Chain {
        Chain {
            armed: Vec::new(),
            removed: Vec::new(),
            seed,
        }
    }

    pub(in crate::net) fn is_empty(&self) -> bool {
        self.armed.is_empty()
    }

    /// Arms a fault and returns the times at which it wants [`Chain::alarm`].
    pub(in crate::net) fn add(&mut self, spec: FaultSpec) -> Result<Vec<SimTime>, FaultError> {
        if self.status().iter().any(|known| known.name == spec.name) {
            return Err(FaultError::Duplicate(spec.name));
        }
        let behaviour = spec.arm()?;
        let alarms = behaviour.alarms();
        self.armed.push(Armed {
            draw: self.seed.stream(&format!("fault:{}", spec.name)),
            spec,
            behaviour,
            seen: 0,
            fired: 0,
        });
        Ok(alarms)
    }

    /// Takes a fault away; its record stays. Returns what has to be undone, or `None` when no
    /// such fault is armed.
    pub(in crate::net) fn remove(&mut self, name: &str, at: SimTime) -> Option<Option<Command>> {
        let place = self
            .armed
            .iter()
            .position(|armed| armed.spec.name.as_ref() == name)?;
        let mut armed = self.armed.remove(place);
        self.removed.push(armed.status());
        Some(armed.behaviour.on_removal(at))
    }

    /// Shows a packet to every fault, in order of declaration, until one drops it.
    pub(in crate::net) fn pass(&mut self, packet: &Passing<'_>) -> Passage {
        let mut passage = Passage::default();
        for armed in &mut self.armed {
            let verdict = armed.judge(packet);
            if verdict == Verdict::Pass {
                continue;
            }
            let name = Rc::clone(&armed.spec.name);
            match verdict {
                Verdict::Pass => {}
                Verdict::Deliver { extra_ms } => {
                    armed.fired += 1;
                    passage.extra_ms = passage.extra_ms.saturating_add(extra_ms);
                    passage.by.get_or_insert(name);
                }
                Verdict::Duplicate { offset_ms } => {
                    armed.fired += 1;
                    passage.copies.push((offset_ms, name));
                }
                Verdict::Drop => {
                    armed.fired += 1;
                    passage.dropped = true;
                    passage.by = Some(name);
                    break;
                }
                Verdict::Cause(command) => passage.commands.push((name, command)),
            }
        }
        passage
    }

    /// Lets the fault act at a time it asked for.
    pub(in crate::net) fn alarm(&mut self, name: &str, at: SimTime) -> Option<Command> {
        self.named(name)?.behaviour.on_alarm(at)
    }

    /// Counts a command of the fault that had an effect.
    pub(in crate::net) fn fired(&mut self, name: &str) {
        if let Some(armed) = self.named(name) {
            armed.fired += 1;
        }
    }

    /// Every fault there was, those taken away first.
    pub(in crate::net) fn status(&self) -> Vec<FaultStatus> {
        let armed = self.armed.iter().map(Armed::status);
        self.removed.iter().cloned().chain(armed).collect()
    }

    fn named(&mut self, name: &str) -> Option<&mut Armed> {
        self.armed
            .iter_mut()
            .find(|armed| armed.spec.name.as_ref() == name)
    }
}

impl Armed {
    fn judge(&mut self, packet: &Passing<'_>) -> Verdict {
        if !self.spec.scope.matches(packet) {
            return Verdict::Pass;
        }
        let ordinal = self.seen;
        self.seen += 1;
        if !self.spec.limit.admits(ordinal) {
            return Verdict::Pass;
        }
        self.behaviour.on_packet(packet, &mut self.draw)
    }

    fn status(&self) -> FaultStatus {
        FaultStatus {
            name: Rc::clone(&self.spec.name),
            kind: self.spec.kind.info().name,
            fired: self.fired,
            optional: self.spec.optional,
        }
    }
}
