//! The columns of a subnet. No source prints them; these are its fields (domain 5.3, 12.24).

use ipnet::IpNet;

use crate::ipam::space::subnet::{SubnetDetails, SubnetKey};
use crate::ipam::space::words::NetworkType;
use crate::ipam::transfer::column::columns;
use crate::ipam::transfer::value::{Unfit, list, optional, put_all, put_one};

use super::range::network;

columns! {
    /// A field of a subnet that a file may hold.
    pub enum SubnetField in COLUMNS {
        Name = "Name" / "Name",
        Network = "Network" / "NetworkId",
        NetworkType = "Network type" / "NetworkType",
        ProviderAddressSpace = "Provider address space" / "ProviderAddressSpace",
        CustomerAddressSpace = "Customer address space" / "CustomerAddressSpace",
        VlanId = "VLAN ID" / "VlanId",
        VirtualSubnetId = "Virtual subnet ID" / "VirtualSubnetId",
        LogicalNetwork = "VMM logical network" / "VmmLogicalNetwork",
        NetworkSite = "Network site" / "NetworkSite",
        Owner = "Owner" / "Owner",
        Description = "Description" / "Description",
    }
}

use SubnetField as F;

/// The columns a file of subnets must have. Without those of type and address space its subnets
/// are not virtualized and in the default space (domain 6.2).
pub const MANDATORY: &[SubnetField] = &[F::Name, F::Network];

/// What a row says of the key of its subnet.
#[derive(Debug, Clone, Default)]
pub struct SubnetKeyText {
    pub network: Option<IpNet>,
    pub network_type: Option<NetworkType>,
    pub provider: String,
    pub customer: String,
}

/// Reads a field, if it is one of the key.
pub fn key(field: F, text: &str, key: &mut SubnetKeyText) -> Result<(), Unfit> {
    match field {
        F::Network => key.network = Some(network(text)?),
        F::NetworkType => key.network_type = optional(text)?,
        F::ProviderAddressSpace => text.clone_into(&mut key.provider),
        F::CustomerAddressSpace => text.clone_into(&mut key.customer),
        _ => {}
    }
    Ok(())
}

/// Puts the value of a field that is none of the key into the details of a subnet.
pub fn put(field: F, text: &str, to: &mut SubnetDetails) -> Result<(), Unfit> {
    match field {
        F::Network | F::NetworkType | F::ProviderAddressSpace | F::CustomerAddressSpace => {}
        F::Name => text.clone_into(&mut to.name),
        F::VlanId => to.vlan_id = list(text)?,
        F::VirtualSubnetId => to.virtual_subnet_id = optional(text)?,
        F::LogicalNetwork => text.clone_into(&mut to.vmm_logical_network),
        F::NetworkSite => text.clone_into(&mut to.network_site),
        F::Owner => text.clone_into(&mut to.owner),
        F::Description => text.clone_into(&mut to.description),
    }
    Ok(())
}

/// Appends the value of a field as an export writes it.
pub fn show(
    field: F,
    (key, network_type): (&SubnetKey, NetworkType),
    details: &SubnetDetails,
    to: &mut String,
) {
    let is_customer = network_type == NetworkType::Customer;
    match field {
        F::Network => put_one(&key.network_id, to),
        F::NetworkType => put_one(&network_type, to),
        F::ProviderAddressSpace if !is_customer => to.push_str(key.address_space.as_str()),
        F::CustomerAddressSpace if is_customer => to.push_str(key.address_space.as_str()),
        F::ProviderAddressSpace | F::CustomerAddressSpace => {}
        F::Name => to.push_str(&details.name),
        F::VlanId => put_all(&details.vlan_id, to),
        F::VirtualSubnetId => put_all(details.virtual_subnet_id, to),
        F::LogicalNetwork => to.push_str(&details.vmm_logical_network),
        F::NetworkSite => to.push_str(&details.network_site),
        F::Owner => to.push_str(&details.owner),
        F::Description => to.push_str(&details.description),
    }
}
