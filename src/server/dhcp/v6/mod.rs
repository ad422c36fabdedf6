//! DHCPv6: one message in, at most one answer out (RFC 8415 section 18.3).

mod answer;
mod bindings;
mod other;
mod register;

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

use super::diagnostics::Unanswered;
use super::server::{Arrival, DhcpServer, Handled};
use crate::base::Duid;
use crate::wire::dhcp::v6::{Envelope, Message, MessageType};

/// A message that passed the rules of its kind, with what every handler needs.
#[derive(Debug, Clone, Copy)]
struct Asked<'a> {
    arrival: Arrival,
    message: &'a Message,
    client: &'a Duid,
    /// The active scopes of the client's link.
    link: &'a [IpNet],
}

impl DhcpServer {
    pub(super) fn handle_v6(&mut self, arrival: Arrival, envelope: &Envelope) -> Handled<Message> {
        let message = &envelope.message;
        if message.kind == MessageType::InformationRequest {
            return self.information(arrival, envelope);
        }
        self.check_ids(message)?;
        let Some(client) = &message.client else {
            return Err(Unanswered::Rule("message without a client identifier"));
        };
        let link = self.link_v6(arrival, envelope)?;
        let asked = Asked {
            arrival,
            message,
            client,
            link: &link,
        };
        match message.kind {
            MessageType::Solicit => self.solicit(asked),
            MessageType::Request => self.request_v6(asked),
            MessageType::Renew => self.renew(asked),
            MessageType::Rebind => self.rebind(asked),
            MessageType::Confirm => self.confirm(asked),
            MessageType::Release => self.release_v6(asked),
            MessageType::Decline => self.decline_v6(asked),
            kind => Err(Unanswered::NotForServers(kind.to_string())),
        }
    }

    /// Which identifiers a message must and must not have (RFC 8415 section 16).
    fn check_ids(&self, message: &Message) -> Result<(), Unanswered> {
        use MessageType::*;
        // Deviation: section 16 drops a SOLICIT, CONFIRM or REBIND that was sent to a unicast
        // address. Load generators and clients without multicast send them so.
        match (message.kind, &message.server) {
            (Solicit | Confirm | Rebind, Some(_)) => {
                Err(Unanswered::Rule("message with a server identifier"))
            }
            (Request | Renew | Release | Decline, None) => {
                Err(Unanswered::Rule("message without a server identifier"))
            }
            (_, Some(id)) if *id != self.config.duid => Err(Unanswered::OtherServer),
            _ => Ok(()),
        }
    }

    /// The scope of the client's link: the link address of the relay nearest to the client that
    /// gives one (RFC 8415 section 13.1), or the client's own address, or the one it sent to.
    fn link_scope_v6(&self, arrival: Arrival, envelope: &Envelope) -> Option<IpNet> {
        let relayed = envelope
            .relays
            .iter()
            .rev()
            .map(|relay| relay.link)
            .find(|link| !link.is_unspecified());
        if let Some(link) = relayed {
            return self.scopes.selected_by(IpAddr::V6(link));
        }
        if !envelope.relays.is_empty() {
            return None;
        }
        [arrival.from.ip(), arrival.to.ip()]
            .iter()
            .chain(&self.config.addresses)
            .filter_map(|address| self.scopes.selected_by(*address))
            .find(|id| id.addr().is_ipv6())
    }

    fn link_v6(&self, arrival: Arrival, envelope: &Envelope) -> Result<Vec<IpNet>, Unanswered> {
        let link = self
            .link_scope_v6(arrival, envelope)
            .map(|id| self.scopes.on_link(id))
            .unwrap_or_default();
        match link.is_empty() {
            true => Err(Unanswered::NoScope),
            false => Ok(link),
        }
    }
}

/// Whether `address` belongs to a prefix of the link.
fn on_link(link: &[IpNet], address: Ipv6Addr) -> bool {
    link.iter().any(|id| id.contains(&IpAddr::V6(address)))
}
