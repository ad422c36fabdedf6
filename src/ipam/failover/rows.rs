//! What is kept of the comparison of a scope with its failover partner.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::base::Fqdn;
use crate::ipam::error::IpamResult;
use crate::ipam::space::rows::{from_json, parsed, to_json};
use crate::ipam::store::{Tx, params};

use super::comparison::{Comparison, Difference};

pub(in crate::ipam) const DDL: &str = "
CREATE TABLE failover_scope (
    server TEXT NOT NULL, scope TEXT NOT NULL, comparison TEXT NOT NULL,
    PRIMARY KEY (server, scope)) WITHOUT ROWID;
";

/// One scope on the two servers of its relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ipam) struct Pair {
    pub(in crate::ipam) servers: [Fqdn; 2],
    pub(in crate::ipam) scope: IpNet,
}

/// What is known of a scope of `server`, if it was ever looked at.
pub(super) fn find(tx: &Tx<'_>, server: &Fqdn, scope: IpNet) -> IpamResult<Option<Comparison>> {
    let sql = "SELECT comparison FROM failover_scope WHERE server = ?1 AND scope = ?2";
    let row = params![server.as_str(), scope.to_string()];
    tx.query_one(sql, row, |row| from_json(row, 0))
}

fn put(tx: &Tx<'_>, server: &Fqdn, scope: IpNet, known: &Comparison) -> IpamResult<()> {
    let sql = "INSERT OR REPLACE INTO failover_scope (server, scope, comparison) \
               VALUES (?1, ?2, ?3)";
    let row = params![server.as_str(), scope.to_string(), to_json(known)];
    tx.execute(sql, row).map(drop)
}

/// Notes what was found of a scope, which is the same for both servers.
pub(super) fn put_pair(tx: &Tx<'_>, pair: &Pair, known: &Comparison) -> IpamResult<()> {
    pair.servers
        .iter()
        .try_for_each(|server| put(tx, server, pair.scope, known))
}

/// The two could not be read together: what was known of them stays, with the reason.
pub(super) fn put_obstacle(tx: &Tx<'_>, pair: &Pair, why: &str) -> IpamResult<()> {
    for server in &pair.servers {
        let mut known = find(tx, server, pair.scope)?.unwrap_or_default();
        known.obstacle = why.to_owned();
        put(tx, server, pair.scope, &known)?;
    }
    Ok(())
}

/// A change of one address is on its way to the first server and owed to the second: until that
/// has it too, the two differ. Whether they were not known to already.
pub(in crate::ipam) fn owe(tx: &Tx<'_>, pair: &Pair, address: IpAddr) -> IpamResult<bool> {
    let mut is_new = false;
    for server in &pair.servers {
        let mut known = find(tx, server, pair.scope)?.unwrap_or_default();
        is_new |= known.differences.insert(Difference::Reservation(address));
        put(tx, server, pair.scope, &known)?;
    }
    Ok(is_new)
}

/// Both servers have the change of an address.
pub(in crate::ipam) fn settle(tx: &Tx<'_>, pair: &Pair, address: IpAddr) -> IpamResult<()> {
    for server in &pair.servers {
        let Some(mut known) = find(tx, server, pair.scope)? else {
            continue;
        };
        if known.differences.remove(&Difference::Reservation(address)) {
            put(tx, server, pair.scope, &known)?;
        }
    }
    Ok(())
}

/// Forgets the scopes of `server` that are in no relationship any more.
pub(in crate::ipam) fn keep_only(
    tx: &Tx<'_>,
    server: &Fqdn,
    scopes: &BTreeSet<IpNet>,
) -> IpamResult<()> {
    let sql = "SELECT scope FROM failover_scope WHERE server = ?1";
    let known: Vec<IpNet> = tx.query(sql, [server.as_str()], |row| parsed(row, 0))?;
    for gone in known.iter().filter(|scope| !scopes.contains(scope)) {
        let sql = "DELETE FROM failover_scope WHERE server = ?1 AND scope = ?2";
        tx.execute(sql, params![server.as_str(), gone.to_string()])?;
    }
    Ok(())
}
