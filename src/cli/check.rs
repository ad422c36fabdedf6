//! `check`: parse and lint, run nothing.

use super::args::CheckArgs;
use super::exit::Exit;
use super::select;
use crate::scenario::{self, Severity, diagnostic};

/// Checks the chosen scenarios and says what is wrong on standard error.
pub fn run(args: &CheckArgs) -> Exit {
    let files = match select::files(&args.selection) {
        Ok(files) => files,
        Err(error) => {
            tell!("error: {error}");
            return Exit::Usage;
        }
    };
    let colour = diagnostic::colour_on_stderr();
    let (mut checked, mut errors, mut warnings) = (0_usize, 0_usize, 0_usize);
    for path in &files {
        let mut loaded = scenario::load(path);
        loaded.build_estate();
        let tags = loaded
            .scenario
            .as_ref()
            .map(|scenario| scenario.tags.as_slice());
        if tags.is_some_and(|tags| !select::has_tag(&args.selection, tags)) {
            continue;
        }
        checked += 1;
        let wrong = loaded.diagnostics.iter();
        let is_error = |severity| severity == Severity::Error;
        errors += wrong
            .clone()
            .filter(|found| is_error(found.severity))
            .count();
        warnings += wrong.filter(|found| !is_error(found.severity)).count();
        let (text, diagnostics) = (&loaded.text, &loaded.diagnostics);
        super::show(&diagnostic::Rendered {
            path,
            text,
            diagnostics,
            colour,
        });
    }
    let (errors_told, warnings_told) = (count(errors, "error"), count(warnings, "warning"));
    tell!("{checked} checked, {errors_told}, {warnings_told}");
    match (checked, errors) {
        (0, _) => {
            tell!("error: no scenario was chosen");
            Exit::NothingRan
        }
        (_, 0) => Exit::AsExpected,
        _ => Exit::Usage,
    }
}

/// `1 error`, `2 errors`.
fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
