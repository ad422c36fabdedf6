//! The enumerations of the address space, each value in the console's own words (appendix A).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text that is none of the words of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not a value of {field}: use one of {known}")]
pub struct UnknownWord {
    pub field: &'static str,
    pub value: String,
    pub known: String,
}

/// Whether two words are the same one to the console: case, spaces and hyphens do not count.
fn same_word(a: &str, b: &str) -> bool {
    let letters = |text: &str| -> Vec<u8> {
        text.bytes()
            .filter(|byte| !b" -".contains(byte))
            .map(|byte| byte.to_ascii_lowercase())
            .collect()
    };
    letters(a) == letters(b)
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident of $field:literal {
        $($(#[$value_doc:meta])* $value:ident = $word:literal,)*
    }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum $name { $($(#[$value_doc])* $value,)* }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$value,)*];

            /// The console's word.
            pub fn word(self) -> &'static str {
                match self { $($name::$value => $word,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.word())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                let found = Self::ALL.iter().find(|value| same_word(value.word(), text));
                found.copied().ok_or_else(|| UnknownWord {
                    field: $field,
                    value: text.to_owned(),
                    known: Self::ALL.iter().map(|v| v.word()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    };
}

/// An enumeration that an administrator may add values to (domain 9.2).
macro_rules! open_words {
    ($(#[$doc:meta])* $name:ident of $field:literal {
        $($(#[$value_doc:meta])* $value:ident = $word:literal,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum $name {
            $($(#[$value_doc])* $value,)*
            /// A value added by an administrator, in its stored spelling.
            Custom(String),
        }

        impl $name {
            /// The built-in values' words.
            pub const WORDS: &[&str] = &[$($word,)*];

            /// The console's word.
            pub fn word(&self) -> &str {
                match self {
                    $($name::$value => $word,)*
                    $name::Custom(word) => word,
                }
            }

            /// The word of a value that an administrator added.
            pub fn custom(&self) -> Option<&str> {
                match self {
                    $name::Custom(word) => Some(word),
                    _ => None,
                }
            }

            /// The same, to put it into its stored spelling.
            pub(in crate::ipam) fn custom_mut(&mut self) -> Option<&mut String> {
                match self {
                    $name::Custom(word) => Some(word),
                    _ => None,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.word())
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.word().to_owned()
            }
        }

        impl TryFrom<String> for $name {
            type Error = UnknownWord;
            fn try_from(text: String) -> Result<Self, UnknownWord> {
                text.parse()
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                $(if same_word($word, text) {
                    return Ok($name::$value);
                })*
                let custom = text.trim();
                if custom.is_empty() {
                    return Err(UnknownWord {
                        field: $field,
                        value: text.to_owned(),
                        known: Self::WORDS.join(", "),
                    });
                }
                Ok($name::Custom(custom.to_owned()))
            }
        }
    };
}

open_words! {
    /// The field *Managed by service* (domain 9.2).
    ManagedByService of "Managed by service" {
        Ipam = "IPAM",
        /// Reserved for discovered scopes where ranges are concerned (domain 5.5).
        MsDhcp = "MS DHCP",
        NonMsDhcp = "Non-MS DHCP",
        Vmm = "VMM",
        Others = "Others",
    }
}

open_words! {
    /// The field *Device type* (domain 9.2).
    DeviceType of "Device type" {
        Firewall = "Firewall",
        Host = "Host",
        LoadBalancer = "Load balancer",
        MicrosoftServers = "Microsoft Servers",
        NonMicrosoftServers = "Non-Microsoft servers",
        Printer = "Printer",
        Routers = "Routers",
        Switch = "Switch",
        TerminalServer = "Terminal server",
        Vm = "VM",
        VmManager = "VM Manager",
        VoipGateway = "VOIP Gateway",
        WanOptimizer = "WAN optimizer",
        WirelessAp = "Wireless AP",
        WirelessController = "Wireless controller",
    }
}

open_words! {
    /// The field *IP address state* (domain 5.6).
    AddressState of "IP address state" {
        InUse = "In-Use",
        Reserved = "Reserved",
        Inactive = "Inactive",
    }
}

words! {
    /// How addresses are assigned (appendix A, `AddressAssignment`).
    AssignmentType of "Assignment type" {
        Static = "Static",
        Dynamic = "Dynamic",
        Auto = "Auto",
        Vip = "VIP",
        Reserved = "Reserved",
    }
}

words! {
    /// The part of the address space an object lies in (domain 5.2).
    AddressCategory of "Address category" {
        Public = "Public",
        Private = "Private",
        Global = "Global",
    }
}

words! {
    /// Which network an object is of (domain 5.3).
    NetworkType of "Network type" {
        NonVirtualized = "NonVirtualized",
        Provider = "Provider",
        Customer = "Customer",
    }
}

words! {
    /// How a customer address space is kept apart from others over one provider (domain 5.4).
    IsolationMethod of "Isolation method" {
        Nvgre = "NVGRE",
        IpRewrite = "IPRewrite",
    }
}

words! {
    /// A regional internet registry.
    Rir of "RIR" {
        Afrinic = "AFRINIC",
        Apnic = "APNIC",
        Arin = "ARIN",
        Lacnic = "LACNIC",
        Ripe = "RIPE",
    }
}

words! {
    /// Whether a range shares addresses with another one (domain 5.5).
    RangeOverlap of "Overlapping" {
        NotOverlapping = "Not overlapping",
        Overlapping = "Overlapping",
        /// Only with the same scope on the partner of a DHCP failover relationship.
        OverlappingBecauseFailover = "Overlapping because of failover",
    }
}

words! {
    /// How full a range or block is, against the two thresholds (domain 5.8).
    UtilizationStatus of "Utilization" {
        Under = "Under",
        Optimal = "Optimal",
        Over = "Over",
    }
}

words! {
    /// The protocol a reservation may be used by (domain 8.5).
    ReservationType of "Reservation type" {
        Dhcp = "DHCP",
        Bootp = "BOOTP",
        Both = "Both",
    }
}

words! {
    /// What became of the last push of a record to its server (domain 8.3).
    SyncStatus of "Sync status" {
        NotAttempted = "Not attempted",
        CreateSuccess = "Create Success",
        CreateFailure = "Create Failure",
        DeleteSuccess = "Delete Success",
        DeleteFailure = "Delete Failure",
        /// Reservations only: found on the server by collection.
        Exists = "Exists",
        /// Reservations only: had been on the server and is there no longer.
        Deleted = "Deleted",
    }
}

impl SyncStatus {
    /// Whether the record counts as being on its server: the sources name two values for that,
    /// and either means it (domain 12.26).
    pub fn is_synchronised(&self) -> bool {
        matches!(self, SyncStatus::CreateSuccess | SyncStatus::Exists)
    }
}

words! {
    /// Where an address stands against its expiry date (domain 9.1).
    ExpiryStatus of "Expiry status" {
        /// Nobody has asked the calendar.
        None = "None",
        /// No expiry date, or one beyond the alert threshold.
        Active = "Not expired",
        /// Within the alert threshold.
        Alert = "Expiry Due",
        Expired = "Expired",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_without_regard_to_case_and_spaces() {
        for word in DeviceType::WORDS {
            let value: DeviceType = word.to_uppercase().parse().unwrap();
            assert_eq!(value.word(), *word);
        }
        assert_eq!("in use".parse(), Ok(AddressState::InUse));
        assert_eq!("MSDHCP".parse(), Ok(ManagedByService::MsDhcp));
        let toaster = DeviceType::Custom("Toaster".to_owned());
        assert_eq!(" Toaster ".parse(), Ok(toaster));
        let unknown = " ".parse::<DeviceType>().unwrap_err();
        assert!(
            unknown
                .to_string()
                .contains("is not a value of Device type")
        );
        let unknown = "APNICS".parse::<Rir>().unwrap_err();
        assert!(
            unknown
                .to_string()
                .contains("`APNICS` is not a value of RIR")
        );
    }
}
