//! Who carries which field and value.
//!
//! What an object carries is stored with the object. The index kept here answers the other way
//! round, "is this value in use, and by whom", at once and however many objects there are. Every
//! place that stores, changes or deletes an object says so here in the same transaction.

use std::fmt;

use ipnet::IpNet;

use crate::addr::AddressRange;
use crate::base::Fqdn;
use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::space::{
    AddressKey, AddressSpaceName, Owner, RangeKey, SubnetKey, addresses, ranges,
};
use crate::ipam::store::{ColumnError, Row, RowResult, Tx, address_of_key, key_of_address, params};

use super::built_in::BuiltInField;
use super::custom_values::CustomValues;
use super::field_edit::in_use;
use super::lookup::{field_named, key_of, value_named};
use super::reserved::check_text;
use super::rows::{FieldId, FieldRow, ValueId, ValueRow, value_by_key};

/// An object that can carry custom fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ipam) enum Holder {
    Address(AddressKey),
    Range(RangeKey),
    Subnet(SubnetKey),
    AddressSpace(AddressSpaceName),
    Server(Fqdn),
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Holder::Address(key) => write!(f, "address {key}"),
            Holder::Range(key) => write!(f, "range {key}"),
            Holder::Subnet(key) => write!(f, "subnet {key}"),
            Holder::AddressSpace(name) => write!(f, "address space {name}"),
            Holder::Server(name) => write!(f, "server {name}"),
        }
    }
}

/// The columns that name an object: kind, space, first, last, owner.
struct Columns {
    kind: &'static str,
    space: String,
    first: [u8; 16],
    last: [u8; 16],
    managed_by: String,
    /// The folded service instance, or the name of a server.
    instance_key: String,
}

const ADDRESS: &str = "address";
const RANGE: &str = "range";
const SUBNET: &str = "subnet";
const SPACE: &str = "address space";
const SERVER: &str = "server";

impl Holder {
    fn columns(&self) -> Columns {
        let spanned = |kind, space: &AddressSpaceName, first, last| Columns {
            kind,
            space: space.as_str().to_owned(),
            first: key_of_address(first),
            last: key_of_address(last),
            managed_by: String::new(),
            instance_key: String::new(),
        };
        let owned = |columns, owner: &Owner| Columns {
            managed_by: owner.managed_by_service.word().to_owned(),
            instance_key: owner.instance_key(),
            ..columns
        };
        match self {
            Holder::Address(key) => {
                let address = key.ip_address;
                owned(
                    spanned(ADDRESS, &key.address_space, address, address),
                    &key.owner,
                )
            }
            Holder::Range(key) => {
                let (first, last) = (key.span.first(), key.span.last());
                owned(spanned(RANGE, &key.address_space, first, last), &key.owner)
            }
            Holder::Subnet(key) => {
                let span = key.span();
                spanned(SUBNET, &key.address_space, span.first(), span.last())
            }
            Holder::AddressSpace(name) => Columns {
                kind: SPACE,
                space: name.as_str().to_owned(),
                first: [0; 16],
                last: [0; 16],
                managed_by: String::new(),
                instance_key: String::new(),
            },
            Holder::Server(name) => Columns {
                kind: SERVER,
                space: String::new(),
                first: [0; 16],
                last: [0; 16],
                managed_by: String::new(),
                instance_key: name.to_string(),
            },
        }
    }
}

/// Reads the six columns that name an object. An owner's instance comes folded, which is how it
/// is compared.
fn holder(row: &Row<'_>) -> RowResult<Holder> {
    let space = || Ok(AddressSpaceName::new(row.text(1)?));
    let address = |column| row.get(column).map(address_of_key);
    let span = || {
        AddressRange::new(address(2)?, address(3)?).map_err(|error| ColumnError::foreign(2, error))
    };
    let owner = || {
        let word = row.text(4)?;
        Ok(Owner {
            managed_by_service: word.parse().map_err(|_| ColumnError::foreign(4, word))?,
            service_instance: row.get(5)?,
        })
    };
    Ok(match row.text(0)? {
        ADDRESS => Holder::Address(AddressKey {
            address_space: space()?,
            ip_address: address(2)?,
            owner: owner()?,
        }),
        RANGE => Holder::Range(RangeKey {
            address_space: space()?,
            span: span()?,
            owner: owner()?,
        }),
        SUBNET => Holder::Subnet(SubnetKey {
            address_space: space()?,
            network_id: network(&span()?).ok_or_else(|| ColumnError::foreign(2, "a subnet"))?,
        }),
        SPACE => Holder::AddressSpace(space()?),
        SERVER => {
            let name = row.text(5)?;
            Holder::Server(name.parse().map_err(|_| ColumnError::foreign(5, name))?)
        }
        other => return Err(ColumnError::foreign(0, other)),
    })
}

/// The network that is exactly this span.
fn network(span: &AddressRange) -> Option<IpNet> {
    let longest = if span.first().is_ipv4() { 32 } else { 128 };
    let mut networks = (0..=longest).filter_map(|length| IpNet::new(span.first(), length).ok());
    networks.find(|network| AddressRange::of_prefix(*network) == *span)
}

/// What an object is to carry, in the stored spelling of fields and values.
///
/// # Errors
/// `IpamApiObjectNotFound` for an unknown field or value; `IpamApiInvalidParameter` for a text
/// that a free-form field cannot hold or a second one, and for a field that is a column of its
/// own.
pub(in crate::ipam) fn check_assignment(
    tx: &Tx<'_>,
    wanted: &CustomValues,
) -> IpamResult<CustomValues> {
    let mut checked = CustomValues::default();
    for (name, values) in wanted.iter() {
        let field = field_named(tx, name)?;
        if let Some(column) = field.built_in.filter(|field| field.is_column()) {
            return Err(IpamError::parameter(format!(
                "`{}` is no custom configuration; set it with the parameter of that name",
                column.label()
            )));
        }
        let already = !field.multi_value && !checked.get(&field.name).is_empty();
        if already || (!field.multi_value && values.len() > 1) {
            return Err(IpamError::parameter(format!(
                "`{}` is a free-form field and holds one text; give it once",
                field.name
            )));
        }
        for text in values {
            if field.multi_value {
                checked.add(&field.name, value_named(tx, &field, text)?.value);
            } else {
                check_text(text)?;
                checked.add(&field.name, text);
            }
        }
    }
    Ok(checked)
}

/// Says what an object carries from now on, in place of what it carried before: its custom
/// fields, checked, and the words of its columns, of which only those that an administrator added
/// matter.
pub(in crate::ipam) fn keep(
    tx: &Tx<'_>,
    holder: &Holder,
    custom: &CustomValues,
    words: &[(BuiltInField, &str)],
) -> IpamResult<()> {
    forget(tx, holder)?;
    note(tx, holder, custom, words)
}

/// The same for an object that is new.
pub(in crate::ipam) fn note(
    tx: &Tx<'_>,
    holder: &Holder,
    custom: &CustomValues,
    words: &[(BuiltInField, &str)],
) -> IpamResult<()> {
    for (field, values) in custom.iter() {
        let field = field_named(tx, field)?;
        if !field.multi_value {
            insert(tx, holder, field.id, ValueId::TEXT)?;
            continue;
        }
        for text in values {
            let value = value_named(tx, &field, text)?;
            insert(tx, holder, field.id, value.id)?;
        }
    }
    for (field, word) in words {
        if field.value_named(word).is_some() {
            continue;
        }
        let field = FieldId::built_in(*field);
        if let Some(value) = value_by_key(tx, field, &key_of(word))? {
            insert(tx, holder, field, value.id)?;
        }
    }
    Ok(())
}

fn insert(tx: &Tx<'_>, holder: &Holder, field: FieldId, value: ValueId) -> IpamResult<()> {
    let of = holder.columns();
    let sql = "INSERT INTO custom_assignment \
               (kind, space, first, last, managed_by, instance_key, field, value) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING";
    let row = params![
        of.kind,
        of.space,
        of.first,
        of.last,
        of.managed_by,
        of.instance_key,
        field,
        value
    ];
    tx.execute(sql, row).map(drop)
}

/// Says that an object is gone.
pub(in crate::ipam) fn forget(tx: &Tx<'_>, holder: &Holder) -> IpamResult<()> {
    let of = holder.columns();
    let sql = "DELETE FROM custom_assignment WHERE kind = ?1 AND space = ?2 AND first = ?3 AND \
               last = ?4 AND managed_by = ?5 AND instance_key = ?6";
    let row = params![
        of.kind,
        of.space,
        of.first,
        of.last,
        of.managed_by,
        of.instance_key
    ];
    tx.execute(sql, row).map(drop)
}

const HOLDER: &str = "kind, space, first, last, managed_by, instance_key";

/// The question who carries a field, or one value of it.
pub(super) fn who_carries(of_value: bool) -> String {
    match of_value {
        true => format!(
            "SELECT {HOLDER} FROM custom_assignment WHERE field = ?1 AND value = ?3 \
             ORDER BY {HOLDER} LIMIT ?2"
        ),
        false => {
            format!(
                "SELECT DISTINCT {HOLDER} FROM custom_assignment WHERE field = ?1 \
                 ORDER BY {HOLDER} LIMIT ?2"
            )
        }
    }
}

/// Everything that carries a field, or one value of it; each object once, `limit` at most.
pub(super) fn holders(
    tx: &Tx<'_>,
    field: FieldId,
    value: Option<ValueId>,
    limit: Option<u32>,
) -> IpamResult<Vec<Holder>> {
    let limit = limit.map_or(i64::MAX, i64::from);
    let sql = who_carries(value.is_some());
    match value {
        Some(value) => tx.query(&sql, params![field, limit, value], holder),
        None => tx.query(&sql, params![field, limit], holder),
    }
}

/// How many objects a refusal names.
const NAMED: u32 = 3;

/// Refuses what cannot be done to a field, or to one value of it, while objects carry it.
pub(super) fn refuse_use(
    tx: &Tx<'_>,
    field: &FieldRow,
    value: Option<&ValueRow>,
) -> IpamResult<()> {
    let id = value.map(|value| value.id);
    let mut used = Vec::new();
    for holder in holders(tx, field.id, id, Some(NAMED + 1))? {
        used.push(as_stored(tx, holder)?.to_string());
    }
    if let Some(value) = value
        && field.built_in == Some(BuiltInField::ServiceInstance)
    {
        used.extend(instance_user(tx, &value.value)?);
    }
    if used.is_empty() {
        return Ok(());
    }
    let more = used.len() > NAMED as usize;
    used.truncate(NAMED as usize);
    let what = match value {
        Some(value) => format!("`{}` of `{}`", value.value, field.name),
        None => format!("`{}`", field.name),
    };
    Err(in_use(format!(
        "{what} is in use by {}{}; remove it there first",
        used.join(", "),
        if more { " and others" } else { "" }
    )))
}

/// The object with its owner as it was typed in; the index knows it folded.
fn as_stored(tx: &Tx<'_>, holder: Holder) -> IpamResult<Holder> {
    Ok(match holder {
        Holder::Address(key) => Holder::Address(addresses::get(tx, &key)?.key),
        Holder::Range(key) => Holder::Range(ranges::get(tx, &key)?.key),
        other => other,
    })
}

/// An object with this service instance. The instance is a text that names a server, not a
/// reference to a value, so this one question looks through the objects themselves.
fn instance_user(tx: &Tx<'_>, instance: &str) -> IpamResult<Option<String>> {
    let key = instance.to_ascii_lowercase();
    let ranges = "SELECT 1 FROM ip_range WHERE instance_key = ?1 LIMIT 1";
    let addresses = "SELECT 1 FROM ip_address WHERE instance_key = ?1 LIMIT 1";
    for (what, sql) in [("ranges", ranges), ("addresses", addresses)] {
        if tx.query_one(sql, [key.as_str()], |_| Ok(()))?.is_some() {
            return Ok(Some(format!("{what} of that service instance")));
        }
    }
    Ok(None)
}
