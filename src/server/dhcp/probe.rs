//! Conflict detection: an address is pinged before it is offered.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

use super::server::{Arrival, DhcpServer};
use crate::base::Moment;
use crate::net::Outbox;
use crate::wire::dhcp::v4::Message;
use crate::wire::windows::dhcpm::ReservedClient;

/// A DISCOVER that waits for the verdict on its address.
#[derive(Debug, Clone)]
struct Probe {
    arrival: Arrival,
    message: Message,
    client: ReservedClient,
    scope: IpNet,
    address: IpAddr,
    /// Pings still to send after the one under way.
    more: u8,
}

/// The probes under way. A crash forgets them.
#[derive(Debug, Default)]
pub(super) struct Probes {
    next_token: u64,
    waiting: BTreeMap<u64, Probe>,
}

impl Probes {
    /// Takes a repeated DISCOVER of a client whose probe is under way; the offer will answer the
    /// latest one.
    pub fn repeat(&mut self, client: &ReservedClient, arrival: Arrival, message: &Message) -> bool {
        let probe = self.waiting.values_mut().find(|p| p.client == *client);
        match probe {
            Some(probe) => {
                probe.arrival = arrival;
                probe.message = message.clone();
                true
            }
            None => false,
        }
    }

    pub fn begin(
        &mut self,
        arrival: Arrival,
        message: &Message,
        client: ReservedClient,
        (scope, address): (IpNet, IpAddr),
        (attempts, timeout): (u8, Duration),
        out: &mut Outbox,
    ) {
        let probe = Probe {
            arrival,
            message: message.clone(),
            client,
            scope,
            address,
            more: attempts.saturating_sub(1),
        };
        self.send(probe, timeout, out);
    }

    fn send(&mut self, probe: Probe, timeout: Duration, out: &mut Outbox) {
        self.next_token += 1;
        out.ping(probe.address, timeout, self.next_token);
        self.waiting.insert(self.next_token, probe);
    }
}

impl DhcpServer {
    /// A ping ended: silence is asked again or believed, an answer sends the client elsewhere.
    pub(super) fn probe_done(&mut self, at: Moment, token: u64, alive: bool, out: &mut Outbox) {
        let Some(mut probe) = self.probes.waiting.remove(&token) else {
            return;
        };
        let arrival = Arrival {
            at,
            ..probe.arrival
        };
        if alive {
            let (scope, address) = (probe.scope, probe.address);
            self.mark_declined(arrival.now(), scope, address, probe.client);
            self.log_conflict(arrival, &probe.message, address);
            let answer = self.handle_v4(arrival, &probe.message, out);
            return match answer {
                Ok(Some(offer)) => self.send_v4(arrival, &probe.message, &offer, out),
                Ok(None) => {}
                Err(why) => self.diagnostics.note(at, arrival.from, why),
            };
        }
        if probe.more > 0 {
            probe.more -= 1;
            let timeout = self.config.conflict_timeout;
            return self.probes.send(probe, timeout, out);
        }
        // Management may have taken the address away meanwhile; the client will ask again.
        let held = self
            .scopes
            .get(probe.scope)
            .is_some_and(|scope| scope.pool.address_of(&probe.client) == Some(probe.address));
        if !held {
            return;
        }
        if let Some(offer) = self.offer(arrival, &probe.message, probe.scope, probe.address) {
            self.send_v4(arrival, &probe.message, &offer, out);
        }
    }
}
