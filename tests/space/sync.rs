//! Reservations and DNS records pushed to the fakes, repeated, refused, and cut off in the middle.

use crate::support::*;
use futures_util::future::{Either, select};
use ipamlab::ipam::space::{AddressChange, AddressQuery, SyncStatus};
use ipamlab::ipam::sync::SyncReport;
use ipamlab::ipam::{Caller, ErrorId, Ipam, IpamResult};
use ipamlab::lab::Lab;
use ipamlab::wire::windows::dhcpm::{
    Request, Reservation, ReservationKind, ReservedClient, Response,
};
use ipamlab::wire::windows::dnsp::RecordData;

fn status(report: &IpamResult<SyncReport>) -> SyncStatus {
    report
        .as_ref()
        .expect("the record can be pushed")
        .state
        .status
}

fn fault(report: &IpamResult<SyncReport>) -> Option<ErrorId> {
    report.as_ref().expect("the record can be pushed").fault
}

/// What the server itself holds; not what the engine believes.
fn reservations(lab: &Lab) -> Vec<Reservation> {
    let scope = "10.0.1.0/24".parse().expect("a network");
    let now = lab.now();
    let mut server = lab.dhcp(&fqdn(DHCP1)).expect("a DHCP server");
    match server.manage(Request::EnumReservations { scope }, now, "test") {
        Ok(Response::Reservations(held)) => held,
        other => panic!("{other:?}"),
    }
}

fn records(lab: &Lab, zone: &str, name: &str) -> Vec<RecordData> {
    let server = lab.dns(&fqdn(DC1)).expect("a DNS server");
    let held = server.records(&fqdn(zone), Some(&fqdn(name)));
    held.expect("the zone exists")
        .into_iter()
        .map(|record| record.data)
        .collect()
}

const PTR: &str = "20.1.0.10.in-addr.arpa";

async fn stored(ipam: &Ipam, admin: &Caller) -> [SyncStatus; 3] {
    let all = ipam
        .get_ipam_address(admin, &AddressQuery::default())
        .await
        .expect("readable");
    [
        all[0].dhcp_reservation_sync.status,
        all[0].dns_host_record_sync.status,
        all[0].dns_ptr_record_sync.status,
    ]
}

#[test]
fn three_records_are_created_deleted_and_created_again() {
    managed(spec(), async |lab, ipam, admin| {
        let key = add_web1(ipam, admin).await;
        assert_eq!(stored(ipam, admin).await, [SyncStatus::NotAttempted; 3]);
        for _ in 0..2 {
            // Each action twice: the second finds its work done.
            for _ in 0..2 {
                let report = ipam.create_dhcp_reservation(admin, &key).await;
                assert_eq!(status(&report), SyncStatus::CreateSuccess, "{report:?}");
                assert!(report.unwrap().state.exists);
                let report = ipam.create_dns_host_record(admin, &key).await;
                assert_eq!(status(&report), SyncStatus::CreateSuccess, "{report:?}");
                let report = ipam.create_dns_ptr_record(admin, &key).await;
                assert_eq!(status(&report), SyncStatus::CreateSuccess, "{report:?}");
            }
            assert_eq!(stored(ipam, admin).await, [SyncStatus::CreateSuccess; 3]);
            assert_eq!(reservations(lab).len(), 1);
            let host = records(lab, "corp.example", "web1.corp.example");
            assert_eq!(host, [RecordData::of_address(ip("10.0.1.20"))]);
            let ptr = records(lab, "1.0.10.in-addr.arpa", PTR);
            assert_eq!(ptr, [RecordData::Ptr(fqdn("web1.corp.example"))]);
            for _ in 0..2 {
                assert_eq!(
                    status(&ipam.delete_dhcp_reservation(admin, &key).await),
                    SyncStatus::DeleteSuccess
                );
                assert_eq!(
                    status(&ipam.delete_dns_host_record(admin, &key).await),
                    SyncStatus::DeleteSuccess
                );
                assert_eq!(
                    status(&ipam.delete_dns_ptr_record(admin, &key).await),
                    SyncStatus::DeleteSuccess
                );
            }
            assert_eq!(stored(ipam, admin).await, [SyncStatus::DeleteSuccess; 3]);
            assert!(reservations(lab).is_empty());
            assert!(records(lab, "corp.example", "web1.corp.example").is_empty());
            assert!(records(lab, "1.0.10.in-addr.arpa", PTR).is_empty());
        }
    });
}

fn other_client(address: &str) -> Reservation {
    Reservation {
        address: ip(address),
        client: ReservedClient::Mac("02-00-00-00-00-99".parse().expect("a MAC address")),
        name: "printer".to_owned(),
        description: String::new(),
        kind: ReservationKind::Dhcp,
    }
}

fn reserve(lab: &Lab, reservation: Reservation) {
    let scope = "10.0.1.0/24".parse().expect("a network");
    let request = Request::AddReservation { scope, reservation };
    let now = lab.now();
    let mut server = lab.dhcp(&fqdn(DHCP1)).expect("a DHCP server");
    server
        .manage(request, now, "test")
        .expect("the server takes it");
}

#[test]
fn a_reservation_of_the_address_is_replaced_or_updated() {
    managed(spec(), async |lab, ipam, admin| {
        reserve(lab, other_client("10.0.1.20"));
        let key = add_web1(ipam, admin).await;
        let report = ipam.create_dhcp_reservation(admin, &key).await.unwrap();
        let told = "replaced the reservation `printer` of 02-00-00-00-00-99 (DHCP)";
        assert_eq!(report.state.detail, told);
        assert_eq!(reservations(lab)[0].name, "web1");
        let changes = vec![AddressChange::ReservationName("web2".to_owned())];
        ipam.set_ipam_address(admin, &key, changes).await.unwrap();
        let report = ipam.create_dhcp_reservation(admin, &key).await.unwrap();
        assert_eq!(report.state.detail, "updated the reservation `web1`");
        let held = reservations(lab);
        assert_eq!((held.len(), held[0].name.as_str()), (1, "web2"));
    });
}

#[test]
fn the_server_refuses_a_client_that_has_another_address_and_nothing_is_replaced() {
    managed(spec(), async |lab, ipam, admin| {
        let mut same_client = other_client("10.0.1.25");
        same_client.client = ReservedClient::Mac("02-00-00-00-00-20".parse().unwrap());
        reserve(lab, same_client);
        let key = add_web1(ipam, admin).await;
        let report = ipam.create_dhcp_reservation(admin, &key).await;
        assert_eq!(status(&report), SyncStatus::CreateFailure);
        assert_eq!(
            fault(&report),
            Some(ErrorId::IpamMsmCreateReservationFailed)
        );
        assert!(report.unwrap().state.detail.contains("20022"));
        assert_eq!(reservations(lab)[0].address, ip("10.0.1.25"));
    });
}

#[test]
fn an_address_of_the_subnet_but_not_of_the_range_is_refused_by_the_server() {
    managed(spec(), async |lab, ipam, admin| {
        let mut new = ipamlab::ipam::space::NewAddress::new(ip("10.0.1.200"));
        new.owner = range().owner;
        new.details = full_details("web1");
        let key = ipam.add_ipam_address(admin, new).await.unwrap().key;
        let report = ipam.create_dhcp_reservation(admin, &key).await;
        assert_eq!(status(&report), SyncStatus::CreateFailure);
        assert!(report.unwrap().state.detail.contains("20018"));
        assert!(reservations(lab).is_empty());
    });
}

#[test]
fn a_record_without_the_fields_of_a_push_is_refused_before_anything_is_sent() {
    managed(spec(), async |lab, ipam, admin| {
        let new = ipamlab::ipam::space::NewAddress::new(ip("10.0.1.20"));
        let key = ipam.add_ipam_address(admin, new).await.unwrap().key;
        let error = ipam.create_dhcp_reservation(admin, &key).await.unwrap_err();
        assert_eq!(error.id, ErrorId::IpamMsmCheckReservationParametersFailed);
        let error = ipam.create_dns_host_record(admin, &key).await.unwrap_err();
        assert_eq!(
            error.id,
            ErrorId::IpamApiForwardLookupSpecifiedWithoutDeviceName
        );
        let error = ipam.create_dns_ptr_record(admin, &key).await.unwrap_err();
        assert_eq!(
            error.id,
            ErrorId::IpamApiReverseLookupSpecifiedWithoutDeviceName
        );
        assert_eq!(stored(ipam, admin).await, [SyncStatus::NotAttempted; 3]);
        assert!(reservations(lab).is_empty());
    });
}

#[test]
fn names_and_addresses_of_others_in_dns_are_not_overwritten() {
    managed(spec(), async |lab, ipam, admin| {
        let key = add_web1(ipam, admin).await;
        {
            let mut server = lab.dns(&fqdn(DC1)).unwrap();
            let (zone, name) = (fqdn("corp.example"), fqdn("web1.corp.example"));
            let other = RecordData::of_address(ip("10.0.1.77"));
            server.add_record(&zone, &name, 60, &other).unwrap();
            let taken = RecordData::Ptr(fqdn("other.corp.example"));
            server
                .add_record(&fqdn("1.0.10.in-addr.arpa"), &fqdn(PTR), 60, &taken)
                .unwrap();
        }
        let host = ipam.create_dns_host_record(admin, &key).await.unwrap();
        assert_eq!(host.state.status, SyncStatus::CreateSuccess);
        assert_eq!(host.state.detail, "the name holds 10.0.1.77 too");
        assert_eq!(records(lab, "corp.example", "web1.corp.example").len(), 2);
        let ptr = ipam.create_dns_ptr_record(admin, &key).await;
        assert_eq!(status(&ptr), SyncStatus::CreateFailure);
        assert_eq!(fault(&ptr), Some(ErrorId::IpamMsmDnsRegistrationFailed));
        ipam.delete_dns_ptr_record(admin, &key).await.unwrap();
        let left = records(lab, "1.0.10.in-addr.arpa", PTR);
        assert_eq!(
            left,
            [RecordData::Ptr(fqdn("other.corp.example"))],
            "only our own is deleted"
        );
    });
}

#[test]
fn a_missing_zone_is_the_servers_word_and_names_its_fault() {
    let mut spec = spec();
    spec.dns.clear();
    managed(spec, async |_, ipam, admin| {
        let key = add_web1(ipam, admin).await;
        let ptr = ipam.create_dns_ptr_record(admin, &key).await;
        assert_eq!(status(&ptr), SyncStatus::CreateFailure);
        assert_eq!(
            fault(&ptr),
            Some(ErrorId::IpamApiReverseLookUpDnsServerDoesNotBelongToZone)
        );
    });
}

/// Whether the push was still under way when it was cut off.
fn cut_off_after(millis: u64) -> bool {
    managed(spec(), async |lab, ipam, admin| {
        let key = add_web1(ipam, admin).await;
        let unfinished = {
            // The engine dies while it waits: its operation is never polled again.
            let push = std::pin::pin!(ipam.create_dhcp_reservation(admin, &key));
            let cut = std::time::Duration::from_millis(millis);
            let cut = std::pin::pin!(lab.network().advance(cut));
            matches!(select(push, cut).await, Either::Right(_))
        };
        // Whatever is still on its way arrives.
        lab.network()
            .advance(std::time::Duration::from_secs(1))
            .await;
        let all = ipam
            .get_ipam_address(admin, &AddressQuery::default())
            .await
            .unwrap();
        let state = &all[0].dhcp_reservation_sync;
        match state.status {
            SyncStatus::NotAttempted => assert!(reservations(lab).is_empty(), "at {millis} ms"),
            SyncStatus::CreateFailure => assert!(state.detail.contains("outcome unknown")),
            SyncStatus::CreateSuccess => assert!(!unfinished, "at {millis} ms"),
            other => panic!("{other} at {millis} ms"),
        }
        let again = ipam.create_dhcp_reservation(admin, &key).await;
        assert_eq!(status(&again), SyncStatus::CreateSuccess, "at {millis} ms");
        assert_eq!(reservations(lab).len(), 1);
        unfinished
    })
}

#[test]
fn a_push_cut_off_at_any_time_leaves_an_honest_status_and_can_be_repeated() {
    let mut millis = 0;
    while cut_off_after(millis) {
        millis += 1;
    }
    assert!(millis > 5, "a push takes several round trips");
}

#[test]
fn a_server_that_cannot_be_reached_is_a_failure_that_going_on_repairs() {
    managed(spec(), async |lab, ipam, admin| {
        let key = add_web1(ipam, admin).await;
        lab.set_host_up(&fqdn(DHCP1), false).unwrap();
        let report = ipam.create_dhcp_reservation(admin, &key).await;
        assert_eq!(status(&report), SyncStatus::CreateFailure);
        assert!(report.unwrap().state.detail.contains("1722"));
        lab.set_host_up(&fqdn(DHCP1), true).unwrap();
        let report = ipam.create_dhcp_reservation(admin, &key).await;
        assert_eq!(status(&report), SyncStatus::CreateSuccess);
    });
}
