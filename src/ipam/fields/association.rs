//! Associations: which value of one multivalue field goes with which value of another
//! (domain 9.2).
//!
//! An association has no direction: whichever field is named first, the same pairs are meant. It
//! is shown in the order it was made in.

use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::store::{Tx, params};

use super::built_in::BuiltInField;
use super::lookup::{find_value, multi_value_field};
use super::rows::{self, FieldId, FieldRow, ValueId};

/// The associated values of two fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldAssociation {
    pub custom_field_one: String,
    pub custom_field_two: String,
    /// A value of the first field and one of the second, by spelling.
    pub association_value: Vec<(String, String)>,
}

/// A pair of values by their numbers, in the order in which the association is stored.
type Pair = (ValueId, ValueId);

/// Two different multivalue fields in the order in which their association is stored, and whether
/// the caller named them the other way round.
struct Fields {
    one: FieldRow,
    two: FieldRow,
    swapped: bool,
}

impl Fields {
    /// # Errors
    /// `IpamApiObjectNotFound` for an unknown field, `IpamApiInvalidParameter` for a free-form
    /// one or the same one twice.
    fn named(tx: &Tx<'_>, one: &str, two: &str) -> IpamResult<Fields> {
        let (one, two) = (multi_value_field(tx, one)?, multi_value_field(tx, two)?);
        if one.id == two.id {
            return Err(IpamError::parameter(format!(
                "`{}` cannot be associated with itself; name two fields",
                one.name
            )));
        }
        let other_way = exists(tx, two.id, one.id)? || is_built_in(two.id, one.id);
        Ok(match other_way {
            true => Fields {
                one: two,
                two: one,
                swapped: true,
            },
            false => Fields {
                one,
                two,
                swapped: false,
            },
        })
    }

    /// The values that `text` names: `Storage:Site01`. A value may hold a colon itself, so every
    /// place is tried where the pair could be split.
    fn pair(&self, tx: &Tx<'_>, text: &str) -> IpamResult<Pair> {
        let mut found = Vec::new();
        for (colon, _) in text.match_indices(':') {
            let (first, second) = (text[..colon].trim(), text[colon + 1..].trim());
            let (first, second) = match self.swapped {
                true => (second, first),
                false => (first, second),
            };
            let first = find_value(tx, &self.one, first)?;
            let second = find_value(tx, &self.two, second)?;
            found.extend(first.zip(second));
        }
        match found.as_slice() {
            [(first, second)] => Ok((first.id, second.id)),
            [] => {
                let (one, two) = self.as_named();
                Err(IpamError::not_found(format!(
                    "`{text}` is no value of `{one}` and one of `{two}` with a colon between; add \
                     missing values with Add-IpamCustomValue"
                )))
            }
            _ => Err(IpamError::parameter(format!(
                "`{text}` can be split into two values in more than one way; rename one of them"
            ))),
        }
    }

    fn pairs(&self, tx: &Tx<'_>, texts: &[String]) -> IpamResult<Vec<Pair>> {
        texts.iter().map(|text| self.pair(tx, text)).collect()
    }

    /// The names of the fields as the caller put them.
    fn as_named(&self) -> (&str, &str) {
        match self.swapped {
            true => (&self.two.name, &self.one.name),
            false => (&self.one.name, &self.two.name),
        }
    }

    fn insert(&self, tx: &Tx<'_>, pair: Pair, text: &str) -> IpamResult<()> {
        let sql = "INSERT INTO custom_association (field_one, field_two, value_one, value_two) \
                   VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
        let row = params![self.one.id, self.two.id, pair.0, pair.1];
        let is_new = !self.is_built_in(pair) && tx.execute(sql, row)? > 0;
        if is_new {
            return Ok(());
        }
        let (one, two) = self.as_named();
        Err(IpamError::new(
            ErrorId::IpamApiCustomFieldAssociationExists,
            format!("`{text}` is associated already between `{one}` and `{two}`"),
        ))
    }

    fn delete(&self, tx: &Tx<'_>, pair: Pair, text: &str) -> IpamResult<()> {
        if self.is_built_in(pair) {
            return Err(built_in_stays(text));
        }
        let sql = "DELETE FROM custom_association WHERE field_one = ?1 AND field_two = ?2 AND \
                   value_one = ?3 AND value_two = ?4";
        if tx.execute(sql, params![self.one.id, self.two.id, pair.0, pair.1])? > 0 {
            return Ok(());
        }
        let (one, two) = self.as_named();
        Err(IpamError::not_found(format!(
            "`{text}` is not associated between `{one}` and `{two}`"
        )))
    }

    fn is_built_in(&self, pair: Pair) -> bool {
        is_built_in(self.one.id, self.two.id) && pair == BUILT_IN
    }

    /// Everything that is associated between the two fields.
    fn shown(&self, tx: &Tx<'_>) -> IpamResult<FieldAssociation> {
        shown(tx, self.one.id, self.two.id)
    }
}

/// The pair that comes with the product: `IPAM` and its instance `Localhost`.
const BUILT_IN: Pair = (ValueId(1), ValueId(1));

fn built_in_fields() -> (FieldId, FieldId) {
    (
        FieldId::built_in(BuiltInField::ManagedByService),
        FieldId::built_in(BuiltInField::ServiceInstance),
    )
}

fn is_built_in(one: FieldId, two: FieldId) -> bool {
    (one, two) == built_in_fields()
}

fn built_in_stays(what: &str) -> IpamError {
    IpamError::new(
        ErrorId::IpamApiCannotUpdateOrDeleteBuiltInValues,
        format!("`{what}` is built in and stays associated"),
    )
}

fn exists(tx: &Tx<'_>, one: FieldId, two: FieldId) -> IpamResult<bool> {
    let sql = "SELECT 1 FROM custom_association WHERE field_one = ?1 AND field_two = ?2 LIMIT 1";
    let found = tx.query_one(sql, [one, two], |_| Ok(()))?;
    Ok(found.is_some())
}

fn shown(tx: &Tx<'_>, one: FieldId, two: FieldId) -> IpamResult<FieldAssociation> {
    let sql = "SELECT value_one, value_two FROM custom_association WHERE field_one = ?1 AND \
               field_two = ?2";
    let mut pairs: Vec<Pair> = tx.query(sql, [one, two], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if is_built_in(one, two) {
        pairs.push(BUILT_IN);
    }
    let mut association_value = Vec::new();
    for (first, second) in pairs {
        let spelled = (
            rows::value_by_id(tx, one, first)?.unwrap_or_default(),
            rows::value_by_id(tx, two, second)?.unwrap_or_default(),
        );
        association_value.push(spelled);
    }
    association_value.sort();
    let name = |field: Option<FieldRow>| field.map(|field| field.name).unwrap_or_default();
    Ok(FieldAssociation {
        custom_field_one: name(rows::field_by_id(tx, one)?),
        custom_field_two: name(rows::field_by_id(tx, two)?),
        association_value,
    })
}

/// `Add-IpamCustomFieldAssociation` after the gate. One pair that is refused refuses all.
pub(super) fn add(
    tx: &Tx<'_>,
    one: &str,
    two: &str,
    values: &[String],
) -> IpamResult<FieldAssociation> {
    if values.is_empty() {
        return Err(IpamError::parameter(
            "an association has at least one pair of values; write it as `Value1:Value2`",
        ));
    }
    set(tx, one, two, values, &[])
}

/// `Set-IpamCustomFieldAssociation` after the gate: removes first, then adds.
pub(super) fn set(
    tx: &Tx<'_>,
    one: &str,
    two: &str,
    add: &[String],
    remove: &[String],
) -> IpamResult<FieldAssociation> {
    let fields = Fields::named(tx, one, two)?;
    let (gone, new) = (fields.pairs(tx, remove)?, fields.pairs(tx, add)?);
    for (pair, text) in gone.into_iter().zip(remove) {
        fields.delete(tx, pair, text)?;
    }
    for (pair, text) in new.into_iter().zip(add) {
        fields.insert(tx, pair, text)?;
    }
    fields.shown(tx)
}

/// `Remove-IpamCustomFieldAssociation` after the gate: everything between the two fields. Gives
/// what was removed; the fields and their values stay.
pub(super) fn remove(tx: &Tx<'_>, one: &str, two: &str) -> IpamResult<FieldAssociation> {
    let fields = Fields::named(tx, one, two)?;
    if is_built_in(fields.one.id, fields.two.id) {
        let (one, two) = fields.as_named();
        return Err(built_in_stays(&format!("{one} with {two}")));
    }
    if !exists(tx, fields.one.id, fields.two.id)? {
        let (one, two) = fields.as_named();
        return Err(IpamError::not_found(format!(
            "`{one}` and `{two}` are not associated"
        )));
    }
    let removed = fields.shown(tx)?;
    let sql = "DELETE FROM custom_association WHERE field_one = ?1 AND field_two = ?2";
    tx.execute(sql, [fields.one.id, fields.two.id])?;
    Ok(removed)
}

/// `Get-IpamCustomFieldAssociation` after the gate: those that include every field named.
pub(super) fn list(
    tx: &Tx<'_>,
    one: Option<&str>,
    two: Option<&str>,
) -> IpamResult<Vec<FieldAssociation>> {
    let named = [one, two].into_iter().flatten();
    let wanted: Vec<FieldId> = named
        .map(|name| multi_value_field(tx, name).map(|field| field.id))
        .collect::<IpamResult<_>>()?;
    let sql = "SELECT DISTINCT field_one, field_two FROM custom_association";
    let mut stored: Vec<(FieldId, FieldId)> =
        tx.query(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    stored.push(built_in_fields());
    stored.sort_unstable();
    stored.dedup();
    stored.retain(|pair| wanted.iter().all(|id| pair.0 == *id || pair.1 == *id));
    let all = stored.into_iter().map(|(one, two)| shown(tx, one, two));
    all.collect()
}

/// A field that this one is associated with, as a word for a refusal.
pub(super) fn partner_of(tx: &Tx<'_>, field: FieldId) -> IpamResult<Option<String>> {
    let sql = "SELECT field_two FROM custom_association WHERE field_one = ?1 UNION \
               SELECT field_one FROM custom_association WHERE field_two = ?1";
    partner(tx, tx.query_one(sql, [field], |row| row.get(0))?)
}

/// A field that this value is associated with.
pub(super) fn partner_of_value(
    tx: &Tx<'_>,
    field: FieldId,
    value: ValueId,
) -> IpamResult<Option<String>> {
    let sql = "SELECT field_two FROM custom_association WHERE field_one = ?1 AND value_one = ?2 \
               UNION \
               SELECT field_one FROM custom_association WHERE field_two = ?1 AND value_two = ?2";
    partner(
        tx,
        tx.query_one(sql, params![field, value], |row| row.get(0))?,
    )
}

fn partner(tx: &Tx<'_>, found: Option<FieldId>) -> IpamResult<Option<String>> {
    let Some(id) = found else { return Ok(None) };
    Ok(rows::field_by_id(tx, id)?.map(|field| field.name))
}
