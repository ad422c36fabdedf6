//! What a laboratory of many servers needs.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use futures_util::future::join_all;
use ipamlab::base::SimTime;
use ipamlab::estate::{DomainSpec, Estate, EstateSpec, HostSpec, Os};
use ipamlab::ipam::remote::CONNECT_TIMEOUT;
use ipamlab::server::windows::{program_of_service, windows_services};
use ipamlab::wire::windows::{Request, samr, scm};

use crate::kit::{DC1, DHCP1, SMB_IN, fqdn, simulate};

#[test]
fn a_thousand_calls_wait_for_each_other_no_longer_than_one() {
    simulate(async |world| {
        world.open(DHCP1, &[SMB_IN]);
        let alice = world.alice();
        let open = || Request::LocalGroups(samr::Request::CallerGroups);
        let service = "DHCPServer".to_owned();
        let closed = || {
            let service = service.clone();
            Request::ServiceControl(scm::Request::QueryStatus { service })
        };
        let calls = (0..1000).map(|n| {
            let request = if n % 2 == 0 { open() } else { closed() };
            world.ask(&alice, DHCP1, request)
        });
        let results = join_all(calls).await;
        assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 500);
        let took = world.now().sim.since(SimTime::ZERO);
        assert!(
            took.as_millis() < CONNECT_TIMEOUT.as_millis() + 100,
            "{took:?}"
        );
    });
}

#[test]
fn programs_match_services_and_listen_apart() {
    simulate(async |world| {
        let estate = Rc::clone(&world.estate);
        let listeners = windows_services(&fqdn(DC1), estate, None, None);
        let programs: BTreeSet<&str> = listeners.iter().map(|(_, program, _)| *program).collect();
        for service in ["RpcSs", "LanmanServer", "eventlog", "Kdc", "NTDS"] {
            assert!(programs.contains(program_of_service(service).unwrap()));
        }
        assert_eq!(program_of_service("Spooler"), None);
        // A service object belongs to one program, or stopping one would stop the others.
        for (_, program, service) in &listeners {
            for (_, other, same) in &listeners {
                assert!(program == other || !Rc::ptr_eq(service, same));
            }
        }
    });
}

#[test]
fn a_device_has_no_windows_interfaces() {
    let host = HostSpec {
        os: Os::Device,
        ..HostSpec::new(
            "printer".parse().unwrap(),
            vec!["10.0.0.7".parse().unwrap()],
        )
    };
    let mut spec = EstateSpec::of(DomainSpec::new(fqdn("corp.example")));
    spec.workgroup.push(host);
    let estate = Estate::build(&spec, ipamlab::base::Seed(1)).unwrap();
    let name = estate.find_host("printer").unwrap().fqdn.clone();
    let estate = Rc::new(RefCell::new(estate));
    assert!(windows_services(&name, Rc::clone(&estate), None, None).is_empty());
    assert!(windows_services(&fqdn("nowhere.example"), estate, None, None).is_empty());
}
