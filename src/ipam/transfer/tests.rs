//! What holds of whole files: export then import is the identity, any bytes are survived, and a
//! stop leaves whole batches.

mod cut_off;

use std::ops::ControlFlow;

use proptest::prelude::*;

use crate::ipam::error::IpamResult;
use crate::ipam::space::{
    AddressDetails, AddressKey, AddressSpaceName, NewRange, NewSubnet, Owner, bulk, bulk_ranges,
    subnets,
};
use crate::ipam::store::{Database, Store, Tx};

use super::*;

const KINDS: [Kind; 4] = [Kind::Address, Kind::Range, Kind::Block, Kind::Subnet];

fn store() -> Store {
    Store::open(&Database::Memory).expect("memory is there")
}

fn import(store: &Store, kind: Kind, csv: &[u8]) -> (IpamResult<ImportSummary>, Vec<RowFailure>) {
    let request = Import {
        kind,
        entry: Entry::Cmdlet,
        address_family: None,
        add: Additions {
            managed_by_service: true,
            service_instance: true,
        },
    };
    let (mut content, mut failures) = (csv, Vec::new());
    let done = import_into(
        store,
        &request,
        file(&mut content, &mut failures, &mut |_| {
            ControlFlow::Continue(())
        }),
    );
    (done, failures)
}

fn file<'a>(
    content: &'a mut dyn std::io::Read,
    failures: &'a mut Vec<RowFailure>,
    progress: &'a mut dyn FnMut(&ImportSummary) -> ControlFlow<()>,
) -> ImportFile<'a> {
    ImportFile {
        name: "rows.csv",
        content,
        failures,
        progress,
    }
}

fn export(store: &Store, kind: Kind, names: Vocabulary) -> Vec<u8> {
    let request = Export {
        kind,
        address_family: None,
        names,
    };
    let mut csv = Vec::new();
    export_from(store, &request, &mut csv, &mut |_| ()).expect("memory takes it");
    csv
}

/// Texts that a description may hold and a file can hold: everything but NUL.
fn text() -> impl Strategy<Value = String> {
    let pieces = vec![
        "\"",
        ",",
        ";",
        "\r\n",
        "\n",
        "\r",
        " ",
        "“",
        "”",
        "'",
        "a",
        "Köln",
        "\u{1f5a8}",
        "\t",
        "=1",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..8).prop_map(|pieces| pieces.concat())
}

fn owner() -> impl Strategy<Value = Owner> {
    let services = vec!["IPAM", "Non-MS DHCP", "Others", "VMM", "Home-made"];
    let instances = vec!["Localhost", "Switch", "router 7", "dhcp1.corp.example"];
    (
        prop::sample::select(services),
        prop::sample::select(instances),
    )
        .prop_map(|(by, instance)| Owner {
            managed_by_service: by.parse().expect("any word is a service"),
            service_instance: instance.to_owned(),
        })
}

/// Records as a file of the console brings them, quoted or not as the writer likes.
fn addresses() -> impl Strategy<Value = Vec<(std::net::IpAddr, Owner, String, String, bool)>> {
    let address = prop_oneof![
        (1_u32..2000).prop_map(|low| std::net::IpAddr::from((0x0a01_0000 + low).to_be_bytes())),
        (1_u128..2000).prop_map(|low| {
            std::net::IpAddr::from((0x2001_0db8_u128 << 96 | low).to_be_bytes())
        }),
    ];
    prop::collection::vec((address, owner(), text(), text(), any::<bool>()), 0..12)
}

fn with_values(store: &Store) {
    store
        .transaction(|tx| {
            for (field, value) in [
                ("ManagedByService", "Home-made"),
                ("ServiceInstance", "Switch"),
                ("Region", "Here"),
                ("Region", "There, too"),
            ] {
                crate::ipam::fields::ensure_value(tx, field, value)?;
            }
            Ok(())
        })
        .expect("the fields are built in");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn exported_addresses_import_as_what_they_were(rows in addresses()) {
        let (first, second) = (store(), store());
        with_values(&first);
        with_values(&second);
        first.transaction(|tx| {
            for (ip_address, owner, description, asset, more) in &rows {
                let key = AddressKey {
                    address_space: AddressSpaceName::default(),
                    ip_address: *ip_address,
                    owner: owner.clone(),
                };
                let mut details = AddressDetails {
                    description: description.clone(),
                    asset_tag: asset.clone(),
                    ..AddressDetails::default()
                };
                if *more {
                    details.expiry_date = Some(jiff::civil::Date::constant(2026, 12, 31));
                    details.mac_address = "02-00-00-00-00-07".parse().ok();
                    details.device_type = "Printer".parse().expect("a word");
                    details.network_type = "Provider".parse().ok();
                    details.custom.add("Region", "There, too");
                    details.custom.add("Region", "Here");
                }
                bulk::add_new(tx, &key, &mut details)?;
            }
            Ok(())
        }).expect("good records");
        for names in [Vocabulary::Property, Vocabulary::Console] {
            let csv = export(&first, Kind::Address, names);
            let (done, failures) = import(&second, Kind::Address, &csv);
            prop_assert!(failures.is_empty(), "{failures:?}");
            prop_assert_eq!(done.expect("a good file").succeeded(), csv_rows(&csv));
            prop_assert_eq!(export(&second, Kind::Address, names), csv);
        }
    }

    #[test]
    fn exported_ranges_import_as_what_they_were(
        rows in prop::collection::vec((0_u8..40, owner(), text(), any::<bool>()), 0..12),
    ) {
        let (first, second) = (store(), store());
        with_values(&first);
        with_values(&second);
        for (third, owner, description, more) in rows {
            let mut new = NewRange::new(format!("10.70.{third}.0/24").parse().expect("a network"));
            new.owner = owner;
            new.create_subnet_if_not_found = true;
            new.details.description = description.replace('\0', "");
            if more {
                new.details.gateway = vec![format!("10.70.{third}.1/20").parse().expect("one")];
                let servers = ["10.0.0.1", "10.0.0.2"].map(|text| text.parse().unwrap());
                new.details.dns_servers = servers.to_vec();
                new.details.reserved_address =
                    vec![format!("10.70.{third}.5-10.70.{third}.9").parse().expect("a range")];
                new.details.utilization_calculation =
                    crate::ipam::space::UtilizationCalculation::UserSpecified(7);
                new.details.custom.add("Region", "Here");
                new.details.associated_reverse_lookup_zone = format!("{third}.70.10.in-addr.arpa");
            }
            // The same network twice for one owner is refused, which is as good.
            let _ = first.transaction(|tx| bulk_ranges::add_range(tx, new));
        }
        for kind in [Kind::Range, Kind::Subnet] {
            let csv = export(&first, kind, Vocabulary::Property);
            let (done, failures) = import(&second, kind, &csv);
            prop_assert!(failures.is_empty(), "{failures:?}");
            prop_assert_eq!(done.expect("a good file").failed, 0);
            prop_assert_eq!(export(&second, kind, Vocabulary::Property), csv);
        }
    }

    #[test]
    fn exported_subnets_import_as_what_they_were_with_their_custom_fields(
        rows in prop::collection::btree_map(0_u8..40, (text(), text(), 0_u8..8), 0..12),
    ) {
        let (first, second) = (store(), store());
        for store in [&first, &second] {
            with_values(store);
            let free = |tx: &Tx<'_>| crate::ipam::fields::add_field(tx, "Remark", false, &[]);
            store.transaction(free).expect("the name is free");
        }
        for (third, (name, remark, more)) in rows {
            let network = format!("10.70.{third}.0/24").parse().expect("a network");
            let mut new = NewSubnet::new(&format!("{third}{}", name.trim()), network);
            let carries = |bit: u8| more & bit != 0;
            if carries(1) {
                new.details.custom.add("Region", "There, too");
                new.details.custom.add("Region", "Here");
            }
            if carries(2) && !remark.trim().is_empty() {
                new.details.custom.add("Remark", remark.trim());
            }
            if carries(4) {
                new.details.vlan_id = vec![7, u16::from(third) + 100];
                new.details.owner = "the owner; of it".to_owned();
            }
            // A text that no field takes is refused, which is as good.
            let _ = first.transaction(|tx| subnets::add(tx, new));
        }
        let csv = export(&first, Kind::Subnet, Vocabulary::Property);
        let (done, failures) = import(&second, Kind::Subnet, &csv);
        prop_assert!(failures.is_empty(), "{failures:?}");
        prop_assert_eq!(done.expect("a good file").added, csv_rows(&csv));
        prop_assert_eq!(export(&second, Kind::Subnet, Vocabulary::Property), csv);
        let known = |store: &Store| store.read(bulk_ranges::all_subnets).expect("readable");
        prop_assert_eq!(known(&first), known(&second));
    }

    #[test]
    fn any_bytes_are_read_or_refused_and_never_break_anything(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        text in ".{0,200}",
        kind in prop::sample::select(KINDS.to_vec()),
    ) {
        let store = store();
        let _ = import(&store, kind, &bytes);
        let mut file = b"IPAddress,NetworkId,Name,StartIPAddress,EndIPAddress,Rir\n".to_vec();
        file.extend_from_slice(&bytes);
        let _ = import(&store, kind, &file);
        let header = match kind {
            Kind::Address => "IPAddress,DeviceType,ExpiryDate,Duid\n",
            Kind::Range => "NetworkId,Gateway,UtilizedAddresses,VIP\n",
            Kind::Block => "NetworkId,StartIPAddress,EndIPAddress,Rir\n",
            Kind::Subnet => "Name,NetworkId,VlanId,NetworkType\n",
        };
        for body in [text.as_bytes(), &bytes] {
            let (done, failures) = import(&store, kind, &[header.as_bytes(), body].concat());
            let summary = done.expect("the header is good");
            prop_assert_eq!(summary.failed, failures.len() as u64);
            prop_assert_eq!(summary.rows, summary.succeeded() + summary.failed);
            for failure in failures {
                prop_assert!(failure.row >= 2 && !failure.reason.is_empty(), "{failure:?}");
            }
        }
    }
}

/// Rows of an export: one a record, and descriptions may hold ends of line.
fn csv_rows(csv: &[u8]) -> u64 {
    csv::Reader::from_reader(csv).records().count() as u64
}

#[test]
fn every_refusal_names_line_column_value_and_remedy() {
    let csv =
        "IPAddress,ExpiryDate,Iaid\n10.0.0.1,soon,\n10.0.0.x,,\n10.0.0.2,,-1\n10.0.0.3,,,,,9\n";
    let (done, failures) = import(&store(), Kind::Address, csv.as_bytes());
    assert_eq!(done.expect("a good header").failed, 4);
    let told: Vec<String> = failures.iter().map(ToString::to_string).collect();
    for (told, wanted) in told.iter().zip([
        "row 2, ExpiryDate `soon`: `soon` is no date of this server: write",
        "row 3, IPAddress `10.0.0.x`: `10.0.0.x` is no IP address",
        "row 4, Iaid `-1`:",
        "row 5: has 6 fields where the header has 3",
    ]) {
        assert!(told.starts_with(wanted), "{told}");
    }
}

#[test]
fn a_stop_leaves_whole_batches_and_going_on_finishes() {
    let mut csv = "IPAddress\n".to_owned();
    for low in 0..25_000_u32 {
        let address = std::net::Ipv4Addr::from(0x0a00_0100 + low);
        csv.push_str(&format!("{address}\n"));
    }
    let store = store();
    let mut failures = Vec::new();
    let request = Import {
        kind: Kind::Address,
        entry: Entry::Cmdlet,
        address_family: None,
        add: Additions::default(),
    };
    let mut content = csv.as_bytes();
    let mut stop = |_: &ImportSummary| ControlFlow::Break(());
    let stopped = file(&mut content, &mut failures, &mut stop);
    let summary = import_into(&store, &request, stopped).expect("a good file");
    assert!(summary.interrupted);
    assert_eq!((summary.added, summary.through_line), (BATCH, BATCH + 1));
    assert_eq!(
        csv_rows(&export(&store, Kind::Address, Vocabulary::Property)),
        BATCH
    );
    let (done, _) = import(&store, Kind::Address, csv.as_bytes());
    let summary = done.expect("a good file");
    assert_eq!((summary.unchanged, summary.added), (BATCH, 25_000 - BATCH));
}

#[test]
fn rows_in_no_order_go_in_as_if_they_came_in_order_of_the_file() {
    let csv = "IPAddress,DeviceName,MacAddress\n10.0.0.9,late,\n10.0.0.7,x,no address\n\
               10.0.0.300,x,\n10.0.0.1,early,\n10.0.0.9,again,\n10.0.0.2,y,no address\n\
               2001:db8::1,six,\n10.0.0.1,early,\n";
    let store = store();
    let (done, failures) = import(&store, Kind::Address, csv.as_bytes());
    let summary = done.expect("a good file");
    let counts = (summary.added, summary.updated, summary.unchanged);
    assert_eq!((counts, summary.through_line), ((3, 1, 1), 9));
    let rows: Vec<u64> = failures.iter().map(|failure| failure.row).collect();
    assert_eq!(rows, [3, 4, 7], "refusals come in the order of the file");
    let csv = export(&store, Kind::Address, Vocabulary::Property);
    let text = String::from_utf8(csv).expect("an export is text");
    assert!(text.contains("again") && !text.contains("late"), "{text}");
}
