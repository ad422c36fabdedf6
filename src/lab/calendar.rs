//! Letting time pass, with everything that the calendar brings.

use std::time::Duration;

use crate::base::Fqdn;

use crate::ipam::tasks::TaskRun;

use super::running::Lab;

impl Lab {
    /// Lets `by` pass. The scheduled tasks of every engine run when they are due, those of the
    /// first server first where two are due at once; policy refresh and DNS polling happen to the
    /// estate in the order of their times.
    pub async fn advance(&self, by: Duration) -> Vec<TaskRun> {
        if self.life_checks().is_none() {
            return self.pass(by).await;
        }
        // Somebody watches leases and records: the wait is made day by day.
        let (mut runs, mut left) = (Vec::new(), by);
        while !left.is_zero() {
            let part = left.min(DAY);
            runs.extend(self.pass(part).await);
            self.look_at_life();
            left -= part;
        }
        runs
    }

    async fn pass(&self, by: Duration) -> Vec<TaskRun> {
        let end = self
            .now()
            .wall
            .checked_add(by)
            .unwrap_or(jiff::Timestamp::MAX);
        let mut runs = Vec::new();
        loop {
            let now = self.now().wall;
            // A server that is off runs nothing; what it missed it makes up for once.
            let next = self.ipams().into_iter().filter_map(|ipam| {
                self.is_up(ipam.server()).then_some(())?;
                let due = ipam.next_due().filter(|due| *due <= end)?;
                Some((due, ipam))
            });
            // Of equal times `min_by_key` gives the first.
            let next = next.min_by_key(|(due, _)| *due);
            // The tasks of other hosts come after those of IPAM servers.
            let of_ipam = next.as_ref().map_or(jiff::Timestamp::MAX, |(due, _)| *due);
            let of_host = self.next_host_task(end).filter(|(due, _)| *due < of_ipam);
            if let Some((due, index)) = of_host {
                if due > now {
                    self.network.advance(between(now, due)).await;
                }
                self.run_host_task(index).await;
                continue;
            }
            let Some((due, ipam)) = next else {
                break;
            };
            if due > now {
                self.network.advance(between(now, due)).await;
            }
            let finished = ipam.run_due_tasks(self.now().wall).await;
            if finished.is_empty() && ipam.next_due() == Some(due) {
                // Nothing ran and nothing moved on: waiting for it again would never end.
                break;
            }
            runs.extend(finished);
        }
        // Tasks take time themselves; what is left of the wait is what passes now.
        let now = self.now().wall;
        if now < end {
            self.network.advance(between(now, end)).await;
        }
        self.estate.borrow_mut().settle(self.now());
        runs
    }

    /// Runs the tasks of hosts that are due now.
    pub async fn run_due_host_tasks(&self) {
        while let Some((_, index)) = self.next_host_task(self.now().wall) {
            self.run_host_task(index).await;
        }
    }

    pub(super) fn is_up(&self, host: &Fqdn) -> bool {
        self.estate.borrow().host(host).is_some_and(|host| host.up)
    }
}

const DAY: Duration = Duration::from_secs(24 * 3600);

fn between(from: jiff::Timestamp, to: jiff::Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}
