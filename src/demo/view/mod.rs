//! Draws the player. It changes nothing: equal players give equal screens.
//!
//! Words and marks carry everything; colour, of the sixteen a terminal has, only repeats them.
//! The background is the terminal's own, so that light and dark ones both stay readable.

mod access;
mod dialog;
mod estate;
pub mod help;
mod inventory;
mod layout;
mod packets;
mod space;
mod steps;
mod style;
mod text;
mod transcript;

pub use layout::{COLUMNS_MIN, ROWS_MIN};
pub use style::Theme;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::keys::KEYS;
use super::player::{Pane, Player, SPEEDS};
use layout::Layout;
pub(super) use text::columns;
use text::{between, cut};

/// Draws the whole screen.
pub fn draw(frame: &mut Frame<'_>, player: &Player<'_>, theme: Theme) {
    let area = frame.area();
    if area.width < COLUMNS_MIN || area.height < ROWS_MIN {
        let (columns, rows) = (area.width, area.height);
        let wanted = format!("{COLUMNS_MIN}x{ROWS_MIN}");
        let said = format!("{columns}x{rows} is too small: make it {wanted}, or q quits");
        frame.render_widget(Paragraph::new(cut(&said, columns as usize)), area);
        return;
    }
    let layout = Layout::of(area);
    put(frame, layout.title, title(player, area.width, theme));
    put(frame, layout.tabs, tabs(player, area.width, theme));
    lines(
        frame,
        layout.steps,
        steps::lines(player, layout.steps, theme),
    );
    let bar = vec![Line::styled("│", theme.quiet()); layout.bar.height as usize];
    lines(frame, layout.bar, bar);
    for (pane, area) in layout.panes(player.pane) {
        draw_pane(
            frame,
            player,
            Pane::ALL[pane],
            (area, layout.titled()),
            theme,
        );
    }
    put(frame, layout.message, message(player, area.width, theme));
    lines(frame, layout.footer, footer(player, area.width, theme));
    if let Some(dialog) = &player.dialog {
        dialog::draw(frame, dialog, layout.body(), theme);
    }
}

fn put(frame: &mut Frame<'_>, area: Rect, line: Line<'static>) {
    frame.render_widget(Paragraph::new(line), area);
}

fn lines(frame: &mut Frame<'_>, area: Rect, lines: Vec<Line<'static>>) {
    frame.render_widget(Paragraph::new(lines), area);
}

fn title(player: &Player<'_>, width: u16, theme: Theme) -> Line<'static> {
    let shown = player.shown();
    let record = &shown.shot.record;
    let which = match (player.is_branch(), player.aside) {
        (false, _) => String::new(),
        (true, true) => " [original]".to_owned(),
        (true, false) => format!(" [branch +{}]", shown.inserted()),
    };
    let verdict = match (record.findings().count(), record.interrupted) {
        (0, true) => "not run on".to_owned(),
        (0, false) => "as expected".to_owned(),
        (1, _) => "1 finding".to_owned(),
        (many, _) => format!("{many} findings"),
    };
    let left = format!("{which} {}", record.title);
    Line::styled(
        between(&left, &format!("{verdict} "), width as usize),
        theme.bar(),
    )
}

fn tabs(player: &Player<'_>, width: u16, theme: Theme) -> Line<'static> {
    let mut spans = Vec::new();
    let mut used = 0;
    for (number, pane) in Pane::ALL.iter().enumerate() {
        let chosen = number == player.pane;
        let name = match chosen {
            true => format!("[{} {}]", number + 1, pane.name()),
            false => format!(" {} {} ", number + 1, pane.name()),
        };
        used += name.chars().count();
        let style = if chosen {
            theme.chosen()
        } else {
            theme.plain()
        };
        spans.push(Span::styled(name, style));
    }
    let (at, steps) = player.position();
    let position = format!("{at} of {steps} ");
    let rest = (width as usize).saturating_sub(used);
    spans.push(Span::styled(between("", &position, rest), theme.plain()));
    Line::from(spans)
}

fn message(player: &Player<'_>, width: u16, theme: Theme) -> Line<'static> {
    let time = player.shown().record(player.cursor).map_or_else(
        || player.shown().shot.record.start.clone(),
        |step| step.ended.to_string(),
    );
    let state = match player.playing {
        true => format!("playing, {}  {time} ", SPEEDS[player.speed].1),
        false => format!("{time} "),
    };
    let said = format!(" {}", player.message);
    Line::styled(between(&said, &state, width as usize), theme.title())
}

/// The keys used most; those of the dialog while one is open.
fn footer(player: &Player<'_>, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let keys: Vec<(String, String)> = match &player.dialog {
        Some(dialog) => {
            let keys = dialog.keys().iter();
            keys.map(|(keys, does)| (super::key::shown(keys), (*does).to_owned()))
                .collect()
        }
        None => {
            let most_used = KEYS.iter().filter(|binding| !binding.footer.is_empty());
            most_used
                .filter_map(|binding| Some((binding.keys.first()?.to_string(), binding.footer)))
                .map(|(key, does)| (key, does.to_owned()))
                .collect()
        }
    };
    let mut lines = vec![Line::default()];
    let mut used = 0;
    for (key, does) in keys {
        let length = key.chars().count() + does.chars().count() + 3;
        if used + length > width as usize {
            lines.push(Line::default());
            used = 0;
        }
        used += length;
        let line = lines.last_mut().expect("there is one from the start");
        line.push_span(Span::raw(" "));
        line.push_span(Span::styled(key, theme.key()));
        line.push_span(Span::styled(format!(" {does} "), theme.plain()));
    }
    lines
}

fn draw_pane(
    frame: &mut Frame<'_>,
    player: &Player<'_>,
    pane: Pane,
    (area, titled): (Rect, bool),
    theme: Theme,
) {
    let focused = player.focus() == pane;
    let mut body = area;
    if titled {
        let mark = if focused { '>' } else { ' ' };
        let name = format!("{mark} {} ", pane.name());
        let style = if focused {
            theme.title()
        } else {
            theme.quiet()
        };
        let rule = "─".repeat((area.width as usize).saturating_sub(name.chars().count()));
        put(
            frame,
            Rect { height: 1, ..area },
            Line::styled(name + &rule, style),
        );
        body = Rect {
            y: area.y + 1,
            height: area.height.saturating_sub(1),
            ..area
        };
    }
    let content = content(player, pane, body.width as usize, theme);
    let first = player.scroll[pane as usize].min(content.len().saturating_sub(1));
    let left = content.len() - first;
    let mut shown: Vec<Line<'static>> = content.into_iter().skip(first).collect();
    let rows = body.height as usize;
    if left > rows && rows > 0 {
        shown.truncate(rows - 1);
        let more = left + 1 - rows;
        shown.push(Line::styled(
            format!("... {more} more lines: Down"),
            theme.quiet(),
        ));
    }
    lines(frame, body, shown);
}

/// Everything a pane has to show, line by line.
fn content(player: &Player<'_>, pane: Pane, width: usize, theme: Theme) -> Vec<Line<'static>> {
    match pane {
        Pane::Transcript => transcript::lines(player, width, theme),
        Pane::Packets => packets::lines(player, width, theme),
        Pane::Inventory => inventory::lines(player, width, theme),
        Pane::Access => access::lines(player, width, theme),
        Pane::Space => space::lines(player, width, theme),
        Pane::Estate => estate::lines(player, width, theme),
    }
}

/// How many lines a pane has to show at the present size.
pub(super) fn lines_of(player: &Player<'_>, pane: Pane) -> usize {
    let (width, height) = player.size();
    if width < COLUMNS_MIN || height < ROWS_MIN {
        return usize::MAX;
    }
    let layout = Layout::of(Rect::new(0, 0, width, height));
    let area = layout.panes(player.pane).into_iter();
    let mut area = area.filter(|(number, _)| *number == pane as usize);
    let width = area.next().map_or(0, |(_, area)| area.width as usize);
    content(player, pane, width, Theme::plain_text()).len()
}

/// How many items a pane has to choose from.
pub(super) fn items(player: &Player<'_>, pane: Pane) -> usize {
    let scene = player.scene();
    let engines = scene.engines.iter();
    match pane {
        Pane::Transcript | Pane::Packets => 0,
        Pane::Inventory | Pane::Access => engines.map(|one| one.inventory.len()).sum(),
        Pane::Space => engines.map(|one| one.areas.len()).sum(),
        Pane::Estate => scene.estate.hosts().count(),
    }
}
