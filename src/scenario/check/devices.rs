//! Devices in bulk: who answers ping, who has a PTR record and where it is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;
use rand::seq::SliceRandom as _;

use super::Problems;
use super::hosts::{Hosts, known_domain};
use crate::addr::{AddressRange, usable};
use crate::base::{Fqdn, Seed};
use crate::lab::{DeviceSpec, DnsSpec};
use crate::scenario::estate_file::{DevicesFile, EstateFile};
use crate::scenario::place::{At, Place};
use crate::wire::dns::{Data, DnsName, ResourceRecord, ReverseName};
use crate::wire::windows::dnsp::ZoneKind;

/// Addresses of one prefix that may be devices; more is a mistake, or a wish for an IPv6 prefix
/// that no memory holds.
const DEVICES_AT_MOST: u128 = 1 << 20;

const PTR_TTL: u32 = 3600;

/// Checks the devices, and writes their PTR records into the zones that cover them.
pub fn check(
    file: &EstateFile,
    hosts: &Hosts<'_>,
    seed: Seed,
    dns: &mut BTreeMap<Fqdn, DnsSpec>,
    problems: &mut Problems,
) -> Vec<DeviceSpec> {
    let mut devices: BTreeMap<IpAddr, bool> = BTreeMap::new();
    for (key, group) in file.devices.iter() {
        let Some(prefix) = super::scopes::prefix(key, problems) else {
            continue;
        };
        if group.answer_ping.is_empty() && group.ptr.is_empty() {
            problems
                .warning(key.place, format!("the devices of `{prefix}` do nothing"))
                .remedy("give `answer-ping` or `ptr`");
        }
        let draw = seed.child(&format!("devices:{prefix}"));
        let alive = chosen(&group.answer_ping, prefix, draw.child("ping"), problems);
        let named = chosen(&group.ptr, prefix, draw.child("ptr"), problems);
        for address in &alive {
            if let Some(host) = hosts
                .all
                .iter()
                .find(|host| host.addresses.contains(address))
            {
                let message = format!("`{address}` is the address of host `{}`", host.name);
                problems
                    .error(key.place, message)
                    .remedy("leave it out of the devices");
            }
            devices.insert(*address, true);
        }
        for address in &named {
            devices.entry(*address).or_insert(false);
        }
        pointers(key.place, group, &named, hosts, dns, problems);
    }
    devices
        .into_iter()
        .map(|(address, answers_ping)| DeviceSpec {
            address,
            answers_ping,
        })
        .collect()
}

/// The addresses that a list of ranges and shares chooses.
fn chosen(
    texts: &[At<String>],
    prefix: IpNet,
    draw: Seed,
    problems: &mut Problems,
) -> BTreeSet<IpAddr> {
    let mut found = BTreeSet::new();
    for text in texts {
        let range = match text.value.trim().strip_suffix('%') {
            Some(_) => Some(usable(prefix)),
            None => problems.parse::<AddressRange>(text),
        };
        let Some(range) = range else {
            continue;
        };
        if !AddressRange::of_prefix(prefix).contains_range(&range) {
            problems.error(text.place, format!("`{range}` is not inside `{prefix}`"));
            continue;
        }
        if range.size() > DEVICES_AT_MOST {
            let message = format!("`{range}` is {} addresses", range.size());
            problems.error(text.place, message).remedy(format!(
                "at most {DEVICES_AT_MOST} of a prefix can be devices"
            ));
            continue;
        }
        match text.value.trim().strip_suffix('%') {
            None => found.extend(range.addresses()),
            Some(percent) => found.extend(share(percent, text, range, draw, problems)),
        }
    }
    found
}

fn share(
    percent: &str,
    text: &At<String>,
    range: AddressRange,
    draw: Seed,
    problems: &mut Problems,
) -> Vec<IpAddr> {
    let percent = percent.trim().parse::<f64>().ok();
    let Some(percent) = percent.filter(|percent| (0.0..=100.0).contains(percent)) else {
        problems
            .error(text.place, format!("`{}` is not a share", text.value))
            .remedy("write a number from 0 to 100: `40 %`");
        return Vec::new();
    };
    let mut all: Vec<IpAddr> = range.addresses().collect();
    // Exactly this share, so that a scenario can count on it; which ones is the seed's affair.
    let count = (all.len() as f64 * percent / 100.0).round() as usize;
    let (picked, _) = all.partial_shuffle(&mut draw.stream("share"), count);
    picked.to_vec()
}

/// Adds PTR records to the primary zone that covers each address most closely.
fn pointers(
    place: Place,
    group: &DevicesFile,
    named: &BTreeSet<IpAddr>,
    hosts: &Hosts<'_>,
    dns: &mut BTreeMap<Fqdn, DnsSpec>,
    problems: &mut Problems,
) {
    let domain = match &group.domain {
        Some(text) => known_domain(&text.value, text.place, hosts, problems),
        None => hosts.domains.first().cloned(),
    };
    let Some(domain) = domain else {
        return;
    };
    let mut homeless: Option<IpAddr> = None;
    for address in named {
        let owner = ReverseName::of(*address).name();
        let zones = dns.values_mut().flat_map(|spec| &mut spec.zones);
        let covering = zones
            .filter(|zone| zone.kind == ZoneKind::Primary && owner.is_within(&zone.name))
            .max_by_key(|zone| zone.name.labels().count());
        let Some(zone) = covering else {
            homeless.get_or_insert(*address);
            continue;
        };
        let name = device_name(*address, &domain);
        let record = ResourceRecord::new(owner, PTR_TTL, Data::Ptr(name));
        zone.records.push(record);
    }
    if let Some(address) = homeless {
        let zone = ReverseName::zone_of(address, if address.is_ipv4() { 24 } else { 64 });
        problems
            .error(
                place,
                format!("no DNS server has a reverse zone for `{address}`"),
            )
            .remedy(format!(
                "add `zones: {{ {}: {{}} }}` to a DNS server",
                zone.name()
            ));
    }
}

/// The name of a device: its address spelled as a label.
fn device_name(address: IpAddr, domain: &Fqdn) -> DnsName {
    let label = match address {
        IpAddr::V4(v4) => v4.to_string().replace('.', "-"),
        IpAddr::V6(v6) => {
            let groups: Vec<String> = v6
                .segments()
                .iter()
                .map(|part| format!("{part:x}"))
                .collect();
            groups.join("-")
        }
    };
    format!("device-{label}.{domain}")
        .parse()
        .expect("an address spelled with hyphens is a label")
}
