//! How a command ended, for scripts.

use std::process::ExitCode;

/// Every exit code there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Everything went as expected.
    AsExpected = 0,
    /// A finding, or a snapshot that is missing or changed.
    Finding = 1,
    /// The command line or a scenario cannot mean anything.
    Usage = 2,
    /// No scenario was chosen, so nothing was shown to work.
    NothingRan = 3,
    /// A panic: our mistake, not yours. The number is the one Rust ends a panicking process with.
    Bug = 101,
    /// The machine refuses what the command needs. The number that `env` and `timeout` end with
    /// when it is not the command they run that failed.
    Unavailable = 125,
    /// Stopped by Ctrl-C; what ran until then was reported. 128 + SIGINT, as shells count.
    Interrupted = 130,
}

impl Exit {
    /// Every exit code, for documentation and tests.
    pub const ALL: [(Exit, &str); 7] = [
        (Exit::AsExpected, "everything went as expected"),
        (Exit::Finding, "a finding, or a missing or changed snapshot"),
        (
            Exit::Usage,
            "a command line or scenario that cannot mean anything, or names what cannot be used",
        ),
        (Exit::NothingRan, "no scenario was chosen"),
        (Exit::Bug, "a mistake of ipamlab itself"),
        (
            Exit::Unavailable,
            "the machine refuses the namespaces that `lab` needs",
        ),
        (
            Exit::Interrupted,
            "stopped by Ctrl-C, which `serve` and `watch` are ended by anyway",
        ),
    ];

    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_that_are_published() {
        let codes: Vec<u8> = Exit::ALL.iter().map(|(exit, _)| exit.code()).collect();
        assert_eq!(codes, [0, 1, 2, 3, 101, 125, 130]);
    }
}
