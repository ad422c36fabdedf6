//! A DHCPv4 client (RFC 2131 section 4.4).

use std::net::Ipv4Addr;

use super::super::malformed::Malformed;
use super::super::v4::{ClientFqdn, DhcpOption, Hardware, Message, MessageType, code};
use crate::base::MacAddress;

/// What a client was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseV4 {
    pub address: Ipv4Addr,
    pub server: Ipv4Addr,
    /// Seconds.
    pub lease_time: u32,
    pub subnet_mask: Option<Ipv4Addr>,
    pub routers: Vec<Ipv4Addr>,
    pub dns_servers: Vec<Ipv4Addr>,
    pub domain_name: Option<String>,
    /// What the server says of the client's name (RFC 4702).
    pub client_fqdn: Option<ClientFqdn>,
}

/// What an answer led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepV4 {
    /// The exchange goes on with this message.
    Send(Box<Message>),
    /// The lease is granted or prolonged.
    Bound(LeaseV4),
    /// The options asked for with an INFORM.
    Informed(Box<Message>),
    /// A NAK with its reason: the client has no address any more.
    Refused(String),
    /// An answer to somebody or something else.
    Ignored,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Init,
    Selecting,
    /// REQUEST sent: after an offer, a restart or for a longer lease.
    Requesting,
    Informing,
    Bound,
}

/// One interface of a client.
#[derive(Debug, Clone)]
pub struct ClientV4 {
    mac: MacAddress,
    client_id: Option<Vec<u8>>,
    host_name: Option<String>,
    client_fqdn: Option<ClientFqdn>,
    relay: Option<Ipv4Addr>,
    broadcast: bool,
    xid: u32,
    state: State,
    lease: Option<LeaseV4>,
}

impl ClientV4 {
    /// A client without an address whose first transaction id follows `xid`.
    pub fn new(mac: MacAddress, xid: u32) -> ClientV4 {
        ClientV4 {
            mac,
            client_id: None,
            host_name: None,
            client_fqdn: None,
            relay: None,
            broadcast: false,
            xid,
            state: State::Init,
            lease: None,
        }
    }

    /// Sends this client identifier (option 61) instead of leaving it to the hardware address.
    pub fn with_client_id(mut self, id: &[u8]) -> ClientV4 {
        self.client_id = Some(id.to_vec());
        self
    }

    pub fn with_host_name(mut self, name: &str) -> ClientV4 {
        self.host_name = Some(name.to_owned());
        self
    }

    /// Sends option 81.
    pub fn with_client_fqdn(mut self, fqdn: ClientFqdn) -> ClientV4 {
        self.client_fqdn = Some(fqdn);
        self
    }

    /// Speaks through another relay agent from now on, or through none.
    pub fn set_relay(&mut self, relay: Option<Ipv4Addr>) {
        self.relay = relay;
    }

    /// Speaks as if through a relay agent at this address: `giaddr` is set and one hop counted.
    pub fn via_relay(mut self, relay: Ipv4Addr) -> ClientV4 {
        self.relay = Some(relay);
        self
    }

    /// Asks for broadcast answers.
    pub fn with_broadcast(mut self) -> ClientV4 {
        self.broadcast = true;
        self
    }

    pub fn lease(&self) -> Option<&LeaseV4> {
        self.lease.as_ref()
    }

    fn message(&mut self, kind: MessageType) -> Message {
        self.xid = self.xid.wrapping_add(1);
        self.message_again(kind)
    }

    fn message_again(&self, kind: MessageType) -> Message {
        let mut message = Message::request(self.xid, Hardware::ethernet(self.mac));
        message.set(DhcpOption::MessageType(kind));
        message.set_broadcast(self.broadcast);
        if let Some(relay) = self.relay {
            message.giaddr = relay;
            message.hops = 1;
        }
        if let Some(id) = &self.client_id {
            message.set(DhcpOption::ClientId(id.clone()));
        }
        if let Some(name) = &self.host_name {
            message.set(DhcpOption::HostName(name.clone()));
        }
        if let Some(fqdn) = &self.client_fqdn {
            message.set(DhcpOption::Other {
                code: code::CLIENT_FQDN,
                bytes: fqdn.encode(),
            });
        }
        message
    }

    fn wanting_options(mut message: Message) -> Message {
        message.set(DhcpOption::ParameterList(vec![
            code::SUBNET_MASK,
            code::ROUTERS,
            code::DNS_SERVERS,
            code::DOMAIN_NAME,
        ]));
        message
    }

    /// Starts anew, asking for `wanted` if there is an address the client would like.
    pub fn discover(&mut self, wanted: Option<Ipv4Addr>) -> Message {
        self.state = State::Selecting;
        self.lease = None;
        let mut message = Self::wanting_options(self.message(MessageType::Discover));
        if let Some(wanted) = wanted {
            message.set(DhcpOption::RequestedAddress(wanted));
        }
        message
    }

    /// After a restart: asks whether `address` is still the client's (INIT-REBOOT).
    pub fn reboot(&mut self, address: Ipv4Addr) -> Message {
        self.state = State::Requesting;
        Self::wanting_options(self.message(MessageType::Request))
            .with(DhcpOption::RequestedAddress(address))
    }

    /// Prolongs the lease: to be sent to its server (RENEWING) or to everybody (REBINDING).
    /// `None` without a lease.
    pub fn renew(&mut self) -> Option<Message> {
        let address = self.lease.as_ref()?.address;
        self.state = State::Requesting;
        let mut message = Self::wanting_options(self.message(MessageType::Request));
        message.ciaddr = address;
        Some(message)
    }

    /// Gives the lease back. There is no answer to wait for. `None` without a lease.
    pub fn release(&mut self) -> Option<Message> {
        let lease = self.lease.take()?;
        self.state = State::Init;
        let mut message = self
            .message(MessageType::Release)
            .with(DhcpOption::ServerId(lease.server));
        message.ciaddr = lease.address;
        Some(message)
    }

    /// Says that the leased address is in use by somebody else. There is no answer to wait for.
    /// `None` without a lease.
    pub fn decline(&mut self) -> Option<Message> {
        let lease = self.lease.take()?;
        self.state = State::Init;
        let message = self
            .message(MessageType::Decline)
            .with(DhcpOption::ServerId(lease.server))
            .with(DhcpOption::RequestedAddress(lease.address));
        Some(message)
    }

    /// Asks for options only, for a host that has `address` already.
    pub fn inform(&mut self, address: Ipv4Addr) -> Message {
        self.state = State::Informing;
        let mut message = Self::wanting_options(self.message(MessageType::Inform));
        message.ciaddr = address;
        message
    }

    /// Takes a datagram. What is no answer to the exchange under way is ignored.
    pub fn receive(&mut self, datagram: &[u8]) -> Result<StepV4, Malformed> {
        let answer = Message::decode(datagram)?;
        let ours = answer.xid == self.xid && answer.hardware.mac() == Some(self.mac);
        let step = match (&self.state, answer.kind()) {
            _ if !ours => StepV4::Ignored,
            (State::Selecting, Some(MessageType::Offer)) => self.take_offer(&answer),
            (State::Requesting, Some(MessageType::Ack)) => self.bind(&answer),
            (State::Requesting, Some(MessageType::Nak)) => {
                self.state = State::Init;
                self.lease = None;
                StepV4::Refused(answer.message().unwrap_or_default().to_owned())
            }
            (State::Informing, Some(MessageType::Ack)) => {
                self.state = match &self.lease {
                    Some(_) => State::Bound,
                    None => State::Init,
                };
                StepV4::Informed(Box::new(answer))
            }
            _ => StepV4::Ignored,
        };
        Ok(step)
    }

    fn take_offer(&mut self, offer: &Message) -> StepV4 {
        let Some(server) = offer.server_id() else {
            return StepV4::Ignored;
        };
        self.state = State::Requesting;
        // The REQUEST goes on with the transaction of the DISCOVER (RFC 2131 section 4.4.1).
        let request = Self::wanting_options(self.message_again(MessageType::Request))
            .with(DhcpOption::RequestedAddress(offer.yiaddr))
            .with(DhcpOption::ServerId(server));
        StepV4::Send(Box::new(request))
    }

    fn bind(&mut self, ack: &Message) -> StepV4 {
        let (Some(server), Some(lease_time)) = (ack.server_id(), ack.lease_time()) else {
            return StepV4::Ignored;
        };
        let lease = LeaseV4 {
            address: ack.yiaddr,
            server,
            lease_time,
            subnet_mask: ack.subnet_mask(),
            routers: ack.routers().to_vec(),
            dns_servers: ack.dns_servers().to_vec(),
            domain_name: ack.domain_name().map(str::to_owned),
            client_fqdn: ack.client_fqdn(),
        };
        self.state = State::Bound;
        self.lease = Some(lease.clone());
        StepV4::Bound(lease)
    }
}
