//! A DNS push cut off at every millisecond, through both channels: by the end of the engine, and
//! by the end of the server.

use std::time::Duration;

use crate::support::*;
use futures_util::future::{Either, select};
use ipamlab::ipam::space::{AddressQuery, SyncStatus};
use ipamlab::ipam::{RecordChannel, UpdateKey};
use ipamlab::lab::{Lab, LabSpec};
use ipamlab::wire::dns::{TsigAlgorithm, TsigKey};
use ipamlab::wire::windows::dnsp::RecordData;

const SECRET: &[u8] = b"thirty-two octets of test secret";

/// The known-good estate whose engine writes records by signed updates.
fn by_update() -> LabSpec {
    let mut spec = spec();
    let key_name = "ipam-key".parse().expect("a name");
    let key = TsigKey::new(key_name, TsigAlgorithm::HmacSha256, SECRET).expect("a key");
    let dns = spec.dns.get_mut(&fqdn(DC1)).expect("it is declared");
    dns.keys.push(key);
    spec.engine.records = RecordChannel::DynamicUpdate {
        key: Some(UpdateKey {
            name: fqdn("ipam-key"),
            secret: SECRET.to_vec(),
        }),
    };
    spec
}

fn held(lab: &Lab) -> Vec<RecordData> {
    let server = lab.dns(&fqdn(DC1)).expect("a DNS server");
    let name = fqdn("web1.corp.example");
    let records = server.records(&fqdn("corp.example"), Some(&name));
    let records = records.unwrap_or_default().into_iter();
    records.map(|record| record.data).collect()
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Cut {
    /// The engine dies while it waits: its operation is never polled again.
    Engine,
    /// The server is switched off, and on again after the engine has given up.
    Server,
}

/// Whether the push was still under way when it was cut off.
fn cut_off_after(spec: LabSpec, cut: Cut, millis: u64) -> bool {
    managed(spec, async |lab, ipam, admin| {
        let at = format!("{cut:?} at {millis} ms");
        let key = add_web1(ipam, admin).await;
        let unfinished = {
            let push = std::pin::pin!(ipam.create_dns_host_record(admin, &key));
            let pause = std::pin::pin!(lab.network().advance(Duration::from_millis(millis)));
            match select(push, pause).await {
                Either::Left(_) => false,
                Either::Right((_, _)) if cut == Cut::Engine => true,
                Either::Right((_, push)) => {
                    lab.network().set_host_up(DC1, false);
                    let report = push.await.expect("a silent server is an outcome");
                    let missing = held(lab).is_empty();
                    assert!(
                        report.state.status == SyncStatus::CreateFailure || !missing,
                        "{at}: {report:?}"
                    );
                    lab.network().set_host_up(DC1, true);
                    true
                }
            }
        };
        // Whatever is still on its way arrives.
        lab.network().advance(Duration::from_secs(1)).await;
        let query = AddressQuery::default();
        let all = ipam
            .get_ipam_address(admin, &query)
            .await
            .expect("readable");
        let state = &all[0].dns_host_record_sync;
        match state.status {
            SyncStatus::NotAttempted => assert!(held(lab).is_empty(), "{at}"),
            SyncStatus::CreateFailure => assert!(unfinished, "{at}"),
            SyncStatus::CreateSuccess => assert_eq!(held(lab).len(), 1, "{at}"),
            other => panic!("{other} {at}"),
        }
        let again = ipam.create_dns_host_record(admin, &key).await;
        let again = again.expect("the record can be pushed").state;
        assert_eq!(again.status, SyncStatus::CreateSuccess, "{at}: {again:?}");
        let wanted = RecordData::of_address(ip("10.0.1.20"));
        assert_eq!(held(lab), [wanted], "{at}");
        unfinished
    })
}

fn at_every_millisecond(spec: impl Fn() -> LabSpec, cut: Cut) {
    let mut millis = 0;
    while cut_off_after(spec(), cut, millis) {
        millis += 1;
        assert!(millis < 1000, "a push is over within a second");
    }
    assert!(millis > 2, "a push takes round trips: {millis} ms");
}

#[test]
fn an_engine_cut_off_during_a_dns_push_is_honest_and_can_repeat_it() {
    at_every_millisecond(spec, Cut::Engine);
    at_every_millisecond(by_update, Cut::Engine);
}

#[test]
fn a_server_switched_off_during_a_dns_push_is_told_honestly_and_the_push_repeats() {
    at_every_millisecond(spec, Cut::Server);
    at_every_millisecond(by_update, Cut::Server);
}
