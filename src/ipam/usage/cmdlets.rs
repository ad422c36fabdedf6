//! The cmdlets of utilization, behind the gate of who may call them.

use jiff::civil::Date;

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::events::Category;
use crate::ipam::rbac::Right;

use super::period::UtilizationPeriod;
use super::rows;
use super::threshold::{UtilizationThreshold, put_thresholds, thresholds};
use super::view::{self, Trend, Usage, UsageObject};

impl Ipam {
    /// `Get-IpamAddressUtilizationThreshold`.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn get_ipam_address_utilization_threshold(
        &self,
        caller: &Caller,
    ) -> IpamResult<UtilizationThreshold> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(thresholds)
    }

    /// `Set-IpamAddressUtilizationThreshold`; what is `None` stays as it is. Statuses follow at
    /// once, and what crosses a threshold by it is told at the next run of AddressUtilization.
    ///
    /// # Errors
    /// `IpamApiInvalidParameter` for more than 100 % and for over below under,
    /// `IpamApiAccessDenied` for whoever is in no administrator group of IPAM.
    pub async fn set_ipam_address_utilization_threshold(
        &self,
        caller: &Caller,
        under: Option<u32>,
        over: Option<u32>,
    ) -> IpamResult<UtilizationThreshold> {
        self.authorize(caller, Right::StartTasks).await?;
        self.store.transaction(|tx| {
            let before = thresholds(tx)?;
            let after = before.with(under, over)?;
            put_thresholds(tx, after)?;
            let done = format!(
                "set the utilization thresholds to {} % and {} %",
                after.under, after.over
            );
            self.changed(tx, caller, Category::AddressSpace, done)?;
            Ok(after)
        })
    }

    /// The utilization of every block and every range now.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn get_utilization(&self, caller: &Caller) -> IpamResult<Vec<Usage>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(view::usages)
    }

    /// The console's utilization trend of a block or range. Of IPv6 there is none: it has no
    /// points (domain 5.9).
    ///
    /// # Errors
    /// `IpamApiObjectNotFound`.
    pub async fn get_utilization_trend(
        &self,
        caller: &Caller,
        object: UsageObject,
        period: UtilizationPeriod,
    ) -> IpamResult<Trend> {
        self.authorize(caller, Right::Read).await?;
        let now = self.wall();
        self.store.read(|tx| view::trend(tx, object, period, now))
    }

    /// `Remove-IpamUtilizationData`: deletes the samples up to `end_date`, that day included; how
    /// many.
    ///
    /// # Errors
    /// `IpamApiAccessDenied` for all but IPAM administrators, `IpamApiInvalidParameter` for today
    /// and later.
    pub async fn remove_ipam_utilization_data(
        &self,
        caller: &Caller,
        end_date: Date,
    ) -> IpamResult<usize> {
        let right = Right::Administer;
        self.purge(caller, right, "utilization data", end_date, rows::purge)
            .await
    }
}
