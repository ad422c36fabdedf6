//! The registry of access settings: every row of domain 4.2 as something that can be looked up,
//! made, undone and written as a command.
//!
//! Manual steps, the oracle and explanations all run over [`SETTINGS`].

use std::collections::BTreeSet;

use crate::base::{Fqdn, Moment, Sid};

use super::error::EstateError;
use super::estate::Estate;
use super::host::{Host, Role};
use super::registry::DNS_CUSTOM_SD;
use super::sddl;
use super::service::name;

pub use super::settings::SETTINGS;
use super::share::{DHCP_AUDIT_SHARE, folder_key};

/// The check a setting is for (domain 3.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    DhcpRpc,
    DhcpAuditShare,
    DnsRpc,
    EventLog,
    /// Not an access check: shown as Server Availability.
    ServiceMonitoring,
}

/// How much a setting matters for its purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Without it the purpose fails, unless an alternative is there.
    Required,
    /// It grants what the named setting grants, and more.
    InsteadOf(&'static str),
}

/// On which hosts a setting has a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// Any host with one of these roles.
    Any(&'static [Role]),
    /// DNS on a domain controller.
    DirectoryDns,
    /// DNS without directory integration.
    StandaloneDns,
}

/// What a setting consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A predefined inbound rule, by display name.
    FirewallRule(&'static str),
    /// Membership in a group of the machine.
    LocalGroup(&'static str),
    /// Membership in a group of the machine's domain.
    DomainGroup(&'static str),
    /// The share `dhcpaudit` on the present audit log folder, with Read for the grantee.
    AuditShare,
    /// Read on the share.
    SharePermission,
    /// Read on the folder behind the share.
    FolderPermission,
    /// Read on `CN=MicrosoftDNS,CN=System` of the domain.
    DnsAcl,
    /// The entry in `CustomSD` of the `DNS Server` log.
    DnsEventLogAcl,
    /// The entry in a service's access list.
    ServiceAcl(&'static str),
}

/// One access setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name in scenarios and reports.
    pub id: &'static str,
    /// The row of domain 4.2.
    pub row: u8,
    pub purpose: Purpose,
    pub place: Where,
    pub need: Need,
    pub kind: Kind,
}

/// The setting called `id`.
pub fn find(id: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.id == id)
}

/// The settings that mean something on a host, for the roles it is managed in.
pub fn applicable<'a>(
    host: &'a Host,
    roles: &'a BTreeSet<Role>,
) -> impl Iterator<Item = &'static Setting> + 'a {
    SETTINGS
        .iter()
        .filter(|setting| setting.place.means_something_on(host, roles))
}

use Kind::{DomainGroup, FirewallRule, LocalGroup, ServiceAcl};

impl Where {
    fn means_something_on(self, host: &Host, roles: &BTreeSet<Role>) -> bool {
        let managed = |role: Role| roles.contains(&role) && host.has_role(role);
        match self {
            Where::Any(any) => any.iter().any(|role| managed(*role)),
            Where::DirectoryDns => managed(Role::Dns) && host.is_controller(),
            Where::StandaloneDns => managed(Role::Dns) && !host.is_controller(),
        }
    }
}

impl Setting {
    /// Whether it is there for `trustee`: granted to it, or to a group that holds it.
    pub fn is_present(&self, estate: &Estate, host: &Host, trustee: &Sid) -> bool {
        self.is_held(estate, host, &estate.token_through(host, trustee))
    }

    /// Whether it is there for somebody who has every identity of `token` on the host.
    pub fn is_held(&self, estate: &Estate, host: &Host, token: &BTreeSet<Sid>) -> bool {
        let share = || host.share(DHCP_AUDIT_SHARE);
        match self.kind {
            FirewallRule(rule) => host.firewall.is_enabled(rule),
            LocalGroup(group) => {
                let groups = estate.local_groups(host);
                groups.get(group).is_some_and(|g| token.contains(&g.sid))
            }
            DomainGroup(group) => estate
                .find_principal(group, host.domain())
                .is_ok_and(|g| token.contains(&g.sid)),
            Kind::AuditShare => {
                share().is_some_and(|s| folder_key(&s.path) == folder_key(host.dhcp_log_folder()))
            }
            Kind::SharePermission => share().is_some_and(|s| !s.readers.is_disjoint(token)),
            Kind::FolderPermission => host
                .ntfs_readers(host.dhcp_log_folder())
                .is_some_and(|readers| !readers.is_disjoint(token)),
            Kind::DnsAcl => host
                .domain()
                .and_then(|domain| estate.domain(domain)?.dns_acl())
                .is_some_and(|acl| !acl.current().is_disjoint(token)),
            Kind::DnsEventLogAcl => host
                .registry
                .get(DNS_CUSTOM_SD)
                .is_some_and(|text| sddl::grants(text, token, sddl::EVENT_LOG_READ)),
            ServiceAcl(service) => host
                .service(service)
                .is_some_and(|s| sddl::grants(&s.sddl, token, sddl::SERVICE_QUERY_STATUS)),
        }
    }

    /// Makes the setting for `trustee`.
    ///
    /// # Errors
    /// The host lacks the object, or the trustee cannot be granted; not that it is there already.
    pub fn apply(
        &self,
        estate: &mut Estate,
        host: &Fqdn,
        trustee: &Sid,
        at: Moment,
    ) -> Result<(), EstateError> {
        match self.kind {
            FirewallRule(rule) => estate.enable_firewall_rule(host, rule, at).map(|_| ()),
            LocalGroup(group) => tolerate(estate.add_local_group_member(host, group, trustee, at)),
            DomainGroup(group) => {
                let group = domain_group(estate, host, group)?;
                tolerate(estate.add_domain_group_member(&group, trustee, at))
            }
            Kind::AuditShare => {
                let folder = log_folder(estate, host)?;
                if estate.host_or_err(host)?.share(DHCP_AUDIT_SHARE).is_some() {
                    estate.remove_share(host, DHCP_AUDIT_SHARE, at)?;
                }
                estate.add_share(host, DHCP_AUDIT_SHARE, &folder, at)?;
                estate
                    .grant_share(host, DHCP_AUDIT_SHARE, trustee, at)
                    .map(|_| ())
            }
            Kind::SharePermission => estate
                .grant_share(host, DHCP_AUDIT_SHARE, trustee, at)
                .map(|_| ()),
            Kind::FolderPermission => {
                let folder = log_folder(estate, host)?;
                estate.grant_ntfs(host, &folder, trustee, at).map(|_| ())
            }
            Kind::DnsAcl => {
                let domain = domain_of(estate, host)?;
                estate.grant_dns_read(&domain, trustee, at).map(|_| ())
            }
            Kind::DnsEventLogAcl => estate.grant_dns_event_log(host, trustee, at).map(|_| ()),
            ServiceAcl(service) => estate
                .grant_service_access(host, service, trustee, at)
                .map(|_| ()),
        }
    }

    /// Undoes the setting for `trustee`. On the folder, every grant by which the trustee reads is
    /// taken away, because as shipped all users do.
    ///
    /// # Errors
    /// The setting is not there, or the host lacks the object.
    pub fn remove(
        &self,
        estate: &mut Estate,
        host: &Fqdn,
        trustee: &Sid,
        at: Moment,
    ) -> Result<(), EstateError> {
        match self.kind {
            FirewallRule(rule) => match estate.disable_firewall_rule(host, rule, at)? {
                true => Ok(()),
                false => Err(EstateError::NoChange {
                    what: format!("disabling `{rule}` on `{host}`"),
                }),
            },
            LocalGroup(group) => estate.remove_local_group_member(host, group, trustee, at),
            DomainGroup(group) => {
                let group = domain_group(estate, host, group)?;
                estate.remove_domain_group_member(&group, trustee, at)
            }
            Kind::AuditShare => estate.remove_share(host, DHCP_AUDIT_SHARE, at).map(|_| ()),
            Kind::SharePermission => estate.revoke_share(host, DHCP_AUDIT_SHARE, trustee, at),
            Kind::FolderPermission => {
                let folder = log_folder(estate, host)?;
                let machine = estate.host_or_err(host)?;
                let token = estate.token_through(machine, trustee);
                let readers = machine.ntfs_readers(&folder).cloned().unwrap_or_default();
                for reader in readers.intersection(&token) {
                    estate.revoke_ntfs(host, &folder, reader, at)?;
                }
                Ok(())
            }
            Kind::DnsAcl => {
                let domain = domain_of(estate, host)?;
                estate.revoke_dns_read(&domain, trustee, at)
            }
            Kind::DnsEventLogAcl => estate.revoke_dns_event_log(host, trustee, at),
            ServiceAcl(service) => estate.revoke_service_access(host, service, trustee, at),
        }
    }
}

/// A membership that is there already is as good as a new one.
fn tolerate(result: Result<(), EstateError>) -> Result<(), EstateError> {
    match result {
        Err(EstateError::AlreadyMember { .. }) => Ok(()),
        other => other,
    }
}

fn domain_of(estate: &Estate, host: &Fqdn) -> Result<Fqdn, EstateError> {
    let domain = estate.host_or_err(host)?.domain().cloned();
    domain.ok_or_else(|| EstateError::NotInADomain { host: host.clone() })
}

fn domain_group(estate: &Estate, host: &Fqdn, group: &str) -> Result<Sid, EstateError> {
    let domain = domain_of(estate, host)?;
    let found = estate.find_principal(group, Some(&domain))?;
    Ok(found.sid.clone())
}

/// The audit log folder of a host that has a DHCP server.
fn log_folder(estate: &Estate, host: &Fqdn) -> Result<String, EstateError> {
    estate.service_or_err(host, name::DHCP_SERVER)?;
    Ok(estate.host_or_err(host)?.dhcp_log_folder().to_owned())
}
