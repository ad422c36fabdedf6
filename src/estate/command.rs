//! The command line that makes a setting, or undoes it, as an administrator types it on the host
//! (domain 4.4).

use crate::base::Sid;

use super::estate::Estate;
use super::host::Host;
use super::registry::DNS_CUSTOM_SD;
use super::sddl;
use super::setting::{Kind, Setting};
use super::share::DHCP_AUDIT_SHARE;

impl Setting {
    /// The setting by the name that Windows shows.
    pub fn describe(&self) -> String {
        match self.kind {
            Kind::FirewallRule(rule) => format!("firewall rule `{rule}`"),
            Kind::LocalGroup(group) => format!("membership in the local group `{group}`"),
            Kind::DomainGroup(group) => format!("membership in the domain group `{group}`"),
            Kind::AuditShare => format!("share `{DHCP_AUDIT_SHARE}` of the audit log folder"),
            Kind::SharePermission => format!("Read on the share `{DHCP_AUDIT_SHARE}`"),
            Kind::FolderPermission => format!("Read on the folder behind `{DHCP_AUDIT_SHARE}`"),
            Kind::DnsAcl => "Read on the DNS servers' access list in the directory".to_owned(),
            Kind::DnsEventLogAcl => "read access in `CustomSD` of the log `DNS Server`".to_owned(),
            Kind::ServiceAcl(service) => format!("read access to the service `{service}`"),
        }
    }

    /// The command that makes the setting on `host` for `trustee`.
    pub fn command(&self, estate: &Estate, host: &Host, trustee: &Sid) -> String {
        let who = estate.name_of(trustee);
        let folder = host.dhcp_log_folder();
        match self.kind {
            Kind::FirewallRule(rule) => firewall(rule, "yes"),
            Kind::LocalGroup(group) | Kind::DomainGroup(group) => {
                format!("net localgroup \"{group}\" /add \"{who}\"")
            }
            Kind::AuditShare => {
                let make =
                    format!("net share {DHCP_AUDIT_SHARE}=\"{folder}\" /grant:\"{who},read\"");
                match host.share(DHCP_AUDIT_SHARE) {
                    Some(_) => format!("net share {DHCP_AUDIT_SHARE} /delete && {make}"),
                    None => make,
                }
            }
            Kind::SharePermission => format!(
                "Grant-SmbShareAccess -Name {DHCP_AUDIT_SHARE} -AccountName \"{who}\" \
                 -AccessRight Read -Force"
            ),
            Kind::FolderPermission => format!("icacls \"{folder}\" /grant \"{who}:(OI)(CI)R\""),
            Kind::DnsAcl => format!(
                "dsacls \"{}\" /I:T /G \"{who}:RPGE\"",
                dns_object(estate, host)
            ),
            Kind::DnsEventLogAcl => {
                let old = host.registry.get(DNS_CUSTOM_SD).unwrap_or("O:BAG:SYD:");
                let ace = sddl::allow_ace(sddl::EVENT_LOG_READ_RIGHTS, trustee);
                custom_sd(&sddl::append(old, &ace))
            }
            Kind::ServiceAcl(service) => {
                let old = host.service(service).map_or("D:", |s| s.sddl.as_ref());
                let ace = sddl::allow_ace(sddl::SERVICE_READ_RIGHTS, trustee);
                let new = sddl::insert_first(old, &ace);
                sdset(service, &new.unwrap_or_else(|| sddl::append(old, &ace)))
            }
        }
    }

    /// The command that undoes the setting on `host` for `trustee`.
    pub fn undo_command(&self, estate: &Estate, host: &Host, trustee: &Sid) -> String {
        let who = estate.name_of(trustee);
        match self.kind {
            Kind::FirewallRule(rule) => firewall(rule, "no"),
            Kind::LocalGroup(group) | Kind::DomainGroup(group) => {
                format!("net localgroup \"{group}\" /delete \"{who}\"")
            }
            Kind::AuditShare => format!("net share {DHCP_AUDIT_SHARE} /delete"),
            Kind::SharePermission => format!(
                "Revoke-SmbShareAccess -Name {DHCP_AUDIT_SHARE} -AccountName \"{who}\" -Force"
            ),
            Kind::FolderPermission => {
                format!("icacls \"{}\" /remove:g \"{who}\"", host.dhcp_log_folder())
            }
            Kind::DnsAcl => format!("dsacls \"{}\" /R \"{who}\"", dns_object(estate, host)),
            Kind::DnsEventLogAcl => {
                let old = host.registry.get(DNS_CUSTOM_SD).unwrap_or_default();
                custom_sd(&sddl::without(old, trustee).unwrap_or_else(|| old.to_owned()))
            }
            Kind::ServiceAcl(service) => {
                let old = host.service(service).map_or("D:", |s| s.sddl.as_ref());
                sdset(
                    service,
                    &sddl::without(old, trustee).unwrap_or_else(|| old.to_owned()),
                )
            }
        }
    }
}

fn firewall(rule: &str, enable: &str) -> String {
    format!("netsh advfirewall firewall set rule name=\"{rule}\" new enable={enable}")
}

fn sdset(service: &str, text: &str) -> String {
    format!("sc sdset {} \"{text}\"", service.to_ascii_lowercase())
}

fn custom_sd(text: &str) -> String {
    let key = DNS_CUSTOM_SD
        .rsplit_once('\\')
        .map_or(DNS_CUSTOM_SD, |(key, _)| key);
    format!("reg add \"{key}\" /v CustomSD /t REG_SZ /d \"{text}\" /f")
}

fn dns_object(estate: &Estate, host: &Host) -> String {
    let domain = host.domain().and_then(|domain| estate.domain(domain));
    let name = domain
        .map(super::Domain::distinguished_name)
        .unwrap_or_default();
    format!("CN=MicrosoftDNS,CN=System,{name}")
}
