//! The store's SQL as PostgreSQL understands it.
//!
//! Text is compared and ordered byte by byte, as SQLite does it, whatever the locale of the
//! database; numbers are 64 bits wide.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::ipam::store::schema;
use crate::ipam::store::tables::{Column, Definition, Kind, Table, definitions, tables};

/// Translates statements; knows the tables by name.
pub(super) struct Dialect {
    tables: BTreeMap<&'static str, Table<'static>>,
}

impl Dialect {
    /// For the tables of the schema.
    pub(super) fn of_schema() -> Dialect {
        let ddl = std::iter::once(&schema::DDL).chain(schema::AREAS);
        let known = ddl.flat_map(|area| tables(area));
        Dialect {
            tables: known.map(|table| (table.name, table)).collect(),
        }
    }

    /// A statement with the placeholders, and the way to replace a row, of PostgreSQL.
    pub(super) fn statement(&self, sql: &str) -> String {
        match sql.trim_start().strip_prefix("INSERT OR REPLACE INTO ") {
            Some(rest) => placeholders(&self.replacing(rest)),
            None => placeholders(sql),
        }
    }

    /// `INSERT OR REPLACE INTO` without these words.
    fn replacing(&self, rest: &str) -> String {
        let end = rest
            .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
            .unwrap_or(rest.len());
        let (name, values) = rest.split_at(end);
        let Some(table) = self.tables.get(name) else {
            // The server will say that it knows no such table.
            return format!("INSERT INTO {rest}");
        };
        let given = match values.trim_start().strip_prefix('(') {
            Some(list) => list.split(')').next().map(names).unwrap_or_default(),
            None => table.columns.iter().map(|column| column.name).collect(),
        };
        let others = table.columns.iter().map(|column| column.name);
        let sets: Vec<String> = others
            .filter(|column| !table.key.contains(column))
            .map(|column| match given.contains(&column) {
                true => format!("{column} = EXCLUDED.{column}"),
                // A row that is replaced keeps nothing of what it was.
                false => format!("{column} = DEFAULT"),
            })
            .collect();
        let key = table.key.join(", ");
        let action = match sets.is_empty() {
            true => "NOTHING".to_owned(),
            false => format!("UPDATE SET {}", sets.join(", ")),
        };
        format!("INSERT INTO {rest} ON CONFLICT ({key}) DO {action}")
    }

    /// The statements that make the tables and indexes of a piece of DDL.
    pub(super) fn definition(ddl: &str) -> String {
        let mut script = String::new();
        for definition in definitions(ddl) {
            match definition {
                Definition::Table(table) => script.push_str(&create(&table)),
                Definition::Index(statement) => script.push_str(statement),
            }
            script.push_str(";\n");
        }
        script
    }
}

fn names(list: &str) -> Vec<&str> {
    list.split(',').map(str::trim).collect()
}

fn create(table: &Table<'_>) -> String {
    let columns = table.columns.iter().map(column);
    let constraints = table.constraints.iter().copied().map(Cow::Borrowed);
    let parts: Vec<Cow<'_, str>> = columns.map(Cow::Owned).chain(constraints).collect();
    format!("CREATE TABLE {} ({})", table.name, parts.join(", "))
}

fn column(column: &Column<'_>) -> String {
    let kind = match column.kind {
        Kind::Integer => "BIGINT",
        Kind::Text => "TEXT COLLATE \"C\"",
        Kind::Blob => "BYTEA",
    };
    format!("{} {kind} {}", column.name, column.constraints)
}

/// `?1` becomes `$1`, except within quotes.
fn placeholders(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut quote = None;
    for letter in sql.chars() {
        match (quote, letter) {
            (None, '\'' | '"') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
        let written = if quote.is_none() && letter == '?' {
            '$'
        } else {
            letter
        };
        let _ = out.write_char(written);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_change_outside_of_quotes_only() {
        assert_eq!(
            placeholders("SELECT '?1', \"?2\" FROM t WHERE a = ?1 AND b = ?12"),
            "SELECT '?1', \"?2\" FROM t WHERE a = $1 AND b = $12"
        );
    }

    #[test]
    fn a_row_is_replaced_by_its_key() {
        let dialect = Dialect::of_schema();
        assert_eq!(
            dialect.statement("INSERT OR REPLACE INTO property VALUES (?1, ?2)"),
            "INSERT INTO property VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET \
             value = EXCLUDED.value"
        );
        assert_eq!(
            dialect.statement("INSERT OR REPLACE INTO bookmark (server, source) VALUES (?1, ?2)"),
            "INSERT INTO bookmark (server, source) VALUES ($1, $2) ON CONFLICT (server, source) \
             DO UPDATE SET position = DEFAULT, anchor = DEFAULT"
        );
    }

    #[test]
    fn tables_take_the_types_of_the_server() {
        let ddl = "CREATE TABLE a (x TEXT NOT NULL, y INTEGER, z BLOB, PRIMARY KEY (x)) \
                   WITHOUT ROWID; CREATE INDEX a_z ON a (z);";
        assert_eq!(
            Dialect::definition(ddl),
            "CREATE TABLE a (x TEXT COLLATE \"C\" NOT NULL, y BIGINT , z BYTEA , \
             PRIMARY KEY (x));\nCREATE INDEX a_z ON a (z);\n"
        );
    }
}
