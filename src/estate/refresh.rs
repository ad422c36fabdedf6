//! Policy processing: which GPOs reach a host, what applying them does, and when (domain 4.7-4.9).
//!
//! A refresh that would change nothing is not carried out. A host is put on the calendar when
//! something its policy depends on has changed, for its next scheduled refresh; so a year of
//! calendar in which nothing changes costs nothing.

use crate::base::{Fqdn, Moment, Sid};

use super::error::EstateError;
use super::estate::Estate;
use super::firewall::InboundRule;
use super::gpo::{Gpo, LinkTarget};
use super::host::Host;
use super::policy::FilteredOut;

/// One GPO that reaches a host, or the reason why it does not apply.
#[derive(Debug, Clone)]
pub struct Reach<'a> {
    pub gpo: &'a Gpo,
    pub verdict: Result<(), FilteredOut>,
}

impl Estate {
    /// Does everything that is due up to `at`. Called before every evaluation and every change;
    /// costs nothing when nothing is due.
    pub fn settle(&mut self, at: Moment) {
        while let Some((time, _)) = self.due.first() {
            if *time > at.sim {
                break;
            }
            let (time, host) = self.due.pop_first().expect("looked at just now");
            self.now = self.now.max(time);
            let before = self.hosts.get(&host).map(|h| h.policy.clone());
            self.refresh_policy(&host);
            // The script's log tells the first run from the second, so a refresh that changed
            // something is followed by one more.
            if before != self.hosts.get(&host).map(|h| h.policy.clone()) {
                self.touch_machine(&host);
            }
        }
        self.now = self.now.max(at.sim);
    }

    /// Puts a host on the calendar, because something its policy sets or reads has changed.
    pub(super) fn touch_machine(&mut self, name: &Fqdn) {
        let Some(host) = self.hosts.get(name) else {
            return;
        };
        // Without a GPO in its domain no refresh can do anything, unless one did before.
        let policies = host.domain().and_then(|domain| self.domains.get(domain));
        let governed = policies.is_some_and(|domain| !domain.gpos.is_empty());
        if governed || !host.policy.applied.is_empty() {
            let next = host.policy.next_refresh(host.booted, self.now);
            self.due.insert((next, name.clone()));
        }
    }

    /// Puts every host of a domain on the calendar.
    pub(super) fn touch_domain(&mut self, domain: &Fqdn) {
        let members: Vec<Fqdn> = self
            .hosts
            .values()
            .filter(|host| host.domain() == Some(domain))
            .map(|host| host.fqdn.clone())
            .collect();
        for host in members {
            self.touch_machine(&host);
        }
    }

    /// Puts on the calendar whoever a change of the trustee's rights on a GPO can concern.
    pub(super) fn touch_trustee(&mut self, domain: &Fqdn, trustee: &Sid) {
        match self.host_of_account(trustee).map(|host| host.fqdn.clone()) {
            Some(host) => self.touch_machine(&host),
            None => self.touch_domain(domain),
        }
    }

    /// `gpupdate /force`.
    ///
    /// # Errors
    /// Unknown host, host down, or a workgroup host.
    pub fn gpupdate(&mut self, host: &Fqdn, at: Moment) -> Result<(), EstateError> {
        self.settle(at);
        let machine = self.host_mut(host)?;
        if !machine.up {
            return Err(EstateError::HostDown { host: host.clone() });
        }
        if machine.membership.is_none() {
            return Err(EstateError::NotInADomain { host: host.clone() });
        }
        machine.policy.forced = at.sim;
        self.refresh_policy(host);
        self.touch_machine(host);
        Ok(())
    }

    /// The GPOs of the host's domain that are linked where its account lies, in order of
    /// processing (domain root before organisational unit, each by name), with the verdict on
    /// each.
    pub fn policies_reaching<'a>(&'a self, host: &'a Host) -> Vec<Reach<'a>> {
        let Some(membership) = &host.membership else {
            return Vec::new();
        };
        let Some(domain) = self.domains.get(&membership.domain) else {
            return Vec::new();
        };
        let ou = membership.ou.as_deref().and_then(|ou| domain.ou(ou));
        let blocks = ou.is_some_and(|ou| ou.blocks_inheritance);
        let mut targets = vec![LinkTarget::DomainRoot];
        targets.extend(ou.map(|ou| LinkTarget::Ou(ou.name.to_lowercase())));
        let mut reached = Vec::new();
        for target in &targets {
            for gpo in domain.gpos.values() {
                let Some(link) = gpo.links.get(target) else {
                    continue;
                };
                let inherited = *target == LinkTarget::DomainRoot && ou.is_some();
                let verdict = if !link.enabled {
                    Err(FilteredOut::DisabledLink)
                } else if inherited && blocks && !link.enforced {
                    Err(FilteredOut::BlockedInheritance)
                } else if gpo.is_denied() {
                    Err(FilteredOut::NotApplied)
                } else if !gpo.applies_to(&host.policy.groups) {
                    Err(FilteredOut::Security)
                } else {
                    Ok(())
                };
                reached.push(Reach { gpo, verdict });
            }
        }
        reached
    }

    /// Carries out one refresh. A host that is down, or whose domain has no controller up, keeps
    /// what it has.
    pub(super) fn refresh_policy(&mut self, name: &Fqdn) {
        let Some(host) = self.hosts.get(name).filter(|host| host.up) else {
            return;
        };
        let Some(domain) = host.domain().cloned() else {
            return;
        };
        if !self.controllers(&domain).any(|dc| dc.up) {
            return;
        }
        let reached = self.policies_reaching(host);
        let mut applied: Vec<Gpo> = Vec::new();
        let mut filtered_out = std::collections::BTreeMap::new();
        for reach in reached {
            match reach.verdict {
                // A GPO linked twice is processed once, at its first place.
                Ok(()) if applied.iter().any(|gpo| gpo.name == reach.gpo.name) => {}
                Ok(()) => applied.push(reach.gpo.clone()),
                Err(reason) => {
                    filtered_out.insert(reach.gpo.name.clone(), reason);
                }
            }
        }
        filtered_out.retain(|name, _| !applied.iter().any(|gpo| gpo.name == *name));
        let host = self.hosts.get_mut(name).expect("looked up above");
        host.policy.applied = applied.iter().map(|gpo| gpo.name.clone()).collect();
        host.policy.filtered_out = filtered_out;
        apply_firewall(host, &applied);
        for script in applied
            .iter()
            .filter_map(|gpo| gpo.contents.script.as_ref())
        {
            self.run_script(name, script);
        }
        self.apply_restricted_groups(name, &applied);
    }

    /// Sets the membership of restricted groups, whatever it was. They come last, so that a
    /// conflicting GPO wins (domain 4.8, A5). Deviation: in Windows the outcome depends on which
    /// extension runs last; one order makes it repeatable.
    fn apply_restricted_groups(&mut self, host: &Fqdn, applied: &[Gpo]) {
        for gpo in applied {
            for (group, members) in &gpo.contents.restricted_groups {
                let local = self.local_groups_mut(host).ok();
                if let Some(local) = local.and_then(|groups| groups.get_mut(group)) {
                    local.members.clone_from(members);
                }
            }
        }
    }
}

/// Enables the predefined rules and replaces the rules that came with policies.
///
/// Deviation: Windows keeps the rules of a policy in a store of their own and drops them when the
/// policy no longer applies. Allowing rules stay here, because settings remain on a server that
/// is no longer managed (domain 12.7); rules of a GPO's own making, which model conflicts, go.
fn apply_firewall(host: &mut Host, applied: &[Gpo]) {
    for gpo in applied {
        for rule in &gpo.contents.firewall_rules {
            // A rule of a role the host does not have does not exist there.
            host.firewall.switch(rule, true);
        }
    }
    host.firewall.made.retain(|rule| rule.policy.is_none());
    for gpo in applied {
        let made = gpo.contents.made_rules.iter().map(|rule| InboundRule {
            policy: Some(gpo.name.clone()),
            ..rule.clone()
        });
        host.firewall.made.extend(made);
    }
}
