//! The access matrix: a row a server, a column a check, and why each check of the chosen server
//! says what it says.

use ratatui::text::{Line, Span};

use super::style::Theme;
use super::text::{fit, short, wrapped};
use crate::demo::player::{Pane, Player};
use crate::lab::scene::ServerView;

/// Columns of a cell: the longest status of a check that ran.
const CELL: usize = 9;

pub fn lines(player: &Player<'_>, width: usize, theme: Theme) -> Vec<Line<'static>> {
    let engines = &player.scene().engines;
    let item = player.item[Pane::Access as usize];
    let mut lines = Vec::new();
    let mut chosen = None;
    let mut number = 0;
    for engine in engines {
        if engines.len() > 1 {
            lines.extend(wrapped(
                &format!("on {}", engine.server),
                width,
                theme.quiet(),
            ));
        }
        let Some(first) = engine.inventory.first() else {
            lines.push(Line::raw("no server is in the inventory"));
            continue;
        };
        lines.push(head(first, width, theme));
        for server in &engine.inventory {
            if number == item {
                chosen = Some(server);
            }
            lines.push(row(server, number == item, width, theme));
            number += 1;
        }
    }
    if let Some(server) = chosen {
        lines.push(Line::default());
        let text = format!("{}: {}", server.name, server.access);
        lines.extend(wrapped(&text, width, theme.title()));
        for check in &server.checks {
            let text = format!("  {}: {}", check.name, check.status);
            lines.extend(wrapped(&text, width, theme.access(&check.status)));
            lines.extend(wrapped(
                &format!("    {}", check.evidence),
                width,
                theme.plain(),
            ));
        }
        let action = format!("  recommended action: {}", server.action);
        lines.extend(wrapped(&action, width, theme.plain()));
    }
    lines
}

fn name_width(server: &ServerView, width: usize) -> usize {
    width
        .saturating_sub(2 + server.checks.len() * (CELL + 1))
        .clamp(6, 24)
}

fn head(server: &ServerView, width: usize, theme: Theme) -> Line<'static> {
    let mut text = format!("  {}", fit("server", name_width(server, width)));
    for check in &server.checks {
        // The last word of a long name says enough: `audit share` is `share`.
        let name = match check.name.chars().count() > CELL {
            true => check.name.rsplit(' ').next().unwrap_or(&check.name),
            false => &check.name,
        };
        text.push_str(&format!(" {}", fit(name, CELL)));
    }
    Line::styled(text, theme.title())
}

fn row(server: &ServerView, chosen: bool, width: usize, theme: Theme) -> Line<'static> {
    let at = if chosen { '>' } else { ' ' };
    let name = fit(short(&server.name), name_width(server, width));
    let mut spans = vec![Span::raw(format!("{at} {name}"))];
    for check in &server.checks {
        let word = match check.status.as_str() {
            "Not applicable" => "-",
            "Not checked" => "unchecked",
            other => other,
        };
        let cell = format!(" {}", fit(word, CELL));
        spans.push(Span::styled(cell, theme.access(&check.status)));
    }
    Line::from(spans)
}
