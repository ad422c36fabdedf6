//! The gate that every operation of the engine passes.

use std::collections::BTreeSet;

use crate::ipam::caller::Caller;
use crate::ipam::directory::unexpected_reply;
use crate::ipam::engine::{Ipam, ProvisioningState};
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::provision::IpamGroup;
use crate::ipam::remote::RemoteError;
use crate::ipam::store::access_rows::{self, AccessKind};
use crate::wire::windows::{Interface, Request, Response, samr};

use super::demand::Demand;
use super::grant::{Membership, granted};
use super::object_scope::scope_of;

/// The machine-local administrators of the IPAM server. They count as IPAM Administrators.
pub(super) const LOCAL_ADMINISTRATORS: &str = "Administrators";

/// What an operation was permitted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Authority {
    /// The local groups alone.
    Group,
    /// A policy, at least for a part.
    Policy,
}

/// Whether a member of `groups`, by their names on the IPAM server, is in one of `wanted` or a
/// local administrator.
pub(super) fn is_member(groups: &BTreeSet<String>, wanted: &[IpamGroup]) -> bool {
    let member = |name: &str| groups.iter().any(|group| group.eq_ignore_ascii_case(name));
    member(LOCAL_ADMINISTRATORS) || wanted.iter().any(|group| member(group.name()))
}

/// What the local groups leave over for the policies to give; `None` when nothing is.
fn left_over(groups: &BTreeSet<String>, demand: Demand) -> Option<Demand> {
    match demand {
        Demand::Right(right) => {
            (!is_member(groups, right.groups())).then_some(Demand::Right(right))
        }
        Demand::Operations(mut wanted) => {
            wanted.retain(|(operation, _)| !is_member(groups, operation.1.groups()));
            (!wanted.is_empty()).then_some(Demand::Operations(wanted))
        }
    }
}

impl Ipam {
    /// The gate of every operation: the server is provisioned and `caller` may do what `demand`
    /// says.
    ///
    /// Membership is asked of the IPAM host with the caller's own ticket, so an account that
    /// cannot log on to the domain is refused too.
    pub(crate) async fn authorize(
        &self,
        caller: &Caller,
        demand: impl Into<Demand>,
    ) -> IpamResult<Authority> {
        self.require_provisioned()?;
        self.reach_database().await?;
        // Before the policies are read, because they may be what was tampered with.
        self.check_integrity()?;
        self.require(caller, demand).await
    }

    /// The first half of the gate.
    pub(crate) fn require_provisioned(&self) -> IpamResult<()> {
        if self.provisioning.get() != ProvisioningState::Provisioned {
            return Err(IpamError::new(
                ErrorId::IpamApiCallsAreNotAllowedUntilProvisioningIsDone,
                format!(
                    "`{}` is not provisioned; run Invoke-IpamServerProvisioning first",
                    self.options.server
                ),
            ));
        }
        Ok(())
    }

    /// The same for calls that come before provisioning.
    pub(crate) async fn require(
        &self,
        caller: &Caller,
        demand: impl Into<Demand>,
    ) -> IpamResult<Authority> {
        let member = self.membership(caller).await?;
        let Some(missing) = left_over(&member.groups, demand.into()) else {
            return Ok(Authority::Group);
        };
        // Without a policy to hold it against, the token is not asked for.
        let by_policy = !member.token.is_empty()
            && self.store.read(|tx| granted(tx, &member.token, &missing))?;
        match by_policy {
            true => Ok(Authority::Policy),
            false => Err(self.refusal(caller, &missing)?),
        }
    }

    /// What `caller` is a member of on this host.
    ///
    /// # Errors
    /// `IpamApiAccessDenied` for an account that cannot log on.
    pub(super) async fn membership(&self, caller: &Caller) -> IpamResult<Membership> {
        let policies = self
            .store
            .read(|tx| access_rows::any(tx, AccessKind::Policy))?;
        let asked = self.membership_of(caller, policies).await;
        asked.map_err(|error| {
            self.denied(format!(
                "the groups of `{}` on `{}` cannot be read: {error}; sign in with a domain account",
                caller.account, self.options.server
            ))
        })
    }

    /// Who asks a managed server on behalf of `caller`. An administrator does so by his own
    /// rights; whoever a policy lets do it needs none there, because the IPAM server acts with
    /// its own account once it has checked the role (domain 1.2).
    pub(crate) fn acting(&self, caller: &Caller, authority: Authority) -> Caller {
        match authority {
            Authority::Group => caller.clone(),
            Authority::Policy => self.computer_account(),
        }
    }

    /// The refusal, which names what is missing, where, and what would give it.
    fn refusal(&self, caller: &Caller, missing: &Demand) -> IpamResult<IpamError> {
        let names = |groups: &[IpamGroup]| match groups {
            [] => LOCAL_ADMINISTRATORS.to_owned(),
            groups => {
                let names: Vec<&str> = groups.iter().map(|group| group.name()).collect();
                names.join(", ")
            }
        };
        let (account, server) = (&caller.account, &self.options.server);
        let why = match missing {
            Demand::Right(right) => format!(
                "`{account}` may not {right} on `{server}`; that takes membership of {}",
                names(right.groups())
            ),
            Demand::Operations(wanted) => {
                // Nothing is left over only when everything is permitted.
                let Some((operation, object)) = wanted.first() else {
                    return Ok(self.denied(format!("`{account}` may not do this on `{server}`")));
                };
                let scope = self.store.read(|tx| scope_of(tx, object))?.path;
                format!(
                    "`{account}` may not `{operation}` in `{scope}` on `{server}`; that takes \
                     membership of {}, or a policy for that scope with a role that may",
                    names(operation.1.groups())
                )
            }
        };
        Ok(self.denied(why))
    }

    fn denied(&self, why: String) -> IpamError {
        IpamError::new(ErrorId::IpamApiAccessDenied, why)
    }

    /// What `caller` is a member of on this host, in one call: the whole token if there are
    /// policies to hold it against, else the local groups.
    async fn membership_of(
        &self,
        caller: &Caller,
        policies: bool,
    ) -> Result<Membership, RemoteError> {
        let request = match policies {
            true => samr::Request::CallerToken,
            false => samr::Request::CallerGroups,
        };
        let request = Request::LocalGroups(request);
        let own = self.own_address();
        let call = self
            .remote
            .call(caller, own, Interface::LocalGroups, request);
        match call.await? {
            Response::LocalGroups(samr::Response::Groups(groups)) => Ok(Membership {
                groups: groups.into_iter().collect(),
                ..Membership::default()
            }),
            Response::LocalGroups(samr::Response::Token { groups, sids }) => Ok(Membership {
                groups: groups.into_iter().collect(),
                token: sids.into_iter().collect(),
            }),
            _ => Err(unexpected_reply()),
        }
    }
}
