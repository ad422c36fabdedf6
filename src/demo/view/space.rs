//! The address space: blocks, subnets and ranges with their utilization, a map of the chosen
//! one, and what a search for free addresses looked at.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::style::Theme;
use super::text::{fit, wrapped};
use crate::demo::player::{Pane, Player};
use crate::lab::scene::{AreaKind, AreaView, EngineView, SearchView};

/// Cells of a map: those of a /24, with 32 in a row.
const CELLS: u128 = 256;
const ROW: usize = 32;

pub fn lines(player: &Player<'_>, width: usize, theme: Theme) -> Vec<Line<'static>> {
    let scene = player.scene();
    let item = player.item[Pane::Space as usize];
    let mut lines = Vec::new();
    let mut chosen = None;
    let mut number = 0;
    for engine in &scene.engines {
        if scene.engines.len() > 1 {
            lines.extend(wrapped(
                &format!("on {}", engine.server),
                width,
                theme.quiet(),
            ));
        }
        if engine.areas.is_empty() {
            lines.push(Line::raw("no block, subnet or range"));
        }
        for area in &engine.areas {
            lines.push(row(area, number == item, width, theme));
            if number == item {
                chosen = Some((engine, area));
            }
            number += 1;
        }
    }
    if let Some(search) = &scene.search {
        lines.push(Line::default());
        searched(search, width, theme, &mut lines);
    }
    if let Some((engine, area)) = chosen {
        lines.push(Line::default());
        map(
            engine,
            area,
            scene.search.as_ref(),
            (width, theme),
            &mut lines,
        );
        records(engine, area, width, theme, &mut lines);
    }
    lines
}

fn kind(kind: AreaKind) -> &'static str {
    match kind {
        AreaKind::Block => "block",
        AreaKind::Subnet => "subnet",
        AreaKind::Range => "range",
    }
}

fn row(area: &AreaView, chosen: bool, width: usize, theme: Theme) -> Line<'static> {
    let at = if chosen { '>' } else { ' ' };
    let style = match area.level.as_str() {
        "Over" => theme.bad(),
        _ => theme.plain(),
    };
    let gauge = format!("{:>3}% {}", area.percent, area.level);
    let used = format!("{}/{}", area.utilized, area.assigned);
    let what = format!("{} {}", kind(area.kind), area.network);
    let rest = width.saturating_sub(2 + 1 + gauge.chars().count().max(12));
    let name = super::text::between(&what, &used, rest);
    Line::styled(format!("{at} {name} {gauge}"), style)
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

fn address(number: u128, like: IpAddr) -> IpAddr {
    match like {
        IpAddr::V4(_) => IpAddr::V4(u32::try_from(number).unwrap_or(u32::MAX).into()),
        IpAddr::V6(_) => IpAddr::V6(number.into()),
    }
}

/// What a cell shows, the later one where several addresses share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Free,
    /// A search looked at it and it was taken.
    PassedOver,
    Other,
    Inactive,
    Reserved,
    InUse,
    Chosen,
}

impl Cell {
    const LEGEND: [(Cell, char, &'static str); 7] = [
        (Cell::Free, '.', "free"),
        (Cell::InUse, '#', "in use"),
        (Cell::Reserved, 'R', "reserved"),
        (Cell::Inactive, 'i', "inactive"),
        (Cell::Other, 'o', "another state"),
        (Cell::PassedOver, 'x', "looked at, not available"),
        (Cell::Chosen, '*', "found"),
    ];

    fn of(state: &str) -> Cell {
        match state {
            "In-Use" => Cell::InUse,
            "Reserved" => Cell::Reserved,
            "Inactive" => Cell::Inactive,
            _ => Cell::Other,
        }
    }

    fn mark(self) -> char {
        let known = Cell::LEGEND.iter().find(|(cell, ..)| *cell == self);
        known.map_or('?', |(_, mark, _)| *mark)
    }

    fn style(self, theme: Theme) -> Style {
        match self {
            Cell::Free => theme.plain(),
            Cell::Chosen => theme.good().patch(theme.title()),
            Cell::PassedOver => theme.bad(),
            _ => theme.noted(),
        }
    }
}

/// What the cells of an area show, by their place; those left out are free.
fn cells(
    engine: &EngineView,
    area: &AreaView,
    search: Option<&SearchView>,
    each: u128,
) -> BTreeMap<u128, Cell> {
    let (first, last) = (number(area.first), number(area.last));
    let same_kind = |one: IpAddr| one.is_ipv4() == area.first.is_ipv4();
    let mut cells = BTreeMap::new();
    let mut note = |at: IpAddr, cell: Cell| {
        let at = number(at);
        if (first..=last).contains(&at) {
            let place = (at - first) / each;
            let kept = cells.entry(place).or_insert(cell);
            *kept = (*kept).max(cell);
        }
    };
    for record in &engine.addresses {
        if record.space == area.space && same_kind(record.address) {
            note(record.address, Cell::of(&record.state));
        }
    }
    for candidate in search.iter().flat_map(|search| &search.candidates) {
        if same_kind(candidate.address) {
            let cell = match candidate.available {
                true => Cell::Chosen,
                false => Cell::PassedOver,
            };
            note(candidate.address, cell);
        }
    }
    cells
}

/// A picture of an area, a cell an address, or a cell several where there are too many.
fn map(
    engine: &EngineView,
    area: &AreaView,
    search: Option<&SearchView>,
    (width, theme): (usize, Theme),
    lines: &mut Vec<Line<'static>>,
) {
    let (first, last) = (number(area.first), number(area.last));
    let span = last.saturating_sub(first);
    // A cell stands for a power of two, so that rows begin at round addresses.
    let mut each: u128 = 1;
    while span / each >= CELLS {
        each *= 2;
    }
    let cells = cells(engine, area, search, each);
    let mut head = format!("{} {} to {}", kind(area.kind), area.first, area.last);
    if !area.owner.is_empty() {
        head.push_str(&format!(", {}", area.owner));
    }
    lines.extend(wrapped(&head, width, theme.title()));
    let count = span / each + 1;
    let mut place = 0;
    while place < count {
        let from = address(first + place * each, area.first);
        // An IPv6 address is long; its end is what differs.
        let from = from.to_string();
        let skipped = from.chars().count().saturating_sub(15);
        let from: String = from.chars().skip(skipped).collect();
        let mut spans = vec![Span::raw(format!("{} ", fit(&from, 15)))];
        for cell in place..(place + ROW as u128).min(count) {
            let cell = cells.get(&cell).copied().unwrap_or(Cell::Free);
            spans.push(Span::styled(cell.mark().to_string(), cell.style(theme)));
        }
        lines.push(Line::from(spans));
        place += ROW as u128;
    }
    let mut legend: Vec<String> = Vec::new();
    for (cell, mark, means) in Cell::LEGEND {
        if cell == Cell::Free || cells.values().any(|found| *found == cell) {
            legend.push(format!("{mark} {means}"));
        }
    }
    if each > 1 {
        legend.push(format!("a cell is {each} addresses"));
    }
    lines.extend(wrapped(&legend.join("  "), width, theme.quiet()));
    if engine.more_addresses > 0 {
        let more = format!(
            "{} further records are not in the map",
            engine.more_addresses
        );
        lines.extend(wrapped(&more, width, theme.quiet()));
    }
}

/// The address records inside an area.
fn records(
    engine: &EngineView,
    area: &AreaView,
    width: usize,
    theme: Theme,
    lines: &mut Vec<Line<'static>>,
) {
    let (first, last) = (number(area.first), number(area.last));
    for record in &engine.addresses {
        let inside = record.address.is_ipv4() == area.first.is_ipv4()
            && (first..=last).contains(&number(record.address))
            && record.space == area.space;
        if !inside {
            continue;
        }
        let sync = record.sync.iter();
        let sync: Vec<String> = sync
            .map(|(what, state)| format!("{what}: {state}"))
            .collect();
        let told = [
            record.device.as_str(),
            record.expiry.as_str(),
            &sync.join(", "),
        ];
        let told: Vec<&str> = told.into_iter().filter(|one| !one.is_empty()).collect();
        let text = format!("{} {}  {}", record.address, record.state, told.join("; "));
        lines.extend(wrapped(&text, width, theme.plain()));
    }
}

fn searched(search: &SearchView, width: usize, theme: Theme, lines: &mut Vec<Line<'static>>) {
    lines.extend(wrapped(
        &format!("searched {}", search.range),
        width,
        theme.title(),
    ));
    for candidate in &search.candidates {
        let style = if candidate.available {
            theme.good()
        } else {
            theme.plain()
        };
        let text = format!("  {} {}", candidate.address, candidate.verdict);
        lines.extend(wrapped(&text, width, style));
        let evidence = candidate.evidence.iter();
        let evidence: Vec<String> = evidence
            .map(|(what, said)| format!("{what}: {said}"))
            .collect();
        lines.extend(wrapped(
            &format!("    {}", evidence.join(", ")),
            width,
            theme.quiet(),
        ));
    }
    for run in &search.passed_over {
        lines.extend(wrapped(
            &format!("  passed over {run}"),
            width,
            theme.plain(),
        ));
    }
    let told = match (search.allocated, search.selected) {
        (Some(allocated), _) => format!("  allocated {allocated}"),
        (None, Some(selected)) => format!("  proposes {selected}"),
        (None, None) => "  found nothing".to_owned(),
    };
    lines.extend(wrapped(&told, width, theme.title()));
}
