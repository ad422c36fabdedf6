//! Retrieve Server Data and Retrieve All Server Data (domain 1.5, 2.6).

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;

use super::report::CollectionReport;

impl Ipam {
    /// Retrieve Server Data for at most ten servers.
    pub async fn retrieve_server_data(
        &self,
        _caller: &Caller,
        _servers: &[Fqdn],
    ) -> IpamResult<CollectionReport> {
        todo!()
    }

    /// Retrieve All Server Data: every collection task except discovery, for every server.
    pub async fn retrieve_all_server_data(&self, _caller: &Caller) -> IpamResult<CollectionReport> {
        todo!()
    }
}
