//! The inventory: the servers each engine knows, and everything about the chosen one.

use ratatui::text::Line;

use super::style::Theme;
use super::text::{fit, short, wrapped};
use crate::demo::player::{Pane, Player};
use crate::lab::scene::ServerView;

pub fn lines(player: &Player<'_>, width: usize, theme: Theme) -> Vec<Line<'static>> {
    let engines = &player.scene().engines;
    let item = player.item[Pane::Inventory as usize];
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
        if engine.inventory.is_empty() {
            lines.push(Line::raw("no server is in the inventory"));
            continue;
        }
        let head = row(["", "server", "roles", "manageability", "access"], width);
        lines.push(Line::styled(head, theme.title()));
        for server in &engine.inventory {
            let at = if number == item { ">" } else { "" };
            if number == item {
                chosen = Some(server);
            }
            number += 1;
            let roles = server.roles.join(",");
            let cells = [
                at,
                short(&server.name),
                &roles,
                &server.manageability,
                &server.access,
            ];
            lines.push(Line::styled(
                row(cells, width),
                theme.access(&server.access),
            ));
        }
    }
    if let Some(server) = chosen {
        lines.push(Line::default());
        details(server, width, theme, &mut lines);
    }
    lines
}

fn row([at, name, roles, manageability, access]: [&str; 5], width: usize) -> String {
    // A mark, and blanks between the columns; the name takes what the others leave.
    let rest = width.saturating_sub(2 + 9 + 14 + 11);
    let (name, roles) = (fit(name, rest), fit(roles, 8));
    format!("{at:1} {name} {roles} {} {access}", fit(manageability, 13))
}

fn details(server: &ServerView, width: usize, theme: Theme, lines: &mut Vec<Line<'static>>) {
    lines.extend(wrapped(&server.name, width, theme.title()));
    let services = server.availability.iter();
    let services: Vec<String> = services
        .map(|(role, state)| format!("{role} {state}"))
        .collect();
    for (what, value) in [
        ("recommended action", server.action.clone()),
        ("availability", services.join(", ")),
        ("data retrieval", server.data_retrieval.clone()),
    ] {
        if !value.is_empty() {
            lines.extend(wrapped(&format!("  {what}: {value}"), width, theme.plain()));
        }
    }
    for check in &server.checks {
        let text = format!("  {}: {}", check.name, check.status);
        lines.extend(wrapped(&text, width, theme.access(&check.status)));
    }
}
