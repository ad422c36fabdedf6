//! The explorer itself: it leaves no schedule out and counts right.

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use ipamlab::lab::Lab;

use super::desk::{Desk, Outcome, Program, Reads};
use super::explorer::{ActorSpec, Case};
use super::support::{ADMIN, spec};

pub fn nothing(_: &Lab) -> LocalBoxFuture<'_, ()> {
    async {}.boxed_local()
}

/// An actor on the only IPAM server.
pub fn actor(name: &'static str, device: &'static str, program: Program) -> ActorSpec {
    ActorSpec {
        name,
        admin: ADMIN,
        server: "ipam1.corp.example",
        device,
        program,
    }
}

fn thinks(desk: Desk<'_>, times: usize) -> LocalBoxFuture<'_, Outcome> {
    async move {
        desk.reads(Reads::Own);
        for _ in 1..times {
            desk.pause("thinks").await;
        }
        Outcome::default()
    }
    .boxed_local()
}

fn three_steps(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    thinks(desk, 3)
}

fn four_steps(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    thinks(desk, 4)
}

fn case(actors: Vec<ActorSpec>) -> Case {
    Case {
        spec,
        prepare: nothing,
        actors,
        every_schedule: false,
        finest: false,
    }
}

#[test]
fn independent_actors_have_as_many_schedules_as_their_steps_can_be_merged() {
    let (a, b, c) = (
        actor("anna", "web-a", three_steps),
        actor("bert", "web-b", four_steps),
        actor("cora", "web-c", three_steps),
    );
    // 7! / (3! 4!), and 10! / (3! 4! 3!).
    for (actors, schedules, states) in [
        (vec![a.clone(), b.clone()], 35, 4 * 5),
        (vec![a, b, c], 4200, 4 * 5 * 4),
    ] {
        let explored = case(actors).explore();
        assert_eq!(explored.graph.schedules(), schedules);
        assert_eq!(explored.graph.nodes.len(), states);
        assert!(explored.graph.is_closed());
        assert!(explored.graph.shortest_failure().is_none());
    }
}

#[test]
fn without_merging_states_each_schedule_is_played() {
    let two = vec![
        actor("anna", "web-a", three_steps),
        actor("bert", "web-b", four_steps),
    ];
    let mut all = case(two);
    all.every_schedule = true;
    let explored = all.explore();
    assert_eq!((explored.runs, explored.graph.schedules()), (35, 35));
    assert_eq!(explored.graph.depth(), 7);
}
