//! Faults that befall hosts and services.

use super::*;
use crate::net::ConnectError;
use crate::net::fault::{FaultError, Peer, Target};

#[test]
fn a_host_that_is_down_neither_sends_nor_receives() {
    simulate(async |network| {
        network
            .add_fault(FaultSpec {
                scope: window(0, 1000),
                ..fault(FaultKind::HostDown {
                    host: Peer::parse(SERVER),
                })
            })
            .unwrap();
        let client = network.endpoint(CLIENT);
        assert!(!pings(&client, "10.0.0.1").await);
        assert!(!pings(&network.endpoint(SERVER), "10.0.0.9").await);
        assert_eq!(fired(&network), 2);
        network.advance(seconds(1)).await;
        assert!(pings(&client, "10.0.0.1").await);
    });
}

#[test]
fn a_stopped_service_refuses_until_it_starts_again() {
    simulate(async |network| {
        let (service, _socket) = dns(&network).await;
        network
            .add_fault(FaultSpec {
                scope: window(50, 150),
                ..fault(FaultKind::ServiceStopped {
                    host: SERVER.into(),
                    program: "dns".into(),
                })
            })
            .unwrap();
        let client = network.endpoint(CLIENT);
        let connect = async || client.connect(at("10.0.0.1:53"), ms(20)).await;
        assert!(connect().await.is_ok());
        network.advance(ms(60)).await;
        assert_eq!(connect().await.err(), Some(ConnectError::Refused));
        network.advance(ms(100)).await;
        assert!(connect().await.is_ok());
        assert_eq!(fired(&network), 2);
        let log = service.borrow().log.join(", ");
        assert!(
            log.contains("50 stopped crashed=false, 150 started"),
            "{log}"
        );
    });
}

#[test]
fn a_crash_comes_at_its_time_or_at_its_packet() {
    simulate(async |network| {
        let (service, socket) = dns(&network).await;
        network
            .add_fault(FaultSpec {
                limit: Limit {
                    skip: 2,
                    first: None,
                },
                scope: FaultScope {
                    port: Some(53),
                    ..FaultScope::default()
                },
                ..fault(FaultKind::Crash {
                    target: Target::Service {
                        host: SERVER.into(),
                        program: "DNS".into(),
                    },
                    restart_after: Some(ms(500)),
                })
            })
            .unwrap();
        network
            .add_fault(FaultSpec {
                name: "power".into(),
                scope: window(2000, 9000),
                ..fault(FaultKind::Crash {
                    target: Target::Host(SERVER.into()),
                    restart_after: Some(ms(500)),
                })
            })
            .unwrap();
        assert!(asks(&socket, "one").await.is_some());
        assert!(
            asks(&socket, "two").await.is_none(),
            "the third packet kills"
        );
        network.advance(ms(500)).await;
        assert!(asks(&socket, "three").await.is_some());
        network.advance(seconds(2)).await;
        assert!(
            asks(&socket, "four").await.is_some(),
            "back after the power cut"
        );
        let log = service.borrow().log.join("\n");
        assert!(log.contains("2 stopped crashed=true\n502 started"), "{log}");
        assert!(
            log.contains("2000 stopped crashed=true\n2500 started"),
            "{log}"
        );
        let counts: Vec<u64> = network.faults().iter().map(|status| status.fired).collect();
        assert_eq!(counts, [1, 1]);
    });
}

#[test]
fn faults_come_and_go_while_the_network_runs_and_leave_a_record() {
    simulate(async |network| {
        let (_, _socket) = dns(&network).await;
        let stopped = FaultSpec {
            scope: FaultScope {
                from: Some(SimTime(10)),
                ..FaultScope::default()
            },
            optional: true,
            ..fault(FaultKind::ServiceStopped {
                host: SERVER.into(),
                program: "DNS".into(),
            })
        };
        network.add_fault(stopped.clone()).unwrap();
        let twice = network.add_fault(stopped.clone()).unwrap_err();
        assert_eq!(twice, FaultError::Duplicate("it".into()));
        network.advance(ms(20)).await;
        let client = network.endpoint(CLIENT);
        let connect = async || client.connect(at("10.0.0.1:53"), ms(50)).await.is_ok();
        assert!(!connect().await);
        assert!(network.remove_fault("it"), "which starts the service again");
        assert!(!network.remove_fault("it"));
        assert!(connect().await);
        let unfired = FaultSpec {
            name: "nowhere".into(),
            kind: FaultKind::Crash {
                target: Target::Host("nobody".into()),
                restart_after: None,
            },
            ..stopped.clone()
        };
        network.add_fault(unfired).unwrap();
        network.advance(ms(20)).await;
        let record: Vec<(u64, bool)> = network
            .faults()
            .iter()
            .map(|status| (status.fired, status.optional))
            .collect();
        assert_eq!(record, [(1, true), (0, true)]);
        let backwards = FaultSpec {
            name: "x".into(),
            scope: window(5, 5),
            ..stopped
        };
        assert_eq!(
            network.add_fault(backwards).unwrap_err(),
            FaultError::EmptyWindow("x".into())
        );
    });
}
