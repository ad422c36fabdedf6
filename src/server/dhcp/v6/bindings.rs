//! SOLICIT, REQUEST, RENEW and REBIND: addresses given and prolonged.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

use super::super::diagnostics::Unanswered;
use super::super::pool::{Binding, Details, Millis, State};
use super::super::server::{DhcpServer, Handled};
use super::super::v4::lease_end;
use super::answer::{granted, withdrawn};
use super::{Asked, on_link};
use crate::wire::dhcp::v6::{IaNa, Message, MessageType, Status};
use crate::wire::windows::dhcpm::ReservedClient;

const SOLICIT: (u16, &str) = (11000, "DHCPV6 Solicit");
const ADVERTISE: (u16, &str) = (11001, "DHCPV6 Advertise");
const REQUEST: (u16, &str) = (11002, "DHCPV6 Request");
const RENEW: (u16, &str) = (11004, "DHCPV6 Renew");
const REBIND: (u16, &str) = (11005, "DHCPV6 Rebind");
const SCOPE_FULL: (u16, &str) = (11009, "DHCPV6 Scope Full");

/// Whether an address is promised or given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grant {
    Promise,
    Lease,
}

impl DhcpServer {
    /// RFC 8415 section 18.3.1 and 18.3.9.
    pub(super) fn solicit(&mut self, asked: Asked<'_>) -> Handled<Message> {
        self.log_v6(asked, SOLICIT, None, 0);
        let rapid = asked.message.rapid_commit && self.config.rapid_commit;
        let (kind, grant) = match rapid {
            true => (MessageType::Reply, Grant::Lease),
            false => (MessageType::Advertise, Grant::Promise),
        };
        let mut answer = self.answer_v6(asked.message, kind);
        for ia in &asked.message.ias {
            let ia = self.grant(asked, ia, grant);
            answer.ias.push(ia);
        }
        let address = first_address(&answer);
        let line = if rapid { REQUEST } else { ADVERTISE };
        self.log_v6(asked, line, address, 0);
        answer.rapid_commit = rapid;
        if !rapid {
            answer.preference = self.config.preference;
        }
        self.finish(asked, &mut answer);
        Ok(Some(answer))
    }

    /// RFC 8415 section 18.3.2.
    pub(super) fn request_v6(&mut self, asked: Asked<'_>) -> Handled<Message> {
        let mut answer = self.answer_v6(asked.message, MessageType::Reply);
        for ia in &asked.message.ias {
            let foreign = ia.addresses.iter().any(|a| !on_link(asked.link, a.address));
            let ia = match foreign {
                true => IaNa::refused(ia.iaid, Status::NotOnLink, "address not on this link"),
                false => self.grant(asked, ia, Grant::Lease),
            };
            answer.ias.push(ia);
        }
        self.log_v6(asked, REQUEST, first_address(&answer), 0);
        self.finish(asked, &mut answer);
        Ok(Some(answer))
    }

    /// RFC 8415 section 18.3.4. An unknown association gets NoBinding rather than a new lease.
    pub(super) fn renew(&mut self, asked: Asked<'_>) -> Handled<Message> {
        let mut answer = self.answer_v6(asked.message, MessageType::Reply);
        for ia in &asked.message.ias {
            let renewed = self.prolong_v6(asked, ia).unwrap_or_else(|| {
                IaNa::refused(ia.iaid, Status::NoBinding, "no lease for this association")
            });
            answer.ias.push(renewed);
        }
        self.log_v6(asked, RENEW, first_address(&answer), 0);
        self.finish(asked, &mut answer);
        Ok(Some(answer))
    }

    /// RFC 8415 section 18.3.5: addresses that fit no link are withdrawn, associations that
    /// another server may know are left to it.
    pub(super) fn rebind(&mut self, asked: Asked<'_>) -> Handled<Message> {
        let mut answer = self.answer_v6(asked.message, MessageType::Reply);
        for ia in &asked.message.ias {
            if let Some(ia) = self.prolong_v6(asked, ia) {
                answer.ias.push(ia);
                continue;
            }
            let foreign = ia
                .addresses
                .iter()
                .filter(|a| !on_link(asked.link, a.address));
            let withdrawn: Vec<_> = foreign.map(|a| withdrawn(a.address)).collect();
            if !withdrawn.is_empty() {
                answer.ias.push(IaNa {
                    addresses: withdrawn,
                    ..IaNa::empty(ia.iaid)
                });
            }
        }
        if answer.ias.is_empty() {
            return Err(Unanswered::UnknownClient);
        }
        self.log_v6(asked, REBIND, first_address(&answer), 0);
        self.finish(asked, &mut answer);
        Ok(Some(answer))
    }

    /// Adds what goes with the addresses of an answer, and has those that are leased registered.
    fn finish(&mut self, asked: Asked<'_>, answer: &mut Message) {
        self.refuse_others(asked.message, answer);
        self.fill_options_v6(asked.message, answer, asked.link.first().copied());
        self.register_v6(asked, answer);
    }

    /// Chooses and binds an address for one association.
    fn grant(&mut self, asked: Asked<'_>, ia: &IaNa, grant: Grant) -> IaNa {
        let client = key(asked, ia.iaid);
        let hint = ia.addresses.first().map(|hint| IpAddr::V6(hint.address));
        let Some((scope_id, address)) = self.choose(asked.link, &client, hint) else {
            self.log_v6(asked, SCOPE_FULL, None, 0);
            return IaNa::refused(ia.iaid, Status::NoAddrsAvail, "no address left");
        };
        self.bind_v6(asked, client, scope_id, address, grant);
        let granted = |address| {
            let scope = self.scopes.get(scope_id)?;
            let mut granted = granted(ia.iaid, scope, address);
            // Addresses the client named and does not get.
            if grant == Grant::Lease {
                let others = ia.addresses.iter().filter(|a| a.address != address);
                granted
                    .addresses
                    .extend(others.map(|a| withdrawn(a.address)));
            }
            Some(granted)
        };
        match address {
            IpAddr::V6(address) => granted(address),
            IpAddr::V4(_) => None,
        }
        .unwrap_or_else(|| IaNa::refused(ia.iaid, Status::UnspecFail, "no such scope"))
    }

    fn bind_v6(
        &mut self,
        asked: Asked<'_>,
        client: ReservedClient,
        scope_id: IpNet,
        address: IpAddr,
        grant: Grant,
    ) {
        let now = asked.arrival.now();
        let hold = Millis::try_from(self.config.offer_hold.as_millis()).unwrap_or(Millis::MAX);
        let Some(scope) = self.scopes.get_mut(scope_id) else {
            return;
        };
        let leased = scope
            .pool
            .binding(address)
            .is_some_and(|binding| binding.state == State::Active && binding.client == client);
        let (state, until) = match grant {
            // A promise takes nothing from a lease that runs.
            Grant::Promise if leased => return,
            Grant::Promise => (State::Offered, now.saturating_add(hold)),
            Grant::Lease => (State::Active, lease_end(now, scope.lease_seconds)),
        };
        let binding = Binding {
            client,
            state,
            until,
            host_name: asked.message.client_name(),
            details: Details::lasting(now, scope.lease_seconds)
                .preferred_for(scope.preferred_seconds),
        };
        scope.tally.assigned += u64::from(state == State::Active && !leased);
        scope.pool.bind(address, binding);
        self.due_at(until);
    }

    /// Prolongs what the client has, or had and may still have, and withdraws the rest.
    fn prolong_v6(&mut self, asked: Asked<'_>, ia: &IaNa) -> Option<IaNa> {
        let client = key(asked, ia.iaid);
        let (scope_id, address) = asked.link.iter().find_map(|id| {
            let pool = &self.scopes.get(*id)?.pool;
            let address = pool.address_of(&client)?;
            let state = pool.binding(address)?.state;
            let held = state != State::Offered && pool.permits(&client, address);
            held.then_some((*id, address))
        })?;
        let IpAddr::V6(v6) = address else {
            return None;
        };
        self.bind_v6(asked, client, scope_id, address, Grant::Lease);
        let mut prolonged = granted(ia.iaid, self.scopes.get(scope_id)?, v6);
        let others = ia.addresses.iter().filter(|a| a.address != v6);
        prolonged
            .addresses
            .extend(others.map(|a| withdrawn(a.address)));
        Some(prolonged)
    }
}

pub(super) fn key(asked: Asked<'_>, iaid: u32) -> ReservedClient {
    ReservedClient::V6 {
        duid: asked.client.clone(),
        iaid,
    }
}

fn first_address(answer: &Message) -> Option<Ipv6Addr> {
    let mut addresses = answer.ias.iter().flat_map(|ia| &ia.addresses);
    addresses.find(|a| a.valid > 0).map(|a| a.address)
}
