//! The columns of an address record (domain 5.6).

use std::net::IpAddr;

use crate::ipam::space::{
    AddressDetails, AddressKey, AddressSpaceName, AddressState, AssignmentType, DeviceType,
    ManagedByService, Owner, ReservationType,
};
use crate::ipam::transfer::Entry;
use crate::ipam::transfer::column::columns;
use crate::ipam::transfer::value::{Memo, Unfit, date, optional, parsed, put_one, shown_date};

columns! {
    /// A field of an address record that a file may hold.
    pub enum AddressField in COLUMNS {
        IpAddress = "IP address" / "IPAddress",
        ManagedByService = "Managed by service" / "ManagedByService",
        ServiceInstance = "Service instance" / "ServiceInstance",
        AddressSpace = "Address space" / "AddressSpace",
        NetworkType = "Network type" / "NetworkType",
        DeviceType = "Device type" / "DeviceType",
        IpAddressState = "IP address state" / "IpAddressState",
        AssignmentType = "Assignment type" / "AssignmentType",
        DeviceName = "Device name" / "DeviceName",
        MacAddress = "MAC address" / "MacAddress",
        AssignmentDate = "Assignment date" / "AssignmentDate",
        ExpiryDate = "Expiry date" / "ExpiryDate",
        Owner = "Owner" / "Owner",
        AssetTag = "Asset tag" / "AssetTag",
        SerialNumber = "Serial number" / "SerialNumber",
        Description = "Description" / "Description",
        ReservationServer = "Reservation server name" / "ReservationServer",
        ReservationName = "Reservation name" / "ReservationName",
        ReservationType = "Reservation type" / "ReservationType",
        ReservationDescription = "Reservation description" / "ReservationDescription",
        ClientId = "Client ID" / "ClientId",
        Duid = "DUID" / "Duid",
        Iaid = "IAID" / "Iaid",
        ForwardLookupZone = "Forward lookup zone" / "ForwardLookupZone",
        ForwardLookupPrimaryServer =
            "Forward lookup primary server" / "ForwardLookupPrimaryServer",
        ReverseLookupZone = "Reverse lookup zone" / "ReverseLookupZone",
        ReverseLookupPrimaryServer =
            "Reverse lookup primary server" / "ReverseLookupPrimaryServer",
    }
}

use AddressField as F;

/// The columns a file of addresses must have (domain 6.2).
pub fn mandatory(entry: Entry) -> &'static [AddressField] {
    match entry {
        Entry::Console => &[
            F::IpAddress,
            F::ManagedByService,
            F::ServiceInstance,
            F::DeviceType,
            F::IpAddressState,
            F::AssignmentType,
        ],
        Entry::Cmdlet => &[F::IpAddress],
    }
}

/// What a row says of the key of its record.
#[derive(Debug, Clone, Default)]
pub struct AddressKeyText {
    pub ip_address: Option<IpAddr>,
    pub managed_by_service: Option<ManagedByService>,
    pub service_instance: String,
    pub address_space: String,
}

impl AddressKeyText {
    /// The key, with what the row leaves open taken from `owner` and `space`. The address space is
    /// as typed.
    pub fn key(self, owner: &Owner, space: &AddressSpaceName) -> Option<AddressKey> {
        let by = self.managed_by_service;
        let instance = self.service_instance;
        Some(AddressKey {
            address_space: match self.address_space.is_empty() {
                true => space.clone(),
                false => AddressSpaceName::new(self.address_space),
            },
            ip_address: self.ip_address?,
            owner: Owner {
                managed_by_service: by.unwrap_or_else(|| owner.managed_by_service.clone()),
                service_instance: match instance.is_empty() {
                    true => owner.service_instance.clone(),
                    false => instance,
                },
            },
        })
    }
}

/// Reads the fields of rows.
#[derive(Debug, Default)]
pub struct AddressReader {
    service: Memo<ManagedByService>,
    device: Memo<DeviceType>,
    state: Memo<AddressState>,
    assignment: Memo<AssignmentType>,
}

impl AddressReader {
    /// Reads a field, if it is one of the key.
    pub fn key(&mut self, field: F, text: &str, key: &mut AddressKeyText) -> Result<(), Unfit> {
        match field {
            F::IpAddress => {
                let wrong = || Unfit::new(format!("`{text}` is no IP address"));
                key.ip_address = Some(text.parse().map_err(|_| wrong())?);
            }
            F::ManagedByService if text.is_empty() => {}
            F::ManagedByService => {
                key.managed_by_service = Some(self.service.or_read(text, parsed)?);
            }
            F::ServiceInstance => text.clone_into(&mut key.service_instance),
            F::AddressSpace => text.clone_into(&mut key.address_space),
            _ => {}
        }
        Ok(())
    }

    /// Puts the value of a field that is none of the key into a record. Nothing clears it; of the
    /// three fields that always have a value it leaves the present one.
    pub fn put(&mut self, field: F, text: &str, to: &mut AddressDetails) -> Result<(), Unfit> {
        match field {
            F::IpAddress | F::ManagedByService | F::ServiceInstance | F::AddressSpace => {}
            F::DeviceType | F::IpAddressState | F::AssignmentType if text.is_empty() => {}
            F::DeviceType => to.device_type = self.device.or_read(text, parsed)?,
            F::IpAddressState => to.ip_address_state = self.state.or_read(text, parsed)?,
            F::AssignmentType => to.assignment_type = self.assignment.or_read(text, parsed)?,
            F::NetworkType => to.network_type = optional(text)?,
            F::DeviceName => text.clone_into(&mut to.device_name),
            F::MacAddress => to.mac_address = optional(text)?,
            F::AssignmentDate => to.assignment_date = date(text)?,
            F::ExpiryDate => to.expiry_date = date(text)?,
            F::Owner => text.clone_into(&mut to.owner),
            F::AssetTag => text.clone_into(&mut to.asset_tag),
            F::SerialNumber => text.clone_into(&mut to.serial_number),
            F::Description => text.clone_into(&mut to.description),
            F::ReservationServer => to.reservation_server = optional(text)?,
            F::ReservationName => text.clone_into(&mut to.reservation_name),
            F::ReservationType => to.reservation_type = optional::<ReservationType>(text)?,
            F::ReservationDescription => text.clone_into(&mut to.reservation_description),
            F::ClientId => to.client_id = optional(text)?,
            F::Duid => to.duid = optional(text)?,
            F::Iaid => to.iaid = optional(text)?,
            F::ForwardLookupZone => to.forward_lookup_zone = optional(text)?,
            F::ForwardLookupPrimaryServer => to.forward_lookup_primary_server = optional(text)?,
            F::ReverseLookupZone => to.reverse_lookup_zone = optional(text)?,
            F::ReverseLookupPrimaryServer => to.reverse_lookup_primary_server = optional(text)?,
        }
        Ok(())
    }
}

/// Appends the value of a field as an export writes it.
pub fn show(field: F, key: &AddressKey, details: &AddressDetails, to: &mut String) {
    macro_rules! write_some {
        ($value:expr) => {
            if let Some(value) = &$value {
                put_one(value, to);
            }
        };
    }
    match field {
        F::IpAddress => put_one(&key.ip_address, to),
        F::ManagedByService => to.push_str(key.owner.managed_by_service.word()),
        F::ServiceInstance => to.push_str(&key.owner.service_instance),
        F::AddressSpace => to.push_str(key.address_space.as_str()),
        F::NetworkType => write_some!(details.network_type),
        F::DeviceType => to.push_str(details.device_type.word()),
        F::IpAddressState => to.push_str(details.ip_address_state.word()),
        F::AssignmentType => to.push_str(details.assignment_type.word()),
        F::DeviceName => to.push_str(&details.device_name),
        F::MacAddress => write_some!(details.mac_address),
        F::AssignmentDate => write_some!(details.assignment_date.map(shown_date)),
        F::ExpiryDate => write_some!(details.expiry_date.map(shown_date)),
        F::Owner => to.push_str(&details.owner),
        F::AssetTag => to.push_str(&details.asset_tag),
        F::SerialNumber => to.push_str(&details.serial_number),
        F::Description => to.push_str(&details.description),
        F::ReservationServer => write_some!(details.reservation_server),
        F::ReservationName => to.push_str(&details.reservation_name),
        F::ReservationType => write_some!(details.reservation_type),
        F::ReservationDescription => to.push_str(&details.reservation_description),
        F::ClientId => write_some!(details.client_id),
        F::Duid => write_some!(details.duid),
        F::Iaid => write_some!(details.iaid),
        F::ForwardLookupZone => write_some!(details.forward_lookup_zone),
        F::ForwardLookupPrimaryServer => write_some!(details.forward_lookup_primary_server),
        F::ReverseLookupZone => write_some!(details.reverse_lookup_zone),
        F::ReverseLookupPrimaryServer => write_some!(details.reverse_lookup_primary_server),
    }
}
