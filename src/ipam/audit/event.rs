//! One event of address tracking, and the security events one is made from (domain 9.8).

use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;

use crate::base::Fqdn;
use crate::ipam::inventory::{ServerRecord, ServerRole};
use crate::wire::windows::eventlog::EventRecord;

/// What happened (appendix A, audit event type).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuditEventType {
    NewLease,
    RenewLease,
    ReleaseLease,
    LeaseExpired,
    DeleteLease,
    BootpLease,
    BootpDynamicLease,
    StatelessInfoRequest,
    StatelessClientPurged,
    DcAuthentication,
    NpsAuthentication,
}

impl AuditEventType {
    pub const ALL: &[AuditEventType] = &[
        AuditEventType::NewLease,
        AuditEventType::RenewLease,
        AuditEventType::ReleaseLease,
        AuditEventType::LeaseExpired,
        AuditEventType::DeleteLease,
        AuditEventType::BootpLease,
        AuditEventType::BootpDynamicLease,
        AuditEventType::StatelessInfoRequest,
        AuditEventType::StatelessClientPurged,
        AuditEventType::DcAuthentication,
        AuditEventType::NpsAuthentication,
    ];

    /// Whether it tells of a log-on, which a search may leave out.
    pub fn is_logon(self) -> bool {
        matches!(
            self,
            AuditEventType::DcAuthentication | AuditEventType::NpsAuthentication
        )
    }

    /// Whether the client holds its address after it.
    pub(super) fn holds_address(self) -> bool {
        matches!(
            self,
            AuditEventType::NewLease
                | AuditEventType::RenewLease
                | AuditEventType::BootpLease
                | AuditEventType::BootpDynamicLease
        )
    }
}

impl fmt::Display for AuditEventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AuditEventType::NewLease => "DHCP new lease",
            AuditEventType::RenewLease => "DHCP renew lease",
            AuditEventType::ReleaseLease => "DHCP release lease",
            AuditEventType::LeaseExpired => "DHCP lease expired",
            AuditEventType::DeleteLease => "DHCP delete lease",
            AuditEventType::BootpLease => "BOOTP lease",
            AuditEventType::BootpDynamicLease => "BOOTP dynamic lease",
            AuditEventType::StatelessInfoRequest => "Stateless information request",
            AuditEventType::StatelessClientPurged => "Stateless client purged",
            AuditEventType::DcAuthentication => "DC authentication",
            AuditEventType::NpsAuthentication => "NPS authentication",
        })
    }
}

/// The kind of server an event came from (appendix A, audit server type).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuditServerType {
    Dhcp,
    Nps,
    Dc,
}

impl AuditServerType {
    pub const ALL: &[AuditServerType] = &[
        AuditServerType::Dhcp,
        AuditServerType::Nps,
        AuditServerType::Dc,
    ];
}

impl fmt::Display for AuditServerType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AuditServerType::Dhcp => "DHCP",
            AuditServerType::Nps => "NPS",
            AuditServerType::Dc => "DC",
        })
    }
}

/// One event. Texts are empty where its source does not know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    pub at: Timestamp,
    pub kind: AuditEventType,
    pub address: Option<IpAddr>,
    /// Hexadecimal digits without separators: a MAC address, for IPv6 a DUID.
    pub client_id: String,
    pub host_name: String,
    pub user_name: String,
    pub user_domain: String,
    pub user_forest: String,
    pub server: Fqdn,
    pub server_type: AuditServerType,
}

/// The security events that tell of a log-on unless the engine is told otherwise. Windows does
/// not publish which IPAM reads, so that the list is a setting (domain 12.20): ticket granted,
/// service ticket granted, log-on, network access granted.
pub const LOGON_EVENTS: &[u32] = &[4768, 4769, 4624, NPS_ACCESS_GRANTED];

/// NPS granted access; its third parameter is the calling station and not an address.
const NPS_ACCESS_GRANTED: u32 = 6272;

/// The log-on behind a security event of `server`: account, its domain, and from where.
pub(crate) fn logon_of(server: &ServerRecord, record: &EventRecord) -> Option<AuditEvent> {
    let text = |place: usize| record.data.get(place).cloned().unwrap_or_default();
    let user_name = text(0);
    if user_name.is_empty() {
        return None;
    }
    let from = text(2);
    let by_nps = record.event == NPS_ACCESS_GRANTED;
    let dc = server.roles.contains(&ServerRole::Dc);
    let server_type = match by_nps || !dc {
        true => AuditServerType::Nps,
        false => AuditServerType::Dc,
    };
    Some(AuditEvent {
        at: record.at,
        kind: match server_type {
            AuditServerType::Nps => AuditEventType::NpsAuthentication,
            _ => AuditEventType::DcAuthentication,
        },
        address: from
            .parse()
            .ok()
            .map(|address: IpAddr| address.to_canonical()),
        client_id: if by_nps { digits(&from) } else { String::new() },
        host_name: String::new(),
        user_name,
        user_domain: text(1),
        user_forest: server.forest.to_string(),
        server: server.name.clone(),
        server_type,
    })
}

/// A client identifier with its separators taken out, as the audit log writes it.
pub(super) fn digits(text: &str) -> String {
    let kept = text.chars().filter(|c| !matches!(c, '-' | ':' | '.' | ' '));
    kept.flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_and_case_of_a_client_id_do_not_count() {
        assert_eq!(digits("02-00-00-aB-00-07"), "020000AB0007");
        assert_eq!(digits("020000ab0007"), "020000AB0007");
    }
}
