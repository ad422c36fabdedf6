//! What was collected, for those who ask: zone status, event records, audit log lines.

use crate::base::Fqdn;
use crate::ipam::access::DHCP_CHANNEL;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::rbac::Right;
use crate::ipam::store::collected;
use crate::wire::windows::eventlog::EventRecord;

use super::report::ZoneStatus;

impl Ipam {
    /// The status of the zones of a DNS server, as ServiceMonitoring saw it last.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn get_zone_status(
        &self,
        caller: &Caller,
        server: &Fqdn,
    ) -> IpamResult<Vec<(Fqdn, ZoneStatus)>> {
        self.authorize(caller, Right::Read).await?;
        let server = self.qualified(server);
        self.store.read(|tx| collected::zone_status(tx, &server))
    }

    /// `Get-IpamDhcpConfigurationEvent` of one server, oldest first.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn get_ipam_dhcp_configuration_event(
        &self,
        caller: &Caller,
        server: &Fqdn,
    ) -> IpamResult<Vec<EventRecord>> {
        self.authorize(caller, Right::Read).await?;
        let server = self.qualified(server);
        self.store
            .read(|tx| collected::events(tx, &server, DHCP_CHANNEL))
    }

    /// The audit log lines collected from a DHCP server, in the order they were read.
    ///
    /// # Errors
    /// `IpamApiAccessDenied` for all but audit administrators (domain 2.5).
    pub async fn get_dhcp_audit_lines(
        &self,
        caller: &Caller,
        server: &Fqdn,
    ) -> IpamResult<Vec<String>> {
        self.authorize(caller, Right::ReadTracking).await?;
        let server = self.qualified(server);
        self.store.read(|tx| collected::audit_lines(tx, &server))
    }
}
