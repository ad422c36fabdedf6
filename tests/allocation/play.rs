//! One run: a fresh world, the steps of a schedule, and then the first step of each state until
//! the run comes to a state that is known.

use std::rc::Rc;
use std::time::Duration;

use ipamlab::ipam::Caller;
use ipamlab::lab::Lab;

use super::actors::{Actor, Status};
use super::desk::{Desk, Place, Reads, Shared};
use super::explorer::{Case, Frontier, Reached};
use super::graph::Step;
use super::judge::{Ended, judge};
use super::support::fqdn;
use super::watch::{Watch, Who};
use super::world::World;

/// A run under way.
struct Run<'a> {
    case: &'a Case,
    lab: &'a Lab,
    admin: &'a Caller,
    watch: Rc<Watch>,
    shared: &'a Shared,
    actors: Vec<Actor<'a>>,
    /// Everything each actor has learnt, step by step: with it an actor's own state is given.
    histories: Vec<String>,
    /// What there is now.
    world: World,
}

/// Plays `schedule`, which ends in a step that was never taken, and goes on from there.
pub async fn play(case: &Case, lab: &Lab, admin: &Caller, schedule: &[usize], to: &Frontier) {
    (case.prepare)(lab).await;
    // Packets take no time, so that time passes only where somebody waits for it.
    lab.network().set_default_latency(Duration::ZERO);
    let mut devices: Vec<&str> = case.actors.iter().map(|actor| actor.device).collect();
    devices.sort_unstable();
    let watch = Rc::new(Watch {
        same_names: devices.windows(2).any(|two| two[0] == two[1]),
        ..Watch::default()
    });
    lab.network().set_gate(watch.clone());
    let shared = Shared::default();
    let mut run = Run {
        case,
        lab,
        admin,
        watch,
        shared: &shared,
        actors: actors(case, lab, &shared),
        histories: vec![String::new(); case.actors.len()],
        world: World::default(),
    };
    if let Some((last, known)) = schedule.split_last() {
        for choice in known {
            let who = run.enabled()[*choice];
            run.take_step(who).await;
        }
        // What they had learnt by then was written down by the run that came there first.
        run.histories = to.histories(known);
        run.world = World::look(lab, admin).await;
        run.step(*last).await;
    } else {
        run.world = World::look(lab, admin).await;
    }
    let mut path = schedule.to_vec();
    loop {
        let state = Reached {
            fingerprint: run.fingerprint(),
            steps: run.steps(),
            histories: run.histories.clone(),
            end: run.end(),
        };
        if !to.arrive(&path, state) {
            break;
        }
        path.push(0);
        run.step(0).await;
    }
}

fn actors<'a>(case: &Case, lab: &'a Lab, shared: &'a Shared) -> Vec<Actor<'a>> {
    let actor = |(me, spec): (usize, &super::explorer::ActorSpec)| {
        let desk = Desk {
            ipam: lab.ipam_on(&fqdn(spec.server)).expect("an IPAM server"),
            admin: lab.caller(spec.admin).expect("the account exists"),
            device: spec.device,
            me,
            shared,
        };
        Actor::new((spec.program)(desk))
    };
    case.actors.iter().enumerate().map(actor).collect()
}

impl Run<'_> {
    fn enabled(&self) -> Vec<Who> {
        let actors = self.actors.iter().enumerate();
        actors
            .filter(|(_, actor)| actor.is_enabled(self.shared))
            .map(|(who, _)| who)
            .collect()
    }

    fn steps(&self) -> Vec<Step> {
        let step = |who: Who| Step {
            who,
            name: self.case.actors[who].name.to_owned(),
            what: self.actors[who].next_step(who, self.shared),
        };
        self.enabled().into_iter().map(step).collect()
    }

    /// Takes the step of the actor that stands at this place among those who can.
    async fn step(&mut self, choice: usize) {
        let who = self.enabled()[choice];
        let read = self.read_by(who);
        let what = self.actors[who].next_step(who, self.shared);
        self.take_step(who).await;
        self.histories[who] += &format!("{what}; {read}\n");
        self.world = World::look(self.lab, self.admin).await;
    }

    /// Moves an actor. Where it takes an answer and goes on with its own record alone, nobody
    /// else can tell when: that belongs to the step that brought the answer.
    async fn take_step(&mut self, who: Who) {
        let actor = &mut self.actors[who];
        actor.step(who, self.lab, &self.watch, self.shared).await;
        let own = {
            let places = self.shared.places.borrow();
            places
                .get(&who)
                .is_some_and(|place| place.reads == Reads::Own)
        };
        if own && !self.case.finest && matches!(actor.status, Status::Answered(_)) {
            actor.step(who, self.lab, &self.watch, self.shared).await;
        }
    }

    /// What the database says to an actor, of all that others write there.
    fn read_by(&self, who: Who) -> String {
        let places = self.shared.places.borrow();
        let server = fqdn(self.case.actors[who].server);
        match places
            .get(&who)
            .map_or(Reads::default(), |place| place.reads)
        {
            Reads::Recorded => format!("{:?}", self.world.recorded(&server)),
            Reads::Records => self.world.rows(&server),
            Reads::Own => String::new(),
        }
    }

    /// The same text only for states after which the same can happen: what there is, what each
    /// actor has learnt, and where it stands.
    fn fingerprint(&self) -> String {
        let mut text = self.world.fingerprint();
        let traffic = self.watch.traffic.borrow();
        let places = self.shared.places.borrow();
        for (who, actor) in self.actors.iter().enumerate() {
            let none = Place::default();
            let place = places.get(&who).unwrap_or(&none);
            let replies = traffic.get(&who).map(|seen| &seen.replies);
            text += &format!(
                "{who}: {:?} {place:?} {replies:?}\n{}",
                actor.status, self.histories[who]
            );
        }
        text += &format!("{:?}", self.shared.lock.get());
        text
    }

    /// What is wrong, once everybody has come to an end or nobody can go on.
    fn end(&self) -> Option<Ended> {
        if !self.enabled().is_empty() {
            return None;
        }
        let outcomes: Vec<_> = self
            .actors
            .iter()
            .map(|actor| actor.outcome.clone())
            .collect();
        Some(judge(self.case, &self.world, &outcomes))
    }
}
