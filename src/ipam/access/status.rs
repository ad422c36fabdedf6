//! The values of a check and how they add up (domain 3.6).

use std::fmt;

/// What a check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccessStatus {
    NotChecked,
    /// No selected role needs the check.
    NotApplicable,
    Blocked,
    Unblocked,
}

impl AccessStatus {
    pub const ALL: &[AccessStatus] = &[
        AccessStatus::NotChecked,
        AccessStatus::NotApplicable,
        AccessStatus::Blocked,
        AccessStatus::Unblocked,
    ];
}

impl fmt::Display for AccessStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AccessStatus::NotChecked => "Not checked",
            AccessStatus::NotApplicable => "Not applicable",
            AccessStatus::Blocked => "Blocked",
            AccessStatus::Unblocked => "Unblocked",
        })
    }
}

/// The IPAM access status of a server from the values of its checks: one blocked check blocks
/// it, one that has not run leaves it open, and unblocked needs them all.
pub fn overall(checks: impl IntoIterator<Item = AccessStatus>) -> AccessStatus {
    let mut result = AccessStatus::NotApplicable;
    for status in checks {
        result = match (result, status) {
            (AccessStatus::Blocked, _) | (_, AccessStatus::Blocked) => AccessStatus::Blocked,
            (AccessStatus::NotChecked, _) | (_, AccessStatus::NotChecked) => {
                AccessStatus::NotChecked
            }
            (AccessStatus::Unblocked, _) | (_, AccessStatus::Unblocked) => AccessStatus::Unblocked,
            _ => AccessStatus::NotApplicable,
        };
    }
    if result == AccessStatus::NotApplicable {
        AccessStatus::NotChecked
    } else {
        result
    }
}

#[cfg(test)]
mod tests {
    use super::AccessStatus::*;
    use super::*;

    #[test]
    fn one_blocked_check_blocks_the_server_and_unblocked_needs_them_all() {
        assert_eq!(overall([Unblocked, Blocked, NotChecked]), Blocked);
        assert_eq!(overall([Unblocked, NotApplicable]), Unblocked);
        assert_eq!(overall([Unblocked, NotChecked]), NotChecked);
        assert_eq!(overall([NotChecked, Unblocked]), NotChecked);
        assert_eq!(overall([]), NotChecked);
        assert_eq!(overall([NotApplicable]), NotChecked);
    }
}
