//! Policy processing: what applying the GPOs that reach a host does, and when (domain 4.8, 4.9).
//!
//! A refresh that would change nothing is not carried out. A host is put on the calendar when
//! something its policy depends on has changed, for its next scheduled refresh; so a year of
//! calendar in which nothing changes costs nothing.

use crate::base::{Fqdn, Moment, Sid};

use super::error::EstateError;
use super::estate::Estate;
use super::firewall::InboundRule;
use super::gpo::Gpo;
use super::host::Host;

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
    /// Unknown host, host down, a workgroup host, or no controller of the domain is up.
    pub fn gpupdate(&mut self, host: &Fqdn, at: Moment) -> Result<(), EstateError> {
        self.settle(at);
        let machine = self.host_or_err(host)?;
        if !machine.up {
            return Err(EstateError::HostDown { host: host.clone() });
        }
        let Some(domain) = machine.domain().cloned() else {
            return Err(EstateError::NotInADomain { host: host.clone() });
        };
        if !self.controllers(&domain).any(|dc| dc.up) {
            return Err(EstateError::NoController { domain });
        }
        self.host_mut(host)?.policy.forced = at.sim;
        self.refresh_policy(host);
        self.touch_machine(host);
        Ok(())
    }

    /// Carries out one refresh. A host that is down, or whose domain has no controller up, keeps
    /// what it has.
    pub(super) fn refresh_policy(&mut self, name: &Fqdn) {
        let Some(host) = self.hosts.get(name).filter(|host| host.up) else {
            return;
        };
        // A computer without an account cannot log on to read its policy.
        if !self.has_account(host) {
            return;
        }
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
                // Of a GPO linked twice the later processing is what remains.
                Ok(()) => {
                    applied.retain(|gpo| gpo.name != reach.gpo.name);
                    applied.push(reach.gpo.clone());
                }
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
