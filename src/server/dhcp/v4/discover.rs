//! DHCPDISCOVER: choose an address, hold it, offer it (RFC 2131 section 4.3.1).

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::super::client::client_of;
use super::super::diagnostics::Unanswered;
use super::super::pool::{Binding, Details, Millis, Protocol, State};
use super::super::server::{Arrival, DhcpServer, Handled};
use crate::net::Outbox;
use crate::wire::dhcp::v4::{Message, MessageType};
use crate::wire::windows::dhcpm::ReservedClient;

impl DhcpServer {
    pub(super) fn discover(
        &mut self,
        arrival: Arrival,
        message: &Message,
        out: &mut Outbox,
    ) -> Handled<Message> {
        let link = self.link(arrival, message)?;
        let client = client_of(message);
        if self.probes.repeat(&client, arrival, message) {
            return Ok(None);
        }
        let requested = message.requested_address().map(IpAddr::V4);
        let Some((scope_id, address)) = self.choose(&link, &client, requested) else {
            self.log_v4(arrival, message, 14, "Scope Full", None);
            return Err(Unanswered::Exhausted);
        };
        if self.hold(arrival, scope_id, address, &client) {
            self.probes.begin(
                arrival,
                message,
                client,
                (scope_id, address),
                (self.config.conflict_attempts, self.config.conflict_timeout),
                out,
            );
            return Ok(None);
        }
        Ok(self.offer(arrival, message, scope_id, address))
    }

    pub(in super::super) fn offer(
        &self,
        arrival: Arrival,
        message: &Message,
        scope: IpNet,
        address: IpAddr,
    ) -> Option<Message> {
        let IpAddr::V4(address) = address else {
            return None;
        };
        let offer = self.lease_answer(arrival, message, MessageType::Offer, scope, address);
        Some(offer)
    }

    /// The address for a client among the scopes of its link: a reservation or what it has or had
    /// anywhere on the link first, then whatever the first scope with room gives.
    pub(in super::super) fn choose(
        &self,
        link: &[IpNet],
        client: &ReservedClient,
        requested: Option<IpAddr>,
    ) -> Option<(IpNet, IpAddr)> {
        let pool_of = |id: &IpNet| self.scopes.get(*id).map(|scope| &scope.pool);
        let known = link.len() > 1;
        let at_home = link.iter().filter(|_| known).find(|id| {
            pool_of(id).is_some_and(|pool| {
                pool.reserved_for(client, Protocol::Dhcp).is_some()
                    || pool.address_of(client).is_some()
                    || requested.is_some_and(|address| id.contains(&address))
            })
        });
        at_home
            .into_iter()
            .chain(link)
            .find_map(|id| Some((*id, pool_of(id)?.choose(client, requested)?)))
    }

    /// Holds an address for a client until it requests it. Returns whether the address should be
    /// probed first: a client that has the lease already answers the probe itself, and a
    /// reserved address is the client's whoever answers.
    fn hold(
        &mut self,
        arrival: Arrival,
        scope_id: IpNet,
        address: IpAddr,
        client: &ReservedClient,
    ) -> bool {
        let hold = Millis::try_from(self.config.offer_hold.as_millis()).unwrap_or(Millis::MAX);
        let until = arrival.now().saturating_add(hold);
        let probing = self.config.conflict_attempts > 0;
        let Some(scope) = self.scopes.get_mut(scope_id) else {
            return false;
        };
        let leased = scope
            .pool
            .binding(address)
            .is_some_and(|binding| binding.state == State::Active && binding.client == *client);
        if leased {
            return false;
        }
        let binding = Binding {
            client: client.clone(),
            state: State::Offered,
            until,
            host_name: String::new(),
            details: Details::default(),
        };
        let reserved = scope.pool.reservation(address).is_some();
        scope.pool.bind(address, binding);
        self.due_at(until);
        probing && !reserved
    }

    /// Marks an address that somebody unknown uses. It is tried again after a lease time.
    pub(in super::super) fn mark_declined(
        &mut self,
        now: Millis,
        scope_id: IpNet,
        address: IpAddr,
        client: ReservedClient,
    ) {
        let Some(scope) = self.scopes.get_mut(scope_id) else {
            return;
        };
        let lease_seconds = scope.lease_seconds;
        let until = super::answer::lease_end(now, lease_seconds);
        let binding = Binding {
            client,
            state: State::Declined,
            until,
            host_name: BAD_ADDRESS.to_owned(),
            details: Details::lasting(now, lease_seconds),
        };
        scope.pool.bind(address, binding);
        self.due_at(until);
        self.lease_over(scope_id, address);
    }

    /// Logs an address that answered although nobody has it.
    pub(in super::super) fn log_conflict(
        &mut self,
        arrival: Arrival,
        message: &Message,
        address: IpAddr,
    ) {
        let address: Option<Ipv4Addr> = match address {
            IpAddr::V4(v4) => Some(v4),
            IpAddr::V6(_) => None,
        };
        self.log_v4(arrival, message, 13, "Conflict", address);
    }
}

/// The name a lease listing shows for a declined address.
const BAD_ADDRESS: &str = "BAD_ADDRESS";
