//! Which zones exist and which servers hold them.
//!
//! Every domain has a zone of its name without being told, with the addresses of its hosts and
//! the name servers that discovery asks for. A directory-integrated zone is replicated: its
//! content is one, and every controller with the DNS role that should hold it does. Domain zones
//! go to the whole forest, zones that a scenario writes on a controller to the controllers of
//! that domain. Forests that trust each other hold copies of each other's domain zones.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::base::Fqdn;
use crate::estate::{Estate, Host, Role};
use crate::server::dns::ZoneConfig;
use crate::wire::dns::{Data, DnsName};
use crate::wire::windows::dnsp::{ZoneKind, ZoneStorage};

use super::spec::{DnsSpec, LabSpec};

/// Time to live of the records a laboratory writes by itself, in seconds.
const TTL: u32 = 1200;

/// A zone and the servers that hold it. The first of several replicas is the one that was
/// written; the others share its content.
pub(super) struct PlacedZone {
    pub config: ZoneConfig,
    pub holders: Vec<Fqdn>,
}

/// Every zone of the estate, in the order of domains and hosts.
pub(super) fn place(spec: &LabSpec, estate: &Estate) -> Vec<PlacedZone> {
    let mut placed: Vec<PlacedZone> = Vec::new();
    for domain in estate.domains() {
        placed.extend(domain_zone(spec, estate, &domain.name));
    }
    placed.extend(copies_for_trusting_forests(estate, &placed));
    for (fqdn, dns) in &spec.dns {
        let Some(host) = estate.host(fqdn) else {
            continue;
        };
        for zone in &dns.zones {
            place_written(estate, host, zone, &mut placed);
        }
    }
    placed
}

/// The zone of a domain, or `None` where no server could hold it.
fn domain_zone(spec: &LabSpec, estate: &Estate, domain: &Fqdn) -> Option<PlacedZone> {
    let forest = estate.domain(domain).map(|domain| &domain.forest);
    let controllers = |host: &&Host| {
        let own = host.domain().and_then(|domain| estate.domain(domain));
        host.dns_is_directory_integrated() && own.map(|own| &own.forest) == forest
    };
    let mut holders: Vec<Fqdn> = dns_hosts(estate).filter(controllers).map(fqdn).collect();
    let integrated = !holders.is_empty();
    if !integrated {
        // Without a controller that runs DNS, the first member that does keeps the zone in files.
        let member = dns_hosts(estate).find(|host| host.domain() == Some(domain))?;
        holders.push(member.fqdn.clone());
    }
    let name = DnsName::from(domain);
    let mut zone = match integrated {
        true => ZoneConfig::directory_integrated(name),
        false => ZoneConfig::primary(name),
    };
    if let Some(written) = written_zone(spec, domain) {
        zone = written.clone();
    }
    for host in dns_hosts(estate).filter(|host| host.domain() == Some(domain)) {
        if spec
            .dns
            .get(&host.fqdn)
            .is_none_or(|dns: &DnsSpec| dns.in_name_servers)
        {
            zone = zone.name_server(&host.fqdn);
        }
    }
    for host in estate.hosts().filter(|host| host.domain() == Some(domain)) {
        for address in &host.addresses {
            zone = zone.record(&host.fqdn, TTL, Data::of_address(*address));
        }
    }
    Some(PlacedZone {
        config: delegate_children(estate, domain, zone),
        holders,
    })
}

/// A file-backed parent must say where its children are; in a directory every controller of the
/// forest holds them anyway.
fn delegate_children(estate: &Estate, domain: &Fqdn, mut zone: ZoneConfig) -> ZoneConfig {
    if zone.storage == ZoneStorage::AdIntegrated {
        return zone;
    }
    let children = estate.domains().map(|child| &child.name);
    let children = children.filter(|child| child.parent().as_ref() == Some(domain));
    for child in children {
        for host in dns_hosts(estate).filter(|host| host.domain() == Some(child)) {
            zone = zone.record(child, TTL, Data::Ns(DnsName::from(&host.fqdn)));
            for address in &host.addresses {
                zone = zone.record(&host.fqdn, TTL, Data::of_address(*address));
            }
        }
    }
    zone
}

/// The zone of that domain as a scenario wrote it on one of its servers.
fn written_zone<'a>(spec: &'a LabSpec, domain: &Fqdn) -> Option<&'a ZoneConfig> {
    let name = DnsName::from(domain);
    let mut zones = spec.dns.values().flat_map(|dns| &dns.zones);
    zones.find(|zone| zone.name == name && zone.kind == ZoneKind::Primary)
}

/// Secondary copies, so that names of a trusted forest resolve (domain 3.1: 2016 and later
/// discover forests with a two-way trust).
fn copies_for_trusting_forests(estate: &Estate, placed: &[PlacedZone]) -> Vec<PlacedZone> {
    let mut holders_by_forest: BTreeMap<&Fqdn, Vec<Fqdn>> = BTreeMap::new();
    for host in dns_hosts(estate).filter(|host| host.dns_is_directory_integrated()) {
        if let Some(domain) = host.domain().and_then(|domain| estate.domain(domain)) {
            holders_by_forest
                .entry(&domain.forest)
                .or_default()
                .push(host.fqdn.clone());
        }
    }
    let mut copies = Vec::new();
    for zone in placed {
        let Some(domain) = zone
            .config
            .name
            .to_fqdn()
            .and_then(|name| estate.domain(&name))
        else {
            continue;
        };
        for (forest, holders) in &holders_by_forest {
            if **forest != domain.forest && trusts_both_ways(estate, forest, &domain.forest) {
                let masters = addresses(estate, &zone.holders);
                let mut copy = zone.config.clone();
                copy.kind = ZoneKind::Secondary;
                copy.storage = ZoneStorage::FileBacked;
                copy.updates = crate::wire::windows::dnsp::DynamicUpdate::None;
                copy.masters = masters;
                for holder in holders {
                    copies.push(PlacedZone {
                        config: copy.clone(),
                        holders: vec![holder.clone()],
                    });
                }
            }
        }
    }
    copies
}

/// Places a zone that a scenario wrote on `host`.
fn place_written(estate: &Estate, host: &Host, zone: &ZoneConfig, placed: &mut Vec<PlacedZone>) {
    let holds = |placed: &PlacedZone| {
        placed.config.name == zone.name && placed.holders.contains(&host.fqdn)
    };
    if placed.iter().any(holds) {
        return;
    }
    let mut config = zone.clone();
    if config.name_servers.is_empty() {
        config = config.name_server(&host.fqdn);
    }
    let mut holders = vec![host.fqdn.clone()];
    if zone.storage == ZoneStorage::AdIntegrated {
        let peers = dns_hosts(estate).filter(|peer| {
            peer.dns_is_directory_integrated()
                && peer.domain() == host.domain()
                && peer.fqdn != host.fqdn
        });
        holders.extend(peers.map(fqdn));
    }
    placed.push(PlacedZone { config, holders });
}

fn trusts_both_ways(estate: &Estate, one: &Fqdn, other: &Fqdn) -> bool {
    estate.trusts_forest(one, other) && estate.trusts_forest(other, one)
}

fn dns_hosts(estate: &Estate) -> impl Iterator<Item = &Host> {
    estate.hosts().filter(|host| host.has_role(Role::Dns))
}

fn fqdn(host: &Host) -> Fqdn {
    host.fqdn.clone()
}

fn addresses(estate: &Estate, hosts: &[Fqdn]) -> Vec<IpAddr> {
    let first = |host| estate.host(host)?.addresses.first().copied();
    hosts.iter().filter_map(first).collect()
}
