//! Names of address spaces, and how they are kept (domain 5.4).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::fields::CustomValues;
use crate::ipam::store::{Row, RowResult, Tx, params};

use super::address_space::{AddressSpace, AddressSpaceKind};
use super::block::BlockKey;
use super::rows::{from_json, to_json};
use super::rules::{invalid, not_found, refuse};
use super::words::NetworkType;

/// The name of an address space, in the spelling it is stored with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AddressSpaceName(String);

/// The built-in provider space.
const DEFAULT: &str = "Default";

impl AddressSpaceName {
    /// A name as somebody typed it; [`canonical`] finds the stored spelling.
    pub fn new(name: impl Into<String>) -> AddressSpaceName {
        AddressSpaceName(name.into())
    }

    pub(super) fn stored(name: &str) -> AddressSpaceName {
        AddressSpaceName(name.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_default(&self) -> bool {
        self.0 == DEFAULT
    }

    /// What is said beside an object's own name: nothing in the space where almost everything is.
    pub fn beside(&self) -> String {
        match self.is_default() {
            true => String::new(),
            false => format!(" in {}", self.0),
        }
    }

    /// The name as it is compared.
    pub(super) fn folded(&self) -> String {
        self.0.trim().to_lowercase()
    }
}

impl Default for AddressSpaceName {
    fn default() -> AddressSpaceName {
        AddressSpaceName(DEFAULT.to_owned())
    }
}

impl fmt::Display for AddressSpaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

pub const DDL: &str = "
CREATE TABLE ip_address_space (
    name_key TEXT PRIMARY KEY, name TEXT NOT NULL, details TEXT NOT NULL) WITHOUT ROWID;
";

/// What is kept of an address space beside its name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::ipam) struct SpaceDetails {
    pub(super) kind: AddressSpaceKind,
    pub(super) owner: String,
    pub(super) description: String,
    #[serde(default, skip_serializing_if = "CustomValues::is_empty")]
    pub(in crate::ipam) custom: CustomValues,
}

/// An address space as it is stored. `Default` is there without a row, until something is noted
/// about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct StoredSpace {
    pub(super) name: AddressSpaceName,
    pub(super) details: SpaceDetails,
}

fn read(row: &Row<'_>) -> RowResult<StoredSpace> {
    Ok(StoredSpace {
        name: AddressSpaceName::stored(row.text(0)?),
        details: from_json(row, 1)?,
    })
}

/// The address space of this name, if there is one.
pub(super) fn find(tx: &Tx<'_>, name: &AddressSpaceName) -> IpamResult<Option<StoredSpace>> {
    let sql = "SELECT name, details FROM ip_address_space WHERE name_key = ?1";
    let key = name.folded();
    let stored = tx.query_one(sql, [key.as_str()], read)?;
    let built_in = key.eq_ignore_ascii_case(DEFAULT).then(StoredSpace::default);
    Ok(stored.or(built_in))
}

/// The same where it must be there.
///
/// # Errors
/// `IpamApiObjectNotFound` when there is no such address space.
pub(super) fn get(tx: &Tx<'_>, name: &AddressSpaceName) -> IpamResult<StoredSpace> {
    find(tx, name)?.ok_or_else(|| not_found(&format!("address space `{name}`")))
}

/// The stored spelling of a name, which is compared without regard to case.
///
/// # Errors
/// `IpamApiObjectNotFound` when there is no such address space.
pub(in crate::ipam) fn canonical(
    tx: &Tx<'_>,
    name: &AddressSpaceName,
) -> IpamResult<AddressSpaceName> {
    // Almost everything is there, and the built-in space keeps its spelling.
    if name.is_default() {
        return Ok(name.clone());
    }
    Ok(get(tx, name)?.name)
}

/// Puts the address space of a block's key into its stored spelling. One that there is not stays
/// as it is: there is no block in it.
pub(in crate::ipam) fn spell_block(tx: &Tx<'_>, key: &mut BlockKey) -> IpamResult<()> {
    if let Some(space) = find(tx, &key.address_space)? {
        key.address_space = space.name;
    }
    Ok(())
}

/// Every address space, `Default` first, the others by name.
pub(super) fn all(tx: &Tx<'_>) -> IpamResult<Vec<StoredSpace>> {
    let sql = "SELECT name, details FROM ip_address_space ORDER BY name_key";
    let mut spaces = tx.query(sql, [], read)?;
    if !spaces.iter().any(|space| space.name.is_default()) {
        spaces.push(StoredSpace::default());
    }
    spaces.sort_by_key(|space| !space.name.is_default());
    Ok(spaces)
}

/// Writes a space, over one of the same name.
pub(super) fn put(tx: &Tx<'_>, space: &StoredSpace) -> IpamResult<()> {
    let sql = "INSERT INTO ip_address_space (name_key, name, details) VALUES (?1, ?2, ?3) \
               ON CONFLICT (name_key) DO UPDATE SET name = excluded.name, \
               details = excluded.details";
    let row = params![
        space.name.folded(),
        space.name.as_str(),
        to_json(&space.details)
    ];
    tx.execute(sql, row).map(drop)
}

/// Changes how something of a space is spelled, which breaks no rule.
pub(in crate::ipam) fn respell(
    tx: &Tx<'_>,
    name: &AddressSpaceName,
    change: impl FnOnce(&mut SpaceDetails),
) -> IpamResult<()> {
    let mut stored = get(tx, name)?;
    change(&mut stored.details);
    put(tx, &stored)
}

pub(super) fn delete(tx: &Tx<'_>, name: &AddressSpaceName) -> IpamResult<()> {
    let sql = "DELETE FROM ip_address_space WHERE name_key = ?1";
    tx.execute(sql, [name.folded()]).map(drop)
}

/// The network type of an object in a space: the one given, or what the space has by itself
/// (domain 5.3).
///
/// # Errors
/// `IpamApiObjectNotFound` for an unknown space; `IpamApiInvalidParameter` for a type that the
/// space does not take.
pub(super) fn network_type(
    tx: &Tx<'_>,
    name: &AddressSpaceName,
    given: Option<NetworkType>,
) -> IpamResult<NetworkType> {
    let space = get(tx, name)?;
    let own = AddressSpace::network_type(&space.name, &space.details.kind);
    match (own, given) {
        (_, None) => Ok(own),
        (own, Some(given)) if own == given => Ok(own),
        // The built-in space is a provider space too.
        (NetworkType::NonVirtualized, Some(NetworkType::Provider)) => Ok(NetworkType::Provider),
        (NetworkType::NonVirtualized, Some(NetworkType::Customer)) => invalid(format!(
            "what is of a customer is in a customer address space: name one, not `{name}`"
        )),
        (own, Some(given)) => invalid(format!(
            "the address space `{name}` takes only the network type {own}, not {given}"
        )),
    }
}

/// Refuses what the release has not (domain 5.3, 5.4).
pub(super) fn need_subnets(tx: &Tx<'_>, what: &str) -> IpamResult<()> {
    let generation = tx.rules().generation;
    if generation.has_subnets() {
        return Ok(());
    }
    refuse(
        ErrorId::IpamApiNotSupported,
        format!("IPAM of {generation} has no {what}: `generation: 2012R2` and later have them"),
    )
}
