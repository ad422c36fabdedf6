//! How many messages of which kind a server took and sent, and when the last of each.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::addr::Family;
use crate::wire::dhcp::{v4, v6};

/// What is counted. `None` is a message without a type, which is BOOTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Message {
    V4(Option<v4::MessageType>),
    V6(v6::MessageType),
}

/// What became of messages, beside their kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    Received,
    Sent,
    Malformed,
    Dropped,
    Exhausted,
}

/// The two numbers of one counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    pub value: u64,
    pub last: Timestamp,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Traffic {
    /// By the name of the message's kind, in the direction it went.
    kinds: BTreeMap<(Family, Fate, &'static str), Count>,
    totals: BTreeMap<(Family, Fate), Count>,
}

impl Traffic {
    pub fn note(&mut self, at: Timestamp, message: Message, fate: Fate) {
        let (family, kind) = match message {
            Message::V4(kind) => (Family::V4, kind.map_or("bootp", kind_v4)),
            Message::V6(kind) => (Family::V6, kind_v6(kind)),
        };
        count(&mut self.kinds, (family, fate, kind), at);
    }

    pub fn note_total(&mut self, at: Timestamp, family: Family, fate: Fate) {
        count(&mut self.totals, (family, fate), at);
    }

    pub fn kind(&self, family: Family, fate: Fate, kind: &'static str) -> Option<Count> {
        self.kinds.get(&(family, fate, kind)).copied()
    }

    pub fn total(&self, family: Family, fate: Fate) -> Option<Count> {
        self.totals.get(&(family, fate)).copied()
    }
}

fn count<K: Ord>(counts: &mut BTreeMap<K, Count>, key: K, at: Timestamp) {
    let count = counts.entry(key).or_insert(Count { value: 0, last: at });
    count.value += 1;
    count.last = at;
}

/// The words that statistics know the kinds by.
fn kind_v4(kind: v4::MessageType) -> &'static str {
    use v4::MessageType::*;
    match kind {
        Discover => "discover",
        Offer => "offer",
        Request => "request",
        Decline => "decline",
        Ack => "ack",
        Nak => "nak",
        Release => "release",
        Inform => "inform",
        Other(_) => "unknown",
    }
}

fn kind_v6(kind: v6::MessageType) -> &'static str {
    use v6::MessageType::*;
    match kind {
        Solicit => "solicit",
        Advertise => "advertise",
        Request => "request",
        Renew => "renew",
        Rebind => "rebind",
        Reply => "reply",
        Release => "release",
        Decline => "decline",
        InformationRequest => "infrequest",
        Confirm | Reconfigure | RelayForward | RelayReply | Other(_) => "unknown",
    }
}
