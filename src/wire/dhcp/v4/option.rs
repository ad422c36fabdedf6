//! Options as the server, the engine and scenarios name them.

use std::net::Ipv4Addr;

use super::message::MessageType;

/// Option codes (RFC 2132 unless noted).
pub mod code {
    pub const PAD: u8 = 0;
    pub const SUBNET_MASK: u8 = 1;
    pub const ROUTERS: u8 = 3;
    pub const DNS_SERVERS: u8 = 6;
    pub const HOST_NAME: u8 = 12;
    pub const DOMAIN_NAME: u8 = 15;
    pub const REQUESTED_ADDRESS: u8 = 50;
    pub const LEASE_TIME: u8 = 51;
    pub const OVERLOAD: u8 = 52;
    pub const MESSAGE_TYPE: u8 = 53;
    pub const SERVER_ID: u8 = 54;
    pub const PARAMETER_LIST: u8 = 55;
    pub const MESSAGE: u8 = 56;
    pub const RENEWAL_TIME: u8 = 58;
    pub const REBINDING_TIME: u8 = 59;
    pub const VENDOR_CLASS: u8 = 60;
    pub const CLIENT_ID: u8 = 61;
    /// RFC 3004.
    pub const USER_CLASS: u8 = 77;
    /// RFC 4702.
    pub const CLIENT_FQDN: u8 = 81;
    /// RFC 3046.
    pub const RELAY_AGENT: u8 = 82;
    pub const END: u8 = 255;
}

/// One option. What has no variant travels as [`DhcpOption::Other`], byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DhcpOption {
    SubnetMask(Ipv4Addr),
    Routers(Vec<Ipv4Addr>),
    DnsServers(Vec<Ipv4Addr>),
    HostName(String),
    DomainName(String),
    RequestedAddress(Ipv4Addr),
    /// Seconds; `u32::MAX` is for ever (RFC 2131 section 3.3).
    LeaseTime(u32),
    MessageType(MessageType),
    ServerId(Ipv4Addr),
    /// The codes the client wants, in its order of preference.
    ParameterList(Vec<u8>),
    /// Why, in a NAK or a DECLINE.
    Message(String),
    /// T1, seconds.
    RenewalTime(u32),
    /// T2, seconds.
    RebindingTime(u32),
    VendorClass(Vec<u8>),
    UserClass(Vec<u8>),
    ClientId(Vec<u8>),
    /// Relay agent information with its suboptions as they came (RFC 3046 section 2.2).
    RelayAgent(Vec<u8>),
    Other {
        code: u8,
        bytes: Vec<u8>,
    },
}

impl DhcpOption {
    pub fn code(&self) -> u8 {
        match self {
            DhcpOption::SubnetMask(_) => code::SUBNET_MASK,
            DhcpOption::Routers(_) => code::ROUTERS,
            DhcpOption::DnsServers(_) => code::DNS_SERVERS,
            DhcpOption::HostName(_) => code::HOST_NAME,
            DhcpOption::DomainName(_) => code::DOMAIN_NAME,
            DhcpOption::RequestedAddress(_) => code::REQUESTED_ADDRESS,
            DhcpOption::LeaseTime(_) => code::LEASE_TIME,
            DhcpOption::MessageType(_) => code::MESSAGE_TYPE,
            DhcpOption::ServerId(_) => code::SERVER_ID,
            DhcpOption::ParameterList(_) => code::PARAMETER_LIST,
            DhcpOption::Message(_) => code::MESSAGE,
            DhcpOption::RenewalTime(_) => code::RENEWAL_TIME,
            DhcpOption::RebindingTime(_) => code::REBINDING_TIME,
            DhcpOption::VendorClass(_) => code::VENDOR_CLASS,
            DhcpOption::UserClass(_) => code::USER_CLASS,
            DhcpOption::ClientId(_) => code::CLIENT_ID,
            DhcpOption::RelayAgent(_) => code::RELAY_AGENT,
            DhcpOption::Other { code, .. } => *code,
        }
    }
}
