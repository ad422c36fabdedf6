//! Free addresses, ranges and subnets as the cmdlets find them, and what a search goes through.

use std::net::IpAddr;

use crate::support::*;
use ipamlab::addr::AddressRange;
use ipamlab::ipam::ErrorId;
use ipamlab::ipam::find::{
    FindRequest, FreeRangeRequest, PingStatus, Probing, PtrStatus, Reason, Stopped,
};
use ipamlab::ipam::space::taken::Bulk;
use ipamlab::ipam::space::{AddressSpaceName, NewAddress, NewRange, RangeKey};
use ipamlab::ipam::{Caller, Ipam};
use ipamlab::lab::DeviceSpec;

fn span(text: &str) -> AddressRange {
    text.parse().expect(text)
}

async fn add_range(ipam: &Ipam, admin: &Caller, range: NewRange) -> RangeKey {
    let added = ipam.add_ipam_range(admin, range).await;
    added.expect("nothing is in its way").key
}

/// Takes whole spans, without a record each.
fn take(ipam: &Ipam, addresses: impl Iterator<Item = IpAddr>) {
    let taken = ipam.store().transaction(|tx| {
        let mut bulk = Bulk::new();
        for address in addresses {
            bulk.note(tx, &AddressSpaceName::default(), address)?;
        }
        bulk.finish(tx)
    });
    taken.expect("the store can be written to");
}

#[test]
fn the_cmdlet_filters_by_the_first_three_criteria_and_tells_the_other_two() {
    let mut spec = spec();
    spec.devices = vec![DeviceSpec {
        address: ip("10.0.1.11"),
        answers_ping: true,
    }];
    managed(spec, async |_, ipam, admin| {
        let mut taken = NewAddress::new(ip("10.0.1.10"));
        taken.owner.service_instance = "elsewhere".to_owned();
        ipam.add_ipam_address(admin, taken).await.unwrap();
        let ask = |probing| FindRequest {
            count: 2,
            probing,
            ..FindRequest::one(range())
        };
        let report = ipam
            .find_and_allocate(admin, ask(Probing::Nothing))
            .await
            .unwrap();
        let found: Vec<IpAddr> = report.available().collect();
        assert_eq!(found, [ip("10.0.1.11"), ip("10.0.1.12")]);
        let unasked = |at: usize| {
            (
                report.candidates[at].ping,
                report.candidates[at].ptr.clone(),
            )
        };
        assert_eq!(unasked(1), (PingStatus::Undetected, PtrStatus::Undetected));
        let report = ipam
            .find_and_allocate(admin, ask(Probing::Told))
            .await
            .unwrap();
        let told: Vec<_> = report.candidates.iter().skip(1).collect();
        assert_eq!(report.available().collect::<Vec<_>>(), found);
        assert_eq!(told[0].ping, PingStatus::Reply);
        assert_eq!(
            (told[1].ping, &told[1].ptr),
            (PingStatus::NoReply, &PtrStatus::NotFound)
        );
    });
}

#[test]
fn the_database_alone_gives_nothing_for_a_scope_and_passes_over_what_is_set_aside() {
    managed(spec(), async |_, ipam, admin| {
        let scope = ipam
            .get_free_addresses_in_database(admin, &range(), 5)
            .await;
        assert_eq!(scope, Ok(Vec::new()), "its server must be asked");
        let mut own = NewRange::new("10.0.9.0/24".parse().unwrap());
        own.details.reserved_address = vec![span("10.0.9.1-10.0.9.3")];
        own.details.vip = vec![span("10.0.9.6")];
        let key = add_range(ipam, admin, own).await;
        ipam.add_ipam_address(admin, NewAddress::new(ip("10.0.9.4")))
            .await
            .unwrap();
        let free = ipam.get_free_addresses_in_database(admin, &key, 3).await;
        assert_eq!(
            free.unwrap(),
            [ip("10.0.9.5"), ip("10.0.9.7"), ip("10.0.9.8")]
        );
        let all = ipam.get_free_addresses_in_database(admin, &key, 1024).await;
        assert_eq!(all.unwrap().len(), 254 - 5);
        for count in [0, 1025] {
            let wrong = ipam
                .get_free_addresses_in_database(admin, &key, count)
                .await;
            assert_eq!(wrong.unwrap_err().id, ErrorId::IpamApiInvalidParameter);
        }
    });
}

#[test]
fn a_full_half_of_a_range_is_one_line_of_the_report() {
    managed(spec(), async |_, ipam, admin| {
        let key = add_range(ipam, admin, NewRange::new("10.64.0.0/16".parse().unwrap())).await;
        take(ipam, span("10.64.0.0-10.64.127.255").addresses());
        let report = ipam
            .find_and_allocate(admin, FindRequest::one(key))
            .await
            .unwrap();
        assert_eq!(report.selected, Some(ip("10.64.128.0")));
        assert_eq!(report.candidates.len(), 1);
        let over = &report.passed_over[0];
        assert_eq!(over.span, span("10.64.0.1-10.64.127.255"));
        assert_eq!(over.reasons, [Reason::InDatabase]);
    });
}

#[test]
fn a_wide_subnet_is_read_no_further_than_the_search_goes() {
    managed(spec(), async |_, ipam, admin| {
        let wide = NewRange::new("2001:db8::/64".parse().unwrap());
        let key = add_range(ipam, admin, wide).await;
        // More runs than any page holds: every second address, and far beyond.
        let at = |low: u64| IpAddr::V6((0x2001_0db8_u128 << 96 | u128::from(low)).into());
        take(ipam, (0..6000).map(|low| at(2 * low + 1)));
        let request = |count| FindRequest {
            count,
            probing: Probing::Nothing,
            ..FindRequest::one(key.clone())
        };
        let report = ipam.find_and_allocate(admin, request(1024)).await.unwrap();
        let found: Vec<IpAddr> = report.available().collect();
        let expected: Vec<IpAddr> = (1..=1024).map(|low| at(2 * low)).collect();
        assert_eq!(found, expected);
        let last = FindRequest {
            start_after: Some(at(11_997)),
            ..request(3)
        };
        let report = ipam.find_and_allocate(admin, last).await.unwrap();
        let found: Vec<IpAddr> = report.available().collect();
        assert_eq!(found, [at(11_998), at(12_000), at(12_001)]);
        let end = FindRequest {
            start_after: Some(at(u64::MAX - 1)),
            ..request(3)
        };
        let report = ipam.find_and_allocate(admin, end).await.unwrap();
        assert_eq!(report.available().collect::<Vec<_>>(), [at(u64::MAX)]);
        assert_eq!(report.stopped, Some(Stopped::RangeExhausted));
    });
}

#[test]
fn a_free_range_has_no_record_in_it_however_many_are_scattered() {
    managed(spec(), async |_, ipam, admin| {
        let mut own = NewRange::new("10.80.0.0/16".parse().unwrap());
        own.start_ip_address = Some(ip("10.80.255.0"));
        own.end_ip_address = Some(ip("10.80.255.9"));
        add_range(ipam, admin, own).await;
        // No four addresses in a row up to 10.80.16.0.
        let all: Vec<IpAddr> = span("10.80.0.0-10.80.16.0").addresses().collect();
        take(ipam, all.into_iter().step_by(4).take(1024));
        let request = FreeRangeRequest {
            address_space: AddressSpaceName::default(),
            network_id: "10.80.0.0/16".parse().unwrap(),
            number_of_addresses: 4,
            number_of_ranges: 2,
        };
        let found = ipam
            .find_ipam_free_range(admin, request)
            .await
            .unwrap()
            .found;
        let spans: Vec<String> = found
            .iter()
            .map(|range| format!("{}-{}", range.start_ip_address, range.end_ip_address))
            .collect();
        assert_eq!(spans, ["10.80.15.253-10.80.16.0", "10.80.16.1-10.80.16.4"]);
    });
}
