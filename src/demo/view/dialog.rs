//! Dialogs, in front of everything.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};

use super::style::Theme;
use super::text::{cut, fit, wrapped};
use crate::demo::dialog::{Dialog, Page, Prompt, Purpose};
use crate::demo::menu::Menu;
use crate::step::STEPS;

/// Draws a dialog within an area. Its keys are in the footer.
pub fn draw(frame: &mut Frame<'_>, dialog: &Dialog, within: Rect, theme: Theme) {
    let width = within.width.saturating_sub(4).min(100);
    let inner = width.saturating_sub(4) as usize;
    let rows = within.height.saturating_sub(2) as usize;
    let (title, lines) = match dialog {
        Dialog::Prompt(prompt) => typed(prompt, inner, theme),
        Dialog::Menu(menu) => menu_lines(menu, inner, rows, theme),
        Dialog::Page(page) => page_lines(page, inner, rows, theme),
        Dialog::Replace { file } => {
            let question = format!("`{file}` is there already. Replace it?");
            ("write".to_owned(), wrapped(&question, inner, theme.plain()))
        }
    };
    let height = (lines.len() as u16).saturating_add(2).min(within.height);
    let area = Rect {
        x: within.x + (within.width - width) / 2,
        y: within.y + (within.height - height) / 2,
        width,
        height,
    };
    let title = format!(" {} ", cut(&title, inner.saturating_sub(2)));
    let block = Block::bordered().title(Line::styled(title, theme.title()));
    let place = block.inner(area);
    let place = Rect {
        x: place.x + 1,
        width: place.width.saturating_sub(2),
        ..place
    };
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    frame.render_widget(Paragraph::new(lines), place);
}

fn typed(prompt: &Prompt, width: usize, theme: Theme) -> (String, Vec<Line<'static>>) {
    let (title, hint) = match prompt.purpose {
        Purpose::Insert => (
            "insert a step",
            "as in a scenario file: set-ping: { host: dhcp1, answers: true }",
        ),
        Purpose::Jump => ("go to step", "its number; 0 is before the first"),
        Purpose::Write => ("write the branch", "the name of a scenario file"),
    };
    let mut lines = vec![edited(prompt, width, theme), Line::default()];
    if prompt.problem.is_empty() {
        lines.extend(wrapped(hint, width, theme.quiet()));
    }
    for problem in &prompt.problem {
        lines.extend(wrapped(problem, width, theme.bad()));
    }
    if prompt.purpose == Purpose::Insert && prompt.problem.is_empty() {
        lines.extend(proposals(&prompt.text, width, theme));
    }
    (title.to_owned(), lines)
}

/// The line with its caret; the part around the caret where it is longer than the dialog.
fn edited(prompt: &Prompt, width: usize, theme: Theme) -> Line<'static> {
    let first = (prompt.caret + 1).saturating_sub(width);
    let shown = |from: usize, count: usize| -> String {
        prompt.text.chars().skip(from).take(count).collect()
    };
    let under = shown(prompt.caret, 1);
    let under = if under.is_empty() {
        " ".to_owned()
    } else {
        under
    };
    let after = width.saturating_sub(prompt.caret - first + 1);
    Line::from(vec![
        Span::styled(shown(first, prompt.caret - first), theme.title()),
        Span::styled(under, theme.chosen()),
        Span::styled(shown(prompt.caret + 1, after), theme.title()),
    ])
}

/// Steps whose name goes on as the line begins.
fn proposals(text: &str, width: usize, theme: Theme) -> Vec<Line<'static>> {
    const SHOWN: usize = 5;
    let begun = text.trim_start().to_lowercase();
    if begun.is_empty() || begun.contains(':') {
        return Vec::new();
    }
    let named = |name: &str| name.to_lowercase().contains(&begun);
    let known = STEPS.iter().filter(|step| named(step.name)).take(SHOWN);
    let line = |(name, does): (&str, &str)| cut(&format!("{name}: {does}"), width);
    let lines = known.map(|step| line((step.name, step.does)));
    lines
        .map(|line| Line::styled(line, theme.plain()))
        .collect()
}

fn menu_lines(
    menu: &Menu,
    width: usize,
    rows: usize,
    theme: Theme,
) -> (String, Vec<Line<'static>>) {
    let rows = rows.max(1);
    let first = (menu.at + 1).saturating_sub(rows);
    let line = |(number, entry): (usize, &crate::demo::menu::Entry)| {
        let chosen = number == menu.at;
        let mark = if chosen { '>' } else { ' ' };
        let text = fit(&format!("{mark} {}", entry.label), width);
        let style = if chosen {
            theme.chosen()
        } else {
            theme.plain()
        };
        Line::styled(text, style)
    };
    let entries = menu.entries.iter().enumerate();
    let mut lines: Vec<Line<'static>> = entries.skip(first).take(rows).map(line).collect();
    if lines.is_empty() {
        lines.push(Line::raw("nothing to choose from: Esc goes back"));
    }
    (menu.title.clone(), lines)
}

fn page_lines(
    page: &Page,
    width: usize,
    rows: usize,
    theme: Theme,
) -> (String, Vec<Line<'static>>) {
    let style = |line: &str| match line.trim_start().chars().next() {
        Some('-') => theme.bad(),
        Some('+') => theme.good(),
        _ => theme.plain(),
    };
    let rest = page.lines.get(page.scroll..).unwrap_or_default();
    let mut lines: Vec<Line<'static>> = Vec::new();
    // Only what can be seen is wrapped.
    let mut read = 0;
    for line in rest {
        if lines.len() > rows {
            break;
        }
        lines.extend(wrapped(line, width, style(line)));
        read += 1;
    }
    if lines.len() > rows {
        lines.truncate(rows.saturating_sub(1));
        let left = (rest.len() - read).max(1);
        lines.push(Line::styled(
            format!("... {left} more: Down"),
            theme.quiet(),
        ));
    }
    // The dialog stays as large as it was when it began at the top.
    if page.scroll > 0 {
        let wanted = rows.min(lines.len() + page.scroll);
        lines.resize(wanted.max(lines.len()), Line::default());
    }
    (page.title.clone(), lines)
}
