//! The states a server record can be in (domain 3.5, 3.7, appendix A).

use std::fmt;

use crate::ipam::access::AccessStatus;

/// What the administrator decided about a server (domain 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum ManageabilityStatus {
    /// Not decided: nothing is collected, what was collected is kept, GPO filters stay.
    #[default]
    Unspecified,
    Managed,
    /// Nothing is collected, what was collected is purged, the GPO filters lose the server.
    Unmanaged,
}

/// What became of a record since discovery last looked at it (appendix A).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NewFlag {
    New,
    Modified,
    Old,
}

/// How far collection from a server got (domain 3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum DataRetrievalStatus {
    #[default]
    NotStarted,
    InProgress,
    Completed,
}

/// What the console advises to do next (domain 3.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecommendedAction {
    SetManageabilityStatus,
    UnblockIpamAccess,
    IpamAccessUnblocked,
    /// No action is published for an Unmanaged server.
    None,
}

macro_rules! words {
    ($kind:ident { $($state:ident = $word:literal),* $(,)? }) => {
        impl $kind {
            /// Every state, in the order of declaration.
            pub const ALL: &[$kind] = &[$($kind::$state),*];
        }
        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $($kind::$state => $word),* })
            }
        }
    };
}

words!(ManageabilityStatus {
    Unspecified = "Unspecified",
    Managed = "Managed",
    Unmanaged = "Unmanaged",
});
words!(NewFlag {
    New = "New",
    Modified = "Modified",
    Old = "Old",
});
words!(DataRetrievalStatus {
    NotStarted = "Not started",
    InProgress = "In progress",
    Completed = "Completed",
});
words!(RecommendedAction {
    SetManageabilityStatus = "Set Manageability Status",
    UnblockIpamAccess = "Unblock IPAM Access",
    IpamAccessUnblocked = "IPAM Access Unblocked",
    None = "None",
});

impl RecommendedAction {
    /// The advice for a server in this state (domain 3.7).
    pub fn of(manageability: ManageabilityStatus, access: AccessStatus) -> RecommendedAction {
        match (manageability, access) {
            (ManageabilityStatus::Unspecified, _) => RecommendedAction::SetManageabilityStatus,
            (ManageabilityStatus::Managed, AccessStatus::Unblocked) => {
                RecommendedAction::IpamAccessUnblocked
            }
            (ManageabilityStatus::Managed, _) => RecommendedAction::UnblockIpamAccess,
            (ManageabilityStatus::Unmanaged, _) => RecommendedAction::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Domain 3.7, every state of both columns.
    #[test]
    fn every_state_has_its_advice() {
        use AccessStatus::{Blocked, NotApplicable, NotChecked, Unblocked};
        use ManageabilityStatus::{Managed, Unmanaged, Unspecified};
        use RecommendedAction as Advice;
        let table = [
            (Unspecified, NotChecked, Advice::SetManageabilityStatus),
            (Unspecified, NotApplicable, Advice::SetManageabilityStatus),
            (Unspecified, Blocked, Advice::SetManageabilityStatus),
            (Unspecified, Unblocked, Advice::SetManageabilityStatus),
            (Managed, NotChecked, Advice::UnblockIpamAccess),
            (Managed, NotApplicable, Advice::UnblockIpamAccess),
            (Managed, Blocked, Advice::UnblockIpamAccess),
            (Managed, Unblocked, Advice::IpamAccessUnblocked),
            (Unmanaged, NotChecked, Advice::None),
            (Unmanaged, NotApplicable, Advice::None),
            (Unmanaged, Blocked, Advice::None),
            (Unmanaged, Unblocked, Advice::None),
        ];
        let states = ManageabilityStatus::ALL.len() * AccessStatus::ALL.len();
        assert_eq!(table.len(), states);
        for (manageability, access, wanted) in table {
            let advice = RecommendedAction::of(manageability, access);
            assert_eq!(advice, wanted, "{manageability} and {access}");
        }
        let words: Vec<String> = Advice::ALL.iter().map(ToString::to_string).collect();
        let published = [
            "Set Manageability Status",
            "Unblock IPAM Access",
            "IPAM Access Unblocked",
            "None",
        ];
        assert_eq!(words, published);
    }
}
