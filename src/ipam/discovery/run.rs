//! ServerDiscovery: candidates in, inventory records and access checks out (domain 3.2).

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;

use super::report::DiscoveryReport;

impl Ipam {
    /// Start Server Discovery; restricted to servers of the inventory when `only` names them.
    pub async fn start_server_discovery(
        &self,
        _caller: &Caller,
        _only: Option<&[Fqdn]>,
    ) -> IpamResult<DiscoveryReport> {
        todo!()
    }
}
