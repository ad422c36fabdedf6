//! Find and Allocate Available IP Address, and its Find Next (domain 7.1, 7.2).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::addr::AddressRange;
use crate::ipam::find::{AllocateRequest, FindRequest, RequestId};
use crate::ipam::space::{AddressDetails, AddressKey, RangeKey, RangeQuery, ReservationType};
use crate::ipam::sync::SyncReport;
use crate::ipam::{ErrorId, IpamError, IpamResult};
use crate::step::cmdlet::common::Session;
use crate::step::cmdlet::find::one_range;
use crate::step::details::details;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{LastSearch, Stage, StepError, StepResult, optional, parameter};
use crate::step::{free_tables, tables};
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
    /// Another row of the list, or an address typed into the field; the last address found is
    /// preselected.
    pub select: Option<String>,
    /// A name for the request: sent again under it, it gets the same record and not another.
    pub request: Option<String>,
    /// The box *Automatically create DHCP reservation*.
    pub create_reservation: Option<bool>,
    /// The box *Automatically create DNS records for this IP address*.
    pub create_records: Option<bool>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for FindAndAllocate {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref()).addresses([&self.range]);
        if self.allocate.is_none() {
            let given = [
                ("select", self.select.is_some()),
                ("request", self.request.is_some()),
                ("create-reservation", self.create_reservation.is_some()),
                ("create-records", self.create_records.is_some()),
            ];
            for (key, _) in given.into_iter().filter(|(_, given)| *given) {
                let message = "it does nothing where nothing is recorded";
                to.problem(key, message, "add `allocate`, or remove it");
            }
        }
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let query = range_query(&self.range, self.service_instance.as_ref())?;
        let range = one_range(&session, &query).await?;
        let allocate = match &self.allocate {
            Some(allocation) => Some(allocation.details(stage)?),
            None => None,
        };
        let dialog = Dialog {
            allocate,
            select: optional(self.select.as_ref())?,
            request: optional(self.request.as_ref())?,
            boxes: Boxes::of(&session, self.create_reservation, self.create_records)?,
        };
        search(stage, &session, range, None, dialog).await
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
    /// As for `find-and-allocate`.
    pub select: Option<String>,
    /// As for `find-and-allocate`.
    pub request: Option<String>,
    pub create_reservation: Option<bool>,
    pub create_records: Option<bool>,
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
        let dialog = Dialog {
            allocate,
            select: optional(self.select.as_ref())?,
            request: optional(self.request.as_ref())?,
            boxes: Boxes::of(&session, self.create_reservation, self.create_records)?,
        };
        search(stage, &session, last.range, behind, dialog).await
    }
}

/// What stands in the dialog when OK is pressed.
struct Dialog {
    allocate: Option<AddressDetails>,
    select: Option<IpAddr>,
    request: Option<RequestId>,
    boxes: Boxes,
}

/// What the dialog creates on servers once the address is recorded.
#[derive(Debug, Clone, Copy)]
struct Boxes {
    reservation: bool,
    records: bool,
}

impl Boxes {
    /// The boxes as somebody left them, or as the release of the IPAM server ticks them.
    fn of(
        session: &Session,
        reservation: Option<bool>,
        records: Option<bool>,
    ) -> Result<Boxes, StepError> {
        let generation = session.ipam.rules().generation;
        let Some(ticked) = generation.offers_to_create() else {
            if reservation.or(records).is_some() {
                let message = format!("the dialog of {generation} has no such box");
                return Err(IpamError::new(ErrorId::IpamApiInvalidParameter, message).into());
            }
            return Ok(Boxes {
                reservation: false,
                records: false,
            });
        };
        Ok(Boxes {
            reservation: reservation.unwrap_or(ticked),
            records: records.unwrap_or(false),
        })
    }

    /// Creates what is ticked and has its fields filled in, each by itself: a server that refuses
    /// one does not keep the other from being created.
    async fn create(
        self,
        stage: &mut Stage<'_>,
        session: &Session,
        key: &AddressKey,
        details: &AddressDetails,
    ) -> StepResult {
        let (ipam, caller) = (&session.ipam, &session.caller);
        if self.reservation && details.reservation_server.is_some() {
            let created = ipam.create_dhcp_reservation(caller, key).await;
            told(stage, created);
        }
        if self.records && details.forward_lookup_zone.is_some() {
            told(stage, ipam.create_dns_host_record(caller, key).await);
        }
        if self.records && details.reverse_lookup_zone.is_some() {
            told(stage, ipam.create_dns_ptr_record(caller, key).await);
        }
        Ok(())
    }
}

fn told(stage: &mut Stage<'_>, created: IpamResult<SyncReport>) {
    match created {
        Ok(report) => tables::push(stage, &report),
        Err(error) => stage.error(error),
    }
}

async fn search(
    stage: &mut Stage<'_>,
    session: &Session,
    range: RangeKey,
    start_after: Option<IpAddr>,
    dialog: Dialog,
) -> StepResult {
    let Dialog {
        allocate,
        select,
        request: name,
        boxes,
    } = dialog;
    let request = FindRequest {
        start_after,
        // A row or an address of one's own choice is recorded afterwards.
        allocate: allocate.clone().filter(|_| select.is_none()),
        request: name.clone().filter(|_| select.is_none()),
        ..FindRequest::one(range.clone())
    };
    let (ipam, caller) = (&session.ipam, &session.caller);
    let mut report = ipam.find_and_allocate(caller, request).await?;
    free_tables::search(stage, &report);
    let mut refused = None;
    if let (Some(address), Some(details)) = (select, allocate.clone()) {
        stage.say(format!("selected instead: {address}"));
        let wanted = AllocateRequest {
            range: range.clone(),
            address,
            details,
            request: name,
        };
        match ipam.allocate_ipam_address(caller, wanted).await {
            Ok(added) => {
                stage.say(format!("recorded: {}", added.key));
                report.allocated = Some(added.key);
            }
            Err(error) => refused = Some(error),
        }
    }
    if let (Some(key), Some(details)) = (&report.allocated, &allocate) {
        boxes.create(stage, session, key, details).await?;
    }
    stage.searched(LastSearch {
        range,
        allocate,
        report,
    });
    refused.map_or(Ok(()), |error| Err(error.into()))
}
