//! Reclaiming and deleting, cut off, refused, and while something else goes on.

use std::time::Duration;

use crate::cut::case::Scratch;
use crate::support::*;
use futures_util::future::join;
use ipamlab::addr::AddressRange;
use ipamlab::ipam::space::{
    AddressKey, AddressQuery, AddressSpaceName, NewAddress, RangeKey, RangeQuery, SyncStatus,
    Ticked,
};
use ipamlab::ipam::store::Database;
use ipamlab::ipam::sync::Deletion;
use ipamlab::ipam::{Caller, ErrorId, Ipam};

fn ticked(addresses: &[&str]) -> Ticked {
    Ticked {
        range: range(),
        addresses: addresses.iter().map(|text| ip(text)).collect(),
    }
}

async fn add(ipam: &Ipam, admin: &Caller, address: &str, owner: &RangeKey) -> AddressKey {
    let new = NewAddress {
        address_space: AddressSpaceName::default(),
        ip_address: ip(address),
        owner: owner.owner.clone(),
        details: full_details("web1"),
    };
    let added = ipam.add_ipam_address(admin, new).await;
    added.expect("the record is complete").key
}

async fn recorded(ipam: &Ipam, admin: &Caller) -> Vec<String> {
    let all = ipam.get_ipam_address(admin, &AddressQuery::default()).await;
    let all = all.expect("readable").into_iter();
    all.map(|found| found.key.ip_address.to_string()).collect()
}

async fn last_run(ipam: &Ipam, admin: &Caller) -> Option<jiff::Timestamp> {
    let query = RangeQuery::of_key(&range());
    let found = ipam.get_ipam_range(admin, &query).await.expect("readable");
    found[0].details.last_reclaim_run_time
}

#[test]
fn a_reclamation_cut_between_any_two_statements_reclaims_all_or_nothing() {
    let mut cut = 0;
    loop {
        let scratch = Scratch::new("reclaim");
        let mut spec = spec();
        spec.engine.database = Database::File(scratch.file());
        let complete = managed(spec, async |lab, ipam, admin| {
            for address in ["10.0.1.20", "10.0.1.21", "10.0.1.22"] {
                add(ipam, admin, address, &range()).await;
            }
            ipam.store().faults().fail_after(Some(cut));
            let tick = [ticked(&["10.0.1.20", "10.0.1.21"])];
            let ended = ipam.reclaim_ipam_addresses(admin, &tick).await;
            let lost = ipam.store().faults().is_lost();
            lab.reopen_engine().expect("the store is whole");
            let ipam = &*lab.ipam();
            let left = recorded(ipam, admin).await;
            match (&ended, lost) {
                (Ok(summary), false) => {
                    assert_eq!(summary.reclaimed.len(), 2);
                    assert_eq!(left, ["10.0.1.22"]);
                    assert_eq!(last_run(ipam, admin).await, Some(summary.at));
                }
                (Err(error), true) => {
                    assert_eq!(error.id, ErrorId::IpamApiDatabaseConnectionLost);
                    assert_eq!(
                        left,
                        ["10.0.1.20", "10.0.1.21", "10.0.1.22"],
                        "cut at {cut}"
                    );
                    assert_eq!(last_run(ipam, admin).await, None, "cut at {cut}");
                }
                other => panic!("{other:?}"),
            }
            ended.is_ok()
        });
        if complete {
            break;
        }
        cut += 1;
    }
    assert!(cut >= 8, "two removals and a range take statements: {cut}");
}

#[test]
fn what_does_not_map_to_the_range_or_is_not_there_is_refused_and_nothing_is_reclaimed() {
    managed(spec(), async |_, ipam, admin| {
        add(ipam, admin, "10.0.1.20", &range()).await;
        let mine = NewAddress::new(ip("10.0.1.21"));
        ipam.add_ipam_address(admin, mine).await.unwrap();
        let listed = ipam.get_reclaimable_addresses(admin, &[range()]).await;
        assert_eq!(listed.unwrap().len(), 1, "one of the two maps to the range");
        for (tick, refusal) in [
            (
                &["10.0.1.20", "10.0.1.21"][..],
                ErrorId::IpamApiInvalidParameter,
            ),
            (&["10.0.1.20", "10.0.1.25"], ErrorId::IpamApiObjectNotFound),
            (&[], ErrorId::IpamApiInvalidParameter),
        ] {
            let ended = ipam.reclaim_ipam_addresses(admin, &[ticked(tick)]).await;
            assert_eq!(ended.unwrap_err().id, refusal, "{tick:?}");
        }
        let mut elsewhere = ticked(&["10.0.1.20"]);
        let other: AddressRange = "10.0.1.10-10.0.1.28".parse().unwrap();
        elsewhere.range.span = other;
        let ended = ipam.reclaim_ipam_addresses(admin, &[elsewhere]).await;
        assert_eq!(ended.unwrap_err().id, ErrorId::IpamApiObjectNotFound);
        assert_eq!(recorded(ipam, admin).await, ["10.0.1.20", "10.0.1.21"]);
        assert_eq!(last_run(ipam, admin).await, None);
    });
}

#[test]
fn an_address_reclaimed_during_its_push_leaves_an_entry_that_is_named() {
    managed(spec(), async |lab, ipam, admin| {
        let key = add(ipam, admin, "10.0.1.20", &range()).await;
        let reclaim = async {
            lab.network().advance(Duration::from_millis(8)).await;
            ipam.reclaim_ipam_addresses(admin, &[ticked(&["10.0.1.20"])])
                .await
        };
        let (pushed, reclaimed) = join(ipam.create_dhcp_reservation(admin, &key), reclaim).await;
        let pushed = pushed.expect("it began before");
        assert_eq!(pushed.fault, None, "{pushed:?}");
        assert!(
            pushed.state.detail.contains("removed meanwhile"),
            "{pushed:?}"
        );
        assert_eq!(reclaimed.expect("it maps").reclaimed.len(), 1);
        ipam.retrieve_server_data(admin, &[fqdn(DC1)])
            .await
            .unwrap();
        let report = ipam.find_orphans(admin).await.expect("readable");
        let told: Vec<String> = report.findings.iter().map(|one| one.in_words()).collect();
        assert_eq!(told, ["10.0.1.20 reservation left-behind"]);
    });
}

#[test]
fn two_pushes_of_one_record_come_one_after_the_other() {
    for millis in 0..30 {
        managed(spec(), async |lab, ipam, admin| {
            let key = add(ipam, admin, "10.0.1.20", &range()).await;
            let delete = async {
                lab.network().advance(Duration::from_millis(millis)).await;
                ipam.delete_dns_host_record(admin, &key).await
            };
            let (made, gone) = join(ipam.create_dns_host_record(admin, &key), delete).await;
            assert_eq!(made.unwrap().fault, None, "{millis} ms");
            assert_eq!(gone.unwrap().fault, None, "{millis} ms");
            let all = ipam.get_ipam_address(admin, &AddressQuery::default()).await;
            let status = all.unwrap()[0].dns_host_record_sync.status;
            let server = lab.dns(&fqdn(DC1)).unwrap();
            let name = fqdn("web1.corp.example");
            let held = server.records(&fqdn("corp.example"), Some(&name)).unwrap();
            match status {
                SyncStatus::CreateSuccess => assert_eq!(held.len(), 1, "{millis} ms"),
                SyncStatus::DeleteSuccess => assert!(held.is_empty(), "{millis} ms"),
                other => panic!("{other} at {millis} ms"),
            }
        });
    }
}

/// Collection asks the server before the push and writes down the answer after it.
#[test]
fn a_push_during_collection_is_not_called_deleted() {
    for millis in 0..40 {
        managed(spec(), async |lab, ipam, admin| {
            let key = add(ipam, admin, "10.0.1.20", &range()).await;
            ipam.create_dhcp_reservation(admin, &key).await.unwrap();
            ipam.delete_dhcp_reservation(admin, &key).await.unwrap();
            let push = async {
                lab.network().advance(Duration::from_millis(millis)).await;
                ipam.create_dhcp_reservation(admin, &key).await
            };
            let dhcp1 = [fqdn(DHCP1)];
            let (seen, made) = join(ipam.retrieve_server_data(admin, &dhcp1), push).await;
            seen.expect("one server may be named");
            assert_eq!(made.expect("it is complete").fault, None);
            let all = ipam.get_ipam_address(admin, &AddressQuery::default()).await;
            let state = &all.unwrap()[0].dhcp_reservation_sync;
            assert!(state.status.is_synchronised(), "{millis} ms: {state:?}");
            assert!(state.exists, "{millis} ms: {state:?}");
        });
    }
}

#[test]
fn a_deletion_with_its_ticks_keeps_the_record_until_the_servers_have_answered() {
    managed(spec(), async |lab, ipam, admin| {
        let key = add(ipam, admin, "10.0.1.20", &range()).await;
        ipam.create_dhcp_reservation(admin, &key).await.unwrap();
        ipam.create_dns_ptr_record(admin, &key).await.unwrap();
        let all = Deletion {
            reservation: true,
            dns_records: true,
            address_record: true,
        };
        let none = Deletion {
            reservation: false,
            dns_records: false,
            address_record: false,
        };
        let nothing = ipam.delete_address(admin, &key, none).await;
        assert_eq!(nothing.unwrap_err().id, ErrorId::IpamApiInvalidParameter);
        lab.set_host_up(&fqdn(DHCP1), false).unwrap();
        let report = ipam.delete_address(admin, &key, all).await.unwrap();
        assert!(!report.removed && report.pushes.len() == 3, "{report:?}");
        assert_eq!(recorded(ipam, admin).await, ["10.0.1.20"]);
        lab.set_host_up(&fqdn(DHCP1), true).unwrap();
        let report = ipam.delete_address(admin, &key, all).await.unwrap();
        assert!(report.removed, "{report:?}");
        assert!(recorded(ipam, admin).await.is_empty());
        let gone = ipam.delete_address(admin, &key, all).await;
        assert_eq!(gone.unwrap_err().id, ErrorId::IpamApiObjectNotFound);
    });
}
