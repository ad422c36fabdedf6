//! Which of Kea's two DHCP daemons a channel, or a command, speaks to. Here one server is both.

use std::fmt;
use std::str::FromStr;

use crate::addr::Family;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeaService {
    Dhcp4,
    Dhcp6,
}

impl KeaService {
    pub const ALL: [KeaService; 2] = [KeaService::Dhcp4, KeaService::Dhcp6];

    pub fn family(self) -> Family {
        match self {
            KeaService::Dhcp4 => Family::V4,
            KeaService::Dhcp6 => Family::V6,
        }
    }

    /// The name of the configuration's only key.
    pub(super) fn root(self) -> &'static str {
        match self {
            KeaService::Dhcp4 => "Dhcp4",
            KeaService::Dhcp6 => "Dhcp6",
        }
    }

    /// The name of the list of subnets.
    pub(super) fn subnets(self) -> &'static str {
        subnets_key(self.family())
    }
}

pub(super) fn subnets_key(family: Family) -> &'static str {
    match family {
        Family::V4 => "subnet4",
        Family::V6 => "subnet6",
    }
}

/// The name that `service` lists use.
impl fmt::Display for KeaService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeaService::Dhcp4 => "dhcp4",
            KeaService::Dhcp6 => "dhcp6",
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no service of a DHCP server: write `dhcp4` or `dhcp6`")]
pub struct NoSuchService(String);

impl FromStr for KeaService {
    type Err = NoSuchService;

    fn from_str(text: &str) -> Result<KeaService, NoSuchService> {
        KeaService::ALL
            .into_iter()
            .find(|service| service.to_string() == text)
            .ok_or_else(|| NoSuchService(text.to_owned()))
    }
}
