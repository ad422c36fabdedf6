//! Roles: named sets of operations, nine of them built in (domain 9.9).

use std::collections::BTreeSet;
use std::fmt;

use super::operation::{Operation, OperationGroup, words_of};

/// A role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRole {
    /// Unique without regard to case; 1 to 255 characters.
    pub name: String,
    /// At most 4000 characters.
    pub description: String,
    /// Made by provisioning; neither edited nor deleted.
    pub built_in: bool,
    pub operations: BTreeSet<Operation>,
}

impl AccessRole {
    /// Its operations in the fewest words: a group of operations for all of them.
    pub fn words(&self) -> Vec<String> {
        words_of(&self.operations)
    }
}

/// An edit of a custom role; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleChange {
    pub description: Option<String>,
    pub operations: Option<BTreeSet<Operation>>,
}

/// The roles that provisioning creates. The DNS role came with Windows Server 2016.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BuiltInRole {
    DnsRecordAdministrator,
    IpAddressRecordAdministrator,
    Administrator,
    AsmAdministrator,
    DhcpAdministrator,
    DhcpReservationsAdministrator,
    DhcpScopeAdministrator,
    MsmAdministrator,
    DnsAdministrator,
}

impl BuiltInRole {
    pub const ALL: &[BuiltInRole] = &[
        BuiltInRole::DnsRecordAdministrator,
        BuiltInRole::IpAddressRecordAdministrator,
        BuiltInRole::Administrator,
        BuiltInRole::AsmAdministrator,
        BuiltInRole::DhcpAdministrator,
        BuiltInRole::DhcpReservationsAdministrator,
        BuiltInRole::DhcpScopeAdministrator,
        BuiltInRole::MsmAdministrator,
        BuiltInRole::DnsAdministrator,
    ];

    /// The role's name in English.
    pub fn name(self) -> &'static str {
        match self {
            BuiltInRole::DnsRecordAdministrator => "DNS Record Administrator",
            BuiltInRole::IpAddressRecordAdministrator => "IP Address Record Administrator",
            BuiltInRole::Administrator => "IPAM Administrator",
            BuiltInRole::AsmAdministrator => "IPAM ASM Administrator",
            BuiltInRole::DhcpAdministrator => "IPAM DHCP Administrator",
            BuiltInRole::DhcpReservationsAdministrator => "IPAM DHCP Reservations Administrator",
            BuiltInRole::DhcpScopeAdministrator => "IPAM DHCP Scope Administrator",
            BuiltInRole::MsmAdministrator => "IPAM MSM Administrator",
            BuiltInRole::DnsAdministrator => "IPAM DNS Administrator",
        }
    }

    /// The groups of operations it has.
    pub fn groups(self) -> &'static [OperationGroup] {
        use OperationGroup::*;
        match self {
            BuiltInRole::DnsRecordAdministrator => &[DnsRecord],
            BuiltInRole::IpAddressRecordAdministrator => &[Address],
            BuiltInRole::Administrator => OperationGroup::ALL,
            BuiltInRole::AsmAdministrator => {
                &[Block, Range, Address, CustomField, Subnet, AddressSpace]
            }
            BuiltInRole::DhcpAdministrator => &[
                DhcpServer,
                DhcpScope,
                DhcpReservation,
                CustomField,
                DhcpFailover,
                DhcpSuperscope,
            ],
            BuiltInRole::DhcpReservationsAdministrator => &[DhcpReservation],
            BuiltInRole::DhcpScopeAdministrator => &[DhcpScope, DhcpReservation, DhcpSuperscope],
            BuiltInRole::MsmAdministrator => &[
                DhcpServer,
                DhcpScope,
                DhcpReservation,
                DhcpFailover,
                DhcpSuperscope,
                DnsZone,
                DnsRecord,
                CustomField,
            ],
            BuiltInRole::DnsAdministrator => &[DnsZone, DnsRecord, DnsServer],
        }
    }

    pub(super) fn role(self) -> AccessRole {
        AccessRole {
            name: self.name().to_owned(),
            description: String::new(),
            built_in: true,
            operations: self
                .groups()
                .iter()
                .flat_map(|group| group.operations())
                .collect(),
        }
    }
}

impl fmt::Display for BuiltInRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
