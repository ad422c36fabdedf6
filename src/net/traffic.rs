//! What is kept of the traffic of a network, and how it is looked at afterwards.

use super::network::{Ground, Network};
use super::packet::{CaptureMode, Counters, Packet};

impl Network {
    /// How much of the traffic to keep; to be said before the first packet.
    pub fn set_capture(&self, mode: CaptureMode) {
        match &self.ground {
            Ground::Simulated(sim) => sim.set_capture(mode),
            Ground::Real(net) => net.0.set_capture(mode),
        }
    }

    /// Keeps from now on only how many packets of each class there were, for runs whose packets
    /// would not fit in memory. Those of before are counted and let go; there is no way back.
    pub fn summarise_packets(&self, classify: fn(&Packet) -> &'static str) {
        match &self.ground {
            Ground::Simulated(sim) => sim.summarise_packets(classify),
            Ground::Real(_) => {}
        }
    }

    /// What [`Network::summarise_packets`] has counted: class, reason of loss, how many.
    pub fn packet_summary(&self) -> Vec<(&'static str, Option<String>, u64)> {
        match &self.ground {
            Ground::Simulated(sim) => sim.packet_summary(),
            Ground::Real(_) => Vec::new(),
        }
    }

    /// Everything sent so far, in order of sending. A real network writes down arrivals, in
    /// order of arriving, and only when [`CaptureMode::Full`] was asked for.
    pub fn capture(&self) -> Vec<Packet> {
        self.capture_from(0)
    }

    /// Everything sent after the first `sent` packets; see [`Network::counters`].
    pub fn capture_from(&self, sent: usize) -> Vec<Packet> {
        match &self.ground {
            Ground::Simulated(sim) => sim.capture_from(sent),
            Ground::Real(net) => net.0.capture_from(sent),
        }
    }

    /// Shows every packet of [`Network::capture`] where it is kept, without a copy.
    pub fn each_packet(&self, mut look: impl FnMut(&Packet)) {
        match &self.ground {
            Ground::Simulated(sim) => sim.each_packet(&mut look),
            Ground::Real(net) => net.0.each_packet(&mut look),
        }
    }

    pub fn counters(&self) -> Counters {
        match &self.ground {
            Ground::Simulated(sim) => sim.counters(),
            Ground::Real(net) => net.0.counters(),
        }
    }

    /// How many packets have been sent.
    pub fn packets_sent(&self) -> u64 {
        self.counters().sent
    }
}
