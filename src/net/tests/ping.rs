//! ICMP echo.

use std::rc::Rc;

use futures_util::future::join_all;

use super::kit::*;
use crate::net::{DropReason, Fate, PingReply};

#[test]
fn a_ping_takes_one_round_trip_or_its_time_out() {
    simulate(async |network| {
        network.add_device(ip("10.0.0.77"), true);
        network.add_device(ip("10.0.0.78"), false);
        let engine = network.endpoint(CLIENT);
        let targets = [
            "10.0.0.1",
            "10.0.0.77",
            "10.0.0.78",
            "10.0.0.79",
            "2001:db8::1",
        ];
        let replies = join_all(targets.map(|target| engine.ping(ip(target), seconds(1)))).await;
        let alive = PingReply::Alive { round_trip: ms(2) };
        let dead = PingReply::TimedOut;
        assert_eq!(replies, [alive, alive, dead, dead, alive]);
        assert_eq!(network.now().sim.0, 1000);
        let dropped: Vec<Fate> = network
            .capture()
            .into_iter()
            .map(|packet| packet.fate)
            .filter(|fate| matches!(fate, Fate::Dropped(_)))
            .collect();
        assert_eq!(
            dropped,
            [
                Fate::Dropped(DropReason::Silent),
                Fate::Dropped(DropReason::NoHost)
            ]
        );
    });
}

#[test]
fn a_ping_meets_the_firewall_of_a_host() {
    simulate_behind(Rc::new(Blocks("System")), 1, async |network| {
        let engine = network.endpoint(CLIENT);
        let reply = engine.ping(ip("10.0.0.1"), seconds(1)).await;
        assert_eq!(reply, PingReply::TimedOut);
        let blocked = DropReason::Firewall("no rule allows System on dns1".into());
        assert_eq!(network.capture()[0].fate, Fate::Dropped(blocked));
    });
}

#[test]
fn a_host_answers_while_it_is_up_and_willing() {
    simulate(async |network| {
        let engine = network.endpoint(CLIENT);
        let alive = async || {
            let reply = engine.ping(ip("10.0.0.1"), ms(500)).await;
            reply != PingReply::TimedOut
        };
        assert!(alive().await);
        assert!(network.set_host_up(SERVER, false));
        assert!(!alive().await);
        assert!(network.set_host_up(SERVER, true));
        network.set_answers_ping(ip("10.0.0.1"), false);
        assert!(!alive().await);
        network.set_answers_ping(ip("10.0.0.1"), true);
        assert!(alive().await);
        network.remove_address(ip("10.0.0.1"));
        assert!(!alive().await);
        assert!(!network.set_host_up("nobody", true));
    });
}

#[test]
fn a_cancelled_ping_leaves_nothing_behind() {
    simulate(async |network| {
        let engine = network.endpoint(CLIENT);
        let cut_short =
            tokio::time::timeout(ms(5), engine.ping(ip("10.0.0.250"), seconds(9))).await;
        assert!(cut_short.is_err());
        assert_eq!(network.now().sim.0, 5);
        engine.sleep(seconds(20)).await;
        assert_eq!(network.counters().in_flight(), 0);
    });
}
