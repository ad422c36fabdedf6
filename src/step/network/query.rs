//! DNS queries and pings from a host of the estate.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::resolver::{Answer, Resolver};
use crate::net::PingReply;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};
use crate::wire::dns::{DnsName, RecordType, ResourceRecord, ReverseName};
use std::net::IpAddr;
use std::time::Duration;

/// A DNS query.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DnsQuery {
    /// The host that asks; the IPAM server by default.
    pub from: Option<String>,
    /// The server that is asked; the asking host's resolver by default.
    pub server: Option<String>,
    /// A name, or an address for its PTR record.
    pub name: String,
    /// `A` for a name, `PTR` for an address, by default.
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

impl Arguments for DnsQuery {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        if let Some(server) = &self.server {
            to.dns_server(server);
        }
        to.hosts(&self.from);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (from, server) = (self.from.as_ref(), self.server.as_ref());
        let (owner, kind, answer) =
            ask(stage, from, server, &self.name, self.kind.as_ref()).await?;
        match (&answer, told(&answer)) {
            // In the answer's own order, in which an alias stands before what it leads to.
            (Answer::Records(records), _) => {
                for ResourceRecord { name, data, .. } in records {
                    stage.say(format!("{name} {} {data}", data.kind()));
                }
            }
            (_, Err(words)) => stage.say(format!("{owner} {kind}: {words}")),
            (_, Ok(_)) => {}
        }
        Ok(())
    }
}

/// A ping.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ping {
    /// The host that pings; the IPAM server by default.
    pub from: Option<String>,
    /// An address, or a host by name.
    pub to: String,
}

impl Arguments for Ping {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.hosts(&self.from);
        if self.to.parse::<std::net::IpAddr>().is_err() {
            to.host(&self.to);
        }
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (_, endpoint) = stage.endpoint(self.from.as_ref())?;
        let target = match self.to.parse() {
            Ok(address) => address,
            Err(_) => stage.address_of(&stage.host(&self.to)?, None)?,
        };
        match endpoint.ping(target, PING_TIMEOUT).await {
            PingReply::Alive { round_trip } => {
                stage.say(format!("{target} answers in {} ms", round_trip.as_millis()));
            }
            PingReply::TimedOut => stage.say(format!("{target} does not answer")),
        }
        Ok(())
    }
}

/// Asks a DNS server from a host; both have their defaults.
pub async fn ask(
    stage: &Stage<'_>,
    from: Option<&String>,
    server: Option<&String>,
    name: &str,
    kind: Option<&String>,
) -> Result<(DnsName, RecordType, Answer), StepError> {
    let wrong = |what: String| StepError::Impossible(what);
    let (host, endpoint) = stage.endpoint(from)?;
    let server = match server {
        Some(server) => stage.address_of(&stage.host(server)?, None)?,
        None => stage.lab.resolver(),
    };
    let (owner, default) = match name.parse::<IpAddr>() {
        Ok(address) => (ReverseName::of(address).name(), "PTR"),
        Err(_) => {
            let owner = name
                .parse()
                .map_err(|_| wrong(format!("`{name}` is not a name")))?;
            (owner, "A")
        }
    };
    let kind = kind.map_or(default, String::as_str);
    let kind: RecordType = kind
        .to_ascii_uppercase()
        .parse()
        .map_err(|_| wrong(format!("`{kind}` is not a record type")))?;
    // A stream of its own, so that a query of the script leaves the engine's draws alone.
    let sent = stage.lab.network().packets_sent();
    let seed = stage
        .lab
        .spec()
        .seed
        .child("script")
        .stream(&format!("dns:{host}:{sent}"));
    let answer = Resolver::new(endpoint, server, seed)
        .query(&owner, kind)
        .await;
    Ok((owner, kind, answer))
}

/// The record data of an answer in presentation form, sorted; or the answer's own words.
pub fn told(answer: &Answer) -> Result<Vec<String>, String> {
    match answer {
        Answer::Records(records) => {
            let mut data: Vec<String> =
                records.iter().map(|found| found.data.to_string()).collect();
            data.sort();
            Ok(data)
        }
        Answer::NxDomain => Err("NXDOMAIN".to_owned()),
        Answer::NoData => Err("NODATA".to_owned()),
        Answer::Failed(code) => Err(code.to_string()),
        Answer::TimedOut => Err("no answer".to_owned()),
    }
}

/// How long a ping of a script waits.
const PING_TIMEOUT: Duration = Duration::from_secs(1);
