//! What is known about the addresses of a range before any is probed: criteria 1 to 3, and leases
//! (domain 7.1).

use std::net::IpAddr;

use futures_util::future::join;

use crate::addr::{AddressRange, AddressSet, Family, address_of, key_of};
use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::remote::{RemoteError, Stage};
use crate::ipam::space::addresses::recorded_within;
use crate::ipam::space::ranges::StoredRange;
use crate::wire::windows::Win32Error;
use crate::wire::windows::dhcpm::{LeaseState, Request, Response, ScopeInfo};

use super::candidate::Reason;

/// The sets a search passes over, in the order of the criteria.
pub(super) struct Taken {
    sets: [(Reason, AddressSet); 5],
}

/// What a DHCP server says about its scope.
#[derive(Default)]
struct ServerView {
    reserved: AddressSet,
    excluded: AddressSet,
    leased: AddressSet,
}

impl Taken {
    /// The reasons against `address` and the last address, at most `limit`, for which they are
    /// the same.
    pub(super) fn reasons(&self, address: IpAddr, limit: IpAddr) -> (Vec<Reason>, IpAddr) {
        let mut reasons = Vec::new();
        let mut until = limit;
        let Ok(rest) = AddressRange::new(address, limit) else {
            return (reasons, address);
        };
        for (reason, set) in &self.sets {
            let Some(span) = set.spans_within(&rest).next() else {
                continue;
            };
            if span.first() == address {
                reasons.push(*reason);
                until = until.min(span.last());
            } else if let Some(before) = step(span.first(), -1) {
                until = until.min(before);
            }
        }
        (reasons, until)
    }

    pub(super) fn add(&mut self, reason: Reason, address: IpAddr) {
        for (of, set) in &mut self.sets {
            if *of == reason {
                set.insert(address);
            }
        }
    }
}

/// The address next to another one, or `None` at the end of the family.
pub(super) fn step(address: IpAddr, by: i8) -> Option<IpAddr> {
    let key = match by {
        ..0 => key_of(address).checked_sub(1)?,
        _ => key_of(address).checked_add(1)?,
    };
    address_of(Family::of(address), key)
}

impl Ipam {
    /// Everything about `range` that needs no probe. A range that is a scope is asked of its
    /// server, as the signed-in caller (domain 1.2).
    ///
    /// # Errors
    /// `IpamApiFetchFreeIPAccessDenied`, `IpamApiFetchFreeIPFailed`.
    pub(super) async fn taken(&self, caller: &Caller, range: &StoredRange) -> IpamResult<Taken> {
        let view = match &range.scope {
            Some(scope) => {
                let server = range.key.owner.service_instance.parse().map_err(|error| {
                    failed(format!("the service instance is no server: {error}"))
                })?;
                self.server_view(caller, &server, scope).await?
            }
            None => ServerView::default(),
        };
        let span = range.key.span;
        let recorded = self
            .store
            .read(|tx| recorded_within(tx, &range.key.address_space, &span))?;
        let recorded = recorded.into_iter().map(AddressRange::single).collect();
        let aside = range
            .details
            .vip
            .iter()
            .chain(&range.details.reserved_address);
        Ok(Taken {
            sets: [
                (Reason::InDatabase, recorded),
                (Reason::SetAside, aside.copied().collect()),
                (Reason::ReservedOnServer, view.reserved),
                (Reason::ExcludedOnServer, view.excluded),
                (Reason::LeasedOnServer, view.leased),
            ],
        })
    }

    async fn server_view(
        &self,
        caller: &Caller,
        server: &Fqdn,
        scope: &ScopeInfo,
    ) -> IpamResult<ServerView> {
        let found = self.resolver.lookup_host(server).await;
        let Some(address) = found.first().copied() else {
            return Err(failed(format!("the name `{server}` does not resolve")));
        };
        let scope = scope.scope;
        let refused = |error: RemoteError| refusal(server, error);
        let info = self
            .dhcp_call(caller, address, Request::GetScope { scope })
            .await
            .map_err(refused)?;
        let (reservations, leases) = join(
            self.dhcp_call(caller, address, Request::EnumReservations { scope }),
            self.dhcp_call(caller, address, Request::EnumLeases { scope }),
        )
        .await;
        let mut view = ServerView::default();
        for response in [
            info,
            reservations.map_err(refused)?,
            leases.map_err(refused)?,
        ] {
            view.take(response);
        }
        Ok(view)
    }
}

impl ServerView {
    fn take(&mut self, response: Response) {
        match response {
            Response::Scope(scope) => {
                // An inverted exclusion is stored by the server and has no effect (domain 8.5).
                let exclusions = scope.exclusions.iter();
                self.excluded = exclusions
                    .filter_map(|(first, last)| AddressRange::new(*first, *last).ok())
                    .collect();
            }
            Response::Reservations(reservations) => {
                let reserved = reservations.iter().map(|held| held.address);
                self.reserved = reserved.map(AddressRange::single).collect();
            }
            Response::Leases(leases) => {
                let leased = leases.iter().filter(|lease| is_taken(lease.state));
                self.leased = leased
                    .map(|lease| AddressRange::single(lease.address))
                    .collect();
            }
            _ => {}
        }
    }
}

/// An expired lease no longer keeps its address (domain 8.6); reservations count on their own.
fn is_taken(state: LeaseState) -> bool {
    matches!(
        state,
        LeaseState::Offered | LeaseState::Active | LeaseState::Declined
    )
}

fn failed(message: String) -> IpamError {
    IpamError::new(ErrorId::IpamApiFetchFreeIPFailed, message)
}

fn refusal(server: &Fqdn, error: RemoteError) -> IpamError {
    if error.stage == Stage::Call && error.error == Win32Error::ERROR_ACCESS_DENIED {
        return IpamError::new(
            ErrorId::IpamApiFetchFreeIPAccessDenied,
            format!("`{server}` refuses: add the account to DHCP Users there"),
        );
    }
    failed(format!(
        "`{server}` cannot be asked for its free addresses: {error}"
    ))
}
