//! The ground truth itself, and how things in it are found.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use crate::base::{AccountName, Fqdn, HostName, Moment, Seed, Sid, SimTime};
use crate::wire::windows::TicketHandle;
use crate::wire::windows::directory::{AuthorizedDhcpServer, ComputerEntry, DomainEntry};

use super::domain::Domain;
use super::error::{EstateError, Hint};
use super::host::{Host, LocalGroups, Role};
use super::pool::PoolHook;
use super::principal::{Principal, PrincipalKind, Principals};
use super::script::ScriptRules;
use super::share::FolderHook;
use super::ticket::Ticket;

/// A Windows estate. Equality compares what it holds, not the tickets in circulation nor the
/// times at which policies are due.
#[derive(Debug, Clone)]
pub struct Estate {
    pub(super) seed: Seed,
    pub(super) domains: BTreeMap<Fqdn, Domain>,
    /// Trusting forest, trusted forest.
    pub(super) trusts: BTreeSet<(Fqdn, Fqdn)>,
    pub(super) principals: Principals,
    pub(super) hosts: BTreeMap<Fqdn, Host>,
    /// DHCP servers that the directory of each forest authorises.
    pub(super) authorised_dhcp: BTreeMap<Fqdn, BTreeSet<Fqdn>>,
    pub(super) by_address: BTreeMap<IpAddr, Fqdn>,
    pub(super) by_name: BTreeMap<HostName, Vec<Fqdn>>,
    pub(super) tickets: BTreeMap<TicketHandle, Ticket>,
    pub(super) tickets_issued: u64,
    pub(super) folders: BTreeMap<Fqdn, FolderHook>,
    pub(super) pools: BTreeMap<Fqdn, PoolHook>,
    pub(super) script_rules: ScriptRules,
    /// How long a change takes from one domain to another and to the global catalog.
    pub(super) replication: Duration,
    /// Further names of computers in the directory, with the hosts they stand for.
    pub(super) further_names: BTreeMap<Fqdn, Fqdn>,
    /// Groups made during the run, with the time.
    pub(super) new_groups: BTreeMap<Sid, SimTime>,
    /// Hosts whose next policy refresh may change something, by its time.
    pub(super) due: BTreeSet<(SimTime, Fqdn)>,
    /// The time everything has been settled up to.
    pub(super) now: SimTime,
}

impl PartialEq for Estate {
    fn eq(&self, other: &Estate) -> bool {
        self.domains == other.domains
            && self.trusts == other.trusts
            && self.principals == other.principals
            && self.hosts == other.hosts
            && self.authorised_dhcp == other.authorised_dhcp
    }
}

impl Estate {
    /// The seed it was built from.
    pub fn seed(&self) -> Seed {
        self.seed
    }

    /// The time everything due has been done up to.
    pub fn settled_to(&self) -> SimTime {
        self.now
    }

    pub fn hosts(&self) -> impl Iterator<Item = &Host> {
        self.hosts.values()
    }

    /// The host of a name, which may be a further one of its computer account.
    pub fn host(&self, name: &Fqdn) -> Option<&Host> {
        let further = || self.hosts.get(self.further_names.get(name)?);
        self.hosts.get(name).or_else(further)
    }

    /// The host with an address.
    pub fn host_at(&self, address: IpAddr) -> Option<&Host> {
        self.hosts.get(self.by_address.get(&address)?)
    }

    /// The host a person means: its full name, or its short name where that is unique.
    ///
    /// # Errors
    /// No host has the name, or several have.
    pub fn find_host(&self, name: &str) -> Result<&Host, EstateError> {
        let exact = name.parse::<Fqdn>().ok();
        if let Some(host) = exact.and_then(|fqdn| self.hosts.get(&fqdn)) {
            return Ok(host);
        }
        let short: Option<HostName> = name.parse().ok();
        let named = short.and_then(|short| self.by_name.get(&short));
        match named.map_or(&[][..], Vec::as_slice) {
            [one] => Ok(&self.hosts[one]),
            [] => Err(EstateError::UnknownHost {
                name: name.to_owned(),
                hint: self.host_hint(name),
            }),
            several => Err(EstateError::AmbiguousHost {
                name: name.to_owned(),
                candidates: join(several),
            }),
        }
    }

    fn host_hint(&self, name: &str) -> Hint {
        if name.contains('.') {
            Hint::nearest(name, self.hosts.keys().map(Fqdn::as_str))
        } else {
            Hint::nearest(name, self.by_name.keys().map(HostName::as_str))
        }
    }

    pub(super) fn host_or_err(&self, name: &Fqdn) -> Result<&Host, EstateError> {
        self.hosts
            .get(name)
            .ok_or_else(|| EstateError::UnknownHost {
                name: name.to_string(),
                hint: self.host_hint(name.as_str()),
            })
    }

    pub(super) fn host_mut(&mut self, name: &Fqdn) -> Result<&mut Host, EstateError> {
        if !self.hosts.contains_key(name) {
            self.host_or_err(name)?;
        }
        Ok(self.hosts.get_mut(name).expect("looked up just now"))
    }

    pub fn domains(&self) -> impl Iterator<Item = &Domain> {
        self.domains.values()
    }

    pub fn domain(&self, name: &Fqdn) -> Option<&Domain> {
        self.domains.get(name)
    }

    /// The domain a person means: its DNS name or its NetBIOS name.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn find_domain(&self, name: &str) -> Result<&Domain, EstateError> {
        let mut domains = self.domains.values();
        domains
            .find(|d| {
                d.name.as_str().eq_ignore_ascii_case(name) || d.netbios.eq_ignore_ascii_case(name)
            })
            .ok_or_else(|| EstateError::UnknownDomain {
                name: name.to_owned(),
                hint: Hint::nearest(name, self.domains.keys().map(Fqdn::as_str)),
            })
    }

    pub(super) fn domain_mut(&mut self, name: &Fqdn) -> Result<&mut Domain, EstateError> {
        if !self.domains.contains_key(name) {
            self.find_domain(name.as_str())?;
        }
        Ok(self.domains.get_mut(name).expect("looked up just now"))
    }

    /// Whether resources of `trusting` are open to accounts of `trusted`; a forest trusts itself.
    pub fn trusts_forest(&self, trusting: &Fqdn, trusted: &Fqdn) -> bool {
        trusting == trusted || self.trusts.contains(&(trusting.clone(), trusted.clone()))
    }

    pub fn principals(&self) -> &Principals {
        &self.principals
    }

    pub fn principal(&self, sid: &Sid) -> Option<&Principal> {
        self.principals.get(sid)
    }

    /// The user, computer or group a person means by `CORP\name`, `name@corp.example` or, with
    /// `domain` given, `name` alone.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn find_principal(
        &self,
        name: &str,
        domain: Option<&Fqdn>,
    ) -> Result<&Principal, EstateError> {
        let account = if let Some((user, suffix)) = name.split_once('@') {
            self.find_domain(suffix)
                .ok()
                .map(|d| format!("{}\\{user}", d.netbios))
        } else if let Some((prefix, user)) = name.split_once('\\') {
            // `corp.example\user` is understood as well as `CORP\user`.
            let netbios = self.find_domain(prefix).map(|d| d.netbios.as_str());
            Some(format!("{}\\{user}", netbios.unwrap_or(prefix)))
        } else {
            domain
                .and_then(|domain| self.domains.get(domain))
                .map(|d| format!("{}\\{name}", d.netbios))
        };
        account
            .and_then(|text| text.parse::<AccountName>().ok())
            .and_then(|account| self.principals.named(&account))
            .ok_or_else(|| EstateError::UnknownPrincipal {
                name: name.to_owned(),
                hint: self.principal_hint(name),
            })
    }

    fn principal_hint(&self, name: &str) -> Hint {
        if name.contains('\\') {
            Hint::nearest(name, self.principals.iter().map(Principal::down_level))
        } else {
            Hint::nearest(name, self.principals.iter().map(|p| p.display.as_str()))
        }
    }

    /// The computer account behind a SID, as its host.
    pub fn host_of_account(&self, sid: &Sid) -> Option<&Host> {
        match &self.principals.get(sid)?.kind {
            PrincipalKind::Computer { host, .. } => self.hosts.get(host),
            _ => None,
        }
    }

    /// The secret a machine logs on with; the laboratory hands it to the engine that runs there.
    pub fn machine_secret(&self, host: &Fqdn) -> Option<&str> {
        let account = &self.hosts.get(host)?.membership.as_ref()?.sid;
        self.principals.get(account)?.password()
    }

    /// The groups of the machine: its own, or its domain's Builtin groups on a controller.
    pub fn local_groups<'a>(&'a self, host: &'a Host) -> &'a LocalGroups {
        if host.is_controller()
            && let Some(domain) = host.domain().and_then(|domain| self.domains.get(domain))
        {
            return &domain.builtin;
        }
        &host.own_groups
    }

    pub(super) fn local_groups_mut(
        &mut self,
        name: &Fqdn,
    ) -> Result<&mut LocalGroups, EstateError> {
        let host = self.host_or_err(name)?;
        if let Some(domain) = host.domain().filter(|_| host.is_controller()) {
            let domain = domain.clone();
            return Ok(&mut self.domain_mut(&domain)?.builtin);
        }
        Ok(&mut self.host_mut(name)?.own_groups)
    }

    /// Controllers of a domain that are switched on or not, in order of name.
    pub fn controllers<'a>(&'a self, domain: &'a Fqdn) -> impl Iterator<Item = &'a Host> {
        self.hosts
            .values()
            .filter(move |host| host.is_controller() && host.domain() == Some(domain))
    }

    /// The directory's entry of a host's computer account.
    pub fn computer_entry(&self, host: &Host) -> Option<ComputerEntry> {
        let membership = host.membership.as_ref()?;
        let domain = self.domains.get(&membership.domain)?;
        Some(ComputerEntry {
            name: host.fqdn.clone(),
            domain: domain.name.clone(),
            forest: domain.forest.clone(),
            sid: membership.sid.clone(),
            guid: membership.guid.clone(),
            os_name: host.os.name().to_owned(),
            os_version: host.os.version(),
            is_controller: host.is_controller(),
        })
    }

    /// Domains of a forest and of those it trusts both ways, as its directory lists them.
    pub fn domains_known_in(&self, forest: &Fqdn) -> Vec<DomainEntry> {
        let known = self.domains.values().filter(|d| {
            self.trusts_forest(forest, &d.forest) && self.trusts_forest(&d.forest, forest)
        });
        known
            .map(|d| DomainEntry {
                name: d.name.clone(),
                netbios: d.netbios.clone(),
                forest: d.forest.clone(),
            })
            .collect()
    }

    /// `CN=NetServices,CN=Services,CN=Configuration` of a forest, in order of name; each server
    /// with its first IPv4 address, or its first address.
    pub fn authorised_dhcp_servers(&self, forest: &Fqdn) -> Vec<AuthorizedDhcpServer> {
        let names = self.authorised_dhcp.get(forest).into_iter().flatten();
        names
            .filter_map(|name| {
                let addresses = &self.hosts.get(name)?.addresses;
                let v4 = addresses.iter().find(|a| a.is_ipv4());
                Some(AuthorizedDhcpServer {
                    name: name.clone(),
                    address: *v4.or(addresses.first())?,
                })
            })
            .collect()
    }

    /// Hosts with a role, in order of name.
    pub fn hosts_with(&self, role: Role) -> impl Iterator<Item = &Host> {
        self.hosts.values().filter(move |host| host.has_role(role))
    }

    /// What the DNS service of `host` takes the domain's access list to be at `at`; `None` where
    /// the directory has no say (no directory integration, no object).
    pub fn dns_readers_loaded(&self, host: &Host, at: Moment) -> Option<&BTreeSet<Sid>> {
        if !host.dns_is_directory_integrated() {
            return None;
        }
        let acl = self.domains.get(host.domain()?)?.dns_acl.as_ref()?;
        let started = host.service(super::service::name::DNS)?.started;
        let polled = super::dns_acl::last_poll(started, host.ds_polling_interval, at.sim);
        Some(acl.as_of(polled))
    }
}

fn join(names: &[Fqdn]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
