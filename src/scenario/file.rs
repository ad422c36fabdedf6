//! The scenario language as written: what serde reads and the JSON Schema describes.
//!
//! Nothing here is checked beyond its shape. Values that can be wrong in themselves (addresses,
//! names, dates) stay text with their place, so that [`super::load`] can report all of them at
//! once. No `flatten`, `untagged` or `tag`: they would lose the place of an error.

use schemars::JsonSchema;
use serde::Deserialize;

use super::estate_file::EstateFile;
use super::fault_file::FaultFile;
use super::place::At;
use crate::step::StepEntry;
use crate::step::value::Span;

/// A scenario: what it proves, the standing world, the steps.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScenarioFile {
    /// What the scenario proves, as a sentence.
    pub scenario: At<String>,
    /// Why the outcome follows.
    #[serde(default)]
    pub because: String,
    /// What of the sources it covers: `seed:ipam-provisioning`, `domain:4.5`.
    #[serde(default)]
    pub covers: Vec<At<String>>,
    /// Words to select scenarios by, with `--tag`.
    #[serde(default)]
    pub tags: Vec<At<String>>,
    /// Start of the estate's calendar, RFC 3339: `2026-03-02T08:00:00Z`, which is the default.
    pub start: Option<At<String>>,
    /// Seed of every random draw; 0 by default.
    #[serde(default)]
    pub seed: u64,
    /// Settings of the IPAM engine itself.
    #[serde(default)]
    pub engine: EngineFile,
    pub estate: EstateFile,
    /// What goes wrong on the network, and when.
    #[serde(default)]
    pub faults: Vec<At<FaultFile>>,
    pub steps: Vec<At<StepEntry>>,
}

/// Settings of the IPAM engine.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EngineFile {
    /// Where the embedded database lives; in memory by default.
    #[serde(default)]
    pub database: DatabaseFile,
    /// How DNS records are written on servers.
    #[serde(default)]
    pub record_channel: RecordChannelFile,
    /// Ids of the security events that address tracking takes as log-ons; by default 4768, 4769,
    /// 4624 and 6272.
    pub logon_events: Option<Vec<u32>>,
    /// The signed-in administrator of steps without `as`: a member of Domain Admins of the
    /// domain of the IPAM server by default.
    pub administrator: Option<At<String>>,
    /// In which domain `Invoke-IpamGpoProvisioning` makes IPAMUG.
    #[serde(default)]
    pub ipamug: GroupHomeFile,
    /// How long the secret key is good before `Set-IpamConfiguration -RefreshHmacKey` replaces
    /// it; 90 days by default.
    pub hmac_key_expiry: Option<Span>,
    /// The release whose limits hold where releases differ; by default none of them does.
    #[serde(default)]
    pub generation: GenerationFile,
    /// Which of several blocks around an object it maps to.
    #[serde(default)]
    pub block_order: BlockOrderFile,
}

/// A release of Windows Server's IPAM.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum GenerationFile {
    /// Whatever any release takes.
    #[default]
    #[serde(rename = "any")]
    Any,
    /// No subnets, no further address spaces, prefixes to /30 and /127.
    #[serde(rename = "2012")]
    Ws2012,
    /// Ranges need a subnet; prefixes to /30 and /127.
    #[serde(rename = "2012R2")]
    Ws2012R2,
    /// Ranges need a subnet; prefixes to /32 and /128.
    #[serde(rename = "2016")]
    Ws2016,
}

/// Which of several blocks around an object is the one it maps to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BlockOrderFile {
    /// The smallest.
    #[default]
    Smallest,
    /// The first by start, end and prefix, all descending, as the protocol has it.
    Literal,
}

/// In which domain IPAMUG is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GroupHomeFile {
    /// One group in the IPAM server's domain.
    #[default]
    ServerDomain,
    /// A group in each domain that is provisioned.
    TargetDomain,
}

/// Where the engine's database lives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum DatabaseFile {
    #[default]
    Memory,
    /// A file, made anew for the run and removed after it unless `--database` names another.
    File,
}

/// How the engine writes DNS records.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum RecordChannelFile {
    /// DNS server management calls, as Windows IPAM does.
    #[default]
    Management,
    /// RFC 2136 updates.
    DynamicUpdate(DynamicUpdateFile),
}

/// How dynamic updates are made.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DynamicUpdateFile {
    /// The TSIG key that signs updates; without one they are unsigned.
    pub key: Option<KeyFile>,
}

/// A TSIG key (HMAC-SHA256).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyFile {
    pub name: At<String>,
    /// The secret in base64, as BIND's key files have it.
    pub secret: At<String>,
}
