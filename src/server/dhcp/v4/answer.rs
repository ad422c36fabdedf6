//! What an answer holds: addresses, times and the options of scope and server.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::super::audit::LineV4;
use super::super::client::bytes_of;
use super::super::diagnostics::Unanswered;
use super::super::pool::{Binding, Details, State};
use super::super::server::{Arrival, DhcpServer, Handled};
use crate::wire::dhcp::v4::{DhcpOption, Message, MessageType, code};
use crate::wire::windows::dhcpm::ReservedClient;

impl DhcpServer {
    /// An OFFER or ACK of `address` (RFC 2131 table 3).
    pub(super) fn lease_answer(
        &self,
        arrival: Arrival,
        request: &Message,
        kind: MessageType,
        scope: IpNet,
        address: Ipv4Addr,
    ) -> Message {
        let mut answer = request.answer();
        answer.yiaddr = address;
        answer.set(DhcpOption::MessageType(kind));
        answer.set(DhcpOption::ServerId(self.server_id(arrival)));
        if kind == MessageType::Ack {
            answer.ciaddr = request.ciaddr;
        }
        if let Some(scope) = self.scopes.get(scope) {
            let seconds = scope.lease_seconds;
            answer.set(DhcpOption::LeaseTime(seconds));
            if seconds != u32::MAX {
                // T1 and T2 are half and seven eighths (RFC 2131 section 4.4.5).
                answer.set(DhcpOption::RenewalTime(seconds / 2));
                answer.set(DhcpOption::RebindingTime(seconds - seconds / 8));
            }
        }
        self.fill_options(request, &mut answer, Some(scope));
        answer
    }

    /// Adds the scope's and the server's options that the client asks for, all of them when it
    /// does not say. The scope's come before the server's; the mask always goes along.
    pub(super) fn fill_options(
        &self,
        request: &Message,
        answer: &mut Message,
        scope: Option<IpNet>,
    ) {
        let wanted = request.parameter_list();
        let is_wanted = |option: &&DhcpOption| wanted.is_empty() || wanted.contains(&option.code());
        for option in self.config.options.iter().filter(is_wanted) {
            answer.set(option.clone());
        }
        let Some(scope) = scope.and_then(|id| self.scopes.get(id)) else {
            return;
        };
        for option in scope.options.iter().filter(is_wanted) {
            answer.set(option.clone());
        }
        if let IpNet::V4(subnet) = scope.id {
            answer.set(DhcpOption::SubnetMask(subnet.netmask()));
        }
    }

    /// A NAK with its reason, logged.
    pub(super) fn nak(
        &mut self,
        arrival: Arrival,
        request: &Message,
        address: Ipv4Addr,
        reason: &str,
    ) -> Handled<Message> {
        let mut answer = request.answer();
        if !request.giaddr.is_unspecified() {
            // The relay must broadcast it: the client may have no usable address (RFC 2131
            // section 4.3.2).
            answer.set_broadcast(true);
        }
        answer.set(DhcpOption::MessageType(MessageType::Nak));
        answer.set(DhcpOption::ServerId(self.server_id(arrival)));
        answer.set(DhcpOption::Message(reason.to_owned()));
        self.log_v4(arrival, request, 15, "NACK", Some(address));
        Ok(Some(answer))
    }

    /// The server identifier: the address the client reaches this server at.
    pub(super) fn server_id(&self, arrival: Arrival) -> Ipv4Addr {
        match self.source_for(arrival).ip() {
            IpAddr::V4(address) => address,
            IpAddr::V6(_) => Ipv4Addr::UNSPECIFIED,
        }
    }

    /// Makes or prolongs a lease and acknowledges it.
    pub(super) fn commit(
        &mut self,
        arrival: Arrival,
        request: &Message,
        client: ReservedClient,
        scope_id: IpNet,
        address: Ipv4Addr,
    ) -> Handled<Message> {
        let now = arrival.now();
        let host_name = host_name_of(request);
        let Some(scope) = self.scopes.get_mut(scope_id) else {
            return Err(Unanswered::NoScope);
        };
        let renewal = scope
            .pool
            .binding(address.into())
            .is_some_and(|binding| binding.state == State::Active);
        let until = lease_end(now, scope.lease_seconds);
        let binding = Binding {
            client,
            state: State::Active,
            until,
            host_name,
            details: Details::of_v4(request, now, scope.lease_seconds),
        };
        scope.pool.bind(address.into(), binding);
        scope.tally.assigned += u64::from(!renewal);
        self.due_at(until);
        let (id, description) = if renewal {
            (11, "Renew")
        } else {
            (10, "Assign")
        };
        self.log_v4(arrival, request, id, description, Some(address));
        let mut ack = self.lease_answer(arrival, request, MessageType::Ack, scope_id, address);
        if let Some(fqdn) = self.register_v4(arrival, request, scope_id, address) {
            ack.set(DhcpOption::Other {
                code: code::CLIENT_FQDN,
                bytes: fqdn.encode(),
            });
        }
        Ok(Some(ack))
    }

    pub(super) fn log_v4(
        &mut self,
        arrival: Arrival,
        request: &Message,
        id: u16,
        description: &str,
        address: Option<Ipv4Addr>,
    ) {
        if !self.config.audit_log {
            return;
        }
        let client = super::super::client::client_of(request);
        let line = LineV4 {
            id,
            description,
            address: address.map(IpAddr::V4),
            host_name: &host_name_of(request),
            client: bytes_of(&client),
            xid: request.xid,
            vendor_class: request.vendor_class().unwrap_or_default(),
            user_class: request.raw(code::USER_CLASS).unwrap_or_default(),
            relay_agent: request.raw(code::RELAY_AGENT).unwrap_or_default(),
            dns_error: 0,
        };
        self.audit_v4.v4(arrival.at.wall, &line);
    }
}

/// When a lease of so many seconds ends; an infinite one never does.
pub(in super::super) fn lease_end(now: i64, seconds: u32) -> i64 {
    match seconds {
        u32::MAX => i64::MAX,
        seconds => now.saturating_add(i64::from(seconds) * 1000),
    }
}

/// The client's name: option 12, or the name of option 81 (RFC 4702) in either encoding.
pub(in super::super) fn host_name_of(message: &Message) -> String {
    if let Some(name) = message.host_name() {
        return name.trim_end_matches('\0').to_owned();
    }
    if let Some(bytes) = message.raw(code::HOST_NAME) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    message
        .client_fqdn()
        .map_or(String::new(), |fqdn| fqdn.name)
}
