//! The message itself: header fields by name, options by meaning.

use std::collections::BTreeMap;
use std::fmt;
use std::net::Ipv4Addr;

use dhcproto::v4 as codec;

use super::client_fqdn::ClientFqdn;
use super::option::{DhcpOption, code};
use crate::base::MacAddress;

/// Who speaks (RFC 2131 section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Request,
    Reply,
}

/// RFC 2132 section 9.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageType {
    Discover,
    Offer,
    Request,
    Decline,
    Ack,
    Nak,
    Release,
    Inform,
    /// Lease query and whatever else this laboratory does not speak.
    Other(u8),
}

impl MessageType {
    pub(super) fn number(self) -> u8 {
        match self {
            MessageType::Discover => 1,
            MessageType::Offer => 2,
            MessageType::Request => 3,
            MessageType::Decline => 4,
            MessageType::Ack => 5,
            MessageType::Nak => 6,
            MessageType::Release => 7,
            MessageType::Inform => 8,
            MessageType::Other(number) => number,
        }
    }

    pub(super) fn of(number: u8) -> MessageType {
        match number {
            1 => MessageType::Discover,
            2 => MessageType::Offer,
            3 => MessageType::Request,
            4 => MessageType::Decline,
            5 => MessageType::Ack,
            6 => MessageType::Nak,
            7 => MessageType::Release,
            8 => MessageType::Inform,
            number => MessageType::Other(number),
        }
    }
}

/// Prints as the RFC writes it: `DHCPDISCOVER`.
impl fmt::Display for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MessageType::Other(number) => write!(f, "DHCP message {number}"),
            known => write!(f, "DHCP{}", format!("{known:?}").to_uppercase()),
        }
    }
}

/// A hardware address as the header carries it: type, length and up to 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hardware {
    /// 1 is Ethernet (RFC 1700).
    pub kind: u8,
    pub(super) length: u8,
    pub(super) bytes: [u8; 16],
}

impl Hardware {
    pub fn ethernet(mac: MacAddress) -> Hardware {
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&mac.0);
        Hardware {
            kind: 1,
            length: 6,
            bytes,
        }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length.min(16))]
    }

    /// The address when it has the length of a MAC address.
    pub fn mac(&self) -> Option<MacAddress> {
        self.bytes().try_into().ok().map(MacAddress)
    }
}

/// One DHCPv4 or BOOTP message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub operation: Operation,
    pub hardware: Hardware,
    pub hops: u8,
    pub xid: u32,
    pub secs: u16,
    /// The flags field; see [`Message::broadcast`].
    pub flags: u16,
    /// Client address: filled while the client has a lease it may use.
    pub ciaddr: Ipv4Addr,
    /// "Your" address: what the server gives.
    pub yiaddr: Ipv4Addr,
    pub siaddr: Ipv4Addr,
    /// Relay agent address.
    pub giaddr: Ipv4Addr,
    pub(super) options: codec::DhcpOptions,
    pub(super) raw: BTreeMap<u8, Vec<u8>>,
}

/// The top bit of the flags: answer by broadcast (RFC 2131 section 2).
pub(super) const BROADCAST: u16 = 0x8000;

impl Message {
    /// An empty message of a client.
    pub fn request(xid: u32, hardware: Hardware) -> Message {
        Message {
            operation: Operation::Request,
            hardware,
            hops: 0,
            xid,
            secs: 0,
            flags: 0,
            ciaddr: Ipv4Addr::UNSPECIFIED,
            yiaddr: Ipv4Addr::UNSPECIFIED,
            siaddr: Ipv4Addr::UNSPECIFIED,
            giaddr: Ipv4Addr::UNSPECIFIED,
            options: codec::DhcpOptions::new(),
            raw: BTreeMap::new(),
        }
    }

    /// An empty answer to `self`, with the fields that RFC 2131 table 3 copies. The client
    /// identifier (RFC 6842) and the relay agent information (RFC 3046 section 2.2) come along.
    pub fn answer(&self) -> Message {
        let mut answer = Message {
            operation: Operation::Reply,
            hops: 0,
            secs: 0,
            flags: self.flags,
            giaddr: self.giaddr,
            ..Message::request(self.xid, self.hardware)
        };
        if let Some(id) = self.client_id() {
            answer.set(DhcpOption::ClientId(id.to_vec()));
        }
        if let Some(agent) = self.raw.get(&code::RELAY_AGENT) {
            answer.raw.insert(code::RELAY_AGENT, agent.clone());
        }
        answer
    }

    /// Whether the client asked for broadcast answers.
    pub fn broadcast(&self) -> bool {
        self.flags & BROADCAST != 0
    }

    pub fn set_broadcast(&mut self, on: bool) {
        self.flags = if on { BROADCAST } else { 0 };
    }

    /// Adds an option, replacing one of the same code.
    pub fn set(&mut self, option: DhcpOption) {
        use codec::DhcpOption as C;
        let number = option.code();
        let known = match option {
            DhcpOption::SubnetMask(mask) => C::SubnetMask(mask),
            DhcpOption::Routers(list) => C::Router(list),
            DhcpOption::DnsServers(list) => C::DomainNameServer(list),
            DhcpOption::HostName(name) => C::Hostname(name),
            DhcpOption::DomainName(name) => C::DomainName(name),
            DhcpOption::RequestedAddress(address) => C::RequestedIpAddress(address),
            DhcpOption::LeaseTime(seconds) => C::AddressLeaseTime(seconds),
            DhcpOption::MessageType(kind) => C::MessageType(kind.number().into()),
            DhcpOption::ServerId(address) => C::ServerIdentifier(address),
            DhcpOption::ParameterList(codes) => {
                C::ParameterRequestList(codes.into_iter().map(Into::into).collect())
            }
            DhcpOption::Message(text) => C::Message(text),
            DhcpOption::RenewalTime(seconds) => C::Renewal(seconds),
            DhcpOption::RebindingTime(seconds) => C::Rebinding(seconds),
            DhcpOption::VendorClass(bytes) => C::ClassIdentifier(bytes),
            DhcpOption::ClientId(bytes) => C::ClientIdentifier(bytes),
            DhcpOption::UserClass(bytes)
            | DhcpOption::RelayAgent(bytes)
            | DhcpOption::Other { bytes, .. } => {
                self.options.remove(number.into());
                self.raw.insert(number, bytes);
                return;
            }
        };
        self.raw.remove(&number);
        self.options.insert(known);
    }

    /// [`Message::set`] for chains.
    pub fn with(mut self, option: DhcpOption) -> Message {
        self.set(option);
        self
    }

    fn option(&self, number: u8) -> Option<&codec::DhcpOption> {
        self.options.get(number.into())
    }

    /// `None` for plain BOOTP.
    pub fn kind(&self) -> Option<MessageType> {
        match self.option(code::MESSAGE_TYPE)? {
            codec::DhcpOption::MessageType(kind) => Some(MessageType::of((*kind).into())),
            _ => None,
        }
    }

    fn address(&self, number: u8) -> Option<Ipv4Addr> {
        match self.option(number)? {
            codec::DhcpOption::SubnetMask(address)
            | codec::DhcpOption::RequestedIpAddress(address)
            | codec::DhcpOption::ServerIdentifier(address) => Some(*address),
            _ => None,
        }
    }

    pub fn requested_address(&self) -> Option<Ipv4Addr> {
        self.address(code::REQUESTED_ADDRESS)
    }

    pub fn server_id(&self) -> Option<Ipv4Addr> {
        self.address(code::SERVER_ID)
    }

    pub fn subnet_mask(&self) -> Option<Ipv4Addr> {
        self.address(code::SUBNET_MASK)
    }

    fn seconds(&self, number: u8) -> Option<u32> {
        match self.option(number)? {
            codec::DhcpOption::AddressLeaseTime(seconds)
            | codec::DhcpOption::Renewal(seconds)
            | codec::DhcpOption::Rebinding(seconds) => Some(*seconds),
            _ => None,
        }
    }

    pub fn lease_time(&self) -> Option<u32> {
        self.seconds(code::LEASE_TIME)
    }

    /// T1, seconds.
    pub fn renewal_time(&self) -> Option<u32> {
        self.seconds(code::RENEWAL_TIME)
    }

    /// T2, seconds.
    pub fn rebinding_time(&self) -> Option<u32> {
        self.seconds(code::REBINDING_TIME)
    }

    pub fn routers(&self) -> &[Ipv4Addr] {
        match self.option(code::ROUTERS) {
            Some(codec::DhcpOption::Router(list)) => list,
            _ => &[],
        }
    }

    pub fn dns_servers(&self) -> &[Ipv4Addr] {
        match self.option(code::DNS_SERVERS) {
            Some(codec::DhcpOption::DomainNameServer(list)) => list,
            _ => &[],
        }
    }

    fn text(&self, number: u8) -> Option<&str> {
        match self.option(number)? {
            codec::DhcpOption::Hostname(text)
            | codec::DhcpOption::DomainName(text)
            | codec::DhcpOption::Message(text) => Some(text),
            _ => None,
        }
    }

    pub fn domain_name(&self) -> Option<&str> {
        self.text(code::DOMAIN_NAME)
    }

    /// The reason in a NAK or a DECLINE.
    pub fn message(&self) -> Option<&str> {
        self.text(code::MESSAGE)
    }

    /// Option 12. Nothing when its bytes are no UTF-8; they travel as [`Message::raw`].
    pub fn host_name(&self) -> Option<&str> {
        self.text(code::HOST_NAME)
    }

    pub fn client_id(&self) -> Option<&[u8]> {
        match self.option(code::CLIENT_ID)? {
            codec::DhcpOption::ClientIdentifier(bytes) => Some(bytes),
            _ => None,
        }
    }

    pub fn vendor_class(&self) -> Option<&[u8]> {
        match self.option(code::VENDOR_CLASS)? {
            codec::DhcpOption::ClassIdentifier(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The codes the client wants, none when it did not say.
    pub fn parameter_list(&self) -> Vec<u8> {
        match self.option(code::PARAMETER_LIST) {
            Some(codec::DhcpOption::ParameterRequestList(codes)) => {
                codes.iter().map(|code| u8::from(*code)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Option 81 (RFC 4702); nothing when it is malformed.
    pub fn client_fqdn(&self) -> Option<ClientFqdn> {
        ClientFqdn::parse(self.raw(code::CLIENT_FQDN)?)
    }

    /// The value of an option that has no accessor here, as it came.
    pub fn raw(&self, number: u8) -> Option<&[u8]> {
        self.raw.get(&number).map(Vec::as_slice)
    }

    /// The value of a suboption of the relay agent information (RFC 3046 section 2.0).
    pub fn relay_suboption(&self, number: u8) -> Option<&[u8]> {
        let mut rest = self.raw(code::RELAY_AGENT)?;
        while let [code, length, tail @ ..] = rest {
            let value = tail.get(..usize::from(*length))?;
            if *code == number {
                return Some(value);
            }
            rest = &tail[value.len()..];
        }
        None
    }
}
