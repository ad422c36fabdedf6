//! What an answer holds, and its line in the audit log.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

use super::super::audit::LineV6;
use super::super::scope::Scope;
use super::super::server::DhcpServer;
use super::Asked;
use crate::wire::dhcp::v6::message::name_bytes;
use crate::wire::dhcp::v6::{IaAddress, IaNa, Message, MessageType, Status, code};

impl DhcpServer {
    /// An empty answer with both identifiers.
    pub(super) fn answer_v6(&self, request: &Message, kind: MessageType) -> Message {
        let mut answer = Message::new(kind, request.xid);
        answer.client = request.client.clone();
        answer.server = Some(self.config.duid.clone());
        answer
    }

    /// Adds name servers and search domain if the client asks for them, or does not say.
    pub(super) fn fill_options_v6(
        &self,
        request: &Message,
        answer: &mut Message,
        scope: Option<IpNet>,
    ) {
        let wanted = &request.option_request;
        let wants = |number: u16| wanted.is_empty() || wanted.contains(&number);
        let scope = scope.and_then(|id| self.scopes.get(id));
        if wants(code::DNS_SERVERS) {
            answer.dns_servers = scope
                .map(|scope| &scope.dns_servers_v6)
                .filter(|list| !list.is_empty())
                .unwrap_or(&self.config.dns_servers_v6)
                .clone();
        }
        if wants(code::DOMAIN_SEARCH)
            && let Some(domain) = scope.and_then(|scope| scope.dns_domain_v6.as_ref())
        {
            answer
                .others
                .push((code::DOMAIN_SEARCH, name_bytes(domain)));
        }
    }

    /// Refuses what this server does not lease: temporary addresses and prefixes.
    pub(super) fn refuse_others(&self, request: &Message, answer: &mut Message) {
        for (number, bytes) in &request.others {
            let (head, status) = match *number {
                code::IA_TA => (4, Status::NoAddrsAvail),
                code::IA_PD => (12, Status::NoPrefixAvail),
                _ => continue,
            };
            let Some(head) = bytes.get(..head) else {
                continue;
            };
            let mut refusal = head.to_vec();
            let status: u16 = if status == Status::NoAddrsAvail { 2 } else { 6 };
            refusal.extend_from_slice(&code::STATUS_CODE.to_be_bytes());
            refusal.extend_from_slice(&2_u16.to_be_bytes());
            refusal.extend_from_slice(&status.to_be_bytes());
            answer.others.push((*number, refusal));
        }
    }

    /// Logs a message that was handled, with the address it was about.
    pub(super) fn log_v6(
        &mut self,
        asked: Asked<'_>,
        (id, description): (u16, &str),
        address: Option<Ipv6Addr>,
        error: u32,
    ) {
        if !self.config.audit_log {
            return;
        }
        let prefix = match address {
            Some(address) => self.scopes.containing_id(address.into()),
            None => asked.link.first().copied(),
        };
        let line = LineV6 {
            id,
            description,
            address: address.map(IpAddr::V6),
            host_name: &asked.message.client_name(),
            error,
            duid: &asked.client.0,
            prefix,
        };
        self.audit_v6.v6(asked.arrival.at.wall, &line);
    }
}

/// An association with one address at the scope's lifetimes. T1 and T2 are half and four fifths
/// of the preferred lifetime (RFC 8415 section 21.4).
pub(super) fn granted(iaid: u32, scope: &Scope, address: Ipv6Addr) -> IaNa {
    let preferred = scope.preferred_seconds;
    let (t1, t2) = match preferred {
        u32::MAX => (u32::MAX, u32::MAX),
        seconds => (seconds / 2, seconds - seconds / 5),
    };
    IaNa {
        t1,
        t2,
        addresses: vec![IaAddress {
            address,
            preferred,
            valid: scope.lease_seconds,
            status: None,
        }],
        ..IaNa::empty(iaid)
    }
}

/// An address the client must stop using (RFC 8415 section 18.3.4).
pub(super) fn withdrawn(address: Ipv6Addr) -> IaAddress {
    IaAddress {
        address,
        preferred: 0,
        valid: 0,
        status: None,
    }
}
