//! The watch over leases and their records: it finds what is planted, and nothing in a good estate.

use std::net::Ipv4Addr;
use std::time::Duration;

use ipamlab::addr::Family;
use ipamlab::base::Seed;
use ipamlab::estate::Role;
use ipamlab::lab::clients::{FleetSpec, Habits, Link};
use ipamlab::lab::observation::Observation;
use ipamlab::lab::{self, DnsSpec, Lab, LabSpec};
use ipamlab::server::dhcp::{DhcpServerConfig, DnsSettingsOf, ScopeConfig};
use ipamlab::server::dns::ZoneConfig;
use ipamlab::wire::dhcp::v4::{ClientFqdn, DhcpOption};
use ipamlab::wire::dns::DnsName;
use ipamlab::wire::windows::dhcpm::{Request, Reservation, ReservationKind, ReservedClient};
use ipamlab::wire::windows::dnsp::DynamicUpdate;

use super::world::fqdn;

const DAY: Duration = Duration::from_secs(24 * 3600);
const WINDOW: Duration = Duration::from_secs(22 * 24 * 3600);

fn scope() -> ScopeConfig {
    ScopeConfig::new(
        "10.1.0.0/24".parse().unwrap(),
        "10.1.0.10-10.1.0.99".parse().unwrap(),
    )
    .with_option(DhcpOption::DomainName("corp.example".to_owned()))
}

/// Two DHCP servers that lease the same range, as nobody should set them up.
fn spec() -> LabSpec {
    let mut spec = LabSpec::domain("corp.example")
        .host("dc1", "10.0.0.1", &[Role::DomainController, Role::Dns])
        .host("dhcp1", "10.0.0.5", &[Role::Dhcp])
        .host("dhcp2", "10.0.0.6", &[Role::Dhcp])
        .host("ipam1", "10.0.0.9", &[Role::Ipam]);
    for (host, address) in [("dhcp1", "10.0.0.5"), ("dhcp2", "10.0.0.6")] {
        let config = DhcpServerConfig::new(vec![address.parse().unwrap()]).with_scope(scope());
        spec.dhcp
            .insert(fqdn(&format!("{host}.corp.example")), config);
    }
    let zone = |name: &str| {
        let name: DnsName = name.parse().unwrap();
        ZoneConfig::directory_integrated(name).updates(DynamicUpdate::NonsecureAndSecure)
    };
    let dns = DnsSpec {
        zones: vec![zone("corp.example"), zone("10.in-addr.arpa")],
        ..DnsSpec::default()
    };
    spec.dns.insert(fqdn("dc1.corp.example"), dns);
    spec
}

fn fleet(name: &str, count: u32, server: &str, relay: &str) -> FleetSpec {
    FleetSpec {
        name: name.to_owned(),
        count,
        server: server.parse().unwrap(),
        links: vec![Link {
            subnet: "10.1.0.0/24".parse().unwrap(),
            relay: relay.parse::<Ipv4Addr>().unwrap(),
        }],
        joins_within: Duration::ZERO,
        client_fqdn: Some(ClientFqdn::request("", true)),
        habits: Habits {
            stay: 1,
            walk: 0,
            release: 0,
            roam: 0,
            replaced: 0,
        },
        seed: Seed(7).child(name),
    }
}

fn found(lab: &Lab) -> Vec<String> {
    let told = lab.check_life().into_iter().map(|seen| match seen {
        Observation::Finding { what, .. } => what,
        other => panic!("no finding: {other:?}"),
    });
    told.collect()
}

fn in_lab(work: impl AsyncFnOnce(&Lab)) {
    lab::run(spec(), async |lab| work(lab).await).unwrap();
}

#[test]
fn a_good_estate_is_checked_every_day_and_nothing_is_found() {
    in_lab(async |lab| {
        lab.watch_life(WINDOW);
        lab.start_clients(fleet("pc", 5, "10.0.0.5", "10.1.0.253"), false)
            .unwrap();
        lab.advance(30 * DAY).await;
        assert_eq!(found(lab), Vec::<String>::new());
        assert_eq!(lab.life_checks(), Some(31));
        assert_eq!(lab.with_clients("pc", |fleet| fleet.bound()), Some(5));
        let world = lab.life_now(WINDOW);
        assert_eq!(world.leases.len(), 5);
        assert_eq!(world.old_records.len(), 10, "no ageing, so no fresh stamp");
    });
}

#[test]
fn two_servers_that_lease_one_range_give_one_address_twice() {
    in_lab(async |lab| {
        lab.watch_life(WINDOW);
        lab.start_clients(fleet("a", 1, "10.0.0.5", "10.1.0.253"), false)
            .unwrap();
        lab.start_clients(fleet("b", 1, "10.0.0.6", "10.1.0.252"), false)
            .unwrap();
        lab.advance(DAY).await;
        let told = found(lab);
        assert_eq!(
            told,
            ["10.1.0.10 is on two leases: of dhcp1.corp.example and of dhcp2.corp.example"]
        );
        lab.advance(DAY).await;
        assert!(found(lab).is_empty(), "what lasts is told once");
    });
}

#[test]
fn a_lease_over_the_reservation_of_another_server_is_found() {
    in_lab(async |lab| {
        lab.watch_life(WINDOW);
        let reservation = Reservation {
            address: "10.1.0.10".parse().unwrap(),
            client: ReservedClient::Mac("02-00-00-00-00-99".parse().unwrap()),
            name: "printer".to_owned(),
            description: String::new(),
            kind: ReservationKind::Both,
        };
        let scope = "10.1.0.0/24".parse().unwrap();
        let request = Request::AddReservation { scope, reservation };
        let made = lab.manage_dhcp(&fqdn("dhcp2.corp.example"), request, "CORP\\admin");
        assert!(made.unwrap().is_ok());
        lab.start_clients(fleet("a", 1, "10.0.0.5", "10.1.0.253"), false)
            .unwrap();
        lab.advance(DAY).await;
        assert_eq!(
            found(lab),
            [
                "10.1.0.10 is leased by dhcp1.corp.example although dhcp2.corp.example reserves \
                 it for another client"
            ]
        );
    });
}

#[test]
fn records_that_outlive_their_leases_are_found_once_the_window_is_over() {
    in_lab(async |lab| {
        lab.watch_life(WINDOW);
        {
            let mut server = lab.dhcp(&fqdn("dhcp1.corp.example")).unwrap();
            let mut settings = server
                .dns_settings(DnsSettingsOf::Server(Family::V4))
                .clone();
            settings.delete_on_expiry = false;
            server
                .set_dns_settings(DnsSettingsOf::Server(Family::V4), settings)
                .unwrap();
        }
        lab.start_clients(fleet("a", 1, "10.0.0.5", "10.1.0.253"), false)
            .unwrap();
        lab.advance(DAY).await;
        assert!(lab.stop_clients("a"));
        assert!(!lab.stop_clients("a"), "they are off");
        lab.advance(20 * DAY).await;
        assert_eq!(found(lab), Vec::<String>::new(), "the window is open");
        lab.advance(3 * DAY).await;
        assert_eq!(
            found(lab),
            [
                "orphan: PTR record of a1.corp.example and 10.1.0.10 in 10.in-addr.arpa",
                "orphan: A record of a1.corp.example and 10.1.0.10 in corp.example",
            ]
        );
    });
}
