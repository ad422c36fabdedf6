//! The rules, each known-good and then broken in one place.

use super::*;

#[test]
fn a_field_is_found_in_any_case_and_there_is_room_for_128() {
    let store = store();
    store
        .transaction(|tx| {
            add_field(tx, "Building", &["North", "South"])?;
            assert_eq!(field_named(tx, "BUILDING")?.name(), "Building");
            let taken = refused(add_field(tx, "building", &[]));
            assert_eq!(taken, ErrorId::IpamApiCustomFieldAlreadyExists);
            let twice = refused(add_field(tx, "Floor", &["1", "1"]));
            assert_eq!(twice, ErrorId::IpamApiCustomValueAlreadyExists);
            Ok(())
        })
        .unwrap();
    store
        .transaction(|tx| {
            // One of the 128 is there, and `Floor` too: the refused value did not undo it here.
            for number in 0..126 {
                add_field(tx, &format!("field {number}"), &[])?;
            }
            let full = refused(add_field(tx, "one more", &[]));
            assert_eq!(full, ErrorId::IpamApiInvalidParameter);
            field_edit::remove(tx, "field 7")?;
            add_field(tx, "one more", &[]).map(drop)
        })
        .unwrap();
}

#[test]
fn definitions_list_what_is_built_in_before_what_is_not() {
    let store = store();
    let all = store
        .transaction(|tx| {
            add_field(tx, "Zone plan", &[])?;
            add_field(tx, "Building", &["South", "North"])?;
            add_value(tx, "Device type", "Toaster")?;
            definitions(tx)
        })
        .unwrap();
    let names: Vec<&str> = all.iter().map(|field| field.name.as_str()).collect();
    assert_eq!((names.len(), names[0]), (20, "RIR"));
    assert_eq!(names[18..], ["Building", "Zone plan"]);
    let device = &all[6];
    assert_eq!(
        (device.name.as_str(), device.label.as_str()),
        ("DeviceType", "Device type")
    );
    let last = device.values.last().unwrap();
    assert_eq!(
        (last.value.as_str(), last.origin),
        ("Toaster", Origin::UserDefined)
    );
    let building: Vec<&str> = all[18].values.iter().map(|v| v.value.as_str()).collect();
    assert_eq!(building, ["North", "South"]);
    assert!(!all[19].multi_value);
}

#[test]
fn a_value_is_added_once_and_ensured_as_often_as_wanted() {
    let store = store();
    store
        .transaction(|tx| {
            assert!(ensure_value(tx, "IP address state", "Leased")?);
            assert!(!ensure_value(tx, "IpAddressState", "leased")?);
            assert!(!ensure_value(tx, "IpAddressState", "in use")?);
            let again = refused(add_value(tx, "IpAddressState", "LEASED"));
            assert_eq!(again, ErrorId::IpamApiCustomValueAlreadyExists);
            let nowhere = refused(ensure_value(tx, "Nowhere", "x"));
            assert_eq!(nowhere, ErrorId::IpamApiObjectNotFound);
            // Two values that differ by a hyphen are two, unlike built-in spellings.
            add_field(tx, "Room", &["1-12", "11-2"])?;
            assert_eq!(
                value_spelled(tx, BuiltInField::IpAddressState, "inuse")?.unwrap(),
                "In-Use"
            );
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_an_object_is_to_carry_is_put_into_the_stored_spelling_or_refused() {
    let store = store();
    store
        .transaction(|tx| {
            add_field(tx, "Building", &["North", "South"])?;
            add_field(tx, "Ticket", &[])?;
            let check = |text: &str| check_assignment(tx, &custom(text));
            let good = check("building=SOUTH;building=north;ticket=A b;country/region=türkiye")?;
            let spelled = "Building=South;Building=North;CountryOrRegion=Türkiye;Ticket=A b";
            assert_eq!(good.to_string(), spelled);
            for (wrong, id) in [
                ("Nowhere=x", ErrorId::IpamApiObjectNotFound),
                ("Building=West", ErrorId::IpamApiObjectNotFound),
                ("Ticket=a;Ticket=b", ErrorId::IpamApiInvalidParameter),
                ("Ticket=a;ticket=b", ErrorId::IpamApiInvalidParameter),
                ("ManagedByService=IPAM", ErrorId::IpamApiInvalidParameter),
            ] {
                assert_eq!(refused(check(wrong)), id, "{wrong}");
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn nothing_that_an_object_carries_can_be_deleted_until_the_object_lets_go() {
    let store = store();
    store
        .transaction(|tx| add_field(tx, "Building", &["North", "South"]))
        .unwrap();
    add_range(&store, range("Building=South")).unwrap();
    add_address(&store, address(20, "Building=North")).unwrap();
    let remove = |value: &str| store.transaction(|tx| value_edit::remove(tx, "Building", value));
    let in_use = ErrorId::IpamApiCustomFieldInUse;
    assert_eq!(refused(remove("North")), in_use);
    assert_eq!(refused(remove("South")), in_use);
    let told = store
        .transaction(|tx| field_edit::remove(tx, "Building"))
        .unwrap_err();
    assert!(told.message.contains("10.0.1.20"), "{told}");
    assert_eq!(
        set(&store, 20, "Building", "").unwrap(),
        CustomValues::default()
    );
    remove("North").unwrap();
    store
        .transaction(|tx| {
            let all = ranges::all(tx)?;
            ranges::remove(tx, &all[0].key, false)
        })
        .unwrap();
    store
        .transaction(|tx| field_edit::remove(tx, "Building"))
        .unwrap();
}

#[test]
fn a_rename_takes_every_holder_along_and_the_dialog_wants_none() {
    let store = store();
    store
        .transaction(|tx| add_field(tx, "Building", &["North"]))
        .unwrap();
    add_range(&store, range("Building=North")).unwrap();
    add_address(&store, address(20, "Building=North")).unwrap();
    let rename = |edit| store.transaction(|tx| field_edit::rename(tx, "Building", "Site", edit));
    assert_eq!(
        refused(rename(Edit::Dialog)),
        ErrorId::IpamApiCustomFieldInUse
    );
    rename(Edit::Cmdlet).unwrap();
    store
        .transaction(|tx| value_edit::rename(tx, "Site", "North", "North wing", Edit::Cmdlet))
        .unwrap();
    store
        .read(|tx| {
            let found = addresses::get(tx, &key(20))?;
            assert_eq!(found.details.custom, custom("Site=North wing"));
            let all = ranges::all(tx)?;
            assert_eq!(all[0].details.custom, custom("Site=North wing"));
            Ok(())
        })
        .unwrap();
    let gone = store.transaction(|tx| field_edit::remove(tx, "Site"));
    assert_eq!(refused(gone), ErrorId::IpamApiCustomFieldInUse);
}

#[test]
fn an_association_has_no_direction_and_changes_whole_or_not_at_all() {
    let store = store();
    store
        .transaction(|tx| {
            add_field(tx, "Net", &["a", "a:b"])?;
            add_field(tx, "Site", &["b:c", "c"])?;
            Ok(())
        })
        .unwrap();
    let pairs = texts(&["a:c"]);
    let added = store
        .transaction(|tx| association::add(tx, "Net", "Site", &pairs))
        .unwrap();
    assert_eq!(added.association_value, [("a".to_owned(), "c".to_owned())]);
    let ambiguous = texts(&["a:b:c"]);
    let refusal = store.transaction(|tx| association::add(tx, "Net", "Site", &ambiguous));
    assert_eq!(refused(refusal), ErrorId::IpamApiInvalidParameter);
    let other_way = texts(&["c:a"]);
    let again = store.transaction(|tx| association::add(tx, "Site", "Net", &other_way));
    assert_eq!(refused(again), ErrorId::IpamApiCustomFieldAssociationExists);
    let (add, remove) = (texts(&["a:b:c"]), texts(&["a:c", "a:c"]));
    let missing = store.transaction(|tx| association::set(tx, "Net", "Site", &[], &remove));
    assert_eq!(refused(missing), ErrorId::IpamApiObjectNotFound);
    let still = store
        .read(|tx| association::list(tx, Some("site"), None))
        .unwrap();
    assert_eq!(still, [added], "the refused change removed nothing");
    assert!(add.len() == 1);
    let held = store.transaction(|tx| value_edit::remove(tx, "Site", "c"));
    assert_eq!(refused(held), ErrorId::IpamApiCustomFieldInUse);
    let held = store.transaction(|tx| field_edit::remove(tx, "Net"));
    assert_eq!(refused(held), ErrorId::IpamApiCustomFieldInUse);
    store
        .transaction(|tx| association::remove(tx, "Site", "Net"))
        .unwrap();
    store
        .transaction(|tx| field_edit::remove(tx, "Net"))
        .unwrap();
}

#[test]
fn a_service_instance_is_in_use_by_whatever_names_it() {
    let store = store();
    store
        .transaction(|tx| add_value(tx, "ServiceInstance", "Switch7"))
        .unwrap();
    let remove = || store.transaction(|tx| value_edit::remove(tx, "ServiceInstance", "switch7"));
    let mut new = address(20, "");
    new.owner.service_instance = "SWITCH7".to_owned();
    let added = add_address(&store, new).unwrap();
    assert_eq!(refused(remove()), ErrorId::IpamApiCustomFieldInUse);
    store
        .transaction(|tx| addresses::remove(tx, &added.key))
        .unwrap();
    remove().unwrap();
}

#[test]
fn a_subnet_holds_its_logical_network_and_follows_a_rename() {
    let store = store();
    let network = "10.9.0.0/24".parse().unwrap();
    let mut new = NewSubnet::new("storage", network);
    new.details.vmm_logical_network = "STORAGE".to_owned();
    new.details.custom = custom("Building=North");
    store
        .transaction(|tx| {
            add_field(tx, "Building", &["North"])?;
            add_value(tx, "VmmLogicalNetwork", "Storage")?;
            let column = custom("Network Site=x");
            let mut wrong = new.clone();
            add_value(tx, "NetworkSite", "x")?;
            wrong.details.custom = column;
            assert_eq!(
                refused(subnets::add(tx, wrong)),
                ErrorId::IpamApiInvalidParameter
            );
            let added = subnets::add(tx, new.clone())?;
            assert_eq!(added.details.vmm_logical_network, "Storage");
            Ok(())
        })
        .unwrap();
    let remove = || store.transaction(|tx| value_edit::remove(tx, "VmmLogicalNetwork", "Storage"));
    assert_eq!(refused(remove()), ErrorId::IpamApiCustomFieldInUse);
    store
        .transaction(|tx| {
            let edit = Edit::Cmdlet;
            value_edit::rename(tx, "VmmLogicalNetwork", "storage", "Backup", edit)?;
            field_edit::rename(tx, "Building", "Site", edit)
        })
        .unwrap();
    let stored = store.read(|tx| subnets::get(tx, &new.key())).unwrap();
    assert_eq!(stored.details.vmm_logical_network, "Backup");
    assert_eq!(stored.details.custom, custom("Site=North"));
}
