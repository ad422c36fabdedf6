//! `schema`: the JSON Schema of scenario files.

use std::io::Write as _;

use super::exit::Exit;
use crate::scenario::file::ScenarioFile;

/// The schema as it is kept in `scenario.schema.json`.
pub fn text() -> String {
    let schema = schemars::schema_for!(ScenarioFile);
    let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    format!("{text}\n")
}

/// Prints the schema on standard output.
pub fn run() -> Exit {
    // A closed pipe is the reader's choice.
    let _ = std::io::stdout().write_all(text().as_bytes());
    Exit::AsExpected
}

#[cfg(test)]
mod tests {
    /// `ipamlab schema > scenario.schema.json` after a change of the language.
    #[test]
    fn the_schema_in_the_repository_is_that_of_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenario.schema.json");
        let kept = std::fs::read_to_string(path).expect("the schema is in the repository");
        assert!(
            kept == super::text(),
            "run `ipamlab schema > scenario.schema.json`"
        );
    }
}
