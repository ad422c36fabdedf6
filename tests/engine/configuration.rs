//! `Set-IpamConfiguration` over the network: the port with rule and listener, the secret key.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::{Either, join, select};
use ipamlab::ipam::configuration::ProvisioningMethod::Manual;
use ipamlab::ipam::configuration::{ConfigurationChange, ManagementPort, SecretKey};
use ipamlab::ipam::remote::{RemoteClient, RemoteError};
use ipamlab::ipam::{Caller, ErrorId, IpamResult};
use ipamlab::lab::Lab;
use ipamlab::wire::windows::{Interface, Request, Response, ipam};

use super::world::*;

const SERVER: &str = "ipam1.corp.example";
const OLD: u16 = 48885;
const NEW: u16 = 48900;

fn port(number: i64) -> ConfigurationChange {
    ConfigurationChange::Port(ManagementPort::new(number).unwrap())
}

fn key(text: &str, update_tables: bool) -> ConfigurationChange {
    let key: SecretKey = text.parse().unwrap();
    ConfigurationChange::HmacKey { key, update_tables }
}

async fn set(lab: &Lab, caller: &Caller, change: ConfigurationChange) -> IpamResult<Vec<String>> {
    let changed = lab.ipam().set_ipam_configuration(caller, change).await?;
    Ok(changed.warnings)
}

/// Connects from the file server to the IPAM server at `port`.
async fn connect(lab: &Lab, caller: &Caller, port: u16) -> Result<Response, RemoteError> {
    let endpoint = lab.network().endpoint("files.corp.example");
    let client = RemoteClient::new(endpoint, vec!["10.0.0.1".parse().unwrap()]);
    let server = SocketAddr::new("10.0.0.9".parse().unwrap(), port);
    let request = Request::IpamServer(ipam::Request::Connect);
    client
        .call_at(caller, server, Interface::IpamServer, request)
        .await
}

/// The made rules of the IPAM server: port and whether enabled.
fn rules(lab: &Lab) -> Vec<String> {
    let estate = lab.estate();
    let host = estate.host(&fqdn(SERVER)).unwrap();
    let made = host.firewall.made().iter();
    made.map(|rule| format!("{:?} {}", rule.ports, rule.enabled))
        .collect()
}

fn open_at(port: u16) -> Vec<String> {
    vec![format!("List([{port}]) true")]
}

/// Rule, binding, listener and configuration all say `port`, and nothing says another.
async fn assert_all_at(lab: &Lab, boss: &Caller, port: u16, at: &str) {
    assert_eq!(rules(lab), open_at(port), "{at}");
    let bound = lab.estate().host(&fqdn(SERVER)).unwrap().pool_port;
    assert_eq!(bound, Some(port), "{at}");
    let found = lab.ipam().get_ipam_configuration(boss).await.unwrap();
    assert_eq!((found.port, found.pending_port), (port, None), "{at}");
    let taken_in = connect(lab, boss, port).await;
    assert!(matches!(taken_in, Ok(Response::IpamServer(_))), "{at}");
    for other in [OLD, NEW].into_iter().filter(|other| *other != port) {
        assert!(connect(lab, boss, other).await.is_err(), "{at}: {other}");
    }
}

#[test]
fn a_moved_port_takes_clients_in_and_the_old_one_refuses_them() {
    provisioned(Manual, async |lab, boss| {
        assert_all_at(lab, &boss, OLD, "as provisioned").await;
        assert_eq!(set(lab, &boss, port(NEW.into())).await, Ok(Vec::new()));
        assert_all_at(lab, &boss, NEW, "moved").await;
        // Once more changes nothing.
        assert_eq!(set(lab, &boss, port(NEW.into())).await, Ok(Vec::new()));
        assert_all_at(lab, &boss, NEW, "moved again").await;
        lab.restart_host(&fqdn(SERVER)).unwrap();
        assert_all_at(lab, &boss, NEW, "restarted").await;
    });
}

#[test]
fn a_session_in_flight_ends_when_the_port_moves() {
    provisioned(Manual, async |lab, boss| {
        let endpoint = lab.network().endpoint("files.corp.example");
        let server = SocketAddr::new("10.0.0.9".parse().unwrap(), OLD);
        let timeout = Duration::from_secs(5);
        let mut session = endpoint.connect(server, timeout).await.unwrap();
        let (moved, ended) = join(set(lab, &boss, port(NEW.into())), session.read(timeout)).await;
        assert_eq!(moved, Ok(Vec::new()));
        assert!(ended.is_err(), "reset, not left open: {ended:?}");
    });
}

#[test]
fn a_port_that_is_in_use_is_refused_and_nothing_changes() {
    provisioned(Manual, async |lab, boss| {
        for taken in [135, 445, 5985] {
            let refused = set(lab, &boss, port(taken)).await;
            assert_eq!(refusal(refused), ErrorId::IpamApiPortReconfigurationFailed);
        }
        assert_all_at(lab, &boss, OLD, "still").await;
    });
}

#[test]
fn only_a_local_administrator_moves_the_port_and_members_see_it() {
    provisioned(Manual, async |lab, _| {
        let clerk = lab.caller("CORP\\clerk").unwrap();
        let unseen = lab.ipam().get_ipam_configuration(&clerk).await;
        assert_eq!(refusal(unseen), ErrorId::IpamApiGetServerPortAccessDenied);
        join_group(lab, "CORP\\clerk", "IPAM Administrators");
        lab.ipam().get_ipam_configuration(&clerk).await.unwrap();
        let refused = set(lab, &clerk, port(NEW.into())).await;
        assert_eq!(
            refusal(refused),
            ErrorId::IpamApiReconfigurePortAccessFailure
        );
    });
}

#[test]
fn two_moves_at_once_do_not_both_run() {
    provisioned(Manual, async |lab, boss| {
        let (first, second) = join(
            set(lab, &boss, port(NEW.into())),
            set(lab, &boss, port(48901)),
        )
        .await;
        assert_eq!(first, Ok(Vec::new()));
        assert_eq!(refusal(second), ErrorId::IpamApiPortReconfigurationFailed);
        assert_all_at(lab, &boss, NEW, "the first").await;
    });
}

#[test]
fn a_pool_whose_service_is_stopped_does_not_move() {
    provisioned(Manual, async |lab, boss| {
        lab.stop_service(&fqdn(SERVER), "WAS").unwrap();
        assert!(connect(lab, &boss, OLD).await.is_err(), "nobody listens");
        let refused = set(lab, &boss, port(NEW.into())).await.unwrap_err();
        assert_eq!(refused.id, ErrorId::IpamApiPortReconfigurationFailed);
        assert!(refused.message.contains("application pool"), "{refused}");
        lab.start_service(&fqdn(SERVER), "WAS").unwrap();
        assert_eq!(set(lab, &boss, port(NEW.into())).await, Ok(Vec::new()));
        assert_all_at(lab, &boss, NEW, "after the start").await;
    });
}

/// Kills the management interface after `millis`; `None` when the move was over by then.
fn cut_off(millis: u64) -> Option<bool> {
    provisioned(Manual, async |lab, boss| {
        let at = format!("cut off at {millis} ms");
        let result = {
            let work = std::pin::pin!(set(lab, &boss, port(NEW.into())));
            let pause = std::pin::pin!(lab.network().advance(Duration::from_millis(millis)));
            match select(work, pause).await {
                Either::Left(_) => return None,
                Either::Right((_, work)) => {
                    let back = Some(Duration::from_millis(1));
                    lab.network().crash_service(SERVER, "winrm", back);
                    work.await
                }
            }
        };
        lab.network().advance(Duration::from_millis(10)).await;
        let failed = result.is_err();
        if let Err(refused) = result {
            let expected = ErrorId::IpamApiPortReconfigurationFailed;
            assert_eq!(refused.id, expected, "{at}");
            let found = lab.ipam().get_ipam_configuration(&boss).await.unwrap();
            assert_eq!(found.port, OLD, "{at}");
            match found.pending_port {
                Some(pending) => assert_eq!(pending, NEW, "{at}"),
                None => {
                    assert!(refused.message.contains("nothing was changed"), "{at}");
                    assert_all_at(lab, &boss, OLD, &at).await;
                }
            }
            assert_eq!(set(lab, &boss, port(NEW.into())).await, Ok(Vec::new()));
        }
        assert_all_at(lab, &boss, NEW, &at).await;
        // And the way back out of the same cut.
        assert_eq!(set(lab, &boss, port(OLD.into())).await, Ok(Vec::new()));
        assert_all_at(lab, &boss, OLD, &at).await;
        Some(failed)
    })
}

#[test]
fn a_move_cut_off_at_any_message_says_so_and_is_repaired_by_the_same_cmdlet() {
    let cuts: Vec<bool> = (0..200).map_while(cut_off).collect();
    let failed = cuts.iter().filter(|failed| **failed).count();
    // Seven calls of four milliseconds each, and the group membership before them.
    assert!(
        failed >= 12 && cuts.len() >= 25,
        "{failed} of {}",
        cuts.len()
    );
}

const KEY: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

#[test]
fn the_key_is_handled_by_ipam_administrators() {
    provisioned(Manual, async |lab, _| {
        let clerk = lab.caller("CORP\\clerk").unwrap();
        let changes = [
            key(KEY, false),
            key(KEY, true),
            ConfigurationChange::UpdateTables,
            ConfigurationChange::RefreshHmacKey,
        ];
        for group in ["IPAM MSM Administrators", "IPAM Administrators"] {
            join_group(lab, "CORP\\clerk", group);
            for change in changes.clone().into_iter().skip(1) {
                let done = set(lab, &clerk, change).await;
                match group {
                    "IPAM Administrators" => assert!(done.is_ok(), "{done:?}"),
                    _ => assert_eq!(refusal(done), ErrorId::IpamApiAccessDenied),
                }
            }
        }
    });
}

#[test]
fn a_key_alone_leaves_the_hashes_and_says_so() {
    provisioned(Manual, async |lab, boss| {
        let warnings = set(lab, &boss, key(KEY, false)).await.unwrap();
        assert_eq!(warnings.len(), 1);
        let refused = lab.ipam().get_ipam_configuration(&boss).await;
        let tampering = ErrorId::IpamApiOperationDeniedDueToAccessScopeTampering;
        assert_eq!(refusal(refused), tampering);
        let refresh = set(lab, &boss, ConfigurationChange::RefreshHmacKey).await;
        assert_eq!(refusal(refresh), tampering);
        let updated = set(lab, &boss, ConfigurationChange::UpdateTables).await;
        assert_eq!(updated, Ok(Vec::new()));
        lab.ipam().get_ipam_configuration(&boss).await.unwrap();
    });
}

#[test]
fn the_key_is_replaced_when_it_has_expired_and_not_before() {
    let day = Duration::from_secs(24 * 3600);
    let mut world = spec(vec![corp()]);
    world.engine.hmac_key_expiry = 10 * day;
    provisioned_in(world, Manual, async |lab, boss| {
        let refresh = async || set(lab, &boss, ConfigurationChange::RefreshHmacKey).await;
        assert_eq!(refresh().await.unwrap().len(), 1);
        lab.advance(9 * day).await;
        assert_eq!(refresh().await.unwrap().len(), 1);
        lab.advance(day).await;
        assert_eq!(refresh().await, Ok(Vec::new()));
        assert_eq!(refresh().await.unwrap().len(), 1, "the new key is new");
    });
}

#[test]
fn hashes_are_made_by_one_call_at_a_time() {
    provisioned(Manual, async |lab, boss| {
        let (first, second) = join(
            set(lab, &boss, ConfigurationChange::UpdateTables),
            set(lab, &boss, key(KEY, true)),
        )
        .await;
        assert_eq!(first, Ok(Vec::new()));
        assert_eq!(
            refusal(second),
            ErrorId::IpamApiHashRecomputationAlreadyInProgress
        );
        let later = set(lab, &boss, key(KEY, true)).await;
        assert_eq!(later, Ok(Vec::new()));
    });
}
