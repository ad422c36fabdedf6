//! Every setting an administrator makes by hand on a machine, and its undoing (domain 4.4).
//!
//! Each change settles the calendar first, names what it was about when it cannot be made, and
//! puts the machine on the calendar, because the next policy refresh may say otherwise.

use std::rc::Rc;
use std::time::Duration;

use crate::base::{Fqdn, Moment, Sid};

use super::dns_acl::POLLING_BOUNDS;
use super::error::{EstateError, Hint};
use super::estate::Estate;
use super::firewall::InboundRule;
use super::share::{FolderContents, FolderHook};

impl Estate {
    /// `netsh advfirewall firewall set rule name="<rule>" new enable=yes`. Returns whether
    /// anything changed.
    ///
    /// # Errors
    /// Unknown host, or no rule of that name there.
    pub fn enable_firewall_rule(
        &mut self,
        host: &Fqdn,
        rule: &str,
        at: Moment,
    ) -> Result<bool, EstateError> {
        self.switch_rule(host, rule, true, at)
    }

    /// `netsh advfirewall firewall set rule name="<rule>" new enable=no`. Returns whether
    /// anything changed.
    ///
    /// # Errors
    /// Unknown host, or no rule of that name there.
    pub fn disable_firewall_rule(
        &mut self,
        host: &Fqdn,
        rule: &str,
        at: Moment,
    ) -> Result<bool, EstateError> {
        self.switch_rule(host, rule, false, at)
    }

    fn switch_rule(
        &mut self,
        host: &Fqdn,
        rule: &str,
        on: bool,
        at: Moment,
    ) -> Result<bool, EstateError> {
        self.settle(at);
        let machine = self.host_mut(host)?;
        let Some(changed) = machine.firewall.switch(rule, on) else {
            return Err(EstateError::UnknownFirewallRule {
                host: host.clone(),
                name: rule.to_owned(),
                hint: Hint::nearest(rule, machine.firewall.names()),
            });
        };
        self.touch_machine(host);
        Ok(changed)
    }

    /// Makes an inbound rule, blocking or allowing.
    ///
    /// # Errors
    /// Unknown host, or a rule of that name exists there.
    pub fn add_firewall_rule(
        &mut self,
        host: &Fqdn,
        rule: InboundRule,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        let firewall = &mut self.host_mut(host)?.firewall;
        if firewall
            .names()
            .any(|name| name.eq_ignore_ascii_case(&rule.name))
        {
            return Err(EstateError::AlreadyExists {
                name: rule.name,
                place: host.to_string(),
            });
        }
        firewall.made.push(rule);
        self.touch_machine(host);
        Ok(())
    }

    /// Deletes a made rule. Predefined rules are disabled, not deleted.
    ///
    /// # Errors
    /// Unknown host, or no made rule of that name there.
    pub fn remove_firewall_rule(
        &mut self,
        host: &Fqdn,
        rule: &str,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        let made = &mut self.host_mut(host)?.firewall.made;
        let Some(place) = made.iter().position(|r| r.name.eq_ignore_ascii_case(rule)) else {
            return Err(EstateError::UnknownFirewallRule {
                host: host.clone(),
                name: rule.to_owned(),
                hint: Hint::nearest(rule, made.iter().map(|r| r.name.as_str())),
            });
        };
        made.remove(place);
        self.touch_machine(host);
        Ok(())
    }

    pub(super) fn not_granted(&self, trustee: &Sid, object: &str) -> EstateError {
        EstateError::NotGranted {
            trustee: self.name_of(trustee),
            object: object.to_owned(),
        }
    }

    /// Sets how often a DNS service re-reads the directory's access list.
    ///
    /// # Errors
    /// Unknown host, or an interval outside 30 to 3600 s (domain 4.3).
    pub fn set_ds_polling_interval(
        &mut self,
        host: &Fqdn,
        interval: Duration,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        if interval < POLLING_BOUNDS.0 || interval > POLLING_BOUNDS.1 {
            return Err(EstateError::OutOfBounds {
                value: format!("{} s", interval.as_secs()),
                rule: "a polling interval is 30 to 3600 s",
            });
        }
        self.host_mut(host)?.ds_polling_interval = interval;
        Ok(())
    }

    /// Grants read on the domain's DNS object (domain 4.2 row 5). Returns whether anything
    /// changed.
    ///
    /// # Errors
    /// Unknown domain, or the domain has no such object (P5).
    pub fn grant_dns_read(
        &mut self,
        domain: &Fqdn,
        trustee: &Sid,
        at: Moment,
    ) -> Result<bool, EstateError> {
        self.settle(at);
        let acl = self.domain_mut(domain)?.dns_acl.as_mut();
        let acl = acl.ok_or_else(|| EstateError::NoMicrosoftDns {
            domain: domain.clone(),
        })?;
        let new = !acl.current().contains(trustee);
        acl.change(at.sim, |readers| {
            readers.insert(trustee.clone());
        });
        Ok(new)
    }

    /// Takes read on the domain's DNS object away.
    ///
    /// # Errors
    /// Unknown domain, no such object, or the trustee has no grant there.
    pub fn revoke_dns_read(
        &mut self,
        domain: &Fqdn,
        trustee: &Sid,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        let missing = self.not_granted(trustee, "CN=MicrosoftDNS,CN=System");
        let acl = self.domain_mut(domain)?.dns_acl.as_mut();
        let acl = acl.ok_or_else(|| EstateError::NoMicrosoftDns {
            domain: domain.clone(),
        })?;
        if !acl.current().contains(trustee) {
            return Err(missing);
        }
        acl.change(at.sim, |readers| {
            readers.remove(trustee);
        });
        Ok(())
    }

    /// Puts a DHCP server on its forest's list of authorised servers, or takes it off
    /// (domain 3.2).
    ///
    /// # Errors
    /// Unknown host, a workgroup host, or nothing to change.
    pub fn set_dhcp_authorised(
        &mut self,
        host: &Fqdn,
        listed: bool,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        let domain = self.host_or_err(host)?.domain().cloned();
        let domain = domain.ok_or_else(|| EstateError::NotInADomain { host: host.clone() })?;
        let forest = self.find_domain(domain.as_str())?.forest.clone();
        let list = self.authorised_dhcp.entry(forest).or_default();
        let changed = match listed {
            true => list.insert(host.clone()),
            false => list.remove(host),
        };
        if changed {
            return Ok(());
        }
        let word = if listed {
            "authorising"
        } else {
            "unauthorising"
        };
        let what = format!("{word} `{host}`");
        Err(EstateError::NoChange { what })
    }

    /// Writes an event record and returns its number in the channel.
    ///
    /// # Errors
    /// Unknown host or channel.
    pub fn append_event(
        &mut self,
        host: &Fqdn,
        channel: &str,
        event: u32,
        data: Vec<String>,
        at: Moment,
    ) -> Result<u64, EstateError> {
        let machine = self.host_mut(host)?;
        let known = |name: &str| name.eq_ignore_ascii_case(channel);
        if let Some((_, log)) = machine.channels.iter_mut().find(|(name, _)| known(name)) {
            return Ok(log.append(event, at.wall, data));
        }
        Err(EstateError::UnknownChannel {
            host: host.clone(),
            name: channel.to_owned(),
            hint: Hint::nearest(channel, machine.channels.keys()),
        })
    }

    /// Whoever shows the files of a host's folders.
    pub fn set_folder_contents(&mut self, host: &Fqdn, contents: Rc<dyn FolderContents>) {
        self.folders.insert(host.clone(), FolderHook(contents));
    }

    /// Lets go of whoever shows files, who may know whoever knows this estate.
    pub fn forget_folder_contents(&mut self) {
        self.folders.clear();
    }

    /// The files of a host's folders, if anybody shows them.
    pub fn folder_contents(&self, host: &Fqdn) -> Option<Rc<dyn FolderContents>> {
        self.folders.get(host).map(|hook| hook.0.clone())
    }
}
