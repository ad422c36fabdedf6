//! Long passages of a transcript: their beginning, and a digest of the rest.
//!
//! A step over 700 servers says thousands of lines that nobody reads, yet a snapshot must tell
//! when one of them changes. `run --format json` has them all.

use crate::base::Seed;

/// Lines one passage may have; a longer one is folded.
const LINES_MAX: usize = 200;

/// Lines of a folded passage that are shown.
const LINES_SHOWN: usize = 40;

/// The passage, or its beginning and what is left out.
pub fn fold(passage: &str) -> String {
    let Some((end, _)) = passage.match_indices('\n').nth(LINES_SHOWN - 1) else {
        return passage.to_owned();
    };
    let (shown, rest) = passage.split_at(end + 1);
    let more = rest.lines().count();
    if LINES_SHOWN + more <= LINES_MAX {
        return passage.to_owned();
    }
    // Not secret, only stable: a passage that changes gets another digest.
    let digest = Seed(0).child(rest).0;
    format!("{shown}  … and {more} more lines, digest {digest:016x}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(lines: usize) -> String {
        (1..=lines).map(|line| format!("  line {line}\n")).collect()
    }

    #[test]
    fn a_passage_of_ordinary_length_stands_as_it_is() {
        for lines in [0, 1, LINES_SHOWN, LINES_MAX] {
            assert_eq!(fold(&passage(lines)), passage(lines));
        }
    }

    #[test]
    fn a_long_passage_is_cut_and_its_digest_tells_a_change() {
        let long = passage(LINES_MAX + 1);
        let folded = fold(&long);
        assert!(folded.starts_with(&passage(LINES_SHOWN)));
        assert_eq!(folded.lines().count(), LINES_SHOWN + 1);
        let last = folded.lines().last().unwrap();
        assert!(
            last.starts_with("  … and 161 more lines, digest "),
            "{last}"
        );
        let other = long.replace("line 200", "line two hundred");
        assert_ne!(fold(&other), folded);
        assert_eq!(fold(&long), folded);
    }
}
