//! The columns of a kind of object, and which column of a file is which.
//!
//! A field has two names: the console's, and that of the property in PowerShell. Which of the two
//! a file uses shows in its key column: `IPAddress` or `NetworkId`, without a space, means
//! property names; anything else the console's names (domain 6.3).

use std::collections::BTreeMap;

use crate::ipam::error::ErrorId;

use super::custom::CustomColumn;
use super::failure::RowFailure;

/// A field under both of its names.
#[derive(Debug, Clone, Copy)]
pub struct Column<F: 'static> {
    pub field: F,
    pub console: &'static str,
    pub property: &'static str,
}

/// Which names a file uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Vocabulary {
    /// As the console shows them: `IP address state`.
    Console,
    /// As PowerShell does: `IpAddressState`.
    #[default]
    Property,
}

impl<F> Column<F> {
    pub fn name(&self, vocabulary: Vocabulary) -> &'static str {
        match vocabulary {
            Vocabulary::Console => self.console,
            Vocabulary::Property => self.property,
        }
    }
}

/// Declares the fields of a kind with their two names.
macro_rules! columns {
    ($(#[$meta:meta])* pub enum $name:ident in $table:ident {
        $($field:ident = $console:literal / $property:literal,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($field,)* }

        /// Every column of the kind, in the order of an export.
        pub const $table: &[$crate::ipam::transfer::column::Column<$name>] = &[
            $($crate::ipam::transfer::column::Column {
                field: $name::$field,
                console: $console,
                property: $property,
            },)*
        ];
    };
}
pub(super) use columns;

/// What a column of a file is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target<F> {
    Field(F),
    /// A custom field, in its stored spelling.
    Custom(String),
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound<F> {
    /// Where in a row it is.
    pub index: usize,
    /// As the file names it.
    pub name: String,
    pub target: Target<F>,
}

/// The header of a file, understood.
#[derive(Debug, Clone)]
pub struct Header<F: 'static> {
    pub columns: Vec<Bound<F>>,
    /// Fields that every row must have a value of.
    pub mandatory: &'static [F],
}

/// What a kind of object takes.
pub(super) struct Taken<'a, F: 'static> {
    pub columns: &'static [Column<F>],
    /// The column that says which vocabulary a file uses.
    pub key: F,
    /// Columns that a file must have, and every row a value in.
    pub mandatory: &'static [F],
    /// Columns that a file must have, with a value or without.
    pub needed: &'static [F],
    /// The custom fields there are.
    pub custom: &'a [CustomColumn],
}

impl<F: Copy + PartialEq> Header<F> {
    /// The column of a field, if the file has it.
    pub fn column(&self, field: F) -> Option<&Bound<F>> {
        let is = |bound: &&Bound<F>| matches!(bound.target, Target::Field(of) if of == field);
        self.columns.iter().find(is)
    }
}

/// Understands a header.
///
/// # Errors
/// Everything that is wrong with it, at once.
pub(super) fn bind<F: Copy + PartialEq>(
    header: &[String],
    taken: &Taken<'_, F>,
) -> Result<Header<F>, Vec<RowFailure>> {
    let vocabulary = vocabulary_of(header, taken);
    let mut wrong = Vec::new();
    let mut columns: Vec<Bound<F>> = Vec::new();
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (index, name) in header.iter().enumerate() {
        if let Some(first) = seen.insert(folded(name), name) {
            let reason = format!("the column is there twice, as `{first}` before: remove one");
            wrong.push(in_header(name, reason));
            continue;
        }
        match target(name, vocabulary, taken) {
            Ok(target) => columns.push(Bound {
                index,
                name: name.clone(),
                target,
            }),
            Err(reason) => wrong.push(in_header(name, reason)),
        }
    }
    let bound = Header {
        columns,
        mandatory: taken.mandatory,
    };
    for field in taken.mandatory.iter().chain(taken.needed) {
        if bound.column(*field).is_none() {
            let column = taken.columns.iter().find(|column| column.field == *field);
            let name = column.map_or("", |column| column.name(vocabulary));
            let reason = format!("the mandatory column `{name}` is missing: add it");
            wrong.push(in_header(name, reason));
        }
    }
    match wrong.is_empty() {
        true => Ok(bound),
        false => Err(wrong),
    }
}

fn in_header(name: &str, reason: String) -> RowFailure {
    RowFailure {
        row: 1,
        column: name.to_owned(),
        value: name.to_owned(),
        id: ErrorId::IpamApiImportInvalidColumn,
        reason,
    }
}

fn vocabulary_of<F: Copy + PartialEq>(header: &[String], taken: &Taken<'_, F>) -> Vocabulary {
    let key = taken
        .columns
        .iter()
        .find(|column| column.field == taken.key);
    let is_key = |name: &String| key.is_some_and(|key| name.eq_ignore_ascii_case(key.property));
    match header.iter().any(is_key) {
        true => Vocabulary::Property,
        false => Vocabulary::Console,
    }
}

fn target<F: Copy + PartialEq>(
    name: &str,
    vocabulary: Vocabulary,
    taken: &Taken<'_, F>,
) -> Result<Target<F>, String> {
    let wanted = folded(name);
    let of = |vocabulary| {
        let mut columns = taken.columns.iter();
        columns.find(move |column| folded(column.name(vocabulary)) == folded(name))
    };
    if let Some(column) = of(vocabulary) {
        return Ok(Target::Field(column.field));
    }
    let mut custom = taken.custom.iter();
    let is_wanted =
        |field: &&CustomColumn| folded(&field.name) == wanted || folded(&field.label) == wanted;
    if let Some(field) = custom.find(is_wanted) {
        return Ok(Target::Custom(field.name.clone()));
    }
    let (other, whose) = match vocabulary {
        Vocabulary::Console => (Vocabulary::Property, "a property name in PowerShell"),
        Vocabulary::Property => (Vocabulary::Console, "the console's name"),
    };
    if let Some(column) = of(other) {
        let right = column.name(vocabulary);
        return Err(format!(
            "`{name}` is {whose}, and the other columns are not named so: write `{right}`"
        ));
    }
    Err(format!(
        "`{name}` is neither a field nor a custom field: rename the column{}, or add the custom \
         field first",
        nearest(name, vocabulary, taken)
    ))
}

/// The field that a misspelt name is most like, as a proposal.
fn nearest<F>(name: &str, vocabulary: Vocabulary, taken: &Taken<'_, F>) -> String {
    let fields = taken.columns.iter().map(|column| column.name(vocabulary));
    let known = fields.chain(taken.custom.iter().map(|field| field.name.as_str()));
    let likeness = |known: &str| strsim::jaro_winkler(&folded(known), &folded(name));
    let best = known
        .map(|known| (likeness(known), known))
        .filter(|(like, _)| *like > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    best.map_or_else(String::new, |(_, known)| format!(" to `{known}`"))
}

/// A name as it is compared: without regard to case and to how many spaces part its words.
fn folded(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    columns! {
        pub enum Of in ALL {
            Key = "IP address" / "IPAddress",
            By = "Managed by service" / "ManagedByService",
            Note = "Description" / "Description",
        }
    }

    fn bound(header: &[&str]) -> Result<Header<Of>, Vec<RowFailure>> {
        let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
        let custom = [CustomColumn {
            name: "Building".to_owned(),
            label: "Building".to_owned(),
        }];
        let taken = Taken {
            columns: ALL,
            key: Of::Key,
            mandatory: &[Of::Key],
            needed: &[],
            custom: &custom,
        };
        bind(&header, &taken)
    }

    fn reasons(header: &[&str]) -> Vec<String> {
        let wrong = bound(header).unwrap_err();
        wrong.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn names_come_in_any_order_and_case() {
        let header = bound(&["building", "MANAGED  BY SERVICE", "ip Address"]).unwrap();
        let targets: Vec<_> = header.columns.iter().map(|column| &column.target).collect();
        let building = Target::Custom("Building".to_owned());
        let (by, key) = (Target::Field(Of::By), Target::Field(Of::Key));
        assert_eq!(targets, [&building, &by, &key]);
        assert_eq!(header.column(Of::Key).map(|column| column.index), Some(2));
    }

    #[test]
    fn the_key_column_says_which_names_the_others_have() {
        assert!(bound(&["ipaddress", "managedbyservice"]).is_ok());
        let mixed = reasons(&["IPAddress", "Managed by service"]);
        assert!(mixed[0].contains("write `ManagedByService`"), "{mixed:?}");
        let mixed = reasons(&["IP address", "ManagedByService"]);
        assert!(mixed[0].contains("write `Managed by service`"), "{mixed:?}");
    }

    #[test]
    fn everything_wrong_with_a_header_is_told_at_once() {
        let wrong = reasons(&["Descripton", "Description", "description", "Colour"]);
        assert_eq!(wrong.len(), 4, "{wrong:#?}");
        assert!(wrong[0].contains("rename the column to `Description`"));
        assert!(wrong[1].contains("twice"));
        assert!(wrong[2].contains("`Colour` is neither a field nor a custom field"));
        assert!(wrong[3].contains("IP address") && wrong[3].contains("missing"));
    }
}
