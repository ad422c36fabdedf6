//! Who may do what: the five local groups of the IPAM server decide (domain 2.5, 9.9).

use std::collections::BTreeSet;
use std::fmt;

use crate::ipam::caller::Caller;
use crate::ipam::directory::unexpected_reply;
use crate::ipam::engine::{Ipam, ProvisioningState};
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::provision::IpamGroup;
use crate::ipam::remote::RemoteError;
use crate::wire::windows::{Interface, Request, Response, samr};

/// The machine-local administrators of the IPAM server. They count as IPAM Administrators.
pub(crate) const LOCAL_ADMINISTRATORS: &str = "Administrators";

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

impl Right {
    pub const ALL: &[Right] = &[
        Right::Read,
        Right::ManageServers,
        Right::StartTasks,
        Right::ManageAddressSpace,
        Right::ManageRecords,
        Right::ReadTracking,
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
            Right::ManageAddressSpace => &[AsmAdministrators, Administrators],
            Right::ManageRecords => &[MsmAdministrators, AsmAdministrators, Administrators],
            Right::ReadTracking => &[IpAuditAdministrators, Administrators],
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
            Right::ManageAddressSpace => "manage the address space",
            Right::ManageRecords => "manage reservations and DNS records",
            Right::ReadTracking => "view IP address tracking",
            Right::Configure => "configure the IPAM server",
        })
    }
}

/// Whether a member of `groups`, by their names on the IPAM server, has `right`.
fn grants(groups: &BTreeSet<String>, right: Right) -> bool {
    let member = |name: &str| groups.iter().any(|group| group.eq_ignore_ascii_case(name));
    member(LOCAL_ADMINISTRATORS) || right.groups().iter().any(|group| member(group.name()))
}

impl Ipam {
    /// The gate of every operation: the server is provisioned and `caller` has `right`.
    ///
    /// Group membership is asked of the IPAM host with the caller's own ticket, so an account that
    /// cannot log on to the domain is refused too.
    pub(crate) async fn authorize(&self, caller: &Caller, right: Right) -> IpamResult<()> {
        if self.provisioning.get() != ProvisioningState::Provisioned {
            return Err(IpamError::new(
                ErrorId::IpamApiCallsAreNotAllowedUntilProvisioningIsDone,
                format!(
                    "`{}` is not provisioned; run Invoke-IpamServerProvisioning first",
                    self.options.server
                ),
            ));
        }
        self.require(caller, right).await
    }

    /// The same for calls that come before provisioning.
    pub(crate) async fn require(&self, caller: &Caller, right: Right) -> IpamResult<()> {
        let denied = |why: String| IpamError::new(ErrorId::IpamApiAccessDenied, why);
        let groups = self.local_groups_of(caller).await.map_err(|error| {
            denied(format!(
                "the groups of `{}` on `{}` cannot be read: {error}; sign in with a domain account",
                caller.account, self.options.server
            ))
        })?;
        if grants(&groups, right) {
            return Ok(());
        }
        let wanted: Vec<&str> = right.groups().iter().map(|group| group.name()).collect();
        let wanted = if wanted.is_empty() {
            LOCAL_ADMINISTRATORS.to_owned()
        } else {
            wanted.join(", ")
        };
        Err(denied(format!(
            "`{}` may not {right} on `{}`; that takes membership of {wanted}",
            caller.account, self.options.server
        )))
    }

    /// The local groups of this host that `caller` is in.
    async fn local_groups_of(&self, caller: &Caller) -> Result<BTreeSet<String>, RemoteError> {
        let request = Request::LocalGroups(samr::Request::CallerGroups);
        let own = self.own_address();
        match self
            .remote
            .call(caller, own, Interface::LocalGroups, request)
            .await?
        {
            Response::LocalGroups(samr::Response::Groups(groups)) => {
                Ok(groups.into_iter().collect())
            }
            _ => Err(unexpected_reply()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member_of(name: &str) -> BTreeSet<String> {
        [name.to_owned()].into()
    }

    #[test]
    fn each_local_group_gives_the_rights_of_the_reference_table() {
        use IpamGroup::*;
        let rights = |group: IpamGroup| -> Vec<Right> {
            let groups = member_of(group.name());
            let has = |right: &&Right| grants(&groups, **right);
            Right::ALL.iter().filter(has).copied().collect()
        };
        let common = [Right::Read, Right::ManageServers, Right::StartTasks];
        assert_eq!(rights(Users), [Right::Read]);
        assert_eq!(
            rights(MsmAdministrators),
            [&common[..], &[Right::ManageRecords]].concat()
        );
        assert_eq!(
            rights(AsmAdministrators),
            [
                &common[..],
                &[Right::ManageAddressSpace, Right::ManageRecords]
            ]
            .concat()
        );
        assert_eq!(
            rights(IpAuditAdministrators),
            [&common[..], &[Right::ReadTracking]].concat()
        );
        let all_but_configure = &Right::ALL[..Right::ALL.len() - 1];
        assert_eq!(rights(Administrators), all_but_configure);
    }

    #[test]
    fn local_administrators_may_do_everything_and_strangers_nothing() {
        for right in Right::ALL {
            assert!(grants(&member_of("administrators"), *right));
            assert!(!grants(&member_of("Backup Operators"), *right));
            assert!(!grants(&BTreeSet::new(), *right));
        }
    }
}
