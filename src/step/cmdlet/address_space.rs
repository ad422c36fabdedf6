//! `Add-`, `Get-`, `Set-` and `Remove-IpamAddressSpace` (domain 5.4).

use crate::ipam::space::{
    AddressSpaceChange, AddressSpaceKind, AddressSpaceName, AddressSpaceQuery, CustomerNetwork,
    NewAddressSpace,
};
use crate::ipam::{ErrorId, IpamError};
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::cmdlet::fields;
use crate::step::space_tables::address_spaces;
use crate::step::stage::{Stage, StepError, StepResult, optional, parameter};
use crate::step::value::OneOrMany;

cmdlet! {
    /// Adds a provider space, or with `CustomerAddressSpace` a customer's.
    #[derive(Default)]
    pub struct AddIpamAddressSpace: changes, PassThru {
        pub name: String,
        #[serde(default)]
        pub provider_address_space: bool,
        #[serde(default)]
        pub customer_address_space: bool,
        /// The provider space that a customer's is over.
        pub associated_provider_address_space: Option<String>,
        /// `NVGRE` or `IPRewrite`.
        pub isolation_method: Option<String>,
        pub tenant: Option<String>,
        pub vm_network: Option<String>,
        pub owner: Option<String>,
        pub description: Option<String>,
        /// Custom fields: `Site=London;Rack=3`.
        pub custom_configuration: Option<String>,
    }
}

impl AddIpamAddressSpace {
    /// What the parameters make of it: the two sets of parameters do not mix.
    fn kind(&self) -> Result<AddressSpaceKind, StepError> {
        let refused = |message: &str| -> Result<AddressSpaceKind, StepError> {
            Err(IpamError::new(ErrorId::IpamApiInvalidParameter, message).into())
        };
        let of_customers = [
            &self.associated_provider_address_space,
            &self.isolation_method,
            &self.tenant,
            &self.vm_network,
        ];
        match (self.provider_address_space, self.customer_address_space) {
            (true, true) => {
                return refused(
                    "`ProviderAddressSpace` and `CustomerAddressSpace` exclude each other",
                );
            }
            (_, false) if of_customers.iter().any(|given| given.is_some()) => {
                return refused(
                    "provider, isolation method, tenant and VM network are of a \
                     `CustomerAddressSpace`",
                );
            }
            (_, false) => return Ok(AddressSpaceKind::Provider),
            (false, true) => {}
        }
        let Some(over) = &self.associated_provider_address_space else {
            return refused("a customer address space needs its `AssociatedProviderAddressSpace`");
        };
        let Some(isolation_method) = &self.isolation_method else {
            return refused("a customer address space needs an `IsolationMethod`");
        };
        Ok(AddressSpaceKind::Customer(CustomerNetwork {
            associated_provider_address_space: AddressSpaceName::new(over),
            isolation_method: parameter(isolation_method)?,
            tenant: self.tenant.clone().unwrap_or_default(),
            vm_network: self.vm_network.clone().unwrap_or_default(),
        }))
    }
}

impl Cmdlet for AddIpamAddressSpace {
    fn target(&self) -> String {
        self.name.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let new = NewAddressSpace {
            kind: self.kind()?,
            owner: self.owner.clone().unwrap_or_default(),
            description: self.description.clone().unwrap_or_default(),
            custom: fields::values(self.custom_configuration.as_ref())?,
            ..NewAddressSpace::provider(&self.name)
        };
        let added = session.ipam.add_ipam_address_space(&session.caller, new);
        session.returned(stage, address_spaces(&[added.await?]));
        Ok(())
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct GetIpamAddressSpace: reads {
        /// Names or patterns such as `Contoso*`; all by default.
        #[serde(default)]
        pub name: OneOrMany<String>,
        /// `ProviderAddressSpace` or `CustomerAddressSpace`; both by default.
        #[serde(rename = "Type", default)]
        pub kind: OneOrMany<String>,
        /// Only the customer spaces over this provider space.
        pub mapping_to_provider_address_space: Option<String>,
    }
}

impl Cmdlet for GetIpamAddressSpace {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let over = self.mapping_to_provider_address_space.as_ref();
        let query = AddressSpaceQuery {
            names: self.name.0.clone(),
            types: self.kind.0.clone(),
            mapping_to_provider: over.map(AddressSpaceName::new),
        };
        let found = session.ipam.get_ipam_address_space(&session.caller, &query);
        let found = found.await?;
        stage.table(address_spaces(&found));
        Ok(())
    }
}

cmdlet! {
    /// Changes an address space. What is not given stays; the empty text clears a field.
    #[derive(Default)]
    pub struct SetIpamAddressSpace: changes, PassThru {
        pub name: String,
        pub new_name: Option<String>,
        pub owner: Option<String>,
        pub description: Option<String>,
        pub associated_provider_address_space: Option<String>,
        pub isolation_method: Option<String>,
        pub tenant: Option<String>,
        pub vm_network: Option<String>,
        /// Custom fields to set: `Site=London;Rack=3`.
        pub add_custom_configuration: Option<String>,
        /// Names of custom fields to remove: `Site;Rack`.
        pub remove_custom_configuration: Option<String>,
    }
}

impl Cmdlet for SetIpamAddressSpace {
    fn target(&self) -> String {
        self.name.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let over = self.associated_provider_address_space.as_ref();
        let change = AddressSpaceChange {
            new_name: self.new_name.as_ref().map(AddressSpaceName::new),
            owner: self.owner.clone(),
            description: self.description.clone(),
            associated_provider_address_space: over.map(AddressSpaceName::new),
            isolation_method: optional(self.isolation_method.as_ref())?,
            tenant: self.tenant.clone(),
            vm_network: self.vm_network.clone(),
            custom_configuration: fields::change(
                self.add_custom_configuration.as_ref(),
                self.remove_custom_configuration.as_ref(),
            )?,
        };
        let name = AddressSpaceName::new(&self.name);
        let ipam = &session.ipam;
        let changed = ipam.set_ipam_address_space(&session.caller, &name, change);
        session.returned(stage, address_spaces(&[changed.await?]));
        Ok(())
    }
}

cmdlet! {
    pub struct RemoveIpamAddressSpace: changes, PassThru {
        /// One address space or several.
        pub name: OneOrMany<String>,
    }
}

impl Cmdlet for RemoveIpamAddressSpace {
    fn target(&self) -> String {
        self.name.0.join(", ")
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        for name in &self.name.0 {
            let name = AddressSpaceName::new(name);
            let removed = session
                .ipam
                .remove_ipam_address_space(&session.caller, &name);
            let removed = removed.await?;
            stage.say(format!("address space {} removed", removed.name));
            session.handed_on(stage, &address_spaces(&[removed]));
        }
        Ok(())
    }
}
