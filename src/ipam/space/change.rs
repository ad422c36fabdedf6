//! `Set-IpamAddress`: one change a field, so that two administrators who edit different fields do
//! not undo each other.

use std::net::IpAddr;

use jiff::civil::Date;

use crate::base::{ClientId, Duid, Fqdn, MacAddress};
use crate::ipam::error::IpamResult;
use crate::ipam::fields::CustomChange;
use crate::ipam::store::Tx;

use super::address::{AddressDetails, AddressKey};
use super::spaces::AddressSpaceName;
use super::words::{
    AddressState, AssignmentType, DeviceType, ManagedByService, NetworkType, ReservationType,
};

macro_rules! changes {
    ($($change:ident($field:ident: $kind:ty),)*) => {
        /// One field of an address record and its new value; empty text and `None` clear it.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum AddressChange {
            $($change($kind),)*
            // These make up its key.
            IpAddress(IpAddr),
            ManagedByService(ManagedByService),
            ServiceInstance(String),
            AddressSpace(AddressSpaceName),
            /// Custom fields to remove and to add.
            CustomConfiguration(CustomChange),
        }

        impl AddressChange {
            /// Puts the new value into the record.
            ///
            /// # Errors
            /// For custom fields that the record does not carry or that do not exist.
            pub(in crate::ipam) fn apply(
                self,
                tx: &Tx<'_>,
                details: &mut AddressDetails,
            ) -> IpamResult<()> {
                match self {
                    $(AddressChange::$change(value) => details.$field = value,)*
                    AddressChange::CustomConfiguration(change) => {
                        details.custom = change.apply(tx, &details.custom)?;
                    }
                    // See [`AddressChange::moves`].
                    AddressChange::IpAddress(_)
                    | AddressChange::ManagedByService(_)
                    | AddressChange::ServiceInstance(_)
                    | AddressChange::AddressSpace(_) => {}
                }
                Ok(())
            }
        }
    };
}

impl AddressChange {
    /// Puts the new value into the key of the record, if it is of that.
    pub(super) fn moves(&self, key: &mut AddressKey) {
        match self {
            AddressChange::IpAddress(address) => key.ip_address = *address,
            AddressChange::ManagedByService(service) => {
                key.owner.managed_by_service = service.clone();
            }
            AddressChange::ServiceInstance(instance) => {
                key.owner.service_instance.clone_from(instance);
            }
            AddressChange::AddressSpace(space) => key.address_space = space.clone(),
            _ => {}
        }
    }
}

changes! {
    NetworkType(network_type: Option<NetworkType>),
    DeviceType(device_type: DeviceType),
    IpAddressState(ip_address_state: AddressState),
    AssignmentType(assignment_type: AssignmentType),
    DeviceName(device_name: String),
    MacAddress(mac_address: Option<MacAddress>),
    Description(description: String),
    Owner(owner: String),
    AssetTag(asset_tag: String),
    SerialNumber(serial_number: String),
    AssignmentDate(assignment_date: Option<Date>),
    ExpiryDate(expiry_date: Option<Date>),
    ReservationServer(reservation_server: Option<Fqdn>),
    ReservationName(reservation_name: String),
    ReservationType(reservation_type: Option<ReservationType>),
    ReservationDescription(reservation_description: String),
    ClientId(client_id: Option<ClientId>),
    Duid(duid: Option<Duid>),
    Iaid(iaid: Option<u32>),
    ForwardLookupZone(forward_lookup_zone: Option<Fqdn>),
    ForwardLookupPrimaryServer(forward_lookup_primary_server: Option<Fqdn>),
    ReverseLookupZone(reverse_lookup_zone: Option<Fqdn>),
    ReverseLookupPrimaryServer(reverse_lookup_primary_server: Option<Fqdn>),
}
