//! The PTR records of the reverse zones that ranges are mapped to (domain 8.4, 2016 and later).
//!
//! A zone is read where it is primary. One that is directory-integrated is the same on all its
//! servers and is read on one of them, the next one where that fails; other zones of the same name
//! are different zones. What the records become is [`crate::ipam::space::from_ptr`]'s business.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;

use crate::base::Fqdn;
use crate::ipam::access::Probe;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::events::Category;
use crate::ipam::inventory::ServerRecord;
use crate::ipam::remote::RemoteError;
use crate::ipam::space::from_ptr::{PtrAddresses, ReadZone, follow};
use crate::ipam::space::{reverse_zone, zone_servers, zones_on};
use crate::ipam::store::Tx;
use crate::wire::dns::{DnsName, ReverseName};
use crate::wire::windows::dnsp::{self, Record, RecordData, ZoneKind, ZoneStorage};
use crate::wire::windows::{Interface, Request, Response};

use super::report::{CollectionKind, CollectionOutcome, ServerCollection};

/// A zone on the servers that have it alike.
struct Place<'a> {
    zone: Fqdn,
    integrated: bool,
    /// Those that can be asked in this run.
    servers: Vec<&'a ServerRecord>,
    /// Those that are known to have it, asked or not.
    holders: Vec<Fqdn>,
}

/// What a server said of a zone.
type Said = Result<BTreeMap<std::net::IpAddr, BTreeSet<Fqdn>>, RemoteError>;

impl Ipam {
    /// Reads the mapped zones on the servers of a run whose lists of zones it has just read, and
    /// makes the address records follow; what became of each zone.
    pub(super) async fn collect_ptr_records(
        &self,
        caller: &Caller,
        servers: &[ServerRecord],
        collected: &mut [ServerCollection],
    ) -> IpamResult<BTreeMap<Fqdn, PtrAddresses>> {
        if !self.rules().generation.collects_ptr_records() {
            return Ok(BTreeMap::new());
        }
        let listed = |server: &&ServerRecord| {
            let mut own = collected.iter();
            let own = own.find(|collection| collection.server == server.name);
            let zones = own.and_then(|own| own.outcomes.get(&CollectionKind::DnsZones));
            matches!(zones, Some(CollectionOutcome::Collected { .. }))
        };
        let listed: Vec<&ServerRecord> = servers.iter().filter(listed).collect();
        let places = self.places(&listed)?;
        let reads = places.iter().map(|place| self.read_place(caller, place));
        let mut zones = Vec::new();
        for (place, said) in places.iter().zip(join_all(reads).await) {
            for (server, said) in said {
                note(collected, server, &said);
                if let Ok(names) = said {
                    let mut told_by = vec![server.name.clone()];
                    let others = place.holders.iter();
                    told_by.extend(others.filter(|other| **other != server.name).cloned());
                    zones.push(ReadZone {
                        zone: place.zone.clone(),
                        servers: told_by,
                        names,
                    });
                }
            }
        }
        if zones.is_empty() {
            return Ok(BTreeMap::new());
        }
        self.store.transaction(|tx| {
            let followed = follow(tx, &zones)?;
            for (zone, count) in followed.iter().filter(|(_, count)| count.any_changed()) {
                let done = format!("addresses from the PTR records of the zone {zone}: {count}");
                self.changed(tx, caller, Category::AddressSpace, done)?;
            }
            Ok(followed)
        })
    }

    /// Where the zones are that ranges are mapped to.
    fn places<'a>(&self, servers: &[&'a ServerRecord]) -> IpamResult<Vec<Place<'a>>> {
        self.store.read(|tx| {
            let mapped = reverse_zone::mapped(tx)?;
            let wanted: BTreeSet<Fqdn> = mapped.iter().filter_map(reverse_zone::zone_of).collect();
            let mut places: Vec<Place<'a>> = Vec::new();
            if wanted.is_empty() {
                return Ok(places);
            }
            for server in servers {
                for info in zones_on(tx, &server.name)? {
                    if info.kind != ZoneKind::Primary || !wanted.contains(&info.name) {
                        continue;
                    }
                    let integrated = info.storage == ZoneStorage::AdIntegrated;
                    let same = places
                        .iter_mut()
                        .find(|known| integrated && known.integrated && known.zone == info.name);
                    match same {
                        Some(known) => known.servers.push(server),
                        None => places.push(Place {
                            holders: match integrated {
                                true => replicas(tx, &info.name)?,
                                false => vec![server.name.clone()],
                            },
                            zone: info.name,
                            integrated,
                            servers: vec![server],
                        }),
                    }
                }
            }
            Ok(places)
        })
    }

    /// Asks the servers of a place in turn until one tells the zone.
    async fn read_place<'a>(
        &self,
        caller: &Caller,
        place: &Place<'a>,
    ) -> Vec<(&'a ServerRecord, Said)> {
        let mut said = Vec::new();
        for server in place.servers.iter().copied() {
            let probe = Probe {
                ipam: self,
                caller,
                server,
            };
            let names = read_zone(&probe, &place.zone).await;
            let told = names.is_ok();
            said.push((server, names));
            if told {
                break;
            }
        }
        said
    }
}

/// The servers that a directory-integrated zone was collected from.
fn replicas(tx: &Tx<'_>, zone: &Fqdn) -> IpamResult<Vec<Fqdn>> {
    let mut found = Vec::new();
    for server in zone_servers(tx, zone)? {
        let zones = zones_on(tx, &server)?;
        let mut same = zones.iter().filter(|info| info.name == *zone);
        if same.any(|info| info.storage == ZoneStorage::AdIntegrated) {
            found.push(server);
        }
    }
    Ok(found)
}

async fn read_zone(probe: &Probe<'_>, zone: &Fqdn) -> Said {
    let request = Request::DnsManagement(dnsp::Request::EnumRecords {
        zone: zone.clone(),
        name: None,
    });
    let records = probe
        .ask(Interface::DnsManagement, request, |reply| match reply {
            Response::DnsManagement(dnsp::Response::Records(records)) => Some(records),
            _ => None,
        })
        .await?;
    Ok(names_of(records))
}

/// The names of the addresses that have PTR records. What stands for a prefix is none of them.
fn names_of(records: Vec<Record>) -> BTreeMap<std::net::IpAddr, BTreeSet<Fqdn>> {
    let mut names: BTreeMap<_, BTreeSet<Fqdn>> = BTreeMap::new();
    for record in records {
        let reverse = ReverseName::parse(&DnsName::from(&record.name));
        let (RecordData::Ptr(name), Some(reverse)) = (record.data, reverse) else {
            continue;
        };
        if reverse.bits == ReverseName::of(reverse.address).bits {
            names.entry(reverse.address).or_default().insert(name);
        }
    }
    names
}

/// Notes in the report of a server what it said of one more zone. A zone that failed is not made
/// good by one that did not.
fn note(collected: &mut [ServerCollection], server: &ServerRecord, said: &Said) {
    let mut own = collected.iter_mut();
    let Some(own) = own.find(|collection| collection.server == server.name) else {
        return;
    };
    let kind = CollectionKind::PtrRecords;
    match (said, own.outcomes.get_mut(&kind)) {
        (Err(error), _) => {
            own.data_retrieval = server.data_retrieval;
            let failed = CollectionOutcome::Failed {
                stage: error.stage,
                error: error.error,
            };
            own.outcomes.insert(kind, failed);
        }
        (Ok(names), None) => {
            let rows = names.len();
            own.outcomes
                .insert(kind, CollectionOutcome::Collected { rows });
        }
        (Ok(names), Some(CollectionOutcome::Collected { rows })) => *rows += names.len(),
        (Ok(_), Some(CollectionOutcome::Failed { .. })) => {}
    }
}
