//! The matrix: who is let through by each operation's gate, against the tables.

use ipamlab::ipam::ErrorId;

use super::expected::{GROUPS, PLACES, ROLES, group_may, policy_may};
use super::operations::OPERATIONS;
use super::world::{CLERK, HELPDESK, World, in_world};

/// Calls every operation as `CORP\clerk` and compares who was let through with `may`.
async fn hold(world: &World<'_>, who: &str, may: impl Fn(&super::operations::Operation) -> bool) {
    let mut wrong = Vec::new();
    for operation in OPERATIONS {
        let ended = (operation.call)(world, &world.clerk).await;
        // The configuration has an identifier of its own for who may not read it (domain 2.1).
        let refused = matches!(
            ended,
            Some(ErrorId::IpamApiAccessDenied | ErrorId::IpamApiGetServerPortAccessDenied)
        );
        if refused == may(operation) {
            wrong.push(format!("{who}: {} ended with {ended:?}", operation.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_local_group_may_do_what_the_reference_table_gives_it() {
    for group in GROUPS {
        in_world(async |world| {
            world.join(group);
            hold(world, group, |operation| group_may(group, operation.needs)).await;
        });
    }
}

#[test]
fn a_stranger_may_do_nothing_and_a_local_administrator_everything() {
    in_world(async |world| hold(world, "nobody", |_| false).await);
    in_world(async |world| {
        world.join("Administrators");
        hold(world, "a local administrator", |_| true).await;
    });
}

#[test]
fn each_built_in_role_may_do_its_operations_at_or_above_the_objects_and_not_beside_them() {
    for (role, _) in ROLES {
        for place in PLACES {
            in_world(async |world| {
                world.give(CLERK, role, place).await;
                let who = format!("{role} for {place}");
                hold(world, &who, |operation| {
                    policy_may(role, place, operation.needs)
                })
                .await;
            });
        }
    }
}

#[test]
fn a_policy_of_a_group_serves_its_members_and_adds_to_what_they_have() {
    in_world(async |world| {
        let (first, second) = (ROLES[1].0, ROLES[5].0);
        world.give(HELPDESK, first, PLACES[1]).await;
        world.give(CLERK, second, PLACES[0]).await;
        world.join(GROUPS[3]);
        hold(world, "all three", |operation| {
            let needs = operation.needs;
            group_may(GROUPS[3], needs)
                || policy_may(first, PLACES[1], needs)
                || policy_may(second, PLACES[0], needs)
        })
        .await;
    });
}
