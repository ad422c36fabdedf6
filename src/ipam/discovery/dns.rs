//! DNS candidates: the name servers of a domain's zone (domain 3.2).

use crate::base::Fqdn;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError};
use crate::ipam::resolver::Answer;
use crate::wire::dns::{Data, DnsName, RecordType};

impl Ipam {
    /// The names that the NS records of `domain` list, asked of the DNS server on this host's
    /// network interface. A caching-only server has none and stays undiscovered.
    ///
    /// # Errors
    /// `IpamApiDnsnsQueryFailed` with what the server said.
    pub(super) async fn name_servers(&self, domain: &Fqdn) -> Result<Vec<Fqdn>, IpamError> {
        let failed = |why: String| {
            Err(IpamError::new(
                ErrorId::IpamApiDnsnsQueryFailed,
                format!("the name servers of `{domain}` are not known: {why}"),
            ))
        };
        let answer = self
            .resolver
            .query(&DnsName::from(domain), RecordType::NS)
            .await;
        let records = match answer {
            Answer::Records(records) => records,
            Answer::NxDomain => return failed("the domain does not exist in DNS".into()),
            Answer::NoData => return failed("the zone has no NS record".into()),
            Answer::Failed(code) => return failed(format!("the DNS server answered {code}")),
            Answer::TimedOut => return failed("the DNS server does not answer".into()),
        };
        let mut names: Vec<Fqdn> = records
            .iter()
            .filter_map(|record| match &record.data {
                Data::Ns(name) => name.to_fqdn(),
                _ => None,
            })
            .collect();
        names.sort();
        names.dedup();
        Ok(names)
    }
}
