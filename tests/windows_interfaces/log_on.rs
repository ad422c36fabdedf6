use std::time::Duration;

use futures_util::future::join_all;
use ipamlab::base::SimTime;
use ipamlab::ipam::Caller;
use ipamlab::ipam::remote::Stage;
use ipamlab::wire::windows::kerberos::{Request, Response};
use ipamlab::wire::windows::{Request as Any, Response as Answer, Win32Error};

use crate::kit::{DC1, DC2, World, fqdn, refused, simulate};

fn who_am_i() -> Any {
    Any::Kerberos(Request::WhoAmI)
}

/// Tickets that a controller has given out.
fn log_ons(world: &World, controller: &str) -> usize {
    let estate = world.estate.borrow();
    let host = estate.host(&fqdn(controller)).unwrap();
    let records = host.channel("Security").unwrap().read(0, usize::MAX);
    records.iter().filter(|record| record.event == 4768).count()
}

async fn carries(world: &World, caller: &Caller, group: &str) -> bool {
    let group = world.sid(group);
    match world.ask(caller, DC1, who_am_i()).await {
        Ok(Answer::Kerberos(Response::Caller { groups, .. })) => groups.contains(&group),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_ticket_keeps_the_groups_it_was_issued_with_until_it_is_purged() {
    simulate(async |world| {
        let ipam = world.ipam();
        assert!(!carries(world, &ipam, "IPAMUG").await);
        world.join_domain("IPAMUG", "CORP\\ipam1$");
        assert!(!carries(world, &ipam, "IPAMUG").await);
        world.remote.purge_tickets();
        assert!(carries(world, &ipam, "IPAMUG").await);
    });
}

#[test]
fn calls_that_start_together_log_on_once_a_caller() {
    simulate(async |world| {
        let (ipam, alice) = (world.ipam(), world.alice());
        let calls = (0..200).map(|n| {
            let caller = if n % 2 == 0 { &ipam } else { &alice };
            world.ask(caller, DC1, who_am_i())
        });
        assert!(join_all(calls).await.iter().all(Result::is_ok));
        assert_eq!(log_ons(world, DC1), 2);
    });
}

#[test]
fn a_wrong_secret_is_refused_even_while_the_right_one_has_a_ticket() {
    simulate(async |world| {
        world.ask(&world.alice(), DC1, who_am_i()).await.unwrap();
        for account in ["CORP\\alice", "CORP\\nobody", "CORP\\Domain Admins"] {
            let guess = Caller {
                account: account.parse().unwrap(),
                secret: "guess".to_owned(),
            };
            let refusal = world.ask(&guess, DC1, who_am_i()).await;
            refused(refusal, Stage::LogOn, Win32Error::ERROR_LOGON_FAILURE);
        }
    });
}

#[test]
fn an_account_of_a_forest_nobody_trusts_gets_no_ticket() {
    simulate(async |world| {
        let mallory = world.user("OTHER\\mallory");
        let refusal = world.ask(&mallory, DC1, who_am_i()).await;
        refused(refusal, Stage::LogOn, Win32Error::ERROR_LOGON_FAILURE);
    });
}

#[test]
fn the_next_controller_is_asked_when_one_is_down_or_its_kdc_stopped() {
    simulate(async |world| {
        world.network.set_host_up(DC1, false);
        world.ask(&world.alice(), DC2, who_am_i()).await.unwrap();
        assert_eq!(log_ons(world, DC2), 1);
        world.network.set_host_up(DC1, true);
        world
            .estate
            .borrow_mut()
            .stop_service(&fqdn(DC1), "Kdc", world.now())
            .unwrap();
        world.remote.purge_tickets();
        world.ask(&world.alice(), DC2, who_am_i()).await.unwrap();
        assert_eq!((log_ons(world, DC1), log_ons(world, DC2)), (0, 2));
    });
}

#[test]
fn without_a_controller_all_callers_fail_together_and_may_try_again() {
    simulate(async |world| {
        for controller in [DC1, DC2] {
            world.network.set_host_up(controller, false);
        }
        let alice = world.alice();
        let calls = join_all((0..50).map(|_| world.ask(&alice, DC1, who_am_i()))).await;
        for result in calls {
            refused(result, Stage::LogOn, Win32Error::RPC_S_SERVER_UNAVAILABLE);
        }
        // Two connection time-outs, not a hundred.
        let waited = world.now().sim.since(SimTime::ZERO);
        assert!(waited <= Duration::from_secs(11), "{waited:?}");
        world.network.set_host_up(DC1, true);
        world.ask(&alice, DC1, who_am_i()).await.unwrap();
    });
}
