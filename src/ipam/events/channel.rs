//! Which channels there are, and what a record of one holds.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::base::AccountName;

/// A channel of IPAM (domain 9.6). Analytic and Debug are hidden and left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// What administrators did that is no configuration, and errors of tasks.
    Admin,
    /// Changes of what the server holds; the event catalogue shows them.
    ConfigurationChange,
    /// Expiry of addresses among others; disabled until somebody enables it.
    Operational,
}

impl Channel {
    pub const ALL: &[Channel] = &[
        Channel::Admin,
        Channel::ConfigurationChange,
        Channel::Operational,
    ];

    /// Whether records are kept before anybody has enabled or disabled the channel.
    pub fn enabled_by_default(self) -> bool {
        self != Channel::Operational
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// No channel of IPAM has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no channel of IPAM; there are Admin, ConfigurationChange and Operational")]
pub struct UnknownChannel(String);

impl FromStr for Channel {
    type Err = UnknownChannel;

    /// The channel's name alone, or in full as `wevtutil` takes it.
    fn from_str(text: &str) -> Result<Channel, UnknownChannel> {
        let name = text.rsplit('/').next().unwrap_or(text);
        let known = Channel::ALL.iter().copied();
        known
            .into_iter()
            .find(|channel| channel.to_string().eq_ignore_ascii_case(name))
            .ok_or_else(|| UnknownChannel(text.to_owned()))
    }
}

/// What a record is about; Event Viewer's column *Task Category*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Database, capabilities, method, port, thresholds.
    Provisioning,
    Discovery,
    ServerInventory,
    /// Blocks, subnets, ranges, addresses.
    AddressSpace,
    /// Fields, values, logical groups.
    CustomFields,
    /// Reservations and records pushed to servers.
    Records,
    /// Roles, access scopes, access policies.
    AccessControl,
    ScheduledTasks,
    /// Zone status, expiry.
    Monitoring,
    /// Event catalogue and address tracking.
    Audit,
}

impl Category {
    pub const ALL: &[Category] = &[
        Category::Provisioning,
        Category::Discovery,
        Category::ServerInventory,
        Category::AddressSpace,
        Category::CustomFields,
        Category::Records,
        Category::AccessControl,
        Category::ScheduledTasks,
        Category::Monitoring,
        Category::Audit,
    ];
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// A record of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpamEvent {
    /// Runs from 1 in each channel.
    pub record: u64,
    pub at: Timestamp,
    /// Who did it; the server's computer account for what it did by itself.
    pub user: AccountName,
    pub category: Category,
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_known_by_its_short_and_its_full_name() {
        let full = "Microsoft-Windows-IPAM/Operational".parse();
        assert_eq!(full, Ok(Channel::Operational));
        assert_eq!("admin".parse(), Ok(Channel::Admin));
        let wrong = "Debug".parse::<Channel>().unwrap_err();
        assert!(wrong.to_string().contains("`Debug`"), "{wrong}");
    }
}
