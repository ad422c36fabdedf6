//! Roles and policies: what may be written into them, and what becomes of it.

use ipamlab::ipam::rbac::{
    AccessRole, Grant, NewPolicy, Operation, OperationGroup, RoleChange, operations_of,
};
use ipamlab::ipam::{ErrorId, IpamResult};

use super::expected::ROLES;
use super::world::{CLERK, HELPDESK, in_world, key, path};

pub fn refusal<T: std::fmt::Debug>(result: IpamResult<T>) -> ErrorId {
    result.expect_err("the operation should be refused").id
}

fn role(name: &str, words: &[&str]) -> AccessRole {
    AccessRole {
        name: name.to_owned(),
        description: String::new(),
        built_in: false,
        operations: operations_of(words.iter().copied()).unwrap(),
    }
}

#[test]
fn provisioning_creates_the_roles_of_the_reference_table() {
    in_world(async |world| {
        let made = world.ipam().get_access_role(&world.boss).await.unwrap();
        let made: Vec<_> = made.iter().map(|role| (role.name.as_str(), role)).collect();
        assert_eq!(made.len(), ROLES.len());
        for (name, groups) in ROLES {
            let (_, role) = made.iter().find(|(made, _)| made == name).expect(name);
            let wanted = operations_of(groups.iter().copied()).unwrap();
            assert_eq!(role.operations, wanted, "{name}");
            assert!(role.built_in);
        }
    });
}

#[test]
fn a_built_in_role_is_neither_edited_nor_deleted() {
    in_world(async |world| {
        let (ipam, boss) = (world.ipam(), &world.boss);
        for (name, _) in ROLES {
            let change = RoleChange {
                operations: Some(Operation::all().collect()),
                ..RoleChange::default()
            };
            let edited = ipam.set_access_role(boss, name, change).await;
            let built_in = ErrorId::IpamApiCannotUpdateOrDeleteBuiltInRole;
            assert_eq!(refusal(edited), built_in);
            assert_eq!(refusal(ipam.remove_access_role(boss, name).await), built_in);
        }
        let posing = AccessRole {
            built_in: true,
            ..role("Mine", &["block"])
        };
        let added = ipam.add_access_role(boss, posing).await.unwrap();
        assert!(!added.built_in);
    });
}

#[test]
fn roles_have_unique_names_and_texts_of_limited_length() {
    in_world(async |world| {
        let (ipam, boss) = (world.ipam(), &world.boss);
        let longest = AccessRole {
            description: "d".repeat(4000),
            ..role(&"n".repeat(255), &["block"])
        };
        ipam.add_access_role(boss, longest.clone()).await.unwrap();
        let described = AccessRole {
            description: "d".repeat(4001),
            ..role("Described", &["block"])
        };
        for wrong in [
            longest,
            described,
            role("", &["block"]),
            role(&"n".repeat(256), &["block"]),
            role("ipam msm administrator", &["block"]),
            role("Empty", &[]),
        ] {
            let added = ipam.add_access_role(boss, wrong).await;
            assert_eq!(refusal(added), ErrorId::IpamApiInvalidParameter);
        }
    });
}

#[test]
fn a_role_in_use_stays_and_its_edit_reaches_the_policies() {
    in_world(async |world| {
        let (ipam, boss, clerk) = (world.ipam(), &world.boss, &world.clerk);
        let mine = role("Mine", &["DNS record"]);
        ipam.add_access_role(boss, mine).await.unwrap();
        world.give(CLERK, "mine", r"\Global\Here").await;
        let reserved = ipam.create_dhcp_reservation(clerk, &key(20)).await;
        assert_eq!(refusal(reserved), ErrorId::IpamApiAccessDenied);
        let change = RoleChange {
            operations: Some(OperationGroup::DhcpReservation.operations().collect()),
            ..RoleChange::default()
        };
        ipam.set_access_role(boss, "MINE", change).await.unwrap();
        ipam.create_dhcp_reservation(clerk, &key(20)).await.unwrap();
        let removed = ipam.remove_access_role(boss, "Mine").await;
        assert_eq!(refusal(removed), ErrorId::IpamApiAccessRoleInUse);
        ipam.remove_access_policy(boss, "corp\\CLERK")
            .await
            .unwrap();
        ipam.remove_access_role(boss, "Mine").await.unwrap();
    });
}

#[test]
fn a_policy_names_an_account_roles_and_scopes_that_exist() {
    in_world(async |world| {
        let (ipam, boss) = (world.ipam(), &world.boss);
        let policy = |account: &str, role: &str, scope: &str| NewPolicy {
            account: account.to_owned(),
            description: String::new(),
            grants: vec![Grant {
                role: role.to_owned(),
                scope: path(scope),
            }],
        };
        let known = ROLES[0].0;
        for wrong in [
            policy("CORP\\stranger", known, r"\Global"),
            policy(CLERK, "No such role", r"\Global"),
            policy(CLERK, known, r"\Global\Nowhere"),
        ] {
            let added = ipam.add_access_policy(boss, wrong).await;
            assert_eq!(refusal(added), ErrorId::IpamApiObjectNotFound);
        }
        let empty = NewPolicy {
            grants: Vec::new(),
            ..policy(CLERK, known, r"\Global")
        };
        let right = policy(HELPDESK, known, r"\Global");
        ipam.add_access_policy(boss, right.clone()).await.unwrap();
        for wrong in [empty, right] {
            let added = ipam.add_access_policy(boss, wrong).await;
            assert_eq!(refusal(added), ErrorId::IpamApiInvalidParameter);
        }
    });
}
