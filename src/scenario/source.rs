//! The text of a scenario file by lines: the steps' own words, and where in them a value stands.

use super::place::Place;

/// A text cut into lines once.
pub struct Source<'a> {
    lines: Vec<&'a str>,
}

impl<'a> Source<'a> {
    pub fn new(text: &'a str) -> Source<'a> {
        Source {
            lines: text.lines().collect(),
        }
    }

    /// The whole text.
    pub fn lines(&self) -> &[&'a str] {
        &self.lines
    }

    /// The lines a step is written on, from its comment to the line before `next`, counted from
    /// 0. `next` is the place of the next step, if there is one.
    pub(super) fn extent(&self, step: Place, next: Option<Place>) -> (usize, usize) {
        let first = step.line as usize - 1;
        let limit = next.map_or(self.lines.len(), |next| next.line as usize - 1);
        let indent = step.column as usize - 1;
        let outside = |line: &&str| {
            let body = line.trim_start();
            !body.is_empty() && line.len() - body.len() < indent
        };
        let rest = self.lines.get(first + 1..limit).unwrap_or(&[]);
        let length = rest.iter().position(outside).unwrap_or(rest.len());
        let mut last = first + length;
        let blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
        while last > first && blank(self.lines[last]) {
            last -= 1;
        }
        (first, last)
    }

    /// The step as its author wrote it, with the comment above it, without the list's dash and
    /// indentation.
    pub fn words(&self, step: Place, next: Option<Place>) -> Vec<String> {
        let (first, last) = self.extent(step, next);
        let indent = step.column as usize - 1;
        let comment = self.lines[..first]
            .iter()
            .rev()
            .take_while(|line| line.trim_start().starts_with('#'))
            .count();
        let mut words: Vec<String> = self.lines[first - comment..first]
            .iter()
            .map(|line| line.trim().to_owned())
            .collect();
        for number in first..=last {
            let line = self.lines.get(number).copied().unwrap_or("");
            let begins = line
                .char_indices()
                .nth(indent)
                .map_or(line.len(), |(at, _)| at);
            let dedent = if number == first {
                begins
            } else {
                (line.len() - line.trim_start().len()).min(begins)
            };
            words.push(line[dedent..].trim_end().to_owned());
        }
        // Steps that share a line are cut where the next one begins.
        if let Some(next) = next.filter(|next| next.line == step.line && next.column > step.column)
            && let Some(only) = words.last_mut()
        {
            let width = (next.column - step.column) as usize;
            let cut: String = only.chars().take(width).collect();
            cut.trim_end_matches([' ', ',', '-']).clone_into(only);
        }
        words
    }

    /// Where `word` stands in a step; the step's own place when it is not found, as after an
    /// escape in a quoted text.
    pub fn find(&self, step: Place, next: Option<Place>, word: &str) -> Place {
        let (first, last) = self.extent(step, next);
        let begin = |number: usize| {
            if number == first {
                step.column as usize - 1
            } else {
                0
            }
        };
        (first..=last)
            .find_map(|number| self.find_on(number, begin(number), word))
            .unwrap_or(step)
    }

    /// Where `word` stands anywhere below a line, counted from 1.
    pub fn find_below(&self, line: u32, word: &str) -> Option<Place> {
        (line as usize - 1..self.lines.len()).find_map(|number| self.find_on(number, 0, word))
    }

    fn find_on(&self, number: usize, skip: usize, word: &str) -> Option<Place> {
        let line = self.lines.get(number)?;
        let begin = line
            .char_indices()
            .nth(skip)
            .map_or(line.len(), |(at, _)| at);
        let part_of_word = |c: char| c.is_alphanumeric() || "-_.$\\:/".contains(c);
        line[begin..].match_indices(word).find_map(|(at, _)| {
            let at = begin + at;
            let before = line[..at].chars().next_back();
            let mut after = line[at + word.len()..].chars();
            let inside = before.is_some_and(part_of_word)
                || after.next().is_some_and(|next| {
                    // A colon that ends a key is no part of it.
                    part_of_word(next) && !(next == ':' && after.next().is_none_or(|c| c == ' '))
                });
            (!inside).then(|| Place {
                line: u32::try_from(number + 1).unwrap_or(u32::MAX),
                column: u32::try_from(line[..at].chars().count() + 1).unwrap_or(u32::MAX),
                width: u32::try_from(word.chars().count().max(1)).unwrap_or(1),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "steps:\n  # why\n  - advance: 2h\n  - ping:\n      to: dhcp1\n\n  # later\n\
                        \x20 - note: dhcp12 is not dhcp1, dhcp1 is\nfaults: []\n";

    fn at(line: u32, column: u32) -> Place {
        Place {
            line,
            column,
            width: 1,
        }
    }

    #[test]
    fn a_step_is_told_in_its_own_words_with_its_comment() {
        let source = Source::new(TEXT);
        let (a, b, c) = (at(3, 5), at(4, 5), at(8, 5));
        assert_eq!(source.words(a, Some(b)), ["# why", "advance: 2h"]);
        assert_eq!(source.words(b, Some(c)), ["ping:", "  to: dhcp1"]);
        assert_eq!(
            source.words(c, None),
            ["# later", "note: dhcp12 is not dhcp1, dhcp1 is"]
        );
    }

    #[test]
    fn steps_that_share_a_line_are_cut_apart() {
        let source = Source::new("steps: [advance: 2h, advance: 3h]");
        assert_eq!(source.words(at(1, 9), Some(at(1, 22))), ["advance: 2h"]);
    }

    #[test]
    fn a_word_is_found_whole() {
        let source = Source::new(TEXT);
        let place = source.find(at(8, 5), None, "dhcp1");
        assert_eq!((place.line, place.column, place.width), (8, 25, 5));
        assert_eq!(source.find(at(8, 5), None, "absent"), at(8, 5));
    }
}
