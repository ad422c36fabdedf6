//! `Find-IpamFreeAddress` (domain 7.2).

use crate::ipam::find::FindRequest;
use crate::ipam::space::{RangeKey, RangeQuery};
use crate::ipam::{ErrorId, IpamError};
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::stage::{LastSearch, Stage, StepError, StepResult, optional, parameter};
use crate::step::tables;

cmdlet! {
    pub struct FindIpamFreeAddress: reads {
        /// Network of the range: `10.0.1.0/24`.
        pub network_id: String,
        /// Bounds of the range, when several ranges have that network.
        #[serde(rename = "StartIPAddress")]
        pub start_ip_address: Option<String>,
        #[serde(rename = "EndIPAddress")]
        pub end_ip_address: Option<String>,
        pub managed_by_service: Option<String>,
        pub service_instance: Option<String>,
        /// 1 by default, 1024 at most.
        pub num_address: Option<u32>,
    }
}

impl Cmdlet for FindIpamFreeAddress {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let query = RangeQuery {
            network_id: Some(parameter(&self.network_id)?),
            start_ip_address: optional(self.start_ip_address.as_ref())?,
            end_ip_address: optional(self.end_ip_address.as_ref())?,
            managed_by_service: optional(self.managed_by_service.as_ref())?,
            service_instance: self.service_instance.clone(),
            ..RangeQuery::default()
        };
        let range = one_range(session, &query).await?;
        let request = FindRequest {
            count: self.num_address.unwrap_or(1) as usize,
            ..FindRequest::one(range.clone())
        };
        let report = session
            .ipam
            .find_and_allocate(&session.caller, request)
            .await?;
        tables::search(stage, &report);
        stage.last_search = Some(LastSearch {
            range,
            allocate: None,
            report,
        });
        Ok(())
    }
}

/// The one range that a query means.
///
/// # Errors
/// `IpamApiObjectNotFound` when there is none, `IpamApiInvalidParameter` when there are several.
pub async fn one_range(session: &Session, query: &RangeQuery) -> Result<RangeKey, StepError> {
    let found = session.ipam.get_ipam_range(&session.caller, query).await?;
    let refused = |id, message: String| Err(IpamError::new(id, message).into());
    match found.as_slice() {
        [range] => Ok(range.key.clone()),
        [] => refused(
            ErrorId::IpamApiObjectNotFound,
            "no range of that network and owner is recorded".to_owned(),
        ),
        several => {
            let keys: Vec<String> = several.iter().map(|range| range.key.to_string()).collect();
            let message = format!("`{}` all match; name the owner", keys.join("`, `"));
            refused(ErrorId::IpamApiInvalidParameter, message)
        }
    }
}
