//! Logical groups as the console shows them.

use std::fmt;

use crate::ipam::fields::BuiltInField;

/// The kind of objects that a group sorts (appendix A, `LogicalGroupType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupKind {
    Range,
    /// An *IP address inventory group*.
    IpAddress,
    Subnet,
    ManagedServer,
}

impl GroupKind {
    pub const ALL: &[GroupKind] = &[
        GroupKind::Range,
        GroupKind::IpAddress,
        GroupKind::Subnet,
        GroupKind::ManagedServer,
    ];

    /// Whether objects of the kind can have a value for the field. Four fields are columns of
    /// addresses, two of them of ranges too; every other field is a custom configuration.
    pub(super) fn has(self, field: BuiltInField) -> bool {
        match field {
            BuiltInField::ManagedByService | BuiltInField::ServiceInstance => {
                matches!(self, GroupKind::Range | GroupKind::IpAddress)
            }
            BuiltInField::DeviceType | BuiltInField::IpAddressState => self == GroupKind::IpAddress,
            _ => true,
        }
    }
}

impl fmt::Display for GroupKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            GroupKind::Range => "ranges",
            GroupKind::IpAddress => "addresses",
            GroupKind::Subnet => "subnets",
            GroupKind::ManagedServer => "servers",
        })
    }
}

/// A logical group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogicalGroup {
    pub name: String,
    pub kind: GroupKind,
    /// It can neither be renamed nor deleted.
    pub built_in: bool,
    /// Names of multivalue fields, one a level of the tree.
    pub criteria: Vec<String>,
}

/// A group that comes with the product.
pub(super) struct BuiltInGroup {
    pub(super) name: &'static str,
    pub(super) kind: GroupKind,
    pub(super) criteria: &'static [BuiltInField],
}

/// The groups of domain 9.3. The sources call the third one a group of subnets nowhere; its
/// fields are those that the subnet cmdlets have parameters for.
pub(super) const BUILT_IN: &[BuiltInGroup] = &[
    BuiltInGroup {
        name: "Managed by Service",
        kind: GroupKind::Range,
        criteria: &[
            BuiltInField::ManagedByService,
            BuiltInField::ServiceInstance,
        ],
    },
    BuiltInGroup {
        name: "Network devices",
        kind: GroupKind::IpAddress,
        criteria: &[BuiltInField::DeviceType],
    },
    BuiltInGroup {
        name: "Virtualized provider address space",
        kind: GroupKind::Subnet,
        criteria: &[BuiltInField::VmmLogicalNetwork, BuiltInField::NetworkSite],
    },
];
