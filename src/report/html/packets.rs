//! The packets of a step as a page shows them: every one of a short step; of a long one the
//! first, and those that a fault or a firewall met, with counts in the place of the others.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use serde_json::{Value, json};

use crate::lab::trace::{Trace, TracedFate, TracedPacket};

/// Packets of a step that are shown whatever became of them.
const FIRST: usize = 40;
/// Packets beyond these that are shown because something became of them.
const TELLING: usize = 24;

/// Who sends and receives: hosts by name, others by address, in the order they turn up.
#[derive(Debug, Default)]
pub struct Ends {
    names: Vec<String>,
    by_name: BTreeMap<String, usize>,
    host_of: BTreeMap<IpAddr, String>,
}

impl Ends {
    pub fn of(trace: &Trace) -> Ends {
        let hosts = trace.hosts.iter();
        let pairs = hosts.flat_map(|(name, addresses)| {
            let pair = move |address: &IpAddr| (*address, name.clone());
            addresses.iter().map(pair)
        });
        Ends {
            host_of: pairs.collect(),
            ..Ends::default()
        }
    }

    fn number(&mut self, end: SocketAddr) -> usize {
        let address = end.ip();
        let name = self.host_of.get(&address).cloned();
        let name = name.unwrap_or_else(|| address.to_string());
        let next = self.names.len();
        let number = *self.by_name.entry(name.clone()).or_insert(next);
        if number == next {
            self.names.push(name);
        }
        number
    }

    /// The names, by number.
    pub fn into_names(self) -> Vec<String> {
        self.names
    }
}

/// The packets of one step; a number stands for that many that are left out.
///
/// A packet is `[sent, from, to, words, took]` with times in milliseconds; what a fault did, or
/// why it never arrived, is the sixth. `took` is -1 for one that was dropped and -2 for one that
/// was under way at the end.
pub fn of_step(packets: &[TracedPacket], ends: &mut Ends) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut left_out = 0_u64;
    let mut telling = 0;
    for (at, packet) in packets.iter().enumerate() {
        let mut shown = at < FIRST;
        if !shown && tells(packet) && telling < TELLING {
            telling += 1;
            shown = true;
        }
        if !shown {
            left_out += 1;
            continue;
        }
        if left_out > 0 {
            rows.push(json!(left_out));
            left_out = 0;
        }
        rows.push(row(packet, ends));
    }
    if left_out > 0 {
        rows.push(json!(left_out));
    }
    rows
}

/// Whether something else became of it than to arrive.
fn tells(packet: &TracedPacket) -> bool {
    !matches!(packet.fate, TracedFate::Delivered { fault: None, .. })
}

fn row(packet: &TracedPacket, ends: &mut Ends) -> Value {
    let (from, to) = (ends.number(packet.from), ends.number(packet.to));
    let (sent, words) = (packet.at.0, packet.words());
    match &packet.fate {
        TracedFate::InFlight => json!([sent, from, to, words, -2]),
        TracedFate::Dropped(reason) => json!([sent, from, to, words, -1, reason]),
        TracedFate::Delivered { at, fault } => {
            let took = at.0.saturating_sub(sent);
            match fault {
                None => json!([sent, from, to, words, took]),
                Some(fault) => json!([sent, from, to, words, took, fault]),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SimTime;
    use crate::lab::trace::TracedKind;

    fn packet(at: u64, fate: TracedFate) -> TracedPacket {
        TracedPacket {
            at: SimTime(at),
            from: "10.0.0.9:0".parse().unwrap(),
            to: "10.0.0.7:0".parse().unwrap(),
            kind: TracedKind::EchoRequest,
            payload: Vec::new(),
            repeats: None,
            fate,
        }
    }

    fn arrived(at: u64) -> TracedPacket {
        let fate = TracedFate::Delivered {
            at: SimTime(at + 2),
            fault: None,
        };
        packet(at, fate)
    }

    fn ends() -> Ends {
        Ends::of(&Trace {
            hosts: vec![(
                "ipam1.corp.example".into(),
                vec!["10.0.0.9".parse().unwrap()],
            )],
            ..Trace::default()
        })
    }

    #[test]
    fn a_packet_says_when_between_whom_and_what_became_of_it() {
        let late = TracedFate::Delivered {
            at: SimTime(9),
            fault: Some("slow".into()),
        };
        let packets = [
            arrived(1),
            packet(2, TracedFate::Dropped("firewall".into())),
            packet(3, TracedFate::InFlight),
            packet(4, late),
        ];
        let mut ends = ends();
        let rows = of_step(&packets, &mut ends);
        let words = packets[0].words();
        let wanted = [
            json!([1, 0, 1, words, 2]),
            json!([2, 0, 1, words, -1, "firewall"]),
            json!([3, 0, 1, words, -2]),
            json!([4, 0, 1, words, 5, "slow"]),
        ];
        assert_eq!(rows, wanted);
        // An address that no host has stands for itself.
        assert_eq!(ends.into_names(), ["ipam1.corp.example", "10.0.0.7"]);
    }

    #[test]
    fn a_long_step_shows_its_beginning_and_what_is_telling_and_counts_the_rest() {
        let mut packets: Vec<TracedPacket> = (0..100).map(arrived).collect();
        packets[70] = packet(70, TracedFate::Dropped("loss".into()));
        let rows = of_step(&packets, &mut ends());
        assert_eq!(rows.len(), FIRST + 3);
        let from_there: Vec<&Value> = rows[FIRST..].iter().collect();
        assert_eq!(from_there[0], &json!(30));
        assert_eq!(from_there[1][5], "loss");
        assert_eq!(from_there[2], &json!(29));
        let lost = (0..200).map(|at| packet(at, TracedFate::Dropped("loss".into())));
        let rows = of_step(&lost.collect::<Vec<_>>(), &mut ends());
        assert_eq!(
            rows.len(),
            FIRST + TELLING + 1,
            "of those too there is an end"
        );
    }
}
