//! Two IPAM servers, which share nothing but the DHCP server and the DNS server.

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use ipamlab::estate::{HostSpec, Role};
use ipamlab::ipam::find::FindRequest;
use ipamlab::ipam::space::{AddressKey, NewAddress, SyncStatus};
use ipamlab::ipam::{ErrorId, Ipam, RecordChannel};
use ipamlab::lab::{Lab, LabSpec};
use ipamlab::wire::windows::dhcpm::{Request, Reservation, ReservationKind, ReservedClient};

use super::desk::{Desk, Outcome, Program, Reads};
use super::explorer::{ActorSpec, Case};
use super::one_server::{details, explore_well, push};
use super::support::*;

const IPAM2: &str = "ipam2.corp.example";

/// The known-good estate with a second IPAM server, which updates DNS as any server lets it.
fn two_ipam_servers() -> LabSpec {
    let mut spec = spec();
    let second = HostSpec::new("ipam2".parse().expect("a name"), vec![ip("10.0.0.10")]);
    let domain = &mut spec.estate.domains[0];
    domain.hosts.push(second.roles(&[Role::Ipam]));
    spec
}

fn by_update() -> LabSpec {
    let mut spec = two_ipam_servers();
    spec.engine.records = RecordChannel::DynamicUpdate { key: None };
    for zone in &mut spec.dns.get_mut(&fqdn(DC1)).expect("it is declared").zones {
        zone.updates = ipamlab::wire::windows::dnsp::DynamicUpdate::NonsecureAndSecure;
    }
    spec
}

/// The second server manages what the first one does.
fn managed_by_both(lab: &Lab) -> LocalBoxFuture<'_, ()> {
    async move {
        let (ipam, admin) = (second(lab), lab.caller(ADMIN).expect("the account exists"));
        add_member(lab, "DHCP Users", "CORP\\ipam2$");
        manage(&ipam, &admin).await;
    }
    .boxed_local()
}

fn second(lab: &Lab) -> std::rc::Rc<Ipam> {
    lab.ipam_on(&fqdn(IPAM2)).expect("an IPAM server")
}

fn key() -> AddressKey {
    AddressKey {
        address_space: Default::default(),
        ip_address: ip("10.0.1.10"),
        owner: range().owner,
    }
}

/// Finds and records an address for the device; both servers find the same one.
async fn allocate(ipam: &Ipam, lab: &Lab, device: &str) {
    let request = FindRequest {
        allocate: Some(details(device)),
        ..FindRequest::one(range())
    };
    let admin = lab.caller(ADMIN).expect("the account exists");
    let report = ipam.find_and_allocate(&admin, request).await;
    assert_eq!(report.expect("it may be asked").allocated, Some(key()));
}

/// Both have found the same address free and recorded it.
fn both_found_it(lab: &Lab) -> LocalBoxFuture<'_, ()> {
    async move {
        managed_by_both(lab).await;
        allocate(&lab.ipam(), lab, "web-a").await;
        allocate(&second(lab), lab, "web-b").await;
    }
    .boxed_local()
}

/// Both have recorded the address by hand, and a printer had a reservation of it before.
fn both_mean_to_replace(lab: &Lab) -> LocalBoxFuture<'_, ()> {
    async move {
        managed_by_both(lab).await;
        let admin = lab.caller(ADMIN).expect("the account exists");
        for (ipam, device) in [(lab.ipam(), "web-a"), (second(lab), "web-b")] {
            let mut new = NewAddress::new(key().ip_address);
            new.owner = key().owner;
            new.details = details(device);
            let added = ipam.add_ipam_address(&admin, new).await;
            added.expect("the record is complete");
        }
        let printer = Reservation {
            address: key().ip_address,
            client: ReservedClient::Mac("02-00-00-00-00-99".parse().expect("a MAC address")),
            name: "printer".to_owned(),
            description: String::new(),
            kind: ReservationKind::Dhcp,
        };
        let request = Request::AddReservation {
            scope: "10.0.1.0/24".parse().expect("a network"),
            reservation: printer,
        };
        let now = lab.now();
        let mut server = lab.dhcp(&fqdn(DHCP1)).expect("a DHCP server");
        server.manage(request, now, "test").expect("it is free");
    }
    .boxed_local()
}

fn finds_and_reserves(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    async move {
        let request = FindRequest {
            allocate: Some(details(desk.device)),
            ..FindRequest::one(range())
        };
        let report = desk.ipam.find_and_allocate(&desk.admin, request).await;
        let key = report.expect("it may be asked").allocated;
        push(&desk, &key.expect("there is room"), 1).await
    }
    .boxed_local()
}

fn reserves(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    async move { push(&desk, &key(), 1).await }.boxed_local()
}

fn reserves_and_takes_back(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    async move {
        let mut outcome = push(&desk, &key(), 1).await;
        let deleted = desk.ipam.delete_dhcp_reservation(&desk.admin, &key()).await;
        outcome
            .reports
            .push(deleted.expect("the record is complete"));
        outcome
    }
    .boxed_local()
}

fn points(desk: Desk<'_>) -> LocalBoxFuture<'_, Outcome> {
    async move {
        desk.reads(Reads::Own);
        let mut outcome = Outcome::default();
        let report = desk.ipam.create_dns_ptr_record(&desk.admin, &key()).await;
        outcome
            .reports
            .push(report.expect("the record is complete"));
        outcome
    }
    .boxed_local()
}

type Prepare = for<'a> fn(&'a Lab) -> LocalBoxFuture<'a, ()>;

fn case(spec: fn() -> LabSpec, prepare: Prepare, programs: [Program; 2]) -> Case {
    let actor = |name, server, device, program| ActorSpec {
        name,
        admin: ADMIN,
        server,
        device,
        program,
    };
    Case {
        spec,
        prepare,
        actors: vec![
            actor("anna on ipam1", "ipam1.corp.example", "web-a", programs[0]),
            actor("bert on ipam2", IPAM2, "web-b", programs[1]),
        ],
        every_schedule: false,
        finest: true,
    }
}

/// In every end of an exploration, how often each text is found.
fn ends_with(explored: &super::explorer::Exploration, counts: &[(&str, usize)]) {
    for end in explored.graph.results() {
        for (text, count) in counts {
            assert_eq!(end.matches(text).count(), *count, "{text} in {end}");
        }
    }
}

#[test]
fn of_two_servers_that_found_the_same_address_one_reserves_it_and_the_other_is_told() {
    let explored = explore_well(&case(two_ipam_servers, both_found_it, [reserves, reserves]));
    // Once in what the administrator was told; the state is stored with the record too.
    ends_with(
        &explored,
        &[
            ("DHCP Reservation Create Success", 1),
            ("DHCP Reservation Create Failure", 1),
        ],
    );
    for end in explored.graph.results() {
        let told = end.contains("20022") || end.contains("was free when it was allocated");
        assert!(told && end.contains("the reservation `web-"), "{end}");
    }
}

#[test]
fn two_servers_that_search_at_once_are_told_whoever_comes_first() {
    let both = [finds_and_reserves, finds_and_reserves] as [Program; 2];
    let mut case = case(two_ipam_servers, managed_by_both, both);
    case.finest = false;
    explore_well(&case);
}

#[test]
fn an_intended_replacement_removes_what_was_seen_and_nothing_newer() {
    let explored = explore_well(&case(
        two_ipam_servers,
        both_mean_to_replace,
        [reserves, reserves],
    ));
    for end in explored.graph.results() {
        assert!(
            end.contains("the reservation `printer` of 02-00-00-00-00-99"),
            "{end}"
        );
    }
}

#[test]
fn taking_a_reservation_back_spares_that_of_the_other_server() {
    explore_well(&case(
        two_ipam_servers,
        both_found_it,
        [reserves_and_takes_back, reserves],
    ));
}

#[test]
fn two_ptr_records_of_one_address_never_stand_beside_each_other() {
    for spec in [two_ipam_servers, by_update] as [fn() -> LabSpec; 2] {
        let explored = explore_well(&case(spec, both_found_it, [points, points]));
        for end in explored.graph.results() {
            assert!(end.contains("DNS PTR Record Create Failure"), "{end}");
        }
    }
}

#[test]
fn either_order_is_told_in_words_that_name_the_other() {
    for first_is_ipam1 in [true, false] {
        managed(two_ipam_servers(), async |lab, _, admin| {
            both_found_it(lab).await;
            let mut servers = [lab.ipam(), second(lab)];
            if !first_is_ipam1 {
                servers.reverse();
            }
            let first = servers[0].create_dhcp_reservation(admin, &key()).await;
            assert_eq!(first.unwrap().state.status, SyncStatus::CreateSuccess);
            let later = servers[1].create_dhcp_reservation(admin, &key()).await;
            let later = later.unwrap();
            assert_eq!(later.state.status, SyncStatus::CreateFailure);
            assert_eq!(later.fault, Some(ErrorId::IpamMsmCreateReservationFailed));
            let other = if first_is_ipam1 { "web-a" } else { "web-b" };
            let named = format!("the reservation `{other}` of 02-00-00-00-00-6");
            assert!(later.state.detail.contains(&named), "{later:?}");
            let ptr = servers[0].create_dns_ptr_record(admin, &key()).await;
            assert_eq!(ptr.unwrap().state.status, SyncStatus::CreateSuccess);
            let ptr = servers[1]
                .create_dns_ptr_record(admin, &key())
                .await
                .unwrap();
            assert_eq!(ptr.state.status, SyncStatus::CreateFailure);
            assert!(ptr.state.detail.contains(other), "{ptr:?}");
        });
    }
}
