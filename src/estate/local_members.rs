//! Groups of a machine: who may be a member, and the edits themselves (domain 4.4 rows 1, 7, 9).

use crate::base::{Fqdn, Moment, Sid};
use crate::wire::windows::directory::GroupScope;

use super::error::{EstateError, Hint};
use super::estate::Estate;
use super::host::LocalGroup;
use super::members::{LOCAL_RULE, TRUST_RULE};

impl Estate {
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
