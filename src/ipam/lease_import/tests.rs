//! Leases as records, field by field.

use crate::ipam::error::ErrorId;
use crate::ipam::space::{AddressChange, AddressState};
use crate::wire::windows::dhcpm::{Lease, LeaseState, ReservedClient, ScopeInfo};

use super::mapping::ReadLease;
use super::request::{CustomSource, LeaseFamilies, LeaseImport};

fn lease(address: &str, client: ReservedClient, state: LeaseState) -> ReadLease {
    ReadLease {
        lease: Lease {
            address: address.parse().unwrap(),
            client,
            host_name: "laptop1".to_owned(),
            state,
            expires: Some("2026-03-10T07:59:59Z".parse().unwrap()),
        },
        description: "first floor".to_owned(),
    }
}

fn mac() -> ReservedClient {
    ReservedClient::Mac("02-00-00-00-00-01".parse().unwrap())
}

fn duid() -> ReservedClient {
    ReservedClient::V6 {
        duid: "00030001020000000006".parse().unwrap(),
        iaid: 7,
    }
}

#[test]
fn an_ipv4_lease_says_name_client_end_and_state() {
    let read = lease("10.0.1.10", mac(), LeaseState::Active);
    let wanted = [
        AddressChange::DeviceName("laptop1".to_owned()),
        AddressChange::Description("first floor".to_owned()),
        AddressChange::ExpiryDate(Some("2026-03-11".parse().unwrap())),
        AddressChange::ClientId(Some("020000000001".parse().unwrap())),
        AddressChange::Duid(None),
        AddressChange::Iaid(None),
        AddressChange::IpAddressState("Active".parse::<AddressState>().unwrap()),
    ];
    assert_eq!(read.changes(), wanted);
}

#[test]
fn an_ipv6_lease_says_duid_and_iaid_and_no_state() {
    let mut read = lease("2001:db8::30", duid(), LeaseState::InactiveReservation);
    read.lease.expires = None;
    let wanted = [
        AddressChange::DeviceName("laptop1".to_owned()),
        AddressChange::Description("first floor".to_owned()),
        AddressChange::ExpiryDate(None),
        AddressChange::ClientId(None),
        AddressChange::Duid(Some("00030001020000000006".parse().unwrap())),
        AddressChange::Iaid(Some(7)),
    ];
    assert_eq!(read.changes(), wanted);
}

#[test]
fn every_state_is_a_word_of_its_own_and_only_two_are_reservations() {
    let states = [
        LeaseState::Offered,
        LeaseState::Active,
        LeaseState::Declined,
        LeaseState::Expired,
        LeaseState::ActiveReservation,
        LeaseState::InactiveReservation,
    ];
    let read: Vec<ReadLease> = states
        .iter()
        .map(|state| lease("10.0.1.10", mac(), *state))
        .collect();
    let words: std::collections::BTreeSet<&str> = read.iter().map(ReadLease::state).collect();
    assert_eq!(words.len(), states.len());
    let reserved: Vec<&str> = read
        .iter()
        .filter(|lease| lease.is_reservation())
        .map(ReadLease::state)
        .collect();
    assert_eq!(reserved, ["ActiveReservation", "InactiveReservation"]);
}

#[test]
fn custom_data_comes_from_the_scope_the_lease_or_the_runbook() {
    let scope = ScopeInfo {
        scope: "10.0.1.0/24".parse().unwrap(),
        name: "Floor 1".to_owned(),
        active: true,
        first: "10.0.1.10".parse().unwrap(),
        last: "10.0.1.250".parse().unwrap(),
        exclusions: Vec::new(),
        lease_seconds: 691_200,
        superscope: None,
        failover: None,
        routers: Vec::new(),
        dns_servers: Vec::new(),
        dns_domain: None,
        in_use: 0,
    };
    let read = lease("10.0.1.10", mac(), LeaseState::Declined);
    let of = |text: &str| read.custom(&text.parse::<CustomSource>().unwrap(), &scope);
    assert_eq!(of("DhcpScope.Name"), "Floor 1");
    assert_eq!(of("dhcpscope.scopeid"), "10.0.1.0");
    assert_eq!(of("DhcpScope.SuperscopeName"), "");
    assert_eq!(of("DhcpLease.HostName"), "laptop1");
    assert_eq!(of("DhcpLease.ClientId"), "020000000001");
    assert_eq!(of("DhcpLease.AddressState"), "Declined");
    assert_eq!(of("DhcpLease.Colour"), "DhcpLease.Colour");
}

#[test]
fn a_server_is_named_in_full_and_a_family_by_its_word() {
    let short = LeaseImport::new("dhcp1".parse().unwrap()).unwrap_err();
    assert_eq!(short.id, ErrorId::IpamApiInvalidParameter);
    assert!(LeaseImport::new("dhcp1.corp.example".parse().unwrap()).is_ok());
    assert_eq!("ipv4".parse(), Ok(LeaseFamilies::V4));
    assert_eq!(LeaseFamilies::All.each().len(), 2);
    assert!("IPv5".parse::<LeaseFamilies>().is_err());
}

#[test]
fn a_record_expires_no_sooner_than_its_lease() {
    let date = |end: &str| {
        let mut read = lease("10.0.1.10", mac(), LeaseState::Active);
        read.lease.expires = Some(end.parse().unwrap());
        let changes = read.changes();
        let found = changes.into_iter().find_map(|change| match change {
            AddressChange::ExpiryDate(date) => date,
            _ => None,
        });
        found.unwrap().to_string()
    };
    assert_eq!(date("2026-03-10T00:00:00Z"), "2026-03-10");
    assert_eq!(date("2026-03-10T00:00:01Z"), "2026-03-11");
    assert_eq!(date("2026-03-10T23:59:59Z"), "2026-03-11");
}
