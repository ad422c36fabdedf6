//! Win32 status codes that a remote call can end with, with their symbolic names.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A Win32, RPC, DHCP or DNS status code.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    thiserror::Error,
)]
pub struct Win32Error(pub u32);

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $text:literal;)*) => {
        impl Win32Error {
            $($(#[$doc])* pub const $name: Win32Error = Win32Error($code);)*

            /// The symbolic name, or `None` for a code that ipamlab never produces.
            pub fn name(self) -> Option<&'static str> {
                match self.0 { $($code => Some(stringify!($name)),)* _ => None }
            }

            /// What the code means, as a lower-case fragment.
            pub fn meaning(self) -> &'static str {
                match self.0 { $($code => $text,)* _ => "unknown error" }
            }
        }
    };
}

codes! {
    ERROR_FILE_NOT_FOUND = 2, "the file or object was not found";
    ERROR_PATH_NOT_FOUND = 3, "the path was not found";
    ERROR_ACCESS_DENIED = 5, "access is denied";
    ERROR_BAD_NETPATH = 53, "the network path was not found";
    ERROR_BAD_NET_NAME = 67, "the share name was not found";
    ERROR_INVALID_PARAMETER = 87, "a parameter is not valid";
    ERROR_ALREADY_EXISTS = 183, "the object exists already";
    ERROR_MORE_DATA = 234, "more data is available";
    ERROR_NO_MORE_ITEMS = 259, "there are no more items";
    ERROR_SERVICE_DOES_NOT_EXIST = 1060, "the service does not exist";
    ERROR_SERVICE_NOT_ACTIVE = 1062, "the service has not been started";
    ERROR_NO_SUCH_DOMAIN = 1355, "the domain does not exist or cannot be contacted";
    ERROR_MEMBER_IN_ALIAS = 1378, "the account is a member of the group already";
    ERROR_MEMBER_NOT_IN_ALIAS = 1377, "the account is not a member of the group";
    ERROR_LOGON_FAILURE = 1326, "the account name or password is wrong";
    ERROR_NO_SUCH_ALIAS = 1376, "the local group does not exist";
    /// How DHCPv6 management refuses an overlapping exclusion (domain 8.5).
    ERROR_DUPLICATE_TAG = 2014, "an element that overlaps exists already";
    ERROR_NO_SUCH_MEMBER = 1387, "the account to be a member does not exist";
    ERROR_INVALID_MEMBER = 1388, "the account cannot be a member of the group";
    ERROR_DS_REFERRAL = 8235, "another domain controller holds the object";
    ERROR_DS_UNWILLING_TO_PERFORM = 8245, "the server is unwilling to process the request";
    ERROR_DS_NO_SUCH_OBJECT = 8240, "there is no such object in the directory";
    ERROR_DS_INSUFF_ACCESS_RIGHTS = 8344, "the caller lacks the right on the directory object";
    WSAEADDRINUSE = 10048, "the port is in use by another program";
    ERROR_EVT_CHANNEL_NOT_FOUND = 15007, "the event log channel does not exist";
    /// The server cannot be reached: firewall, host down, service stopped, partition.
    RPC_S_SERVER_UNAVAILABLE = 1722, "the RPC server is unavailable";
    /// The connection broke after the request was sent; the outcome is unknown.
    RPC_S_CALL_FAILED = 1726, "the remote procedure call failed";
    /// The port answers, but for other interfaces.
    RPC_S_UNKNOWN_IF = 1717, "the interface is unknown";
    EPT_S_NOT_REGISTERED = 1753, "the endpoint mapper has no endpoint for the interface";
    // DHCP management (domain 8.5).
    ERROR_DHCP_SCOPE_EXISTS = 20004, "the scope exists already";
    ERROR_DHCP_SUBNET_NOT_PRESENT = 20005, "the scope does not exist";
    ERROR_DHCP_ELEMENT_CANT_REMOVE = 20007, "the element is in use";
    ERROR_DHCP_OPTION_EXITS = 20009, "the option exists already";
    ERROR_DHCP_OPTION_NOT_PRESENT = 20010, "the option does not exist";
    ERROR_DHCP_JET_ERROR = 20013, "the DHCP database reported an error";
    ERROR_DHCP_CLIENT_EXISTS = 20014, "the client exists already";
    ERROR_DHCP_INVALID_DHCP_CLIENT = 20016, "the client is not valid";
    ERROR_DHCP_NOT_RESERVED_CLIENT = 20018,
        "the address is not in a range of the scope and not reserved";
    ERROR_DHCP_RESERVED_CLIENT = 20019, "the client is a reserved client";
    ERROR_DHCP_IPRANGE_EXITS = 20021, "the range exists already";
    ERROR_DHCP_RESERVEDIP_EXITS = 20022, "the address or client is reserved already";
    ERROR_DHCP_INVALID_RANGE = 20023, "the range is not valid";
    ERROR_DHCP_RANGE_EXTENDED = 20052, "the scope exists, or its parameters do not fit";
    ERROR_DHCP_REACHED_END_OF_SELECTION = 20126, "the end of the selection was reached";
    // DNS management (domain 8.7).
    DNS_ERROR_ZONE_DOES_NOT_EXIST = 9601, "the zone does not exist";
    DNS_ERROR_INVALID_ZONE_TYPE = 9611, "the zone is not a primary zone here";
    DNS_ERROR_RECORD_DOES_NOT_EXIST = 9701, "the record does not exist";
    DNS_ERROR_RECORD_ALREADY_EXISTS = 9711, "the record exists already";
}

impl fmt::Display for Win32Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.meaning(), self.0)
    }
}
