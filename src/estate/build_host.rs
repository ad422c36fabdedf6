//! Hosts of the specification: checks, computer accounts, defaults by role, first start.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rand::Rng as _;

use crate::base::{Fqdn, Sid, SimTime};

use super::build::Builder;
use super::defaults;
use super::dns_acl::DEFAULT_POLLING;
use super::error::{EstateError, Hint};
use super::firewall::Firewall;
use super::host::{Host, Membership, Os, Role};
use super::machine;
use super::policy::{CONTROLLER_INTERVAL, HostPolicy, MEMBER_INTERVAL, MEMBER_OFFSET};
use super::principal::PrincipalKind;
use super::share::folder_key;
use super::sid::{self, rid};
use super::spec::{EstateSpec, HostSpec};

impl Builder {
    pub(super) fn add_host(&mut self, spec: &HostSpec, domain: Option<&Fqdn>) {
        let fqdn = match domain.or(spec.dns_suffix.as_ref()) {
            Some(suffix) => spec.name.in_domain(suffix),
            None => match spec.name.as_str().parse() {
                Ok(fqdn) => fqdn,
                Err(error) => return self.errors.push(EstateError::Name(error)),
            },
        };
        if self.estate.hosts.contains_key(&fqdn) {
            let name = fqdn.to_string();
            return self.errors.push(EstateError::DuplicateHost { name });
        }
        self.check_roles(spec, &fqdn, domain);
        self.check_ou(spec, domain);
        let membership = domain.and_then(|domain| self.add_computer(spec, domain, &fqdn));
        for address in &spec.addresses {
            let before = self.estate.by_address.insert(*address, fqdn.clone());
            if let Some(first) = before {
                self.errors.push(EstateError::DuplicateAddress {
                    address: *address,
                    first: first.to_string(),
                    second: fqdn.to_string(),
                });
            }
        }
        let host = self.make_host(spec, &fqdn, membership);
        let by_name = self.estate.by_name.entry(spec.name.clone()).or_default();
        by_name.push(fqdn.clone());
        self.estate.hosts.insert(fqdn, host);
    }

    fn check_roles(&mut self, spec: &HostSpec, fqdn: &Fqdn, domain: Option<&Fqdn>) {
        let mut refuse = |role: Role, reason| {
            self.errors.push(EstateError::ImpossibleRole {
                host: fqdn.to_string(),
                role: role.to_string(),
                reason,
            });
        };
        for &role in &spec.roles {
            if !spec.os.is_server() {
                refuse(role, "needs a server system; give the host another `os`");
            }
            if matches!(role, Role::DomainController | Role::Ipam) && domain.is_none() {
                refuse(role, "needs a domain; write the host under one");
            }
        }
        if spec.roles.contains(&Role::Ipam) && spec.os < Os::WindowsServer2012 {
            refuse(Role::Ipam, "needs Windows Server 2012 or later");
        }
    }

    fn check_ou(&mut self, spec: &HostSpec, domain: Option<&Fqdn>) {
        let Some(ou) = &spec.ou else { return };
        let home = domain.and_then(|domain| self.estate.domains.get(domain));
        if home.is_some_and(|home| home.ou(ou).is_some()) {
            return;
        }
        let names = home.into_iter().flat_map(|home| home.ous.values());
        let hint = Hint::nearest(ou, names.map(|ou| ou.name.as_str()));
        let domain = domain
            .cloned()
            .unwrap_or_else(|| "workgroup".parse().expect("one plain label is a name"));
        let name = ou.clone();
        self.errors
            .push(EstateError::UnknownOu { domain, name, hint });
    }

    fn add_computer(&mut self, spec: &HostSpec, domain: &Fqdn, fqdn: &Fqdn) -> Option<Membership> {
        let seed = self.estate.seed;
        let mut secret = seed.stream(&format!("machine-secret/{fqdn}"));
        let kind = PrincipalKind::Computer {
            password: format!("{:016x}{:016x}", secret.next_u64(), secret.next_u64()),
            host: fqdn.clone(),
        };
        let name = format!("{}$", spec.name.as_str().to_uppercase());
        let made = self.estate.create_principal(domain, &name, spec.rid, kind);
        let sid = self.keep(made)?;
        let account = self.estate.principals.get(&sid)?.account.clone();
        Some(Membership {
            domain: domain.clone(),
            account,
            sid,
            guid: sid::guid(seed, fqdn.as_str()),
            deleted: None,
            joined: SimTime::ZERO,
            ou: spec.ou.clone(),
        })
    }

    fn make_host(&mut self, spec: &HostSpec, fqdn: &Fqdn, membership: Option<Membership>) -> Host {
        let seed = self.estate.seed;
        let roles = &spec.roles;
        let controller = roles.contains(&Role::DomainController);
        let mut machine = defaults::machine_authority(seed, fqdn.as_str());
        let domain = membership.as_ref().map(|m| m.domain.clone());
        let mut own_groups = match &domain {
            _ if controller || spec.os == Os::Device => Default::default(),
            Some(domain) => defaults::builtin_groups(
                self.estate.domain_rid(domain, rid::DOMAIN_ADMINS),
                self.estate.domain_rid(domain, rid::DOMAIN_USERS),
            ),
            None => defaults::builtin_groups(None, None),
        };
        if roles.contains(&Role::Dhcp) {
            let principals = &self.estate.principals;
            match domain.as_ref().filter(|_| controller) {
                None => defaults::add_dhcp_groups(&mut own_groups, || machine.allocate(|_| false)),
                Some(domain) => {
                    if let Some(home) = self.estate.domains.get_mut(domain) {
                        let authority = &mut home.authority;
                        defaults::add_dhcp_groups(&mut home.builtin, || {
                            authority.allocate(|sid| principals.contains(sid))
                        });
                    }
                }
            }
        }
        if roles.contains(&Role::Ipam) {
            let sid = machine.allocate(|_| false);
            defaults::add_remote_management_group(&mut own_groups, sid);
        }
        let log_path = spec.dhcp_log_path.as_deref();
        let mut files = machine::folders(roles);
        let written = spec.folders.iter();
        files.extend(written.map(|(path, files)| (folder_key(path), files.clone())));
        Host {
            fqdn: fqdn.clone(),
            name: spec.name.clone(),
            addresses: spec.addresses.clone(),
            segment: spec.segment.clone(),
            os: spec.os,
            roles: roles.clone(),
            membership,
            answers_ping: spec.answers_ping,
            up: true,
            booted: SimTime::ZERO,
            firewall: Firewall::shipped(spec.os, |role| roles.contains(&role), spec.answers_ping),
            machine,
            own_groups,
            shares: BTreeMap::new(),
            ntfs: defaults::ntfs(roles, log_path),
            registry: defaults::registry(roles, log_path),
            services: defaults::services(spec.os, roles),
            channels: defaults::channels(spec.os, roles),
            ds_polling_interval: DEFAULT_POLLING,
            pool_port: None,
            policy: HostPolicy::new(self.refresh_interval(fqdn, controller)),
            sql: None,
            files,
            documents: BTreeMap::new(),
            tasks: BTreeSet::new(),
            hardening: spec.hardening.clone(),
        }
    }

    fn refresh_interval(&self, fqdn: &Fqdn, controller: bool) -> Duration {
        if controller {
            return CONTROLLER_INTERVAL;
        }
        let mut stream = self.estate.seed.stream(&format!("policy-offset/{fqdn}"));
        let offset = stream.next_u64() % (MEMBER_OFFSET.as_secs() + 1);
        MEMBER_INTERVAL + Duration::from_secs(offset)
    }

    pub(super) fn add_local_memberships(&mut self, spec: &EstateSpec) {
        let in_domains = spec.domains.iter().flat_map(|domain| {
            let hosts = domain.hosts.iter();
            hosts.map(move |host| (host, Some(&domain.name)))
        });
        let hosts: Vec<(&HostSpec, Option<&Fqdn>)> = in_domains
            .chain(spec.workgroup.iter().map(|host| (host, None)))
            .filter(|(host, _)| !host.local_groups.is_empty())
            .collect();
        for (host, domain) in hosts {
            let fqdn = match domain.or(host.dns_suffix.as_ref()) {
                Some(suffix) => Some(host.name.in_domain(suffix)),
                None => host.name.as_str().parse().ok(),
            };
            let Some(fqdn) = fqdn else { continue };
            for (group, members) in &host.local_groups {
                for member in members {
                    let done = self.join_local(&fqdn, group, member, domain);
                    self.keep(done);
                }
            }
        }
    }

    fn join_local(
        &mut self,
        host: &Fqdn,
        group: &str,
        member: &str,
        domain: Option<&Fqdn>,
    ) -> Result<(), EstateError> {
        let sid: Sid = match member.parse() {
            Ok(sid) => sid,
            Err(_) => self.estate.find_principal(member, domain)?.sid.clone(),
        };
        self.estate.join_local_group(host, group, &sid)
    }

    /// Boots every host: services load what they load at their start, computers get their token.
    pub(super) fn start_everything(&mut self) {
        let names: Vec<Fqdn> = self.estate.hosts.keys().cloned().collect();
        for name in names {
            self.estate.load_at_boot(&name, SimTime::ZERO);
        }
    }
}
