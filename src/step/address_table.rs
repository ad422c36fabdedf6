//! Every property of address records, under the names that PowerShell shows.

use std::fmt::Display;

use crate::addr::AddressRange;
use crate::ipam::space::category::category_of;
use crate::ipam::space::{Address, NetworkType};
use crate::lab::observation::Table;

macro_rules! properties {
    ($($name:literal = $value:expr;)*) => {
        const COLUMNS: &[&str] = &[$($name),*];

        fn row(shown: &Shown<'_>) -> Vec<String> {
            vec![$(($value)(shown)),*]
        }
    };
}

/// A record and what is derived of it.
struct Shown<'a> {
    address: &'a Address,
    network_type: NetworkType,
}

impl Shown<'_> {
    /// The address space, where it is one of customers or not, as asked.
    fn space(&self, customer: bool) -> String {
        match (self.network_type == NetworkType::Customer) == customer {
            true => self.address.key.address_space.to_string(),
            false => String::new(),
        }
    }
}

fn shown(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn flag(is: bool) -> String {
    if is { "True" } else { "False" }.to_owned()
}

properties! {
    "IpAddress" = |it: &Shown<'_>| it.address.key.ip_address.to_string();
    "NetworkType" = |it: &Shown<'_>| it.network_type.to_string();
    "Duplicate" = |it: &Shown<'_>| flag(it.address.duplicate);
    "ExpiryStatus" = |it: &Shown<'_>| it.address.expiry_status.to_string();
    "MacAddress" = |it: &Shown<'_>| shown(it.address.details.mac_address);
    "ManagedByService" = |it: &Shown<'_>| it.address.key.owner.managed_by_service.to_string();
    "ServiceInstance" = |it: &Shown<'_>| it.address.key.owner.service_instance.clone();
    "DeviceName" = |it: &Shown<'_>| it.address.details.device_name.clone();
    "DeviceType" = |it: &Shown<'_>| it.address.details.device_type.to_string();
    "IpAddressState" = |it: &Shown<'_>| it.address.details.ip_address_state.to_string();
    "AssignmentType" = |it: &Shown<'_>| it.address.details.assignment_type.to_string();
    "AssignmentDate" = |it: &Shown<'_>| shown(it.address.details.assignment_date);
    "ExpiryDate" = |it: &Shown<'_>| shown(it.address.details.expiry_date);
    "AddressCategory" = |it: &Shown<'_>| {
        shown(category_of(&AddressRange::single(it.address.key.ip_address)))
    };
    "IpRange" = |it: &Shown<'_>| shown(it.address.range.as_ref().map(|range| range.span));
    "ProviderAddressSpace" = |it: &Shown<'_>| it.space(false);
    "CustomerAddressSpace" = |it: &Shown<'_>| it.space(true);
    "Owner" = |it: &Shown<'_>| it.address.details.owner.clone();
    "Description" = |it: &Shown<'_>| it.address.details.description.clone();
    "AssetTag" = |it: &Shown<'_>| it.address.details.asset_tag.clone();
    "SerialNumber" = |it: &Shown<'_>| it.address.details.serial_number.clone();
    "ClientId" = |it: &Shown<'_>| shown(it.address.details.client_id.as_ref());
    "Duid" = |it: &Shown<'_>| shown(it.address.details.duid.as_ref());
    "Iaid" = |it: &Shown<'_>| shown(it.address.details.iaid);
    "ReservationServer" = |it: &Shown<'_>| shown(it.address.details.reservation_server.as_ref());
    "ReservationName" = |it: &Shown<'_>| it.address.details.reservation_name.clone();
    "ReservationType" = |it: &Shown<'_>| shown(it.address.details.reservation_type);
    "ReservationDescription" = |it: &Shown<'_>| {
        it.address.details.reservation_description.clone()
    };
    "ReservationScopeName" = |it: &Shown<'_>| it.address.details.reservation_scope_name.clone();
    "ReservationScopeDetails" = |it: &Shown<'_>| {
        shown(it.address.details.reservation_scope_details)
    };
    "DhcpReservationSync" = |it: &Shown<'_>| it.address.dhcp_reservation_sync.status.to_string();
    "ForwardLookupZone" = |it: &Shown<'_>| shown(it.address.details.forward_lookup_zone.as_ref());
    "ForwardLookupPrimaryServer" = |it: &Shown<'_>| {
        shown(it.address.details.forward_lookup_primary_server.as_ref())
    };
    "DnsHostRecordSync" = |it: &Shown<'_>| it.address.dns_host_record_sync.status.to_string();
    "ReverseLookupZone" = |it: &Shown<'_>| shown(it.address.details.reverse_lookup_zone.as_ref());
    "ReverseLookupPrimaryServer" = |it: &Shown<'_>| {
        shown(it.address.details.reverse_lookup_primary_server.as_ref())
    };
    "DnsPtrRecordSync" = |it: &Shown<'_>| it.address.dns_ptr_record_sync.status.to_string();
    "CustomConfiguration" = |it: &Shown<'_>| it.address.details.custom.to_string();
}

/// Every property of records, of which `types` are the network types in the same order.
pub(super) fn in_full(addresses: &[Address], types: &[NetworkType]) -> Table {
    let mut table = Table::new("", COLUMNS);
    for (address, network_type) in addresses.iter().zip(types) {
        table.row(row(&Shown {
            address,
            network_type: *network_type,
        }));
    }
    table
}
