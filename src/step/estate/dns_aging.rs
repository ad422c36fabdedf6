//! Ageing and scavenging as an administrator of the DNS server sets them, by the cmdlets of the
//! DnsServer module.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::Fqdn;
use crate::lab::observation::Table;
use crate::server::dns::{DnsServer, Origin, StoredRecord};
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};
use crate::step::value::Span;
use crate::wire::dns::DnsName;
use crate::wire::windows::Win32Error;

/// `Set-DnsServerZoneAging`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct SetDnsServerZoneAging {
    pub computer_name: String,
    /// The zone.
    pub name: String,
    /// Whether its records age.
    pub aging: bool,
    /// For so long after a refresh another one counts for nothing; 7 days to begin with.
    pub no_refresh_interval: Option<Span>,
    /// For so long after that a refresh is waited for; 7 days to begin with.
    pub refresh_interval: Option<Span>,
}

impl Arguments for SetDnsServerZoneAging {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dns_server(&self.computer_name);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let zone = name(&self.name)?;
        let intervals = (
            self.no_refresh_interval.map(|span| span.0),
            self.refresh_interval.map(|span| span.0),
        );
        let at = stage.lab.now();
        let from = on(stage, &self.computer_name, |dns| {
            dns.set_zone_aging(&zone, self.aging, intervals, at)?;
            dns.zone_aging(&zone)
        })?;
        if self.aging {
            let from = hour(from.available_from);
            stage.say(format!("{zone} can be scavenged from {from} on"));
        }
        Ok(())
    }
}

/// `Set-DnsServerScavenging`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct SetDnsServerScavenging {
    pub computer_name: String,
    /// Whether the server scavenges by itself.
    pub scavenging_state: bool,
    /// How often; every 7 days by default.
    pub scavenging_interval: Option<Span>,
}

impl Arguments for SetDnsServerScavenging {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dns_server(&self.computer_name);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let at = stage.lab.now();
        on(stage, &self.computer_name, |dns| {
            let interval = self.scavenging_interval.map(|span| span.0);
            let interval = interval.unwrap_or(std::time::Duration::from_secs(WEEK));
            dns.set_scavenging(self.scavenging_state, interval, at);
            Ok(())
        })
    }
}

/// `Start-DnsServerScavenging`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct StartDnsServerScavenging {
    pub computer_name: String,
}

impl Arguments for StartDnsServerScavenging {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dns_server(&self.computer_name);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let at = stage.lab.now();
        let removed = on(stage, &self.computer_name, |dns| {
            Ok(dns.start_scavenging(at))
        })?;
        stage.say(match removed {
            0 => "nothing was scavenged".to_owned(),
            1 => "1 record was scavenged".to_owned(),
            many => format!("{many} records were scavenged"),
        });
        Ok(())
    }
}

/// `Get-DnsServerScavenging`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct GetDnsServerScavenging {
    pub computer_name: String,
}

impl Arguments for GetDnsServerScavenging {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dns_server(&self.computer_name);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let found = on(stage, &self.computer_name, |dns| Ok(dns.scavenging()))?;
        let interval = std::time::Duration::from_secs(found.interval);
        stage.say(format!("ScavengingState    : {}", found.enabled));
        stage.say(format!("ScavengingInterval : {}", Span(interval)));
        let last = found.last.map_or(String::new(), |(at, removed)| {
            let all = found.removed;
            format!("{}, records removed: {removed}, in all {all}", hour(at))
        });
        stage.say(format!("LastScavengeTime   : {last}"));
        Ok(())
    }
}

/// `Get-DnsServerResourceRecord`: records of a zone with their time stamps.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct GetDnsServerResourceRecord {
    pub computer_name: String,
    pub zone_name: String,
    /// A name relative to the zone; every name by default.
    pub name: Option<String>,
    /// A record type; every type but those of the zone itself by default.
    #[serde(rename = "RRType")]
    pub rr_type: Option<String>,
}

impl Arguments for GetDnsServerResourceRecord {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dns_server(&self.computer_name);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let zone = DnsName::from(&name(&self.zone_name)?);
        let data = on(stage, &self.computer_name, |dns| Ok(dns.zone_data(&zone)))?;
        let missing = || StepError::Impossible(format!("there is no zone `{zone}`"));
        let data = data.ok_or_else(missing)?;
        let mut table = Table::new("records", &["HostName", "RecordType", "Timestamp", "data"]);
        let data = data
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        for node in data.nodes().filter(|node| node.name != zone) {
            let owner = node.name.to_string();
            let owner = owner.strip_suffix(&format!(".{zone}")).unwrap_or(&owner);
            if self
                .name
                .as_ref()
                .is_some_and(|wanted| !wanted.eq_ignore_ascii_case(owner))
            {
                continue;
            }
            for set in &node.sets {
                let kind = set.kind.to_string();
                if self
                    .rr_type
                    .as_ref()
                    .is_some_and(|wanted| !wanted.eq_ignore_ascii_case(&kind))
                {
                    continue;
                }
                for record in &set.records {
                    let shown = record.rdata.decode().to_string();
                    let stamp = stamp(record);
                    table.row(vec![owner.to_owned(), kind.clone(), stamp, shown]);
                }
            }
        }
        drop(data);
        if table.rows.is_empty() {
            stage.say("no record");
        }
        stage.table(table);
        Ok(())
    }
}

const WEEK: u64 = 7 * 24 * 3600;

/// As the console shows it: 0 for a static record.
fn stamp(record: &StoredRecord) -> String {
    match record.origin {
        Origin::Static => "0".to_owned(),
        Origin::Dynamic { refreshed } => hour(refreshed),
    }
}

fn hour(seconds: u64) -> String {
    let at = i64::try_from(seconds).ok();
    let at = at.and_then(|at| Timestamp::from_second(at).ok());
    at.map_or("never".to_owned(), |at| {
        at.strftime("%Y-%m-%d %H:%M").to_string()
    })
}

fn name(text: &str) -> Result<Fqdn, StepError> {
    let wrong = |error: crate::base::ParseIdError| StepError::Impossible(error.to_string());
    text.parse().map_err(wrong)
}

/// Works on a DNS server at its own console.
fn on<T>(
    stage: &Stage<'_>,
    server: &str,
    work: impl FnOnce(&mut DnsServer) -> Result<T, Win32Error>,
) -> Result<T, StepError> {
    let server = stage.host(server)?;
    let none = || StepError::Impossible(format!("`{server}` is no DNS server"));
    let mut dns = stage.lab.dns(&server).ok_or_else(none)?;
    work(&mut dns).map_err(|error| StepError::Impossible(error.to_string()))
}
