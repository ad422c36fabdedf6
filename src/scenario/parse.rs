//! From the bytes of a file to the file model: reading, YAML, shape. The first problem ends it.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde_saphyr::budget::Budget;
use serde_saphyr::{Error, Options};

use super::diagnostic::Diagnostic;
use super::file::ScenarioFile;
use super::place::Place;
use crate::base::limits::STEPS_PER_SCENARIO;

/// Reads the text of a scenario file.
///
/// # Errors
/// When it is missing, a folder, unreadable or not UTF-8; the place of the first bad byte is
/// given.
pub fn read(path: &Path) -> Result<String, Diagnostic> {
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Diagnostic::error(None, "the file does not exist"),
        ErrorKind::IsADirectory => Diagnostic::error(None, "this is a folder, not a scenario file")
            .help("name a `.yaml` file, or give the folder to `run` or `check`"),
        _ => Diagnostic::error(None, format!("the file cannot be read: {error}")),
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let byte = error.as_bytes()[good];
        let before = &error.as_bytes()[..good];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let message = format!("byte {good} (0x{byte:02x}, on line {line}) is not UTF-8");
        Diagnostic::error(None, message).help("save the file as UTF-8")
    })
}

/// Reads the file model out of a text.
///
/// # Errors
/// The first problem of syntax or shape, with its place.
pub fn parse(text: &str) -> Result<ScenarioFile, Diagnostic> {
    if text
        .lines()
        .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    {
        return Err(Diagnostic::error(None, "the file holds no scenario")
            .help("begin with `scenario:` and a sentence that says what it proves"));
    }
    serde_saphyr::from_str_with_options(text, options())
        .map_err(|error| naming_value(translate(&error), text))
}

/// YAML as scenarios use it: no interpretation of `no` and `on`, and room for generated files.
fn options() -> Options {
    // A generous step has some thirty nodes; the limit on steps is the one people meet.
    const NODES: usize = STEPS_PER_SCENARIO * 64;
    let mut budget = Budget::default();
    budget.max_nodes = NODES;
    budget.max_events = NODES * 3;
    budget.max_depth = 48;
    // Scenarios say everything once; anchors are for the odd repeated map.
    budget.max_aliases = 10_000;
    let mut options = Options::default();
    options.budget = Some(budget);
    options.strict_booleans = true;
    options.with_snippet = false;
    options
}

/// Our words for what the YAML reader found.
fn translate(error: &Error) -> Diagnostic {
    let error = error.without_snippet();
    let place = error.location().map(|location| Place::of(&location));
    let diagnostic = |message: String| Diagnostic::error(place, message);
    match error {
        Error::SerdeUnknownField {
            field, expected, ..
        } => diagnostic(format!("unknown key `{field}`")).nearest(field, expected.iter().copied()),
        Error::SerdeUnknownVariant {
            variant, expected, ..
        } => {
            let kind = if expected == crate::step::registry::Name::ALL {
                "step"
            } else {
                "word"
            };
            diagnostic(format!("unknown {kind} `{variant}`"))
                .nearest(variant, expected.iter().copied())
        }
        Error::SerdeMissingField { field, .. } => {
            diagnostic(format!("the key `{field}` is missing here"))
        }
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or("?");
            diagnostic(format!("the key `{key}` is given twice"))
                .help("remove one of them, or merge the two")
        }
        Error::SerdeInvalidType {
            unexpected,
            expected,
            ..
        } => diagnostic(format!("found {unexpected}, expected {expected}")),
        Error::SerdeInvalidValue {
            unexpected,
            expected,
            ..
        } => diagnostic(format!("found {unexpected}, expected {expected}")),
        Error::Budget { breach, .. } => diagnostic(format!("the file is too large: {breach:?}"))
            .help(format!(
                "a scenario holds at most {STEPS_PER_SCENARIO} steps"
            )),
        Error::Unexpected { expected, .. } => diagnostic(match *expected {
            "mapping start" => "expected a map: `key: value`".to_owned(),
            "sequence start" => "expected a list: `[a, b]`".to_owned(),
            "string scalar" => "expected a text".to_owned(),
            other => format!("expected {other}"),
        }),
        Error::InvalidScalar { ty, .. } => diagnostic(match *ty {
            "bool" => "expected `true` or `false`".to_owned(),
            ty if ty.starts_with(['u', 'i']) => "expected a whole number that fits".to_owned(),
            ty => format!("expected a value of type {ty}"),
        }),
        Error::InvalidBooleanStrict { .. } => diagnostic("expected `true` or `false`".to_owned()),
        Error::MultipleDocuments { .. } => diagnostic("a second document begins here".to_owned())
            .help("give each scenario a file of its own"),
        Error::Eof { .. } => diagnostic("the file ends too early".to_owned()),
        other => diagnostic(plain_message(other)),
    }
}

/// Adds what was found to a message that says what was expected.
fn naming_value(mut problem: Diagnostic, text: &str) -> Diagnostic {
    let Some(place) = problem
        .place
        .filter(|_| problem.message.starts_with("expected "))
    else {
        return problem;
    };
    let line = text.lines().nth(place.line as usize - 1).unwrap_or("");
    let rest: String = line.chars().skip(place.column as usize - 1).collect();
    let ends = |c: char| c.is_whitespace() || ",]}#".contains(c);
    let value: String = rest
        .chars()
        .take_while(|c| !ends(*c))
        .take(VALUE_SHOWN)
        .collect();
    // A bracket that opens something is no value.
    if !value.is_empty() && !value.contains(['[', '{', ':']) {
        problem.message.push_str(&format!("; found `{value}`"));
    }
    problem
}

/// Characters of a value that a message repeats.
const VALUE_SHOWN: usize = 40;

/// The reader's own words without the place, which is shown apart.
fn plain_message(error: &Error) -> String {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or("the file is not YAML");
    let cut = [" at line ", " (defined"]
        .iter()
        .filter_map(|mark| first.find(mark));
    let cut = cut.min().unwrap_or(first.len());
    first[..cut].trim_start_matches("error: ").to_owned()
}
