//! Reclaim IP Addresses, and the deletion dialog (domain 7.3, 7.4).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::space::{RangeKey, Ticked};
use crate::ipam::sync::Deletion;
use crate::step::cmdlet::address::Named;
use crate::step::cmdlet::common::Session;
use crate::step::cmdlet::find::one_range;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult, parameter};
use crate::step::tables;

use super::allocate::range_query;

/// Opens the dialog on ranges, ticks addresses and reclaims them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReclaimIpAddresses {
    pub ranges: Vec<OfRange>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

/// A range of the dialog.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OfRange {
    /// Its network `10.0.1.0/24`, or its bounds `10.0.1.10-10.0.1.250`.
    pub range: String,
    /// The service instance, when several ranges have that network.
    pub service_instance: Option<String>,
    /// The addresses to tick; with none at all the dialog only lists.
    #[serde(default)]
    pub tick: Vec<String>,
}

impl OfRange {
    async fn key(&self, session: &Session) -> Result<RangeKey, StepError> {
        let query = range_query(&self.range, self.service_instance.as_ref())?;
        one_range(session, &query).await
    }
}

impl Arguments for ReclaimIpAddresses {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
        for one in &self.ranges {
            to.addresses(&one.tick);
        }
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let mut ticked = Vec::new();
        for one in &self.ranges {
            let addresses: Result<Vec<_>, StepError> =
                one.tick.iter().map(|text| parameter(text)).collect();
            ticked.push(Ticked {
                range: one.key(&session).await?,
                addresses: addresses?,
            });
        }
        if ticked.iter().all(|one| one.addresses.is_empty()) {
            let ranges: Vec<RangeKey> = ticked.into_iter().map(|one| one.range).collect();
            let ipam = &session.ipam;
            let listed = ipam
                .get_reclaimable_addresses(&session.caller, &ranges)
                .await?;
            match listed.is_empty() {
                true => stage.say("the list is empty"),
                false => stage.table(tables::addresses(&listed)),
            }
            return Ok(());
        }
        let summary = session
            .ipam
            .reclaim_ipam_addresses(&session.caller, &ticked)
            .await?;
        for one in &summary.reclaimed {
            stage.say(format!("reclaimed: {}", one.key));
            for (kind, written) in &one.left_behind {
                let (entry, server) = (&written.entry, &written.server);
                stage.say(format!("  {kind} stays on {server}: {entry}"));
            }
        }
        stage.say(format!("last reclamation of each range: {}", summary.at));
        Ok(())
    }
}

/// Deletes an address, and what is ticked of its records on servers.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeleteAddress {
    pub address: String,
    /// Which record of the address, when there is more than one.
    pub managed_by_service: Option<String>,
    pub service_instance: Option<String>,
    #[serde(default)]
    pub delete_dhcp_reservation: bool,
    /// Host and PTR record.
    #[serde(default)]
    pub delete_dns_records: bool,
    /// Leave the address record in the database.
    #[serde(default)]
    pub keep_address_record: bool,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for DeleteAddress {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref()).addresses([&self.address]);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let named = Named {
            managed_by_service: self.managed_by_service.as_ref(),
            service_instance: self.service_instance.as_ref(),
            ..Named::default()
        };
        let key = named.record(&session, &self.address).await?;
        let deletion = Deletion {
            reservation: self.delete_dhcp_reservation,
            dns_records: self.delete_dns_records,
            address_record: !self.keep_address_record,
        };
        let report = session
            .ipam
            .delete_address(&session.caller, &key, deletion)
            .await?;
        for push in &report.pushes {
            tables::push(stage, push);
        }
        stage.say(match report.removed {
            true => format!("record of {key} removed"),
            false => format!("record of {key} stays"),
        });
        Ok(())
    }
}
