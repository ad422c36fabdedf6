//! From an [`EstateSpec`] to an [`Estate`]: forests, trusts, accounts, groups; every error at once.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Fqdn, Seed, Sid, SimTime};
use crate::wire::windows::directory::GroupScope;

use super::defaults;
use super::dns_acl::DnsAcl;
use super::domain::{Domain, Ou};
use super::error::{EstateError, Hint};
use super::estate::Estate;
use super::host::{LocalGroups, Role};
use super::principal::{PrincipalKind, Principals};
use super::script::ScriptRules;
use super::sid::{SidAuthority, rid};
use super::spec::{DEFAULT_PASSWORD, DomainSpec, EstateSpec, TrustSpec};

/// The administrator every domain has.
pub const DOMAIN_ADMIN: &str = "domain-admin";

impl Estate {
    /// Builds the estate. Hosts boot and services start at the start of the run.
    ///
    /// # Errors
    /// Everything that is wrong with the specification, not only the first.
    pub fn build(spec: &EstateSpec, seed: Seed) -> Result<Estate, Vec<EstateError>> {
        let mut builder = Builder {
            estate: Estate {
                seed,
                domains: BTreeMap::new(),
                trusts: BTreeSet::new(),
                principals: Principals::default(),
                hosts: BTreeMap::new(),
                authorised_dhcp: BTreeMap::new(),
                by_address: BTreeMap::new(),
                by_name: BTreeMap::new(),
                tickets: BTreeMap::new(),
                tickets_issued: 0,
                folders: BTreeMap::new(),
                pools: BTreeMap::new(),
                script_rules: ScriptRules::default(),
                replication: spec.replication,
                further_names: BTreeMap::new(),
                new_groups: BTreeMap::new(),
                due: BTreeSet::new(),
                now: SimTime::ZERO,
            },
            errors: Vec::new(),
        };
        builder.run(spec);
        if builder.errors.is_empty() {
            Ok(builder.estate)
        } else {
            Err(builder.errors)
        }
    }
}

pub(super) struct Builder {
    pub(super) estate: Estate,
    pub(super) errors: Vec<EstateError>,
}

impl Builder {
    fn run(&mut self, spec: &EstateSpec) {
        for domain in &spec.domains {
            self.add_domain(domain, spec);
        }
        for trust in &spec.trusts {
            self.add_trust(trust);
        }
        for domain in &spec.domains {
            self.add_default_groups(&domain.name);
        }
        for domain in &spec.domains {
            self.add_ous(domain);
            for host in &domain.hosts {
                self.add_host(host, Some(&domain.name));
            }
        }
        for host in &spec.workgroup {
            self.add_host(host, None);
        }
        for domain in &spec.domains {
            self.add_accounts(domain);
        }
        for domain in &spec.domains {
            self.add_memberships(domain);
            self.add_dns_object(domain);
        }
        self.authorise_dhcp(&spec.unauthorised_dhcp);
        self.add_local_memberships(spec);
        self.add_sql_servers(spec);
        self.start_everything();
    }

    pub(super) fn keep<T>(&mut self, result: Result<T, EstateError>) -> Option<T> {
        result.map_err(|error| self.errors.push(error)).ok()
    }

    fn add_domain(&mut self, spec: &DomainSpec, all: &EstateSpec) {
        let name = spec.name.clone();
        let netbios = spec
            .netbios
            .clone()
            .unwrap_or_else(|| name.first_label().to_owned())
            .to_uppercase();
        let taken = self.estate.domains.values().any(|d| d.netbios == netbios);
        if taken || self.estate.domains.contains_key(&name) {
            let name = format!("{name} ({netbios})");
            self.errors.push(EstateError::DuplicateDomain { name });
            return;
        }
        let forest = spec.forest.clone().unwrap_or_else(|| root_of(&name, all));
        if !all.domains.iter().any(|d| d.name == forest) {
            let known = all.domains.iter().map(|d| d.name.as_str());
            self.errors.push(EstateError::UnknownDomain {
                name: forest.to_string(),
                hint: Hint::nearest(forest.as_str(), known),
            });
        }
        let authority = SidAuthority::new(self.estate.seed, name.as_str(), rid::FIRST_FREE);
        let domain = Domain {
            name: name.clone(),
            netbios,
            forest,
            authority,
            ous: BTreeMap::new(),
            builtin: LocalGroups::default(),
            gpos: BTreeMap::new(),
            dns_acl: None,
        };
        self.estate.domains.insert(name, domain);
    }

    fn add_trust(&mut self, spec: &TrustSpec) {
        for name in [&spec.trusting, &spec.trusted] {
            let roots = self.estate.domains.values().filter(|d| d.is_forest_root());
            let roots: Vec<String> = roots.map(|d| d.name.to_string()).collect();
            if !roots.iter().any(|root| root == name.as_str()) {
                self.errors.push(EstateError::UnknownDomain {
                    name: name.to_string(),
                    hint: Hint::nearest(name.as_str(), roots),
                });
                return;
            }
        }
        let (a, b) = (spec.trusting.clone(), spec.trusted.clone());
        if spec.two_way {
            self.estate.trusts.insert((b.clone(), a.clone()));
        }
        self.estate.trusts.insert((a, b));
    }

    fn add_default_groups(&mut self, name: &Fqdn) {
        let Some(domain) = self.estate.domains.get(name) else {
            return;
        };
        let root = domain.is_forest_root();
        let group = |scope| PrincipalKind::Group {
            scope,
            members: BTreeSet::new(),
        };
        for (group_name, rid, scope) in defaults::DOMAIN_GROUPS {
            if *rid == rid::ENTERPRISE_ADMINS && !root {
                continue;
            }
            let kind = group(*scope);
            let made = self
                .estate
                .create_principal(name, group_name, Some(*rid), kind);
            self.keep(made);
        }
        let dns_admins = group(GroupScope::DomainLocal);
        let made = self
            .estate
            .create_principal(name, "DnsAdmins", None, dns_admins);
        self.keep(made);
        let admins = self.estate.domain_rid(name, rid::DOMAIN_ADMINS);
        let enterprise = self.estate.enterprise_admins(name);
        let users = self.estate.domain_rid(name, rid::DOMAIN_USERS);
        if let Some(domain) = self.estate.domains.get_mut(name) {
            domain.builtin = defaults::builtin_groups(admins.into_iter().chain(enterprise), users);
        }
    }

    fn add_ous(&mut self, spec: &DomainSpec) {
        for ou in &spec.ous {
            let Some(domain) = self.estate.domains.get_mut(&spec.name) else {
                continue;
            };
            let made = Ou {
                name: ou.name.clone(),
                blocks_inheritance: ou.blocks_inheritance,
            };
            if domain.ous.insert(ou.name.to_lowercase(), made).is_some() {
                self.errors.push(EstateError::AlreadyExists {
                    name: ou.name.clone(),
                    place: spec.name.to_string(),
                });
            }
        }
        for ou in &spec.ous {
            let Some(domain) = self.estate.domains.get(&spec.name) else {
                continue;
            };
            if let Some((parent, _)) = ou.name.rsplit_once('/')
                && domain.ou(parent).is_none()
            {
                let known = domain.ous.values().map(|ou| ou.name.as_str());
                self.errors.push(EstateError::UnknownOu {
                    domain: spec.name.clone(),
                    hint: Hint::nearest(parent, known),
                    name: parent.to_owned(),
                });
            }
        }
    }

    fn add_accounts(&mut self, spec: &DomainSpec) {
        let named = spec
            .users
            .iter()
            .any(|u| u.name.eq_ignore_ascii_case(DOMAIN_ADMIN));
        if !named {
            let kind = PrincipalKind::User {
                password: DEFAULT_PASSWORD.to_owned(),
            };
            let made = self
                .estate
                .create_principal(&spec.name, DOMAIN_ADMIN, None, kind);
            self.keep(made);
        }
        for user in &spec.users {
            let password = user.password.as_deref().unwrap_or(DEFAULT_PASSWORD);
            let kind = PrincipalKind::User {
                password: password.to_owned(),
            };
            let made = self
                .estate
                .create_principal(&spec.name, &user.name, None, kind);
            self.keep(made);
        }
        for group in &spec.groups {
            let kind = PrincipalKind::Group {
                scope: group.scope,
                members: BTreeSet::new(),
            };
            let made = self
                .estate
                .create_principal(&spec.name, &group.name, group.rid, kind);
            self.keep(made);
        }
    }

    fn add_memberships(&mut self, spec: &DomainSpec) {
        let mut pairs = vec![("Domain Admins", DOMAIN_ADMIN)];
        for user in &spec.users {
            pairs.extend(
                user.member_of
                    .iter()
                    .map(|g| (g.as_str(), user.name.as_str())),
            );
        }
        for group in &spec.groups {
            pairs.extend(
                group
                    .members
                    .iter()
                    .map(|m| (group.name.as_str(), m.as_str())),
            );
        }
        let mut seen = BTreeSet::new();
        for (group, member) in pairs {
            let found = |name| {
                let principal = self.estate.find_principal(name, Some(&spec.name))?;
                Ok(principal.sid.clone())
            };
            let pair = found(group).and_then(|g: Sid| Ok((g, found(member)?)));
            // A membership may be written from both ends, or repeat a default one.
            if let Some(pair) = self.keep(pair).filter(|pair| seen.insert(pair.clone())) {
                let joined = self.estate.join_group(&pair.0, &pair.1);
                self.keep(joined);
            }
        }
    }

    fn add_dns_object(&mut self, spec: &DomainSpec) {
        let has_dns = self
            .estate
            .controllers(&spec.name)
            .any(|host| host.has_role(Role::Dns));
        if spec.microsoft_dns.unwrap_or(has_dns)
            && let Some(domain) = self.estate.domains.get_mut(&spec.name)
        {
            domain.dns_acl = Some(DnsAcl::new());
        }
    }

    fn authorise_dhcp(&mut self, except: &[Fqdn]) {
        for name in except {
            let checked = self.estate.host_or_err(name).map(|_| ());
            self.keep(checked);
        }
        let authorised: Vec<(Fqdn, Fqdn)> = self
            .estate
            .hosts_with(Role::Dhcp)
            .filter(|host| !except.contains(&host.fqdn))
            .filter_map(|host| {
                let forest = self.estate.forest_of(host.domain()?)?;
                Some((forest.clone(), host.fqdn.clone()))
            })
            .collect();
        for (forest, host) in authorised {
            let list = self.estate.authorised_dhcp.entry(forest).or_default();
            list.insert(host);
        }
    }
}

/// The topmost written domain that `name` lies below, or `name` itself.
fn root_of(name: &Fqdn, all: &EstateSpec) -> Fqdn {
    let above = all.domains.iter().filter(|d| name.is_within(&d.name));
    above
        .map(|d| d.name.clone())
        .min_by_key(|d| d.as_str().len())
        .unwrap_or_else(|| name.clone())
}

impl Estate {
    /// The group of a domain with a well-known last part.
    pub fn domain_rid(&self, domain: &Fqdn, rid: u32) -> Option<Sid> {
        Some(self.domains.get(domain)?.authority.with_rid(rid))
    }

    /// Enterprise Admins of the forest a domain belongs to.
    pub fn enterprise_admins(&self, domain: &Fqdn) -> Option<Sid> {
        let forest = self.forest_of(domain)?;
        self.domain_rid(forest, rid::ENTERPRISE_ADMINS)
    }
}
