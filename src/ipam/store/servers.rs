//! Rows of the server inventory: records, what the checks said, how the services run.

use std::collections::BTreeMap;

use crate::base::Fqdn;
use crate::ipam::access::{AccessStatus, Availability, CheckKind, CheckResult, Evidence};
use crate::ipam::error::IpamResult;
use crate::ipam::fields::{self, CustomValues, Holder};
use crate::ipam::inventory::{
    DataRetrievalStatus, ManageabilityStatus, NewFlag, OsVersion, ServerRecord, ServerRole,
};

use super::monitoring;
use super::params::params;
use super::row::Row;
use super::transaction::Tx;
use super::value::RowResult;
use super::words::{joined, json, parsed, parsed_list, to_json, word, words};

pub(super) const DDL: &str = "
CREATE TABLE server (
    name TEXT PRIMARY KEY,
    guid TEXT NOT NULL UNIQUE,
    sid TEXT NOT NULL,
    domain TEXT NOT NULL,
    forest TEXT NOT NULL,
    roles TEXT NOT NULL,
    known_roles TEXT NOT NULL,
    addresses TEXT NOT NULL,
    os_name TEXT NOT NULL,
    os_major INTEGER NOT NULL,
    os_minor INTEGER NOT NULL,
    owner TEXT NOT NULL,
    description TEXT NOT NULL,
    custom_configuration TEXT NOT NULL,
    manageability TEXT NOT NULL,
    flag TEXT NOT NULL,
    data_retrieval TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE server_check (
    server TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (server, kind)
) WITHOUT ROWID;
";

const COLUMNS: &str = "name, guid, sid, domain, forest, roles, known_roles, addresses, os_name,
    os_major, os_minor, owner, description, custom_configuration, manageability, flag,
    data_retrieval";

fn record(row: &Row<'_>) -> RowResult<ServerRecord> {
    Ok(ServerRecord {
        name: parsed(row, 0)?,
        guid: row.get(1)?,
        sid: parsed(row, 2)?,
        domain: parsed(row, 3)?,
        forest: parsed(row, 4)?,
        roles: words(row, 5, ServerRole::ALL)?.into_iter().collect(),
        known_roles: words(row, 6, ServerRole::ALL)?.into_iter().collect(),
        addresses: parsed_list(row, 7)?,
        os: OsVersion {
            name: row.get(8)?,
            version: (row.get(9)?, row.get(10)?),
        },
        owner: row.get(11)?,
        description: row.get(12)?,
        custom_configuration: json(row, 13)?,
        manageability: word(row, 14, ManageabilityStatus::ALL)?,
        flag: word(row, 15, NewFlag::ALL)?,
        data_retrieval: word(row, 16, DataRetrievalStatus::ALL)?,
        checks: BTreeMap::new(),
        availability: BTreeMap::new(),
    })
}

/// A check result with the name of its server.
fn check(row: &Row<'_>) -> RowResult<(Fqdn, CheckKind, CheckResult)> {
    let result = CheckResult {
        status: word(row, 2, AccessStatus::ALL)?,
        evidence: json::<Evidence>(row, 3)?,
    };
    Ok((parsed(row, 0)?, word(row, 1, CheckKind::ALL)?, result))
}

/// A service state with the name of its server.
fn state(row: &Row<'_>) -> RowResult<(Fqdn, ServerRole, Availability)> {
    Ok((
        parsed(row, 0)?,
        word(row, 1, ServerRole::ALL)?,
        word(row, 2, Availability::ALL)?,
    ))
}

/// All servers, ordered by name.
pub(crate) fn servers(tx: &Tx<'_>) -> IpamResult<Vec<ServerRecord>> {
    let found = tx.query(&format!("SELECT {COLUMNS} FROM server"), [], record)?;
    let mut servers: BTreeMap<Fqdn, ServerRecord> = found
        .into_iter()
        .map(|server| (server.name.clone(), server))
        .collect();
    let sql = "SELECT server, kind, status, evidence FROM server_check";
    for (name, kind, result) in tx.query(sql, [], check)? {
        if let Some(server) = servers.get_mut(&name) {
            server.checks.insert(kind, result);
        }
    }
    let sql = "SELECT server, role, state FROM server_availability";
    for (name, role, state) in tx.query(sql, [], state)? {
        if let Some(server) = servers.get_mut(&name) {
            server.availability.insert(role, state);
        }
    }
    Ok(servers.into_values().collect())
}

/// One server.
pub(crate) fn server(tx: &Tx<'_>, name: &Fqdn) -> IpamResult<Option<ServerRecord>> {
    let sql = format!("SELECT {COLUMNS} FROM server WHERE name = ?1");
    let Some(mut server) = tx.query_one(&sql, [name.as_str()], record)? else {
        return Ok(None);
    };
    let sql = "SELECT server, kind, status, evidence FROM server_check WHERE server = ?1";
    for (_, kind, result) in tx.query(sql, [name.as_str()], check)? {
        server.checks.insert(kind, result);
    }
    let sql = "SELECT server, role, state FROM server_availability WHERE server = ?1";
    for (_, role, state) in tx.query(sql, [name.as_str()], state)? {
        server.availability.insert(role, state);
    }
    Ok(Some(server))
}

/// The server whose computer account has this GUID.
pub(crate) fn server_by_guid(tx: &Tx<'_>, guid: &str) -> IpamResult<Option<ServerRecord>> {
    let sql = "SELECT name FROM server WHERE guid = ?1";
    match tx.query_one(sql, [guid], |row| parsed::<Fqdn>(row, 0))? {
        Some(name) => server(tx, &name),
        None => Ok(None),
    }
}

/// Writes a record with its checks and service states, in place of the one of the same name and
/// of one of the same GUID: a computer that took the name of another.
pub(crate) fn put_server(tx: &Tx<'_>, server: &ServerRecord) -> IpamResult<()> {
    let sql = "SELECT name FROM server WHERE guid = ?1 AND name <> ?2";
    let of_guid = [server.guid.as_str(), server.name.as_str()];
    for name in tx.query(sql, of_guid, |row| parsed::<Fqdn>(row, 0))? {
        fields::forget(tx, &Holder::Server(name))?;
    }
    tx.execute("DELETE FROM server WHERE guid = ?1 AND name <> ?2", of_guid)?;
    tx.execute(
        "INSERT OR REPLACE INTO server VALUES
            (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        params![
            server.name.as_str(),
            server.guid,
            server.sid.as_str(),
            server.domain.as_str(),
            server.forest.as_str(),
            joined(&server.roles),
            joined(&server.known_roles),
            joined(&server.addresses),
            server.os.name,
            server.os.version.0,
            server.os.version.1,
            server.owner,
            server.description,
            to_json(&server.custom_configuration),
            server.manageability.to_string(),
            server.flag.to_string(),
            server.data_retrieval.to_string(),
        ],
    )?;
    let holder = Holder::Server(server.name.clone());
    fields::keep(tx, &holder, &server.custom_configuration, &[])?;
    put_checks(tx, &server.name, &server.checks)?;
    monitoring::keep_availability(tx, &server.name, &server.availability)
}

/// Writes what custom fields a server carries.
pub(crate) fn put_custom_configuration(
    tx: &Tx<'_>,
    name: &Fqdn,
    custom: &CustomValues,
) -> IpamResult<()> {
    let sql = "UPDATE server SET custom_configuration = ?2 WHERE name = ?1";
    tx.execute(sql, params![name.as_str(), to_json(custom)])
        .map(drop)
}

/// Writes what the checks said, in place of what they said before.
pub(crate) fn put_checks(
    tx: &Tx<'_>,
    server: &Fqdn,
    checks: &BTreeMap<CheckKind, CheckResult>,
) -> IpamResult<()> {
    for (kind, result) in checks {
        tx.execute(
            "INSERT OR REPLACE INTO server_check VALUES (?1, ?2, ?3, ?4)",
            params![
                server.as_str(),
                kind.to_string(),
                result.status.to_string(),
                to_json(&result.evidence),
            ],
        )?;
    }
    Ok(())
}

/// Writes how far collection got.
pub(crate) fn put_data_retrieval(
    tx: &Tx<'_>,
    server: &Fqdn,
    status: DataRetrievalStatus,
) -> IpamResult<()> {
    let sql = "UPDATE server SET data_retrieval = ?2 WHERE name = ?1";
    tx.execute(sql, params![server.as_str(), status.to_string()])
        .map(drop)
}

/// Removes a record; whether it was there. Collected data is purged separately.
pub(crate) fn remove_server(tx: &Tx<'_>, name: &Fqdn) -> IpamResult<bool> {
    tx.execute(
        "DELETE FROM server_check WHERE server = ?1",
        [name.as_str()],
    )?;
    let sql = "DELETE FROM server_availability WHERE server = ?1";
    tx.execute(sql, [name.as_str()])?;
    fields::forget(tx, &Holder::Server(name.clone()))?;
    Ok(tx.execute("DELETE FROM server WHERE name = ?1", [name.as_str()])? > 0)
}
