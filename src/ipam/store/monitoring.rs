//! Rows of monitoring: how services run and how zones answer, each with the instants from which
//! and at which it was seen so (domain 9.5).

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::base::Fqdn;
use crate::ipam::access::Availability;
use crate::ipam::collect::{ZoneHealth, ZoneState, ZoneStatus};
use crate::ipam::error::IpamResult;
use crate::ipam::inventory::ServerRole;

use super::params::params;
use super::row::Row;
use super::transaction::Tx;
use super::value::RowResult;
use super::words::{instant, parsed, word};

pub(super) const DDL: &str = "
CREATE TABLE server_availability (
    server TEXT NOT NULL,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    since INTEGER,
    refreshed INTEGER,
    PRIMARY KEY (server, role)
) WITHOUT ROWID;
CREATE TABLE zone_status (
    server TEXT NOT NULL,
    zone TEXT NOT NULL,
    status TEXT,
    health TEXT NOT NULL,
    detail TEXT NOT NULL,
    since INTEGER NOT NULL,
    refreshed INTEGER NOT NULL,
    PRIMARY KEY (server, zone)
) WITHOUT ROWID;
";

/// A service's state with its instants, by server and role.
pub(crate) type ServiceRow = (
    Fqdn,
    ServerRole,
    Availability,
    Option<Timestamp>,
    Option<Timestamp>,
);

/// How the services of all servers were seen last.
pub(crate) fn availability(tx: &Tx<'_>) -> IpamResult<Vec<ServiceRow>> {
    let sql = "SELECT server, role, state, since, refreshed FROM server_availability
        ORDER BY server, role";
    tx.query(sql, [], |row| {
        Ok((
            parsed(row, 0)?,
            word(row, 1, ServerRole::ALL)?,
            word(row, 2, Availability::ALL)?,
            instant(row, 3)?,
            instant(row, 4)?,
        ))
    })
}

/// Writes how the services of a server run at `at`. A state that lasts keeps its beginning.
pub(crate) fn put_availability(
    tx: &Tx<'_>,
    server: &Fqdn,
    states: &BTreeMap<ServerRole, Availability>,
    at: Timestamp,
) -> IpamResult<()> {
    keep_availability(tx, server, states)?;
    let sql = "UPDATE server_availability SET since = coalesce(since, ?2), refreshed = ?2
        WHERE server = ?1";
    tx.execute(sql, params![server.as_str(), at.as_millisecond()])
        .map(drop)
}

/// Makes the states of a server these, of which those that differ from before have not been
/// looked at yet.
pub(crate) fn keep_availability(
    tx: &Tx<'_>,
    server: &Fqdn,
    states: &BTreeMap<ServerRole, Availability>,
) -> IpamResult<()> {
    let sql = "SELECT role, state FROM server_availability WHERE server = ?1";
    let known = tx.query(sql, [server.as_str()], |row| {
        Ok((
            word(row, 0, ServerRole::ALL)?,
            word(row, 1, Availability::ALL)?,
        ))
    })?;
    for (role, state) in &known {
        if states.get(role) != Some(state) {
            let sql = "DELETE FROM server_availability WHERE server = ?1 AND role = ?2";
            tx.execute(sql, params![server.as_str(), role.to_string()])?;
        }
    }
    for (role, state) in states {
        if !known.contains(&(*role, *state)) {
            tx.execute(
                "INSERT INTO server_availability VALUES (?1, ?2, ?3, NULL, NULL)",
                params![server.as_str(), role.to_string(), state.to_string()],
            )?;
        }
    }
    Ok(())
}

const ZONE_COLUMNS: &str = "server, zone, status, health, detail, since, refreshed";

fn zone(row: &Row<'_>) -> RowResult<ZoneState> {
    let status: Option<String> = row.get(2)?;
    Ok(ZoneState {
        server: parsed(row, 0)?,
        zone: parsed(row, 1)?,
        status: match status {
            Some(_) => Some(word(row, 2, ZoneStatus::ALL)?),
            None => None,
        },
        health: word(row, 3, ZoneHealth::ALL)?,
        detail: row.get(4)?,
        since: instant(row, 5)?.unwrap_or(Timestamp::UNIX_EPOCH),
        refreshed: instant(row, 6)?.unwrap_or(Timestamp::UNIX_EPOCH),
    })
}

/// The zones of a server as they were seen last, ordered by zone.
pub(crate) fn zones_of(tx: &Tx<'_>, server: &Fqdn) -> IpamResult<Vec<ZoneState>> {
    let sql = format!("SELECT {ZONE_COLUMNS} FROM zone_status WHERE server = ?1 ORDER BY zone");
    tx.query(&sql, [server.as_str()], zone)
}

/// The zones of all servers, ordered by zone, then server.
pub(crate) fn zones(tx: &Tx<'_>) -> IpamResult<Vec<ZoneState>> {
    let sql = format!("SELECT {ZONE_COLUMNS} FROM zone_status ORDER BY zone, server");
    tx.query(&sql, [], zone)
}

/// Writes the zones of a server, in place of what was known before.
pub(crate) fn put_zones(tx: &Tx<'_>, server: &Fqdn, zones: &[ZoneState]) -> IpamResult<()> {
    let sql = "DELETE FROM zone_status WHERE server = ?1";
    tx.execute(sql, [server.as_str()])?;
    zones.iter().try_for_each(|zone| put_zone(tx, zone))
}

/// Writes one zone of one server.
pub(crate) fn put_zone(tx: &Tx<'_>, zone: &ZoneState) -> IpamResult<()> {
    tx.execute(
        "INSERT INTO zone_status VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (server, zone) DO UPDATE SET status = excluded.status,
            health = excluded.health, detail = excluded.detail, since = excluded.since,
            refreshed = excluded.refreshed",
        params![
            zone.server.as_str(),
            zone.zone.as_str(),
            zone.status.map(|status| status.to_string()),
            zone.health.to_string(),
            zone.detail,
            zone.since.as_millisecond(),
            zone.refreshed.as_millisecond(),
        ],
    )
    .map(drop)
}
