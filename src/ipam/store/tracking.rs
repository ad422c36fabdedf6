//! Rows of IP address tracking: lease and log-on events of all servers.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::base::Fqdn;
use crate::ipam::audit::{AuditEvent, AuditEventType, AuditServerType};
use crate::ipam::error::IpamResult;

use super::collected::{Bookmark, purged_until, put_bookmark, put_purged};
use super::params::params;
use super::row::Row;
use super::transaction::Tx;
use super::value::RowResult;
use super::words::{instant, parsed, word};

pub(super) const DDL: &str = "
CREATE TABLE tracked (
    server TEXT NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    client TEXT NOT NULL,
    host TEXT NOT NULL,
    host_key TEXT NOT NULL,
    account TEXT NOT NULL,
    account_key TEXT NOT NULL,
    domain TEXT NOT NULL,
    forest TEXT NOT NULL,
    server_type TEXT NOT NULL,
    PRIMARY KEY (server, number)
) WITHOUT ROWID;
CREATE INDEX tracked_by_address ON tracked (address, at);
CREATE INDEX tracked_by_client ON tracked (client, at);
CREATE INDEX tracked_by_host ON tracked (host_key, at);
CREATE INDEX tracked_by_account ON tracked (account_key, at);
";

/// What purging is remembered under; all sources are purged together.
const SOURCE: &str = "tracking";

const COLUMNS: &str = "at, kind, address, client, host, account, domain, forest, server, \
    server_type";

/// Names compare without regard to case (domain 9.8).
fn key(name: &str) -> String {
    name.to_lowercase()
}

/// Adds events of one source of a server and moves the bookmark of that source.
pub(crate) fn add(
    tx: &Tx<'_>,
    server: &Fqdn,
    source: &str,
    events: &[AuditEvent],
    mark: &Bookmark,
) -> IpamResult<()> {
    if !events.is_empty() {
        let sql = "SELECT coalesce(max(number), 0) + 1 FROM tracked WHERE server = ?1";
        let first: i64 = tx
            .query_one(sql, [server.as_str()], |row| row.get(0))?
            .unwrap_or(1);
        let purged = purged_until(tx, SOURCE)?;
        let kept = events.iter().filter(|event| event.at > purged);
        for (number, event) in (first..).zip(kept) {
            put(tx, number, event)?;
        }
    }
    put_bookmark(tx, server, source, mark)
}

fn put(tx: &Tx<'_>, number: i64, event: &AuditEvent) -> IpamResult<()> {
    tx.execute(
        "INSERT INTO tracked VALUES
            (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            event.server.as_str(),
            number,
            event.at.as_millisecond(),
            event.kind.to_string(),
            event
                .address
                .map(|address| address.to_string())
                .unwrap_or_default(),
            event.client_id,
            event.host_name,
            key(&event.host_name),
            event.user_name,
            key(&event.user_name),
            event.user_domain,
            event.user_forest,
            event.server_type.to_string(),
        ],
    )
    .map(drop)
}

fn event(row: &Row<'_>) -> RowResult<AuditEvent> {
    let address: String = row.get(2)?;
    Ok(AuditEvent {
        at: instant(row, 0)?.unwrap_or(Timestamp::UNIX_EPOCH),
        kind: word(row, 1, AuditEventType::ALL)?,
        address: address.parse().ok(),
        client_id: row.get(3)?,
        host_name: row.get(4)?,
        user_name: row.get(5)?,
        user_domain: row.get(6)?,
        user_forest: row.get(7)?,
        server: parsed(row, 8)?,
        server_type: word(row, 9, AuditServerType::ALL)?,
    })
}

/// What events are looked up by.
#[derive(Debug, Clone, Copy)]
pub(crate) enum By<'a> {
    Address(IpAddr),
    Client(&'a str),
    Host(&'a str),
    User(&'a str),
}

/// At most `limit` events from `from` to `until`, both included, by time.
pub(crate) fn events(
    tx: &Tx<'_>,
    by: By<'_>,
    (from, until): (Timestamp, Timestamp),
    limit: usize,
) -> IpamResult<Vec<AuditEvent>> {
    let (column, value) = match by {
        By::Address(address) => ("address", address.to_string()),
        By::Client(client) => ("client", client.to_owned()),
        By::Host(host) => ("host_key", key(host)),
        By::User(user) => ("account_key", key(user)),
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM tracked WHERE {column} = ?1 AND at BETWEEN ?2 AND ?3
         ORDER BY at, server, number LIMIT ?4"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let bounds = params![value, from.as_millisecond(), until.as_millisecond(), limit];
    tx.query(&sql, bounds, event)
}

/// The last lease event of an address up to `at`: who held it then, or gave it back.
pub(crate) fn last_lease(
    tx: &Tx<'_>,
    address: IpAddr,
    at: Timestamp,
) -> IpamResult<Option<AuditEvent>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM tracked WHERE address = ?1 AND at <= ?2 AND server_type = 'DHCP'
         ORDER BY at DESC, server DESC, number DESC LIMIT 1"
    );
    let bounds = params![address.to_string(), at.as_millisecond()];
    tx.query_one(&sql, bounds, event)
}

/// Deletes the events up to `until` for good; how many.
pub(crate) fn purge_until(tx: &Tx<'_>, until: Timestamp) -> IpamResult<usize> {
    put_purged(tx, SOURCE, until)?;
    let sql = "DELETE FROM tracked WHERE at <= ?1";
    tx.execute(sql, [until.as_millisecond()])
}
