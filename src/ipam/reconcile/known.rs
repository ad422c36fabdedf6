//! What the engine knows: address records, the ledger of what was written, ranges.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;

use crate::addr::AddressSet;
use crate::base::Fqdn;
use crate::ipam::error::IpamResult;
use crate::ipam::failover;
use crate::ipam::inventory::{DataRetrievalStatus, ManageabilityStatus, ServerRole};
use crate::ipam::space::address_rules::fill_in_scope;
use crate::ipam::space::addresses::{self, StoredAddress};
use crate::ipam::space::{AddressSpaceName, Owner, ranges, zones_on};
use crate::ipam::store::{Tx, servers};
use crate::ipam::sync::ledger::{self, Line};
use crate::ipam::sync::{Entry, RecordKind, Written, records, reservation};
use crate::wire::windows::dnsp::ZoneKind;

use super::gather::{Held, Places};

/// The engine's side of the comparison.
#[derive(Debug)]
pub(super) struct Known {
    /// Records that were pushed once, and those of every address that a server holds something
    /// for.
    pub(super) records: BTreeMap<IpAddr, Vec<StoredAddress>>,
    pub(super) ledger: BTreeMap<IpAddr, Vec<Line>>,
    /// The addresses of all ranges: what lies beside them is not looked after by this engine.
    pub(super) ranges: AddressSet,
    /// The failover partner of a server for one of its scopes.
    pub(super) partners: BTreeMap<(Fqdn, IpNet), Fqdn>,
    /// The IPAM server's, which completes a device name that has none.
    pub(super) domain: Fqdn,
}

impl Known {
    /// The record of `kind` that an address record asks for.
    pub(super) fn asked(&self, stored: &StoredAddress, kind: RecordKind) -> Option<Written> {
        let asked = match kind {
            RecordKind::DhcpReservation => reservation::wanted(stored),
            RecordKind::DnsHostRecord => records::host(stored),
            RecordKind::DnsPtrRecord => records::ptr(stored, &self.domain),
        };
        asked.ok()
    }

    /// The same reservation on the failover partner, where every push goes too.
    pub(super) fn mirror(&self, asked: &Written) -> Option<Written> {
        let Entry::Reservation { scope, .. } = &asked.entry else {
            return None;
        };
        let partner = self.partners.get(&(asked.server.clone(), *scope))?;
        Some(Written {
            server: partner.clone(),
            entry: asked.entry.clone(),
        })
    }

    pub(super) fn records_of(&self, address: IpAddr) -> &[StoredAddress] {
        self.records.get(&address).map_or(&[], Vec::as_slice)
    }

    /// Whether the engine looks after the address at all.
    pub(super) fn concerns(&self, address: IpAddr) -> bool {
        self.ranges.contains(address)
            || self.records.contains_key(&address)
            || self.ledger.contains_key(&address)
    }

    /// The line of the ledger for an entry that a server holds.
    pub(super) fn line(&self, address: IpAddr, is_it: impl Fn(&Written) -> bool) -> Option<&Line> {
        let mut lines = self.ledger.get(&address)?.iter();
        lines.find(|line| is_it(&line.written))
    }
}

/// Which places a comparison reads: the scopes and primary zones of managed servers, and those
/// that the ledger names.
pub(super) fn places(tx: &Tx<'_>) -> IpamResult<Places> {
    let mut places = Places::default();
    let space = AddressSpaceName::default();
    let lines = ledger::all(tx)?;
    for server in servers::servers(tx)? {
        if server.manageability != ManageabilityStatus::Managed {
            continue;
        }
        let name = &server.name;
        let untouched = server.data_retrieval == DataRetrievalStatus::NotStarted;
        if server.roles.contains(&ServerRole::Dhcp) {
            let owned = ranges::of_owner(tx, &space, &Owner::of_dhcp_server(name))?;
            let mut scopes: BTreeSet<_> = owned
                .into_iter()
                .filter_map(|range| range.scope)
                .map(|info| info.scope)
                .collect();
            scopes.extend(lines.iter().filter_map(|line| match &line.written.entry {
                Entry::Reservation { scope, .. } if line.written.server == *name => Some(*scope),
                _ => None,
            }));
            if scopes.is_empty() && untouched {
                places.unknown.push(name.clone());
            }
            places.scopes.insert(name.clone(), scopes);
        }
        if server.roles.contains(&ServerRole::Dns) {
            let mut zones = zones_on(tx, name)?;
            zones.retain(|zone| zone.kind == ZoneKind::Primary);
            if zones.is_empty() && untouched && !places.unknown.contains(name) {
                places.unknown.push(name.clone());
            }
            places.zones.insert(name.clone(), zones);
        }
    }
    Ok(places)
}

/// The relationships of the scopes that were read, in a release that looks after both halves.
fn partners(tx: &Tx<'_>, held: &Held) -> IpamResult<BTreeMap<(Fqdn, IpNet), Fqdn>> {
    let mut partners = BTreeMap::new();
    if !tx.rules().generation.replicates_failover_scopes() {
        return Ok(partners);
    }
    let servers: BTreeSet<&Fqdn> = held.scopes.keys().map(|(server, _)| server).collect();
    for server in servers {
        for (scope, relationship) in failover::relationships_of(tx, server)? {
            partners.insert((server.clone(), scope), relationship.partner);
        }
    }
    Ok(partners)
}

/// What is known of everything that was read.
pub(super) fn known(tx: &Tx<'_>, held: &Held, domain: Fqdn) -> IpamResult<Known> {
    // What real servers hold is of the provider space (domain 5.4).
    let space = AddressSpaceName::default();
    let mut known = Known {
        records: BTreeMap::new(),
        ledger: BTreeMap::new(),
        ranges: ranges::spans(tx, &space)?.into_iter().collect(),
        partners: partners(tx, held)?,
        domain,
    };
    for line in ledger::all(tx)? {
        let lines = known.ledger.entry(line.key.ip_address).or_default();
        lines.push(line);
    }
    for stored in addresses::pushed(tx)? {
        let list = known.records.entry(stored.key.ip_address).or_default();
        list.push(stored);
    }
    let mut on_servers: BTreeSet<IpAddr> = BTreeSet::new();
    let reserved = held.scopes.values().flatten();
    on_servers.extend(reserved.map(|reservation| reservation.address));
    for view in &held.zones {
        on_servers.extend(view.records.iter().filter_map(super::hosts::address_of));
    }
    on_servers.extend(known.ledger.keys().copied());
    for address in on_servers {
        let stored = addresses::at(tx, &space, address)?;
        let list = known.records.entry(address).or_default();
        for record in stored {
            if list.iter().all(|known| known.key != record.key) {
                list.push(record);
            }
        }
        if list.is_empty() {
            known.records.remove(&address);
        }
    }
    for stored in known.records.values_mut().flatten() {
        fill_in_scope(tx, stored.key.ip_address, &mut stored.details)?;
    }
    Ok(known)
}
