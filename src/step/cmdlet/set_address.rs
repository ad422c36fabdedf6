//! `Set-IpamAddress` (domain 5.6, 8.2).

use crate::ipam::space::{AddressChange, AddressSpaceName};
use crate::step::cmdlet::address::{Named, each, returned};
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::cmdlet::fields;
use crate::step::details::changes;
use crate::step::mention::Mentions;
use crate::step::stage::{Stage, StepError, StepResult, optional};
use crate::step::value::OneOrMany;

cmdlet! {
    /// Changes a record. What is not given stays as it is; the empty text clears a field.
    #[derive(Default)]
    pub struct SetIpamAddress: changes, PassThru {
        /// One address or several.
        #[serde(rename = "IpAddress")]
        pub ip_address: OneOrMany<String>,
        /// Which record of the address, when there is more than one.
        pub managed_by_service: Option<String>,
        pub service_instance: Option<String>,
        pub network_type: Option<String>,
        pub address_space: Option<String>,
        #[serde(rename = "NewIPAddress")]
        pub new_ip_address: Option<String>,
        pub new_managed_by_service: Option<String>,
        pub new_service_instance: Option<String>,
        pub new_network_type: Option<String>,
        pub new_address_space: Option<String>,
        pub device_name: Option<String>,
        pub device_type: Option<String>,
        #[serde(rename = "IpAddressState")]
        pub ip_address_state: Option<String>,
        pub assignment_type: Option<String>,
        pub mac_address: Option<String>,
        pub reservation_server: Option<String>,
        pub reservation_name: Option<String>,
        pub reservation_type: Option<String>,
        pub reservation_description: Option<String>,
        pub client_id: Option<String>,
        pub duid: Option<String>,
        pub iaid: Option<u32>,
        pub forward_lookup_zone: Option<String>,
        pub forward_lookup_primary_server: Option<String>,
        pub reverse_lookup_zone: Option<String>,
        pub reverse_lookup_primary_server: Option<String>,
        pub assignment_date: Option<String>,
        pub expiry_date: Option<String>,
        pub description: Option<String>,
        pub owner: Option<String>,
        pub asset_tag: Option<String>,
        pub serial_number: Option<String>,
        /// Custom fields to set: `Site=London;Rack=3`.
        pub add_custom_configuration: Option<String>,
        /// Names of custom fields to remove: `Site;Rack`, or `Site=London` for one value.
        pub remove_custom_configuration: Option<String>,
    }
}

impl SetIpamAddress {
    fn changes(&self, stage: &Stage<'_>) -> Result<Vec<AddressChange>, StepError> {
        let mut changes = changes!(stage, self);
        if let Some(address) = optional(self.new_ip_address.as_ref())? {
            changes.push(AddressChange::IpAddress(address));
        }
        if let Some(service) = optional(self.new_managed_by_service.as_ref())? {
            changes.push(AddressChange::ManagedByService(service));
        }
        if let Some(instance) = &self.new_service_instance {
            changes.push(AddressChange::ServiceInstance(instance.clone()));
        }
        if let Some(space) = &self.new_address_space {
            let space = AddressSpaceName::new(space);
            changes.push(AddressChange::AddressSpace(space));
        }
        if let Some(kind) = optional(self.new_network_type.as_ref())? {
            changes.push(AddressChange::NetworkType(Some(kind)));
        }
        let custom = fields::change(
            self.add_custom_configuration.as_ref(),
            self.remove_custom_configuration.as_ref(),
        )?;
        if !custom.is_empty() {
            changes.push(AddressChange::CustomConfiguration(custom));
        }
        Ok(changes)
    }
}

impl Cmdlet for SetIpamAddress {
    fn target(&self) -> String {
        self.ip_address.0.join(", ")
    }

    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.date(self.assignment_date.as_ref())
            .date(self.expiry_date.as_ref());
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let named = Named {
            managed_by_service: self.managed_by_service.as_ref(),
            service_instance: self.service_instance.as_ref(),
            network_type: self.network_type.as_ref(),
            address_space: self.address_space.as_ref(),
        };
        each(&self.ip_address, stage, async |address, stage| {
            let key = named.record(session, address).await?;
            let changes = self.changes(stage)?;
            let changed = session
                .ipam
                .set_ipam_address(&session.caller, &key, changes)
                .await?;
            returned(session, stage, &[changed])
        })
        .await
    }
}
