//! Background jobs of a script: cmdlets that were started with `AsJob`.
//!
//! A job is a future that is polled together with the steps after it, on the same task and in the
//! order in which jobs were started, so that a run with jobs is as repeatable as one without.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures_util::future::LocalBoxFuture;

use crate::lab::observation::Observation;

use super::stage::{Stage, StepResult};

/// A job's stage with everything seen on it, and how the cmdlet ended.
pub type Ended<'a> = (Stage<'a>, StepResult);

enum State<'a> {
    Running(LocalBoxFuture<'a, Ended<'a>>),
    /// Boxed, because a stage is large and most jobs have been received.
    Ended(Box<Ended<'a>>),
    /// Its output has been taken.
    Received {
        failed: bool,
    },
}

struct Job<'a> {
    command: String,
    state: State<'a>,
}

/// The jobs of one script. Clones are the same list.
#[derive(Clone, Default)]
pub struct Jobs<'a> {
    /// A job's number is its place, from 1.
    list: Rc<RefCell<Vec<Job<'a>>>>,
}

/// What `Get-Job` tells of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    pub id: usize,
    pub command: String,
    /// `Running`, `Completed` or `Failed`.
    pub state: &'static str,
    /// Whether there is output that nobody has taken.
    pub has_more_data: bool,
}

impl<'a> Jobs<'a> {
    /// Starts a job and gives its number.
    pub fn start(&self, command: String, work: LocalBoxFuture<'a, Ended<'a>>) -> usize {
        let mut list = self.list.borrow_mut();
        list.push(Job {
            command,
            state: State::Running(work),
        });
        list.len()
    }

    /// Every job, in order.
    pub fn rows(&self) -> Vec<JobRow> {
        let list = self.list.borrow();
        let row = |(at, job): (usize, &Job<'a>)| {
            let failed = match &job.state {
                State::Running(_) => None,
                State::Ended(ended) => Some(ended.1.is_err()),
                State::Received { failed } => Some(*failed),
            };
            JobRow {
                id: at + 1,
                command: job.command.clone(),
                state: match failed {
                    None => "Running",
                    Some(false) => "Completed",
                    Some(true) => "Failed",
                },
                has_more_data: !matches!(job.state, State::Received { .. }),
            }
        };
        list.iter().enumerate().map(row).collect()
    }

    /// Whether the job with that number has ended; `None` when there is no such job.
    pub fn has_ended(&self, id: usize) -> Option<bool> {
        let list = self.list.borrow();
        let job = list.get(id.checked_sub(1)?)?;
        Some(!matches!(job.state, State::Running(_)))
    }

    /// Waits for the end of a job; at once when there is no such job.
    pub async fn wait(&self, id: usize) {
        // [`Jobs::alongside`] polls the step that waits here again whenever a job has ended.
        poll_fn(|_| match self.has_ended(id) {
            Some(false) => Poll::Pending,
            _ => Poll::Ready(()),
        })
        .await;
    }

    /// Takes what a job that has ended left; `None` when it runs, or was received before.
    pub fn receive(&self, id: usize) -> Option<Ended<'a>> {
        let mut list = self.list.borrow_mut();
        let job = list.get_mut(id.checked_sub(1)?)?;
        let State::Ended(ended) = &job.state else {
            return None;
        };
        let failed = ended.1.is_err();
        match std::mem::replace(&mut job.state, State::Received { failed }) {
            State::Ended(ended) => Some(*ended),
            _ => None,
        }
    }

    /// Runs a step to its end while the jobs go on.
    pub async fn alongside<T>(&self, step: impl Future<Output = T>) -> T {
        let mut step = pin!(step);
        poll_fn(|context| {
            loop {
                if let Poll::Ready(result) = step.as_mut().poll(context) {
                    // A job that the step has started begins now, not with the next step.
                    self.poll(context);
                    return Poll::Ready(result);
                }
                if !self.poll(context) {
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    /// Polls every running job; whether one has ended.
    fn poll(&self, context: &mut Context<'_>) -> bool {
        let mut ended = false;
        for job in self.list.borrow_mut().iter_mut() {
            if let State::Running(work) = &mut job.state
                && let Poll::Ready(end) = work.as_mut().poll(context)
            {
                job.state = State::Ended(Box::new(end));
                ended = true;
            }
        }
        ended
    }

    /// Jobs whose output nobody has seen, which at the end of a run are findings: an error in
    /// them would be lost.
    pub fn forgotten(&self) -> Vec<Observation> {
        let rows = self.rows().into_iter().filter(|row| row.has_more_data);
        rows.map(|row| Observation::Finding {
            what: format!("job {} ({}) was never received", row.id, row.command),
            detail: vec![format!(
                "add `- Receive-Job: {{ Id: {}, Wait: true }}`",
                row.id
            )],
        })
        .collect()
    }
}
