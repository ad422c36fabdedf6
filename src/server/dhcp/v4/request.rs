//! DHCPREQUEST in every state of the client (RFC 2131 section 4.3.2, table 4).

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::super::client::client_of;
use super::super::diagnostics::Unanswered;
use super::super::pool::State;
use super::super::server::{Arrival, DhcpServer, Handled};
use crate::wire::dhcp::v4::Message;

/// The state a client is in, as its REQUEST shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClientState {
    /// It took an offer: of this server or of another.
    Selecting { server: Ipv4Addr, address: Ipv4Addr },
    /// It remembers an address from before a restart.
    InitReboot { address: Ipv4Addr },
    /// It asks this server to prolong its lease.
    Renewing { address: Ipv4Addr },
    /// It asks anybody to.
    Rebinding { address: Ipv4Addr },
}

impl DhcpServer {
    pub(super) fn request(&mut self, arrival: Arrival, message: &Message) -> Handled<Message> {
        match self.client_state(arrival, message)? {
            ClientState::Selecting { server, address } => {
                self.selecting(arrival, message, server, address)
            }
            ClientState::InitReboot { address } => self.init_reboot(arrival, message, address),
            ClientState::Renewing { address } => self.renewing(arrival, message, address),
            ClientState::Rebinding { address } => self.rebinding(arrival, message, address),
        }
    }

    fn client_state(&self, arrival: Arrival, message: &Message) -> Result<ClientState, Unanswered> {
        let ciaddr = Some(message.ciaddr).filter(|address| !address.is_unspecified());
        let state = match (message.server_id(), message.requested_address(), ciaddr) {
            (Some(server), Some(address), _) => ClientState::Selecting { server, address },
            // Deviation: a client that renews leaves the server identifier out; load generators
            // that build the renewal from the ACK leave it in.
            (Some(server), None, Some(address)) if self.is_own(server) => {
                ClientState::Renewing { address }
            }
            (Some(_), None, Some(_)) => return Err(Unanswered::OtherServer),
            (None, Some(address), None) => ClientState::InitReboot { address },
            (None, Some(_), Some(_)) => {
                return Err(Unanswered::Rule("request with two addresses"));
            }
            (None, None, Some(address)) => {
                let to_us = match arrival.to.ip() {
                    IpAddr::V4(to) => !to.is_broadcast() && message.giaddr.is_unspecified(),
                    IpAddr::V6(_) => false,
                };
                match to_us {
                    true => ClientState::Renewing { address },
                    false => ClientState::Rebinding { address },
                }
            }
            (_, None, None) => return Err(Unanswered::Rule("request without an address")),
        };
        Ok(state)
    }

    fn selecting(
        &mut self,
        arrival: Arrival,
        message: &Message,
        server: Ipv4Addr,
        address: Ipv4Addr,
    ) -> Handled<Message> {
        let client = client_of(message);
        let link = self.link(arrival, message)?;
        if !self.is_own(server) && IpAddr::V4(server) != arrival.to.ip() {
            // The client took another server's offer: ours is free again.
            for id in link {
                if let Some(scope) = self.scopes.get_mut(id)
                    && let Some(held) = scope.pool.address_of(&client)
                    && let Some(binding) = scope.pool.binding(held)
                    && binding.state == State::Offered
                {
                    scope.pool.unbind(held);
                }
            }
            return Err(Unanswered::OtherServer);
        }
        let Some(scope_id) = holds(&link, address) else {
            return self.nak(arrival, message, address, "address not on this link");
        };
        // An offer that lapsed, or was lost in a crash, is honoured while nobody else has it.
        let open = self.scopes.get(scope_id).is_some_and(|scope| {
            scope.pool.permits(&client, address.into())
                && scope.pool.is_open_to(&client, address.into())
        });
        match open {
            true => self.commit(arrival, message, client, scope_id, address),
            false => self.nak(arrival, message, address, "address not available"),
        }
    }

    fn init_reboot(
        &mut self,
        arrival: Arrival,
        message: &Message,
        address: Ipv4Addr,
    ) -> Handled<Message> {
        let client = client_of(message);
        let link = self.link(arrival, message)?;
        let Some(scope_id) = holds(&link, address) else {
            return self.nak(arrival, message, address, "address not on this link");
        };
        let known = link.iter().find_map(|id| {
            let pool = &self.scopes.get(*id)?.pool;
            pool.address_of(&client).map(|address| (*id, address))
        });
        match known {
            // Without a record the server keeps silent: another one may have it.
            None => Err(Unanswered::UnknownClient),
            Some((_, known)) if known != IpAddr::V4(address) => {
                self.nak(arrival, message, address, "client has another address")
            }
            Some(_) => self.prolong(arrival, message, scope_id, address),
        }
    }

    fn renewing(
        &mut self,
        arrival: Arrival,
        message: &Message,
        address: Ipv4Addr,
    ) -> Handled<Message> {
        // A deactivated scope ends its leases at their renewal.
        let scope = self
            .scopes
            .containing_id(address.into())
            .and_then(|id| self.scopes.get(id))
            .filter(|scope| scope.active);
        let Some(scope) = scope else {
            return self.nak(arrival, message, address, "no scope for the address");
        };
        let scope_id = scope.id;
        if scope.pool.binding(address.into()).is_none() {
            return self.nak(arrival, message, address, "no lease for the address");
        }
        self.prolong(arrival, message, scope_id, address)
    }

    fn rebinding(
        &mut self,
        arrival: Arrival,
        message: &Message,
        address: Ipv4Addr,
    ) -> Handled<Message> {
        let link = self.link(arrival, message)?;
        let Some(scope_id) = holds(&link, address) else {
            return self.nak(arrival, message, address, "address not on this link");
        };
        let bound = self
            .scopes
            .get(scope_id)
            .is_some_and(|scope| scope.pool.binding(address.into()).is_some());
        match bound {
            // The lease may be another server's.
            false => Err(Unanswered::UnknownClient),
            true => self.prolong(arrival, message, scope_id, address),
        }
    }

    /// Acknowledges an address that has a binding, if it is the client's and still permitted.
    fn prolong(
        &mut self,
        arrival: Arrival,
        message: &Message,
        scope_id: IpNet,
        address: Ipv4Addr,
    ) -> Handled<Message> {
        let client = client_of(message);
        let refusal = self.scopes.get(scope_id).and_then(|scope| {
            let binding = scope.pool.binding(address.into())?;
            if binding.client != client || binding.state == State::Declined {
                Some("address belongs to another client")
            } else if !scope.pool.permits(&client, address.into()) {
                Some("address no longer leased")
            } else {
                None
            }
        });
        match refusal {
            Some(reason) => self.nak(arrival, message, address, reason),
            None => self.commit(arrival, message, client, scope_id, address),
        }
    }
}

/// The scope of a link whose subnet holds `address`.
fn holds(link: &[IpNet], address: Ipv4Addr) -> Option<IpNet> {
    let address = IpAddr::V4(address);
    link.iter().find(|id| id.contains(&address)).copied()
}
