//! The states that were reached, the steps between them, and what follows from their shape.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::watch::Who;

/// A state, by the order in which it was first reached.
pub type StateId = usize;

/// One step of one actor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    pub who: Who,
    pub name: String,
    pub what: String,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.what)
    }
}

/// One state.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// The steps that can be taken and, once it was taken, where each leads.
    pub steps: Vec<(Step, Option<StateId>)>,
    /// At an end: everything that is wrong there.
    pub broken: Option<Vec<String>>,
    /// At an end: what everybody has, for comparing explorations.
    pub result: String,
}

/// Every state and step that was found; state 0 is the start.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    pub nodes: Vec<Node>,
}

/// A schedule that ends badly.
#[derive(Debug, Clone)]
pub struct Failure {
    pub steps: Vec<Step>,
    pub broken: Vec<String>,
    /// The step after which it cannot end well any more, and the step of somebody else that
    /// should have come first.
    pub race: (Step, Step),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            writeln!(f, "{:3}  {step}", at + 1)?;
        }
        for broken in &self.broken {
            writeln!(f, "  => {broken}")?;
        }
        let (early, late) = &self.race;
        writeln!(
            f,
            "  these two interleave badly: `{early}` came before `{late}`"
        )
    }
}

impl Graph {
    /// Whether every step of every state was taken: nothing is left to explore.
    pub fn is_closed(&self) -> bool {
        let mut steps = self.nodes.iter().flat_map(|node| &node.steps);
        !self.nodes.is_empty() && steps.all(|(_, to)| to.is_some())
    }

    fn to(&self, from: StateId) -> impl Iterator<Item = StateId> + '_ {
        self.nodes[from].steps.iter().filter_map(|(_, to)| *to)
    }

    /// Gives each state a value made of those of the states after it. No state comes after
    /// itself, because every step leaves a trace in its actor's history.
    fn fold<T: Clone>(&self, of: impl Fn(&Node, Vec<T>) -> T) -> Vec<T> {
        let mut values: Vec<Option<T>> = vec![None; self.nodes.len()];
        let mut open = vec![0];
        while let Some(state) = open.last().copied() {
            let missing: Vec<StateId> = self.to(state).filter(|to| values[*to].is_none()).collect();
            if !missing.is_empty() {
                assert!(open.len() <= self.nodes.len(), "a state comes after itself");
                open.push(missing[0]);
                continue;
            }
            let after = self.to(state).filter_map(|to| values[to].clone()).collect();
            values[state] = Some(of(&self.nodes[state], after));
            open.pop();
        }
        let reached = values.into_iter();
        reached
            .map(|value| value.expect("every state was reached"))
            .collect()
    }

    /// How many schedules there are: ways from the start to an end.
    pub fn schedules(&self) -> u128 {
        let ways = self.fold(|node, after: Vec<u128>| match node.steps.is_empty() {
            true => 1,
            false => after.iter().sum(),
        });
        ways[0]
    }

    /// The longest schedule's steps.
    pub fn depth(&self) -> usize {
        self.fold(|_, after: Vec<usize>| after.iter().max().map_or(0, |deepest| deepest + 1))[0]
    }

    /// What everybody has, at each end that is different from the others.
    pub fn results(&self) -> BTreeSet<&str> {
        let ends = self.nodes.iter().filter(|node| node.steps.is_empty());
        ends.map(|node| node.result.as_str()).collect()
    }

    /// The failing schedule in which work passes from one actor to another least often, and of
    /// those the shortest.
    pub fn shortest_failure(&self) -> Option<Failure> {
        let mut best: BTreeMap<(StateId, Option<Who>), Way> = BTreeMap::new();
        let mut open = BTreeSet::from([(0, 0, 0, None)]);
        best.insert((0, None), Way::default());
        while let Some((switches, length, state, last)) = open.pop_first() {
            let way = best[&(state, last)].clone();
            if (way.switches, way.path.len()) < (switches, length) {
                continue;
            }
            let node = &self.nodes[state];
            if let Some(broken) = node.broken.as_ref().filter(|broken| !broken.is_empty()) {
                return Some(self.failure(&way.path, broken.clone()));
            }
            for (step, to) in &node.steps {
                let Some(to) = to else { continue };
                let mut next = way.clone();
                next.path.push((state, step.clone()));
                next.switches += usize::from(last.is_some_and(|last| last != step.who));
                let key = (*to, Some(step.who));
                let cost = (next.switches, next.path.len());
                let better = |known: &Way| cost < (known.switches, known.path.len());
                if best.get(&key).is_none_or(better) {
                    open.insert((cost.0, cost.1, *to, Some(step.who)));
                    best.insert(key, next);
                }
            }
        }
        None
    }

    fn failure(&self, path: &[(StateId, Step)], broken: Vec<String>) -> Failure {
        let can_end_well = self.fold(|node, after: Vec<bool>| match &node.broken {
            Some(broken) => broken.is_empty(),
            None => after.contains(&true),
        });
        let steps: Vec<Step> = path.iter().map(|(_, step)| step.clone()).collect();
        // The last state that could end well, the step taken there, and the step of somebody else
        // that would have kept it well. Where nothing can end well, there is no such pair.
        let sealed = path.iter().rev().find(|(state, _)| can_end_well[*state]);
        let race = sealed.and_then(|(state, taken)| {
            let mut others = self.nodes[*state].steps.iter();
            let saving = others
                .find(|(step, to)| step.who != taken.who && to.is_some_and(|to| can_end_well[to]));
            saving.map(|(step, _)| (taken.clone(), step.clone()))
        });
        let first = steps.first().cloned().expect("a failure takes steps");
        Failure {
            race: race.unwrap_or((first.clone(), first)),
            steps,
            broken,
        }
    }
}

#[derive(Clone, Default)]
struct Way {
    switches: usize,
    path: Vec<(StateId, Step)>,
}
