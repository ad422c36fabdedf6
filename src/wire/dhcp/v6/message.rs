//! A client's or server's message: what it asks or gives, by name.

use std::fmt;
use std::net::Ipv6Addr;

use crate::base::Duid;

/// Option codes (RFC 8415 section 21 unless noted).
pub mod code {
    pub const CLIENT_ID: u16 = 1;
    pub const SERVER_ID: u16 = 2;
    pub const IA_NA: u16 = 3;
    pub const IA_TA: u16 = 4;
    pub const IA_ADDRESS: u16 = 5;
    pub const OPTION_REQUEST: u16 = 6;
    pub const PREFERENCE: u16 = 7;
    pub const ELAPSED_TIME: u16 = 8;
    pub const RELAY_MESSAGE: u16 = 9;
    pub const STATUS_CODE: u16 = 13;
    pub const RAPID_COMMIT: u16 = 14;
    pub const INTERFACE_ID: u16 = 18;
    /// RFC 3646.
    pub const DNS_SERVERS: u16 = 23;
    /// RFC 3646.
    pub const DOMAIN_SEARCH: u16 = 24;
    pub const IA_PD: u16 = 25;
    /// RFC 4704.
    pub const CLIENT_FQDN: u16 = 39;
}

/// RFC 8415 section 7.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageType {
    Solicit,
    Advertise,
    Request,
    Confirm,
    Renew,
    Rebind,
    Reply,
    Release,
    Decline,
    Reconfigure,
    InformationRequest,
    RelayForward,
    RelayReply,
    /// Lease query and whatever else this laboratory does not speak.
    Other(u8),
}

/// The types in the order of their numbers, from 1.
const TYPES: [MessageType; 13] = [
    MessageType::Solicit,
    MessageType::Advertise,
    MessageType::Request,
    MessageType::Confirm,
    MessageType::Renew,
    MessageType::Rebind,
    MessageType::Reply,
    MessageType::Release,
    MessageType::Decline,
    MessageType::Reconfigure,
    MessageType::InformationRequest,
    MessageType::RelayForward,
    MessageType::RelayReply,
];

impl MessageType {
    pub(super) fn of(number: u8) -> MessageType {
        usize::from(number)
            .checked_sub(1)
            .and_then(|index| TYPES.get(index).copied())
            .unwrap_or(MessageType::Other(number))
    }

    pub(super) fn number(self) -> u8 {
        match self {
            MessageType::Other(number) => number,
            known => (1..)
                .zip(TYPES)
                .find_map(|(number, kind)| (kind == known).then_some(number))
                .unwrap_or(0),
        }
    }
}

/// Prints as the RFC writes it: `INFORMATION-REQUEST`.
impl fmt::Display for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MessageType::InformationRequest => f.write_str("INFORMATION-REQUEST"),
            MessageType::RelayForward => f.write_str("RELAY-FORW"),
            MessageType::RelayReply => f.write_str("RELAY-REPL"),
            MessageType::Other(number) => write!(f, "DHCPv6 message {number}"),
            known => f.write_str(&format!("{known:?}").to_uppercase()),
        }
    }
}

/// RFC 8415 section 21.13.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Success,
    UnspecFail,
    NoAddrsAvail,
    NoBinding,
    NotOnLink,
    UseMulticast,
    NoPrefixAvail,
    Other(u16),
}

/// A status with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusCode {
    pub status: Status,
    pub text: String,
}

impl StatusCode {
    pub fn new(status: Status, text: &str) -> StatusCode {
        StatusCode {
            status,
            text: text.to_owned(),
        }
    }
}

/// One address of an identity association.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IaAddress {
    pub address: Ipv6Addr,
    /// Seconds.
    pub preferred: u32,
    /// Seconds.
    pub valid: u32,
    pub status: Option<StatusCode>,
}

/// An identity association for non-temporary addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IaNa {
    pub iaid: u32,
    /// Seconds.
    pub t1: u32,
    /// Seconds.
    pub t2: u32,
    pub addresses: Vec<IaAddress>,
    pub status: Option<StatusCode>,
}

impl IaNa {
    /// An association without addresses, as a client sends it first.
    pub fn empty(iaid: u32) -> IaNa {
        IaNa {
            iaid,
            t1: 0,
            t2: 0,
            addresses: Vec::new(),
            status: None,
        }
    }

    /// An association that only says why it has no address.
    pub fn refused(iaid: u32, status: Status, text: &str) -> IaNa {
        IaNa {
            status: Some(StatusCode::new(status, text)),
            ..IaNa::empty(iaid)
        }
    }
}

/// One message between client and server, without the relays around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub kind: MessageType,
    /// 24 bits.
    pub xid: u32,
    pub client: Option<Duid>,
    pub server: Option<Duid>,
    pub ias: Vec<IaNa>,
    /// The codes the client wants.
    pub option_request: Vec<u16>,
    pub rapid_commit: bool,
    pub preference: Option<u8>,
    /// Hundredths of a second.
    pub elapsed: Option<u16>,
    pub status: Option<StatusCode>,
    pub dns_servers: Vec<Ipv6Addr>,
    /// Every other option with its bytes, in the order met.
    pub others: Vec<(u16, Vec<u8>)>,
}

impl Message {
    pub fn new(kind: MessageType, xid: u32) -> Message {
        Message {
            kind,
            xid: xid & 0x00ff_ffff,
            client: None,
            server: None,
            ias: Vec::new(),
            option_request: Vec::new(),
            rapid_commit: false,
            preference: None,
            elapsed: None,
            status: None,
            dns_servers: Vec::new(),
            others: Vec::new(),
        }
    }

    /// The bytes of an option that has no field here.
    pub fn other(&self, number: u16) -> Option<&[u8]> {
        self.others
            .iter()
            .find(|(code, _)| *code == number)
            .map(|(_, bytes)| bytes.as_slice())
    }

    /// The domain search list, nothing when its bytes are no names.
    pub fn domain_search(&self) -> Vec<String> {
        self.other(code::DOMAIN_SEARCH)
            .and_then(read_names)
            .unwrap_or_default()
    }
}

/// Names as labels (RFC 8415 section 10): no compression. The last may lack its root label.
pub(super) fn read_names(mut bytes: &[u8]) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut labels: Vec<String> = Vec::new();
    while let Some((length, rest)) = bytes.split_first() {
        let length = usize::from(*length);
        if length == 0 {
            names.push(labels.join("."));
            labels.clear();
        } else {
            let label = rest.get(..length.min(64)).filter(|_| length < 64)?;
            labels.push(String::from_utf8_lossy(label).into_owned());
        }
        bytes = rest.get(length..)?;
    }
    if !labels.is_empty() {
        names.push(labels.join("."));
    }
    Some(names)
}

/// A name as labels, root label included.
pub fn name_bytes(name: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(name.len() + 2);
    for label in name.split('.').filter(|label| !label.is_empty()) {
        let label = &label.as_bytes()[..label.len().min(63)];
        bytes.push(u8::try_from(label.len()).unwrap_or(63));
        bytes.extend_from_slice(label);
    }
    bytes.push(0);
    bytes
}
