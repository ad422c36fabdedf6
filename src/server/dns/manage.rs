//! Zones and records as the DNS management interface edits them (domain 8.7).
//!
//! Whether the caller may is decided before, by the interface's own access rules.

use crate::base::Fqdn;
use crate::wire::dns::{Data, DnsName, ReverseName};
use crate::wire::windows::Win32Error;
use crate::wire::windows::dnsp::{Record, RecordData, ZoneInfo, ZoneKind};

use super::server::{DnsServer, Zone};
use super::zone::{Node, Origin, lock};

impl DnsServer {
    /// Every zone, in canonical order.
    pub fn zones(&self) -> Vec<ZoneInfo> {
        self.zones.values().filter_map(zone_info).collect()
    }

    /// The records of a zone, or of one of its names, in canonical order. Names that are not host
    /// or domain names, such as wildcards, are left out: the interface has no way to write them.
    pub fn records(&self, zone: &Fqdn, name: Option<&Fqdn>) -> Result<Vec<Record>, Win32Error> {
        let held = self.managed(zone)?;
        let data = lock(&held.data);
        Ok(match name {
            None => data.nodes().flat_map(node_records).collect(),
            Some(name) => data
                .node(&DnsName::from(name))
                .map(node_records)
                .unwrap_or_default(),
        })
    }

    /// Adds a static record. A CNAME replaces the node's CNAME; an equal record that is there
    /// already is refused.
    pub fn add_record(
        &mut self,
        zone: &Fqdn,
        name: &Fqdn,
        ttl: u32,
        data: &RecordData,
    ) -> Result<(), Win32Error> {
        let held = self.writable(zone)?;
        let (name, rdata) = (DnsName::from(name), to_data(data)?.encode());
        let mut content = lock(&held.data);
        if !name.is_within(&held.apex) || rdata.kind().is_meta() {
            return Err(Win32Error::ERROR_INVALID_PARAMETER);
        }
        let is_alias = matches!(data, RecordData::Cname(_));
        if let Some(node) = content.node(&name) {
            let mut records = node.sets.iter().flat_map(|set| &set.records);
            if records.any(|record| record.rdata == rdata) {
                return Err(Win32Error::DNS_ERROR_RECORD_ALREADY_EXISTS);
            }
            // A CNAME beside other data would break RFC 1034 section 3.6.2.
            if node.sets.iter().any(|set| is_cname(set.kind) != is_alias) {
                return Err(Win32Error::DNS_ERROR_RECORD_ALREADY_EXISTS);
            }
        }
        if content.add(&name, ttl, rdata, Origin::Static) {
            content.bump_serial();
        }
        Ok(())
    }

    /// Deletes a record. Deleting what is not there succeeds (domain 8.7).
    pub fn delete_record(
        &mut self,
        zone: &Fqdn,
        name: &Fqdn,
        data: &RecordData,
    ) -> Result<(), Win32Error> {
        let held = self.writable(zone)?;
        let rdata = to_data(data)?.encode();
        let mut content = lock(&held.data);
        if content.remove(&DnsName::from(name), &rdata) {
            content.bump_serial();
        }
        Ok(())
    }

    /// Pauses a zone, so that it answers nothing, or resumes it.
    pub fn pause_zone(&mut self, zone: &Fqdn, paused: bool) -> Result<(), Win32Error> {
        let key = DnsName::from(zone).key();
        let held = self.zones.get_mut(&key);
        held.ok_or(Win32Error::DNS_ERROR_ZONE_DOES_NOT_EXIST)?
            .paused = paused;
        Ok(())
    }

    pub(super) fn managed(&self, zone: &Fqdn) -> Result<&Zone, Win32Error> {
        self.zones
            .get(&DnsName::from(zone).key())
            .ok_or(Win32Error::DNS_ERROR_ZONE_DOES_NOT_EXIST)
    }

    /// Only a primary zone takes writes (domain 8.7).
    pub(super) fn writable(&self, zone: &Fqdn) -> Result<&Zone, Win32Error> {
        let held = self.managed(zone)?;
        match held.kind {
            ZoneKind::Primary => Ok(held),
            _ => Err(Win32Error::DNS_ERROR_INVALID_ZONE_TYPE),
        }
    }
}

fn is_cname(kind: crate::wire::dns::RecordType) -> bool {
    kind == crate::wire::dns::RecordType::CNAME
}

fn zone_info(zone: &Zone) -> Option<ZoneInfo> {
    Some(ZoneInfo {
        name: zone.apex.to_fqdn()?,
        kind: zone.kind,
        storage: zone.storage,
        reverse: ReverseName::parse(&zone.apex).is_some(),
        updates: zone.updates,
        paused: zone.paused,
        serial: lock(&zone.data).serial(),
    })
}

fn node_records(node: &Node) -> Vec<Record> {
    let Some(name) = node.name.to_fqdn() else {
        return Vec::new();
    };
    node.sets
        .iter()
        .flat_map(|set| set.records.iter().map(move |record| (set.ttl, record)))
        .map(|(ttl, record)| Record {
            name: name.clone(),
            ttl,
            data: from_data(&record.rdata.decode()),
        })
        .collect()
}

/// The interface's view of record data.
fn from_data(data: &Data) -> RecordData {
    let named = |name: &DnsName, make: fn(Fqdn) -> RecordData| name.to_fqdn().map(make);
    let known = match data {
        Data::A(address) => Some(RecordData::A(*address)),
        Data::Aaaa(address) => Some(RecordData::Aaaa(*address)),
        Data::Ptr(name) => named(name, RecordData::Ptr),
        Data::Cname(name) => named(name, RecordData::Cname),
        Data::Ns(name) => named(name, RecordData::Ns),
        Data::Txt(strings) => String::from_utf8(strings.concat())
            .ok()
            .map(RecordData::Txt),
        _ => None,
    };
    known.unwrap_or_else(|| RecordData::Other {
        kind: data.kind().to_string(),
        text: data.to_string(),
    })
}

/// Record data from the interface's view.
fn to_data(data: &RecordData) -> Result<Data, Win32Error> {
    Ok(match data {
        RecordData::A(address) => Data::A(*address),
        RecordData::Aaaa(address) => Data::Aaaa(*address),
        RecordData::Ptr(name) => Data::Ptr(name.into()),
        RecordData::Cname(name) => Data::Cname(name.into()),
        RecordData::Ns(name) => Data::Ns(name.into()),
        RecordData::Txt(text) => Data::text(text),
        RecordData::Other { kind, text } => {
            Data::parse(kind, text).ok_or(Win32Error::ERROR_INVALID_PARAMETER)?
        }
    })
}
