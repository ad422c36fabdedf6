//! The formats results can be told in. To add one, implement [`Format`] in a file of its own and
//! name it in the command line's list.

use super::case::Case;

/// Counts of a whole call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    pub passed: usize,
    pub failed: usize,
    pub accepted: usize,
    /// Files that cannot be run, and mistakes of ipamlab.
    pub broken: usize,
    /// Chosen but not begun, after `--fail-fast` or an interruption.
    pub not_run: usize,
}

impl Summary {
    /// Cases that were told.
    pub fn told(&self) -> usize {
        self.passed + self.failed + self.accepted + self.broken
    }
}

/// A way to tell results. Each text is whole lines, or empty.
pub trait Format {
    /// Before the first case.
    fn begin(&mut self) -> String {
        String::new()
    }

    /// One case, in the order of the files.
    fn case(&mut self, case: &Case) -> String;

    /// After the last case.
    fn end(&mut self, summary: &Summary) -> String;
}
