//! What management changes in a pool, and the free addresses it asks for.

use std::net::IpAddr;

use super::{Pool, State};
use crate::addr::{AddressRange, AddressSet};
use crate::base::Duid;
use crate::wire::windows::dhcpm::{Reservation, ReservedClient};

impl Pool {
    pub fn reservations(&self) -> impl Iterator<Item = &Reservation> {
        self.reservations.values()
    }

    pub fn reservation(&self, address: IpAddr) -> Option<&Reservation> {
        self.reservations.get(&address)
    }

    pub fn is_reserved_client(&self, client: &ReservedClient) -> bool {
        let by_duid = match client {
            ReservedClient::V6 { duid, .. } => self.by_duid.contains_key(duid),
            _ => false,
        };
        by_duid || self.by_reserved.contains_key(client)
    }

    /// Whether `client` is who `reservation` is for.
    pub fn is_for(&self, reservation: &Reservation, client: &ReservedClient) -> bool {
        reservation.client == *client
            || match client {
                ReservedClient::V6 { duid, .. } => {
                    self.by_duid.get(duid) == Some(&reservation.address)
                }
                _ => false,
            }
    }

    /// The address reserved for a client by its identifier alone, unless another association of
    /// the same client has taken it.
    pub(super) fn reserved_for_duid(&self, client: &ReservedClient) -> Option<IpAddr> {
        let ReservedClient::V6 { duid, .. } = client else {
            return None;
        };
        let address = *self.by_duid.get(duid)?;
        self.is_open_to(client, address).then_some(address)
    }

    /// Whether a reservation is for any association of its client, rather than for one.
    pub fn is_for_any_association(&self, reservation: &Reservation) -> bool {
        match &reservation.client {
            ReservedClient::V6 { duid, .. } => self.by_duid.get(duid) == Some(&reservation.address),
            _ => false,
        }
    }

    /// The address reserved for exactly this client, or for its identifier.
    pub fn reserved_address(&self, client: &ReservedClient) -> Option<IpAddr> {
        let by_duid = || match client {
            ReservedClient::V6 { duid, .. } => self.by_duid.get(duid),
            _ => None,
        };
        self.by_reserved.get(client).or_else(by_duid).copied()
    }

    /// The first address reserved for any association of a client.
    pub fn reserved_by_duid(&self, duid: &Duid) -> Option<IpAddr> {
        let of = |iaid| ReservedClient::V6 {
            duid: duid.clone(),
            iaid,
        };
        let exact = self.by_reserved.range(of(0)..=of(u32::MAX)).next();
        let exact = exact.map(|(_, address)| *address);
        self.by_duid.get(duid).copied().or(exact)
    }

    /// Stores a reservation as [`Pool::reserve`] does, for whichever association of the client
    /// asks first.
    pub fn reserve_for_duid(&mut self, reservation: Reservation) {
        if let ReservedClient::V6 { duid, .. } = &reservation.client {
            self.by_duid.insert(duid.clone(), reservation.address);
        }
        self.reserve(reservation);
    }

    /// Stores a reservation whose address and client have none yet. A binding of another client
    /// that is not a running lease ends.
    pub fn reserve(&mut self, reservation: Reservation) {
        let address = reservation.address;
        let foreign = self
            .bindings
            .get(&address)
            .is_some_and(|binding| !self.is_for(&reservation, &binding.client));
        if foreign {
            self.unbind(address);
        }
        if !self.is_for_any_association(&reservation) {
            self.by_reserved.insert(reservation.client.clone(), address);
        }
        self.reservations.insert(address, reservation);
        self.refresh_free(address);
    }

    /// Removes a reservation. A running lease goes on as an ordinary one (domain 8.5); any other
    /// trace of the client goes.
    pub fn unreserve(&mut self, address: IpAddr) -> Option<Reservation> {
        let reservation = self.reservations.remove(&address)?;
        if self.by_reserved.get(&reservation.client) == Some(&address) {
            self.by_reserved.remove(&reservation.client);
        }
        if self.is_for_any_association(&reservation)
            && let ReservedClient::V6 { duid, .. } = &reservation.client
        {
            self.by_duid.remove(duid);
        }
        let leased = self
            .bindings
            .get(&address)
            .is_some_and(|binding| binding.state == State::Active);
        if !leased {
            self.unbind(address);
        }
        self.refresh_free(address);
        Some(reservation)
    }

    /// Replaces name, description and kind of the reservation of this address and client.
    pub fn update_reservation(&mut self, reservation: Reservation) {
        self.reservations.insert(reservation.address, reservation);
    }

    /// How many addresses may be leased without a reservation.
    pub fn leasable_size(&self) -> u128 {
        self.leasable.size()
    }

    /// Recomputes what may be leased after the exclusions changed.
    pub fn set_leasable(&mut self, range: AddressRange, exclusions: &[AddressRange]) {
        self.leasable = AddressSet::new();
        self.leasable.insert_range(&range);
        for exclusion in exclusions {
            self.leasable.remove_range(exclusion);
        }
        self.free = self.leasable.clone();
        for address in self.bindings.keys().chain(self.reservations.keys()) {
            self.free.remove(*address);
        }
    }

    /// Addresses without a client and outside exclusions, expired ones included, in order
    /// (domain 8.6).
    pub fn available(&self, within: AddressRange, count: usize) -> Vec<IpAddr> {
        let expired = self
            .bindings
            .range(within.first()..=within.last())
            .filter(|(address, binding)| {
                matches!(binding.state, State::Expired { .. })
                    && self.leasable.contains(**address)
                    && !self.reservations.contains_key(*address)
            })
            .map(|(address, _)| *address);
        let mut free = self
            .free
            .spans_within(&within)
            .flat_map(|span| span.addresses())
            .peekable();
        let mut expired = expired.peekable();
        std::iter::from_fn(|| match (free.peek(), expired.peek()) {
            (Some(f), Some(e)) if e < f => expired.next(),
            (Some(_), _) => free.next(),
            (None, _) => expired.next(),
        })
        .take(count)
        .collect()
    }
}
