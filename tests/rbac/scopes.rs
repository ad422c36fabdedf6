//! The tree of access scopes, and how objects come to be in one.

use ipamlab::ipam::ErrorId;
use ipamlab::ipam::rbac::{Object, ScopeChange, ScopePath};
use ipamlab::ipam::space::NewBlock;

use super::policies::refusal;
use super::world::{CLERK, World, block, dc1, dhcp1, fqdn, in_world, key, path, range};

fn range_object() -> Object {
    Object::Range {
        key: range(),
        network_id: "10.7.1.16/28".parse().unwrap(),
    }
}

fn scope_object() -> Object {
    Object::DhcpScope {
        server: dhcp1(),
        scope: "10.7.1.0/24".parse().unwrap(),
    }
}

async fn found(world: &World<'_>, object: &Object) -> (String, bool) {
    let ipam = world.ipam();
    let scope = ipam.get_object_access_scope(&world.boss, object).await;
    let scope = scope.unwrap();
    (scope.path.to_string(), scope.inherited)
}

fn inherited(place: &str) -> (String, bool) {
    (place.to_owned(), true)
}

fn own(place: &str) -> (String, bool) {
    (place.to_owned(), false)
}

#[test]
fn an_object_is_in_its_parents_scope_until_it_has_its_own_and_again_afterwards() {
    in_world(async |world| {
        let (ipam, boss) = (world.ipam(), &world.boss);
        let record = Object::DnsRecord {
            server: Some(dc1()),
            zone: fqdn("corp.example"),
            name: fqdn("web20.corp.example"),
            kind: "A".to_owned(),
        };
        for object in [range_object(), scope_object(), record] {
            assert_eq!(found(world, &object).await, inherited(r"\Global\Here"));
            world.put(object.clone(), r"global\THERE").await;
            assert_eq!(found(world, &object).await, own(r"\Global\There"));
            let restored = ipam.set_ipam_access_scope(boss, &object, ScopeChange::Inherited);
            restored.await.unwrap();
            assert_eq!(found(world, &object).await, inherited(r"\Global\Here"));
        }
        let block = Object::Block(block());
        let restored = ipam.set_ipam_access_scope(boss, &block, ScopeChange::Inherited);
        restored.await.unwrap();
        assert_eq!(found(world, &range_object()).await, inherited(r"\Global"));
    });
}

#[test]
fn a_scope_of_its_own_decides_over_the_parents() {
    in_world(async |world| {
        let (ipam, clerk) = (world.ipam(), &world.clerk);
        let role = "IPAM DHCP Reservations Administrator";
        world.give(CLERK, role, r"\Global\Here").await;
        ipam.create_dhcp_reservation(clerk, &key(20)).await.unwrap();
        world.put(scope_object(), r"\Global\There").await;
        let refused = ipam.create_dhcp_reservation(clerk, &key(20)).await;
        assert_eq!(refusal(refused), ErrorId::IpamApiAccessDenied);
    });
}

#[test]
fn deleting_a_scope_takes_those_below_and_gives_nobody_a_right() {
    in_world(async |world| {
        let (ipam, boss, clerk) = (world.ipam(), &world.boss, &world.clerk);
        let here = path(r"\Global\Here");
        ipam.add_access_scope(boss, &here, "Below", "")
            .await
            .unwrap();
        world
            .give(CLERK, "IPAM ASM Administrator", r"\Global\There")
            .await;
        world.put(range_object(), r"\Global\Here\Below").await;
        world.put(Object::Block(block()), r"\Global\There").await;
        // The clerk's scope holds the block; inheriting from it would give him the range.
        let removed = ipam.remove_access_scope(boss, &here).await.unwrap();
        assert_eq!(removed.scopes.len(), 2);
        assert_eq!(found(world, &range_object()).await, own(r"\Global"));
        let refused = ipam.remove_ipam_range(clerk, &range(), false).await;
        assert_eq!(refusal(refused), ErrorId::IpamApiAccessDenied);

        let there = path(r"\Global\There");
        let removed = ipam.remove_access_scope(boss, &there).await;
        assert_eq!(removed.unwrap().policies, ["CORP\\clerk"]);
        assert_eq!(ipam.get_access_policy(boss).await, Ok(Vec::new()));
        assert_eq!(ipam.get_access_scope(boss).await.unwrap().len(), 1);
        let global = ipam.remove_access_scope(boss, &ScopePath::global()).await;
        let id = ErrorId::IpamApiCannotDeleteGlobalAccessScope;
        assert_eq!(refusal(global), id);
    });
}

#[test]
fn scopes_have_a_parent_and_a_label_of_their_own() {
    in_world(async |world| {
        let (ipam, boss) = (world.ipam(), &world.boss);
        let global = ScopePath::global();
        let nowhere = path(r"\Global\Nowhere");
        let added = ipam.add_access_scope(boss, &nowhere, "X", "").await;
        assert_eq!(refusal(added), ErrorId::IpamApiObjectNotFound);
        for label in ["here", "a/b", "a\\b", "", &"x".repeat(256)] {
            let added = ipam.add_access_scope(boss, &global, label, "").await;
            assert_eq!(refusal(added), ErrorId::IpamApiInvalidParameter, "{label}");
        }
        let long = ipam
            .add_access_scope(boss, &global, &"x".repeat(255), &"d".repeat(4001))
            .await;
        assert_eq!(refusal(long), ErrorId::IpamApiInvalidParameter);
        ipam.add_access_scope(boss, &global, &"x".repeat(255), &"d".repeat(4000))
            .await
            .unwrap();
    });
}

#[test]
fn whoever_sorts_one_scope_takes_nothing_into_it_from_another() {
    in_world(async |world| {
        let (ipam, clerk) = (world.ipam(), &world.clerk);
        world
            .give(CLERK, "IPAM Administrator", r"\Global\There")
            .await;
        let into = |place: &str| ScopeChange::Path(path(place));
        let block = Object::Block(block());
        let taken = ipam.set_ipam_access_scope(clerk, &block, into(r"\Global\There"));
        assert_eq!(refusal(taken.await), ErrorId::IpamApiAccessDenied);
        world.put(block.clone(), r"\Global\There").await;
        let pushed = ipam.set_ipam_access_scope(clerk, &block, into(r"\Global\Here"));
        assert_eq!(refusal(pushed.await), ErrorId::IpamApiAccessDenied);
        let up = ipam.set_ipam_access_scope(clerk, &block, ScopeChange::Inherited);
        assert_eq!(refusal(up.await), ErrorId::IpamApiAccessDenied);
    });
}

#[test]
fn an_object_that_is_removed_leaves_no_scope_behind() {
    in_world(async |world| {
        let (ipam, boss) = (world.ipam(), &world.boss);
        world.put(range_object(), r"\Global\There").await;
        ipam.remove_ipam_range(boss, &range(), false).await.unwrap();
        ipam.remove_ipam_block(boss, &block(), false).await.unwrap();
        let again = NewBlock::new(block().network_id);
        ipam.add_ipam_block(boss, again).await.unwrap();
        let block = Object::Block(block());
        assert_eq!(found(world, &block).await, inherited(r"\Global"));
        let gone = ipam.get_object_access_scope(boss, &range_object()).await;
        assert_eq!(refusal(gone), ErrorId::IpamApiObjectNotFound);
        world.put(scope_object(), r"\Global\There").await;
        ipam.retrieve_all_server_data(boss).await.unwrap();
        assert_eq!(found(world, &scope_object()).await, own(r"\Global\There"));
        ipam.remove_ipam_server_inventory(boss, &[dhcp1()])
            .await
            .unwrap();
        let gone = ipam.get_object_access_scope(boss, &scope_object()).await;
        assert_eq!(refusal(gone), ErrorId::IpamApiObjectNotFound);
    });
}

#[test]
fn a_sub_block_in_another_scope_is_not_deleted_with_the_block() {
    in_world(async |world| {
        let (ipam, boss, clerk) = (world.ipam(), &world.boss, &world.clerk);
        world
            .give(CLERK, "IPAM ASM Administrator", r"\Global\Here")
            .await;
        let network: ipnet::IpNet = "10.7.128.0/17".parse().unwrap();
        let added = ipam.add_ipam_block(boss, NewBlock::new(network)).await;
        let sub = Object::Block(added.unwrap().key);
        assert_eq!(found(world, &sub).await, inherited(r"\Global\Here"));
        world.put(sub, r"\Global\There").await;
        let refused = ipam.remove_ipam_block(clerk, &block(), true).await;
        assert_eq!(refusal(refused), ErrorId::IpamApiAccessDenied);
        ipam.remove_ipam_block(clerk, &block(), false)
            .await
            .unwrap();
    });
}
