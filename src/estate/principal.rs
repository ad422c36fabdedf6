//! Who can be granted something: users, computers and groups of the domains.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{AccountName, Fqdn, Sid};
use crate::wire::windows::directory::GroupScope;

/// A user, computer or group of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    pub sid: Sid,
    pub account: AccountName,
    /// The name as it was written, for print: `IPAMUG`.
    pub display: String,
    pub domain: Fqdn,
    pub kind: PrincipalKind,
}

/// What a principal is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrincipalKind {
    User {
        password: String,
    },
    Computer {
        /// The machine's own secret, which nobody types.
        password: String,
        host: Fqdn,
    },
    Group {
        scope: GroupScope,
        /// Direct members.
        members: BTreeSet<Sid>,
    },
}

impl Principal {
    /// `CORP\IPAMUG`: the domain and the name as written.
    pub fn down_level(&self) -> String {
        format!("{}\\{}", self.account.domain(), self.display)
    }

    /// Direct members, if it is a group.
    pub fn members(&self) -> Option<&BTreeSet<Sid>> {
        match &self.kind {
            PrincipalKind::Group { members, .. } => Some(members),
            _ => None,
        }
    }

    /// Its scope, if it is a group.
    pub fn scope(&self) -> Option<GroupScope> {
        match &self.kind {
            PrincipalKind::Group { scope, .. } => Some(*scope),
            _ => None,
        }
    }

    /// The secret it logs on with, if it can log on.
    pub fn password(&self) -> Option<&str> {
        match &self.kind {
            PrincipalKind::User { password } | PrincipalKind::Computer { password, .. } => {
                Some(password)
            }
            PrincipalKind::Group { .. } => None,
        }
    }
}

/// All principals of the estate, by SID and by name, with memberships kept both ways round.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Principals {
    by_sid: BTreeMap<Sid, Principal>,
    by_name: BTreeMap<AccountName, Sid>,
    /// Member to the groups that hold it directly; no empty entries.
    member_of: BTreeMap<Sid, BTreeSet<Sid>>,
}

impl Principals {
    pub fn get(&self, sid: &Sid) -> Option<&Principal> {
        self.by_sid.get(sid)
    }

    pub fn named(&self, account: &AccountName) -> Option<&Principal> {
        self.by_sid.get(self.by_name.get(account)?)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Principal> {
        self.by_sid.values()
    }

    pub fn contains(&self, sid: &Sid) -> bool {
        self.by_sid.contains_key(sid)
    }

    /// Adds one; false if its name or SID is taken.
    pub(super) fn insert(&mut self, principal: Principal) -> bool {
        if self.by_name.contains_key(&principal.account) || self.contains(&principal.sid) {
            return false;
        }
        self.by_name
            .insert(principal.account.clone(), principal.sid.clone());
        self.by_sid.insert(principal.sid.clone(), principal);
        true
    }

    /// Takes one away, with every membership it had and gave.
    pub(super) fn remove(&mut self, sid: &Sid) -> Option<Principal> {
        let gone = self.by_sid.remove(sid)?;
        self.by_name.remove(&gone.account);
        for member in gone.members().into_iter().flatten() {
            self.forget(member, sid);
        }
        for group in self.member_of.remove(sid).unwrap_or_default() {
            if let Some(members) = self.members_mut(&group) {
                members.remove(sid);
            }
        }
        Some(gone)
    }

    fn forget(&mut self, member: &Sid, group: &Sid) {
        if let Some(groups) = self.member_of.get_mut(member) {
            groups.remove(group);
            if groups.is_empty() {
                self.member_of.remove(member);
            }
        }
    }

    fn members_mut(&mut self, group: &Sid) -> Option<&mut BTreeSet<Sid>> {
        match &mut self.by_sid.get_mut(group)?.kind {
            PrincipalKind::Group { members, .. } => Some(members),
            _ => None,
        }
    }

    /// Makes `member` a direct member; false if it was one or `group` is no group.
    pub(super) fn add_member(&mut self, group: &Sid, member: &Sid) -> bool {
        let added = self
            .members_mut(group)
            .is_some_and(|members| members.insert(member.clone()));
        if added {
            self.member_of
                .entry(member.clone())
                .or_default()
                .insert(group.clone());
        }
        added
    }

    /// Ends a direct membership; false if there was none.
    pub(super) fn remove_member(&mut self, group: &Sid, member: &Sid) -> bool {
        let removed = self
            .members_mut(group)
            .is_some_and(|members| members.remove(member));
        if removed {
            self.forget(member, group);
        }
        removed
    }

    /// Every group among `wanted` scopes that holds one of `sids`, directly or through groups.
    /// The result holds `sids` too.
    pub(super) fn expand(
        &self,
        sids: impl IntoIterator<Item = Sid>,
        wanted: impl Fn(&Principal, GroupScope) -> bool,
    ) -> BTreeSet<Sid> {
        let mut found: BTreeSet<Sid> = sids.into_iter().collect();
        let mut open: Vec<Sid> = found.iter().cloned().collect();
        while let Some(sid) = open.pop() {
            for group in self.member_of.get(&sid).into_iter().flatten() {
                let counts = self
                    .by_sid
                    .get(group)
                    .is_some_and(|p| p.scope().is_some_and(|scope| wanted(p, scope)));
                if counts && found.insert(group.clone()) {
                    open.push(group.clone());
                }
            }
        }
        found
    }

    /// A way from `start` down its members to `target`, if there is one.
    pub(super) fn path_down(&self, start: &Sid, target: &Sid) -> Option<Vec<Sid>> {
        let mut came_from: BTreeMap<Sid, Sid> = BTreeMap::new();
        let mut open = vec![start.clone()];
        while let Some(sid) = open.pop() {
            if sid == *target {
                let mut path = vec![sid.clone()];
                let mut at = &sid;
                while let Some(before) = came_from.get(at) {
                    path.push(before.clone());
                    at = before;
                }
                path.reverse();
                return Some(path);
            }
            for member in self
                .get(&sid)
                .and_then(Principal::members)
                .into_iter()
                .flatten()
            {
                if member != start && !came_from.contains_key(member) {
                    came_from.insert(member.clone(), sid.clone());
                    open.push(member.clone());
                }
            }
        }
        None
    }
}
