//! Faults as written: what goes wrong, where, when.

use schemars::JsonSchema;
use serde::Deserialize;

use super::place::At;
use crate::step::value::Span;

/// A fault. It has exactly one of the kinds `loss` to `service-stopped`; the other keys say where
/// and when. Without them it applies everywhere, all the time.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FaultFile {
    /// Names it in the transcript; its kind and number by default.
    pub name: Option<At<String>>,
    /// Whether a run in which it never fired is still good.
    #[serde(default)]
    pub optional: bool,

    /// Drops packets: always, or with this chance.
    pub loss: Option<At<ChanceFile>>,
    /// Holds packets back.
    pub delay: Option<At<DelayFile>>,
    /// Delivers packets twice.
    pub duplicate: Option<At<DuplicateFile>>,
    /// Lets later packets overtake.
    pub reorder: Option<At<ReorderFile>>,
    /// Cuts one side off from the other, in both directions.
    pub partition: Option<At<PartitionFile>>,
    /// Takes a host off the network.
    pub host_down: Option<At<String>>,
    /// Stops a service at `from` and starts it at `until`.
    pub service_stopped: Option<At<ServiceFile>>,
    /// Crashes a host or a service at `from`, or else at the first packet in scope.
    pub crash: Option<At<CrashFile>>,

    /// Only packets between these two: host names, addresses, or `*`.
    pub link: Option<At<[String; 2]>>,
    /// Only packets that this host sends or receives.
    pub on: Option<At<String>>,
    pub protocol: Option<At<ProtocolFile>>,
    /// Only packets from or to this port.
    pub port: Option<u16>,
    /// Time after the start of the run from which it applies.
    pub from: Option<At<Span>>,
    /// Time after the start of the run from which it no longer applies.
    pub until: Option<At<Span>>,
    /// Lets this many packets in scope pass first.
    #[serde(default)]
    pub skip: u64,
    /// Applies to this many packets and then no more.
    pub first: Option<u64>,
}

/// A chance such as `5 %`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ChanceFile {
    /// `100 %` by default.
    pub chance: Option<At<String>>,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DelayFile {
    pub by: Span,
    /// Up to this much more, drawn for each packet.
    #[serde(default)]
    pub jitter: Span,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DuplicateFile {
    pub chance: Option<At<String>>,
    /// How long after the first the second arrives.
    #[serde(default)]
    pub after: Span,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReorderFile {
    pub chance: Option<At<String>>,
    /// How long a packet is held so that others overtake it.
    pub hold: Span,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PartitionFile {
    pub between: Vec<At<String>>,
    pub and: Vec<At<String>>,
}

/// A service of a host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServiceFile {
    pub host: At<String>,
    /// `DHCPServer` or `DNS`.
    pub service: At<String>,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CrashFile {
    pub host: At<String>,
    /// Only this service; the whole host by default.
    pub service: Option<At<String>>,
    /// Comes back after this long; stays down by default.
    pub restart_after: Option<Span>,
}

/// What carries a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProtocolFile {
    Udp,
    Tcp,
    Icmp,
}
