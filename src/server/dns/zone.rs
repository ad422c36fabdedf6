//! The content of one zone, ordered by canonical name.
//!
//! The order is what makes misses cheap: whether a name exists, whether something lies below it
//! and which ancestor is the closest are answered by its two neighbours, in O(log n). Knows
//! nothing of messages, policy or which servers share it.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::aging::ZoneAging;
use crate::wire::dns::{
    Data, DnsName, NameKey, Rdata, RecordType, ResourceRecord, Soa, common_labels,
};

/// A zone's content as one server holds it, or as all servers of a directory share it.
pub type SharedZone = Arc<Mutex<ZoneData>>;

/// Locks a shared zone. A panic elsewhere cannot leave a zone half changed, so a poisoned lock is
/// as good as another.
pub(super) fn lock(zone: &SharedZone) -> MutexGuard<'_, ZoneData> {
    zone.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a record came from, which decides whether scavenging may take it (domain 8.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Made by an administrator; never scavenged.
    Static,
    /// Registered by an update, last refreshed in the hour that began at this many seconds since
    /// 1970. Windows keeps whole hours.
    Dynamic { refreshed: u64 },
}

/// Every record of one name.
#[derive(Debug, Clone)]
pub struct Node {
    pub name: DnsName,
    pub sets: Vec<RrSet>,
}

/// The records of one name and type. They share a time to live (RFC 2181 section 5.2).
#[derive(Debug, Clone)]
pub struct RrSet {
    pub kind: RecordType,
    pub ttl: u32,
    pub records: Vec<StoredRecord>,
}

/// One record of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    pub rdata: Rdata,
    pub origin: Origin,
}

impl Node {
    pub fn set(&self, kind: RecordType) -> Option<&RrSet> {
        self.sets.iter().find(|set| set.kind == kind)
    }
}

/// What a name is in a zone.
#[derive(Debug, Clone, Copy)]
pub enum Place<'z> {
    Node(&'z Node),
    /// Nothing is stored there but something lies below it (RFC 4592 section 2.2.2).
    EmptyNonTerminal,
    /// The name does not exist. The length of the key of its closest encloser.
    Absent {
        encloser: usize,
    },
}

/// The content of a zone.
#[derive(Debug, Clone)]
pub struct ZoneData {
    apex: DnsName,
    apex_key: NameKey,
    /// Keys are relative to the apex, whose own key is empty.
    nodes: BTreeMap<NameKey, Node>,
    /// How many names begin with `*`; without any, a miss need not look for them.
    wildcards: usize,
    /// How many names below the apex hold NS records; without any, no answer is a referral.
    cuts: usize,
    /// The SOA as a negative answer carries it; `None` until the zone has content.
    negative: Option<(u32, Rdata)>,
    /// How its records age.
    pub(super) aging: ZoneAging,
}

impl ZoneData {
    /// A zone without content: a secondary before its first copy.
    pub fn empty(apex: DnsName) -> ZoneData {
        ZoneData {
            apex_key: apex.key(),
            apex,
            nodes: BTreeMap::new(),
            wildcards: 0,
            cuts: 0,
            negative: None,
            aging: ZoneAging::default(),
        }
    }

    /// The zone that a completed transfer describes, or `None` if it holds no SOA of `apex`.
    pub fn from_transfer(apex: DnsName, records: &[ResourceRecord]) -> Option<ZoneData> {
        let mut zone = ZoneData::empty(apex);
        for record in records {
            zone.add(
                &record.name,
                record.ttl,
                record.data.encode(),
                Origin::Static,
            );
        }
        zone.is_loaded().then_some(zone)
    }

    pub fn apex(&self) -> &DnsName {
        &self.apex
    }

    /// Whether the zone has a SOA and can answer.
    pub fn is_loaded(&self) -> bool {
        self.negative.is_some()
    }

    pub fn has_cuts(&self) -> bool {
        self.cuts > 0
    }

    pub fn has_wildcards(&self) -> bool {
        self.wildcards > 0
    }

    /// How many names hold records.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The SOA of a negative answer, its time to live cut to the SOA's minimum (RFC 2308
    /// section 3).
    pub fn negative_soa(&self) -> Option<(u32, &Rdata)> {
        self.negative.as_ref().map(|(ttl, rdata)| (*ttl, rdata))
    }

    pub fn soa(&self) -> Option<Soa> {
        match self.negative.as_ref()?.1.decode() {
            Data::Soa(soa) => Some(soa),
            _ => None,
        }
    }

    pub fn serial(&self) -> u32 {
        self.soa().map_or(0, |soa| soa.serial)
    }

    /// The part of an absolute key below the apex; `None` outside the zone.
    pub fn relative<'k>(&self, key: &'k [u8]) -> Option<&'k [u8]> {
        key.strip_prefix(self.apex_key.as_bytes())
    }

    /// What the name with this relative key is.
    pub fn place(&self, key: &[u8]) -> Place<'_> {
        let bounds = (Bound::Included(key), Bound::Unbounded);
        let next = self.nodes.range::<[u8], _>(bounds).next();
        let mut encloser = 0;
        if let Some((found, node)) = next {
            let found = found.as_bytes();
            if found == key {
                return Place::Node(node);
            }
            if found.starts_with(key) {
                return Place::EmptyNonTerminal;
            }
            encloser = common_labels(found, key);
        }
        if self.wildcards > 0 {
            let bounds = (Bound::Unbounded, Bound::Excluded(key));
            if let Some((found, _)) = self.nodes.range::<[u8], _>(bounds).next_back() {
                encloser = encloser.max(common_labels(found.as_bytes(), key));
            }
        }
        Place::Absent { encloser }
    }

    /// The node with this relative key.
    pub fn get(&self, key: &[u8]) -> Option<&Node> {
        self.nodes.get(key)
    }

    /// The node of `name`.
    pub fn node(&self, name: &DnsName) -> Option<&Node> {
        self.get(self.relative(name.key().as_bytes())?)
    }

    /// All nodes in canonical order, the apex first.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.values()
    }

    /// Adds a record. One with equal data is replaced, and the set takes the new time to live
    /// (RFC 2136 section 3.4.2.2). A record joining a static one becomes static (domain 8.7).
    /// Returns whether anything changed; a name outside the zone changes nothing.
    pub fn add(&mut self, name: &DnsName, ttl: u32, rdata: Rdata, origin: Origin) -> bool {
        let aging = self.aging;
        self.edit(name, |node| {
            let kind = rdata.kind();
            let Some(set) = node.sets.iter_mut().find(|set| set.kind == kind) else {
                let records = vec![StoredRecord { rdata, origin }];
                node.sets.push(RrSet { kind, ttl, records });
                return true;
            };
            let single = matches!(kind, RecordType::SOA | RecordType::CNAME);
            let is_static = set.records.iter().any(|old| old.origin == Origin::Static);
            let origin = if is_static { Origin::Static } else { origin };
            let mut changed = set.ttl != ttl;
            set.ttl = ttl;
            let same = if single {
                set.records.first_mut()
            } else {
                set.records.iter_mut().find(|old| old.rdata == rdata)
            };
            match same {
                Some(old) => {
                    changed |= old.rdata != rdata;
                    // Equal data is a refresh, which counts only where and when the zone says so.
                    let origin = match changed {
                        true => origin,
                        false => aging.refreshed(old.origin, origin),
                    };
                    *old = StoredRecord { rdata, origin };
                }
                None => {
                    set.records.push(StoredRecord { rdata, origin });
                    changed = true;
                }
            }
            changed
        })
    }

    /// Removes one record; returns whether it was there.
    pub fn remove(&mut self, name: &DnsName, rdata: &Rdata) -> bool {
        self.edit(name, |node| {
            let before: usize = node.sets.iter().map(|set| set.records.len()).sum();
            for set in &mut node.sets {
                set.records.retain(|old| old.rdata != *rdata);
            }
            node.sets.retain(|set| !set.records.is_empty());
            let after: usize = node.sets.iter().map(|set| set.records.len()).sum();
            before != after
        })
    }

    /// Removes every set of `name` that `doomed` says; returns whether there was one.
    pub fn remove_sets(&mut self, name: &DnsName, doomed: impl Fn(RecordType) -> bool) -> bool {
        self.edit(name, |node| {
            let before = node.sets.len();
            node.sets.retain(|set| !doomed(set.kind));
            before != node.sets.len()
        })
    }

    /// Advances the serial by one, skipping zero (RFC 1982 section 3.1, RFC 2136 section 3.6).
    pub fn bump_serial(&mut self) {
        let Some(mut soa) = self.soa() else { return };
        soa.serial = soa.serial.wrapping_add(1).max(1);
        let rdata = Data::Soa(soa).encode();
        let apex = self.apex.clone();
        let ttl = self.get(&[]).and_then(|node| node.set(RecordType::SOA));
        let ttl = ttl.map_or(0, |set| set.ttl);
        self.add(&apex, ttl, rdata, Origin::Static);
    }

    /// Puts the origins of a name's records as `decide` says, given what each was.
    pub(super) fn restamp(&mut self, name: &DnsName, decide: impl Fn(&StoredRecord) -> Origin) {
        self.edit(name, |node| {
            let records = node.sets.iter_mut().flat_map(|set| &mut set.records);
            for record in records {
                record.origin = decide(record);
            }
            false
        });
    }

    /// Runs one change on the node of `name`, which is created for it and dropped when it ends up
    /// without records, and keeps the counts right.
    fn edit(&mut self, name: &DnsName, change: impl FnOnce(&mut Node) -> bool) -> bool {
        let key = name.key();
        let Some(relative) = key.as_bytes().strip_prefix(self.apex_key.as_bytes()) else {
            return false;
        };
        let at_apex = relative.is_empty();
        let relative = NameKey::from_bytes(relative);
        let node = self.nodes.entry(relative.clone()).or_insert_with(|| Node {
            name: name.clone(),
            sets: Vec::new(),
        });
        let existed = !node.sets.is_empty();
        let was_cut = node.set(RecordType::NS).is_some();
        let changed = change(node);
        let exists = !node.sets.is_empty();
        let is_cut = node.set(RecordType::NS).is_some();
        if at_apex {
            self.negative = node.set(RecordType::SOA).and_then(negative_soa);
        } else {
            self.cuts = self.cuts + usize::from(is_cut) - usize::from(was_cut);
        }
        if name.is_wildcard() {
            self.wildcards = self.wildcards + usize::from(exists) - usize::from(existed);
        }
        if !exists {
            self.nodes.remove(&relative);
        }
        changed
    }
}

fn negative_soa(set: &RrSet) -> Option<(u32, Rdata)> {
    let rdata = &set.records.first()?.rdata;
    match rdata.decode() {
        Data::Soa(soa) => Some((set.ttl.min(soa.minimum), rdata.clone())),
        _ => None,
    }
}

impl ZoneData {
    /// Adds the records of `other` that are not here; the SOA stays.
    pub(super) fn merge(&mut self, other: &ZoneData) {
        for node in other.nodes() {
            for set in node.sets.iter().filter(|set| set.kind != RecordType::SOA) {
                for record in &set.records {
                    self.add(&node.name, set.ttl, record.rdata.clone(), record.origin);
                }
            }
        }
    }
}
