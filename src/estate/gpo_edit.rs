//! Creating, filling, linking, filtering, delegating and deleting GPOs.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Fqdn, Moment, Sid};

use super::error::{EstateError, Hint};
use super::estate::Estate;
use super::gpo::{FUNCTIONALITY_VERSION, Gpo, GpoSettings, Link, LinkTarget};
use super::sid::{self, well_known};

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
            created: at.wall,
            modified: at.wall,
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
        self.settle(at);
        let target = self.known_target(domain, target)?;
        self.gpo_mut(domain, name)?;
        let link = self.place_link(domain, name, &target, link)?;
        self.edit_gpo(domain, name, at, |gpo| {
            gpo.links.insert(target, link);
        })
    }

    /// Makes room for a link at the place it asks for; without one a link that exists keeps its
    /// place, and a new one goes to the end.
    fn place_link(
        &mut self,
        domain: &Fqdn,
        name: &str,
        target: &LinkTarget,
        link: Link,
    ) -> Result<Link, EstateError> {
        let key = name.to_lowercase();
        let home = self.domain_mut(domain)?;
        let known = home.gpos.get(&key).and_then(|gpo| gpo.links.get(target));
        let known = known.map(|link| link.order);
        let others = home.gpos.iter_mut().filter(|(other, _)| **other != key);
        let mut others: Vec<&mut Link> = others
            .filter_map(|(_, gpo)| gpo.links.get_mut(target))
            .collect();
        others.sort_by_key(|link| link.order);
        let end = u32::try_from(others.len()).unwrap_or(u32::MAX - 1) + 1;
        let order = match link.order {
            0 => known.unwrap_or(end),
            wanted => wanted.min(end),
        };
        let places = (1..).filter(|place| *place != order);
        for (link, place) in others.into_iter().zip(places) {
            link.order = place;
        }
        Ok(Link { order, ..link })
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
        let gpo = self.gpo_mut(domain, name)?;
        edit(gpo);
        gpo.modified = at.wall;
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
}

impl Default for Link {
    /// Enabled, not enforced.
    fn default() -> Link {
        Link {
            enabled: true,
            enforced: false,
            order: 0,
        }
    }
}
