//! The name a client gives to a request, so that it can ask again without being given twice.
//!
//! An answer may be lost on its way. Whoever then repeats the request under the same name gets
//! what the first one got, as long as the record is there. A name belongs to the account that
//! chose it: two administrators never meet in one. Windows has nothing of the kind; without a
//! name every request gets an address of its own, as there.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::base::AccountName;
use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::space::rows::{address, owner, space, to_json};
use crate::ipam::space::rules::invalid;
use crate::ipam::space::{AddressDetails, AddressKey, RangeKey};
use crate::ipam::store::{RowResult, Tx, key_of_address, params};

pub(in crate::ipam) const DDL: &str = "
CREATE TABLE allocation_request (
    account TEXT NOT NULL, request TEXT NOT NULL,
    space TEXT NOT NULL, address BLOB NOT NULL,
    managed_by TEXT NOT NULL, instance TEXT NOT NULL, instance_key TEXT NOT NULL,
    asked TEXT NOT NULL,
    PRIMARY KEY (account, request)) WITHOUT ROWID;
CREATE INDEX allocation_request_by_address ON allocation_request (space, address);
";

/// The longest name, in characters; that of the other names of a record (domain 5.6).
const LENGTH_MAX: usize = 255;

/// A name for a request: a ticket, or a random number, as the client likes. Compared exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl FromStr for RequestId {
    type Err = IpamError;

    fn from_str(text: &str) -> IpamResult<RequestId> {
        let text = text.trim();
        match text.chars().count() {
            1..=LENGTH_MAX => Ok(RequestId(text.to_owned())),
            0 => invalid("a request has an empty name: name it, or leave the name out".to_owned()),
            long => invalid(format!(
                "the name of a request has {long} characters: {LENGTH_MAX} are possible"
            )),
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A named request: who asks under which name, and for what.
pub(super) struct Named<'a> {
    pub(super) account: &'a AccountName,
    pub(super) id: &'a RequestId,
    pub(super) range: &'a RangeKey,
    /// The address, when it is chosen and not searched.
    pub(super) chosen: Option<IpAddr>,
    pub(super) details: &'a AddressDetails,
}

impl Named<'_> {
    /// The record that this request got before, if it did and the record is still there.
    ///
    /// # Errors
    /// `IpamApiInvalidParameter` when the name was given to a request for something else.
    pub(super) fn granted(&self, tx: &Tx<'_>) -> IpamResult<Option<AddressKey>> {
        let sql = "SELECT space, address, managed_by, instance, asked FROM allocation_request \
                   WHERE account = ?1 AND request = ?2";
        let row = params![self.account.to_string(), self.id.0];
        let found = tx.query_one(sql, row, |row| -> RowResult<(AddressKey, String)> {
            let key = AddressKey {
                address_space: space(row, 0)?,
                ip_address: address(row, 1)?,
                owner: owner(row, 2)?,
            };
            Ok((key, row.get(4)?))
        })?;
        let Some((key, asked)) = found else {
            return Ok(None);
        };
        if key.address_space != self.range.address_space || asked != self.asked() {
            return invalid(format!(
                "request `{}` got `{key}` and was for something else: name this one otherwise",
                self.id
            ));
        }
        Ok(Some(key))
    }

    /// Keeps what the request got, in the transaction that records it.
    pub(super) fn keep(&self, tx: &Tx<'_>, key: &AddressKey) -> IpamResult<()> {
        let sql = "INSERT INTO allocation_request (account, request, space, address, managed_by, \
                   instance, instance_key, asked) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let row = params![
            self.account.to_string(),
            self.id.0,
            key.address_space.as_str(),
            key_of_address(key.ip_address),
            key.owner.managed_by_service.word(),
            key.owner.service_instance,
            key.owner.instance_key(),
            self.asked()
        ];
        tx.execute(sql, row).map(drop)
    }

    /// What is asked for, in words that are the same for the same. An address space may be
    /// renamed between two requests, so it is not among them.
    fn asked(&self) -> String {
        let (span, owner) = (self.range.span, &self.range.owner);
        let instance = owner.instance_key();
        let service = owner.managed_by_service.word();
        let place = self
            .chosen
            .map_or(span.to_string(), |chosen| chosen.to_string());
        format!("{place} {service} / {instance} {}", to_json(self.details))
    }
}

/// The record has another key: who repeats the request gets it there. In another address space it
/// is not what was asked for.
pub(in crate::ipam) fn moved(tx: &Tx<'_>, from: &AddressKey, to: &AddressKey) -> IpamResult<()> {
    if from.address_space != to.address_space {
        return forget(tx, from);
    }
    let sql = "UPDATE allocation_request SET address = ?5, managed_by = ?6, instance = ?7, \
               instance_key = ?8 WHERE space = ?1 AND address = ?2 AND managed_by = ?3 AND \
               instance_key = ?4";
    let row = params![
        from.address_space.as_str(),
        key_of_address(from.ip_address),
        from.owner.managed_by_service.word(),
        from.owner.instance_key(),
        key_of_address(to.ip_address),
        to.owner.managed_by_service.word(),
        to.owner.service_instance,
        to.owner.instance_key()
    ];
    tx.execute(sql, row).map(drop)
}

/// The record is gone: who repeats the request asks anew.
pub(in crate::ipam) fn forget(tx: &Tx<'_>, key: &AddressKey) -> IpamResult<()> {
    let sql = "DELETE FROM allocation_request WHERE space = ?1 AND address = ?2 AND \
               managed_by = ?3 AND instance_key = ?4";
    let row = params![
        key.address_space.as_str(),
        key_of_address(key.ip_address),
        key.owner.managed_by_service.word(),
        key.owner.instance_key()
    ];
    tx.execute(sql, row).map(drop)
}
