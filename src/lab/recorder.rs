//! Writes a run down while it happens.

use std::collections::BTreeMap;

use crate::base::SimTime;
use crate::net::{Fate, Network, Packet, Transport};

use super::observation::{Observation, PacketSummary, RunRecord, StepRecord};
use super::spec::LabSpec;

/// Collects the steps of a run.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    steps: Vec<StepRecord>,
}

impl Recorder {
    /// Notes a step that has ended: its words, time and packets sent at its begin and its end, and
    /// what was seen.
    pub fn step(
        &mut self,
        words: Vec<String>,
        (began, first_packet): (SimTime, u64),
        (ended, sent): (SimTime, u64),
        observations: Vec<Observation>,
    ) -> &StepRecord {
        let number = self.steps.len() + 1;
        self.steps.push(StepRecord {
            number,
            words,
            began,
            ended,
            first_packet,
            packets: sent.saturating_sub(first_packet),
            observations,
        });
        self.steps.last().expect("pushed just now")
    }

    /// The record of the whole run.
    pub(super) fn finish(
        self,
        spec: &LabSpec,
        end: Vec<Observation>,
        packets: PacketSummary,
        interrupted: bool,
    ) -> RunRecord {
        RunRecord {
            title: spec.title.clone(),
            because: spec.because.clone(),
            covers: spec.covers.clone(),
            seed: spec.seed.0,
            start: spec.start.to_string(),
            steps: self.steps,
            end,
            packets,
            interrupted,
        }
    }
}

/// What each well-known port is called in a summary.
const PORTS: &[(u16, &str)] = &[
    (53, "dns"),
    (67, "dhcp"),
    (68, "dhcp"),
    (88, "kerberos"),
    (135, "rpc"),
    (389, "ldap"),
    (445, "smb"),
    (546, "dhcpv6"),
    (547, "dhcpv6"),
    (1433, "tds"),
    (3268, "global-catalog"),
    (5985, "ws-management"),
    (48885, "ipam"),
];

/// Counts the packets of a capture by protocol, and the lost ones by reason.
pub(super) fn summarise(network: &Network) -> PacketSummary {
    let mut sent: BTreeMap<&str, u64> = BTreeMap::new();
    let mut dropped: BTreeMap<String, u64> = BTreeMap::new();
    for (protocol, lost, times) in network.packet_summary() {
        *sent.entry(protocol).or_default() += times;
        if let Some(reason) = lost {
            *dropped.entry(format!("{protocol} ({reason})")).or_default() += times;
        }
    }
    network.each_packet(|packet| {
        let protocol = protocol(packet);
        *sent.entry(protocol).or_default() += 1;
        if let Fate::Dropped(reason) = &packet.fate {
            *dropped.entry(format!("{protocol} ({reason})")).or_default() += 1;
        }
    });
    PacketSummary {
        sent: sent
            .into_iter()
            .map(|(name, n)| (name.to_owned(), n))
            .collect(),
        dropped: dropped.into_iter().collect(),
    }
}

/// The protocol of a packet, by its well-known port.
pub(super) fn protocol(packet: &Packet) -> &'static str {
    if packet.transport == Transport::Icmp {
        return "icmp";
    }
    let ports = [packet.to.port(), packet.from.port()];
    let known = PORTS.iter().find(|(port, _)| ports.contains(port));
    known.map_or("rpc", |(_, name)| name)
}
