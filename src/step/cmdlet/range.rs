//! `Add-`, `Get-` and `Remove-IpamRange` (domain 5.5).

use crate::addr::AddressRange;
use crate::ipam::space::{NewRange, Owner, RangeQuery};
use crate::lab::observation::Table;
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::cmdlet::fields;
use crate::step::cmdlet::find::one_range;
use crate::step::stage::{Stage, StepResult, optional, parameter};
use crate::step::tables;

cmdlet! {
    pub struct AddIpamRange: changes, PassThru {
        /// `10.0.1.0/24`.
        pub network_id: String,
        /// The network's first usable address by default.
        #[serde(rename = "StartIPAddress")]
        pub start_ip_address: Option<String>,
        /// The network's last usable address by default.
        #[serde(rename = "EndIPAddress")]
        pub end_ip_address: Option<String>,
        /// `IPAM` by default.
        pub managed_by_service: Option<String>,
        /// `Localhost` by default.
        pub service_instance: Option<String>,
        /// `Static` by default.
        pub assignment_type: Option<String>,
        /// Addresses and ranges that no search may return.
        #[serde(default)]
        pub reserved_address: Vec<String>,
        pub description: Option<String>,
        pub owner: Option<String>,
        /// Custom fields: `Site=London;Rack=3`.
        pub custom_configuration: Option<String>,
    }
}

impl Cmdlet for AddIpamRange {
    fn target(&self) -> String {
        self.network_id.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let mut range = NewRange::new(parameter(&self.network_id)?);
        range.start_ip_address = optional(self.start_ip_address.as_ref())?;
        range.end_ip_address = optional(self.end_ip_address.as_ref())?;
        range.owner = owner(
            self.managed_by_service.as_ref(),
            self.service_instance.as_ref(),
        )?;
        if let Some(kind) = optional(self.assignment_type.as_ref())? {
            range.assignment_type = kind;
        }
        for text in &self.reserved_address {
            let kept: AddressRange = parameter(text)?;
            range.details.reserved_address.push(kept);
        }
        range.details.description = self.description.clone().unwrap_or_default();
        range.details.owner = self.owner.clone().unwrap_or_default();
        range.details.custom = fields::values(self.custom_configuration.as_ref())?;
        let added = session.ipam.add_ipam_range(&session.caller, range).await?;
        session.returned(stage, tables::ranges(&[added]));
        Ok(())
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct GetIpamRange: reads {}
}

impl Cmdlet for GetIpamRange {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let query = RangeQuery::default();
        let found = session.ipam.get_ipam_range(&session.caller, &query).await?;
        stage.table(tables::ranges(&found));
        Ok(())
    }
}

cmdlet! {
    pub struct RemoveIpamRange: changes, PassThru {
        pub network_id: String,
        #[serde(rename = "StartIPAddress")]
        pub start_ip_address: Option<String>,
        #[serde(rename = "EndIPAddress")]
        pub end_ip_address: Option<String>,
        pub managed_by_service: Option<String>,
        pub service_instance: Option<String>,
        #[serde(default)]
        pub delete_mapped_addresses: bool,
    }
}

impl Cmdlet for RemoveIpamRange {
    fn target(&self) -> String {
        self.network_id.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let query = RangeQuery {
            network_id: Some(parameter(&self.network_id)?),
            start_ip_address: optional(self.start_ip_address.as_ref())?,
            end_ip_address: optional(self.end_ip_address.as_ref())?,
            managed_by_service: optional(self.managed_by_service.as_ref())?,
            service_instance: self.service_instance.clone(),
            ..RangeQuery::default()
        };
        let key = one_range(session, &query).await?;
        let mapped = self.delete_mapped_addresses;
        let removed = session
            .ipam
            .remove_ipam_range(&session.caller, &key, mapped)
            .await?;
        stage.say(format!("range {key} removed"));
        let mut range = Table::new("", &["Range"]);
        range.row(vec![key.to_string()]);
        session.handed_on(stage, &range);
        for address in &removed {
            stage.say(format!("address {address} removed with it"));
        }
        Ok(())
    }
}

/// The owner that the two parameters name: `IPAM` and `Localhost` unless said otherwise.
pub fn owner(
    service: Option<&String>,
    instance: Option<&String>,
) -> Result<Owner, crate::step::stage::StepError> {
    let mut owner = Owner::localhost();
    if let Some(service) = optional(service)? {
        owner.managed_by_service = service;
    }
    if let Some(instance) = instance {
        owner.service_instance.clone_from(instance);
    }
    Ok(owner)
}
