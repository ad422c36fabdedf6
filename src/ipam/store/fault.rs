//! A database that fails on demand, so that a test can stop an operation between any two of its
//! statements.

use std::cell::Cell;

use crate::ipam::error::{ErrorId, IpamError, IpamResult};

/// Counts statements down to a failure.
///
/// After the failure the connection counts as lost: no later statement runs, not even the one that
/// would roll back, just as after a crash of the process.
#[derive(Debug, Default)]
pub struct FaultHook {
    remaining: Cell<Option<u64>>,
    lost: Cell<bool>,
    statements: Cell<u64>,
}

impl FaultHook {
    /// Lets `statements` more statements succeed and fails the next one; `None` disarms.
    pub fn fail_after(&self, statements: Option<u64>) {
        self.remaining.set(statements);
    }

    /// Statements run so far, begin and commit included.
    pub fn statements(&self) -> u64 {
        self.statements.get()
    }

    /// Whether the connection is lost.
    pub fn is_lost(&self) -> bool {
        self.lost.get()
    }

    /// Called before every statement.
    pub(super) fn step(&self) -> IpamResult<()> {
        if self.remaining.get() == Some(0) {
            self.lost.set(true);
        }
        if self.lost.get() {
            return Err(IpamError::new(
                ErrorId::IpamApiDatabaseConnectionLost,
                "the connection to the database is lost; reopen the database",
            ));
        }
        self.remaining
            .set(self.remaining.get().map(|left| left - 1));
        self.statements.set(self.statements.get() + 1);
        Ok(())
    }
}
