//! The estate as it is: domains, hosts, and what somebody changed at the chosen one.

use ratatui::text::Line;

use super::style::Theme;
use super::text::{fit, short, wrapped};
use crate::demo::player::{Pane, Player};
use crate::lab::scene::HostView;

pub fn lines(player: &Player<'_>, width: usize, theme: Theme) -> Vec<Line<'static>> {
    let estate = &player.scene().estate;
    let item = player.item[Pane::Estate as usize];
    let chosen = estate.hosts().nth(item);
    let mut lines = Vec::new();
    let mut number = 0;
    let mut hosts = |hosts: &[HostView], lines: &mut Vec<Line<'static>>| {
        for host in hosts {
            lines.push(row(host, number == item, width, theme));
            number += 1;
        }
    };
    for domain in &estate.domains {
        lines.extend(wrapped(&domain.name, width, theme.title()));
        for policy in &domain.policies {
            lines.extend(wrapped(&format!("  policy {policy}"), width, theme.quiet()));
        }
        hosts(&domain.hosts, &mut lines);
    }
    if !estate.workgroup.is_empty() {
        lines.push(Line::styled("in no domain", theme.title()));
        hosts(&estate.workgroup, &mut lines);
    }
    if let Some(host) = chosen {
        lines.push(Line::default());
        details(host, width, theme, &mut lines);
    }
    lines
}

fn row(host: &HostView, chosen: bool, width: usize, theme: Theme) -> Line<'static> {
    let at = if chosen { '>' } else { ' ' };
    let (state, style) = match (host.up, host.answers_ping) {
        (false, _) => ("off", theme.bad()),
        (true, true) => ("on, pings", theme.good()),
        (true, false) => ("on, silent", theme.plain()),
    };
    let address = host
        .addresses
        .first()
        .map(ToString::to_string)
        .unwrap_or_default();
    let rest = width.saturating_sub(2 + 11 + 16 + 11);
    let name = fit(short(&host.name), rest);
    let (state, address) = (fit(state, 10), fit(&address, 15));
    Line::styled(
        format!("{at} {name} {state} {address} {}", host.roles.join(",")),
        style,
    )
}

fn details(host: &HostView, width: usize, theme: Theme, lines: &mut Vec<Line<'static>>) {
    let addresses: Vec<String> = host.addresses.iter().map(ToString::to_string).collect();
    let head = format!("{} at {}", host.name, addresses.join(", "));
    lines.extend(wrapped(&head, width, theme.title()));
    if host.facts.is_empty() {
        lines.extend(wrapped(
            "  as a fresh host is; f changes it",
            width,
            theme.quiet(),
        ));
    }
    for fact in &host.facts {
        lines.extend(wrapped(&format!("  {fact}"), width, theme.plain()));
    }
}
