//! Which GPO looks after which role, and what it is called (domain 4.5).

use std::collections::BTreeSet;
use std::fmt;

use crate::ipam::inventory::ServerRole;

/// One of the three GPOs, in the order in which they are created (domain 4.6 step 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IpamGpo {
    Dns,
    DcNps,
    Dhcp,
}

impl IpamGpo {
    pub const ALL: &[IpamGpo] = &[IpamGpo::Dns, IpamGpo::DcNps, IpamGpo::Dhcp];

    /// The GPO of a role; DC and NPS share one.
    pub fn of_role(role: ServerRole) -> IpamGpo {
        match role {
            ServerRole::Dns => IpamGpo::Dns,
            ServerRole::Dhcp => IpamGpo::Dhcp,
            ServerRole::Dc | ServerRole::Nps => IpamGpo::DcNps,
        }
    }

    /// The GPOs of several roles.
    pub fn of_roles(roles: &BTreeSet<ServerRole>) -> BTreeSet<IpamGpo> {
        roles.iter().map(|role| IpamGpo::of_role(*role)).collect()
    }

    /// Its name under `prefix`: `LAB_DC_NPS`.
    pub fn name(self, prefix: &str) -> String {
        format!("{prefix}_{self}")
    }
}

impl fmt::Display for IpamGpo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            IpamGpo::Dns => "DNS",
            IpamGpo::DcNps => "DC_NPS",
            IpamGpo::Dhcp => "DHCP",
        })
    }
}
