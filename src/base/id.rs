//! Names and identifiers, each parsed once; after that a value of the type is known to be good.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Why a text is not the identifier it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseIdError {
    #[error("`{0}` is not a host name: 1 to 63 letters, digits or hyphens (RFC 1123 section 2.1)")]
    HostName(String),
    #[error("`{0}` is not a fully qualified domain name: labels of 1 to 63 characters, 255 in all")]
    Fqdn(String),
    #[error("`{0}` is not a MAC address: six bytes as `02-00-00-00-00-01`, with `:` or without")]
    Mac(String),
    #[error("`{0}` is not a DUID: 1 to 65 bytes in hexadecimal")]
    Duid(String),
    #[error("`{0}` is not a client identifier: 1 to 255 bytes in hexadecimal")]
    ClientId(String),
    #[error("`{0}` is not an account name: write it as `CORP\\name`")]
    Account(String),
    #[error("`{0}` is not a security identifier: it starts with `S-1-`")]
    Sid(String),
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $parse:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let parse: fn(&str) -> Result<String, ParseIdError> = $parse;
                parse(text).map(|good| $name(good.into()))
            }
        }
        impl TryFrom<String> for $name {
            type Error = ParseIdError;
            fn try_from(text: String) -> Result<Self, ParseIdError> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.to_string()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

fn is_label(label: &str) -> bool {
    // The underscore is not a host-name character, but service names such as `_ldap` are labels.
    (1..=63).contains(&label.len())
        && label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

text_id!(
    /// A single-label host name, lower case: `dhcp1`.
    HostName,
    |text| {
        if is_label(text) && !text.contains('_') && !text.starts_with('-') && !text.ends_with('-') {
            Ok(text.to_ascii_lowercase())
        } else {
            Err(ParseIdError::HostName(text.to_owned()))
        }
    }
);

text_id!(
    /// A domain name without the final dot, lower case: `dhcp1.corp.example`, `10.in-addr.arpa`.
    Fqdn,
    |text| {
        let bare = text.strip_suffix('.').unwrap_or(text);
        // 255 octets on the wire: one more than the text for the first length, and the root's.
        if bare.len() <= 253 && !bare.is_empty() && bare.split('.').all(is_label) {
            Ok(bare.to_ascii_lowercase())
        } else {
            Err(ParseIdError::Fqdn(text.to_owned()))
        }
    }
);

text_id!(
    /// A down-level account name: `CORP\ipam01$`. Compared without regard to case, so it is kept
    /// with the domain in upper and the name in lower case.
    AccountName,
    |text| match text.split_once('\\') {
        Some((domain, name)) if !domain.is_empty() && !name.is_empty() => Ok(format!(
            "{}\\{}",
            domain.to_ascii_uppercase(),
            name.to_ascii_lowercase()
        )),
        _ => Err(ParseIdError::Account(text.to_owned())),
    }
);

text_id!(
    /// A security identifier: `S-1-5-21-...-1106`.
    Sid,
    |text| {
        let plausible = |b: u8| b.is_ascii_digit() || b"S-".contains(&b);
        if text.starts_with("S-1-") && text.bytes().all(plausible) {
            Ok(text.to_owned())
        } else {
            Err(ParseIdError::Sid(text.to_owned()))
        }
    }
);

impl Fqdn {
    /// The first label: `dhcp1` of `dhcp1.corp.example`.
    pub fn first_label(&self) -> &str {
        self.0.split('.').next().unwrap_or(&self.0)
    }

    /// What follows the first label: `corp.example` of `dhcp1.corp.example`.
    pub fn parent(&self) -> Option<Fqdn> {
        self.0.split_once('.').map(|(_, rest)| Fqdn(rest.into()))
    }

    /// Whether this name equals `zone` or lies below it.
    pub fn is_within(&self, zone: &Fqdn) -> bool {
        self == zone
            || (self.0.len() > zone.0.len()
                && self.0.ends_with(&*zone.0)
                && self.0.as_bytes()[self.0.len() - zone.0.len() - 1] == b'.')
    }
}

impl HostName {
    /// This host's name in `domain`.
    pub fn in_domain(&self, domain: &Fqdn) -> Fqdn {
        Fqdn(format!("{}.{}", self.0, domain.0).into())
    }
}

impl AccountName {
    /// The NetBIOS domain: `CORP`.
    pub fn domain(&self) -> &str {
        self.0.split_once('\\').map_or("", |(domain, _)| domain)
    }

    /// The name in that domain: `ipam01$`.
    pub fn name(&self) -> &str {
        self.0.split_once('\\').map_or("", |(_, name)| name)
    }
}

/// A 48-bit hardware address. Prints as `02-00-00-00-00-01`, as Windows tools do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MacAddress(pub [u8; 6]);

/// A DHCP unique identifier (RFC 8415 section 11), 1 to 65 bytes here as Windows takes them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Duid(pub Vec<u8>);

/// A DHCPv4 client identifier (RFC 2132 section 9.14): any bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(pub Vec<u8>);

fn hex_bytes(text: &str, max: usize) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|b| !b"-:".contains(b)).collect();
    if digits.is_empty() || !digits.len().is_multiple_of(2) || digits.len() / 2 > max {
        return None;
    }
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

fn hex_text(bytes: &[u8], separator: &str) -> String {
    let pairs: Vec<String> = bytes.iter().map(|b| format!("{b:02x}")).collect();
    pairs.join(separator)
}

macro_rules! byte_id {
    ($name:ident, $separator:literal, $from:expr) => {
        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let from: fn(&str) -> Result<$name, ParseIdError> = $from;
                from(text)
            }
        }
        impl TryFrom<String> for $name {
            type Error = ParseIdError;
            fn try_from(text: String) -> Result<Self, ParseIdError> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex_text(&self.0, $separator))
            }
        }
    };
}

byte_id!(MacAddress, "-", |text| {
    hex_bytes(text, 6)
        .and_then(|bytes| bytes.try_into().ok())
        .map(MacAddress)
        .ok_or_else(|| ParseIdError::Mac(text.to_owned()))
});
byte_id!(Duid, "", |text| hex_bytes(text, 65)
    .map(Duid)
    .ok_or_else(|| ParseIdError::Duid(text.to_owned())));
byte_id!(ClientId, "", |text| hex_bytes(text, 255)
    .map(ClientId)
    .ok_or_else(|| ParseIdError::ClientId(text.to_owned())));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_normalise_and_refuse() {
        assert_eq!("DHCP1".parse::<HostName>().unwrap().as_str(), "dhcp1");
        assert!("dhcp_1".parse::<HostName>().is_err());
        assert!("a..b".parse::<Fqdn>().is_err());
        let long = |octets: usize| "ab.".repeat(100)[..octets].parse::<Fqdn>();
        assert!(long(253).is_ok() && long(254).is_err());
        let zone: Fqdn = "corp.example.".parse().unwrap();
        assert!("a.Corp.example".parse::<Fqdn>().unwrap().is_within(&zone));
        assert!(!"acorp.example".parse::<Fqdn>().unwrap().is_within(&zone));
        let account: AccountName = "corp\\IPAM01$".parse().unwrap();
        assert_eq!(account.as_str(), "CORP\\ipam01$");
        for text in ["020000000001", "02-00-00-00-00-01", "02:00:00:00:00:01"] {
            assert_eq!(
                text.parse::<MacAddress>().unwrap().to_string(),
                "02-00-00-00-00-01"
            );
        }
        assert!("02-00-00-00-00".parse::<MacAddress>().is_err());
        assert!("zz".parse::<Duid>().is_err());
    }
}
