//! Registry values and access lists as text, made and undone by hand (domain 4.4 rows 11 and 12).

use crate::base::{Fqdn, Moment, Sid};

use super::error::{EstateError, Hint};
use super::estate::Estate;
use super::registry::{DHCP_LOG_FILE_PATH, DNS_CUSTOM_SD};
use super::sddl;
use super::share::folder_key;

impl Estate {
    /// Sets a registry value that exists and gives the old text back.
    ///
    /// Setting `DhcpLogFilePath` moves the audit log folder with its permissions. A share made on
    /// the old folder does not follow (A6).
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
        let machine = self.host_mut(host)?;
        let folder = folder_key(machine.dhcp_log_folder());
        let old = machine.registry.set(path, text.to_owned());
        let moved = folder_key(machine.dhcp_log_folder());
        if moved != folder
            && let Some(readers) = machine.ntfs.remove(&folder)
        {
            machine.ntfs.insert(moved, readers);
        }
        self.touch_machine(host);
        Ok(old.unwrap_or_default().into_owned())
    }

    /// Moves the DHCP audit log: sets `DhcpLogFilePath`.
    ///
    /// # Errors
    /// Unknown host, or it has no DHCP Server.
    pub fn set_dhcp_log_path(
        &mut self,
        host: &Fqdn,
        folder: &str,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.set_registry(host, DHCP_LOG_FILE_PATH, folder, at)?;
        Ok(())
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
}
