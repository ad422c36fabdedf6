//! A step put into the text of a scenario, as its author would type it there.
//!
//! The text is changed rather than the model, so that the step is read, checked and told like
//! every other one, and so that the result can be kept as a file.

use super::diagnostic::Diagnostic;
use super::parse;
use super::place::Place;
use super::source::Source;

/// The text with `step` as an entry of its own after the step of number `after`, from 1; 0 puts
/// it before the first.
///
/// # Errors
/// When the text cannot be read, has no such step, or has its steps inside one line.
pub fn insert_step(text: &str, after: usize, step: &str) -> Result<String, Diagnostic> {
    let file = parse::parse(text)?;
    let places: Vec<Place> = file.steps.iter().map(|entry| entry.place).collect();
    let source = Source::new(text);
    if after > places.len() {
        let count = places.len();
        let message = format!("there is no step {after} to insert after: there are {count}");
        return Err(Diagnostic::error(None, message));
    }
    let Some(neighbour) = places.get(after.saturating_sub(1)) else {
        let message = "the scenario has no step, so there is no list to insert into";
        return Err(Diagnostic::error(None, message).help("write one step under `steps:` first"));
    };
    let dash = dash_before(source.lines(), *neighbour).ok_or_else(|| {
        Diagnostic::error(
            *neighbour,
            "this step shares its line with the list of steps",
        )
        .help("write each step on a line of its own, after a `-`")
    })?;
    let line = match after {
        0 => first_line(source.lines(), *neighbour),
        _ => source.extent(*neighbour, places.get(after).copied()).1 + 1,
    };
    let ends = text.split_inclusive('\n').take(line);
    let offset = ends.map(str::len).sum();
    let (above, below) = text.split_at(offset);
    // The last line of a file may lack its end.
    let ended = if above.is_empty() || above.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    Ok(format!("{above}{ended}{dash}{}\n{below}", step.trim()))
}

/// What stands before a step on its line, if that is a dash and blanks.
fn dash_before(lines: &[&str], step: Place) -> Option<String> {
    let line = lines.get(step.line as usize - 1)?;
    let before: String = line.chars().take(step.column as usize - 1).collect();
    (before.trim() == "-").then_some(before)
}

/// The line of the first step, or of the comment right above it, counted from 0.
fn first_line(lines: &[&str], step: Place) -> usize {
    let line = step.line as usize - 1;
    let above = lines[..line].iter().rev();
    line - above
        .take_while(|line| line.trim_start().starts_with('#'))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "scenario: A\nestate:\n  domains: {}\nsteps:\n";

    fn with(steps: &str) -> String {
        format!("{HEAD}{steps}")
    }

    #[test]
    fn a_step_lands_between_its_neighbours_and_their_comments() {
        let text = with("  # one\n  - advance: 1h\n\n  # two\n  - advance: 2h\n");
        let put = |after| insert_step(&text, after, " advance: 9h ").unwrap();
        assert_eq!(
            put(0),
            with("  - advance: 9h\n  # one\n  - advance: 1h\n\n  # two\n  - advance: 2h\n")
        );
        assert_eq!(
            put(1),
            with("  # one\n  - advance: 1h\n  - advance: 9h\n\n  # two\n  - advance: 2h\n")
        );
        assert_eq!(put(2), text.clone() + "  - advance: 9h\n");
    }

    #[test]
    fn a_step_of_several_lines_stays_whole_and_what_follows_the_list_too() {
        let text = with("  - ping:\n      to: dhcp1\nfaults: []");
        let put = insert_step(&text, 1, "advance: 9h").unwrap();
        let wanted = with("  - ping:\n      to: dhcp1\n  - advance: 9h\nfaults: []");
        assert_eq!(put, wanted);
    }

    #[test]
    fn a_file_without_its_last_end_of_line_gets_it() {
        let put = insert_step(&with("  - advance: 1h"), 1, "advance: 2h").unwrap();
        assert_eq!(put, with("  - advance: 1h\n  - advance: 2h\n"));
    }

    #[test]
    fn steps_within_one_line_have_no_room() {
        let text = "scenario: A\nestate: { domains: {} }\nsteps: [advance: 1h]\n";
        let refused = insert_step(text, 1, "advance: 2h").unwrap_err();
        assert_eq!(
            refused.message,
            "this step shares its line with the list of steps"
        );
        let refused = insert_step(&with("  - advance: 1h\n"), 2, "advance: 2h").unwrap_err();
        assert_eq!(
            refused.message,
            "there is no step 2 to insert after: there are 1"
        );
    }
}
