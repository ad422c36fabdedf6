//! What only membership of a local group gives, whatever the policies say (domain 2.5, 9.9).

use std::fmt;

use crate::ipam::provision::IpamGroup;

/// What an operation needs of its caller when it is not about one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Read inventory, address space and configuration. Every policy gives it too.
    Read,
    /// Add, edit and remove servers.
    ManageServers,
    /// Start a task or collect on demand; configure discovery.
    StartTasks,
    /// View IP address tracking.
    ReadTracking,
    /// Purge tracking data, handle the secret key, point at another database.
    Administer,
    /// Provision and reconfigure the IPAM server itself: local administrators only.
    Configure,
}

impl Right {
    pub const ALL: &[Right] = &[
        Right::Read,
        Right::ManageServers,
        Right::StartTasks,
        Right::ReadTracking,
        Right::Administer,
        Right::Configure,
    ];

    /// The groups that have it (domain 2.5, 9.9). Local administrators have every right.
    pub fn groups(self) -> &'static [IpamGroup] {
        use IpamGroup::*;
        match self {
            Right::Read => &[
                Users,
                MsmAdministrators,
                AsmAdministrators,
                IpAuditAdministrators,
                Administrators,
            ],
            Right::ManageServers | Right::StartTasks => &[
                MsmAdministrators,
                AsmAdministrators,
                IpAuditAdministrators,
                Administrators,
            ],
            Right::ReadTracking => &[IpAuditAdministrators, Administrators],
            Right::Administer => &[Administrators],
            Right::Configure => &[],
        }
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Right::Read => "read data",
            Right::ManageServers => "manage the server inventory",
            Right::StartTasks => "start tasks or configure discovery",
            Right::ReadTracking => "view IP address tracking",
            Right::Administer => "administer the IPAM server",
            Right::Configure => "configure the IPAM server",
        })
    }
}
