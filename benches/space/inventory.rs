//! The whole engine over the inventory: what an administrator at the console waits for.

use ipamlab::estate::Role;
use ipamlab::ipam::find::{FindRequest, Probing};
use ipamlab::ipam::groups::Detail;
use ipamlab::ipam::inventory::AddressFamily;
use ipamlab::ipam::provision::ServerProvisioning;
use ipamlab::ipam::space::{AddressQuery, NewRange, Owner, RangeKey, RangeQuery};
use ipamlab::ipam::store::{Store, ToValue, key_of_address};
use ipamlab::ipam::tasks::TaskKind;
use ipamlab::ipam::{Caller, Ipam, IpamResult};
use ipamlab::lab::{self, Lab, LabSpec};

use super::fill::{FIRST, RANGES, ip};
use super::measure::Figure;
use super::{line, ours};
use crate::support::{self, Clock};

const RUNS: usize = 11;

/// Every range has a hundred of the addresses; the last one is still empty.
fn span(range: u32) -> ipamlab::addr::AddressRange {
    let first = FIRST + 1 + range * 100;
    ipamlab::addr::AddressRange::new(ip(first), ip(first + 99)).expect("in order")
}

/// Writes copies of one range that the engine made, with other bounds.
fn add_ranges(store: &Store) -> IpamResult<()> {
    let columns = "space, managed_by, instance, instance_key, size_class, network, assignment, \
                   details, scope";
    let template = key_of_address(span(0).first());
    let copy = format!(
        "INSERT INTO ip_range (first, last, {columns}) \
         SELECT ?2, ?3, {columns} FROM ip_range WHERE first = ?1"
    );
    store.transaction(|tx| {
        for range in 1..RANGES {
            let bounds = [span(range).first(), span(range).last()].map(key_of_address);
            let row: &[&dyn ToValue] = &[&template, &bounds[0], &bounds[1]];
            tx.execute(&copy, row)?;
        }
        Ok(())
    })
}

async fn prepare(lab: &Lab, addresses: &[u32]) -> (Caller, RangeKey) {
    let (ipam, admin) = (lab.ipam(), lab.caller("CORP\\domain-admin").expect("there"));
    let manual = ServerProvisioning::default();
    let provisioned = ipam.invoke_ipam_server_provisioning(&admin, manual);
    provisioned.await.expect("a fresh host");
    let mut range = NewRange::new("10.0.0.0/11".parse().expect("a network"));
    range.start_ip_address = Some(span(0).first());
    range.end_ip_address = Some(span(0).last());
    ipam.add_ipam_range(&admin, range)
        .await
        .expect("nothing is there yet");
    add_ranges(ipam.store()).expect("the store can be written to");
    ours::load(ipam.store(), addresses).expect("the store can be written to");
    let key = RangeKey {
        address_space: Default::default(),
        span: span(RANGES / 2),
        owner: Owner::localhost(),
    };
    (admin, key)
}

async fn timed<T>(what: &str, floor: &str, work: impl AsyncFn() -> T) {
    let mut walls = Vec::new();
    for _ in 0..RUNS {
        let clock = Clock::start();
        work().await;
        walls.push(clock.read().wall);
    }
    let wall = support::median(walls);
    line(what, Figure { wall, times: RUNS }, floor, "");
}

async fn ask(ipam: &Ipam, admin: &Caller, key: &RangeKey) {
    let of_range = AddressQuery {
        mapped_to: Some(key.clone()),
        ..AddressQuery::default()
    };
    timed("Get-IpamAddress of a range of 100", "10 ms", async || {
        let found = ipam
            .get_ipam_address(admin, &of_range)
            .await
            .expect("permitted");
        assert_eq!(found.len(), 100);
        assert!(
            found
                .iter()
                .all(|address| address.range.as_ref() == Some(key))
        );
    })
    .await;
    let one = AddressQuery {
        ip_address: Some(key.span.first()),
        ..AddressQuery::default()
    };
    timed("Get-IpamAddress of one address", "10 ms", async || {
        let found = ipam.get_ipam_address(admin, &one).await.expect("permitted");
        assert_eq!(found.len(), 1);
    })
    .await;
    let full = FindRequest {
        probing: Probing::Nothing,
        ..FindRequest::one(key.clone())
    };
    timed(
        "Find-IpamFreeAddress in a full range",
        "10 ms",
        async || {
            let found = ipam
                .find_and_allocate(admin, full.clone())
                .await
                .expect("permitted");
            assert_eq!(found.selected, None);
        },
    )
    .await;
    timed("Get-IpamRange of one of 10 000", "", async || {
        let query = RangeQuery::of_key(key);
        let found = ipam.get_ipam_range(admin, &query).await.expect("permitted");
        assert_eq!(found.len(), 1);
    })
    .await;
    timed("Get-IpamAddress of all", "", async || {
        let all = AddressQuery::default();
        let found = ipam.get_ipam_address(admin, &all).await.expect("permitted");
        assert_eq!(found.len(), super::fill::ADDRESSES as usize);
    })
    .await;
}

/// What runs by itself, and the views that go over everything.
async fn whole(ipam: &Ipam, admin: &Caller) {
    for task in [TaskKind::AddressUtilization, TaskKind::AddressExpiry] {
        timed(&format!("task {task}"), "", async || {
            let run = ipam.start_scheduled_task(admin, task).await;
            run.expect("permitted and enabled");
        })
        .await;
    }
    timed("utilization of all ranges", "", async || {
        let all = ipam.get_utilization(admin).await.expect("permitted");
        assert!(all.len() >= RANGES as usize);
    })
    .await;
    timed("inventory group, counts", "", async || {
        let (group, family) = ("Network devices", AddressFamily::IPv4);
        let members = ipam.get_logical_group_members(admin, group, family, Detail::Counts);
        let (_, level) = members.await.expect("it is built in");
        assert_eq!(level.count, super::fill::ADDRESSES as usize);
    })
    .await;
    timed("find-orphans, no server to read", "", async || {
        let report = ipam.find_orphans(admin).await.expect("permitted");
        assert_eq!(report.findings, []);
    })
    .await;
}

pub fn measure(addresses: &[u32]) {
    let spec = LabSpec::domain("corp.example")
        .host("dc1", "10.255.0.1", &[Role::DomainController, Role::Dns])
        .host("ipam1", "10.255.0.9", &[Role::Ipam]);
    let measured = lab::run(spec, async |lab| {
        let (admin, key) = prepare(lab, addresses).await;
        ask(&lab.ipam(), &admin, &key).await;
        whole(&lab.ipam(), &admin).await;
    });
    measured.expect("the estate can be built");
}
