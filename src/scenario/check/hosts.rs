//! Domains, hosts and accounts: names and addresses, and the estate that follows from them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::{Problems, machine};
use crate::base::{Fqdn, HostName};
use crate::estate::{
    DomainSpec, EstateSpec, GroupSpec, HostSpec, Os, OuSpec, Role, TrustSpec, UserSpec,
};
use crate::scenario::diagnostic::suggestion;
use crate::scenario::estate_file::{
    DomainFile, EstateFile, GroupScopeFile, HostFile, OsFile, RoleFile,
};
use crate::scenario::place::{At, Place};
use crate::wire::windows::directory::GroupScope;

/// What the other parts of a file need to know of a host.
#[derive(Debug, Clone)]
pub struct HostEntry<'a> {
    pub name: Fqdn,
    pub addresses: Vec<IpAddr>,
    pub place: Place,
    pub file: &'a HostFile,
}

impl HostEntry<'_> {
    pub fn has(&self, role: RoleFile) -> bool {
        self.file.roles.iter().any(|found| found.value == role)
    }
}

/// Every host, found by short name or in full.
#[derive(Debug, Default)]
pub struct Hosts<'a> {
    pub all: Vec<HostEntry<'a>>,
    by_name: BTreeMap<String, Vec<usize>>,
    by_address: BTreeMap<IpAddr, usize>,
    pub domains: Vec<Fqdn>,
}

impl<'a> Hosts<'a> {
    /// The host called `name`, or why there is none, with a remedy.
    pub fn find(&self, name: &str) -> Result<&HostEntry<'a>, (String, Option<String>)> {
        let lower = name.trim_end_matches('.').to_ascii_lowercase();
        match self.by_name.get(&lower).map(Vec::as_slice) {
            Some([one]) => Ok(&self.all[*one]),
            Some(several) => {
                let names: Vec<&str> = several
                    .iter()
                    .map(|at| self.all[*at].name.as_str())
                    .collect();
                let message = format!("`{name}` names more than one host");
                Err((
                    message,
                    Some(format!("write one of `{}`", names.join("`, `"))),
                ))
            }
            None => {
                let in_full = lower.contains('.');
                let known = self.all.iter().map(|host| match in_full {
                    true => host.name.as_str(),
                    false => host.name.first_label(),
                });
                Err((format!("unknown host `{name}`"), suggestion(&lower, known)))
            }
        }
    }

    /// Like [`Hosts::find`], with the problem reported at `place`.
    pub fn expect(
        &self,
        name: &str,
        place: Place,
        problems: &mut Problems,
    ) -> Option<&HostEntry<'a>> {
        match self.find(name) {
            Ok(host) => Some(host),
            Err((message, help)) => {
                problems.error(place, message).help = help;
                None
            }
        }
    }

    fn add(&mut self, entry: HostEntry<'a>, problems: &mut Problems) {
        let full = entry.name.as_str().to_owned();
        let short = entry.name.first_label().to_owned();
        if self.by_name.contains_key(&full) {
            problems.error(entry.place, format!("the host `{full}` is declared twice"));
            return;
        }
        for address in &entry.addresses {
            if let Some(owner) = self.by_address.get(address) {
                let owner = &self.all[*owner];
                let message = format!("`{address}` is the address of `{}` already", owner.name);
                problems
                    .error(entry.place, message)
                    .remedy("give each host its own address");
            }
        }
        let at = self.all.len();
        for address in &entry.addresses {
            self.by_address.entry(*address).or_insert(at);
        }
        self.by_name.entry(full).or_default().push(at);
        self.by_name.entry(short).or_default().push(at);
        self.all.push(entry);
    }
}

/// Checks the estate but for its scopes, zones and devices.
pub fn check<'a>(file: &'a EstateFile, problems: &mut Problems) -> (EstateSpec, Hosts<'a>) {
    let mut hosts = Hosts::default();
    let mut estate = EstateSpec::default();
    for (key, domain) in file.domains.iter() {
        let Some(name) = problems.parse::<Fqdn>(key) else {
            continue;
        };
        if hosts.domains.contains(&name) {
            problems.error(key.place, format!("the domain `{name}` is declared twice"));
            continue;
        }
        hosts.domains.push(name.clone());
        let spec = check_domain(name, domain, &mut hosts, &mut estate, problems);
        estate.domains.push(spec);
    }
    for (key, host) in file.workgroup.iter() {
        let suffix = host
            .dns_suffix
            .as_ref()
            .and_then(|suffix| problems.parse::<Fqdn>(suffix));
        let spec = check_host(key, host, None, suffix, &mut hosts, problems);
        estate.workgroup.extend(spec);
    }
    for pair in &file.trusts {
        let mut ends = pair
            .value
            .iter()
            .map(|name| known_domain(name, pair.place, &hosts, problems));
        if let (Some(Some(trusting)), Some(Some(trusted))) = (ends.next(), ends.next()) {
            estate.trusts.push(TrustSpec {
                trusting,
                trusted,
                two_way: true,
            });
        }
    }
    for trust in &file.one_way_trusts {
        let mut end = |name| known_domain(name, trust.place, &hosts, problems);
        let ends = (end(&trust.value.trusting), end(&trust.value.trusted));
        if let (Some(trusting), Some(trusted)) = ends {
            estate.trusts.push(TrustSpec {
                trusting,
                trusted,
                two_way: false,
            });
        }
    }
    if let Some(delay) = &file.replication {
        estate.replication = delay.value.0;
    }
    (estate, hosts)
}

/// The domain of this name, reported when there is none.
pub fn known_domain(
    name: &str,
    place: Place,
    hosts: &Hosts<'_>,
    problems: &mut Problems,
) -> Option<Fqdn> {
    let lower = name.trim_end_matches('.').to_ascii_lowercase();
    let found = hosts.domains.iter().find(|domain| domain.as_str() == lower);
    if found.is_none() {
        let known = hosts.domains.iter().map(Fqdn::as_str);
        problems
            .error(place, format!("unknown domain `{name}`"))
            .help = suggestion(&lower, known);
    }
    found.cloned()
}

fn check_domain<'a>(
    name: Fqdn,
    file: &'a DomainFile,
    hosts: &mut Hosts<'a>,
    estate: &mut EstateSpec,
    problems: &mut Problems,
) -> DomainSpec {
    let mut spec = DomainSpec::new(name.clone());
    if let Some(netbios) = &file.netbios {
        let good = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if (1..=15).contains(&netbios.value.len()) && netbios.value.chars().all(good) {
            spec.netbios = Some(netbios.value.to_ascii_uppercase());
        } else {
            let message = format!("`{}` is not a NetBIOS domain name", netbios.value);
            problems
                .error(netbios.place, message)
                .remedy("write 1 to 15 letters, digits or hyphens");
        }
    }
    for (key, host) in file.hosts.iter() {
        if let Some(suffix) = &host.dns_suffix {
            let message = "`dns-suffix` has no effect on a host of a domain";
            problems.warning(suffix.place, message);
        }
        let checked = check_host(key, host, Some(&name), None, hosts, problems);
        if let Some(host_spec) = checked {
            if host.authorised == Some(false) {
                let full = host_spec.name.in_domain(&name);
                estate.unauthorised_dhcp.push(full);
            }
            spec.hosts.push(host_spec);
        }
    }
    spec.users
        .extend(file.users.iter().map(|(key, user)| UserSpec {
            name: key.value.clone(),
            password: user.password.clone(),
            member_of: user.member_of.clone(),
        }));
    spec.groups
        .extend(file.groups.iter().map(|(key, group)| GroupSpec {
            name: key.value.clone(),
            scope: match group.scope {
                GroupScopeFile::DomainLocal => GroupScope::DomainLocal,
                GroupScopeFile::Global => GroupScope::Global,
                GroupScopeFile::Universal => GroupScope::Universal,
            },
            members: group.members.clone(),
            rid: group.rid,
        }));
    spec.ous.extend(file.ous.iter().map(|(key, ou)| OuSpec {
        name: key.value.clone(),
        blocks_inheritance: ou.blocks_inheritance,
    }));
    spec
}

fn check_host<'a>(
    key: &At<String>,
    file: &'a HostFile,
    domain: Option<&Fqdn>,
    suffix: Option<Fqdn>,
    hosts: &mut Hosts<'a>,
    problems: &mut Problems,
) -> Option<HostSpec> {
    let name: HostName = problems.parse(key)?;
    let addresses = addresses(key, file, problems);
    let full = match domain.or(suffix.as_ref()) {
        Some(parent) => name.in_domain(parent),
        None => name
            .as_str()
            .parse()
            .expect("a host name is a domain name of one label"),
    };
    for role in &file.roles {
        let first = file.roles.iter().find(|other| other.value == role.value);
        if first.is_some_and(|first| first.place != role.place) {
            problems.error(role.place, format!("`{full}` is given a role twice"));
        }
    }
    let is_dhcp = file.roles.iter().any(|role| role.value == RoleFile::Dhcp);
    if file.authorised.is_some() && !is_dhcp {
        problems.warning(
            key.place,
            "`authorised` has no effect on a host without the role `dhcp`",
        );
    }
    if file.prepared && file.roles.is_empty() {
        problems.warning(
            key.place,
            "`prepared` has no effect on a host without a role",
        );
    }
    let mut spec = HostSpec::new(name, addresses.clone());
    spec.os = os(file.os);
    spec.roles = file.roles.iter().map(|found| role(found.value)).collect();
    spec.ou = file.ou.clone();
    spec.answers_ping = file.ping.unwrap_or(true);
    spec.rid = file.rid;
    spec.dhcp_log_path = file.dhcp_log_path.clone();
    spec.dns_suffix = suffix;
    spec.sql = machine::sql(key.place, file, problems);
    let folders = file.folders.iter();
    let folders = folders.map(|(path, folder)| (path.value.clone(), machine::folder(folder)));
    spec.folders = folders.collect();
    spec.hardening = file.hardening.clone();
    for (group, members) in file.local_groups.iter() {
        spec.local_groups
            .insert(group.value.clone(), members.clone());
    }
    let entry = HostEntry {
        name: full,
        addresses,
        place: key.place,
        file,
    };
    hosts.add(entry, problems);
    Some(spec)
}

fn addresses(key: &At<String>, file: &HostFile, problems: &mut Problems) -> Vec<IpAddr> {
    if file.address.is_some() && !file.addresses.is_empty() {
        problems
            .error(
                key.place,
                format!("`{}` has `address` and `addresses`", key.value),
            )
            .remedy("keep one of the two");
    } else if file.address.is_none() && file.addresses.is_empty() {
        problems
            .error(key.place, format!("`{}` has no address", key.value))
            .remedy("add `address: 10.0.0.1`");
    }
    let mut found = Vec::new();
    for text in file.address.iter().chain(&file.addresses) {
        let Some(address) = problems.parse_as::<IpAddr>(text, "an IP address") else {
            continue;
        };
        if address.is_unspecified() || address.is_loopback() || address.is_multicast() {
            problems.error(
                text.place,
                format!("`{address}` cannot be a host's address"),
            );
        } else if found.contains(&address) {
            problems.error(text.place, format!("`{address}` is given twice"));
        } else {
            found.push(address);
        }
    }
    found
}

fn role(file: RoleFile) -> Role {
    match file {
        RoleFile::Dc => Role::DomainController,
        RoleFile::Dns => Role::Dns,
        RoleFile::Dhcp => Role::Dhcp,
        RoleFile::Nps => Role::Nps,
        RoleFile::Ipam => Role::Ipam,
        RoleFile::Sql => Role::Sql,
    }
}

fn os(file: OsFile) -> Os {
    match file {
        OsFile::Windows2003 => Os::WindowsServer2003,
        OsFile::Windows2008 => Os::WindowsServer2008,
        OsFile::Windows2008R2 => Os::WindowsServer2008R2,
        OsFile::Windows2012 => Os::WindowsServer2012,
        OsFile::Windows2012R2 => Os::WindowsServer2012R2,
        OsFile::Windows2016 => Os::WindowsServer2016,
        OsFile::Windows2019 => Os::WindowsServer2019,
        OsFile::Windows2022 => Os::WindowsServer2022,
        OsFile::Windows2025 => Os::WindowsServer2025,
        OsFile::Windows10 => Os::Windows10,
        OsFile::Windows11 => Os::Windows11,
        OsFile::Device => Os::Device,
    }
}
