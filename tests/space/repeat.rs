//! A named request, repeated: by whoever never got the answer, and by a client of another mind.

use ipamlab::ipam::find::{AllocateRequest, FindReport, FindRequest};
use ipamlab::ipam::space::AddressQuery;
use ipamlab::ipam::store::Database;
use ipamlab::ipam::{Caller, ErrorId, Ipam, IpamResult};
use ipamlab::lab;

use crate::cut::case::Scratch;
use crate::support::*;

fn named(name: &str, device: &str) -> FindRequest {
    FindRequest {
        allocate: Some(full_details(device)),
        request: Some(name.parse().expect("a name")),
        ..FindRequest::one(range())
    }
}

async fn ask(ipam: &Ipam, by: &Caller, name: &str, device: &str) -> IpamResult<FindReport> {
    ipam.find_and_allocate(by, named(name, device)).await
}

fn got(report: IpamResult<FindReport>) -> (String, bool) {
    let report = report.expect("nothing is wrong with the request");
    let key = report.allocated.expect("there are addresses left");
    assert_eq!(report.selected, Some(key.ip_address));
    (key.ip_address.to_string(), report.repeated)
}

async fn recorded(ipam: &Ipam, admin: &Caller) -> Vec<String> {
    let all = ipam.get_ipam_address(admin, &AddressQuery::default()).await;
    let all = all.expect("readable").into_iter();
    all.map(|found| found.key.ip_address.to_string()).collect()
}

/// Whether the request was stopped by the loss of the database after so many statements.
fn lost_after(statements: u64) -> bool {
    let scratch = Scratch::new("repeat");
    let mut spec = spec();
    spec.engine.database = Database::File(scratch.file());
    let stopped = lab::run(spec, async |lab| {
        let admin = &lab.caller(ADMIN).expect("the account exists");
        let engine = lab.ipam();
        prepare(lab, &engine, admin).await;
        engine.store().faults().fail_after(Some(statements));
        let asked = ask(&engine, admin, "ticket 1", "web1").await;
        let stopped = engine.store().faults().is_lost();
        assert!(stopped || asked.is_ok(), "{asked:?}");
        drop(engine);
        lab.reopen_engine().expect("the store is whole");
        let ipam = lab.ipam();
        let before = recorded(&ipam, admin).await;
        let (address, repeated) = got(ask(&ipam, admin, "ticket 1", "web1").await);
        assert_eq!(address, "10.0.1.10", "after {statements} statements");
        assert_eq!(
            repeated,
            !before.is_empty(),
            "after {statements} statements"
        );
        let again = got(ask(&ipam, admin, "ticket 1", "web1").await);
        assert_eq!(again, ("10.0.1.10".to_owned(), true));
        assert_eq!(recorded(&ipam, admin).await, ["10.0.1.10"]);
        stopped
    });
    stopped.unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_request_whose_answer_was_lost_in_a_crash_gets_the_same_address_again() {
    let mut statements = 0;
    while lost_after(statements) {
        statements += 1;
        assert!(statements < 1000, "an allocation is over by then");
    }
    assert!(
        statements > 5,
        "an allocation takes {statements} statements"
    );
}

#[test]
fn a_name_stands_for_one_request_of_one_account() {
    managed(spec(), async |lab, ipam, admin| {
        assert_eq!(got(ask(ipam, admin, "1", "web1").await).0, "10.0.1.10");
        let other = ask(ipam, admin, "1", "web2").await.unwrap_err();
        assert_eq!(other.id, ErrorId::IpamApiInvalidParameter);
        assert!(other.to_string().contains("`10.0.1.10"), "{other}");
        assert_eq!(got(ask(ipam, admin, "2", "web2").await).0, "10.0.1.11");
        let clerk = lab.caller("CORP\\clerk").expect("the account exists");
        add_member(lab, "DHCP Users", "CORP\\clerk");
        let sid = {
            let estate = lab.estate();
            let found = estate.find_principal("CORP\\clerk", None);
            found.expect("the account exists").sid.clone()
        };
        let (host, now) = (lab.engine_host().clone(), lab.now());
        let joined =
            lab.estate_mut()
                .add_local_group_member(&host, "IPAM Administrators", &sid, now);
        joined.expect("the group exists");
        let (address, repeated) = got(ask(ipam, &clerk, "1", "web1").await);
        assert_eq!((address.as_str(), repeated), ("10.0.1.12", false));
    });
}

#[test]
fn a_request_is_made_anew_when_its_record_is_gone() {
    managed(spec(), async |_, ipam, admin| {
        let first = ask(ipam, admin, "1", "web1").await.expect("it is complete");
        let key = first.allocated.expect("there are addresses left");
        ipam.remove_ipam_address(admin, &key)
            .await
            .expect("it is there");
        assert!(!got(ask(ipam, admin, "1", "web2").await).1);
        assert!(got(ask(ipam, admin, "1", "web2").await).1);
    });
}

#[test]
fn a_typed_address_is_recorded_once_under_a_name() {
    managed(spec(), async |_, ipam, admin| {
        let typed = |address: &str| AllocateRequest {
            range: range(),
            address: ip(address),
            details: full_details("web1"),
            request: Some("1".parse().expect("a name")),
        };
        let once = ipam.allocate_ipam_address(admin, typed("10.0.1.20")).await;
        let again = ipam.allocate_ipam_address(admin, typed("10.0.1.20")).await;
        assert_eq!(once.unwrap(), again.unwrap());
        let other = ipam.allocate_ipam_address(admin, typed("10.0.1.21")).await;
        assert_eq!(other.unwrap_err().id, ErrorId::IpamApiInvalidParameter);
        let searched = ask(ipam, admin, "1", "web1").await.unwrap_err();
        assert_eq!(searched.id, ErrorId::IpamApiInvalidParameter);
        assert_eq!(recorded(ipam, admin).await, ["10.0.1.20"]);
    });
}

#[test]
fn a_name_without_a_record_to_make_and_an_empty_name_are_refused() {
    managed(spec(), async |_, ipam, admin| {
        let looks = FindRequest {
            allocate: None,
            ..named("1", "web1")
        };
        let error = ipam.find_and_allocate(admin, looks).await.unwrap_err();
        assert_eq!(error.id, ErrorId::IpamApiInvalidParameter);
    });
    use ipamlab::ipam::find::RequestId;
    for name in ["", "  ", &"x".repeat(256)] {
        assert!(name.parse::<RequestId>().is_err(), "`{name}`");
    }
}
