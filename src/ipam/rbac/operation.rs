//! What a role consists of: one kind of change to one kind of object (domain 9.9).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ipam::provision::IpamGroup;

/// The objects that operations are grouped by, as the built-in roles are described.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OperationGroup {
    Block,
    Subnet,
    AddressSpace,
    Range,
    Address,
    CustomField,
    LogicalGroup,
    DhcpServer,
    DhcpScope,
    DhcpSuperscope,
    DhcpFailover,
    DhcpReservation,
    DnsServer,
    DnsZone,
    DnsRecord,
    /// Roles and policies: who may do what.
    AccessPolicy,
    /// The tree of access scopes, and which scope an object is in.
    AccessScope,
}

impl OperationGroup {
    pub const ALL: &[OperationGroup] = &[
        OperationGroup::Block,
        OperationGroup::Subnet,
        OperationGroup::AddressSpace,
        OperationGroup::Range,
        OperationGroup::Address,
        OperationGroup::CustomField,
        OperationGroup::LogicalGroup,
        OperationGroup::DhcpServer,
        OperationGroup::DhcpScope,
        OperationGroup::DhcpSuperscope,
        OperationGroup::DhcpFailover,
        OperationGroup::DhcpReservation,
        OperationGroup::DnsServer,
        OperationGroup::DnsZone,
        OperationGroup::DnsRecord,
        OperationGroup::AccessPolicy,
        OperationGroup::AccessScope,
    ];

    fn words(self) -> &'static str {
        match self {
            OperationGroup::Block => "block",
            OperationGroup::Subnet => "subnet",
            OperationGroup::AddressSpace => "address space",
            OperationGroup::Range => "range",
            OperationGroup::Address => "address",
            OperationGroup::CustomField => "custom field",
            OperationGroup::LogicalGroup => "logical group",
            OperationGroup::DhcpServer => "DHCP server",
            OperationGroup::DhcpScope => "DHCP scope",
            OperationGroup::DhcpSuperscope => "DHCP superscope",
            OperationGroup::DhcpFailover => "DHCP failover",
            OperationGroup::DhcpReservation => "DHCP reservation",
            OperationGroup::DnsServer => "DNS server",
            OperationGroup::DnsZone => "DNS zone",
            OperationGroup::DnsRecord => "DNS record",
            OperationGroup::AccessPolicy => "access policy",
            OperationGroup::AccessScope => "access scope",
        }
    }

    /// The changes there are to such an object. A server is only edited: adding and removing it
    /// is a matter of the inventory, which the local groups decide.
    pub fn actions(self) -> &'static [Action] {
        match self {
            OperationGroup::DhcpServer | OperationGroup::DnsServer => &[Action::Edit],
            OperationGroup::AccessScope => Action::ALL,
            _ => &[Action::Add, Action::Edit, Action::Delete],
        }
    }

    /// The operations of the group.
    pub fn operations(self) -> impl Iterator<Item = Operation> {
        let operation = move |action: &Action| Operation(*action, self);
        self.actions().iter().map(operation)
    }

    /// The local groups whose members may do all of them, everywhere (domain 2.5, 9.9). Local
    /// administrators may as well.
    pub fn groups(self) -> &'static [IpamGroup] {
        use IpamGroup::*;
        match self {
            OperationGroup::Block
            | OperationGroup::Subnet
            | OperationGroup::AddressSpace
            | OperationGroup::Range
            | OperationGroup::Address => &[AsmAdministrators, Administrators],
            OperationGroup::DhcpServer
            | OperationGroup::DhcpScope
            | OperationGroup::DhcpSuperscope
            | OperationGroup::DhcpFailover
            | OperationGroup::DnsServer
            | OperationGroup::DnsZone => &[MsmAdministrators, Administrators],
            // Both kinds of administrator push the records of an address.
            OperationGroup::DhcpReservation | OperationGroup::DnsRecord => {
                &[MsmAdministrators, AsmAdministrators, Administrators]
            }
            OperationGroup::CustomField | OperationGroup::LogicalGroup => &[
                MsmAdministrators,
                AsmAdministrators,
                IpAuditAdministrators,
                Administrators,
            ],
            OperationGroup::AccessPolicy | OperationGroup::AccessScope => &[Administrators],
        }
    }
}

impl fmt::Display for OperationGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// A kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    Add,
    Edit,
    Delete,
    /// Puts an object into an access scope.
    Set,
}

impl Action {
    pub const ALL: &[Action] = &[Action::Add, Action::Edit, Action::Delete, Action::Set];
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Action::Add => "add",
            Action::Edit => "edit",
            Action::Delete => "delete",
            Action::Set => "set",
        })
    }
}

/// One operation: `add DHCP reservation`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Operation(pub Action, pub OperationGroup);

impl Operation {
    /// Every operation there is.
    pub fn all() -> impl Iterator<Item = Operation> {
        let groups = OperationGroup::ALL.iter();
        groups.flat_map(|group| group.operations())
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, self.1)
    }
}

impl From<Operation> for String {
    fn from(operation: Operation) -> String {
        operation.to_string()
    }
}

/// A text that is no operation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no operation; write `add DHCP reservation`, or `DHCP reservation` for all of it")]
pub struct UnknownOperation(String);

impl FromStr for Operation {
    type Err = UnknownOperation;

    fn from_str(text: &str) -> Result<Operation, UnknownOperation> {
        Operation::all()
            .find(|known| known.to_string().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownOperation(text.to_owned()))
    }
}

impl TryFrom<String> for Operation {
    type Error = UnknownOperation;

    fn try_from(text: String) -> Result<Operation, UnknownOperation> {
        text.parse()
    }
}

/// The operations that a list of words means: each an operation, or a group for all of its own.
///
/// # Errors
/// Names the first word that is neither.
pub fn operations_of<'a>(
    words: impl IntoIterator<Item = &'a str>,
) -> Result<std::collections::BTreeSet<Operation>, UnknownOperation> {
    let mut operations = std::collections::BTreeSet::new();
    for word in words {
        let group = OperationGroup::ALL
            .iter()
            .find(|group| group.words().eq_ignore_ascii_case(word));
        match group {
            Some(group) => operations.extend(group.operations()),
            None => {
                operations.insert(word.parse::<Operation>()?);
            }
        }
    }
    Ok(operations)
}

/// The shortest list of words that means these operations, in one fixed order.
pub(super) fn words_of(operations: &std::collections::BTreeSet<Operation>) -> Vec<String> {
    let mut words = Vec::new();
    for group in OperationGroup::ALL {
        let has: Vec<Operation> = group
            .operations()
            .filter(|operation| operations.contains(operation))
            .collect();
        match has.len() == group.actions().len() {
            true => words.push(group.to_string()),
            false => words.extend(has.iter().map(Operation::to_string)),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_read_back_from_its_words_and_groups_stand_for_all_of_theirs() {
        for operation in Operation::all() {
            assert_eq!(operation.to_string().parse(), Ok(operation));
        }
        let all: std::collections::BTreeSet<Operation> = Operation::all().collect();
        let words = words_of(&all);
        assert_eq!(words.len(), OperationGroup::ALL.len());
        assert_eq!(operations_of(words.iter().map(String::as_str)), Ok(all));
        let some = operations_of(["dhcp Reservation", "add block"]).unwrap();
        assert_eq!(words_of(&some), ["add block", "DHCP reservation"]);
        let error = operations_of(["fly"]).unwrap_err();
        assert!(error.to_string().contains("`fly`"), "{error}");
    }
}
