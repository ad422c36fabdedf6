//! The tables of the schema, as the DDL of the areas describes them.
//!
//! The DDL is written once, in the subset of SQL that this module reads: a column is a name, one
//! of three types and constraints; a table's own constraints follow its columns. What another
//! database needs to know of a table, for its own DDL or to replace a row, comes from here.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Integer,
    Text,
    Blob,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column<'a> {
    pub name: &'a str,
    pub kind: Kind,
    /// What follows the type: `NOT NULL`, `PRIMARY KEY`, `UNIQUE`, `CHECK (...)`.
    pub constraints: &'a str,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table<'a> {
    pub name: &'a str,
    pub columns: Vec<Column<'a>>,
    /// The columns by which a row is found, in order.
    pub key: Vec<&'a str>,
    /// The constraints that follow the columns, `PRIMARY KEY (...)` included.
    pub constraints: Vec<&'a str>,
}

/// A statement of the DDL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Definition<'a> {
    Table(Table<'a>),
    /// `CREATE INDEX ...`, as it is written.
    Index(&'a str),
}

/// The statements of a piece of DDL.
///
/// # Panics
/// Where the DDL is not in the subset: it is part of the program, and every test meets it.
pub fn definitions(ddl: &str) -> impl Iterator<Item = Definition<'_>> {
    ddl.split(';')
        .map(str::trim)
        .filter(|statement| !statement.is_empty())
        .map(|statement| match statement.strip_prefix("CREATE TABLE ") {
            Some(rest) => Definition::Table(table(rest)),
            None if statement.starts_with("CREATE INDEX ")
                || statement.starts_with("CREATE UNIQUE INDEX ") =>
            {
                Definition::Index(statement)
            }
            None => panic!("the DDL makes tables and indexes only, not `{statement}`"),
        })
}

/// The tables among them.
pub fn tables(ddl: &str) -> impl Iterator<Item = Table<'_>> {
    definitions(ddl).filter_map(|definition| match definition {
        Definition::Table(table) => Some(table),
        Definition::Index(_) => None,
    })
}

const ENDING: &str = ") WITHOUT ROWID";
const CONSTRAINTS: &[&str] = &["PRIMARY KEY", "UNIQUE", "CHECK"];

fn table(text: &str) -> Table<'_> {
    let (name, body) = text.split_once('(').expect("a table has columns");
    let body = body.trim_end();
    let body = body
        .strip_suffix(ENDING)
        .or_else(|| body.strip_suffix(')'))
        .expect("nothing but `WITHOUT ROWID` follows the columns");
    let mut columns = Vec::new();
    let mut constraints = Vec::new();
    for item in items(body) {
        match CONSTRAINTS.iter().any(|word| item.starts_with(word)) {
            true => constraints.push(item),
            false => columns.push(column(item)),
        }
    }
    let key = constraints
        .iter()
        .find_map(|constraint| constraint.strip_prefix("PRIMARY KEY"))
        .map(|list| list.trim().trim_matches(['(', ')']).split(','))
        .map(|names| names.map(str::trim).collect())
        .unwrap_or_else(|| {
            let own = columns
                .iter()
                .filter(|column| column.constraints.contains("PRIMARY KEY"));
            own.map(|column| column.name).collect()
        });
    Table {
        name: name.trim(),
        columns,
        key,
        constraints,
    }
}

fn column(item: &str) -> Column<'_> {
    let (name, rest) = item.split_once(' ').expect("a column has a type");
    let (kind, constraints) = rest.split_once(' ').unwrap_or((rest, ""));
    let kind = match kind {
        "INTEGER" => Kind::Integer,
        "TEXT" => Kind::Text,
        "BLOB" => Kind::Blob,
        other => panic!("`{name}` has the type `{other}`: use INTEGER, TEXT or BLOB"),
    };
    assert!(
        !constraints.contains("COLLATE"),
        "databases fold case differently: keep the folded text of `{name}` in a column of its own"
    );
    Column {
        name,
        kind,
        constraints,
    }
}

/// What stands between the commas that are in no parentheses.
fn items(body: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let split = body.split(move |letter| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0
    });
    split.map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_with_its_key_columns_and_constraints() {
        let ddl = "
            CREATE TABLE a (
                x TEXT NOT NULL, y INTEGER NOT NULL CHECK (y IN (1, 2)), z BLOB,
                PRIMARY KEY (x, y)) WITHOUT ROWID;
            CREATE INDEX a_z ON a (z);
            CREATE TABLE b (only_one INTEGER PRIMARY KEY);";
        let found: Vec<Definition<'_>> = definitions(ddl).collect();
        assert_eq!(found[1], Definition::Index("CREATE INDEX a_z ON a (z)"));
        let found: Vec<Table<'_>> = tables(ddl).collect();
        let names: Vec<&str> = found[0].columns.iter().map(|column| column.name).collect();
        assert_eq!((found[0].name, names), ("a", vec!["x", "y", "z"]));
        assert_eq!(found[0].key, ["x", "y"]);
        assert_eq!(found[0].constraints, ["PRIMARY KEY (x, y)"]);
        assert_eq!(
            found[0].columns[1],
            Column {
                name: "y",
                kind: Kind::Integer,
                constraints: "NOT NULL CHECK (y IN (1, 2))",
            }
        );
        assert_eq!(
            (found[1].name, found[1].key.as_slice()),
            ("b", &["only_one"][..])
        );
    }

    #[test]
    fn the_whole_schema_is_in_the_subset() {
        let areas = crate::ipam::store::schema::AREAS;
        let found: Vec<Table<'_>> = areas.iter().flat_map(|area| tables(area)).collect();
        assert!(found.iter().all(|table| !table.key.is_empty()), "{found:?}");
        let mut names: Vec<&str> = found.iter().map(|table| table.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "each table is made once");
    }
}
