//! What is on the screen, as text, as a terminal's bytes, or as a picture.

use std::fmt::Write as _;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::player::Player;
use super::view::{self, Theme};

/// Draws the player on a screen in memory, of the size it was told.
pub fn draw(player: &Player<'_>, theme: Theme) -> Buffer {
    let (columns, rows) = player.size();
    let backend = TestBackend::new(columns, rows);
    // A screen in memory cannot fail.
    let Ok(mut terminal) = Terminal::new(backend);
    let Ok(drawn) = terminal.draw(|frame| view::draw(frame, player, theme));
    drawn.buffer.clone()
}

/// The rows of the screen, each without the blanks at its end.
pub fn text(screen: &Buffer) -> String {
    let mut text = String::new();
    for row in rows(screen) {
        let line: String = row.iter().map(Cell::symbol).collect();
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The cells of each row, without those that a wide character before them covers.
fn rows(screen: &Buffer) -> impl Iterator<Item = Vec<Cell>> {
    let width = usize::from(screen.area.width).max(1);
    screen.content.chunks(width).map(|row| {
        let mut covered = 0;
        let shown = row.iter().filter(|cell| {
            let is_covered = covered > 0;
            covered = match is_covered {
                true => covered - 1,
                false => cells(cell).saturating_sub(1),
            };
            !is_covered
        });
        shown.cloned().collect()
    })
}

/// How many cells a cell's symbol takes.
fn cells(cell: &Cell) -> usize {
    super::view::columns(cell.symbol()).max(1)
}

/// Neighbours of one style.
fn runs(row: &[Cell]) -> impl Iterator<Item = &[Cell]> {
    row.chunk_by(|one, next| one.fg == next.fg && one.modifier == next.modifier)
}

fn symbols(run: &[Cell]) -> String {
    run.iter().map(Cell::symbol).collect()
}

/// The screen with the sequences that a terminal needs to show it.
pub fn ansi(screen: &Buffer) -> String {
    let mut text = String::new();
    for row in rows(screen) {
        let mut line = String::new();
        for run in runs(&row) {
            let codes = codes(&run[0]);
            // Writing to a `String` cannot fail.
            let _ = match codes.is_empty() {
                true => write!(line, "{}", symbols(run)),
                false => write!(line, "\x1b[{}m{}\x1b[0m", codes.join(";"), symbols(run)),
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn codes(cell: &Cell) -> Vec<String> {
    let mut codes = Vec::new();
    for (modifier, code) in [
        (Modifier::BOLD, 1),
        (Modifier::UNDERLINED, 4),
        (Modifier::REVERSED, 7),
    ] {
        if cell.modifier.contains(modifier) {
            codes.push(code.to_string());
        }
    }
    let colour = match cell.fg {
        Color::Red => Some(31),
        Color::Green => Some(32),
        Color::Magenta => Some(35),
        _ => None,
    };
    codes.extend(colour.map(|code: u8| code.to_string()));
    codes
}

/// Pixels of a cell.
const CELL_WIDTH: usize = 9;
const CELL_HEIGHT: usize = 19;
const MARGIN: usize = 12;

/// The colours of a picture, light and dark as its reader likes.
const STYLE: &str = "<style>\
:root{--back:#fff;--ink:#1b1b1b;--red:#b3001b;--green:#116329;--magenta:#8a1c8a}\
@media(prefers-color-scheme:dark){:root{--back:#16181d;--ink:#e4e4e4;--red:#ff7b72;\
--green:#6bd07f;--magenta:#e08be0}}\
text{font:15px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;\
white-space:pre;fill:var(--ink)}\
.b{font-weight:bold}.u{text-decoration:underline}.v{fill:var(--back)}\
.r{fill:var(--red)}.g{fill:var(--green)}.m{fill:var(--magenta)}\
</style>";

/// The screen as an SVG picture that needs nothing else.
pub fn svg(screen: &Buffer, title: &str) -> String {
    let (columns, lines) = (
        usize::from(screen.area.width),
        usize::from(screen.area.height),
    );
    let (width, height) = (
        columns * CELL_WIDTH + 2 * MARGIN,
        lines * CELL_HEIGHT + 2 * MARGIN,
    );
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>{}</title>{STYLE}\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"6\" style=\"fill:var(--back)\"/>\n",
        escaped(title)
    );
    for (number, row) in rows(screen).enumerate() {
        let mut column = 0;
        for run in runs(&row) {
            drawn(&mut out, run, (column, number));
            column += run.iter().map(cells).sum::<usize>();
        }
    }
    out.push_str("</svg>\n");
    out
}

fn drawn(out: &mut String, run: &[Cell], (column, row): (usize, usize)) {
    let cell = &run[0];
    let (x, y) = (MARGIN + column * CELL_WIDTH, MARGIN + row * CELL_HEIGHT);
    let width = run.iter().map(cells).sum::<usize>() * CELL_WIDTH;
    let reversed = cell.modifier.contains(Modifier::REVERSED);
    let class = match cell.fg {
        Color::Red => "r",
        Color::Green => "g",
        Color::Magenta => "m",
        _ => "",
    };
    let mut classes = Vec::new();
    if reversed {
        let fill = if class.is_empty() {
            "style=\"fill:var(--ink)\"".to_owned()
        } else {
            format!("class=\"{class}\"")
        };
        let size = format!("width=\"{width}\" height=\"{CELL_HEIGHT}\"");
        let _ = writeln!(out, "<rect x=\"{x}\" y=\"{y}\" {size} {fill}/>");
        classes.push("v");
    } else if !class.is_empty() {
        classes.push(class);
    }
    if cell.modifier.contains(Modifier::BOLD) {
        classes.push("b");
    }
    if cell.modifier.contains(Modifier::UNDERLINED) {
        classes.push("u");
    }
    let text = symbols(run);
    if text.trim().is_empty() {
        return;
    }
    let class = match classes.is_empty() {
        true => String::new(),
        false => format!(" class=\"{}\"", classes.join(" ")),
    };
    let baseline = y + CELL_HEIGHT - 5;
    let _ = writeln!(
        out,
        "<text x=\"{x}\" y=\"{baseline}\" textLength=\"{width}\"{class}>{}</text>",
        escaped(&text)
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    fn screen() -> Buffer {
        let mut screen = Buffer::empty(Rect::new(0, 0, 8, 2));
        screen.set_string(0, 0, "a<b", Style::new().fg(Color::Red));
        screen.set_string(3, 0, " on", Style::new().add_modifier(Modifier::REVERSED));
        screen
    }

    #[test]
    fn a_wide_character_takes_the_place_of_two() {
        let mut screen = Buffer::empty(Rect::new(0, 0, 8, 1));
        screen.set_string(0, 0, "東京|x", Style::new().fg(Color::Red));
        assert_eq!(text(&screen), "東京|x\n");
        assert_eq!(ansi(&screen), "\x1b[31m東京|x\x1b[0m\n");
        assert!(svg(&screen, "").contains(&format!("textLength=\"{}\"", 6 * CELL_WIDTH)));
    }

    #[test]
    fn a_screen_is_told_as_text_and_as_a_terminals_bytes() {
        assert_eq!(text(&screen()), "a<b on\n\n");
        assert_eq!(ansi(&screen()), "\x1b[31ma<b\x1b[0m\x1b[7m on\x1b[0m\n\n");
    }

    #[test]
    fn a_picture_is_escaped_and_knows_light_and_dark() {
        let picture = svg(&screen(), "a & b");
        assert!(picture.contains("<title>a &amp; b</title>"), "{picture}");
        assert!(picture.contains("class=\"r\">a&lt;b</text>"), "{picture}");
        assert!(picture.contains("class=\"v\"> on</text>"), "{picture}");
        assert!(picture.contains("prefers-color-scheme:dark"), "{picture}");
    }
}
