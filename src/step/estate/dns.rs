//! DNS as its administrator changes it: the directory ACL, records.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::Fqdn;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};
use crate::step::value::Span;
use crate::wire::windows::dnsp::RecordData;

/// Read access to `CN=MicrosoftDNS` of a domain, which covers DNS on all its controllers.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DnsReadAccess {
    pub domain: String,
    pub account: String,
}

impl Arguments for DnsReadAccess {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.domain(&self.domain);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let trustee = stage.sid(&self.account)?;
        let domain = stage.lab.estate().find_domain(&self.domain)?.name.clone();
        let at = stage.lab.now();
        if !stage
            .lab
            .estate_mut()
            .grant_dns_read(&domain, &trustee, at)?
        {
            stage.say(format!("{} may read it already", self.account));
        }
        Ok(())
    }
}

/// How often the DNS service of a controller re-reads the directory (`DsPollingInterval`).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetDnsPollingInterval {
    pub host: String,
    /// 30 seconds to one hour.
    pub interval: Span,
}

impl Arguments for SetDnsPollingInterval {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dns_server(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (host, at) = (stage.host(&self.host)?, stage.lab.now());
        let mut estate = stage.lab.estate_mut();
        estate.set_ds_polling_interval(&host, self.interval.0, at)?;
        Ok(())
    }
}

/// A record of a zone, as its administrator adds or removes it on the server.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ZoneRecord {
    pub server: String,
    pub zone: String,
    /// Owner name, relative to the zone; `@` is the zone itself.
    pub name: String,
    /// As a zone file has it without owner and class: `A 10.0.0.1`.
    pub record: String,
}

impl ZoneRecord {
    /// Zone, owner name, time to live and data, as the management interface takes them.
    fn read(&self) -> Result<(Fqdn, Fqdn, u32, RecordData), StepError> {
        let wrong = |what: &str| StepError::Impossible(what.to_owned());
        let zone: Fqdn = self
            .zone
            .parse()
            .map_err(|_| wrong("the zone is not a domain name"))?;
        let name = match self.name.as_str() {
            "@" => zone.clone(),
            name => match name.strip_suffix('.') {
                Some(full) => full
                    .parse()
                    .map_err(|_| wrong("the name is not a domain name"))?,
                None => format!("{name}.{zone}")
                    .parse()
                    .map_err(|_| wrong("the name is not a domain name"))?,
            },
        };
        let not_a_record = || {
            let text = &self.record;
            StepError::Impossible(format!("`{text}` is not a record: write type and data"))
        };
        let (kind, data) = self
            .record
            .trim()
            .split_once(' ')
            .ok_or_else(not_a_record)?;
        let data = record_data(kind, data.trim()).ok_or_else(not_a_record)?;
        Ok((zone, name, TTL, data))
    }

    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dns_server(&self.server);
    }
}

/// Time to live of a record that an administrator adds in the console.
const TTL: u32 = 3600;

fn record_data(kind: &str, data: &str) -> Option<RecordData> {
    Some(match kind.to_ascii_uppercase().as_str() {
        "A" => RecordData::A(data.parse().ok()?),
        "AAAA" => RecordData::Aaaa(data.parse().ok()?),
        "PTR" => RecordData::Ptr(data.parse().ok()?),
        "CNAME" => RecordData::Cname(data.parse().ok()?),
        "NS" => RecordData::Ns(data.parse().ok()?),
        "TXT" => RecordData::Txt(data.trim_matches('"').to_owned()),
        other => {
            crate::wire::dns::Data::parse(other, data)?;
            RecordData::Other {
                kind: other.to_owned(),
                text: data.to_owned(),
            }
        }
    })
}

/// Adds a record.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AddDnsRecord(pub ZoneRecord);

impl Arguments for AddDnsRecord {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let server = stage.host(&self.0.server)?;
        let (zone, name, ttl, data) = self.0.read()?;
        let none = || StepError::Impossible(format!("`{server}` is no DNS server"));
        let mut dns = stage.lab.dns(&server).ok_or_else(none)?;
        let result = dns.add_record(&zone, &name, ttl, &data);
        result.map_err(|error| StepError::Impossible(error.to_string()))
    }
}

/// Removes a record.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RemoveDnsRecord(pub ZoneRecord);

impl Arguments for RemoveDnsRecord {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let server = stage.host(&self.0.server)?;
        let (zone, name, _, data) = self.0.read()?;
        let none = || StepError::Impossible(format!("`{server}` is no DNS server"));
        let mut dns = stage.lab.dns(&server).ok_or_else(none)?;
        let result = dns.delete_record(&zone, &name, &data);
        result.map_err(|error| StepError::Impossible(error.to_string()))
    }
}

/// Read access to the DNS configuration of a domain, taken away.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RevokeDnsRead(pub DnsReadAccess);

impl Arguments for RevokeDnsRead {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let trustee = stage.sid(&self.0.account)?;
        let domain = stage.lab.estate().find_domain(&self.0.domain)?.name.clone();
        let at = stage.lab.now();
        stage
            .lab
            .estate_mut()
            .revoke_dns_read(&domain, &trustee, at)?;
        Ok(())
    }
}
