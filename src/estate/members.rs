//! Who may be a member of what: group scopes, trusts, circles; and the edits themselves.

use crate::base::{Fqdn, Moment, Sid};
use crate::wire::windows::directory::GroupScope;

use super::error::{EstateError, Hint};
use super::estate::Estate;
use super::principal::{Principal, PrincipalKind};
use super::sid;

const GLOBAL_RULE: &str = "only accounts and global groups of its own domain";
const UNIVERSAL_RULE: &str = "only accounts, global and universal groups of its own forest";
pub(super) const LOCAL_RULE: &str = "domain local groups of other domains cannot be members";
pub(super) const TRUST_RULE: &str = "its forest does not trust the member's forest";

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
        let sid = self.create_principal(domain, name, None, kind)?;
        self.new_groups.insert(sid.clone(), at.sim);
        Ok(sid)
    }

    /// Whether the directory of `domain` knows an account or group: one made a moment ago in
    /// another domain has yet to replicate.
    pub fn is_known_in(&self, sid: &Sid, domain: &Fqdn, at: Moment) -> bool {
        let Some(principal) = self.principals.get(sid) else {
            return false;
        };
        let made = self.new_groups.get(sid);
        principal.domain == *domain
            || made.is_none_or(|made| at.sim >= made.after(self.replication))
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
}

fn scope_name(scope: GroupScope) -> &'static str {
    match scope {
        GroupScope::DomainLocal => "domain local",
        GroupScope::Global => "global",
        GroupScope::Universal => "universal",
    }
}
