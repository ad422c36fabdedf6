//! Tasks that a script registered in the Task Scheduler of some host, run on the calendar.
//!
//! They are not IPAM's own: the host they are on must be up, and they run as the account they
//! were registered with (domain 9.4).

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::base::Fqdn;
use crate::ipam::lease_import::{LeaseImport, LeaseImportReport};
use crate::ipam::remote::Channel;
use crate::ipam::tasks::TaskResult;
use crate::ipam::{Caller, IpamError, IpamResult};

use super::running::Lab;

/// What such a task does: `Invoke-IpamDhcpLease` against an IPAM server.
#[derive(Debug, Clone)]
pub struct LeaseImportCall {
    pub ipam_server: Fqdn,
    pub caller: Caller,
    pub import: LeaseImport,
}

/// A task of a host.
#[derive(Debug, Clone)]
pub struct HostTask {
    pub host: Fqdn,
    pub name: String,
    pub call: LeaseImportCall,
    pub interval: Duration,
    /// The instant after which the trigger repeats no more.
    pub until: Timestamp,
    /// `None` when it has run for the last time.
    pub next_run: Option<Timestamp>,
    pub last_run: Option<Timestamp>,
    pub last_result: TaskResult,
    pub runs: u32,
    /// How often it fell due while its host was down; one of them is made up for.
    pub missed: u32,
}

/// How long a trigger repeats unless somebody edits it: for a day.
const REPEATS_FOR: SignedDuration = SignedDuration::from_hours(24);

impl HostTask {
    /// A task that runs now and then every `interval` for a day.
    pub fn new(
        host: Fqdn,
        name: String,
        call: LeaseImportCall,
        interval: Duration,
        now: Timestamp,
    ) -> HostTask {
        HostTask {
            host,
            name,
            call,
            interval,
            until: now.checked_add(REPEATS_FOR).unwrap_or(Timestamp::MAX),
            next_run: Some(now),
            last_run: None,
            last_result: TaskResult::NOT_RUN_YET,
            runs: 0,
            missed: 0,
        }
    }

    /// Notes that a run begins at `now`. Runs that were missed are made up for by this one.
    fn begin(&mut self, now: Timestamp) {
        self.last_run = Some(now);
        self.runs += 1;
        let mut next = self.next_run;
        let mut passed = 0;
        while let Some(due) = next.filter(|due| *due <= now) {
            passed += 1;
            let after = due.checked_add(self.interval).ok();
            next = after.filter(|after| *after <= self.until);
        }
        self.missed += u32::saturating_sub(passed, 1);
        self.next_run = next;
    }
}

/// One run of such a task.
#[derive(Debug, Clone, PartialEq)]
pub struct HostTaskRun {
    pub host: Fqdn,
    pub task: String,
    pub at: Timestamp,
    pub outcome: IpamResult<LeaseImportReport>,
}

impl Lab {
    /// Registers a task, in place of one of the same name on the same host.
    pub fn register_host_task(&self, task: HostTask) {
        let mut tasks = self.host_tasks.borrow_mut();
        let same = |known: &HostTask| {
            known.host == task.host && known.name.eq_ignore_ascii_case(&task.name)
        };
        tasks.retain(|known| !same(known));
        tasks.push(task);
    }

    /// The tasks of all hosts, in the order in which they were registered.
    pub fn host_tasks(&self) -> Vec<HostTask> {
        self.host_tasks.borrow().clone()
    }

    /// The runs since they were last taken.
    pub fn take_host_task_runs(&self) -> Vec<HostTaskRun> {
        self.host_task_runs.take()
    }

    /// When the next task of a host that is up is due, and which it is.
    pub(super) fn next_host_task(&self, end: Timestamp) -> Option<(Timestamp, usize)> {
        let tasks = self.host_tasks.borrow();
        let due = tasks.iter().enumerate().filter_map(|(index, task)| {
            let due = task.next_run.filter(|due| *due <= end)?;
            self.is_up(&task.host).then_some((due, index))
        });
        // Of equal times `min_by_key` gives the first.
        due.min_by_key(|(due, _)| *due)
    }

    /// Runs one task now.
    pub(super) async fn run_host_task(&self, index: usize) {
        let now = self.now().wall;
        let begun = self.host_tasks.borrow_mut().get_mut(index).map(|task| {
            task.begin(now);
            task.clone()
        });
        let Some(task) = begun else {
            return;
        };
        let outcome = self.import_leases(&task.host, &task.call).await;
        let well = matches!(&outcome, Ok(report) if report.failures().next().is_none());
        let result = match well {
            true => TaskResult::SUCCESS,
            false => TaskResult::FAILED,
        };
        let mut tasks = self.host_tasks.borrow_mut();
        let known = tasks
            .iter_mut()
            .find(|known| known.host == task.host && known.name == task.name);
        if let Some(known) = known {
            known.last_result = result;
        }
        self.host_task_runs.borrow_mut().push(HostTaskRun {
            host: task.host,
            task: task.name,
            at: now,
            outcome,
        });
    }

    /// `Invoke-IpamDhcpLease` run on `host`: over the network, unless that is the IPAM server.
    ///
    /// # Errors
    /// Those of connecting and of the import.
    pub async fn import_leases(
        &self,
        host: &Fqdn,
        call: &LeaseImportCall,
    ) -> IpamResult<LeaseImportReport> {
        let server = &call.ipam_server;
        let ipam = self.ipam_on(server).ok_or_else(|| {
            IpamError::not_found(format!("`{server}` is no IPAM server; name one"))
        })?;
        if host == server {
            return ipam
                .invoke_ipam_dhcp_lease(&call.caller, &call.import, None)
                .await;
        }
        let console = self
            .console(host)
            .map_err(|_| IpamError::not_found(format!("`{host}` cannot run a console")))?;
        let _session = console.connect(&call.caller, server, Channel::Both).await?;
        ipam.invoke_ipam_dhcp_lease(&call.caller, &call.import, Some(&console))
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        let start: Timestamp = "2026-03-02T08:00:00Z".parse().unwrap();
        start
            .checked_add(SignedDuration::from_hours(hours))
            .unwrap()
    }

    fn task() -> HostTask {
        let import = LeaseImport::new("dhcp1.corp.example".parse().unwrap()).unwrap();
        let call = LeaseImportCall {
            ipam_server: "ipam1.corp.example".parse().unwrap(),
            caller: Caller {
                account: "CORP\\a".parse().unwrap(),
                secret: String::new(),
            },
            import,
        };
        let host = "dhcp1.corp.example".parse().unwrap();
        let six = Duration::from_secs(6 * 3600);
        HostTask::new(host, "IpamDhcpIntegration".to_owned(), call, six, at(0))
    }

    #[test]
    fn a_task_runs_now_and_every_six_hours_for_a_day() {
        let mut task = task();
        let mut ran = Vec::new();
        while let Some(due) = task.next_run {
            task.begin(due);
            ran.push(due);
        }
        assert_eq!(ran, [at(0), at(6), at(12), at(18), at(24)]);
        assert_eq!((task.runs, task.missed), (5, 0));
    }

    #[test]
    fn one_run_makes_up_for_all_that_were_missed() {
        let mut task = task();
        task.begin(at(0));
        task.begin(at(13));
        assert_eq!((task.runs, task.missed), (2, 1));
        assert_eq!(task.next_run, Some(at(18)));
        task.begin(at(100));
        assert_eq!((task.runs, task.missed), (3, 2));
        assert_eq!(task.next_run, None);
    }
}
