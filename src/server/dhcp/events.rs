//! Configuration events of the DHCP server's operational channel (domain 9.7).

use jiff::Timestamp;

/// One event; the channel that takes it numbers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigEvent {
    pub event: u32,
    pub at: Timestamp,
    /// The object, the scope where it is another object, the account.
    pub data: Vec<String>,
}

/// Event ids by family. 129, the IPv6 counterpart of 70, is the one between domain 9.7's
/// 121-128 and 130-143.
pub(super) mod id {
    pub const SCOPE_CREATED: [u32; 2] = [70, 129];
    pub const SCOPE_DELETED: [u32; 2] = [72, 130];
    pub const SCOPE_ACTIVATED: [u32; 2] = [73, 131];
    pub const SCOPE_DEACTIVATED: [u32; 2] = [74, 132];
    pub const LEASE_TIME_CHANGED: [u32; 2] = [75, 133];
    pub const RESERVATION_CREATED: [u32; 2] = [106, 145];
    pub const RESERVATION_DELETED: [u32; 2] = [107, 147];
    pub const EXCLUSION_ADDED: [u32; 2] = [119, 155];
    pub const EXCLUSION_REMOVED: [u32; 2] = [120, 156];
}
