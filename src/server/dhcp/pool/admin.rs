//! What management changes in a pool, and the free addresses it asks for.

use std::net::IpAddr;

use super::{Pool, State};
use crate::addr::{AddressRange, AddressSet};
use crate::wire::windows::dhcpm::{Reservation, ReservedClient};

impl Pool {
    pub fn reservations(&self) -> impl Iterator<Item = &Reservation> {
        self.reservations.values()
    }

    pub fn reservation(&self, address: IpAddr) -> Option<&Reservation> {
        self.reservations.get(&address)
    }

    pub fn is_reserved_client(&self, client: &ReservedClient) -> bool {
        self.by_reserved.contains_key(client)
    }

    /// Stores a reservation whose address and client have none yet. A binding of another client
    /// that is not a running lease ends.
    pub fn reserve(&mut self, reservation: Reservation) {
        let address = reservation.address;
        let foreign = self
            .bindings
            .get(&address)
            .is_some_and(|binding| binding.client != reservation.client);
        if foreign {
            self.unbind(address);
        }
        self.by_reserved.insert(reservation.client.clone(), address);
        self.reservations.insert(address, reservation);
        self.refresh_free(address);
    }

    /// Removes a reservation. A running lease goes on as an ordinary one (domain 8.5); any other
    /// trace of the client goes.
    pub fn unreserve(&mut self, address: IpAddr) -> Option<Reservation> {
        let reservation = self.reservations.remove(&address)?;
        self.by_reserved.remove(&reservation.client);
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
