//! Plays every schedule of a case.
//!
//! A state has as many steps as there are actors who can go on. The explorer takes the first
//! itself and leaves the others for runs of their own, each from a fresh world, until every step
//! of every state was taken. Two schedules that lead to the same state have the same future, so
//! the second ends there: what is explored is a graph, and the schedules are the ways through it,
//! which [`Graph::schedules`] counts. The graph is closed when every step of every state was
//! taken, and the explorer ends with nothing less.
//!
//! What makes two states the same: servers and databases hold the same (times of pushes apart,
//! which nothing reads), and each actor has taken the same steps, got the same answers from
//! servers and, at each of its steps, found what it reads of the others' work in the database
//! ([`Reads`](super::desk::Reads)) as in the other. An actor knows nothing else, so it will do the
//! same. [`Case::every_schedule`] takes no two states for the same and plays each schedule to its
//! end; [`Case::finest`] keeps steps apart whose time nobody else can tell. Both show on smaller
//! cases that nothing is lost.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

use futures_util::future::LocalBoxFuture;
use ipamlab::lab::{Lab, LabSpec};

use super::desk::Program;
use super::graph::{Graph, Node, StateId, Step};
use super::judge::Ended;
use super::play::play;
use super::support::managed;

/// Runs at the same time; each has a world and a thread of its own.
const WORKERS: usize = 2;

/// One actor.
#[derive(Clone)]
pub struct ActorSpec {
    pub name: &'static str,
    /// The account it works as.
    pub admin: &'static str,
    /// The IPAM server it works on.
    pub server: &'static str,
    /// The device it wants an address for.
    pub device: &'static str,
    pub program: Program,
}

/// What is explored.
#[derive(Clone)]
pub struct Case {
    pub spec: fn() -> LabSpec,
    /// What happens before anybody begins.
    pub prepare: for<'a> fn(&'a Lab) -> LocalBoxFuture<'a, ()>,
    pub actors: Vec<ActorSpec>,
    /// Merges no states: every schedule is played.
    pub every_schedule: bool,
    /// Taking an answer is always a step of its own, also where nobody else can tell.
    pub finest: bool,
}

/// A state that a run came to.
pub struct Reached {
    pub fingerprint: String,
    /// The steps that can be taken from there.
    pub steps: Vec<Step>,
    /// What each actor has learnt so far.
    pub histories: Vec<String>,
    /// The verdict, at an end.
    pub end: Option<Ended>,
}

/// What was explored.
pub struct Exploration {
    pub graph: Graph,
    /// Worlds that were built.
    pub runs: usize,
}

/// The states known so far, and the steps that are left to take.
pub struct Frontier {
    known: Mutex<Known>,
    every_schedule: bool,
}

#[derive(Default)]
struct Known {
    graph: Graph,
    states: BTreeMap<String, StateId>,
    /// Of each state, what the actors had learnt.
    histories: Vec<Vec<String>>,
    /// Schedules whose last step was never taken.
    open: Vec<Vec<usize>>,
    under_way: usize,
    runs: usize,
}

impl Case {
    /// Explores it all.
    pub fn explore(&self) -> Exploration {
        let known = Known {
            open: vec![Vec::new()],
            ..Known::default()
        };
        let frontier = Frontier {
            known: Mutex::new(known),
            every_schedule: self.every_schedule,
        };
        thread::scope(|scope| {
            for _ in 0..WORKERS {
                scope.spawn(|| self.work(&frontier));
            }
        });
        let known = frontier.known.into_inner().expect("no worker panicked");
        assert!(known.graph.is_closed(), "a step was never taken");
        Exploration {
            graph: known.graph,
            runs: known.runs,
        }
    }

    fn work(&self, frontier: &Frontier) {
        loop {
            match frontier.take() {
                Next::Schedule(schedule) => {
                    let _under_way = UnderWay(frontier);
                    managed((self.spec)(), async |lab, _, admin| {
                        play(self, lab, admin, &schedule, frontier).await;
                    });
                }
                Next::Wait => thread::yield_now(),
                Next::Nothing => break,
            }
        }
    }
}

/// A run, until it ends, even by a panic: the other worker must not wait for it for ever.
struct UnderWay<'a>(&'a Frontier);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if let Ok(mut known) = self.0.known.lock() {
            known.under_way -= 1;
        }
    }
}

enum Next {
    Schedule(Vec<usize>),
    /// A run under way may leave more to do.
    Wait,
    Nothing,
}

impl Frontier {
    fn take(&self) -> Next {
        let mut known = self.known.lock().expect("no worker panicked");
        match known.open.pop() {
            Some(schedule) => {
                known.under_way += 1;
                known.runs += 1;
                Next::Schedule(schedule)
            }
            None if known.under_way > 0 => Next::Wait,
            None => Next::Nothing,
        }
    }

    /// A run has come to a state by a schedule. Whether it goes on from there: it does not when
    /// the state is known, or an end.
    pub fn arrive(&self, schedule: &[usize], reached: Reached) -> bool {
        let mut known = self.known.lock().expect("no worker panicked");
        let key = match self.every_schedule {
            true => format!("{schedule:?}"),
            false => reached.fingerprint,
        };
        let next = known.graph.nodes.len();
        let state = *known.states.entry(key).or_insert(next);
        known.link(schedule, state);
        if state < next {
            return false;
        }
        let goes_on = !reached.steps.is_empty();
        for choice in 1..reached.steps.len() {
            known.open.push([schedule, &[choice]].concat());
        }
        let steps = reached.steps.into_iter();
        let (broken, result) = reached.end.map(|end| (end.broken, end.result)).unzip();
        known.histories.push(reached.histories);
        known.graph.nodes.push(Node {
            steps: steps.map(|step| (step, None)).collect(),
            broken,
            result: result.unwrap_or_default(),
        });
        goes_on
    }

    /// What the actors have learnt by the end of a schedule that was played before.
    pub fn histories(&self, schedule: &[usize]) -> Vec<String> {
        let known = self.known.lock().expect("no worker panicked");
        known.histories[known.state_after(schedule)].clone()
    }
}

impl Known {
    /// Notes where the last step of a schedule leads.
    fn link(&mut self, schedule: &[usize], state: StateId) {
        let Some((last, before)) = schedule.split_last() else {
            return;
        };
        let from = self.state_after(before);
        let known = &mut self.graph.nodes[from].steps[*last].1;
        assert!(
            known.is_none_or(|to| to == state),
            "one step leads to two states"
        );
        *known = Some(state);
    }

    /// The state that a schedule played before leads to.
    fn state_after(&self, schedule: &[usize]) -> StateId {
        schedule.iter().fold(0, |from, choice| {
            let (_, to) = &self.graph.nodes[from].steps[*choice];
            to.expect("a run takes known steps to its own")
        })
    }
}
