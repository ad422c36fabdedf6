//! Numbers with names: record types, response codes, operation codes, classes.

use std::fmt;
use std::str::FromStr;

/// A record or question type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordType(pub u16);

macro_rules! record_types {
    ($($name:ident = $code:literal;)*) => {
        impl RecordType {
            $(pub const $name: RecordType = RecordType($code);)*
        }
        impl fmt::Display for RecordType {
            /// The mnemonic, or `TYPE65280` for a type without one (RFC 3597 section 5).
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 {
                    $($code => f.write_str(stringify!($name)),)*
                    other => write!(f, "TYPE{other}"),
                }
            }
        }
        impl FromStr for RecordType {
            type Err = UnknownType;
            fn from_str(text: &str) -> Result<RecordType, UnknownType> {
                let upper = text.to_ascii_uppercase();
                match upper.as_str() {
                    $(stringify!($name) => Ok(RecordType($code)),)*
                    other => other
                        .strip_prefix("TYPE")
                        .and_then(|number| number.parse().ok())
                        .map(RecordType)
                        .ok_or_else(|| UnknownType(text.to_owned())),
                }
            }
        }
    };
}

/// A text that names no record type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a record type: write a mnemonic such as `PTR`, or `TYPE` and a number")]
pub struct UnknownType(pub String);

record_types! {
    A = 1;
    NS = 2;
    CNAME = 5;
    SOA = 6;
    PTR = 12;
    HINFO = 13;
    MX = 15;
    TXT = 16;
    AAAA = 28;
    SRV = 33;
    NAPTR = 35;
    DS = 43;
    DHCID = 49;
    OPT = 41;
    TSIG = 250;
    IXFR = 251;
    AXFR = 252;
    MAILB = 253;
    MAILA = 254;
    ANY = 255;
}

impl RecordType {
    /// Whether no record of this type can be stored: meta types and question types
    /// (RFC 6895 section 3.1), and the types 0 and OPT.
    pub fn is_meta(self) -> bool {
        matches!(self.0, 0 | 41 | 128..=255)
    }
}

impl fmt::Debug for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A response code, extended codes included (RFC 6895 section 2.3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rcode(pub u16);

macro_rules! rcodes {
    ($($name:ident = $code:literal;)*) => {
        impl Rcode {
            $(pub const $name: Rcode = Rcode($code);)*
        }
        impl fmt::Display for Rcode {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 {
                    $($code => f.write_str(stringify!($name)),)*
                    other => write!(f, "RCODE{other}"),
                }
            }
        }
    };
}

rcodes! {
    NOERROR = 0;
    FORMERR = 1;
    SERVFAIL = 2;
    NXDOMAIN = 3;
    NOTIMP = 4;
    REFUSED = 5;
    YXDOMAIN = 6;
    YXRRSET = 7;
    NXRRSET = 8;
    NOTAUTH = 9;
    NOTZONE = 10;
    BADVERS = 16;
}

impl fmt::Debug for Rcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Operation codes (RFC 6895 section 2.2), as they stand in the header.
pub mod opcode {
    pub const QUERY: u8 = 0;
    pub const NOTIFY: u8 = 4;
    pub const UPDATE: u8 = 5;
}

/// Classes, as they stand in a question or record.
pub mod class {
    pub const IN: u16 = 1;
    pub const NONE: u16 = 254;
    pub const ANY: u16 = 255;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_print_and_parse() {
        assert_eq!("ptr".parse::<RecordType>().unwrap(), RecordType::PTR);
        assert_eq!(
            "TYPE65280".parse::<RecordType>().unwrap().to_string(),
            "TYPE65280"
        );
        assert!("PTRR".parse::<RecordType>().is_err());
        assert!(RecordType::ANY.is_meta() && RecordType::OPT.is_meta());
        assert!(!RecordType::A.is_meta() && !RecordType(65280).is_meta());
        assert_eq!(Rcode::NXDOMAIN.to_string(), "NXDOMAIN");
    }
}
