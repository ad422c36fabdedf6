//! Find and allocate against the fakes: each of the criteria alone, together, and two
//! administrators at once.

use std::net::IpAddr;

use crate::support::*;
use ipamlab::base::Fqdn;
use ipamlab::ipam::ErrorId;
use ipamlab::ipam::find::{
    AllocateRequest, Candidate, FindRequest, PingStatus, PtrStatus, Reason, Stopped, Verdict,
};
use ipamlab::ipam::space::{AddressDetails, NewAddress, NewRange, RangeQuery};
use ipamlab::lab::{DeviceSpec, DnsSpec, LabSpec};
use ipamlab::server::dhcp::DhcpServerConfig;
use ipamlab::wire::windows::dhcpm::{Reservation, ReservationKind, ReservedClient};

fn device(address: &str, answers_ping: bool) -> DeviceSpec {
    DeviceSpec {
        address: ip(address),
        answers_ping,
    }
}

fn with_scope(spec: &mut LabSpec, scope: ipamlab::server::dhcp::ScopeConfig) {
    let config = DhcpServerConfig::new(vec![ip("10.0.0.5")]).with_scope(scope);
    spec.dhcp.insert(fqdn(DHCP1), config);
}

fn reservation(address: &str) -> Reservation {
    Reservation {
        address: ip(address),
        client: ReservedClient::Mac("02-00-00-00-00-99".parse().unwrap()),
        name: "printer".to_owned(),
        description: String::new(),
        kind: ReservationKind::Both,
    }
}

/// .10 recorded, .11 reserved, .12 excluded, .13 answers ping, .14 has a PTR, .15 all of the last
/// two, .16 silent without anything.
fn crowded() -> LabSpec {
    let mut spec = spec();
    let scope = scope()
        .reserving(reservation("10.0.1.11"))
        .excluding("10.0.1.12".parse().unwrap());
    with_scope(&mut spec, scope);
    spec.dns.insert(
        fqdn(DC1),
        DnsSpec {
            zones: vec![reverse_zone(&["10.0.1.14", "10.0.1.15"])],
            ..DnsSpec::default()
        },
    );
    spec.devices = vec![
        device("10.0.1.13", true),
        device("10.0.1.14", false),
        device("10.0.1.15", true),
    ];
    spec
}

fn verdicts(candidates: &[Candidate]) -> Vec<(IpAddr, Verdict)> {
    let pairs = candidates.iter().map(|c| (c.address, c.verdict.clone()));
    pairs.collect()
}

#[test]
fn every_criterion_skips_its_candidate_and_the_evidence_stays() {
    managed(crowded(), async |_, ipam, admin| {
        let mut taken = NewAddress::new(ip("10.0.1.10"));
        taken.owner.service_instance = "elsewhere".to_owned();
        ipam.add_ipam_address(admin, taken).await.unwrap();
        let report = ipam
            .find_and_allocate(admin, FindRequest::one(range()))
            .await
            .unwrap();
        let skipped =
            |address, reasons: &[Reason]| (ip(address), Verdict::Skipped(reasons.to_vec()));
        assert_eq!(
            verdicts(&report.candidates),
            [
                skipped("10.0.1.10", &[Reason::InDatabase]),
                skipped("10.0.1.11", &[Reason::ReservedOnServer]),
                skipped("10.0.1.12", &[Reason::ExcludedOnServer]),
                skipped("10.0.1.13", &[Reason::AnswersPing]),
                skipped("10.0.1.14", &[Reason::HasPtrRecord]),
                skipped("10.0.1.15", &[Reason::AnswersPing, Reason::HasPtrRecord]),
                (ip("10.0.1.16"), Verdict::Available),
            ]
        );
        let old: Fqdn = "old-10-0-1-14.corp.example".parse().unwrap();
        assert_eq!(report.candidates[4].ptr, PtrStatus::Found(old));
        assert_eq!(report.candidates[4].ping, PingStatus::NoReply);
        assert_eq!(report.candidates[1].ping, PingStatus::Undetected);
        assert_eq!(report.selected, Some(ip("10.0.1.16")));
        assert_eq!((report.stopped, report.allocated), (None, None));
    });
}

#[test]
fn find_next_goes_on_and_the_end_of_the_range_is_a_warning() {
    managed(crowded(), async |_, ipam, admin| {
        let mut request = FindRequest::one(range());
        request.start_after = Some(ip("10.0.1.16"));
        let next = ipam
            .find_and_allocate(admin, request.clone())
            .await
            .unwrap();
        assert_eq!(next.selected, Some(ip("10.0.1.17")));
        request.count = 1024;
        let rest = ipam
            .find_and_allocate(admin, request.clone())
            .await
            .unwrap();
        assert_eq!(rest.available().count(), 13);
        assert_eq!(
            rest.selected,
            Some(ip("10.0.1.29")),
            "the last one is proposed"
        );
        assert_eq!(rest.stopped, Some(Stopped::RangeExhausted));
        for count in [0, 1025] {
            request.count = count;
            let error = ipam
                .find_and_allocate(admin, request.clone())
                .await
                .unwrap_err();
            assert_eq!(error.id, ErrorId::IpamApiInvalidParameter);
        }
    });
}

#[test]
fn a_sweep_gives_the_verdicts_of_one_search_after_the_other() {
    managed(crowded(), async |_, ipam, admin| {
        let sweep = ipam.sweep(admin, &range()).await.unwrap();
        assert_eq!(sweep.candidates.len(), 20);
        let mut one_by_one = Vec::new();
        let mut request = FindRequest::one(range());
        loop {
            let found = ipam
                .find_and_allocate(admin, request.clone())
                .await
                .unwrap();
            one_by_one.extend(verdicts(&found.candidates));
            match found.selected {
                Some(address) => request.start_after = Some(address),
                None => break,
            }
        }
        assert_eq!(verdicts(&sweep.candidates), one_by_one);
    });
}

#[test]
fn an_account_without_dhcp_users_is_refused_by_name_and_a_closed_port_by_another() {
    managed(spec(), async |lab, ipam, admin| {
        let clerk = lab.caller("CORP\\clerk").unwrap();
        let error = ipam
            .find_and_allocate(&clerk, FindRequest::one(range()))
            .await
            .unwrap_err();
        assert_eq!(error.id, ErrorId::IpamApiAccessDenied);
        let sid = lab
            .estate()
            .find_principal("CORP\\clerk", None)
            .unwrap()
            .sid
            .clone();
        let now = lab.now();
        lab.estate_mut()
            .add_local_group_member(
                &fqdn("ipam1.corp.example"),
                "IPAM ASM Administrators",
                &sid,
                now,
            )
            .unwrap();
        let error = ipam
            .find_and_allocate(&clerk, FindRequest::one(range()))
            .await
            .unwrap_err();
        assert_eq!(error.id, ErrorId::IpamApiFetchFreeIPAccessDenied);
        lab.estate_mut()
            .disable_firewall_rule(&fqdn(DHCP1), "DHCP Server (RPC-In)", now)
            .unwrap();
        let error = ipam
            .find_and_allocate(admin, FindRequest::one(range()))
            .await
            .unwrap_err();
        assert_eq!(error.id, ErrorId::IpamApiFetchFreeIPFailed);
    });
}

#[test]
fn two_administrators_at_once_never_get_the_same_address() {
    for count in [1, 3] {
        managed(spec(), async |_, ipam, admin| {
            let request = FindRequest {
                count,
                allocate: Some(AddressDetails::default()),
                ..FindRequest::one(range())
            };
            let searches = (0..8).map(|_| ipam.find_and_allocate(admin, request.clone()));
            let mut got = Vec::new();
            for report in futures_util::future::join_all(searches).await {
                got.push(report.unwrap().allocated.expect("room for all").ip_address);
            }
            let mut distinct = got.clone();
            distinct.sort();
            distinct.dedup();
            assert_eq!(distinct.len(), 8, "{got:?}");
            let recorded = ipam
                .get_ipam_address(admin, &Default::default())
                .await
                .unwrap();
            assert_eq!(recorded.len(), 8);
            assert!(
                recorded
                    .iter()
                    .all(|address| address.range == Some(range()))
            );
        });
    }
}

#[test]
fn a_typed_address_must_be_free_in_range_and_reservable() {
    managed(spec(), async |_, ipam, admin| {
        let details = || full_details("web1");
        let typed = |address, details| {
            let wanted = AllocateRequest {
                range: range(),
                address: ip(address),
                details,
                request: None,
            };
            ipam.allocate_ipam_address(admin, wanted)
        };
        let error = typed("10.0.1.30", details()).await.unwrap_err();
        assert_eq!(error.id, ErrorId::IpamApiInvalidParameter);
        typed("10.0.1.20", details()).await.unwrap();
        let error = typed("10.0.1.20", details()).await.unwrap_err();
        assert_eq!(error.id, ErrorId::IpamApiInvalidIPAddressConflict);
        let mut elsewhere = details();
        elsewhere.reservation_server = Some(fqdn(DC1));
        let error = typed("10.0.1.21", elsewhere).await.unwrap_err();
        assert_eq!(error.id, ErrorId::IpamApiInvalidParameter);
        let left = ipam
            .get_ipam_address(admin, &Default::default())
            .await
            .unwrap();
        assert_eq!(left.len(), 1, "a refused allocation leaves no record");
    });
}

#[test]
fn a_silent_dns_server_stops_the_search_instead_of_giving_an_address_away() {
    managed(spec(), async |lab, ipam, admin| {
        let static_range = NewRange::new("10.0.9.0/24".parse().unwrap());
        let key = ipam.add_ipam_range(admin, static_range).await.unwrap().key;
        lab.network().stop_service(DC1, "dns");
        let report = ipam
            .find_and_allocate(admin, FindRequest::one(key))
            .await
            .unwrap();
        assert_eq!(report.stopped, Some(Stopped::DnsServerSilent));
        assert_eq!(report.selected, None);
        let reasons = Verdict::Skipped(vec![Reason::PtrUnknown]);
        assert!(
            report
                .candidates
                .iter()
                .all(|candidate| candidate.verdict == reasons)
        );
    });
}

#[test]
fn set_aside_addresses_are_passed_over_and_wide_runs_are_told_as_one() {
    managed(spec(), async |_, ipam, admin| {
        let mut wide = NewRange::new("2001:db8::/64".parse().unwrap());
        wide.details.reserved_address = vec!["2001:db8::1-2001:db8::ffff:ffff".parse().unwrap()];
        wide.details.vip = vec!["2001:db8::1:0:1".parse().unwrap()];
        let key = ipam.add_ipam_range(admin, wide).await.unwrap().key;
        let request = FindRequest {
            count: 2,
            ..FindRequest::one(key.clone())
        };
        let report = ipam.find_and_allocate(admin, request).await.unwrap();
        assert_eq!(report.passed_over.len(), 1);
        assert_eq!(report.passed_over[0].reasons, [Reason::SetAside]);
        let listed: Vec<(IpAddr, bool)> = report
            .candidates
            .iter()
            .map(|c| (c.address, c.set_aside))
            .collect();
        assert_eq!(
            listed,
            [
                (ip("2001:db8::1:0:0"), false),
                (ip("2001:db8::1:0:1"), true),
                (ip("2001:db8::1:0:2"), false)
            ]
        );
        assert_eq!(report.selected, Some(ip("2001:db8::1:0:2")));
        let error = ipam.sweep(admin, &key).await.unwrap_err();
        assert_eq!(error.id, ErrorId::IpamApiInvalidParameter);
        let all = ipam
            .get_ipam_range(admin, &RangeQuery::default())
            .await
            .unwrap();
        assert_eq!(all.len(), 2);
    });
}
