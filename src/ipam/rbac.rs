//! Who may do what: the five local groups of the IPAM server decide (domain 2.5, 9.9).

use std::fmt;

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;

/// What an operation needs of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Read inventory, address space and configuration.
    Read,
    /// Add, edit and remove servers.
    ManageServers,
    /// Start a task or collect on demand; configure discovery, custom fields, logical groups.
    StartTasks,
    /// Add, edit and remove blocks, ranges and addresses.
    ManageAddressSpace,
    /// Create and delete reservations and DNS records on servers.
    ManageRecords,
    /// View IP address tracking.
    ReadTracking,
    /// Provision and reconfigure the IPAM server itself: local administrators only.
    Configure,
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Right::Read => "read data",
            Right::ManageServers => "manage the server inventory",
            Right::StartTasks => "start tasks or configure discovery",
            Right::ManageAddressSpace => "manage the address space",
            Right::ManageRecords => "manage reservations and DNS records",
            Right::ReadTracking => "view IP address tracking",
            Right::Configure => "configure the IPAM server",
        })
    }
}

impl Ipam {
    /// The gate of every operation: the server is provisioned and `caller` has `right`.
    ///
    /// Group membership is asked of the IPAM host with the caller's own ticket, so an account that
    /// cannot log on to the domain is refused too.
    pub(crate) async fn authorize(&self, _caller: &Caller, _right: Right) -> IpamResult<()> {
        todo!()
    }
}
