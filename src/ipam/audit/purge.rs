//! Purging by date: nothing that is purged comes back, and no source log is cleared
//! (domain 9.6, 9.8).

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::ipam::access::DHCP_CHANNEL;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::rbac::Right;
use crate::ipam::store::{Tx, collected, events, tracking};

impl Ipam {
    /// `Remove-IpamIpAddressAuditEvent`: deletes tracked events up to `end_date`, that day
    /// included; how many.
    ///
    /// # Errors
    /// `IpamApiAccessDenied` for all but IPAM administrators, `IpamApiInvalidParameter` for today
    /// and later.
    pub async fn remove_ipam_ip_address_audit_event(
        &self,
        caller: &Caller,
        end_date: Date,
    ) -> IpamResult<usize> {
        let right = Right::Administer;
        let what = "IP address audit events";
        self.purge(caller, right, what, end_date, tracking::purge_until)
            .await
    }

    /// `Remove-IpamDhcpConfigurationEvent`: the same for configuration events of DHCP servers.
    ///
    /// # Errors
    /// As [`Ipam::remove_ipam_ip_address_audit_event`].
    pub async fn remove_ipam_dhcp_configuration_event(
        &self,
        caller: &Caller,
        end_date: Date,
    ) -> IpamResult<usize> {
        let right = Right::Administer;
        let what = "DHCP configuration events";
        self.purge(caller, right, what, end_date, |tx, until| {
            collected::purge_events_until(tx, DHCP_CHANNEL, until)
        })
        .await
    }

    /// `Remove-IpamConfigurationEvent`: the same for IPAM's own configuration events.
    ///
    /// # Errors
    /// As [`Ipam::remove_ipam_ip_address_audit_event`].
    pub async fn remove_ipam_configuration_event(
        &self,
        caller: &Caller,
        end_date: Date,
    ) -> IpamResult<usize> {
        let right = Right::Administer;
        let what = "IPAM configuration events";
        self.purge(caller, right, what, end_date, events::purge_catalogue)
            .await
    }

    /// Purges what `delete` deletes, behind the gate.
    pub(in crate::ipam) async fn purge(
        &self,
        caller: &Caller,
        right: Right,
        what: &str,
        end_date: Date,
        delete: impl FnOnce(&Tx<'_>, Timestamp) -> IpamResult<usize>,
    ) -> IpamResult<usize> {
        self.authorize(caller, right).await?;
        let today = self.wall().to_zoned(TimeZone::UTC).date();
        // Today's events would be collected again by the next run of the task.
        if end_date >= today {
            return Err(IpamError::parameter(format!(
                "the end date `{end_date}` is not before the server's date `{today}`"
            )));
        }
        let until = end_of(end_date);
        self.store.transaction(|tx| {
            let purged = delete(tx, until)?;
            let done = format!("purged {what} until {end_date}: {purged}");
            self.changed(tx, caller, Category::Audit, done)?;
            Ok(purged)
        })
    }
}

/// The last millisecond of a day.
fn end_of(day: Date) -> Timestamp {
    let next = day.tomorrow().and_then(|next| next.to_zoned(TimeZone::UTC));
    let next = next.map_or(Timestamp::MAX, |next| next.timestamp());
    next.checked_sub(jiff::SignedDuration::from_millis(1))
        .unwrap_or(next)
}
