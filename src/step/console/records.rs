//! Create and delete DHCP reservations and DNS records of an address record (domain 8.2, 8.4).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::space::AddressKey;
use crate::step::cmdlet::address::Named;
use crate::step::cmdlet::common::Session;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};
use crate::step::tables;

/// The address record an action is taken on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OnRecord {
    pub address: String,
    /// Which record of the address, when there is more than one.
    pub managed_by_service: Option<String>,
    pub service_instance: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl OnRecord {
    async fn key(&self, session: &Session) -> Result<AddressKey, StepError> {
        let named = Named {
            managed_by_service: self.managed_by_service.as_ref(),
            service_instance: self.service_instance.as_ref(),
            ..Named::default()
        };
        named.record(session, &self.address).await
    }

    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref()).addresses([&self.address]);
    }
}

macro_rules! pushes {
    ($($(#[$doc:meta])* $name:ident => $operation:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub OnRecord);

        impl Arguments for $name {
            fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
                self.0.mentions(to);
            }

            async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
                let session = stage.session(self.0.as_user.as_ref()).await?;
                let key = self.0.key(&session).await?;
                let report = session.ipam.$operation(&session.caller, &key).await?;
                tables::push(stage, &report);
                Ok(())
            }
        }
    )*};
}

pushes! {
    /// Create DHCP Reservation.
    CreateDhcpReservation => create_dhcp_reservation;
    /// Delete DHCP Reservation.
    DeleteDhcpReservation => delete_dhcp_reservation;
    /// Create DNS Host Record.
    CreateDnsHostRecord => create_dns_host_record;
    /// Delete DNS Host Record.
    DeleteDnsHostRecord => delete_dns_host_record;
    /// Create DNS PTR Record.
    CreateDnsPtrRecord => create_dns_ptr_record;
    /// Delete DNS PTR Record.
    DeleteDnsPtrRecord => delete_dns_ptr_record;
}
