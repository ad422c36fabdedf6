//! Rows of the discovery domains.

use crate::base::Fqdn;
use crate::ipam::discovery::DiscoveryDomain;
use crate::ipam::error::IpamResult;

use super::params::params;
use super::transaction::Tx;
use super::words::parsed;

pub(super) const DDL: &str = "
CREATE TABLE discovery_domain (
    name TEXT PRIMARY KEY,
    discover_dc INTEGER NOT NULL,
    discover_dns INTEGER NOT NULL,
    discover_dhcp INTEGER NOT NULL
) WITHOUT ROWID;
";

/// The discovery domains, ordered by name.
pub(crate) fn domains(tx: &Tx<'_>) -> IpamResult<Vec<DiscoveryDomain>> {
    tx.query(
        "SELECT name, discover_dc, discover_dns, discover_dhcp FROM discovery_domain ORDER BY name",
        [],
        |row| {
            Ok(DiscoveryDomain {
                name: parsed(row, 0)?,
                discover_dc: row.get(1)?,
                discover_dns: row.get(2)?,
                discover_dhcp: row.get(3)?,
            })
        },
    )
}

/// Writes a domain, in place of the one of the same name.
pub(crate) fn put_domain(tx: &Tx<'_>, domain: &DiscoveryDomain) -> IpamResult<()> {
    tx.execute(
        "INSERT OR REPLACE INTO discovery_domain VALUES (?1, ?2, ?3, ?4)",
        params![
            domain.name.as_str(),
            domain.discover_dc,
            domain.discover_dns,
            domain.discover_dhcp,
        ],
    )
    .map(drop)
}

/// Removes a domain; whether it was there.
pub(crate) fn remove_domain(tx: &Tx<'_>, name: &Fqdn) -> IpamResult<bool> {
    let sql = "DELETE FROM discovery_domain WHERE name = ?1";
    Ok(tx.execute(sql, [name.as_str()])? > 0)
}
