//! What a zone answers to a question: the one place where that is decided.
//!
//! The algorithm is RFC 1034 section 4.3.2 with the clarifications of RFC 4592 (wildcards),
//! RFC 2308 (negative answers) and RFC 6604 (the code after an alias). Records go to a [`Sink`],
//! so that the fast path writes bytes and the full path collects values from the same decisions.

use crate::wire::dns::{DnsName, NameKey, Rcode, Rdata, RecordType, Section};

use super::zone::{Node, Place, RrSet, ZoneData};

/// Aliases followed for one question; more is a mistake in the zone.
const MAX_ALIASES: usize = 16;

/// Takes the records of an answer in the order they are to be written.
pub(super) trait Sink {
    fn section(&mut self, section: Section);
    /// A record owned by the name asked for.
    fn of_question(&mut self, ttl: u32, rdata: &Rdata);
    /// A record owned by the zone's apex.
    fn of_apex(&mut self, apex: &DnsName, ttl: u32, rdata: &Rdata);
    /// A record owned by any name, in wire form.
    fn of_name(&mut self, owner: &[u8], ttl: u32, rdata: &Rdata);
}

/// The header of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub rcode: Rcode,
    pub authoritative: bool,
}

/// Answers the question for `kind` at the name whose relative key is `key`.
pub(super) fn answer(
    zone: &ZoneData,
    key: &[u8],
    kind: RecordType,
    sink: &mut impl Sink,
) -> Verdict {
    let verdict = |rcode| Verdict {
        rcode,
        authoritative: true,
    };
    if zone.has_cuts()
        && let Some(cut) = cut_above(zone, key)
    {
        refer(zone, cut, sink);
        return Verdict {
            rcode: Rcode::NOERROR,
            authoritative: false,
        };
    }
    match resolve(zone, key) {
        Resolved::Node(node) => match pick(node, kind) {
            Picked::Set(set) => {
                for record in &set.records {
                    sink.of_question(set.ttl, &record.rdata);
                }
                verdict(Rcode::NOERROR)
            }
            Picked::Alias(set) => {
                let record = &set.records[0];
                sink.of_question(set.ttl, &record.rdata);
                verdict(follow(
                    zone,
                    NameKey::from_bytes(key),
                    &record.rdata,
                    kind,
                    sink,
                ))
            }
            Picked::Nothing => negative(zone, Rcode::NOERROR, sink),
        },
        Resolved::NoData => negative(zone, Rcode::NOERROR, sink),
        Resolved::NoName => negative(zone, Rcode::NXDOMAIN, sink),
    }
}

enum Resolved<'z> {
    Node(&'z Node),
    NoData,
    NoName,
}

/// Finds the node that answers for `key`, a wildcard's included.
fn resolve<'z>(zone: &'z ZoneData, key: &[u8]) -> Resolved<'z> {
    match zone.place(key) {
        Place::Node(node) => Resolved::Node(node),
        Place::EmptyNonTerminal => Resolved::NoData,
        Place::Absent { encloser } if zone.has_wildcards() => {
            // RFC 4592 section 3.3.1: only the wildcard below the closest encloser counts.
            let mut source = Vec::with_capacity(encloser + 2);
            source.extend_from_slice(&key[..encloser]);
            source.extend_from_slice(b"*\0");
            match zone.place(&source) {
                Place::Node(node) => Resolved::Node(node),
                // RFC 4592 section 4.4: an empty wildcard name exists, so there is no NXDOMAIN.
                Place::EmptyNonTerminal => Resolved::NoData,
                Place::Absent { .. } => Resolved::NoName,
            }
        }
        Place::Absent { .. } => Resolved::NoName,
    }
}

enum Picked<'z> {
    Set(&'z RrSet),
    Alias(&'z RrSet),
    Nothing,
}

fn pick(node: &Node, kind: RecordType) -> Picked<'_> {
    // RFC 8482 section 4.1: a question for ANY gets one set.
    if kind == RecordType::ANY {
        return node.sets.first().map_or(Picked::Nothing, Picked::Set);
    }
    if let Some(set) = node.set(kind) {
        return Picked::Set(set);
    }
    node.set(RecordType::CNAME)
        .filter(|set| !set.records.is_empty())
        .map_or(Picked::Nothing, Picked::Alias)
}

/// Follows an alias inside the zone and returns the code of its end (RFC 6604 section 3).
fn follow(
    zone: &ZoneData,
    start: NameKey,
    alias: &Rdata,
    kind: RecordType,
    sink: &mut impl Sink,
) -> Rcode {
    let mut seen = vec![start];
    let mut alias = alias.clone();
    while seen.len() <= MAX_ALIASES {
        let Some(owner) = alias.target() else { break };
        let absolute = NameKey::of_wire(owner);
        let Some(key) = zone.relative(absolute.as_bytes()) else {
            break;
        };
        if zone.has_cuts()
            && let Some(cut) = cut_above(zone, key)
        {
            refer(zone, cut, sink);
            break;
        }
        let relative = NameKey::from_bytes(key);
        if seen.contains(&relative) {
            break;
        }
        match resolve(zone, key) {
            Resolved::Node(node) => match pick(node, kind) {
                Picked::Set(set) => {
                    for record in &set.records {
                        sink.of_name(owner, set.ttl, &record.rdata);
                    }
                    break;
                }
                Picked::Alias(set) => {
                    let next = set.records[0].rdata.clone();
                    sink.of_name(owner, set.ttl, &next);
                    seen.push(relative);
                    alias = next;
                }
                Picked::Nothing => return negative(zone, Rcode::NOERROR, sink).rcode,
            },
            Resolved::NoData => return negative(zone, Rcode::NOERROR, sink).rcode,
            Resolved::NoName => return negative(zone, Rcode::NXDOMAIN, sink).rcode,
        }
    }
    Rcode::NOERROR
}

/// The topmost zone cut at or above `key`: everything below it belongs to another zone.
fn cut_above<'z>(zone: &'z ZoneData, key: &[u8]) -> Option<&'z Node> {
    key.iter()
        .enumerate()
        .filter(|(_, byte)| **byte == 0)
        .filter_map(|(end, _)| zone.get(&key[..=end]))
        .find(|node| node.set(RecordType::NS).is_some())
}

/// Writes a referral: the cut's NS records and the addresses of those servers that only this zone
/// can give (RFC 1034 section 4.2.1).
pub(super) fn refer(zone: &ZoneData, cut: &Node, sink: &mut impl Sink) {
    let Some(set) = cut.set(RecordType::NS) else {
        return;
    };
    sink.section(Section::Authority);
    for record in &set.records {
        sink.of_name(cut.name.wire(), set.ttl, &record.rdata);
    }
    sink.section(Section::Additional);
    for target in set
        .records
        .iter()
        .filter_map(|record| record.rdata.target())
    {
        let absolute = NameKey::of_wire(target);
        let node = zone
            .relative(absolute.as_bytes())
            .and_then(|key| zone.get(key));
        let addresses = [RecordType::A, RecordType::AAAA];
        let sets = node
            .iter()
            .flat_map(|node| addresses.map(|kind| node.set(kind)));
        for set in sets.flatten() {
            for record in &set.records {
                sink.of_name(target, set.ttl, &record.rdata);
            }
        }
    }
}

/// Writes the SOA of a negative answer (RFC 2308 section 2).
fn negative(zone: &ZoneData, rcode: Rcode, sink: &mut impl Sink) -> Verdict {
    if let Some((ttl, soa)) = zone.negative_soa() {
        sink.section(Section::Authority);
        sink.of_apex(zone.apex(), ttl, soa);
    }
    Verdict {
        rcode,
        authoritative: true,
    }
}
