//! DHCPv4 and BOOTP: one message in, at most one answer out (RFC 2131 section 4.3).

mod answer;
mod bootp;
mod discover;
mod other;
mod request;

pub(super) use answer::{host_name_of, lease_end};

use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};

use ipnet::IpNet;

use super::diagnostics::Unanswered;
use super::server::{Arrival, DhcpServer, Handled};
use crate::net::Outbox;
use crate::wire::dhcp::v4::{Message, MessageType};

const SERVER_PORT: u16 = 67;
const CLIENT_PORT: u16 = 68;

/// RFC 3527: the relay names the client's link where its own address is not on it.
const LINK_SELECTION: u8 = 5;

impl DhcpServer {
    pub(super) fn handle_v4(
        &mut self,
        arrival: Arrival,
        message: &Message,
        out: &mut Outbox,
    ) -> Handled<Message> {
        match message.kind() {
            None => self.bootp(arrival, message),
            Some(MessageType::Discover) => self.discover(arrival, message, out),
            Some(MessageType::Request) => self.request(arrival, message),
            Some(MessageType::Decline) => self.decline(arrival, message),
            Some(MessageType::Release) => self.release(arrival, message),
            Some(MessageType::Inform) => self.inform(arrival, message),
            Some(kind) => Err(Unanswered::NotForServers(kind.to_string())),
        }
    }

    /// Whether `address` is one of this server's own.
    fn is_own(&self, address: Ipv4Addr) -> bool {
        self.config.addresses.contains(&IpAddr::V4(address))
    }

    /// The scope of the link a message comes from: the relay's link selection, the relay's
    /// address, or the link of the address it was received on (RFC 2131 section 4.3.1).
    fn link_scope(&self, arrival: Arrival, message: &Message) -> Option<IpNet> {
        if !message.giaddr.is_unspecified() {
            let selected = message
                .relay_suboption(LINK_SELECTION)
                .and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
            let link = selected.map_or(message.giaddr, Ipv4Addr::from);
            return self.scopes.selected_by(link.into());
        }
        std::iter::once(&arrival.to.ip())
            .chain(&self.config.addresses)
            .find_map(|address| self.scopes.selected_by(*address))
    }

    /// The active scopes of that link.
    fn link(&self, arrival: Arrival, message: &Message) -> Result<Vec<IpNet>, Unanswered> {
        let id = self
            .link_scope(arrival, message)
            .filter(|id| id.addr().is_ipv4())
            .ok_or(Unanswered::NoScope)?;
        let link = self.scopes.on_link(id);
        match link.is_empty() {
            true => Err(Unanswered::NoScope),
            false => Ok(link),
        }
    }

    /// Sends an answer where RFC 2131 section 4.1 says.
    pub(super) fn send_v4(
        &self,
        arrival: Arrival,
        request: &Message,
        answer: &Message,
        out: &mut Outbox,
    ) {
        let to = destination(arrival.from, request, answer);
        out.send(self.source_for(arrival), to, answer.encode());
    }
}

fn destination(from: SocketAddr, request: &Message, answer: &Message) -> SocketAddr {
    let to = |address: Ipv4Addr, port: u16| SocketAddr::V4(SocketAddrV4::new(address, port));
    if !request.giaddr.is_unspecified() {
        // A relay on another port than 67 has it in no field, so its packet's source stands in
        // (the idea of RFC 8357): tools without privilege can play the relay.
        return match from.port() {
            SERVER_PORT => to(request.giaddr, SERVER_PORT),
            _ => from,
        };
    }
    // Deviation: RFC 2131 answers a client without an address at its hardware address. This
    // network has no link layer; whoever already sends from an address is answered there.
    if !from.ip().is_unspecified() && from.port() != CLIENT_PORT {
        return from;
    }
    let is_nak = answer.kind() == Some(MessageType::Nak);
    if !request.ciaddr.is_unspecified() && !is_nak {
        return to(request.ciaddr, CLIENT_PORT);
    }
    if !from.ip().is_unspecified() {
        return from;
    }
    if is_nak || request.broadcast() {
        return to(Ipv4Addr::BROADCAST, CLIENT_PORT);
    }
    to(answer.yiaddr, CLIENT_PORT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::dhcp::v4::{DhcpOption, Hardware};

    #[test]
    fn answers_go_where_the_addresses_say() {
        let mac = "02-00-00-00-00-01".parse().unwrap();
        let plain = Message::request(1, Hardware::ethernet(mac));
        let mut offer = plain.answer();
        offer.yiaddr = [10, 0, 1, 10].into();
        let nak = offer
            .clone()
            .with(DhcpOption::MessageType(MessageType::Nak));
        let at = |from: &str, request: &Message, answer: &Message| {
            destination(from.parse().unwrap(), request, answer).to_string()
        };
        assert_eq!(at("0.0.0.0:68", &plain, &offer), "10.0.1.10:68");
        assert_eq!(at("0.0.0.0:68", &plain, &nak), "255.255.255.255:68");
        let mut broadcast = plain.clone();
        broadcast.set_broadcast(true);
        assert_eq!(at("0.0.0.0:68", &broadcast, &offer), "255.255.255.255:68");
        let mut renewing = plain.clone();
        renewing.ciaddr = [10, 0, 1, 44].into();
        assert_eq!(at("10.0.1.44:68", &renewing, &offer), "10.0.1.44:68");
        let mut relayed = plain.clone();
        relayed.giaddr = [10, 0, 1, 1].into();
        assert_eq!(at("10.0.1.1:67", &relayed, &nak), "10.0.1.1:67");
        assert_eq!(at("127.0.0.1:10068", &relayed, &offer), "127.0.0.1:10068");
    }
}
