//! One run of a task at a time, the others in a queue.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::schedule::{TaskKind, TaskState};

/// Who runs and who waits, by task. Lost when the engine stops, as a process is.
#[derive(Default)]
pub(crate) struct Turns {
    queues: RefCell<BTreeMap<TaskKind, Queue>>,
}

#[derive(Clone, Default)]
struct Queue {
    lock: std::sync::Arc<Mutex<()>>,
    /// Runs that have begun or wait to begin.
    present: Rc<RefCell<usize>>,
}

/// The right to run a task, until dropped.
pub(super) struct Turn {
    present: Rc<RefCell<usize>>,
    _lock: Option<OwnedMutexGuard<()>>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.present.borrow_mut() -= 1;
    }
}

impl Turns {
    /// Waits until no other run of the task is under way, first come first served.
    pub(super) async fn begin(&self, task: TaskKind) -> Turn {
        let queue = self.queues.borrow_mut().entry(task).or_default().clone();
        *queue.present.borrow_mut() += 1;
        // Counted from here on, so that one who stops waiting is no longer counted.
        let mut turn = Turn {
            present: queue.present,
            _lock: None,
        };
        turn._lock = Some(queue.lock.lock_owned().await);
        turn
    }

    /// What the task does now, or `None` when nothing.
    pub(super) fn state(&self, task: TaskKind) -> Option<TaskState> {
        let queues = self.queues.borrow();
        let present = *queues.get(&task)?.present.borrow();
        match present {
            0 => None,
            1 => Some(TaskState::Running),
            _ => Some(TaskState::Queued),
        }
    }
}
