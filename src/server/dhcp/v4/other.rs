//! DHCPDECLINE, DHCPRELEASE and DHCPINFORM (RFC 2131 sections 4.3.3 to 4.3.5).

use std::net::{IpAddr, Ipv4Addr};

use super::super::client::client_of;
use super::super::diagnostics::Unanswered;
use super::super::pool::State;
use super::super::server::{Arrival, DhcpServer, Handled};
use crate::wire::dhcp::v4::{DhcpOption, Message, MessageType};

impl DhcpServer {
    /// The client found the address in use: it is not given to anybody for a lease time.
    pub(super) fn decline(&mut self, arrival: Arrival, message: &Message) -> Handled<Message> {
        self.must_name_us(arrival, message)?;
        let address = message
            .requested_address()
            .ok_or(Unanswered::Rule("decline without an address"))?;
        let client = client_of(message);
        let scope_id = self.bound_scope(message, address.into())?;
        self.mark_declined(arrival.now(), scope_id, address.into(), client);
        self.log_conflict(arrival, message, address.into());
        Ok(None)
    }

    /// The client gives its address back. The record stays for the grace period, so that it can
    /// have the same address again.
    pub(super) fn release(&mut self, arrival: Arrival, message: &Message) -> Handled<Message> {
        if message.server_id().is_some() {
            self.must_name_us(arrival, message)?;
        }
        let address = message.ciaddr;
        let scope_id = self.bound_scope(message, address.into())?;
        let (now, grace) = (arrival.now(), self.grace());
        if let Some(scope) = self.scopes.get_mut(scope_id) {
            let binding = scope.pool.binding(address.into());
            if binding.is_none_or(|binding| binding.state != State::Active) {
                return Err(Unanswered::UnknownClient);
            }
            scope.pool.end_lease(address.into(), now, grace);
        }
        self.due_at(now.saturating_add(grace));
        self.log_v4(arrival, message, 12, "Release", Some(address));
        self.lease_over(scope_id, address.into());
        Ok(None)
    }

    /// A client with an address of its own wants options. Any IPv4 scope makes the server answer,
    /// active or not: discovery relies on it (domain 3.2).
    pub(super) fn inform(&mut self, arrival: Arrival, message: &Message) -> Handled<Message> {
        if !self.scopes.has_v4() {
            return Err(Unanswered::NoScope);
        }
        let address = match (message.ciaddr, arrival.from.ip()) {
            (Ipv4Addr::UNSPECIFIED, source) if source.is_unspecified() => {
                return Err(Unanswered::Rule("inform without an address"));
            }
            (Ipv4Addr::UNSPECIFIED, source) => source,
            (ciaddr, _) => IpAddr::V4(ciaddr),
        };
        let scope = self
            .scopes
            .containing_id(address)
            .or_else(|| self.link_scope(arrival, message))
            .filter(|id| id.addr().is_ipv4());
        let mut answer = message.answer();
        answer.ciaddr = message.ciaddr;
        answer.set(DhcpOption::MessageType(MessageType::Ack));
        answer.set(DhcpOption::ServerId(self.server_id(arrival)));
        // No address and no lease time go along (RFC 2131 section 4.3.5).
        self.fill_options(message, &mut answer, scope);
        Ok(Some(answer))
    }

    fn must_name_us(&self, arrival: Arrival, message: &Message) -> Result<(), Unanswered> {
        match message.server_id() {
            None => Err(Unanswered::Rule("message without a server identifier")),
            Some(id) if self.is_own(id) || arrival.to.ip() == IpAddr::V4(id) => Ok(()),
            Some(_) => Err(Unanswered::OtherServer),
        }
    }

    /// The scope in which `address` is bound to the message's client.
    fn bound_scope(&self, message: &Message, address: IpAddr) -> Result<ipnet::IpNet, Unanswered> {
        let client = client_of(message);
        let id = self
            .scopes
            .containing_id(address)
            .ok_or(Unanswered::NoScope)?;
        self.scopes
            .get(id)
            .and_then(|scope| scope.pool.binding(address))
            .filter(|binding| binding.client == client && binding.state != State::Declined)
            .map(|_| id)
            .ok_or(Unanswered::UnknownClient)
    }
}
