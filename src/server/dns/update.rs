//! Dynamic update (RFC 2136, section 3), all or nothing.
//!
//! Everything that can fail (zone, permission, prerequisites, prescan) is decided before the first
//! change, and the zone stays locked from the first look to the last change; applying cannot fail.

use crate::wire::dns::{DnsName, Rcode, Rdata, RecordType, Request, RequestRecord, class};
use crate::wire::windows::dnsp::{DynamicUpdate, ZoneKind};

use super::server::{DnsServer, Zone};
use super::zone::{Origin, RrSet, ZoneData, lock};

impl DnsServer {
    /// Processes an update and returns its code. `signed` says that a known key verified.
    pub(super) fn update(&mut self, request: &Request, signed: bool, now: u64) -> Rcode {
        let zone = match self.update_zone(request) {
            Ok(zone) => zone,
            Err(rcode) => return rcode,
        };
        // Deviation: RFC 2136 section 3.3 puts permission after the prerequisites. It is checked
        // first here, as servers do, so that nobody learns the zone's content by guessing at it.
        if let Err(rcode) = permit(zone, signed) {
            return rcode;
        }
        let mut data = lock(&zone.data);
        let checked = prerequisites(&data, &request.answers)
            .and_then(|()| prescan(&data, &request.authorities));
        if let Err(rcode) = checked {
            return rcode;
        }
        let before = data.serial();
        let origin = Origin::dynamic_at(now);
        let known = replaced(&data, &request.authorities);
        let mut changed = false;
        for record in &request.authorities {
            changed |= apply(&mut data, record, origin);
        }
        // What one message takes away and adds again has not changed: it was refreshed.
        if changed && request.authorities.len() > 1 && is_refresh(&data, &known, request) {
            changed = false;
            refresh(&mut data, &known, origin);
        }
        // RFC 2136 section 3.6: the serial advances once, unless the update itself set it.
        if changed && data.serial() == before {
            data.bump_serial();
        }
        Rcode::NOERROR
    }

    /// The zone section (RFC 2136 section 3.1).
    fn update_zone(&self, request: &Request) -> Result<&Zone, Rcode> {
        let [zone] = &request.questions[..] else {
            return Err(Rcode::FORMERR);
        };
        if zone.kind != RecordType::SOA {
            return Err(Rcode::FORMERR);
        }
        self.zones
            .get(&zone.name.key())
            .filter(|_| zone.class == class::IN)
            .ok_or(Rcode::NOTAUTH)
    }
}

/// What the names from which an update removes something held before it.
fn replaced(zone: &ZoneData, records: &[RequestRecord]) -> Vec<(DnsName, Vec<RrSet>)> {
    let mut known: Vec<(DnsName, Vec<RrSet>)> = Vec::new();
    for record in records.iter().filter(|record| record.class != class::IN) {
        if known.iter().all(|(name, _)| *name != record.name) {
            let node = zone.node(&record.name);
            let sets = node.map(|node| node.sets.clone()).unwrap_or_default();
            known.push((record.name.clone(), sets));
        }
    }
    known
}

/// Whether an update that removes and adds left every name as it was.
fn is_refresh(zone: &ZoneData, known: &[(DnsName, Vec<RrSet>)], request: &Request) -> bool {
    let touched = request.authorities.iter().map(|record| &record.name);
    let covered = touched
        .into_iter()
        .all(|name| known.iter().any(|(known, _)| known == name));
    covered && known.iter().all(|(name, sets)| same_data(zone, name, sets))
}

fn same_data(zone: &ZoneData, name: &DnsName, before: &[RrSet]) -> bool {
    let after = zone.node(name).map_or(&[][..], |node| &node.sets);
    after.len() == before.len()
        && before.iter().all(|old| {
            after.iter().any(|new| {
                new.kind == old.kind
                    && new.ttl == old.ttl
                    && new.records.len() == old.records.len()
                    && old.records.iter().all(|record| {
                        let mut records = new.records.iter();
                        records.any(|found| found.rdata == record.rdata)
                    })
            })
        })
}

/// Gives records that were removed and added again the age they had, or that of a refresh.
fn refresh(zone: &mut ZoneData, known: &[(DnsName, Vec<RrSet>)], origin: Origin) {
    let aging = zone.aging;
    for (name, sets) in known {
        zone.restamp(name, |record| {
            let mut before = sets.iter().flat_map(|set| &set.records);
            let old = before.find(|old| old.rdata == record.rdata);
            match old {
                // Only what was written anew carries this update's own stamp.
                Some(old) if record.origin == origin => aging.refreshed(old.origin, origin),
                _ => record.origin,
            }
        });
    }
}

/// Whether the zone takes this update at all.
fn permit(zone: &Zone, signed: bool) -> Result<(), Rcode> {
    match zone.kind {
        ZoneKind::Primary => {}
        // RFC 2136 section 3.1.2 lets a secondary forward the update to the primary. This one does
        // not forward; it is authoritative for the zone, so NOTAUTH (section 2.2) would be untrue,
        // and what is left is a refusal for reasons of policy.
        ZoneKind::Secondary => return Err(Rcode::REFUSED),
        ZoneKind::Stub | ZoneKind::Forwarder => return Err(Rcode::NOTAUTH),
    }
    if zone.paused {
        return Err(Rcode::SERVFAIL);
    }
    match zone.updates {
        DynamicUpdate::None => Err(Rcode::REFUSED),
        DynamicUpdate::NonsecureAndSecure => Ok(()),
        DynamicUpdate::Secure if signed => Ok(()),
        DynamicUpdate::Secure => Err(Rcode::REFUSED),
    }
}

/// The prerequisite section (RFC 2136 section 3.2).
fn prerequisites(zone: &ZoneData, records: &[RequestRecord]) -> Result<(), Rcode> {
    // The sets that must match exactly, gathered over the section (section 3.2.3).
    let mut exact: Vec<(&DnsName, RecordType, Vec<&Rdata>)> = Vec::new();
    for record in records {
        if record.ttl != 0 {
            return Err(Rcode::FORMERR);
        }
        if !record.name.is_within(zone.apex()) {
            return Err(Rcode::NOTZONE);
        }
        let node = zone.node(&record.name);
        let has_set = node.is_some_and(|node| node.set(record.kind).is_some());
        let any = record.kind == RecordType::ANY;
        match (record.class, &record.rdata) {
            (class::ANY, None) if any && node.is_none() => return Err(Rcode::NXDOMAIN),
            (class::ANY, None) if !any && !has_set => return Err(Rcode::NXRRSET),
            (class::NONE, None) if any && node.is_some() => return Err(Rcode::YXDOMAIN),
            (class::NONE, None) if !any && has_set => return Err(Rcode::YXRRSET),
            (class::ANY | class::NONE, None) => {}
            (class::IN, Some(rdata)) => {
                let known = exact
                    .iter_mut()
                    .find(|(name, kind, _)| **name == record.name && *kind == record.kind);
                match known {
                    Some((_, _, set)) => set.push(rdata),
                    None => exact.push((&record.name, record.kind, vec![rdata])),
                }
            }
            _ => return Err(Rcode::FORMERR),
        }
    }
    let all_match = exact
        .iter()
        .all(|(name, kind, set)| set_equals(zone, name, *kind, set));
    if all_match {
        Ok(())
    } else {
        Err(Rcode::NXRRSET)
    }
}

/// Whether the zone's set consists of exactly these records, in any order (RFC 2136 section
/// 3.2.3). Times to live are not compared (section 1.1.1).
fn set_equals(zone: &ZoneData, name: &DnsName, kind: RecordType, wanted: &[&Rdata]) -> bool {
    let set = zone.node(name).and_then(|node| node.set(kind));
    let Some(set) = set else { return false };
    let held = |rdata: &Rdata| set.records.iter().any(|record| record.rdata == *rdata);
    let asked = |rdata: &Rdata| wanted.iter().any(|wanted| **wanted == *rdata);
    wanted.iter().all(|rdata| held(rdata)) && set.records.iter().all(|record| asked(&record.rdata))
}

/// The update section's prescan (RFC 2136 section 3.4.1).
fn prescan(zone: &ZoneData, records: &[RequestRecord]) -> Result<(), Rcode> {
    for record in records {
        if !record.name.is_within(zone.apex()) {
            return Err(Rcode::NOTZONE);
        }
        let storable = !record.kind.is_meta();
        let good = match record.class {
            class::IN => storable && record.rdata.is_some(),
            class::ANY => {
                let kind = storable || record.kind == RecordType::ANY;
                kind && record.ttl == 0 && record.rdata.is_none()
            }
            class::NONE => storable && record.ttl == 0 && record.rdata.is_some(),
            _ => false,
        };
        if !good {
            return Err(Rcode::FORMERR);
        }
    }
    Ok(())
}

/// Applies one prescanned record (RFC 2136 section 3.4.2); returns whether the zone changed.
fn apply(zone: &mut ZoneData, record: &RequestRecord, origin: Origin) -> bool {
    let at_apex = record.name == *zone.apex();
    match (record.class, &record.rdata) {
        (class::IN, Some(rdata)) => add(zone, record, rdata, origin),
        (class::ANY, _) => {
            // Section 3.4.2.3: SOA and NS of the apex stay.
            let kept = |kind| at_apex && matches!(kind, RecordType::SOA | RecordType::NS);
            zone.remove_sets(&record.name, |kind| {
                (record.kind == RecordType::ANY || record.kind == kind) && !kept(kind)
            })
        }
        (class::NONE, Some(rdata)) => {
            // Section 3.4.2.4: the SOA stays, and so does the last NS of the apex.
            let last_ns = at_apex && record.kind == RecordType::NS && apex_servers(zone) <= 1;
            if record.kind == RecordType::SOA || last_ns {
                return false;
            }
            zone.remove(&record.name, rdata)
        }
        _ => false,
    }
}

fn apex_servers(zone: &ZoneData) -> usize {
    zone.get(&[])
        .and_then(|node| node.set(RecordType::NS))
        .map_or(0, |set| set.records.len())
}

/// Adds a record (RFC 2136 section 3.4.2.2), or ignores it where the zone's rules say so.
fn add(zone: &mut ZoneData, record: &RequestRecord, rdata: &Rdata, origin: Origin) -> bool {
    let is_alias = record.kind == RecordType::CNAME;
    if let Some(node) = zone.node(&record.name) {
        // A CNAME does not join other data, nor other data a CNAME.
        let clash = node
            .sets
            .iter()
            .any(|set| (set.kind == RecordType::CNAME) != is_alias);
        if clash {
            return false;
        }
    }
    if record.kind == RecordType::SOA && !is_newer_soa(zone, record, rdata) {
        return false;
    }
    zone.add(&record.name, record.ttl, rdata.clone(), origin)
}

/// A SOA is taken at the apex only, and only if its serial is ahead (RFC 1982 section 3.2).
fn is_newer_soa(zone: &ZoneData, record: &RequestRecord, rdata: &Rdata) -> bool {
    let crate::wire::dns::Data::Soa(soa) = rdata.decode() else {
        return false;
    };
    let ahead = soa.serial.wrapping_sub(zone.serial());
    record.name == *zone.apex() && ahead != 0 && ahead < 1 << 31
}
