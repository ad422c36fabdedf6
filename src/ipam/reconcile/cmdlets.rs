//! The view.

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::rbac::Right;

use super::finding::OrphanReport;
use super::{hosts, known, reservations};

impl Ipam {
    /// Compares every scope and primary zone of the managed servers with what IPAM has recorded
    /// and with what it once wrote. Asks the servers as the caller, who needs DHCP Users and the
    /// right to read DNS there; what could not be read is named.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn find_orphans(&self, caller: &Caller) -> IpamResult<OrphanReport> {
        let authority = self.authorize(caller, Right::Read).await?;
        let caller = self.acting(caller, authority);
        let places = self.store.read(known::places)?;
        let held = self.read_servers(&caller, &places).await;
        let domain = self.own_domain();
        let known = self.store.read(|tx| known::known(tx, &held, domain))?;
        let mut findings = reservations::compare(&held, &known);
        findings.extend(hosts::compare(&held, &known));
        findings.sort();
        findings.dedup();
        Ok(OrphanReport {
            read: held.scopes.len() + held.zones.len(),
            findings,
            unread: held.unread,
        })
    }
}
