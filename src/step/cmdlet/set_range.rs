//! `Set-IpamRange` (domain 5.5).

use crate::ipam::space::{AddressSpaceName, RangeChange as Change, RangeQuery};
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::cmdlet::fields;
use crate::step::cmdlet::find::one_range;
use crate::step::cmdlet::range::{each, in_full, named, utilization};
use crate::step::mention::Mentions;

use crate::step::stage::{Stage, StepError, StepResult, optional, parameter};
use crate::step::tables;

cmdlet! {
    /// Changes a range. What is not given stays; the empty text and the empty list clear a field.
    #[derive(Default)]
    pub struct SetIpamRange: changes, PassThru {
        #[serde(rename = "StartIPAddress")]
        pub start_ip_address: Option<String>,
        #[serde(rename = "EndIPAddress")]
        pub end_ip_address: Option<String>,
        /// Instead of the bounds, where one range has this network.
        pub network_id: Option<String>,
        pub managed_by_service: Option<String>,
        pub service_instance: Option<String>,
        pub network_type: Option<String>,
        pub address_space: Option<String>,
        /// Makes the subnet that the range would be part of where there is none.
        #[serde(default)]
        pub create_subnet_if_not_found: bool,
        pub new_network_id: Option<String>,
        #[serde(rename = "NewStartIPAddress")]
        pub new_start_ip_address: Option<String>,
        #[serde(rename = "NewEndIPAddress")]
        pub new_end_ip_address: Option<String>,
        pub new_managed_by_service: Option<String>,
        pub new_service_instance: Option<String>,
        pub new_network_type: Option<String>,
        pub new_address_space: Option<String>,
        pub assignment_type: Option<String>,
        pub assignment_date: Option<String>,
        pub utilization_calculation: Option<String>,
        pub utilized_addresses: Option<u64>,
        pub description: Option<String>,
        pub owner: Option<String>,
        pub reserved_address: Option<Vec<String>>,
        pub dns_server: Option<Vec<String>>,
        pub dns_suffix: Option<Vec<String>>,
        pub connection_specific_dns_suffix: Option<String>,
        pub wins_server: Option<Vec<String>>,
        #[serde(rename = "VIP")]
        pub vip: Option<Vec<String>>,
        pub gateway: Option<Vec<String>>,
        pub associated_reverse_lookup_zone: Option<String>,
        /// `Site=London;Rack=3`.
        pub add_custom_configuration: Option<String>,
        /// `Site;Rack`.
        pub remove_custom_configuration: Option<String>,
    }
}

impl SetIpamRange {
    fn query(&self) -> Result<RangeQuery, StepError> {
        Ok(RangeQuery {
            network_id: optional(self.network_id.as_ref())?,
            start_ip_address: optional(self.start_ip_address.as_ref())?,
            end_ip_address: optional(self.end_ip_address.as_ref())?,
            managed_by_service: optional(self.managed_by_service.as_ref())?,
            service_instance: self.service_instance.clone(),
            network_type: optional(self.network_type.as_ref())?,
            address_space: self.address_space.as_ref().map(AddressSpaceName::new),
            ..RangeQuery::default()
        })
    }

    /// Changes of what makes up its key, its network and where it is.
    fn moves(&self) -> Result<Vec<Change>, StepError> {
        let mut changes = Vec::new();
        macro_rules! each_given {
            ($($field:ident => $change:ident),* $(,)?) => {$(
                if let Some(text) = &self.$field {
                    changes.push(Change::$change(parameter(text)?));
                }
            )*};
        }
        each_given!(
            new_network_id => NetworkId,
            new_start_ip_address => StartIpAddress,
            new_end_ip_address => EndIpAddress,
            new_managed_by_service => ManagedByService,
            new_network_type => NetworkType,
            assignment_type => AssignmentType,
        );
        let instance = self.new_service_instance.clone();
        changes.extend(instance.map(Change::ServiceInstance));
        let space = self.new_address_space.as_ref().map(AddressSpaceName::new);
        changes.extend(space.map(Change::AddressSpace));
        let how = self.utilization_calculation.as_ref();
        let how = utilization(how, self.utilized_addresses)?;
        changes.extend(how.map(Change::UtilizationCalculation));
        Ok(changes)
    }

    /// Changes of what is noted about it.
    fn notes(&self) -> Result<Vec<Change>, StepError> {
        let mut changes = Vec::new();
        if self.assignment_date.is_some() {
            let date = optional(self.assignment_date.as_ref())?;
            changes.push(Change::AssignmentDate(date));
        }
        changes.extend(self.description.clone().map(Change::Description));
        changes.extend(self.owner.clone().map(Change::Owner));
        changes.extend(self.dns_suffix.clone().map(Change::DnsSuffix));
        let suffix = self.connection_specific_dns_suffix.clone();
        changes.extend(suffix.map(Change::ConnectionSpecificDnsSuffix));
        let zone = self.associated_reverse_lookup_zone.clone();
        changes.extend(zone.map(Change::AssociatedReverseLookupZone));
        macro_rules! each_list {
            ($($field:ident => $change:ident),* $(,)?) => {$(
                if let Some(texts) = &self.$field {
                    changes.push(Change::$change(each(texts)?));
                }
            )*};
        }
        each_list!(
            reserved_address => ReservedAddress,
            dns_server => DnsServers,
            wins_server => WinsServers,
            vip => Vip,
            gateway => Gateway,
        );
        let (add, remove) = (
            self.add_custom_configuration.as_ref(),
            self.remove_custom_configuration.as_ref(),
        );
        let custom = fields::change(add, remove)?;
        if !custom.is_empty() {
            changes.push(Change::CustomConfiguration(custom));
        }
        Ok(changes)
    }
}

impl Cmdlet for SetIpamRange {
    fn target(&self) -> String {
        let named = self.start_ip_address.as_ref().or(self.network_id.as_ref());
        named.cloned().unwrap_or_default()
    }

    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.date(self.assignment_date.as_ref());
        named(self.network_id.as_ref(), self.start_ip_address.as_ref(), to);
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let key = one_range(session, &self.query()?).await?;
        let mut changes = self.moves()?;
        changes.extend(self.notes()?);
        let create = self.create_subnet_if_not_found;
        let ipam = &session.ipam;
        let changed = ipam.set_ipam_range(&session.caller, &key, changes, create);
        let changed = [changed.await?];
        stage.table(tables::ranges(&changed));
        session.handed_on(stage, &in_full(session, &changed)?);
        Ok(())
    }
}
