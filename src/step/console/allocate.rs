//! Find and Allocate Available IP Address, and its Find Next (domain 7.1, 7.2).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::addr::AddressRange;
use crate::ipam::find::FindRequest;
use crate::ipam::space::{AddressDetails, RangeKey, RangeQuery, ReservationType};
use crate::ipam::{ErrorId, IpamError};
use crate::step::cmdlet::common::Session;
use crate::step::cmdlet::find::one_range;
use crate::step::details::details;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{LastSearch, Stage, StepError, StepResult, parameter};
use crate::step::tables;
use std::net::IpAddr;

/// Opens the dialog on a range and searches.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FindAndAllocate {
    /// The range: its network `10.0.1.0/24`, or its bounds `10.0.1.10-10.0.1.250`.
    pub range: String,
    /// The service instance, when several ranges have that network.
    pub service_instance: Option<String>,
    /// Fields of the address record to store for the address found.
    pub allocate: Option<Allocation>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for FindAndAllocate {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref()).addresses([&self.range]);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let query = range_query(&self.range, self.service_instance.as_ref())?;
        let range = one_range(&session, &query).await?;
        let allocate = match &self.allocate {
            Some(allocation) => Some(allocation.details(stage)?),
            None => None,
        };
        search(stage, &session, range, None, allocate).await
    }
}

/// The range that a person means by its network or its bounds.
pub(super) fn range_query(
    text: &str,
    service_instance: Option<&String>,
) -> Result<RangeQuery, StepError> {
    let query = RangeQuery {
        service_instance: service_instance.cloned(),
        ..RangeQuery::default()
    };
    Ok(match text.parse::<AddressRange>() {
        Ok(bounds) => RangeQuery {
            start_ip_address: Some(bounds.first()),
            end_ip_address: Some(bounds.last()),
            ..query
        },
        Err(_) => RangeQuery {
            network_id: Some(parameter(text)?),
            ..query
        },
    })
}

/// What is recorded for the address that was found.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct Allocation {
    pub device_name: Option<String>,
    pub device_type: Option<String>,
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
    pub description: Option<String>,
}

impl Allocation {
    fn details(&self, stage: &Stage<'_>) -> Result<AddressDetails, StepError> {
        let mut details = details!(stage, self);
        // The dialog always has a type selected; the cmdlets ask for it (domain 5.6).
        let v4_reservation = details.reservation_server.is_some() && details.duid.is_none();
        if v4_reservation && details.reservation_type.is_none() {
            details.reservation_type = Some(ReservationType::Both);
        }
        Ok(details)
    }
}

/// Goes on with the dialog opened last.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FindNext {
    pub allocate: Option<Allocation>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for FindNext {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let Some(last) = stage.last_search.clone() else {
            let message = "no search to go on with: search a range first";
            return Err(IpamError::new(ErrorId::IpamApiInvalidParameter, message).into());
        };
        let behind = last
            .report
            .candidates
            .last()
            .map(|candidate| candidate.address);
        let allocate = match &self.allocate {
            Some(allocation) => Some(allocation.details(stage)?),
            None => last.allocate,
        };
        search(stage, &session, last.range, behind, allocate).await
    }
}

async fn search(
    stage: &mut Stage<'_>,
    session: &Session,
    range: RangeKey,
    start_after: Option<IpAddr>,
    allocate: Option<AddressDetails>,
) -> StepResult {
    let request = FindRequest {
        start_after,
        allocate: allocate.clone(),
        ..FindRequest::one(range.clone())
    };
    let report = session
        .ipam
        .find_and_allocate(&session.caller, request)
        .await?;
    tables::search(stage, &report);
    stage.last_search = Some(LastSearch {
        range,
        allocate,
        report,
    });
    Ok(())
}
