//! Text cut, wrapped and padded to columns.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// The columns that a text takes on a terminal: a wide character has two.
pub fn columns(text: &str) -> usize {
    Span::raw(text).width()
}

fn of_char(one: char) -> usize {
    columns(one.encode_utf8(&mut [0; 4]))
}

/// How many characters of `text` have room in `width` columns.
fn room(text: impl Iterator<Item = char>, width: usize) -> usize {
    let mut used = 0;
    let fits = text.take_while(|one| {
        used += of_char(*one);
        used <= width
    });
    fits.count()
}

/// The text, cut with two dots where it is longer than `width` columns.
pub fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let kept = room(text.chars(), width.saturating_sub(2));
    let kept: String = text.chars().take(kept).collect();
    let dots: String = "..".chars().take(width).collect();
    kept + &dots
}

/// The text in exactly `width` columns.
pub fn fit(text: &str, width: usize) -> String {
    let mut fitted = cut(text, width);
    let missing = width.saturating_sub(columns(&fitted));
    fitted.extend(std::iter::repeat_n(' ', missing));
    fitted
}

/// One text at the left, one at the right; the left one gives way.
pub fn between(left: &str, right: &str, width: usize) -> String {
    let right = cut(right, width);
    let rest = width.saturating_sub(columns(&right));
    // A blank stays between them.
    fit(&cut(left, rest.saturating_sub(1)), rest) + &right
}

/// The text in lines of at most `width` columns, broken at blanks where there are some; the
/// lines after the first are indented like it, and two more.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    if columns(text) <= width {
        return vec![text.to_owned()];
    }
    let indent = text.chars().take_while(|one| *one == ' ').count();
    let indent = (indent + 2).min(width / 2);
    let mut lines = Vec::new();
    let mut rest: Vec<char> = text.chars().collect();
    loop {
        let begin = if lines.is_empty() {
            indent.saturating_sub(2)
        } else {
            indent
        };
        // One character at least goes on, though it be wider than the line.
        let fits = room(rest.iter().copied(), width).max(begin + 1);
        if width == 0 || fits >= rest.len() {
            break;
        }
        let blank = rest[..=fits].iter().rposition(|one| *one == ' ');
        let at = blank.filter(|at| *at > begin).unwrap_or(fits);
        let line: String = rest[..at].iter().collect();
        lines.push(line.trim_end().to_owned());
        let left = rest[at..].iter().skip_while(|one| **one == ' ');
        rest = std::iter::repeat_n(&' ', indent)
            .chain(left)
            .copied()
            .collect();
    }
    let last: String = rest.iter().collect();
    if !last.trim().is_empty() {
        lines.push(last);
    }
    lines
}

/// The same as lines of one style.
pub fn wrapped(text: &str, width: usize, style: Style) -> Vec<Line<'static>> {
    let lines = wrap(text, width).into_iter();
    lines.map(|line| Line::styled(line, style)).collect()
}

/// The first label of a name: there is no room for more.
pub fn short(name: &str) -> &str {
    match name.parse::<std::net::IpAddr>() {
        Ok(_) => name,
        Err(_) => name.split('.').next().unwrap_or(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_and_wrapped_at_the_width() {
        assert_eq!(cut("abcdef", 5), "abc..");
        assert_eq!(cut("abcdef", 1), ".");
        assert_eq!(between("a title", "end", 9), "a t.. end");
        assert_eq!(wrap("  one two three", 9), ["  one two", "    three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "  ef", "  gh", "  ij"]);
        assert_eq!(wrap("", 4), [""]);
        // A wide character has two columns, and half of one is none.
        assert_eq!(
            (columns("東京-1"), cut("東京タワー", 6).as_str()),
            (6, "東京..")
        );
        assert_eq!(
            (fit("東", 4).as_str(), cut("東京", 3).as_str()),
            ("東  ", "..")
        );
        assert_eq!(wrap("東京 タワー 1", 6), ["東京", "  タワ", "  ー 1"]);
    }

    #[test]
    fn wrapping_ends_at_every_width() {
        for width in 0..12 {
            for text in [
                "   a bc def ghijklmno pq",
                "東京タワー 東京タワー",
                "  東 京",
            ] {
                assert!(!wrap(text, width).is_empty(), "{width}");
            }
        }
    }
}
