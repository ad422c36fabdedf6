//! The list of steps, with the cursor and how each went.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::style::Theme;
use super::text::fit;
use crate::demo::player::Player;
use crate::lab::observation::{Observation, StepRecord};

/// The rows of the list that fit, around the cursor.
pub fn lines(player: &Player<'_>, area: Rect, theme: Theme) -> Vec<Line<'static>> {
    let shown = player.shown();
    let (width, rows) = (area.width as usize, area.height as usize);
    let last = shown.steps.len();
    let half = rows / 2;
    let first = player.cursor.saturating_sub(half);
    let first = first.min((last + 1).saturating_sub(rows));
    let digits = last.to_string().len().max(2);
    let row = |number: usize| {
        let at = if number == player.cursor { '>' } else { ' ' };
        if number == 0 {
            let text = fit(&format!("{at} {:digits$}   as built", 0), width);
            return styled(text, number == player.cursor, theme, theme.plain());
        }
        let step = &shown.steps[number - 1];
        let inserted = step.origin.is_none();
        let (mark, style) = match shown.record(number) {
            _ if number > shown.ran() => ('~', theme.quiet()),
            Some(record) => mark(record, theme),
            None => (' ', theme.plain()),
        };
        let plus = if inserted { '+' } else { ' ' };
        let told = step.words.iter().find(|words| !words.starts_with('#'));
        let told = told.map_or("", String::as_str);
        let text = fit(&format!("{at}{plus}{number:digits$} {mark} {told}"), width);
        let style = if inserted && mark == '.' {
            theme.noted()
        } else {
            style
        };
        styled(text, number == player.cursor, theme, style)
    };
    (first..=last).take(rows).map(row).collect()
}

fn styled(text: String, chosen: bool, theme: Theme, style: ratatui::style::Style) -> Line<'static> {
    match chosen {
        true => Line::styled(text, style.patch(theme.chosen())),
        false => Line::styled(text, style),
    }
}

/// `!` a finding, `=` as expected, `x` refused as expected, `.` nothing judged.
fn mark(step: &StepRecord, theme: Theme) -> (char, ratatui::style::Style) {
    let seen = || step.observations.iter();
    let expected = |one: &Observation| matches!(one, Observation::Expectation { met: true, .. });
    let refused = |one: &Observation| matches!(one, Observation::Refusal { expected: true, .. });
    if seen().any(Observation::is_finding) {
        ('!', theme.bad())
    } else if seen().any(refused) {
        ('x', theme.plain())
    } else if seen().any(expected) {
        ('=', theme.good())
    } else {
        ('.', theme.plain())
    }
}
