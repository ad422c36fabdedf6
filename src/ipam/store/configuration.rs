//! Rows of the server's own configuration and of its scheduled tasks.

use std::time::Duration;

use jiff::Timestamp;

use crate::ipam::configuration::ProvisioningMethod;
use crate::ipam::error::IpamResult;
use crate::ipam::tasks::{TaskKind, TaskResult};

use super::params::params;
use super::transaction::Tx;
use super::words::{instant, word};

pub(super) const DDL: &str = "
CREATE TABLE configuration (
    single INTEGER PRIMARY KEY CHECK (single = 1),
    port INTEGER NOT NULL,
    pending_port INTEGER,
    provisioning_method TEXT NOT NULL,
    gpo_prefix TEXT,
    minimum_utilization_threshold INTEGER NOT NULL,
    maximum_utilization_threshold INTEGER NOT NULL,
    expiry_alert_threshold_days INTEGER NOT NULL,
    configured_at INTEGER NOT NULL
);
CREATE TABLE task (
    kind TEXT PRIMARY KEY,
    interval_ms INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    last_run INTEGER,
    last_result INTEGER NOT NULL,
    runs INTEGER NOT NULL,
    missed INTEGER NOT NULL,
    next_run INTEGER NOT NULL
) WITHOUT ROWID;
";

/// What provisioning records about the server (domain 2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConfigurationRow {
    /// As stored; whoever edited the database may have put anything here.
    pub port: i64,
    /// The port of a change that has begun and not ended.
    pub pending_port: Option<u16>,
    pub provisioning_method: ProvisioningMethod,
    pub gpo_prefix: Option<String>,
    pub minimum_utilization_threshold: u8,
    pub maximum_utilization_threshold: u8,
    pub expiry_alert_threshold_days: u16,
    pub configured_at: Timestamp,
}

/// A scheduled task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TaskRow {
    pub kind: TaskKind,
    pub interval: Duration,
    pub enabled: bool,
    pub last_run: Option<Timestamp>,
    pub last_result: TaskResult,
    /// How often it ran, and how often it would have but the server was down.
    pub runs: u32,
    pub missed: u32,
    pub next_run: Timestamp,
}

/// The configuration, or `None` before provisioning.
pub(crate) fn configuration(tx: &Tx<'_>) -> IpamResult<Option<ConfigurationRow>> {
    tx.query_one(
        "SELECT port, pending_port, provisioning_method, gpo_prefix, minimum_utilization_threshold,
                maximum_utilization_threshold, expiry_alert_threshold_days, configured_at
         FROM configuration",
        [],
        |row| {
            Ok(ConfigurationRow {
                port: row.get(0)?,
                pending_port: row.get(1)?,
                provisioning_method: word(row, 2, ProvisioningMethod::ALL)?,
                gpo_prefix: row.get(3)?,
                minimum_utilization_threshold: row.get(4)?,
                maximum_utilization_threshold: row.get(5)?,
                expiry_alert_threshold_days: row.get(6)?,
                configured_at: instant(row, 7)?.unwrap_or(Timestamp::UNIX_EPOCH),
            })
        },
    )
}

/// Writes the configuration, in place of the one before.
pub(crate) fn put_configuration(tx: &Tx<'_>, row: &ConfigurationRow) -> IpamResult<()> {
    tx.execute(
        "INSERT OR REPLACE INTO configuration VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            row.port,
            row.pending_port,
            row.provisioning_method.to_string(),
            row.gpo_prefix,
            row.minimum_utilization_threshold,
            row.maximum_utilization_threshold,
            row.expiry_alert_threshold_days,
            row.configured_at.as_millisecond(),
        ],
    )
    .map(drop)
}

/// The tasks in the order in which they fall due; equal instants in the order of [`TaskKind`].
pub(crate) fn tasks(tx: &Tx<'_>) -> IpamResult<Vec<TaskRow>> {
    let mut tasks = tx.query(
        "SELECT kind, interval_ms, enabled, last_run, last_result, runs, missed, next_run
         FROM task",
        [],
        |row| {
            let interval: i64 = row.get(1)?;
            Ok(TaskRow {
                kind: word(row, 0, TaskKind::ALL)?,
                interval: Duration::from_millis(interval.unsigned_abs()),
                enabled: row.get(2)?,
                last_run: instant(row, 3)?,
                last_result: TaskResult(row.get(4)?),
                runs: row.get(5)?,
                missed: row.get(6)?,
                next_run: instant(row, 7)?.unwrap_or(Timestamp::MAX),
            })
        },
    )?;
    let place = |kind| TaskKind::ALL.iter().position(|known| *known == kind);
    tasks.sort_by_key(|task| (task.next_run, place(task.kind)));
    Ok(tasks)
}

/// When the next enabled task falls due.
pub(crate) fn next_due(tx: &Tx<'_>) -> IpamResult<Option<Timestamp>> {
    let sql = "SELECT min(next_run) FROM task WHERE enabled = 1";
    let due = tx.query_one(sql, [], |row| instant(row, 0))?;
    Ok(due.flatten())
}

/// Writes a task, in place of the one of the same kind.
pub(crate) fn put_task(tx: &Tx<'_>, task: &TaskRow) -> IpamResult<()> {
    tx.execute(
        "INSERT OR REPLACE INTO task VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            task.kind.to_string(),
            i64::try_from(task.interval.as_millis()).unwrap_or(i64::MAX),
            task.enabled,
            task.last_run.map(Timestamp::as_millisecond),
            task.last_result.0,
            task.runs,
            task.missed,
            task.next_run.as_millisecond(),
        ],
    )
    .map(drop)
}
