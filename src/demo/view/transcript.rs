//! What was seen in the step, in the words of the transcript.

use ratatui::style::Style;
use ratatui::text::Line;

use super::style::Theme;
use super::text::{columns, wrapped};
use crate::demo::player::Player;
use crate::lab::observation::{Observation, RunRecord, StepRecord, Table};
use crate::report::{table, transcript};

pub fn lines(player: &Player<'_>, width: usize, theme: Theme) -> Vec<Line<'static>> {
    let shown = player.shown();
    let run = &shown.shot.record;
    let Some(step) = shown.record(player.cursor) else {
        return before(run, width, theme);
    };
    let mut lines = Vec::new();
    let took = match step.ended == step.began {
        true => String::new(),
        false => format!(" .. {}", step.ended),
    };
    let head = format!("[{}] {}{took}", step.number, step.began);
    lines.extend(wrapped(&head, width, theme.quiet()));
    for words in &step.words {
        lines.extend(wrapped(&format!("> {words}"), width, theme.title()));
    }
    observations(step, width, theme, &mut lines);
    if player.cursor == shown.steps.len() {
        lines.push(Line::default());
        lines.push(Line::styled("end", theme.quiet()));
        end(run, width, theme, &mut lines);
    }
    lines
}

fn before(run: &RunRecord, width: usize, theme: Theme) -> Vec<Line<'static>> {
    let mut lines = wrapped(&run.title, width, theme.title());
    lines.extend(wrapped(&run.because, width, theme.plain()));
    lines.push(Line::default());
    if !run.covers.is_empty() {
        let covers = format!("covers: {}", run.covers.join(", "));
        lines.extend(wrapped(&covers, width, theme.plain()));
    }
    let start = format!("start: {}  seed: {}", run.start, run.seed);
    lines.extend(wrapped(&start, width, theme.plain()));
    lines.push(Line::default());
    let hint = "Right goes to the first step, Space plays.";
    lines.extend(wrapped(hint, width, theme.quiet()));
    lines
}

fn observations(step: &StepRecord, width: usize, theme: Theme, lines: &mut Vec<Line<'static>>) {
    for seen in &step.observations {
        match seen {
            Observation::Table(found) if is_wide(found, width) => {
                records(found, width, theme, lines);
            }
            _ => {
                let alone = StepRecord {
                    words: Vec::new(),
                    observations: vec![seen.clone()],
                    ..step.clone()
                };
                // An empty line and the number come first; both were shown.
                for line in transcript::step(&alone).lines().skip(2) {
                    lines.extend(wrapped(line, width, style(line, theme)));
                }
            }
        }
    }
}

fn is_wide(found: &Table, width: usize) -> bool {
    const INDENT: usize = 4;
    let lines = table::lines(found);
    lines.iter().any(|line| columns(line) + INDENT > width)
}

/// A table too wide for the pane: a row as a list of its cells.
fn records(found: &Table, width: usize, theme: Theme, lines: &mut Vec<Line<'static>>) {
    if !found.title.is_empty() {
        lines.extend(wrapped(
            &format!("    {}", found.title),
            width,
            theme.plain(),
        ));
    }
    for row in &found.rows {
        let mut cells = found.columns.iter().zip(row);
        if let Some((column, first)) = cells.next() {
            let text = format!("    {column} {first}");
            lines.extend(wrapped(&text, width, theme.title()));
        }
        for (column, cell) in cells.filter(|(_, cell)| !cell.is_empty()) {
            let text = format!("      {column}: {cell}");
            lines.extend(wrapped(&text, width, theme.access(cell)));
        }
    }
}

/// What the run ended with, after its last step.
fn end(run: &RunRecord, width: usize, theme: Theme, lines: &mut Vec<Line<'static>>) {
    let whole = transcript::render(run);
    let told = whole.rsplit_once("\nend\n").map_or("", |(_, told)| told);
    for line in told.lines() {
        lines.extend(wrapped(line, width, style(line, theme)));
    }
}

fn style(line: &str, theme: Theme) -> Style {
    let line = line.trim_start();
    let begins = |words: &[&str]| words.iter().any(|word| line.starts_with(word));
    if begins(&["NOT AS EXPECTED", "FINDING", "REFUSED"]) {
        theme.bad()
    } else if begins(&["as expected", "refused", "verdict: as expected"]) {
        theme.good()
    } else if begins(&["verdict"]) {
        theme.bad()
    } else {
        theme.plain()
    }
}
