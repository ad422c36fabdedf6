//! Address records from the PTR records of the zones that ranges are mapped to (domain 8.4).
//!
//! The published rule says that records are made. The rest is the project's own:
//!
//! - A record is made where the address space has none for the address, whoever owns it: nothing
//!   that is recorded is ever written over, and no duplicate comes of it. It has the owner of the
//!   range, so that it maps to it.
//! - As long as nobody has changed any field of it or pushed anything for it, it follows its PTR
//!   record: to another name, and away.
//! - A record that somebody has changed is that person's. It stays, with what it says.
//! - Of several names that an address has, the first in the order of the alphabet is the device's;
//!   one that was taken stays while it is among them.
//!
//! Which servers were asked, and what they refused, is not known here.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::base::Fqdn;
use crate::ipam::error::IpamResult;
use crate::ipam::store::Tx;

use super::address::{AddressDetails, NewAddress, SyncState};
use super::address_rules::is_of_no_host;
use super::addresses::{self, StoredAddress};
use super::change::AddressChange;
use super::ranges::StoredRange;
use super::reverse_zone::{mapped, zone_of};

/// A reverse zone as a server told it, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadZone {
    pub zone: Fqdn,
    /// The server that told it, and those that have the same zone by replication.
    pub servers: Vec<Fqdn>,
    /// The names of each address.
    pub names: BTreeMap<IpAddr, BTreeSet<Fqdn>>,
}

/// What became of the addresses that a zone has PTR records for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PtrAddresses {
    pub added: usize,
    /// Took the other name that the PTR record has now.
    pub renamed: usize,
    /// Their PTR record is gone.
    pub removed: usize,
    /// Recorded before, and left as they were.
    pub kept: usize,
}

impl PtrAddresses {
    /// Whether any record was written.
    pub fn any_changed(&self) -> bool {
        self.added + self.renamed + self.removed > 0
    }
}

impl std::fmt::Display for PtrAddresses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts = [
            (self.added, "added"),
            (self.renamed, "renamed"),
            (self.removed, "removed"),
            (self.kept, "kept"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let told: Vec<String> = parts
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        match told.is_empty() {
            true => f.write_str("none"),
            false => f.write_str(&told.join(", ")),
        }
    }
}

/// Makes the address records of the mapped ranges follow the zones that were read; what became of
/// each zone that a range is mapped to. The second time there is nothing to do.
pub(in crate::ipam) fn follow(
    tx: &Tx<'_>,
    zones: &[ReadZone],
) -> IpamResult<BTreeMap<Fqdn, PtrAddresses>> {
    let mut followed = BTreeMap::new();
    for range in mapped(tx)? {
        let Some(zone) = zone_of(&range) else {
            continue;
        };
        let copies: Vec<&ReadZone> = zones.iter().filter(|read| read.zone == zone).collect();
        if copies.is_empty() {
            continue;
        }
        let count: &mut PtrAddresses = followed.entry(zone.clone()).or_default();
        let mapping = Mapping {
            tx,
            range,
            zone,
            copies,
        };
        mapping.make(count)?;
        mapping.forget(count)?;
    }
    Ok(followed)
}

/// A range, its zone, and what was read of that; more than once where servers that do not
/// replicate have zones of the same name.
struct Mapping<'a> {
    tx: &'a Tx<'a>,
    range: StoredRange,
    zone: Fqdn,
    copies: Vec<&'a ReadZone>,
}

impl Mapping<'_> {
    /// The addresses of the range that have names, each with these and the server that told them.
    fn named(&self) -> BTreeMap<IpAddr, (BTreeSet<&Fqdn>, Option<&Fqdn>)> {
        let mut named: BTreeMap<IpAddr, (BTreeSet<&Fqdn>, Option<&Fqdn>)> = BTreeMap::new();
        let span = self.range.key.span;
        for copy in &self.copies {
            for (address, names) in &copy.names {
                if !span.contains(*address) || is_of_no_host(*address) {
                    continue;
                }
                let known = named.entry(*address).or_default();
                known.0.extend(names);
                known.1 = known.1.or(copy.servers.first());
            }
        }
        named
    }

    fn make(&self, count: &mut PtrAddresses) -> IpamResult<()> {
        let space = &self.range.key.address_space;
        for (address, (names, server)) in self.named() {
            let recorded = addresses::at(self.tx, space, address)?;
            let Some(first) = names.first() else {
                continue;
            };
            if recorded.is_empty() {
                let new = NewAddress {
                    address_space: space.clone(),
                    owner: self.range.key.owner.clone(),
                    details: self.details(first, server),
                    ..NewAddress::new(address)
                };
                addresses::add(self.tx, new)?;
                count.added += 1;
                continue;
            }
            let stale = recorded.iter().find(|stored| {
                let followed = stored.details.created_from_dns_resource_record.as_ref();
                self.is_untouched(stored) && followed.is_some_and(|name| !names.contains(name))
            });
            match stale {
                Some(stored) => {
                    self.rename(stored, first)?;
                    count.renamed += 1;
                }
                None => count.kept += 1,
            }
        }
        Ok(())
    }

    fn rename(&self, stored: &StoredAddress, name: &Fqdn) -> IpamResult<()> {
        let change = AddressChange::DeviceName(name.to_string());
        addresses::set(self.tx, &stored.key, vec![change])?;
        addresses::respell(self.tx, &stored.key, |details| {
            details.created_from_dns_resource_record = Some(name.clone());
        })
    }

    /// Removes the records that nobody has touched and whose PTR record is gone from the server
    /// that had it. Of one that was not asked nothing is known.
    fn forget(&self, count: &mut PtrAddresses) -> IpamResult<()> {
        let named = self.named();
        for stored in addresses::made_from_ptr(self.tx, &self.range.key)? {
            let server = stored.details.reverse_lookup_primary_server.as_ref();
            let asked = server.is_some_and(|server| {
                let mut copies = self.copies.iter();
                copies.any(|copy| copy.servers.contains(server))
            });
            let gone = !named.contains_key(&stored.key.ip_address);
            if gone && asked && self.is_untouched(&stored) {
                addresses::remove(self.tx, &stored.key)?;
                count.removed += 1;
            }
        }
        Ok(())
    }

    /// What a record says that is made from a PTR record: whose address it is, and where that is
    /// written.
    fn details(&self, name: &Fqdn, server: Option<&Fqdn>) -> AddressDetails {
        AddressDetails {
            device_name: name.to_string(),
            reverse_lookup_zone: Some(self.zone.clone()),
            reverse_lookup_primary_server: server.cloned(),
            created_from_dns_resource_record: Some(name.clone()),
            ..AddressDetails::default()
        }
    }

    /// Whether a record is as it was made, and nothing was ever pushed for it.
    fn is_untouched(&self, stored: &StoredAddress) -> bool {
        let details = &stored.details;
        let Some(name) = &details.created_from_dns_resource_record else {
            return false;
        };
        let server = details.reverse_lookup_primary_server.as_ref();
        let pushed = stored.sync.iter().any(|sync| *sync != SyncState::default());
        !pushed && *details == self.details(name, server)
    }
}
