//! The bindings of one scope: who has which address, until when, and which are free.
//!
//! Times are milliseconds since 1970 on the estate's calendar. The free addresses are kept as
//! spans and every binding has one deadline in an ordered index, so choosing an address and
//! expiring one are logarithmic whatever the size of the scope.

mod admin;
mod details;
#[cfg(test)]
mod invariants;

pub(super) use details::Details;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::ops::Bound;

use crate::addr::{AddressRange, AddressSet};
use crate::base::Duid;
use crate::wire::windows::dhcpm::{Reservation, ReservationKind, ReservedClient};

/// A point on the estate's calendar, milliseconds since 1970. `Instant::MAX` never comes.
pub(super) type Millis = i64;

/// What one address is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Offered and not yet requested. Lost in a crash.
    Offered,
    Active,
    /// In use by somebody unknown, after a DECLINE or an answered probe.
    Declined,
    /// Expired or released at this time. The record is kept for the client's sake.
    Expired {
        since: Millis,
    },
}

/// One binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binding {
    pub client: ReservedClient,
    pub state: State,
    /// When the state ends.
    pub until: Millis,
    pub host_name: String,
    pub details: Details,
}

/// What came due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Due {
    /// A lease ran out; its record stays.
    Expired,
    /// A record was removed.
    Purged,
    /// A declined address is tried again.
    Retried,
    /// An offer that nobody took.
    Lapsed,
}

/// Which protocol asks (domain 8.5: reservation types).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    Dhcp,
    Bootp,
}

impl Protocol {
    fn may_use(self, kind: ReservationKind) -> bool {
        match self {
            Protocol::Dhcp => kind != ReservationKind::Bootp,
            Protocol::Bootp => kind != ReservationKind::Dhcp,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Pool {
    /// What may be leased without a reservation, less the exclusions.
    leasable: AddressSet,
    /// Of those, the ones without reservation and without any binding.
    free: AddressSet,
    bindings: BTreeMap<IpAddr, Binding>,
    by_client: BTreeMap<ReservedClient, IpAddr>,
    due: BTreeSet<(Millis, IpAddr)>,
    /// Expired bindings, the longest expired first.
    expired: BTreeSet<(Millis, IpAddr)>,
    reservations: BTreeMap<IpAddr, Reservation>,
    by_reserved: BTreeMap<ReservedClient, IpAddr>,
    /// Reservations for whichever association of a client asks first.
    by_duid: BTreeMap<Duid, IpAddr>,
    active: u64,
}

impl Pool {
    pub fn new(range: AddressRange, exclusions: &[AddressRange]) -> Pool {
        let mut leasable = AddressSet::new();
        leasable.insert_range(&range);
        for exclusion in exclusions {
            leasable.remove_range(exclusion);
        }
        Pool {
            free: leasable.clone(),
            leasable,
            bindings: BTreeMap::new(),
            by_client: BTreeMap::new(),
            due: BTreeSet::new(),
            expired: BTreeSet::new(),
            reservations: BTreeMap::new(),
            by_reserved: BTreeMap::new(),
            by_duid: BTreeMap::new(),
            active: 0,
        }
    }

    pub fn binding(&self, address: IpAddr) -> Option<&Binding> {
        self.bindings.get(&address)
    }

    pub fn bindings(&self) -> impl Iterator<Item = (IpAddr, &Binding)> {
        self.bindings.iter().map(|(address, b)| (*address, b))
    }

    /// The bindings above an address.
    pub fn bindings_after(&self, from: IpAddr) -> impl Iterator<Item = (IpAddr, &Binding)> {
        let above = (Bound::Excluded(from), Bound::Unbounded);
        self.bindings.range(above).map(|(address, b)| (*address, b))
    }

    /// The address bound to `client`, whatever its state.
    pub fn address_of(&self, client: &ReservedClient) -> Option<IpAddr> {
        self.by_client.get(client).copied()
    }

    /// Leases that run now.
    pub fn in_use(&self) -> u64 {
        self.active
    }

    /// The earliest deadline.
    pub fn next_due(&self) -> Option<Millis> {
        self.due.first().map(|(at, _)| *at)
    }

    /// The address reserved for `client`, if `protocol` may use the reservation.
    pub fn reserved_for(&self, client: &ReservedClient, protocol: Protocol) -> Option<IpAddr> {
        let address = match self.by_reserved.get(client) {
            Some(address) => *address,
            None => self.reserved_for_duid(client)?,
        };
        let reservation = self.reservations.get(&address)?;
        protocol.may_use(reservation.kind).then_some(address)
    }

    /// Whether `client` may be given `address` as far as range, exclusions and reservations go.
    /// A reservation beats an exclusion (domain 8.5).
    pub fn permits(&self, client: &ReservedClient, address: IpAddr) -> bool {
        match self.reservations.get(&address) {
            Some(reservation) => {
                self.is_for(reservation, client) && Protocol::Dhcp.may_use(reservation.kind)
            }
            None => {
                self.leasable.contains(address)
                    && self.reserved_for(client, Protocol::Dhcp).is_none()
            }
        }
    }

    /// Whether nobody else holds `address`: it is free, or `client`'s, or long expired.
    pub fn is_open_to(&self, client: &ReservedClient, address: IpAddr) -> bool {
        match self.bindings.get(&address) {
            None => true,
            Some(binding) => match binding.state {
                State::Declined => false,
                State::Expired { .. } => true,
                State::Offered | State::Active => binding.client == *client,
            },
        }
    }

    /// The address to offer, in RFC 2131 section 4.3.1's order: the client's current or previous
    /// one, the one it asks for, a free one. A reservation comes before all of them.
    pub fn choose(&self, client: &ReservedClient, requested: Option<IpAddr>) -> Option<IpAddr> {
        if let Some(reserved) = self.reserved_for(client, Protocol::Dhcp) {
            return self.is_open_to(client, reserved).then_some(reserved);
        }
        self.by_client
            .get(client)
            .copied()
            .into_iter()
            .chain(requested)
            .find(|address| self.permits(client, *address) && self.is_open_to(client, *address))
            .or_else(|| self.lowest_free())
            .or_else(|| self.longest_expired())
    }

    fn lowest_free(&self) -> Option<IpAddr> {
        use crate::addr::Family;
        let free = &self.free;
        free.first(Family::V4).or_else(|| free.first(Family::V6))
    }

    /// The expired address whose client has had the most time to come back.
    fn longest_expired(&self) -> Option<IpAddr> {
        self.expired
            .iter()
            .map(|(_, address)| *address)
            .find(|a| self.leasable.contains(*a) && !self.reservations.contains_key(a))
    }

    /// Binds `address` to `client`. The caller has asked [`Pool::is_open_to`]; whatever else the
    /// client or the address was bound to in this scope ends.
    pub fn bind(&mut self, address: IpAddr, binding: Binding) {
        if let Some(old) = self.address_of(&binding.client)
            && old != address
        {
            self.unbind(old);
        }
        self.unbind(address);
        self.free.remove(address);
        if binding.state == State::Active {
            self.active += 1;
        }
        if let State::Expired { since } = binding.state {
            self.expired.insert((since, address));
        }
        if binding.until != Millis::MAX {
            self.due.insert((binding.until, address));
        }
        // A declined address belongs to nobody, so that its client is given another one.
        if binding.state != State::Declined {
            self.by_client.insert(binding.client.clone(), address);
        }
        self.bindings.insert(address, binding);
    }

    /// Removes the binding of `address` and frees it if it can be leased.
    pub fn unbind(&mut self, address: IpAddr) -> Option<Binding> {
        let binding = self.bindings.remove(&address)?;
        self.due.remove(&(binding.until, address));
        match binding.state {
            State::Active => self.active -= 1,
            State::Expired { since } => {
                self.expired.remove(&(since, address));
            }
            State::Offered | State::Declined => {}
        }
        if self.by_client.get(&binding.client) == Some(&address) {
            self.by_client.remove(&binding.client);
        }
        self.refresh_free(address);
        Some(binding)
    }

    fn refresh_free(&mut self, address: IpAddr) {
        if self.leasable.contains(address)
            && !self.reservations.contains_key(&address)
            && !self.bindings.contains_key(&address)
        {
            self.free.insert(address);
        } else {
            self.free.remove(address);
        }
    }

    /// Ends a lease at `now`: the client keeps the first claim on the address for `grace`.
    pub fn end_lease(&mut self, address: IpAddr, now: Millis, grace: Millis) {
        if let Some(binding) = self.unbind(address) {
            self.bind(
                address,
                Binding {
                    state: State::Expired { since: now },
                    until: now.saturating_add(grace),
                    ..binding
                },
            );
        }
    }

    /// Handles the earliest deadline if it lies at or before `now`. Returns when it was due.
    pub fn settle_one(
        &mut self,
        now: Millis,
        grace: Millis,
    ) -> Option<(Millis, IpAddr, Due, Binding)> {
        let (at, address) = *self.due.first().filter(|(at, _)| *at <= now)?;
        let binding = self.unbind(address)?;
        let due = match binding.state {
            State::Offered => Due::Lapsed,
            State::Declined => Due::Retried,
            State::Expired { .. } => Due::Purged,
            State::Active => {
                let kept = Binding {
                    state: State::Expired { since: at },
                    until: at.saturating_add(grace),
                    ..binding.clone()
                };
                self.bind(address, kept);
                Due::Expired
            }
        };
        Some((at, address, due, binding))
    }

    /// Forgets what a crash forgets: offers live in memory only.
    pub fn drop_offers(&mut self) {
        let offered: Vec<IpAddr> = self
            .bindings()
            .filter(|(_, binding)| binding.state == State::Offered)
            .map(|(address, _)| address)
            .collect();
        for address in offered {
            self.unbind(address);
        }
    }
}
