//! What happens next: jobs in order of (millisecond, order of scheduling).
//!
//! Time has whole milliseconds and most jobs share theirs with many others, so a queue for each
//! millisecond keeps the order for free and costs less than a heap that compares sequence numbers.

use std::collections::{BTreeMap, VecDeque};

use crate::base::SimTime;

#[derive(Debug)]
pub(super) struct Schedule<J> {
    due: BTreeMap<u64, VecDeque<J>>,
    /// An emptied queue, kept so that the next millisecond need not allocate.
    spare: Vec<VecDeque<J>>,
}

/// Emptied queues kept for reuse; more are rarely open at once.
const SPARE_QUEUES: usize = 64;

impl<J> Schedule<J> {
    pub(super) fn new() -> Self {
        Schedule {
            due: BTreeMap::new(),
            spare: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, at: SimTime, job: J) {
        let spare = &mut self.spare;
        self.due
            .entry(at.0)
            .or_insert_with(|| spare.pop().unwrap_or_default())
            .push_back(job);
    }

    /// The next job that is due at `now`. A job pushed for `now` meanwhile comes last.
    pub(super) fn pop_due(&mut self, now: SimTime) -> Option<J> {
        loop {
            let mut entry = self.due.first_entry()?;
            if *entry.key() > now.0 {
                return None;
            }
            if let Some(job) = entry.get_mut().pop_front() {
                return Some(job);
            }
            let empty = entry.remove();
            if self.spare.len() < SPARE_QUEUES {
                self.spare.push(empty);
            }
        }
    }

    /// When the next job is due.
    pub(super) fn next_at(&self) -> Option<SimTime> {
        self.due
            .iter()
            .find(|(_, jobs)| !jobs.is_empty())
            .map(|(at, _)| SimTime(*at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_come_by_time_and_then_in_the_order_they_were_scheduled() {
        let mut schedule = Schedule::new();
        for (at, job) in [(2, 'c'), (1, 'a'), (2, 'd'), (1, 'b')] {
            schedule.push(SimTime(at), job);
        }
        assert_eq!(schedule.next_at(), Some(SimTime(1)));
        assert_eq!(schedule.pop_due(SimTime(1)), Some('a'));
        schedule.push(SimTime(1), 'x');
        let mut rest = String::new();
        while let Some(job) = schedule.pop_due(SimTime(1)) {
            rest.push(job);
        }
        assert_eq!(rest, "bx");
        assert_eq!(schedule.next_at(), Some(SimTime(2)));
    }
}
