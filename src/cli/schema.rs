//! `schema`: the JSON Schemas of scenario files and of results.

use super::args::SchemaArgs;
use super::exit::Exit;
use super::out;
use crate::report::json;
use crate::scenario::file::ScenarioFile;

/// The schema as it is kept in `scenario.schema.json`.
pub fn text() -> String {
    let schema = schemars::schema_for!(ScenarioFile);
    let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    format!("{text}\n")
}

/// Prints a schema on standard output.
pub fn run(args: &SchemaArgs) -> Exit {
    let text = match args.results {
        true => json::schema(),
        false => text(),
    };
    out::print(&text, Exit::AsExpected)
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
