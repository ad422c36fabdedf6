//! Custom fields, their values, associations and logical groups as a person reads them.

use crate::ipam::fields::{CustomField, CustomValue, FieldAssociation};
use crate::ipam::groups::{Level, LogicalGroup};
use crate::lab::observation::Table;

/// Fields with their values; long lists are cut where several fields are shown.
pub fn fields(fields: &[CustomField]) -> Table {
    let columns = ["Name", "Category", "MultiValue", "CustomValue"];
    let mut table = Table::new("custom fields", &columns);
    for field in fields {
        let mut values: Vec<&str> = field.values.iter().map(|v| v.value.as_str()).collect();
        let shown = if fields.len() > 1 { 3 } else { usize::MAX };
        let more = values.len() > shown;
        values.truncate(shown);
        let more = if more { ", ..." } else { "" };
        let values = match values.as_slice() {
            [] => String::new(),
            values => format!("{{{}{more}}}", values.join(", ")),
        };
        table.row(vec![
            field.name.clone(),
            field.origin.to_string(),
            if field.multi_value { "True" } else { "False" }.to_owned(),
            values,
        ]);
    }
    table
}

/// One value of a field.
pub fn value(value: &CustomValue) -> Table {
    let mut table = Table::new("custom value", &["Value", "Category", "CustomField"]);
    let category = value.origin.to_string();
    table.row(vec![
        value.value.clone(),
        category,
        value.custom_field.clone(),
    ]);
    table
}

/// Associations with their pairs.
pub fn associations(associations: &[FieldAssociation]) -> Table {
    let columns = ["CustomFieldOne", "CustomFieldTwo", "AssociationValue"];
    let mut table = Table::new("associations", &columns);
    for association in associations {
        let pairs = association.association_value.iter();
        let pairs: Vec<String> = pairs.map(|(one, two)| format!("{one}:{two}")).collect();
        table.row(vec![
            association.custom_field_one.clone(),
            association.custom_field_two.clone(),
            format!("{{{}}}", pairs.join(", ")),
        ]);
    }
    table
}

/// Groups by what they sort and how.
pub fn groups(groups: &[LogicalGroup]) -> Table {
    let mut table = Table::new("logical groups", &["group", "of", "by", "built in"]);
    for group in groups {
        table.row(vec![
            group.name.clone(),
            group.kind.to_string(),
            group.criteria.join(", "),
            if group.built_in { "yes" } else { "no" }.to_owned(),
        ]);
    }
    table
}

/// A tree, a level of it indented below the one it is part of, and below the last level what is
/// in it. `of` is what is counted.
pub fn tree(title: &str, of: &str, root: &Level) -> Table {
    let mut table = Table::new(title, &["", of]);
    below(&mut table, 0, std::slice::from_ref(root));
    table
}

fn below(table: &mut Table, depth: usize, levels: &[Level]) {
    let indent = "  ".repeat(depth);
    for level in levels {
        let value = level.value.as_deref().unwrap_or("(no value)");
        table.row(vec![format!("{indent}{value}"), level.count.to_string()]);
        for member in &level.members {
            table.row(vec![format!("{indent}  {member}"), String::new()]);
        }
        below(table, depth + 1, &level.levels);
    }
}
