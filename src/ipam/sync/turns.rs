//! One push of a record at a time: of two, the later begins when the earlier has ended.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::ipam::space::AddressKey;

use super::plan::Task;
use super::report::RecordKind;

type Lock = Arc<Mutex<()>>;

/// Who writes and who waits. Lost when the engine stops, as a process is.
#[derive(Default)]
pub(crate) struct Turns {
    locks: RefCell<BTreeMap<(AddressKey, RecordKind), Lock>>,
}

impl Turns {
    /// Waits until no other push of the same record is under way. The right ends when what is
    /// given back is dropped.
    pub(super) async fn begin(&self, task: &Task) -> OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.locks.borrow_mut();
            // A lock that nobody holds or waits for is in this table alone.
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
            let of_record = (task.key.clone(), task.kind);
            Arc::clone(locks.entry(of_record).or_default())
        };
        lock.lock_owned().await
    }
}
