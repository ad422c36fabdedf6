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
use super::registry::{DHCP_LOG_FILE_PATH, DNS_CUSTOM_SD};
use super::sddl;
use super::share::{FolderContents, FolderHook, Share, folder_key};

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

    /// `net share <name>="<path>"`, with nobody granted.
    ///
    /// # Errors
    /// Unknown host, or a share of that name exists there.
    pub fn add_share(
        &mut self,
        host: &Fqdn,
        name: &str,
        path: &str,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        let shares = &mut self.host_mut(host)?.shares;
        let key = name.to_ascii_lowercase();
        if shares.contains_key(&key) {
            return Err(EstateError::AlreadyExists {
                name: name.to_owned(),
                place: host.to_string(),
            });
        }
        let share = Share {
            name: name.to_owned(),
            path: path.to_owned(),
            readers: Default::default(),
        };
        shares.insert(key, share);
        self.touch_machine(host);
        Ok(())
    }

    /// `net share <name> /delete`. Gives back what it was.
    ///
    /// # Errors
    /// Unknown host or share.
    pub fn remove_share(
        &mut self,
        host: &Fqdn,
        name: &str,
        at: Moment,
    ) -> Result<Share, EstateError> {
        self.settle(at);
        self.share_mut(host, name)?;
        let shares = &mut self.host_mut(host)?.shares;
        let gone = shares.remove(&name.to_ascii_lowercase());
        self.touch_machine(host);
        Ok(gone.expect("found just now"))
    }

    fn share_mut(&mut self, host: &Fqdn, name: &str) -> Result<&mut Share, EstateError> {
        let machine = self.host_mut(host)?;
        let key = name.to_ascii_lowercase();
        if machine.shares.contains_key(&key) {
            return Ok(machine.shares.get_mut(&key).expect("found just now"));
        }
        Err(EstateError::UnknownShare {
            host: host.clone(),
            name: name.to_owned(),
            hint: Hint::nearest(name, machine.shares.values().map(|s| s.name.as_str())),
        })
    }

    /// Grants Read on a share. Returns whether anything changed.
    ///
    /// # Errors
    /// Unknown host or share.
    pub fn grant_share(
        &mut self,
        host: &Fqdn,
        name: &str,
        trustee: &Sid,
        at: Moment,
    ) -> Result<bool, EstateError> {
        self.settle(at);
        let changed = self.share_mut(host, name)?.readers.insert(trustee.clone());
        self.touch_machine(host);
        Ok(changed)
    }

    /// Takes Read on a share away.
    ///
    /// # Errors
    /// Unknown host or share, or the trustee has no grant.
    pub fn revoke_share(
        &mut self,
        host: &Fqdn,
        name: &str,
        trustee: &Sid,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        if !self.share_mut(host, name)?.readers.remove(trustee) {
            return Err(self.not_granted(trustee, name));
        }
        self.touch_machine(host);
        Ok(())
    }

    fn not_granted(&self, trustee: &Sid, object: &str) -> EstateError {
        EstateError::NotGranted {
            trustee: self.name_of(trustee),
            object: object.to_owned(),
        }
    }

    /// Grants Read on a folder of the disk. Returns whether anything changed.
    ///
    /// # Errors
    /// Unknown host.
    pub fn grant_ntfs(
        &mut self,
        host: &Fqdn,
        folder: &str,
        trustee: &Sid,
        at: Moment,
    ) -> Result<bool, EstateError> {
        self.settle(at);
        let ntfs = &mut self.host_mut(host)?.ntfs;
        let readers = ntfs.entry(folder_key(folder)).or_default();
        Ok(readers.insert(trustee.clone()))
    }

    /// Takes Read on a folder of the disk away.
    ///
    /// # Errors
    /// Unknown host, or the trustee has no grant there.
    pub fn revoke_ntfs(
        &mut self,
        host: &Fqdn,
        folder: &str,
        trustee: &Sid,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        let ntfs = &mut self.host_mut(host)?.ntfs;
        let readers = ntfs.get_mut(&folder_key(folder));
        if readers.is_some_and(|readers| readers.remove(trustee)) {
            Ok(())
        } else {
            Err(self.not_granted(trustee, folder))
        }
    }

    /// Moves the DHCP audit log: the registry value names the new folder, which takes the old
    /// one's permissions along. A share made on the old folder does not follow (A6).
    ///
    /// # Errors
    /// Unknown host, or it has no DHCP Server.
    pub fn set_dhcp_log_path(
        &mut self,
        host: &Fqdn,
        folder: &str,
        at: Moment,
    ) -> Result<(), EstateError> {
        let old = self.set_registry(host, DHCP_LOG_FILE_PATH, folder, at)?;
        let ntfs = &mut self.host_mut(host)?.ntfs;
        if let Some(readers) = ntfs.remove(&folder_key(&old)) {
            ntfs.insert(folder_key(folder), readers);
        }
        Ok(())
    }

    /// Sets a registry value that exists and gives the old text back.
    ///
    /// # Errors
    /// Unknown host or value.
    pub fn set_registry(
        &mut self,
        host: &Fqdn,
        value: &str,
        text: &str,
        at: Moment,
    ) -> Result<String, EstateError> {
        self.settle(at);
        let path = self.registry_path(host, value)?;
        let registry = &mut self.host_mut(host)?.registry;
        let old = registry.set(path, text.to_owned()).unwrap_or_default();
        self.touch_machine(host);
        Ok(old.into_owned())
    }

    /// Creates or overwrites a registry value by its full path.
    ///
    /// # Errors
    /// Unknown host.
    pub fn create_registry(
        &mut self,
        host: &Fqdn,
        path: &str,
        text: &str,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        self.host_mut(host)?
            .registry
            .set(path.to_owned(), text.to_owned());
        self.touch_machine(host);
        Ok(())
    }

    /// Deletes a registry value and gives its text back.
    ///
    /// # Errors
    /// Unknown host or value.
    pub fn delete_registry(
        &mut self,
        host: &Fqdn,
        value: &str,
        at: Moment,
    ) -> Result<String, EstateError> {
        self.settle(at);
        let path = self.registry_path(host, value)?;
        let old = self.host_mut(host)?.registry.remove(&path);
        self.touch_machine(host);
        Ok(old.unwrap_or_default().into_owned())
    }

    fn registry_path(&self, host: &Fqdn, value: &str) -> Result<String, EstateError> {
        let registry = &self.host_or_err(host)?.registry;
        registry.full_path(value).map(str::to_owned).ok_or_else(|| {
            EstateError::UnknownRegistryValue {
                host: host.clone(),
                name: value.to_owned(),
                hint: Hint::nearest(value, registry.names()),
            }
        })
    }

    /// Appends `(A;;0x1;;;<SID>)` to the `CustomSD` value of the `DNS Server` log, as domain 4.4
    /// row 11 has a person do it. Returns whether anything changed.
    ///
    /// # Errors
    /// Unknown host, or the value does not exist.
    pub fn grant_dns_event_log(
        &mut self,
        host: &Fqdn,
        trustee: &Sid,
        at: Moment,
    ) -> Result<bool, EstateError> {
        self.settle(at);
        let path = self.registry_path(host, DNS_CUSTOM_SD)?;
        let old = self
            .host_or_err(host)?
            .registry
            .get(&path)
            .unwrap_or_default();
        let ace = sddl::allow_ace(sddl::EVENT_LOG_READ_RIGHTS, trustee);
        if old.contains(&ace) {
            return Ok(false);
        }
        let text = sddl::append(old, &ace);
        self.set_registry(host, &path, &text, at)?;
        Ok(true)
    }

    /// Takes the trustee's entries out of `CustomSD` again.
    ///
    /// # Errors
    /// Unknown host, no such value, or no entry for the trustee.
    pub fn revoke_dns_event_log(
        &mut self,
        host: &Fqdn,
        trustee: &Sid,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        let path = self.registry_path(host, DNS_CUSTOM_SD)?;
        let old = self
            .host_or_err(host)?
            .registry
            .get(&path)
            .unwrap_or_default();
        let text = sddl::without(old, trustee).ok_or_else(|| self.not_granted(trustee, &path))?;
        self.set_registry(host, &path, &text, at)?;
        Ok(())
    }

    /// `sc sdset <service> "..."` with the entry of domain 4.2 row 12 put first. Returns whether
    /// anything changed.
    ///
    /// # Errors
    /// Unknown host or service.
    pub fn grant_service_access(
        &mut self,
        host: &Fqdn,
        service: &str,
        trustee: &Sid,
        at: Moment,
    ) -> Result<bool, EstateError> {
        let old = self.service_or_err(host, service)?.sddl.clone();
        let ace = sddl::allow_ace(sddl::SERVICE_READ_RIGHTS, trustee);
        if old.contains(&ace) {
            return Ok(false);
        }
        let text = sddl::insert_first(&old, &ace).unwrap_or_else(|| sddl::append(&old, &ace));
        self.set_service_sddl(host, service, &text, at)?;
        Ok(true)
    }

    /// Takes the trustee's entries out of a service's access list again.
    ///
    /// # Errors
    /// Unknown host or service, or no entry for the trustee.
    pub fn revoke_service_access(
        &mut self,
        host: &Fqdn,
        service: &str,
        trustee: &Sid,
        at: Moment,
    ) -> Result<(), EstateError> {
        let old = &self.service_or_err(host, service)?.sddl;
        let text = sddl::without(old, trustee).ok_or_else(|| self.not_granted(trustee, service))?;
        self.set_service_sddl(host, service, &text, at)
    }

    /// `sc sdset <service> "<text>"`.
    ///
    /// # Errors
    /// Unknown host or service, or a text that is no security descriptor.
    pub fn set_service_sddl(
        &mut self,
        host: &Fqdn,
        service: &str,
        text: &str,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        sddl::parse_dacl(text)?;
        self.service_or_err(host, service)?;
        if let Some(service) = self.host_mut(host)?.service_mut(service) {
            service.sddl = text.to_owned().into();
        }
        self.touch_machine(host);
        Ok(())
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
        let hint = Hint::nearest(channel, machine.channels.keys());
        let mut channels = machine.channels.iter_mut();
        channels
            .find(|(known, _)| known.eq_ignore_ascii_case(channel))
            .map(|(_, channel)| channel.append(event, at.wall, data))
            .ok_or_else(|| EstateError::UnknownChannel {
                host: host.clone(),
                name: channel.to_owned(),
                hint,
            })
    }

    /// Whoever shows the files of a host's folders.
    pub fn set_folder_contents(&mut self, host: &Fqdn, contents: Rc<dyn FolderContents>) {
        self.folders.insert(host.clone(), FolderHook(contents));
    }

    /// The files of a host's folders, if anybody shows them.
    pub fn folder_contents(&self, host: &Fqdn) -> Option<Rc<dyn FolderContents>> {
        self.folders.get(host).map(|hook| hook.0.clone())
    }
}
