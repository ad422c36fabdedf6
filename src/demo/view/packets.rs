//! The packets of the step: who sent what to whom, what a fault did, why one never arrived.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ratatui::text::Line;

use super::style::Theme;
use super::text::{short, wrapped};
use crate::demo::player::Player;
use crate::lab::trace::{TracedFate, TracedPacket};

pub fn lines(player: &Player<'_>, width: usize, theme: Theme) -> Vec<Line<'static>> {
    let shown = player.shown();
    let packets = shown.packets(player.cursor);
    let Some(step) = shown.record(player.cursor).filter(|_| !packets.is_empty()) else {
        return vec![Line::raw("no packet was sent")];
    };
    let lost = |packet: &&TracedPacket| matches!(packet.fate, TracedFate::Dropped(_));
    let lost = packets.iter().filter(lost).count();
    let head = match (packets.len(), lost) {
        (1, 0) => "1 packet".to_owned(),
        (sent, 0) => format!("{sent} packets, all arrived"),
        (sent, lost) => format!("{sent} packets, {lost} never arrived"),
    };
    let mut lines = vec![Line::styled(head, theme.title())];
    let mut names = BTreeMap::new();
    for (host, addresses) in &shown.film().trace.hosts {
        names.extend(
            addresses
                .iter()
                .map(|address| (*address, short(host).to_owned())),
        );
    }
    let name = |address: IpAddr| names.get(&address).cloned().unwrap_or(address.to_string());
    // What went wrong is looked for first, and a step may have hundreds that did not.
    let troubled =
        |packet: &&TracedPacket| !matches!(packet.fate, TracedFate::Delivered { fault: None, .. });
    let troubled: Vec<_> = packets.iter().filter(troubled).collect();
    for packet in &troubled {
        lines.extend(told(packet, step.began.0, &name, width, theme));
    }
    if !troubled.is_empty() && troubled.len() < packets.len() {
        lines.push(Line::styled("all of them", theme.title()));
    }
    if troubled.len() < packets.len() {
        for packet in packets {
            lines.extend(told(packet, step.began.0, &name, width, theme));
        }
    }
    lines
}

/// A packet, and what became of it unless it just arrived.
fn told(
    packet: &TracedPacket,
    began: u64,
    name: &dyn Fn(IpAddr) -> String,
    width: usize,
    theme: Theme,
) -> Vec<Line<'static>> {
    let after = packet.at.0.saturating_sub(began);
    let (from, to) = (name(packet.from.ip()), name(packet.to.ip()));
    let text = format!("{after:>5} ms {from} > {to} {}", packet.words());
    let style = match packet.fate {
        TracedFate::Dropped(_) => theme.bad(),
        _ => theme.plain(),
    };
    let mut lines = wrapped(&text, width, style);
    let (told, style) = match &packet.fate {
        TracedFate::Delivered { fault: None, .. } => return lines,
        TracedFate::Delivered {
            at,
            fault: Some(fault),
        } => {
            let took = at.0.saturating_sub(packet.at.0);
            (
                format!("fault {fault}: arrived after {took} ms"),
                theme.noted(),
            )
        }
        TracedFate::Dropped(reason) => (format!("LOST: {reason}"), theme.bad()),
        TracedFate::InFlight => ("under way when the run ended".to_owned(), theme.noted()),
    };
    lines.extend(wrapped(&format!("         {told}"), width, style));
    lines
}
