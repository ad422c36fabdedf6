//! Parameters of Kea's configuration that this server knows and does not act on. They are kept
//! and shown again, so that a configuration written for Kea can be set and read back.

use serde_json::{Map, Value};

use super::answer::Failure;
use super::args::Args;
use crate::addr::Family;

/// Of the whole configuration.
const GLOBAL: &[&str] = &[
    "allocator",
    "authoritative",
    "boot-file-name",
    "cache-max-age",
    "cache-threshold",
    "calculate-tee-times",
    "compatibility",
    "control-socket",
    "control-sockets",
    "data-directory",
    "ddns-conflict-resolution-mode",
    "ddns-generated-prefix",
    "ddns-override-client-update",
    "ddns-override-no-update",
    "ddns-qualifying-suffix",
    "ddns-replace-client-name",
    "ddns-send-updates",
    "ddns-ttl",
    "ddns-ttl-max",
    "ddns-ttl-min",
    "ddns-ttl-percent",
    "ddns-update-on-renew",
    "ddns-use-conflict-resolution",
    "decline-probation-period",
    "dhcp-ddns",
    "dhcp-queue-control",
    "dhcp4o6-port",
    "early-global-reservations-lookup",
    "echo-client-id",
    "expired-leases-processing",
    "hooks-libraries",
    "host-reservation-identifiers",
    "hostname-char-replacement",
    "hostname-char-set",
    "interfaces-config",
    "ip-reservations-unique",
    "lease-database",
    "loggers",
    "mac-sources",
    "match-client-id",
    "max-preferred-lifetime",
    "max-valid-lifetime",
    "min-preferred-lifetime",
    "min-valid-lifetime",
    "multi-threading",
    "next-server",
    "offer-lifetime",
    "parked-packet-limit",
    "pd-allocator",
    "rebind-timer",
    "relay-supplied-options",
    "renew-timer",
    "reservations-global",
    "reservations-in-subnet",
    "reservations-lookup-first",
    "reservations-out-of-pool",
    "sanity-checks",
    "server-hostname",
    "server-id",
    "server-tag",
    "stash-agent-options",
    "statistic-default-sample-age",
    "statistic-default-sample-count",
    "store-extended-info",
    "t1-percent",
    "t2-percent",
    "user-context",
    "comment",
];

/// Of one subnet, and of a shared network.
const OF_SUBNET: &[&str] = &[
    "4o6-interface",
    "4o6-interface-id",
    "4o6-subnet",
    "allocator",
    "authoritative",
    "boot-file-name",
    "cache-max-age",
    "cache-threshold",
    "calculate-tee-times",
    "ddns-conflict-resolution-mode",
    "ddns-generated-prefix",
    "ddns-override-client-update",
    "ddns-override-no-update",
    "ddns-qualifying-suffix",
    "ddns-replace-client-name",
    "ddns-send-updates",
    "ddns-update-on-renew",
    "ddns-use-conflict-resolution",
    "hostname-char-replacement",
    "hostname-char-set",
    "interface",
    "interface-id",
    "match-client-id",
    "max-preferred-lifetime",
    "max-valid-lifetime",
    "min-preferred-lifetime",
    "min-valid-lifetime",
    "next-server",
    "offer-lifetime",
    "pd-allocator",
    "rapid-commit",
    "rebind-timer",
    "renew-timer",
    "reservations-global",
    "reservations-in-subnet",
    "reservations-out-of-pool",
    "server-hostname",
    "store-extended-info",
    "t1-percent",
    "t2-percent",
];

/// What must ask for nothing where it is given at all.
const EMPTY: &[&str] = &[
    "client-classes",
    "evaluate-additional-classes",
    "hosts-databases",
    "option-def",
    "pd-pools",
    "require-client-classes",
];

/// What a set of keys belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Global,
    Subnet,
}

/// The parameters of `args` to keep, when all are known: `own` are those that mean something. The
/// first that is not known is named in the error.
pub(super) fn kept(
    args: Args<'_>,
    level: Level,
    family: Family,
    own: &[&str],
) -> Result<Map<String, Value>, Failure> {
    let inert = match level {
        Level::Global => GLOBAL,
        Level::Subnet => OF_SUBNET,
    };
    let what = match (level, family) {
        (Level::Global, Family::V4) => "'Dhcp4'",
        (Level::Global, Family::V6) => "'Dhcp6'",
        (Level::Subnet, Family::V4) => "an IPv4 subnet or network",
        (Level::Subnet, Family::V6) => "an IPv6 subnet or network",
    };
    let mut kept = Map::new();
    for (key, value) in args.map() {
        let key_text = key.as_str();
        if own.contains(&key_text) {
            continue;
        }
        if EMPTY.contains(&key_text) {
            match value {
                Value::Array(list) if list.is_empty() => continue,
                _ => {
                    return Err(Failure::error(format!(
                        "this server cannot do '{key}' in {what}, so it must be an empty list"
                    )));
                }
            }
        }
        if !inert.contains(&key_text) {
            return Err(Failure::error(format!(
                "unsupported parameter '{key}' in {what}"
            )));
        }
        kept.insert(key.clone(), value.clone());
    }
    Ok(kept)
}
