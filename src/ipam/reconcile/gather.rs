//! What the servers hold, asked over the network.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use futures_util::future::join_all;
use ipnet::IpNet;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::wire::windows::dhcpm::{self, LeaseState, Reservation};
use crate::wire::windows::dnsp::{self, Record, ZoneInfo, ZoneStorage};

use super::finding::Unread;

/// What is to be read: the scopes of each DHCP server, the zones of each DNS server.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) scopes: BTreeMap<Fqdn, BTreeSet<IpNet>>,
    pub(super) zones: BTreeMap<Fqdn, Vec<ZoneInfo>>,
    /// Managed servers whose scopes and zones were never retrieved.
    pub(super) unknown: Vec<Fqdn>,
}

/// A zone and the servers that it is the same zone on.
#[derive(Debug)]
pub(super) struct ZoneView {
    pub(super) zone: Fqdn,
    pub(super) servers: Vec<Fqdn>,
    /// By owner name.
    pub(super) records: Vec<Record>,
}

impl ZoneView {
    fn of(zone: Fqdn, servers: Vec<Fqdn>, mut records: Vec<Record>) -> ZoneView {
        records.sort_by(|a, b| a.name.cmp(&b.name));
        ZoneView {
            zone,
            servers,
            records,
        }
    }

    /// The records of one name.
    pub(super) fn at(&self, name: &Fqdn) -> &[Record] {
        let first = self.records.partition_point(|record| record.name < *name);
        let after = self.records.partition_point(|record| record.name <= *name);
        &self.records[first..after]
    }
}

/// Everything that could be read, and what could not.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// Reservations of each scope that was read.
    pub(super) scopes: BTreeMap<(Fqdn, IpNet), Vec<Reservation>>,
    /// Addresses that a DHCP client uses: their DNS records are the DHCP server's business.
    pub(super) leased: BTreeSet<IpAddr>,
    pub(super) zones: Vec<ZoneView>,
    pub(super) unread: Vec<Unread>,
}

impl Held {
    /// The view of a zone through one of its servers.
    pub(super) fn zone(&self, server: &Fqdn, zone: &Fqdn) -> Option<&ZoneView> {
        let mut views = self.zones.iter();
        views.find(|view| view.zone == *zone && view.servers.contains(server))
    }
}

/// What one DHCP server said of one scope.
type ScopeSaid = Result<(Vec<Reservation>, Vec<dhcpm::Lease>), String>;

impl Ipam {
    /// Reads every place as `caller`, servers side by side.
    pub(super) async fn read_servers(&self, caller: &Caller, places: &Places) -> Held {
        let mut held = Held::default();
        held.unread
            .extend(places.unknown.iter().map(|server| Unread {
                server: server.clone(),
                place: "everything".to_owned(),
                why: "its data was never retrieved".to_owned(),
            }));
        let dhcp = places
            .scopes
            .iter()
            .map(|(server, scopes)| self.read_scopes(caller, server, scopes));
        for ((server, _), said) in places.scopes.iter().zip(join_all(dhcp).await) {
            for (scope, said) in said {
                held.take_scope(server, scope, said);
            }
        }
        // A directory-integrated zone is one zone, whichever controller is asked.
        let mut views: Vec<(&Fqdn, &ZoneInfo, Vec<Fqdn>)> = Vec::new();
        for (server, zones) in &places.zones {
            for info in zones {
                let integrated = info.storage == ZoneStorage::AdIntegrated;
                let same = views.iter_mut().find(|(_, known, _)| {
                    integrated && known.storage == info.storage && known.name == info.name
                });
                match same {
                    Some((_, _, servers)) => servers.push(server.clone()),
                    None => views.push((server, info, vec![server.clone()])),
                }
            }
        }
        let asked = views
            .iter()
            .map(|(_, info, servers)| self.read_zone(caller, servers, &info.name));
        let said = join_all(asked).await;
        for ((server, info, servers), said) in views.iter().zip(said) {
            match said {
                Ok(records) => {
                    let view = ZoneView::of(info.name.clone(), servers.clone(), records);
                    held.zones.push(view);
                }
                Err(why) => held.unread.push(Unread {
                    server: (*server).clone(),
                    place: info.name.to_string(),
                    why,
                }),
            }
        }
        held
    }

    async fn read_scopes(
        &self,
        caller: &Caller,
        server: &Fqdn,
        scopes: &BTreeSet<IpNet>,
    ) -> Vec<(IpNet, ScopeSaid)> {
        let found = self.resolver.lookup_host(server).await;
        let Some(address) = found.first().copied() else {
            let why = "its name does not resolve".to_owned();
            return scopes
                .iter()
                .map(|scope| (*scope, Err(why.clone())))
                .collect();
        };
        let mut said = Vec::new();
        for scope in scopes.iter().copied() {
            said.push((scope, self.read_scope(caller, address, scope).await));
        }
        said
    }

    async fn read_scope(&self, caller: &Caller, server: IpAddr, scope: IpNet) -> ScopeSaid {
        let request = dhcpm::Request::EnumReservations { scope };
        let reservations = match self.dhcp_call(caller, server, request).await {
            Ok(dhcpm::Response::Reservations(held)) => held,
            Ok(_) => return Err("its list is no list".to_owned()),
            Err(error) => return Err(error.to_string()),
        };
        let request = dhcpm::Request::EnumLeases { scope };
        match self.dhcp_call(caller, server, request).await {
            Ok(dhcpm::Response::Leases(leases)) => Ok((reservations, leases)),
            Ok(_) => Err("its list is no list".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Asks the servers of a zone in turn until one tells its records.
    async fn read_zone(
        &self,
        caller: &Caller,
        servers: &[Fqdn],
        zone: &Fqdn,
    ) -> Result<Vec<Record>, String> {
        let mut why = String::new();
        for server in servers {
            let found = self.resolver.lookup_host(server).await;
            let Some(address) = found.first().copied() else {
                why = "its name does not resolve".to_owned();
                continue;
            };
            let request = dnsp::Request::EnumRecords {
                zone: zone.clone(),
                name: None,
            };
            match self.dns_call(caller, address, request).await {
                Ok(dnsp::Response::Records(records)) => return Ok(records),
                Ok(_) => why = "its list is no list".to_owned(),
                Err(error) => why = error.to_string(),
            }
        }
        Err(why)
    }
}

impl Held {
    fn take_scope(&mut self, server: &Fqdn, scope: IpNet, said: ScopeSaid) {
        match said {
            Ok((reservations, leases)) => {
                let used = leases.into_iter().filter(|lease| {
                    matches!(
                        lease.state,
                        LeaseState::Active | LeaseState::ActiveReservation | LeaseState::Offered
                    )
                });
                self.leased.extend(used.map(|lease| lease.address));
                self.scopes.insert((server.clone(), scope), reservations);
            }
            Err(why) => self.unread.push(Unread {
                server: server.clone(),
                place: scope.to_string(),
                why,
            }),
        }
    }
}
