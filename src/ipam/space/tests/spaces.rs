//! The rules of address spaces and subnets.

use super::*;
use crate::ipam::generation::{Generation, Rules};
use crate::ipam::space::{space_edit, subnet_edit, subnets};

fn of(generation: Generation) -> Store {
    store().with_rules(Rules {
        generation,
        ..Rules::default()
    })
}

fn add_space(store: &Store, new: NewAddressSpace) -> IpamResult<AddressSpace> {
    store.transaction(|tx| space_edit::add(tx, new))
}

fn add_subnet(store: &Store, new: NewSubnet) -> IpamResult<Subnet> {
    store.transaction(|tx| subnets::add(tx, new))
}

fn name(text: &str) -> AddressSpaceName {
    AddressSpaceName::new(text)
}

fn rename(store: &Store, from: &str, to: &str) -> IpamResult<AddressSpace> {
    let change = AddressSpaceChange {
        new_name: Some(name(to)),
        ..AddressSpaceChange::default()
    };
    store.transaction(|tx| space_edit::set(tx, &name(from), change))
}

fn subnets_of(store: &Store) -> Vec<Subnet> {
    let all = store.read(|tx| subnets::list(tx, &SubnetQuery::default()));
    all.expect("the store is readable")
}

#[test]
fn names_are_compared_without_case_and_kept_as_they_were_written() {
    let store = store();
    add_space(&store, NewAddressSpace::provider(" Contoso ")).unwrap();
    let twice = add_space(&store, NewAddressSpace::provider("CONTOSO"));
    assert_eq!(refused(twice), ErrorId::IpamApiAddressSpaceExists);
    let mut range = NewRange::new(net("10.0.1.0/24"));
    range.address_space = name("contoso");
    let range = add_range(&store, range).unwrap();
    assert_eq!(range.key.address_space.as_str(), "Contoso");
    assert_eq!(range.network_type, NetworkType::Provider);
    let mut nowhere = NewBlock::new(net("10.0.0.0/8"));
    nowhere.address_space = name("Fabrikam");
    assert_eq!(
        refused(add_block(&store, &nowhere)),
        ErrorId::IpamApiObjectNotFound
    );
    let other = rename(&store, "contoso", "CONTOSO").unwrap();
    assert_eq!(
        other.name.as_str(),
        "CONTOSO",
        "another spelling is no other name"
    );
    assert_eq!(ranges_of(&store)[0].key.address_space, other.name);
}

#[test]
fn a_new_name_goes_with_everything_that_lies_in_the_space() {
    let store = store();
    add_space(&store, NewAddressSpace::provider("One")).unwrap();
    add_space(&store, NewAddressSpace::customer("Tenant", "one")).unwrap();
    let mut block = NewBlock::new(net("10.0.0.0/8"));
    block.address_space = name("One");
    add_block(&store, &block).unwrap();
    let mut range = NewRange::new(net("10.0.1.0/24"));
    range.address_space = name("One");
    add_range(&store, range).unwrap();
    let mut address = NewAddress::new(ip("10.0.1.20"));
    address.address_space = name("One");
    add_address(&store, address).unwrap();

    rename(&store, "One", "Main").unwrap();
    let range = &ranges_of(&store)[0];
    assert_eq!(range.key.address_space.as_str(), "Main");
    assert_eq!(range.block.as_ref().unwrap().address_space.as_str(), "Main");
    assert_eq!(
        range.utilization.utilized, 1,
        "the address maps to it still"
    );
    assert_eq!(subnets_of(&store)[0].key.address_space.as_str(), "Main");
    let spaces = store.read(|tx| space_edit::list(tx, &AddressSpaceQuery::default()));
    let spaces = spaces.unwrap();
    let names: Vec<&str> = spaces.iter().map(|space| space.name.as_str()).collect();
    assert_eq!(names, ["Default", "Main", "Tenant"]);
    let over = spaces[2].kind.customer().unwrap();
    assert_eq!(over.associated_provider_address_space.as_str(), "Main");
    assert!((spaces[1].ipv4.percentage_utilized() - 100.0 / 254.0).abs() < 1e-9);
    assert_eq!(
        refused(rename(&store, "Main", "tenant")),
        ErrorId::IpamApiAddressSpaceExists
    );
}

#[test]
fn nothing_in_use_and_nothing_built_in_is_removed() {
    let store = store();
    let remove = |text: &str| store.transaction(|tx| space_edit::remove(tx, &name(text)));
    let default = ErrorId::IpamApiCannotUpdateOrDeleteDefaultAddressSpace;
    assert_eq!(refused(remove("default")), default);
    assert_eq!(refused(rename(&store, "Default", "Main")), default);
    add_space(&store, NewAddressSpace::provider("One")).unwrap();
    add_space(&store, NewAddressSpace::customer("Tenant", "One")).unwrap();
    assert_eq!(refused(remove("One")), ErrorId::IpamApiAddressSpaceInUse);
    let mut address = NewAddress::new(ip("10.0.1.20"));
    address.address_space = name("Tenant");
    let key = add_address(&store, address).unwrap().key;
    assert_eq!(refused(remove("Tenant")), ErrorId::IpamApiAddressSpaceInUse);
    store
        .transaction(|tx| crate::ipam::space::addresses::remove(tx, &key))
        .unwrap();
    remove("tenant").unwrap();
    remove("One").unwrap();
    assert_eq!(refused(remove("One")), ErrorId::IpamApiObjectNotFound);
}

#[test]
fn a_range_brings_its_subnet_along_unless_a_release_asks_for_it_first() {
    let range = || NewRange::new(net("10.0.1.0/24"));
    let any = store();
    add_range(&any, range()).unwrap();
    assert_eq!(subnets_of(&any)[0].details.name, "10.0.1.0/24");
    assert_eq!(subnets_of(&any)[0].utilization.assigned, 254);

    let first = of(Generation::Ws2012);
    add_range(&first, range()).unwrap();
    assert!(subnets_of(&first).is_empty());
    let refusal = add_subnet(&first, NewSubnet::new("x", net("10.0.1.0/24")));
    assert_eq!(refused(refusal), ErrorId::IpamApiNotSupported);

    for generation in [Generation::Ws2012R2, Generation::Ws2016] {
        let store = of(generation);
        assert_eq!(
            refused(add_range(&store, range())),
            ErrorId::IpamApiSubnetDoesNotExistForRange
        );
        let told = NewRange {
            create_subnet_if_not_found: true,
            ..range()
        };
        add_range(&store, told).unwrap();
        assert_eq!(subnets_of(&store).len(), 1);
        discover(
            &store,
            "dhcp1.corp.example",
            vec![scope("10.0.2.0/24", "10.0.2.1", "10.0.2.9")],
        );
        assert_eq!(subnets_of(&store).len(), 2, "a scope has brought its own");
    }
}

#[test]
fn the_network_type_of_a_range_is_that_of_its_subnet() {
    let store = store();
    let mut subnet = NewSubnet::new("rack", net("10.0.1.0/24"));
    subnet.network_type = Some(NetworkType::Provider);
    add_subnet(&store, subnet).unwrap();
    let mut range = NewRange::new(net("10.0.1.0/24"));
    range.network_type = Some(NetworkType::NonVirtualized);
    assert_eq!(
        refused(add_range(&store, range.clone())),
        ErrorId::IpamApiInvalidParameter
    );
    range.network_type = None;
    let key = add_range(&store, range).unwrap().key;
    assert_eq!(ranges_of(&store)[0].network_type, NetworkType::Provider);
    let change = |kind| {
        let changes = vec![RangeChange::NetworkType(kind)];
        store.transaction(|tx| crate::ipam::space::range_edit::set(tx, &key, changes, false))
    };
    // The only range of a subnet takes it along.
    change(NetworkType::NonVirtualized).unwrap();
    assert_eq!(
        subnets_of(&store)[0].network_type,
        NetworkType::NonVirtualized
    );
    assert_eq!(
        refused(change(NetworkType::Customer)),
        ErrorId::IpamApiInvalidParameter
    );
    let other = NewRange {
        owner: Owner {
            managed_by_service: ManagedByService::Vmm,
            service_instance: "vmm1".to_owned(),
        },
        ..NewRange::new(net("10.0.1.0/24"))
    };
    add_range(&store, other).unwrap();
    assert_eq!(
        refused(change(NetworkType::Provider)),
        ErrorId::IpamApiInvalidParameter
    );
}

#[test]
fn a_subnet_has_a_name_of_512_characters_at_most_and_vlans_that_exist() {
    let store = store();
    let with = |change: fn(&mut SubnetDetails)| {
        let mut new = NewSubnet::new("floor 1", net("10.0.1.0/24"));
        change(&mut new.details);
        add_subnet(&store, new)
    };
    let wrong: [fn(&mut SubnetDetails); 7] = [
        |details| details.name = " ".to_owned(),
        |details| details.name = "x".repeat(513),
        |details| details.vlan_id = vec![0],
        |details| details.vlan_id = vec![4096],
        |details| details.vlan_id = vec![9, 9],
        |details| details.virtual_subnet_id = Some(16_777_215),
        |details| details.owner = "x".repeat(256),
    ];
    for wrong in wrong {
        assert_eq!(refused(with(wrong)), ErrorId::IpamApiInvalidParameter);
    }
    with(|details| {
        details.name = "x".repeat(512);
        details.vlan_id = vec![1, 4095];
        details.virtual_subnet_id = Some(16_777_214);
    })
    .unwrap();
    assert_eq!(refused(with(|_| {})), ErrorId::IpamApiConflictingSubnet);
}

#[test]
fn a_subnet_with_ranges_neither_moves_nor_goes_unasked() {
    let store = store();
    let range = add_range(&store, NewRange::new(net("10.0.1.0/24"))).unwrap();
    let address = add_address(&store, NewAddress::new(ip("10.0.1.20"))).unwrap();
    let key = subnets_of(&store)[0].key.clone();
    let moved = SubnetChange {
        new_network_id: Some(net("10.0.2.0/24")),
        ..SubnetChange::default()
    };
    let set = |change| store.transaction(|tx| subnet_edit::set(tx, &key, change));
    let remove = |ranges, addresses| {
        store.transaction(|tx| subnet_edit::remove(tx, &key, ranges, addresses))
    };
    let depends = ErrorId::IpamApiRangesDependentOnSubnet;
    assert_eq!(refused(set(moved)), depends);
    assert_eq!(refused(remove(false, true)), depends);
    let gone = remove(true, true).unwrap();
    assert_eq!(gone.ranges, [range.key]);
    assert_eq!(gone.addresses, [address.key]);

    discover(
        &store,
        "dhcp1.corp.example",
        vec![scope("10.0.1.0/24", "10.0.1.1", "10.0.1.9")],
    );
    assert_eq!(
        refused(remove(true, true)),
        ErrorId::IpamApiMsDhcpRangesDependentOnSubnet
    );
    assert_eq!(ranges_of(&store).len(), 1);
}
