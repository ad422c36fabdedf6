//! DNS servers: zones, records, keys.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::Problems;
use super::hosts::{HostEntry, Hosts};
use crate::base::Fqdn;
use crate::lab::DnsSpec;
use crate::scenario::estate_file::{RoleFile, StorageFile, UpdatePolicyFile, ZoneFile};
use crate::scenario::place::At;
use crate::server::dns::{TransferPolicy, ZoneConfig};
use crate::wire::dns::{Data, DnsName, ResourceRecord, TsigAlgorithm, TsigKey};
use crate::wire::windows::dnsp::{DynamicUpdate, ZoneKind, ZoneStorage};

/// Time to live of a record that names none, as the Windows console gives it.
const TTL: u32 = 3600;

/// Checks the DNS servers among the hosts.
pub fn check(hosts: &Hosts<'_>, problems: &mut Problems) -> BTreeMap<Fqdn, DnsSpec> {
    let mut servers = BTreeMap::new();
    for host in &hosts.all {
        if host.has(RoleFile::Dns) {
            servers.insert(host.name.clone(), server(host, hosts, problems));
            continue;
        }
        let zones = host.file.zones.iter().map(|(key, _)| key);
        let keys = host.file.keys.iter().map(|(key, _)| key);
        if let Some(key) = zones.chain(keys).next() {
            let message = format!("`{}` has zones or keys but not the role `dns`", host.name);
            problems
                .error(key.place, message)
                .remedy("add `dns` to its roles");
        }
    }
    servers
}

fn server(host: &HostEntry<'_>, hosts: &Hosts<'_>, problems: &mut Problems) -> DnsSpec {
    let mut spec = DnsSpec {
        in_name_servers: host.file.name_server.unwrap_or(true),
        ..DnsSpec::default()
    };
    for (key, file) in host.file.zones.iter() {
        let Some(name) = zone_name(key, problems) else {
            continue;
        };
        if spec.zones.iter().any(|zone| zone.name == name) {
            problems.error(
                key.place,
                format!("zone `{name}` is declared twice on this server"),
            );
            continue;
        }
        let checked = zone(name, key, file, host, hosts, problems);
        spec.zones.extend(checked);
    }
    for (key, file) in host.file.keys.iter() {
        spec.keys.extend(tsig_key(key, &file.secret, problems));
    }
    spec
}

/// A TSIG key from its name and secret.
pub fn tsig_key(
    name: &At<String>,
    secret: &At<String>,
    problems: &mut Problems,
) -> Option<TsigKey> {
    let key_name: DnsName = problems.parse(name)?;
    match TsigKey::from_base64(key_name, TsigAlgorithm::HmacSha256, &secret.value) {
        Ok(key) => Some(key),
        Err(error) => {
            problems.error(secret.place, error.to_string());
            None
        }
    }
}

/// The name of a zone; a prefix such as `10.0.1.0/24` names its reverse zone.
fn zone_name(key: &At<String>, problems: &mut Problems) -> Option<DnsName> {
    if key.value.contains('/') {
        let prefix = super::scopes::prefix(key, problems)?;
        let zone = crate::wire::dns::ReverseName::zone_of(prefix.addr(), prefix.prefix_len());
        return Some(zone.name());
    }
    problems.parse(key)
}

fn zone(
    name: DnsName,
    key: &At<String>,
    file: &ZoneFile,
    host: &HostEntry<'_>,
    hosts: &Hosts<'_>,
    problems: &mut Problems,
) -> Option<ZoneConfig> {
    let in_directory = host.has(RoleFile::Dc);
    let mut config = match (&file.secondary_of, in_directory) {
        (Some(_), _) => ZoneConfig::secondary(name, Vec::new()),
        (None, true) => ZoneConfig::directory_integrated(name),
        (None, false) => ZoneConfig::primary(name),
    };
    if let Some(storage) = &file.storage {
        config.storage = match storage.value {
            StorageFile::Directory => ZoneStorage::AdIntegrated,
            StorageFile::File => ZoneStorage::FileBacked,
        };
        if storage.value == StorageFile::Directory && !in_directory {
            let message = "a zone can be kept in the directory on domain controllers only";
            problems
                .error(storage.place, message)
                .remedy("write `storage: file`");
        }
        if storage.value == StorageFile::File {
            config.updates = DynamicUpdate::None;
        }
    }
    if let Some(update) = &file.update {
        config.updates = match update.value {
            UpdatePolicyFile::None => DynamicUpdate::None,
            UpdatePolicyFile::NonsecureAndSecure => DynamicUpdate::NonsecureAndSecure,
            UpdatePolicyFile::Secure => DynamicUpdate::Secure,
        };
    }
    if let Some(source) = &file.secondary_of {
        let source_host = hosts.expect(&source.value, source.place, problems)?;
        config.masters = source_host.addresses.clone();
        if !source_host.has(RoleFile::Dns) {
            let message = format!("`{}` has not the role `dns`", source_host.name);
            problems.error(source.place, message);
        }
        if let Some((record, _)) = file.records.iter().next() {
            let message = "a secondary zone has no records of its own";
            problems
                .error(record.place, message)
                .remedy("move them to the primary zone");
        }
    }
    config.paused = file.paused;
    config.transfers = transfers(&file.transfer, problems);
    records(&mut config, file, problems);
    // What the server would refuse to load is refused here, with the zone's place.
    if config.kind == ZoneKind::Primary
        && let Err(error) = config.build()
    {
        problems.error(key.place, error.to_string());
    }
    Some(config)
}

fn transfers(texts: &[At<String>], problems: &mut Problems) -> TransferPolicy {
    match texts {
        [] => TransferPolicy::Anyone,
        [one] if one.value == "anyone" => TransferPolicy::Anyone,
        [one] if one.value == "nobody" => TransferPolicy::Nobody,
        _ => TransferPolicy::Only(
            texts
                .iter()
                .filter_map(|text| problems.parse_as::<IpAddr>(text, "an IP address"))
                .collect(),
        ),
    }
}

fn records(config: &mut ZoneConfig, file: &ZoneFile, problems: &mut Problems) {
    for (owner, texts) in file.records.iter() {
        let Some(name) = owner_name(&owner.value, &config.name) else {
            problems.error(
                owner.place,
                format!("`{}` is not a domain name", owner.value),
            );
            continue;
        };
        for text in texts {
            match record_data(&text.value, &config.name) {
                Some((ttl, data)) => {
                    config
                        .records
                        .push(ResourceRecord::new(name.clone(), ttl, data));
                }
                None => {
                    problems
                        .error(text.place, format!("`{}` is not a record", text.value))
                        .remedy("write type and data: `A 10.0.0.1`, `MX 10 mail.corp.example.`");
                }
            }
        }
    }
}

/// An owner name: `@` is the zone, a final dot ends a full name, anything else is relative.
pub fn owner_name(text: &str, zone: &DnsName) -> Option<DnsName> {
    if text == "@" {
        return Some(zone.clone());
    }
    match text.strip_suffix('.') {
        Some(full) => full.parse().ok(),
        None => format!("{text}.{zone}").parse().ok(),
    }
}

/// Time to live and data of a record: `[TTL] TYPE DATA`. Names in the data are full names, with
/// or without the final dot.
pub fn record_data(text: &str, _zone: &DnsName) -> Option<(u32, Data)> {
    let (first, rest) = text.trim().split_once(char::is_whitespace)?;
    let (ttl, kind, data) = match first.parse::<u32>() {
        Ok(ttl) => {
            let (kind, data) = rest.trim().split_once(char::is_whitespace)?;
            (ttl, kind, data)
        }
        Err(_) => (TTL, first, rest),
    };
    Data::parse(&kind.to_ascii_uppercase(), data.trim()).map(|data| (ttl, data))
}
