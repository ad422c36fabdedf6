//! `Get-IpamIpAddressAuditEvent` (domain 9.8).

use std::net::IpAddr;

use jiff::Timestamp;

use crate::base::limits::ROWS_PER_AUDIT_QUERY;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::rbac::Right;
use crate::ipam::store::tracking::{self, By};

use super::correlation;
use super::event::{AuditEvent, digits};

/// What is searched for; one parameter set of the cmdlet each. No wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditKey {
    /// IPv4 only.
    IpAddress(IpAddr),
    /// A MAC address, with or without separators.
    ClientId(String),
    HostName(String),
    UserName(Vec<String>),
}

/// A search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditQuery {
    pub key: AuditKey,
    /// Both ends count.
    pub from: Timestamp,
    pub until: Timestamp,
    /// Whether log-on events are related to the leases found. A search by user always does.
    pub correlate_logon_events: bool,
}

/// Rows found, at most [`ROWS_PER_AUDIT_QUERY`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows<T> {
    pub rows: Vec<T>,
    /// The warning that there are more.
    pub partial: bool,
}

impl<T> Rows<T> {
    /// The first rows of `found`, which was asked for one row more than is shown.
    pub(super) fn of(mut found: Vec<T>) -> Rows<T> {
        let partial = found.len() > ROWS_PER_AUDIT_QUERY;
        found.truncate(ROWS_PER_AUDIT_QUERY);
        Rows {
            rows: found,
            partial,
        }
    }
}

impl Ipam {
    /// `Get-IpamIpAddressAuditEvent`: events by time.
    ///
    /// # Errors
    /// `IpamApiAccessDenied` for all but audit administrators and IPAM administrators,
    /// `IpamApiInvalidParameter` for an IPv6 address, an empty name or an end before the start.
    pub async fn get_ipam_ip_address_audit_event(
        &self,
        caller: &Caller,
        query: &AuditQuery,
    ) -> IpamResult<Rows<AuditEvent>> {
        self.authorize(caller, Right::ReadTracking).await?;
        check(query)?;
        let span = (query.from, query.until);
        let most = ROWS_PER_AUDIT_QUERY + 1;
        let found = self.store.read(|tx| {
            let mut found = match &query.key {
                AuditKey::IpAddress(address) => {
                    tracking::events(tx, By::Address(*address), span, most)?
                }
                AuditKey::ClientId(client) => {
                    tracking::events(tx, By::Client(&digits(client)), span, most)?
                }
                AuditKey::HostName(host) => tracking::events(tx, By::Host(host), span, most)?,
                AuditKey::UserName(users) => {
                    let mut found = Vec::new();
                    for user in users {
                        found.extend(tracking::events(tx, By::User(user), span, most)?);
                    }
                    found
                }
            };
            let by_user = matches!(query.key, AuditKey::UserName(_));
            if by_user || query.correlate_logon_events {
                correlation::add_logons(tx, &query.key, span, &mut found)?;
                correlation::name_holders(tx, &mut found)?;
            } else {
                found.retain(|event| !event.kind.is_logon());
            }
            Ok(found)
        })?;
        let mut found = found;
        found.sort_by_key(|event| event.at);
        Ok(Rows::of(found))
    }
}

fn check(query: &AuditQuery) -> IpamResult<()> {
    if query.until < query.from {
        return Err(IpamError::parameter(format!(
            "the end date `{}` lies before the start date `{}`",
            query.until, query.from
        )));
    }
    let empty = |what: &str| Err(IpamError::parameter(format!("give a {what} to search for")));
    match &query.key {
        AuditKey::IpAddress(IpAddr::V6(address)) => Err(IpamError::parameter(format!(
            "`{address}` is an IPv6 address; tracking is searched by IPv4 address only, an IPv6 \
             lease by client identifier or host name"
        ))),
        AuditKey::IpAddress(IpAddr::V4(_)) => Ok(()),
        AuditKey::ClientId(client) if digits(client).is_empty() => empty("client identifier"),
        AuditKey::HostName(host) if host.is_empty() => empty("host name"),
        AuditKey::UserName(users) if users.is_empty() || users.iter().any(String::is_empty) => {
            empty("user name")
        }
        _ => Ok(()),
    }
}
