//! The book of packets: every one that was sent, and what became of it.
//!
//! A packet under way is named by its place in the book. With [`CaptureMode::Counters`] a place is
//! given away again once the packet's fate is known, so that a benchmark runs in little memory.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::base::SimTime;
use crate::net::packet::{CaptureMode, Counters, DropReason, Fate, Packet};

/// A packet under way, or in [`CaptureMode::Full`] any packet ever sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PacketId(u32);

#[derive(Debug)]
pub(super) struct Ledger {
    mode: CaptureMode,
    packets: Vec<Packet>,
    free: Vec<u32>,
    /// The fault that has hold of a packet, until its fate is written down.
    touched: BTreeMap<u32, Rc<str>>,
    counters: Counters,
    summary: Option<Summary>,
}

/// Packets by a word and what became of them, where the packets themselves are not kept.
#[derive(Debug)]
struct Summary {
    classify: fn(&Packet) -> &'static str,
    seen: BTreeMap<(&'static str, Option<String>), u64>,
}

impl Summary {
    fn add(&mut self, packet: &Packet) {
        let lost = match &packet.fate {
            Fate::Dropped(reason) => Some(reason.to_string()),
            Fate::InFlight | Fate::Delivered { .. } => None,
        };
        *self
            .seen
            .entry(((self.classify)(packet), lost))
            .or_default() += 1;
    }
}

impl Ledger {
    pub(super) fn new() -> Self {
        Ledger {
            mode: CaptureMode::Full,
            packets: Vec::new(),
            free: Vec::new(),
            touched: BTreeMap::new(),
            counters: Counters::default(),
            summary: None,
        }
    }

    /// Keeps from now on only how many packets of each class there were; those of before are
    /// counted and let go.
    pub(super) fn summarise(&mut self, classify: fn(&Packet) -> &'static str) {
        if self.summary.is_some() {
            return;
        }
        self.mode = CaptureMode::Counters;
        let seen = BTreeMap::new();
        let mut summary = Summary { classify, seen };
        let nothing: Rc<[u8]> = Rc::from([]);
        for (index, packet) in self.packets.iter_mut().enumerate() {
            if packet.fate == Fate::InFlight {
                continue;
            }
            summary.add(packet);
            packet.payload = Rc::clone(&nothing);
            if let Ok(index) = u32::try_from(index) {
                self.free.push(index);
            }
        }
        self.summary = Some(summary);
    }

    /// What was counted: the class, why they were lost if they were, and how many.
    pub(super) fn summary(&self) -> Vec<(&'static str, Option<String>, u64)> {
        let seen = self.summary.iter().flat_map(|summary| &summary.seen);
        seen.map(|((class, lost), times)| (*class, lost.clone(), *times))
            .collect()
    }

    /// Takes effect for packets that are sent from now on.
    pub(super) fn set_mode(&mut self, mode: CaptureMode) {
        self.mode = mode;
    }

    /// Writes a packet down as sent.
    pub(super) fn open(&mut self, packet: Packet) -> PacketId {
        self.counters.sent += 1;
        if self.mode == CaptureMode::Counters
            && let Some(index) = self.free.pop()
        {
            self.packets[index as usize] = packet;
            return PacketId(index);
        }
        let index = u32::try_from(self.packets.len()).expect("fewer than 4 billion packets");
        self.packets.push(packet);
        PacketId(index)
    }

    pub(super) fn get(&self, id: PacketId) -> &Packet {
        &self.packets[id.0 as usize]
    }

    /// Names the fault that has hold of a packet that is under way.
    pub(super) fn touch(&mut self, id: PacketId, fault: Rc<str>) {
        self.touched.insert(id.0, fault);
    }

    pub(super) fn delivered(&mut self, id: PacketId, at: SimTime) {
        self.counters.delivered += 1;
        let fault = match self.touched.is_empty() {
            true => None,
            false => self.touched.remove(&id.0),
        };
        self.packets[id.0 as usize].fate = Fate::Delivered { at, fault };
        self.settle(id);
    }

    pub(super) fn dropped(&mut self, id: PacketId, reason: DropReason) {
        self.counters.dropped += 1;
        if !self.touched.is_empty() {
            self.touched.remove(&id.0);
        }
        self.packets[id.0 as usize].fate = Fate::Dropped(reason);
        self.settle(id);
    }

    fn settle(&mut self, id: PacketId) {
        if self.mode == CaptureMode::Counters {
            if let Some(summary) = &mut self.summary {
                summary.add(&self.packets[id.0 as usize]);
            }
            self.free.push(id.0);
        }
    }

    pub(super) fn counters(&self) -> Counters {
        self.counters
    }

    /// Packets in order of sending; empty with [`CaptureMode::Counters`].
    pub(super) fn packets(&self) -> &[Packet] {
        match self.mode {
            CaptureMode::Full => &self.packets,
            CaptureMode::Counters => &[],
        }
    }
}
