//! Who may be a member of what: group scopes, trusts, circles; and the edits themselves.

use crate::base::{Fqdn, Moment, Sid};
use crate::wire::windows::directory::GroupScope;

use super::error::{EstateError, Hint};
use super::estate::Estate;
use super::host::LocalGroup;
use super::principal::{Principal, PrincipalKind};
use super::sid;

const GLOBAL_RULE: &str = "only accounts and global groups of its own domain";
const UNIVERSAL_RULE: &str = "only accounts, global and universal groups of its own forest";
const LOCAL_RULE: &str = "domain local groups of other domains cannot be members";
const TRUST_RULE: &str = "its forest does not trust the member's forest";

impl Estate {
    /// Makes `member` a member of the domain group `group`.
    ///
    /// # Errors
    /// Unknown SIDs, a scope rule, a circle, or a membership that exists.
    pub fn add_domain_group_member(
        &mut self,
        group: &Sid,
        member: &Sid,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        self.join_group(group, member)
    }

    pub(super) fn join_group(&mut self, group: &Sid, member: &Sid) -> Result<(), EstateError> {
        let (holder, joining) = (self.known(group)?, self.known(member)?);
        let scope = holder.scope().ok_or_else(|| EstateError::NotAGroup {
            name: holder.down_level(),
        })?;
        if let Some(rule) = self.broken_scope_rule(holder, scope, joining) {
            return Err(EstateError::GroupScope {
                scope: scope_name(scope),
                group: holder.down_level(),
                member: joining.down_level(),
                rule,
            });
        }
        // The new membership closes a circle iff the group is found below its new member.
        if let Some(path) = self.principals.path_down(member, group) {
            let mut names: Vec<String> = path.iter().map(|sid| self.name_of(sid)).collect();
            names.push(self.name_of(member));
            return Err(EstateError::GroupCycle { path: names });
        }
        if self.principals.add_member(group, member) {
            Ok(())
        } else {
            Err(EstateError::AlreadyMember {
                member: self.name_of(member),
                group: self.name_of(group),
            })
        }
    }

    /// Ends a membership in a domain group.
    ///
    /// # Errors
    /// Unknown SIDs, or no such membership.
    pub fn remove_domain_group_member(
        &mut self,
        group: &Sid,
        member: &Sid,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        self.known(group)?;
        if self.principals.remove_member(group, member) {
            Ok(())
        } else {
            Err(EstateError::NotAMember {
                member: self.name_of(member),
                group: self.name_of(group),
            })
        }
    }

    fn broken_scope_rule(
        &self,
        group: &Principal,
        scope: GroupScope,
        member: &Principal,
    ) -> Option<&'static str> {
        let own_domain = group.domain == member.domain;
        let (home, away) = (
            self.forest_of(&group.domain),
            self.forest_of(&member.domain),
        );
        let trusted = match (home, away) {
            (Some(home), Some(away)) => self.trusts_forest(home, away),
            _ => false,
        };
        let broken = match (scope, member.scope()) {
            (GroupScope::Global, None | Some(GroupScope::Global)) => {
                (!own_domain).then_some(GLOBAL_RULE)
            }
            (GroupScope::Global, Some(_)) => Some(GLOBAL_RULE),
            (GroupScope::Universal, Some(GroupScope::DomainLocal)) => Some(UNIVERSAL_RULE),
            (GroupScope::Universal, _) => (home != away).then_some(UNIVERSAL_RULE),
            (GroupScope::DomainLocal, Some(GroupScope::DomainLocal)) => {
                (!own_domain).then_some(LOCAL_RULE)
            }
            (GroupScope::DomainLocal, _) => None,
        };
        broken.or((!trusted).then_some(TRUST_RULE))
    }

    pub(super) fn forest_of(&self, domain: &Fqdn) -> Option<&Fqdn> {
        self.domains.get(domain).map(|d| &d.forest)
    }

    fn known(&self, sid: &Sid) -> Result<&Principal, EstateError> {
        self.principals
            .get(sid)
            .ok_or_else(|| EstateError::UnknownPrincipal {
                name: sid.to_string(),
                hint: Hint::default(),
            })
    }

    /// A SID as people write it: `CORP\IPAMUG`, `Authenticated Users`, or the SID itself.
    pub fn name_of(&self, sid: &Sid) -> String {
        if let Some(principal) = self.principals.get(sid) {
            return principal.down_level();
        }
        match sid.as_str() {
            sid::EVERYONE => "Everyone".to_owned(),
            sid::AUTHENTICATED_USERS => "Authenticated Users".to_owned(),
            sid::NETWORK_SERVICE => "NT AUTHORITY\\NETWORK SERVICE".to_owned(),
            sid::ADMINISTRATORS => "BUILTIN\\Administrators".to_owned(),
            sid::USERS => "BUILTIN\\Users".to_owned(),
            sid::SERVER_OPERATORS => "BUILTIN\\Server Operators".to_owned(),
            sid::EVENT_LOG_READERS => "BUILTIN\\Event Log Readers".to_owned(),
            other => other.to_owned(),
        }
    }

    /// Creates a group in a domain.
    ///
    /// # Errors
    /// Unknown domain, or an account or group of that name exists.
    pub fn create_domain_group(
        &mut self,
        domain: &Fqdn,
        name: &str,
        scope: GroupScope,
        at: Moment,
    ) -> Result<Sid, EstateError> {
        self.settle(at);
        let kind = PrincipalKind::Group {
            scope,
            members: Default::default(),
        };
        self.create_principal(domain, name, None, kind)
    }

    /// Deletes a group. Grants to its SID stay where they are, as in Windows, and mean nothing.
    ///
    /// # Errors
    /// There is no such group.
    pub fn delete_domain_group(&mut self, group: &Sid, at: Moment) -> Result<(), EstateError> {
        self.settle(at);
        let known = self.known(group)?;
        if known.scope().is_none() {
            return Err(EstateError::NotAGroup {
                name: known.down_level(),
            });
        }
        self.principals.remove(group);
        Ok(())
    }

    pub(super) fn create_principal(
        &mut self,
        domain: &Fqdn,
        name: &str,
        rid: Option<u32>,
        kind: PrincipalKind,
    ) -> Result<Sid, EstateError> {
        self.find_domain(domain.as_str())?;
        let home = self.domains.get_mut(domain).expect("found just now");
        let account = format!("{}\\{name}", home.netbios).parse()?;
        let taken = |sid: &Sid| self.principals.contains(sid);
        let sid = match rid {
            Some(rid) => home.authority.with_rid(rid),
            None => home.authority.allocate(taken),
        };
        let principal = Principal {
            sid: sid.clone(),
            account,
            display: name.to_owned(),
            domain: domain.clone(),
            kind,
        };
        if self.principals.insert(principal) {
            Ok(sid)
        } else {
            Err(EstateError::AlreadyExists {
                name: name.to_owned(),
                place: domain.to_string(),
            })
        }
    }

    /// Whether `sid` may be a member of a local group of `host`: an account or group its forest
    /// trusts, no domain local group of another domain, or a well-known identity.
    pub(super) fn local_member_rule(&self, host: &Fqdn, sid: &Sid) -> Option<&'static str> {
        let Some(member) = self.principals.get(sid) else {
            // Well-known identities such as Network Service belong to every machine.
            return (sid.as_str().starts_with("S-1-5-21-")).then_some("no such account exists");
        };
        let home = self.hosts.get(host).and_then(|host| host.domain());
        let Some(home) = home else {
            return Some("a workgroup machine knows no domain accounts");
        };
        if member.scope() == Some(GroupScope::DomainLocal) && member.domain != *home {
            return Some(LOCAL_RULE);
        }
        let trusted = match (self.forest_of(home), self.forest_of(&member.domain)) {
            (Some(home), Some(away)) => self.trusts_forest(home, away),
            _ => false,
        };
        (!trusted).then_some(TRUST_RULE)
    }

    /// `net localgroup <group> <member> /add`.
    ///
    /// # Errors
    /// Unknown host or group, a member the machine cannot know, a membership that exists.
    pub fn add_local_group_member(
        &mut self,
        host: &Fqdn,
        group: &str,
        member: &Sid,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        self.join_local_group(host, group, member)?;
        self.touch_machine(host);
        Ok(())
    }

    pub(super) fn join_local_group(
        &mut self,
        host: &Fqdn,
        group: &str,
        member: &Sid,
    ) -> Result<(), EstateError> {
        self.local_group_or_err(host, group)?;
        if let Some(rule) = self.local_member_rule(host, member) {
            return Err(EstateError::GroupScope {
                scope: "machine-local",
                group: group.to_owned(),
                member: self.name_of(member),
                rule,
            });
        }
        let local = self.local_groups_mut(host)?.get_mut(group);
        if local.is_some_and(|local| local.members.insert(member.clone())) {
            return Ok(());
        }
        Err(EstateError::AlreadyMember {
            member: self.name_of(member),
            group: group.to_owned(),
        })
    }

    /// `net localgroup <group> <member> /delete`.
    ///
    /// # Errors
    /// Unknown host or group, or no such membership.
    pub fn remove_local_group_member(
        &mut self,
        host: &Fqdn,
        group: &str,
        member: &Sid,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        self.local_group_or_err(host, group)?;
        let local = self.local_groups_mut(host)?.get_mut(group);
        let removed = local.is_some_and(|local| local.members.remove(member));
        if !removed {
            return Err(EstateError::NotAMember {
                member: self.name_of(member),
                group: group.to_owned(),
            });
        }
        self.touch_machine(host);
        Ok(())
    }

    /// `net localgroup <group> /add /comment:<description>`.
    ///
    /// # Errors
    /// Unknown host, or a group of that name exists.
    pub fn create_local_group(
        &mut self,
        host: &Fqdn,
        group: &str,
        description: &str,
        at: Moment,
    ) -> Result<Sid, EstateError> {
        self.settle(at);
        if self
            .local_groups(self.host_or_err(host)?)
            .get(group)
            .is_some()
        {
            return Err(EstateError::AlreadyExists {
                name: group.to_owned(),
                place: host.to_string(),
            });
        }
        let sid = self.next_local_sid(host)?;
        let made = LocalGroup {
            sid: sid.clone(),
            members: Default::default(),
            description: description.to_owned().into(),
        };
        let groups = self.local_groups_mut(host)?;
        groups.0.insert(group.to_owned().into(), made);
        Ok(sid)
    }

    /// `net localgroup <group> /delete`.
    ///
    /// # Errors
    /// Unknown host or group.
    pub fn delete_local_group(
        &mut self,
        host: &Fqdn,
        group: &str,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        self.local_group_or_err(host, group)?;
        let groups = self.local_groups_mut(host)?;
        groups.0.retain(|name, _| !name.eq_ignore_ascii_case(group));
        self.touch_machine(host);
        Ok(())
    }

    /// The local group a person means.
    ///
    /// # Errors
    /// Unknown host or group, with the nearest name.
    pub fn local_group_or_err(&self, host: &Fqdn, group: &str) -> Result<&LocalGroup, EstateError> {
        let groups = self.local_groups(self.host_or_err(host)?);
        groups
            .get(group)
            .ok_or_else(|| EstateError::UnknownLocalGroup {
                host: host.clone(),
                name: group.to_owned(),
                hint: Hint::nearest(group, groups.iter().map(|(name, _)| name)),
            })
    }

    fn next_local_sid(&mut self, name: &Fqdn) -> Result<Sid, EstateError> {
        let host = self.host_or_err(name)?;
        let (controller, domain) = (host.is_controller(), host.domain().cloned());
        if let Some(domain) = domain.filter(|_| controller) {
            let principals = &self.principals;
            let home = self.domains.get_mut(&domain);
            return Ok(home
                .expect("a controller's domain exists")
                .authority
                .allocate(|sid| principals.contains(sid)));
        }
        Ok(self.host_mut(name)?.machine.allocate(|_| false))
    }
}

fn scope_name(scope: GroupScope) -> &'static str {
    match scope {
        GroupScope::DomainLocal => "domain local",
        GroupScope::Global => "global",
        GroupScope::Universal => "universal",
    }
}
