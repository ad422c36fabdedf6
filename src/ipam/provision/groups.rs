//! The five local groups that provisioning creates on the IPAM server (domain 2.5).

use std::fmt;

/// A local security group of the IPAM server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IpamGroup {
    Users,
    MsmAdministrators,
    AsmAdministrators,
    IpAuditAdministrators,
    Administrators,
}

/// The five groups in the order in which provisioning creates them.
pub const IPAM_GROUPS: &[IpamGroup] = &[
    IpamGroup::Users,
    IpamGroup::MsmAdministrators,
    IpamGroup::AsmAdministrators,
    IpamGroup::IpAuditAdministrators,
    IpamGroup::Administrators,
];

impl IpamGroup {
    /// The group's name on an IPAM server in English.
    pub fn name(self) -> &'static str {
        match self {
            IpamGroup::Users => "IPAM Users",
            IpamGroup::MsmAdministrators => "IPAM MSM Administrators",
            IpamGroup::AsmAdministrators => "IPAM ASM Administrators",
            IpamGroup::IpAuditAdministrators => "IPAM IP Audit Administrators",
            IpamGroup::Administrators => "IPAM Administrators",
        }
    }

    /// What its members may do, as the group's description says it.
    pub fn description(self) -> &'static str {
        match self {
            IpamGroup::Users => "May view all data except IP address tracking",
            IpamGroup::MsmAdministrators => "May also manage servers, DHCP and DNS",
            IpamGroup::AsmAdministrators => "May also manage the address space",
            IpamGroup::IpAuditAdministrators => "May also view IP address tracking",
            IpamGroup::Administrators => "May do everything in IPAM",
        }
    }
}

impl fmt::Display for IpamGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
