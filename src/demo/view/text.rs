//! Text cut, wrapped and padded to columns.

use ratatui::style::Style;
use ratatui::text::Line;

/// The text, cut with two dots where it is longer than `width`.
pub fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(2)).collect();
    let dots: String = "..".chars().take(width).collect();
    kept + &dots
}

/// The text in exactly `width` columns.
pub fn fit(text: &str, width: usize) -> String {
    let mut fitted = cut(text, width);
    let missing = width.saturating_sub(fitted.chars().count());
    fitted.extend(std::iter::repeat_n(' ', missing));
    fitted
}

/// One text at the left, one at the right; the left one gives way.
pub fn between(left: &str, right: &str, width: usize) -> String {
    let right = cut(right, width);
    let rest = width - right.chars().count();
    // A blank stays between them.
    fit(&cut(left, rest.saturating_sub(1)), rest) + &right
}

/// The text in lines of at most `width` characters, broken at blanks where there are some; the
/// lines after the first are indented like it, and two more.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    if text.chars().count() <= width {
        return vec![text.to_owned()];
    }
    let indent = text.chars().take_while(|one| *one == ' ').count();
    let indent = (indent + 2).min(width / 2);
    let mut lines = Vec::new();
    let mut rest: Vec<char> = text.chars().collect();
    while rest.len() > width && width > 0 {
        let begin = if lines.is_empty() {
            indent.saturating_sub(2)
        } else {
            indent
        };
        let blank = rest[..=width].iter().rposition(|one| *one == ' ');
        let at = blank.filter(|at| *at > begin).unwrap_or(width);
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
    }

    #[test]
    fn wrapping_ends_at_every_width() {
        for width in 0..12 {
            assert!(
                !wrap("   a bc def ghijklmno pq", width).is_empty(),
                "{width}"
            );
        }
    }
}
