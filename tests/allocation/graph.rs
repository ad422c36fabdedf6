//! The states that were reached, the steps between them, and what follows from their shape.

use std::collections::BTreeSet;
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
    /// should have come first; `None` where no order is a good one.
    pub race: Option<(Step, Step)>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            writeln!(f, "{:3}  {step}", at + 1)?;
        }
        for broken in &self.broken {
            writeln!(f, "  => {broken}")?;
        }
        match &self.race {
            Some((early, late)) => {
                writeln!(
                    f,
                    "  these two interleave badly: `{early}` came before `{late}`"
                )
            }
            None => writeln!(f, "  no order of these steps ends well"),
        }
    }
}

impl Graph {
    /// Whether every step of every state was taken: nothing is left to explore.
    pub fn is_closed(&self) -> bool {
        let mut steps = self.nodes.iter().flat_map(|node| &node.steps);
        !self.nodes.is_empty() && steps.all(|(_, to)| to.is_some())
    }

    /// The states after one.
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

    /// The failing schedule in which work passes from one actor to another least often, of those
    /// the shortest, and of those the one that lets the earlier actors go first.
    pub fn shortest_failure(&self) -> Option<Failure> {
        let mut done = BTreeSet::new();
        let mut open = BTreeSet::from([Way::default()]);
        while let Some(way) = open.pop_first() {
            let last = way.path.last().copied();
            if !done.insert((way.state, last)) {
                continue;
            }
            let node = &self.nodes[way.state];
            if let Some(broken) = node.broken.as_ref().filter(|broken| !broken.is_empty()) {
                return Some(self.failure(&way.path, broken.clone()));
            }
            for (step, to) in &node.steps {
                let Some(to) = *to else { continue };
                let mut next = way.clone();
                next.switches += usize::from(last.is_some_and(|last| last != step.who));
                next.length += 1;
                next.path.push(step.who);
                next.state = to;
                open.insert(next);
            }
        }
        None
    }

    fn step_of(&self, state: StateId, who: Who) -> Option<(&Step, StateId)> {
        let mut steps = self.nodes[state].steps.iter();
        let (step, to) = steps.find(|(step, _)| step.who == who)?;
        Some((step, (*to)?))
    }

    fn failure(&self, path: &[Who], broken: Vec<String>) -> Failure {
        let can_end_well = self.fold(|node, after: Vec<bool>| match &node.broken {
            Some(broken) => broken.is_empty(),
            None => after.contains(&true),
        });
        let (mut state, mut steps, mut race) = (0, Vec::new(), None);
        for who in path {
            let (step, to) = self.step_of(state, *who).expect("the way goes there");
            if can_end_well[state] && !can_end_well[to] {
                let late = self.late(state, *who, &can_end_well);
                race = late.map(|late| (step.clone(), late));
            }
            steps.push(step.clone());
            state = to;
        }
        Failure {
            steps,
            broken,
            race,
        }
    }

    /// In a state where the next step of `early` makes everything end badly: the step of somebody
    /// else before which it came too early.
    fn late(&self, state: StateId, early: Who, well: &[bool]) -> Option<Step> {
        let others = self.nodes[state].steps.iter().map(|(step, _)| step.who);
        others.filter(|who| *who != early).find_map(|who| {
            let mut at = state;
            while let Some((step, to)) = self.step_of(at, who).filter(|(_, to)| well[*to]) {
                // After this step the other may go on, or must not go on yet.
                if self.step_of(to, early).is_some_and(|(_, then)| well[then]) {
                    return Some(step.clone());
                }
                at = to;
            }
            None
        })
    }
}

/// A way through the graph; they compare by what makes a schedule easy to read.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    switches: usize,
    length: usize,
    path: Vec<Who>,
    state: StateId,
}
