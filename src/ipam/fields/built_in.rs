//! The fields that every IPAM server has (domain 9.2), each with the values that come with it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use crate::ipam::space::{AddressState, DeviceType, ManagedByService, Rir};

use super::countries::COUNTRIES;

macro_rules! built_in_fields {
    ($($(#[$doc:meta])* $field:ident = $number:literal $name:literal $label:literal,)*) => {
        /// A field that cannot be renamed or deleted. All of them take a value of a list: where
        /// the sources give no list, it begins empty.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum BuiltInField { $($(#[$doc])* $field,)* }

        impl BuiltInField {
            pub const ALL: &[BuiltInField] = &[$(BuiltInField::$field,)*];

            /// The number it is stored by.
            pub(super) fn number(self) -> i64 {
                match self { $(BuiltInField::$field => $number,)* }
            }

            /// The name that cmdlets show: `ManagedByService`.
            pub fn name(self) -> &'static str {
                match self { $(BuiltInField::$field => $name,)* }
            }

            /// The name that the console shows: `Managed by Service`.
            pub fn label(self) -> &'static str {
                match self { $(BuiltInField::$field => $label,)* }
            }
        }
    };
}

built_in_fields! {
    Rir = 1 "RIR" "RIR",
    RegionLegacy = 2 "RegionLegacy" "RegionLegacy",
    CountryOrRegion = 3 "CountryOrRegion" "Country/Region",
    TypeOfNetworks = 4 "TypeOfNetworks" "Type of networks",
    AdSite = 5 "AdSite" "AD site",
    MicrosoftServerRole = 6 "MicrosoftServerRole" "Microsoft server role",
    DeviceType = 7 "DeviceType" "Device type",
    ManagedByService = 8 "ManagedByService" "Managed by Service",
    /// The protocol's *Managed by entity*.
    ServiceInstance = 9 "ServiceInstance" "Service Instance",
    IpAddressState = 10 "IpAddressState" "IP address state",
    IpPoolName = 11 "IpPoolName" "IP Pool Name",
    VmmLogicalNetwork = 12 "VmmLogicalNetwork" "Logical Network",
    DnsSuffix = 13 "DnsSuffix" "DNS Suffix",
    NetworkSite = 14 "NetworkSite" "Network Site",
    VmNetwork = 15 "VmNetwork" "VM Network",
    Tenant = 16 "Tenant" "Tenant",
    IsolationMethod = 17 "IsolationMethod" "Isolation Method",
    Region = 18 "Region" "Region",
}

impl BuiltInField {
    /// The values it comes with. They cannot be changed or deleted.
    pub fn values(self) -> Vec<&'static str> {
        match self {
            BuiltInField::Rir => Rir::ALL.iter().map(|value| value.word()).collect(),
            BuiltInField::RegionLegacy => REGIONS.to_vec(),
            BuiltInField::CountryOrRegion => COUNTRIES.to_vec(),
            BuiltInField::DeviceType => DeviceType::WORDS.to_vec(),
            BuiltInField::ManagedByService => ManagedByService::WORDS.to_vec(),
            BuiltInField::ServiceInstance => vec!["Localhost"],
            BuiltInField::IpAddressState => AddressState::WORDS.to_vec(),
            BuiltInField::IsolationMethod => vec!["NVGRE", "VLAN", "VXLAN", "IPRewrite"],
            BuiltInField::TypeOfNetworks
            | BuiltInField::AdSite
            | BuiltInField::MicrosoftServerRole
            | BuiltInField::IpPoolName
            | BuiltInField::VmmLogicalNetwork
            | BuiltInField::DnsSuffix
            | BuiltInField::NetworkSite
            | BuiltInField::VmNetwork
            | BuiltInField::Tenant
            | BuiltInField::Region => Vec::new(),
        }
    }

    /// Whether addresses and ranges have it as a column of their own, set by a parameter of that
    /// name and never by a custom configuration.
    pub fn is_column(self) -> bool {
        matches!(
            self,
            BuiltInField::DeviceType
                | BuiltInField::ManagedByService
                | BuiltInField::ServiceInstance
                | BuiltInField::IpAddressState
        )
    }

    /// The field of this name, as the console or as the cmdlets spell it.
    pub fn named(name: &str) -> Option<BuiltInField> {
        NAMES.get(&fold(name)).copied()
    }

    /// The built-in value that `text` spells, with its place in the list.
    pub(super) fn value_named(self, text: &str) -> Option<(usize, &'static str)> {
        VALUES.get(&(self, fold(text))).copied()
    }
}

impl fmt::Display for BuiltInField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

const REGIONS: [&str; 9] = [
    "Asia",
    "Caribbean",
    "Central America",
    "Eastern Europe",
    "European Union",
    "Middle East",
    "North America",
    "Oceania",
    "South America",
];

/// By field and folded spelling: place among the field's values, and spelling.
type Values = BTreeMap<(BuiltInField, String), (usize, &'static str)>;

/// Every built-in value by its field and its folded spelling: a file of a million rows asks for
/// one in each.
static VALUES: LazyLock<Values> = LazyLock::new(|| {
    let fields = BuiltInField::ALL.iter();
    let values = fields.flat_map(|field| {
        let values = field.values().into_iter().enumerate();
        values.map(|(place, value)| ((*field, fold(value)), (place, value)))
    });
    values.collect()
});

/// Every spelling of the name of a built-in field, folded.
static NAMES: LazyLock<BTreeMap<String, BuiltInField>> = LazyLock::new(|| {
    let fields = BuiltInField::ALL.iter();
    let names = fields.flat_map(|field| [(field.name(), *field), (field.label(), *field)]);
    // Further names that documents use for them.
    let short = [
        ("Country", BuiltInField::CountryOrRegion),
        ("Managed by entity", BuiltInField::ServiceInstance),
        ("Managed by", BuiltInField::ManagedByService),
    ];
    let names = names.chain(short);
    names.map(|(name, field)| (fold(name), field)).collect()
});

/// A name as the console compares it: case, spaces, hyphens, slashes and underscores do not
/// count.
pub(super) fn fold(text: &str) -> String {
    let letters = text.chars();
    letters
        .filter(|letter| ![' ', '-', '/', '_'].contains(letter))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_eighteen_fields_are_found_by_either_name_and_numbered_for_good() {
        assert_eq!(BuiltInField::ALL.len(), 18);
        for (place, field) in BuiltInField::ALL.iter().enumerate() {
            assert_eq!(field.number(), place as i64 + 1);
            assert_eq!(BuiltInField::named(field.name()), Some(*field));
            assert_eq!(
                BuiltInField::named(&field.label().to_uppercase()),
                Some(*field)
            );
        }
        assert_eq!(BuiltInField::named("ADSite"), Some(BuiltInField::AdSite));
        assert_eq!(
            BuiltInField::named("Country"),
            Some(BuiltInField::CountryOrRegion)
        );
        assert_eq!(BuiltInField::named("Building"), None);
    }

    #[test]
    fn no_field_lists_a_value_twice_and_the_countries_are_those_of_iso_3166() {
        for field in BuiltInField::ALL {
            let values = field.values();
            let folded: BTreeSet<String> = values.iter().map(|v| v.to_lowercase()).collect();
            assert_eq!(folded.len(), values.len(), "{field}");
        }
        assert_eq!(BuiltInField::CountryOrRegion.values().len(), 249);
        assert!(COUNTRIES.iter().all(|name| !name.contains([';', '='])));
        assert_eq!(BuiltInField::DeviceType.values().len(), 15);
    }
}
