//! Zone status: what the DNS server of a zone says of it, and how it answers for it (domain 9.5).
//!
//! The sources name three values, OK, Warning and Error, say that they come from NS answers, and
//! that a reset and a retrieval mend them; the rules are the project's own:
//!
//! - Each server is asked, as any resolver would ask it, for the NS records of each of its zones.
//! - **Error**: no answer, or a refusal of any kind.
//! - **Warning**: an answer without NS records, or one of a primary zone whose NS records do not
//!   name the server, so that nobody is sent to it.
//! - **OK**: everything else.
//! - A status gets worse by itself and better only by *Reset zone status* and the retrieval after
//!   it: a trouble that came and went in the night is still there in the morning.
//! - A zone is as healthy as its servers: OK when all are, Error when all are, else Warning.

use std::collections::BTreeMap;
use std::fmt;

use futures_util::future::join_all;
use jiff::Timestamp;

use crate::base::Fqdn;
use crate::ipam::access::Probe;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::events::{Category, Channel};
use crate::ipam::rbac::Right;
use crate::ipam::remote::RemoteError;
use crate::ipam::resolver::Answer;
use crate::ipam::store::monitoring;
use crate::wire::dns::{Data, DnsName, RecordType};
use crate::wire::windows::dnsp::{ZoneInfo, ZoneKind};

use super::configuration::zones;

/// Whether a zone is served, as the server's management says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ZoneStatus {
    Running,
    Paused,
}

impl ZoneStatus {
    pub const ALL: &[ZoneStatus] = &[ZoneStatus::Running, ZoneStatus::Paused];
}

impl fmt::Display for ZoneStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ZoneStatus::Running => "Running",
            ZoneStatus::Paused => "Paused",
        })
    }
}

/// Health of a zone; a worse one is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ZoneHealth {
    /// Not looked at since it was found or reset.
    NotChecked,
    Ok,
    Warning,
    Error,
}

impl ZoneHealth {
    pub const ALL: &[ZoneHealth] = &[
        ZoneHealth::NotChecked,
        ZoneHealth::Ok,
        ZoneHealth::Warning,
        ZoneHealth::Error,
    ];

    /// The health of a zone from that of each server that has it.
    fn of_all(servers: impl Iterator<Item = ZoneHealth> + Clone) -> ZoneHealth {
        let worst = servers.clone().max().unwrap_or(ZoneHealth::NotChecked);
        let best = servers.min().unwrap_or(ZoneHealth::NotChecked);
        match worst {
            ZoneHealth::Error if best != ZoneHealth::Error => ZoneHealth::Warning,
            worst => worst,
        }
    }
}

impl fmt::Display for ZoneHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ZoneHealth::NotChecked => "Not checked",
            ZoneHealth::Ok => "OK",
            ZoneHealth::Warning => "Warning",
            ZoneHealth::Error => "Error",
        })
    }
}

/// A zone on one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneState {
    pub server: Fqdn,
    pub zone: Fqdn,
    /// What management says of it; `None` until it could be asked.
    pub status: Option<ZoneStatus>,
    /// The worst since the last reset.
    pub health: ZoneHealth,
    /// Why it is not OK; empty when it is.
    pub detail: String,
    /// Since when the health is what it is.
    pub since: Timestamp,
    pub refreshed: Timestamp,
}

/// A zone with every server that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneView {
    pub zone: Fqdn,
    pub health: ZoneHealth,
    pub servers: Vec<ZoneState>,
}

/// Looks at every zone of a DNS server. Where management does not answer, the zones known from
/// before are asked for all the same: then the lack of an answer is what is worth knowing.
pub(super) async fn collect_zone_status(
    probe: Probe<'_>,
) -> Result<IpamResult<usize>, RemoteError> {
    let server = &probe.server.name;
    let store = &probe.ipam.store;
    let known = match store.read(|tx| monitoring::zones_of(tx, server)) {
        Ok(known) => known,
        Err(refused) => return Ok(Err(refused)),
    };
    let listed = zones(&probe).await;
    let asked: Vec<(Fqdn, Option<&ZoneInfo>)> = match &listed {
        Ok(zones) => zones
            .iter()
            .filter(|zone| matches!(zone.kind, ZoneKind::Primary | ZoneKind::Secondary))
            .map(|zone| (zone.name.clone(), Some(zone)))
            .collect(),
        Err(_) => known
            .iter()
            .map(|state| (state.zone.clone(), None))
            .collect(),
    };
    let health = join_all(asked.iter().map(|(zone, info)| ask(&probe, zone, *info))).await;
    let at = probe.ipam.wall();
    let stored = store.transaction(|tx| {
        // A reset may have come in between.
        let known = monitoring::zones_of(tx, server)?;
        let mut states = Vec::new();
        for ((zone, info), (health, detail)) in asked.iter().zip(&health) {
            let before = known.iter().find(|state| state.zone == *zone);
            let now = ZoneState {
                server: server.clone(),
                zone: zone.clone(),
                status: info.map(|info| match info.paused {
                    true => ZoneStatus::Paused,
                    false => ZoneStatus::Running,
                }),
                health: *health,
                detail: detail.clone(),
                since: at,
                refreshed: at,
            };
            states.push(follow(before, now));
        }
        monitoring::put_zones(tx, server, &states)
    });
    let count = asked.len();
    match (listed, stored) {
        (_, Err(refused)) => Ok(Err(refused)),
        (Err(unanswered), Ok(())) => Err(unanswered),
        (Ok(_), Ok(())) => Ok(Ok(count)),
    }
}

/// The state after `now` was seen where `before` was known: only a reset makes it better.
fn follow(before: Option<&ZoneState>, mut now: ZoneState) -> ZoneState {
    let Some(before) = before else { return now };
    now.status = now.status.or(before.status);
    if before.health >= now.health {
        now.since = before.since;
        now.health = before.health;
        // The same trouble may show itself in another way; a past one keeps its words.
        if now.detail.is_empty() {
            now.detail.clone_from(&before.detail);
        }
    }
    now
}

/// Asks the server for the NS records of a zone, at each of its addresses until one answers.
async fn ask(probe: &Probe<'_>, zone: &Fqdn, info: Option<&ZoneInfo>) -> (ZoneHealth, String) {
    let name = DnsName::from(zone);
    let mut answer = Answer::TimedOut;
    for address in &probe.server.addresses {
        let resolver = &probe.ipam.resolver;
        answer = resolver.query_at(*address, &name, RecordType::NS).await;
        if answer != Answer::TimedOut {
            break;
        }
    }
    match answer {
        Answer::TimedOut => (ZoneHealth::Error, "no answer to an NS query".to_owned()),
        Answer::Failed(rcode) => (
            ZoneHealth::Error,
            format!("the NS query ended with {rcode}"),
        ),
        Answer::NxDomain => (
            ZoneHealth::Error,
            "the NS query ended with NXDOMAIN".to_owned(),
        ),
        Answer::NoData => (ZoneHealth::Warning, "the zone has no NS records".to_owned()),
        Answer::Records(records) => {
            let own = DnsName::from(&probe.server.name);
            let names_it = records
                .iter()
                .any(|record| matches!(&record.data, Data::Ns(target) if *target == own));
            let primary = info.is_some_and(|info| info.kind == ZoneKind::Primary);
            match names_it || !primary {
                true => (ZoneHealth::Ok, String::new()),
                false => (
                    ZoneHealth::Warning,
                    "its NS records do not name this server".to_owned(),
                ),
            }
        }
    }
}

impl Ipam {
    /// The zones with their health, ordered by name.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn get_zone_status(&self, caller: &Caller) -> IpamResult<Vec<ZoneView>> {
        self.authorize(caller, Right::Read).await?;
        let mut zones: BTreeMap<Fqdn, Vec<ZoneState>> = BTreeMap::new();
        for state in self.store.read(monitoring::zones)? {
            zones.entry(state.zone.clone()).or_default().push(state);
        }
        let views = zones.into_iter().map(|(zone, servers)| ZoneView {
            zone,
            health: ZoneHealth::of_all(servers.iter().map(|state| state.health)),
            servers,
        });
        Ok(views.collect())
    }

    /// *Reset zone status*: forgets how the zones were; the next retrieval says how they are.
    ///
    /// # Errors
    /// `IpamApiObjectNotFound` for a zone that is on no known server; then none is reset.
    pub async fn reset_zone_status(&self, caller: &Caller, zones: &[Fqdn]) -> IpamResult<()> {
        self.authorize(caller, Right::StartTasks).await?;
        let at = self.wall();
        self.store.transaction(|tx| {
            let states = monitoring::zones(tx)?;
            for zone in zones {
                let mut of_zone = states.iter().filter(|state| state.zone == *zone).peekable();
                if of_zone.peek().is_none() {
                    return Err(IpamError::not_found(format!(
                        "no DNS server is known to have the zone `{zone}`; retrieve its data"
                    )));
                }
                for state in of_zone {
                    let reset = ZoneState {
                        health: ZoneHealth::NotChecked,
                        detail: String::new(),
                        since: at,
                        ..state.clone()
                    };
                    monitoring::put_zone(tx, &reset)?;
                }
                let (channel, category) = (Channel::Admin, Category::Monitoring);
                let done = format!("reset the status of the zone `{zone}`");
                self.log_in(tx, channel, &caller.account, category, done)?;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::ZoneHealth::*;
    use super::*;

    #[test]
    fn a_zone_is_in_error_only_when_none_of_its_servers_answers() {
        let of = |servers: &[ZoneHealth]| ZoneHealth::of_all(servers.iter().copied());
        assert_eq!(of(&[Ok, Ok]), Ok);
        assert_eq!(of(&[Error, Error]), Error);
        assert_eq!(of(&[Ok, Error]), Warning);
        assert_eq!(of(&[Ok, Warning]), Warning);
        assert_eq!(of(&[]), NotChecked);
    }

    #[test]
    fn a_status_gets_worse_by_itself_and_better_only_after_a_reset() {
        let seen = |health, second: i64, detail: &str| ZoneState {
            server: "dc1.corp.example".parse().unwrap(),
            zone: "corp.example".parse().unwrap(),
            status: None,
            health,
            detail: detail.to_owned(),
            since: Timestamp::from_second(second).unwrap(),
            refreshed: Timestamp::from_second(second).unwrap(),
        };
        let bad = follow(Some(&seen(Ok, 1, "")), seen(Error, 2, "no answer"));
        assert_eq!((bad.health, bad.since.as_second()), (Error, 2));
        let later = follow(Some(&bad), seen(Ok, 3, ""));
        assert_eq!((later.health, later.since.as_second()), (Error, 2));
        assert_eq!(
            (&*later.detail, later.refreshed.as_second()),
            ("no answer", 3)
        );
        let reset = follow(Some(&seen(NotChecked, 4, "")), seen(Ok, 5, ""));
        assert_eq!((reset.health, reset.since.as_second()), (Ok, 5));
    }
}
