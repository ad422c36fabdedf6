//! Creating, filling, linking, filtering, delegating and deleting GPOs.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Fqdn, Moment, Sid};

use super::error::{EstateError, Hint};
use super::estate::Estate;
use super::gpo::{FUNCTIONALITY_VERSION, Gpo, GpoSettings, Link, LinkTarget};
use super::sid::{self, rid, well_known};

impl Estate {
    /// Creates an empty GPO: version zero, filtered to Authenticated Users, linked nowhere.
    ///
    /// # Errors
    /// Unknown domain, or a GPO of that name exists there.
    pub fn create_gpo(
        &mut self,
        domain: &Fqdn,
        name: &str,
        owner: &Sid,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        let guid = sid::guid(self.seed, &format!("gpo/{domain}/{name}"));
        let home = self.domain_mut(domain)?;
        if home.gpo(name).is_some() {
            return Err(EstateError::AlreadyExists {
                name: name.to_owned(),
                place: domain.to_string(),
            });
        }
        let gpo = Gpo {
            name: name.to_owned(),
            domain: domain.clone(),
            guid,
            owner: owner.clone(),
            version: 0,
            functionality: FUNCTIONALITY_VERSION,
            contents: GpoSettings::default(),
            filter: BTreeSet::from([well_known(sid::AUTHENTICATED_USERS)]),
            deny: BTreeSet::new(),
            delegates: BTreeSet::new(),
            links: BTreeMap::new(),
        };
        home.gpos.insert(name.to_lowercase(), gpo);
        Ok(())
    }

    /// Replaces the contents and counts the version up.
    ///
    /// # Errors
    /// Unknown domain or GPO.
    pub fn import_gpo(
        &mut self,
        domain: &Fqdn,
        name: &str,
        contents: GpoSettings,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.edit_gpo(domain, name, at, |gpo| {
            gpo.contents = contents;
            gpo.version += 1;
        })
    }

    /// Links the GPO, or changes the switches of a link it has.
    ///
    /// # Errors
    /// Unknown domain, GPO or organisational unit.
    pub fn link_gpo(
        &mut self,
        domain: &Fqdn,
        name: &str,
        target: LinkTarget,
        link: Link,
        at: Moment,
    ) -> Result<(), EstateError> {
        let target = self.known_target(domain, target)?;
        self.edit_gpo(domain, name, at, |gpo| {
            gpo.links.insert(target, link);
        })
    }

    /// Takes a link away.
    ///
    /// # Errors
    /// Unknown domain, GPO or organisational unit, or no such link.
    pub fn unlink_gpo(
        &mut self,
        domain: &Fqdn,
        name: &str,
        target: LinkTarget,
        at: Moment,
    ) -> Result<(), EstateError> {
        let target = self.known_target(domain, target)?;
        let mut found = false;
        self.edit_gpo(domain, name, at, |gpo| {
            found = gpo.links.remove(&target).is_some();
        })?;
        if found {
            return Ok(());
        }
        let what = format!("removing the link of `{name}`");
        Err(EstateError::NoChange { what })
    }

    fn known_target(&self, domain: &Fqdn, target: LinkTarget) -> Result<LinkTarget, EstateError> {
        let LinkTarget::Ou(name) = target else {
            return Ok(target);
        };
        let home = self.find_domain(domain.as_str())?;
        match home.ou(&name) {
            Some(ou) => Ok(LinkTarget::Ou(ou.name.to_lowercase())),
            None => Err(EstateError::UnknownOu {
                domain: domain.clone(),
                hint: Hint::nearest(&name, home.ous.values().map(|ou| ou.name.as_str())),
                name,
            }),
        }
    }

    /// Lets policies of the domain root pass an organisational unit, or not.
    ///
    /// # Errors
    /// Unknown domain or organisational unit.
    pub fn set_inheritance_block(
        &mut self,
        domain: &Fqdn,
        ou: &str,
        blocked: bool,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        self.known_target(domain, LinkTarget::Ou(ou.to_owned()))?;
        let home = self.domain_mut(domain)?;
        if let Some(ou) = home.ous.get_mut(&ou.to_lowercase()) {
            ou.blocks_inheritance = blocked;
        }
        self.touch_domain(domain);
        Ok(())
    }

    /// Moves a computer account into an organisational unit, or out of any.
    ///
    /// # Errors
    /// Unknown host or organisational unit, or a workgroup host.
    pub fn move_to_ou(
        &mut self,
        host: &Fqdn,
        ou: Option<&str>,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        let domain = self.host_or_err(host)?.domain().cloned();
        let domain = domain.ok_or_else(|| EstateError::NotInADomain { host: host.clone() })?;
        if let Some(ou) = ou {
            self.known_target(&domain, LinkTarget::Ou(ou.to_owned()))?;
        }
        if let Some(membership) = &mut self.host_mut(host)?.membership {
            membership.ou = ou.map(str::to_owned);
        }
        self.touch_machine(host);
        Ok(())
    }

    /// Deletes a GPO with its links. What it set on servers stays there.
    ///
    /// # Errors
    /// Unknown domain or GPO.
    pub fn delete_gpo(&mut self, domain: &Fqdn, name: &str, at: Moment) -> Result<(), EstateError> {
        self.edit_gpo(domain, name, at, |_| ())?;
        self.domain_mut(domain)?.gpos.remove(&name.to_lowercase());
        Ok(())
    }

    /// Gives or takes the *Apply Group Policy* right. Returns whether anything changed.
    ///
    /// # Errors
    /// Unknown domain or GPO.
    pub fn set_gpo_filter(
        &mut self,
        domain: &Fqdn,
        name: &str,
        trustee: &Sid,
        apply: bool,
        at: Moment,
    ) -> Result<bool, EstateError> {
        self.settle(at);
        let gpo = self.gpo_mut(domain, name)?;
        let changed = if apply {
            gpo.filter.insert(trustee.clone())
        } else {
            gpo.filter.remove(trustee)
        };
        if changed {
            self.touch_trustee(domain, trustee);
        }
        Ok(changed)
    }

    /// Denies *Apply Group Policy*, or lifts the denial. Returns whether anything changed.
    ///
    /// # Errors
    /// Unknown domain or GPO.
    pub fn set_gpo_deny(
        &mut self,
        domain: &Fqdn,
        name: &str,
        trustee: &Sid,
        deny: bool,
        at: Moment,
    ) -> Result<bool, EstateError> {
        self.settle(at);
        let gpo = self.gpo_mut(domain, name)?;
        let changed = if deny {
            gpo.deny.insert(trustee.clone())
        } else {
            gpo.deny.remove(trustee)
        };
        if changed {
            self.touch_trustee(domain, trustee);
        }
        Ok(changed)
    }

    /// Grants edit settings, delete and modify security. Returns whether anything changed.
    ///
    /// # Errors
    /// Unknown domain or GPO.
    pub fn delegate_gpo(
        &mut self,
        domain: &Fqdn,
        name: &str,
        trustee: &Sid,
        at: Moment,
    ) -> Result<bool, EstateError> {
        self.settle(at);
        let delegates = &mut self.gpo_mut(domain, name)?.delegates;
        Ok(delegates.insert(trustee.clone()))
    }

    /// Sets version and functionality version as a broken replication may leave them.
    ///
    /// # Errors
    /// Unknown domain or GPO.
    pub fn set_gpo_versions(
        &mut self,
        domain: &Fqdn,
        name: &str,
        version: u32,
        functionality: u32,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.edit_gpo(domain, name, at, |gpo| {
            gpo.version = version;
            gpo.functionality = functionality;
        })
    }

    fn edit_gpo(
        &mut self,
        domain: &Fqdn,
        name: &str,
        at: Moment,
        edit: impl FnOnce(&mut Gpo),
    ) -> Result<(), EstateError> {
        self.settle(at);
        edit(self.gpo_mut(domain, name)?);
        self.touch_domain(domain);
        Ok(())
    }

    fn gpo_mut(&mut self, domain: &Fqdn, name: &str) -> Result<&mut Gpo, EstateError> {
        let home = self.domain_mut(domain)?;
        let key = name.to_lowercase();
        if home.gpos.contains_key(&key) {
            return Ok(home.gpos.get_mut(&key).expect("found just now"));
        }
        Err(EstateError::UnknownGpo {
            domain: domain.clone(),
            name: name.to_owned(),
            hint: Hint::nearest(name, home.gpos.values().map(|gpo| gpo.name.as_str())),
        })
    }

    /// Whether a holder of `token` may write to the directory of `domain`: Domain Admins there,
    /// Enterprise Admins of its forest, or Builtin Administrators.
    pub fn may_administer_domain(&self, token: &BTreeSet<Sid>, domain: &Fqdn) -> bool {
        let admins = self.domain_rid(domain, rid::DOMAIN_ADMINS);
        let enterprise = self.enterprise_admins(domain);
        [admins, enterprise, Some(well_known(sid::ADMINISTRATORS))]
            .into_iter()
            .flatten()
            .any(|sid| token.contains(&sid))
    }

    /// Whether a holder of `token` may edit a GPO: an administrator of the domain, the owner, or
    /// a delegate (domain 4.7).
    pub fn may_edit_gpo(&self, token: &BTreeSet<Sid>, domain: &Fqdn, gpo: &Gpo) -> bool {
        token.contains(&gpo.owner)
            || !gpo.delegates.is_disjoint(token)
            || self.may_administer_domain(token, domain)
    }
}

impl Default for Link {
    /// Enabled, not enforced.
    fn default() -> Link {
        Link {
            enabled: true,
            enforced: false,
        }
    }
}
