//! What is known about the addresses of a range before any is probed: criteria 1 to 3, and leases
//! (domain 7.1).

use std::net::IpAddr;

use futures_util::future::join;

use crate::addr::{AddressRange, AddressSet, predecessor};
use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::remote::{RemoteError, Stage};
use crate::ipam::space::AddressSpaceName;
use crate::ipam::space::ranges::StoredRange;
use crate::ipam::space::taken::recorded_from;
use crate::ipam::store::{Store, Tx};
use crate::wire::windows::Win32Error;
use crate::wire::windows::dhcpm::{LeaseState, Request, Response, ScopeInfo};

use super::candidate::Reason;

/// Runs of recorded addresses asked of the store at first, and at most, in one go.
const PAGE_MIN: usize = 16;
const PAGE_MAX: usize = 4096;

/// What a search passes over, in the order of the criteria.
pub(super) struct Taken {
    recorded: Recorded,
    /// Who was asked about a scope.
    server: Option<Fqdn>,
    sets: [(Reason, AddressSet); 4],
}

/// The first criterion: the addresses in records, asked of the store page by page as the search
/// comes to them. A range as wide as a /64 is never read as a whole.
struct Recorded {
    space: AddressSpaceName,
    page: AddressSet,
    /// What the page tells of; nothing yet.
    known: Option<AddressRange>,
    next_page: usize,
}

impl Recorded {
    fn of(space: &AddressSpaceName) -> Recorded {
        Recorded {
            space: space.clone(),
            page: AddressSet::new(),
            known: None,
            next_page: PAGE_MIN,
        }
    }

    /// What is recorded from the start of `rest` on, and how far that is known.
    fn from(&mut self, store: &Store, rest: &AddressRange) -> IpamResult<(&AddressSet, IpAddr)> {
        let first = rest.first();
        let until = match self.known {
            Some(known) if known.contains(first) => known.last(),
            _ => {
                let page = |tx: &Tx<'_>| recorded_from(tx, &self.space, rest, self.next_page);
                let (page, until) = store.read(page)?;
                self.page = page;
                self.known = AddressRange::new(first, until).ok();
                self.next_page = (self.next_page * 4).min(PAGE_MAX);
                until
            }
        };
        Ok((&self.page, until.min(rest.last())))
    }
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
    ///
    /// # Errors
    /// Those of a query.
    pub(super) fn reasons(
        &mut self,
        store: &Store,
        address: IpAddr,
        limit: IpAddr,
    ) -> IpamResult<(Vec<Reason>, IpAddr)> {
        let mut reasons = Vec::new();
        let Ok(rest) = AddressRange::new(address, limit) else {
            return Ok((reasons, address));
        };
        let (recorded, mut until) = self.recorded.from(store, &rest)?;
        let of_store = std::iter::once((Reason::InDatabase, recorded));
        let sets = self.sets.iter().map(|(reason, set)| (*reason, set));
        for (reason, set) in of_store.chain(sets) {
            let Some(span) = set.spans_within(&rest).next() else {
                continue;
            };
            if span.first() == address {
                reasons.push(reason);
                until = until.min(span.last());
            } else if let Some(before) = predecessor(span.first()) {
                until = until.min(before);
            }
        }
        Ok((reasons, until))
    }

    /// The DHCP server that was asked, of a scope.
    pub(super) fn server(&self) -> Option<&Fqdn> {
        self.server.as_ref()
    }

    /// Asks the store anew: somebody recorded an address meanwhile.
    pub(super) fn look_again(&mut self) {
        self.recorded.known = None;
    }
}

impl Ipam {
    /// Everything about `range` that needs no probe. A range that is a scope is asked of its
    /// server, as the signed-in caller (domain 1.2).
    ///
    /// # Errors
    /// `IpamApiFetchFreeIPAccessDenied`, `IpamApiFetchFreeIPFailed`.
    pub(super) async fn taken(&self, caller: &Caller, range: &StoredRange) -> IpamResult<Taken> {
        let mut asked = None;
        let view = match &range.scope {
            Some(scope) => {
                let server: Fqdn = range.key.owner.service_instance.parse().map_err(|error| {
                    failed(format!("the service instance is no server: {error}"))
                })?;
                let view = self.server_view(caller, &server, scope).await?;
                asked = Some(server);
                view
            }
            None => ServerView::default(),
        };
        Ok(Taken {
            recorded: Recorded::of(&range.key.address_space),
            server: asked,
            sets: [
                (Reason::SetAside, range.set_aside().collect()),
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
