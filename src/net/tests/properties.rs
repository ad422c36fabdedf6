//! What holds whatever goes wrong: every packet has a fate, streams keep their order, and a run
//! repeats itself.

use std::rc::Rc;

use futures_util::future::{join, join_all};
use proptest::prelude::*;

use super::kit::*;
use crate::base::SimTime;
use crate::net::fault::{Chance, FaultKind, FaultScope, FaultSpec, Limit, Peer, Target};
use crate::net::{AdmitAll, DropReason, Endpoint, Fate, Network, Packet};

/// One fault of every kind, mild enough that something still gets through.
pub(super) fn every_kind() -> Vec<FaultKind> {
    let chance = Chance::percent(20.0).unwrap();
    let restart_after = Some(ms(300));
    vec![
        FaultKind::Loss { chance },
        FaultKind::Delay {
            by: ms(1),
            jitter: ms(20),
        },
        FaultKind::Duplicate {
            chance,
            offset: ms(7),
        },
        FaultKind::Reorder {
            chance,
            hold: ms(15),
        },
        FaultKind::Partition {
            one: vec![Peer::parse(CLIENT)],
            other: vec![Peer::parse("10.0.0.77"), Peer::parse("far1")],
        },
        FaultKind::HostDown {
            host: Peer::parse("far1"),
        },
        FaultKind::ServiceStopped {
            host: SERVER.into(),
            program: "DNS".into(),
        },
        FaultKind::Crash {
            target: Target::Host(SERVER.into()),
            restart_after,
        },
    ]
}

/// Queries and pings of one run, spread over the time in which faults come and go.
const QUERIES: u64 = 80;
const PINGS: u64 = 80;

/// What one stream sent and got back.
struct Exchange {
    sent: Vec<u8>,
    got: Vec<u8>,
}

async fn stream(client: &Endpoint, length: usize) -> Exchange {
    let sent: Vec<u8> = (0..length).map(|n| (n * 31 + length) as u8).collect();
    let mut got = Vec::new();
    if let Ok(mut stream) = client.connect(at("10.0.0.1:53"), seconds(3)).await {
        for part in sent.chunks(1000) {
            if stream.write_all(part).await.is_err() {
                break;
            }
        }
        while got.len() < length {
            match stream.read(seconds(8)).await {
                Ok(bytes) if !bytes.is_empty() => got.extend(bytes),
                _ => break,
            }
        }
    }
    Exchange { sent, got }
}

async fn queries(client: &Endpoint) -> usize {
    let ask = async |n: u64| {
        client.sleep(ms(n * 20)).await;
        let socket = client.udp(ip("10.0.0.1"), 0).await.unwrap();
        socket.send_to(&[n as u8], at("10.0.0.1:53")).await.unwrap();
        let reply = socket.recv_from(ms(500)).await.unwrap();
        usize::from(reply.is_some())
    };
    join_all((0..QUERIES).map(ask)).await.into_iter().sum()
}

/// A busy minute under the given faults.
fn busy(seed: u64, faults: &[FaultSpec]) -> (Vec<Packet>, Vec<Exchange>, usize) {
    simulate_behind(Rc::new(AdmitAll), seed, async |network: Network| {
        network.add_device(ip("10.0.0.77"), true);
        let service = echo();
        network
            .bind_udp(at("10.0.0.1:53"), "DNS", service.clone())
            .unwrap();
        network.bind_tcp(at("10.0.0.1:53"), "DNS", service).unwrap();
        for fault in faults {
            network.add_fault(fault.clone()).unwrap();
        }
        let client = network.endpoint(CLIENT);
        let ping = async |n: u64| {
            client.sleep(ms(n * 20)).await;
            let targets = ["10.0.0.1", "10.0.0.77", "10.1.0.1", "10.0.0.200"];
            client
                .ping(ip(targets[n as usize % targets.len()]), ms(700))
                .await
        };
        let streams = join_all([10, 5_000, 40_000].map(|length| stream(&client, length)));
        let others = join(queries(&client), join_all((0..PINGS).map(ping)));
        let (exchanges, (answered, _)) = join(streams, others).await;
        // Long enough for every copy, retransmission and restart.
        network.advance(seconds(600)).await;
        assert_eq!(network.counters().in_flight(), 0);
        (network.capture(), exchanges, answered)
    })
}

fn named(kinds: Vec<(FaultKind, FaultScope)>) -> Vec<FaultSpec> {
    let spec = |(n, (kind, scope)): (usize, (FaultKind, FaultScope))| FaultSpec {
        name: format!("{}-{n}", kind.info().name).into(),
        scope,
        limit: Limit::default(),
        optional: false,
        kind,
    };
    kinds.into_iter().enumerate().map(spec).collect()
}

fn all_faults() -> Vec<FaultSpec> {
    // One after the other, each overlapping the next.
    let scope = |n: u64| FaultScope {
        from: Some(SimTime(50 + n * 150)),
        until: Some(SimTime(350 + n * 150)),
        ..FaultScope::default()
    };
    let kinds = (0..).zip(every_kind());
    named(kinds.map(|(n, kind)| (kind, scope(n))).collect())
}

#[test]
fn a_run_with_every_fault_repeats_itself_to_the_byte() {
    let (packets, _, answered) = busy(7, &all_faults());
    assert!(packets.len() > 100 && answered > 0, "something happened");
    let touched = |name: &str| {
        packets.iter().any(|packet| match &packet.fate {
            Fate::Delivered { fault, .. } => fault.as_deref() == Some(name),
            fate => *fate == Fate::Dropped(DropReason::Fault(name.into())),
        })
    };
    for fault in all_faults().iter().take(6) {
        assert!(touched(&fault.name), "{} did nothing", fault.name);
    }
    let (again, ..) = busy(7, &all_faults());
    assert!(packets == again);
    let (other, ..) = busy(8, &all_faults());
    assert!(packets != other, "the seed decides");
}

#[test]
fn adding_a_fault_elsewhere_leaves_the_draws_of_the_others_alone() {
    let quiet = FaultSpec {
        name: "elsewhere".into(),
        scope: FaultScope {
            host: Some(Peer::parse("nobody")),
            ..FaultScope::default()
        },
        ..all_faults().remove(0)
    };
    let mut more = all_faults();
    more.insert(0, quiet);
    assert!(busy(7, &all_faults()).0 == busy(7, &more).0);
}

fn kind() -> impl Strategy<Value = FaultKind> {
    let time = || (0..80_u64).prop_map(ms);
    let chance = || (0.0..60.0_f64).prop_map(|percent| Chance::percent(percent).unwrap());
    prop_oneof![
        chance().prop_map(|chance| FaultKind::Loss { chance }),
        (time(), time()).prop_map(|(by, jitter)| FaultKind::Delay { by, jitter }),
        (chance(), time()).prop_map(|(chance, offset)| FaultKind::Duplicate { chance, offset }),
        (chance(), time()).prop_map(|(chance, hold)| FaultKind::Reorder { chance, hold }),
        Just(every_kind().remove(4)),
        Just(every_kind().remove(5)),
        Just(every_kind().remove(6)),
        proptest::option::of(time()).prop_map(|restart_after| FaultKind::Crash {
            target: Target::Host(SERVER.into()),
            restart_after,
        }),
        proptest::option::of(time()).prop_map(|restart_after| FaultKind::Crash {
            target: Target::Service {
                host: SERVER.into(),
                program: "DNS".into(),
            },
            restart_after,
        }),
    ]
}

fn scope() -> impl Strategy<Value = FaultScope> {
    (0..500_u64, 1..2000_u64).prop_map(|(from, length)| FaultScope {
        from: Some(SimTime(from)),
        until: Some(SimTime(from + length)),
        ..FaultScope::default()
    })
}

/// A case is a whole run, so fewer of them than usual.
fn few_cases() -> ProptestConfig {
    ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(few_cases())]

    #[test]
    fn every_packet_has_a_fate_and_every_stream_its_order(
        seed in any::<u64>(),
        faults in proptest::collection::vec((kind(), scope()), 0..6),
    ) {
        let (packets, exchanges, _) = busy(seed, &named(faults));
        prop_assert!(packets.iter().all(|packet| packet.fate != Fate::InFlight));
        for exchange in exchanges {
            prop_assert!(exchange.sent.starts_with(&exchange.got));
        }
    }
}

#[test]
fn without_faults_every_stream_is_whole_and_every_query_answered() {
    let (_, exchanges, answered) = busy(1, &[]);
    assert_eq!(answered, QUERIES as usize);
    for exchange in exchanges {
        assert_eq!(exchange.sent, exchange.got);
    }
}
