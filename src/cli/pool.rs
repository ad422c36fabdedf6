//! Several scenarios at once, told in the order of their files.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

/// How far tellers may run behind workers, so that results do not pile up in memory.
const AHEAD_AT_MOST: usize = 256;

/// Does `work` on every item on `jobs` threads and tells each result in the order of the items.
///
/// Work stops being handed out when `tell` returns false; what is under way is finished and told.
/// Every item runs whole on one thread.
pub fn in_order<T: Sync, R: Send>(
    items: &[T],
    jobs: usize,
    work: impl Fn(&T) -> R + Sync,
    mut tell: impl FnMut(usize, R) -> bool,
) {
    if jobs <= 1 || items.len() <= 1 {
        for (number, item) in items.iter().enumerate() {
            if !tell(number, work(item)) {
                return;
            }
        }
        return;
    }
    let next = AtomicUsize::new(0);
    let board = Board {
        state: Mutex::new(State::default()),
        changed: Condvar::new(),
    };
    thread::scope(|scope| {
        for _ in 0..jobs.min(items.len()) {
            scope.spawn(|| {
                while let Some((number, item)) = board.take(&next, items) {
                    let result = work(item);
                    board.post(number, result);
                }
            });
        }
        for number in 0..items.len() {
            let Some(result) = board.wait_for(number, &next) else {
                break;
            };
            if !tell(number, result) {
                board.close(&next, items.len());
            }
        }
    });
}

struct State<R> {
    done: BTreeMap<usize, R>,
    /// Results told so far.
    told: usize,
    /// No item from this one on is handed out.
    closed_at: Option<usize>,
}

impl<R> Default for State<R> {
    fn default() -> Self {
        State {
            done: BTreeMap::new(),
            told: 0,
            closed_at: None,
        }
    }
}

struct Board<R> {
    state: Mutex<State<R>>,
    changed: Condvar,
}

impl<R> Board<R> {
    fn lock(&self) -> std::sync::MutexGuard<'_, State<R>> {
        // Workers catch panics of their own work, so the state is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take<'t, T>(&self, next: &AtomicUsize, items: &'t [T]) -> Option<(usize, &'t T)> {
        let mut state = self.lock();
        loop {
            let number = next.load(Ordering::Relaxed);
            if number >= items.len() || state.closed_at.is_some() {
                return None;
            }
            if number < state.told + AHEAD_AT_MOST {
                next.store(number + 1, Ordering::Relaxed);
                return Some((number, &items[number]));
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn post(&self, number: usize, result: R) {
        self.lock().done.insert(number, result);
        self.changed.notify_all();
    }

    /// The result of an item, or `None` when it was never begun.
    fn wait_for(&self, number: usize, next: &AtomicUsize) -> Option<R> {
        let mut state = self.lock();
        loop {
            if let Some(result) = state.done.remove(&number) {
                state.told = number + 1;
                self.changed.notify_all();
                return Some(result);
            }
            if state.closed_at.is_some() && number >= next.load(Ordering::Relaxed) {
                return None;
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn close(&self, next: &AtomicUsize, items: usize) {
        let mut state = self.lock();
        state
            .closed_at
            .get_or_insert(next.load(Ordering::Relaxed).min(items));
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn results_are_told_in_order_whoever_finishes_first() {
        let items: Vec<u64> = (0..40).collect();
        for jobs in [1, 4, 64] {
            let mut told = Vec::new();
            in_order(
                &items,
                jobs,
                |item| {
                    thread::sleep(Duration::from_millis(item % 3));
                    item * 2
                },
                |number, result| {
                    told.push((number as u64, result));
                    true
                },
            );
            let wanted: Vec<(u64, u64)> = items.iter().map(|item| (*item, item * 2)).collect();
            assert_eq!(told, wanted, "{jobs} jobs");
        }
    }

    #[test]
    fn nothing_is_begun_after_the_teller_has_had_enough() {
        let items: Vec<usize> = (0..1000).collect();
        for jobs in [1, 4] {
            let begun = AtomicUsize::new(0);
            let mut told = 0;
            let work = |_: &usize| begun.fetch_add(1, Ordering::Relaxed);
            in_order(&items, jobs, work, |number, _| {
                told += 1;
                number < 3
            });
            let begun = begun.into_inner();
            assert_eq!(told, begun, "what was begun is told, with {jobs} jobs");
            assert!(
                (4..items.len()).contains(&begun),
                "{begun} begun with {jobs} jobs"
            );
        }
    }
}
