//! Packets held by a gate, and letting them go.

use std::rc::Rc;

use crate::net::gate::Gate;
use crate::net::packet::Packet;

use super::driver::Sim;
use super::ledger::PacketId;
use super::state::{Errand, State};

/// A packet that was sent and has not left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub(super) packet: PacketId,
    pub(super) errand: Errand,
    pub(super) latency_ms: u64,
}

impl State {
    pub(super) fn holds(&self, packet: PacketId) -> bool {
        let gate = self.gate.as_ref();
        gate.is_some_and(|gate| gate.holds(self.ledger.get(packet)))
    }

    fn release(&mut self, place: usize) -> bool {
        if place >= self.held.len() {
            return false;
        }
        let held = self.held.remove(place);
        self.pass_on(held.packet, held.latency_ms, held.errand);
        true
    }
}

impl Sim {
    pub(in crate::net) fn set_gate(&self, gate: Rc<dyn Gate>) {
        self.with(|state| state.gate = Some(gate));
    }

    pub(in crate::net) fn held(&self) -> Vec<Packet> {
        self.with(|state| {
            let held = state.held.iter();
            held.map(|held| state.ledger.get(held.packet).clone())
                .collect()
        })
    }

    pub(in crate::net) fn release(&self, place: usize) -> bool {
        self.with(|state| state.release(place))
    }
}
