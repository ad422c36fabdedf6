//! CONFIRM, RELEASE, DECLINE and INFORMATION-REQUEST.

use std::net::IpAddr;

use ipnet::IpNet;

use super::super::diagnostics::Unanswered;
use super::super::pool::State;
use super::super::server::{Arrival, DhcpServer, Handled};
use super::bindings::key;
use super::{Asked, on_link};
use crate::base::Duid;
use crate::wire::dhcp::v6::{Envelope, IaNa, Message, MessageType, Status, StatusCode};

const CONFIRM: (u16, &str) = (11003, "DHCPV6 Confirm");
const DECLINE: (u16, &str) = (11006, "DHCPV6 Decline");
const RELEASE: (u16, &str) = (11007, "DHCPV6 Release");
const INFORMATION: (u16, &str) = (11008, "DHCPV6 Information Request");

impl DhcpServer {
    /// RFC 8415 section 18.3.3: are the client's addresses of this link?
    pub(super) fn confirm(&mut self, asked: Asked<'_>) -> Handled<Message> {
        let mut addresses = asked
            .message
            .ias
            .iter()
            .flat_map(|ia| &ia.addresses)
            .map(|a| a.address)
            .peekable();
        let Some(first) = addresses.peek().copied() else {
            return Err(Unanswered::Rule("confirm without an address"));
        };
        let status = match addresses.all(|address| on_link(asked.link, address)) {
            true => StatusCode::new(Status::Success, "all addresses are on this link"),
            false => StatusCode::new(Status::NotOnLink, "an address is not on this link"),
        };
        self.log_v6(asked, CONFIRM, Some(first), 0);
        let mut answer = self.answer_v6(asked.message, MessageType::Reply);
        answer.status = Some(status);
        Ok(Some(answer))
    }

    /// RFC 8415 section 18.3.7.
    pub(super) fn release_v6(&mut self, asked: Asked<'_>) -> Handled<Message> {
        let (now, grace) = (asked.arrival.now(), self.grace());
        let mut answer = self.answer_v6(asked.message, MessageType::Reply);
        for ia in &asked.message.ias {
            let bound = self.bound_addresses(asked, ia);
            if bound.is_empty() {
                answer.ias.push(no_binding(ia));
            }
            for (id, address) in bound {
                if let Some(scope) = self.scopes.get_mut(id) {
                    scope.pool.end_lease(address, now, grace);
                }
                self.due_at(now.saturating_add(grace));
                self.lease_over(id, address);
                self.log_address(asked, RELEASE, address);
            }
        }
        answer.status = Some(StatusCode::new(Status::Success, "released"));
        Ok(Some(answer))
    }

    /// RFC 8415 section 18.3.8.
    pub(super) fn decline_v6(&mut self, asked: Asked<'_>) -> Handled<Message> {
        let now = asked.arrival.now();
        let mut answer = self.answer_v6(asked.message, MessageType::Reply);
        for ia in &asked.message.ias {
            let bound = self.bound_addresses(asked, ia);
            if bound.is_empty() {
                answer.ias.push(no_binding(ia));
            }
            for (scope, address) in bound {
                self.mark_declined(now, scope, address, key(asked, ia.iaid));
                self.log_address(asked, DECLINE, address);
            }
        }
        answer.status = Some(StatusCode::new(Status::Success, "noted"));
        Ok(Some(answer))
    }

    /// RFC 8415 section 18.3.6: options only, no address. The client need not say who it is.
    pub(super) fn information(
        &mut self,
        arrival: Arrival,
        envelope: &Envelope,
    ) -> Handled<Message> {
        let message = &envelope.message;
        if message
            .server
            .as_ref()
            .is_some_and(|id| *id != self.config.duid)
        {
            return Err(Unanswered::OtherServer);
        }
        if !message.ias.is_empty() {
            return Err(Unanswered::Rule("information request with an association"));
        }
        let scope = self.link_scope_v6(arrival, envelope);
        let nobody = Duid(Vec::new());
        let asked = Asked {
            arrival,
            message,
            client: message.client.as_ref().unwrap_or(&nobody),
            link: scope.as_slice(),
        };
        self.log_v6(asked, INFORMATION, None, 0);
        let mut answer = self.answer_v6(message, MessageType::Reply);
        self.fill_options_v6(message, &mut answer, scope);
        Ok(Some(answer))
    }

    /// Of the addresses an association names, those that are leased to it.
    fn bound_addresses(&self, asked: Asked<'_>, ia: &IaNa) -> Vec<(IpNet, IpAddr)> {
        let client = key(asked, ia.iaid);
        let bound = |address: IpAddr| {
            let id = self.scopes.containing_id(address)?;
            let binding = self.scopes.get(id)?.pool.binding(address)?;
            let held = binding.state == State::Active && binding.client == client;
            held.then_some((id, address))
        };
        ia.addresses
            .iter()
            .filter_map(|a| bound(IpAddr::V6(a.address)))
            .collect()
    }

    fn log_address(&mut self, asked: Asked<'_>, line: (u16, &str), address: IpAddr) {
        if let IpAddr::V6(address) = address {
            self.log_v6(asked, line, Some(address), 0);
        }
    }
}

fn no_binding(ia: &IaNa) -> IaNa {
    IaNa::refused(ia.iaid, Status::NoBinding, "no lease for this association")
}
