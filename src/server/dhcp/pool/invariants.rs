//! What must hold whatever clients do; random histories ask after every step.

use super::{Pool, State};

impl Pool {
    pub fn check(&self) {
        let mut active = 0;
        for (address, binding) in &self.bindings {
            assert!(!self.free.contains(*address), "{address} bound and free");
            active += u64::from(binding.state == State::Active);
            if binding.state != State::Declined {
                assert_eq!(self.by_client.get(&binding.client), Some(address));
            }
            if let Some(reservation) = self.reservations.get(address) {
                assert!(
                    self.is_for(reservation, &binding.client) || binding.state == State::Declined,
                    "{address} is another's reservation"
                );
            } else {
                // A lease outlives its reservation, even on an excluded address, and its pool.
                let runs = binding.state != State::Offered;
                assert!(
                    runs || self.leasable.contains(*address),
                    "{address} not leasable"
                );
            }
            let expired = match binding.state {
                State::Expired { since } => self.expired.contains(&(since, *address)),
                _ => true,
            };
            assert!(expired, "{address} missing among the expired");
        }
        assert_eq!(active, self.active);
        assert!(self.by_client.len() <= self.bindings.len());
        for (client, address) in &self.by_client {
            assert_eq!(self.bindings.get(address).map(|b| &b.client), Some(client));
        }
        let mut expected = self.leasable.clone();
        for address in self.bindings.keys().chain(self.reservations.keys()) {
            expected.remove(*address);
        }
        assert_eq!(expected, self.free, "free set and bindings disagree");
        assert!(self.due.iter().all(|(at, a)| self.bindings[a].until == *at));
    }
}
