//! What a change of manageability means for GPO filters and collected data (domain 3.5).

use std::collections::BTreeSet;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::configuration::ProvisioningMethod;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::gpo::{FilterEdits, FilterPlan, IpamGpo};
use crate::ipam::space;
use crate::ipam::store::{Tx, collected, servers};

use super::record::ServerRecord;
use super::status::{DataRetrievalStatus, ManageabilityStatus};

/// The filters a record should be in, given the record before the change.
///
/// Managed adds the server to the GPO of every selected role and takes it out of those of roles
/// that were cleared; Unmanaged takes it out of all three; Unspecified changes nothing.
pub(super) fn filter_plan(before: Option<&ServerRecord>, after: &ServerRecord) -> FilterPlan {
    match after.manageability {
        ManageabilityStatus::Unspecified => FilterPlan::default(),
        ManageabilityStatus::Unmanaged => FilterPlan {
            add: BTreeSet::new(),
            // A server that was never managed is in no filter, but one that a colleague added by
            // hand is taken out too.
            delete: IpamGpo::ALL.iter().copied().collect(),
        },
        ManageabilityStatus::Managed => {
            let add = IpamGpo::of_roles(&after.roles);
            let had = before.map(|record| IpamGpo::of_roles(&record.roles));
            let delete = had.unwrap_or_default().difference(&add).copied().collect();
            FilterPlan { add, delete }
        }
    }
}

impl Ipam {
    /// Edits the filters if access is provisioned by Group Policy; with the method Manual nothing
    /// outside IPAM changes.
    pub(super) async fn apply_filter_plan(
        &self,
        caller: &Caller,
        server: &ServerRecord,
        plan: &FilterPlan,
    ) -> IpamResult<FilterEdits> {
        let configuration = self.configuration_row()?;
        match (configuration.provisioning_method, configuration.gpo_prefix) {
            (ProvisioningMethod::Automatic, Some(prefix)) => {
                Ok(self.edit_gpo_filters(caller, server, &prefix, plan).await)
            }
            _ => Ok(FilterEdits::default()),
        }
    }
}

/// Deletes what was collected from a server; how many rows that were.
pub(super) fn purge(tx: &Tx<'_>, server: &Fqdn) -> IpamResult<usize> {
    let rows = collected::purge(tx, server)? + space::forget(tx, server)?;
    servers::put_data_retrieval(tx, server, DataRetrievalStatus::NotStarted)?;
    Ok(rows)
}
