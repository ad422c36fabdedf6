//! Where everything goes on a screen of some size.

use ratatui::layout::Rect;

use crate::demo::player::Pane;

/// The smallest screen that is drawn on: that of an old terminal.
pub const COLUMNS_MIN: u16 = 80;
pub const ROWS_MIN: u16 = 24;

const FOOTER_ROWS: u16 = 2;

/// The parts of a screen.
pub struct Layout {
    pub title: Rect,
    pub tabs: Rect,
    pub steps: Rect,
    pub bar: Rect,
    panes: Rect,
    /// Panes side by side, and below each other.
    grid: (u16, u16),
    pub message: Rect,
    pub footer: Rect,
}

impl Layout {
    /// The layout of a screen that is large enough.
    pub fn of(area: Rect) -> Layout {
        let row = |y: u16, height: u16| Rect::new(area.x, area.y + y, area.width, height);
        let body_rows = area.height - 3 - FOOTER_ROWS;
        let body = row(2, body_rows);
        let steps_width = match area.width {
            ..100 => 27,
            100..120 => 34,
            120..160 => 40,
            _ => 50,
        };
        let columns = if area.width < 160 { 1 } else { 2 };
        let rows = match area.height {
            ..34 => 1,
            34..50 => 2,
            _ => 3,
        };
        Layout {
            title: row(0, 1),
            tabs: row(1, 1),
            steps: Rect {
                width: steps_width,
                ..body
            },
            bar: Rect {
                x: area.x + steps_width,
                width: 1,
                ..body
            },
            panes: Rect {
                x: area.x + steps_width + 2,
                width: area.width - steps_width - 2,
                ..body
            },
            grid: (columns, rows),
            message: row(2 + body_rows, 1),
            footer: row(3 + body_rows, FOOTER_ROWS),
        }
    }

    /// Whether panes need titles: one alone has its name among the tabs.
    pub fn titled(&self) -> bool {
        self.grid != (1, 1)
    }

    /// The panes that are shown when `focus` has the focus, each with its place.
    pub fn panes(&self, focus: usize) -> Vec<(usize, Rect)> {
        let (columns, rows) = self.grid;
        let slots = usize::from(columns * rows);
        // The panes turn over like pages; the last page is as full as the others.
        let first = (focus / slots * slots).min(Pane::ALL.len().saturating_sub(slots));
        let place = |slot: u16| {
            let (column, row) = (slot % columns, slot / columns);
            let (width, height) = (self.panes.width / columns, self.panes.height / rows);
            // The last row takes what is left over.
            let left = match row + 1 == rows {
                true => self.panes.height - height * row,
                false => height,
            };
            let gap = if column + 1 < columns { 1 } else { 0 };
            Rect::new(
                self.panes.x + width * column,
                self.panes.y + height * row,
                width - gap,
                left,
            )
        };
        let shown = (0..columns * rows).map(|slot| (first + usize::from(slot), place(slot)));
        shown.filter(|(pane, _)| *pane < Pane::ALL.len()).collect()
    }

    /// Steps and panes together, where dialogs open.
    pub fn body(&self) -> Rect {
        Rect {
            width: self.title.width,
            ..self.steps
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pane_with_the_focus_is_always_among_those_shown() {
        for (width, height) in [
            (80, 24),
            (120, 40),
            (200, 40),
            (120, 60),
            (200, 60),
            (500, 200),
        ] {
            let layout = Layout::of(Rect::new(0, 0, width, height));
            for focus in 0..Pane::ALL.len() {
                let panes = layout.panes(focus);
                assert!(
                    panes.iter().any(|(pane, _)| *pane == focus),
                    "{width}x{height} {focus}"
                );
                let inside = |area: &Rect| {
                    area.right() <= width && area.bottom() <= layout.message.y && area.height > 5
                };
                assert!(
                    panes.iter().all(|(_, area)| inside(area)),
                    "{width}x{height} {focus}"
                );
            }
        }
    }

    #[test]
    fn the_smallest_screen_shows_one_pane_and_a_wide_one_all_of_them() {
        let shown = |width, height| Layout::of(Rect::new(0, 0, width, height)).panes(0).len();
        assert_eq!(shown(80, 24), 1);
        assert_eq!(shown(120, 40), 2);
        assert_eq!(shown(200, 60), 6);
    }
}
