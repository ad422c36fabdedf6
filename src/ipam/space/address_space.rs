//! Address spaces: independent copies of the numbers, so that two tenants may both use 10.0.0.0/8
//! (domain 5.4).

use serde::{Deserialize, Serialize};

use crate::ipam::fields::{CustomChange, CustomValues};

use super::spaces::AddressSpaceName;
use super::utilization::Utilization;
use super::words::{IsolationMethod, NetworkType};

/// What an address space is for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum AddressSpaceKind {
    /// Numbers of the physical network.
    #[default]
    Provider,
    /// Numbers of a tenant's virtual network.
    Customer(CustomerNetwork),
}

impl AddressSpaceKind {
    /// The word of the parameter `Type`.
    pub fn word(&self) -> &'static str {
        match self {
            AddressSpaceKind::Provider => "ProviderAddressSpace",
            AddressSpaceKind::Customer(_) => "CustomerAddressSpace",
        }
    }

    pub fn customer(&self) -> Option<&CustomerNetwork> {
        match self {
            AddressSpaceKind::Provider => None,
            AddressSpaceKind::Customer(network) => Some(network),
        }
    }
}

/// How a tenant's network lies over the physical one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerNetwork {
    /// The provider space its packets travel in.
    pub associated_provider_address_space: AddressSpaceName,
    pub isolation_method: IsolationMethod,
    pub tenant: String,
    pub vm_network: String,
}

/// Parameters of `Add-IpamAddressSpace`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAddressSpace {
    pub name: AddressSpaceName,
    pub kind: AddressSpaceKind,
    pub owner: String,
    pub description: String,
    /// Custom fields and their values (domain 9.2).
    pub custom: CustomValues,
}

impl NewAddressSpace {
    /// A provider space with nothing else noted.
    pub fn provider(name: &str) -> NewAddressSpace {
        NewAddressSpace {
            name: AddressSpaceName::new(name),
            kind: AddressSpaceKind::Provider,
            owner: String::new(),
            description: String::new(),
            custom: CustomValues::default(),
        }
    }

    /// A customer space over the provider space `over`, isolated by NVGRE.
    pub fn customer(name: &str, over: &str) -> NewAddressSpace {
        let network = CustomerNetwork {
            associated_provider_address_space: AddressSpaceName::new(over),
            isolation_method: IsolationMethod::Nvgre,
            tenant: String::new(),
            vm_network: String::new(),
        };
        NewAddressSpace {
            kind: AddressSpaceKind::Customer(network),
            ..NewAddressSpace::provider(name)
        }
    }
}

/// Parameters of `Set-IpamAddressSpace`: what is not given stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddressSpaceChange {
    pub new_name: Option<AddressSpaceName>,
    pub owner: Option<String>,
    pub description: Option<String>,
    pub custom_configuration: CustomChange,
    // The rest is of customer spaces only.
    pub associated_provider_address_space: Option<AddressSpaceName>,
    pub isolation_method: Option<IsolationMethod>,
    pub tenant: Option<String>,
    pub vm_network: Option<String>,
}

/// An address space as `Get-IpamAddressSpace` shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct AddressSpace {
    pub name: AddressSpaceName,
    pub kind: AddressSpaceKind,
    pub owner: String,
    pub description: String,
    pub custom: CustomValues,
    /// Of its ranges, by family.
    pub ipv4: Utilization,
    pub ipv6: Utilization,
}

impl AddressSpace {
    /// The network type of what is in the space unless somebody says otherwise; in `Default`
    /// that is not virtualized.
    pub fn network_type(name: &AddressSpaceName, kind: &AddressSpaceKind) -> NetworkType {
        match kind {
            AddressSpaceKind::Customer(_) => NetworkType::Customer,
            AddressSpaceKind::Provider if name.is_default() => NetworkType::NonVirtualized,
            AddressSpaceKind::Provider => NetworkType::Provider,
        }
    }
}

/// Which address spaces to list; every given field must match.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddressSpaceQuery {
    /// Names or patterns such as `Contoso*`; none for all.
    pub names: Vec<String>,
    /// Words of [`AddressSpaceKind::word`]; none for all.
    pub types: Vec<String>,
    /// Only the customer spaces over this provider space.
    pub mapping_to_provider: Option<AddressSpaceName>,
}
