//! Listeners that answer every call alike: what is asked for must come, from the one who was asked.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;

use ipamlab::base::Moment;
use ipamlab::estate::{Role, program};
use ipamlab::ipam::access::{AccessStatus, Availability, CheckKind, Evidence};
use ipamlab::ipam::inventory::ServerRole;
use ipamlab::ipam::remote::Stage;
use ipamlab::net::{ConnId, Event, Outbox, Service, Transport};
use ipamlab::wire::windows::{Call, FrameBuffer, Reply, Response, Win32Error, encode_reply, smb};

use super::ground::{Ground, on_prepared};

const SERVICE_CONTROL: &str = "10.0.0.5:49670";
const LOG_ON: &str = "10.0.0.1:88";

/// Says the same to everybody.
struct Impostor {
    reply: Reply,
    received: BTreeMap<ConnId, FrameBuffer>,
}

impl Service for Impostor {
    fn handle(&mut self, _: Moment, event: Event<'_>, out: &mut Outbox) {
        match event {
            Event::Data { conn, bytes } => {
                let received = self.received.entry(conn).or_default();
                received.push(bytes);
                while let Ok(Some(_)) = received.next_frame::<Call>() {
                    out.write(conn, encode_reply(&self.reply));
                }
            }
            Event::Closed { conn } => drop(self.received.remove(&conn)),
            _ => {}
        }
    }
}

/// Puts an impostor in the place of the listener at `local`.
fn replace(ground: &Ground<'_>, local: &str, program: &str, reply: Reply) {
    let local: SocketAddr = local.parse().unwrap();
    let network = ground.lab.network();
    assert!(network.unbind(Transport::Tcp, local), "{local} was bound");
    let impostor = Impostor {
        reply,
        received: BTreeMap::new(),
    };
    let impostor = Rc::new(RefCell::new(impostor));
    network.bind_tcp(local, program, impostor).unwrap();
}

fn files(names: &[&str]) -> Reply {
    let entry = |name: &&str| smb::FileEntry {
        name: (*name).to_owned(),
        size: 1,
    };
    let files = names.iter().map(entry).collect();
    Ok(Response::Smb(smb::Response::Files(files)))
}

#[test]
fn an_answer_to_another_question_opens_nothing() {
    let other = || Ok(Response::Smb(smb::Response::Written));
    // The listing is right, and the read gets a listing.
    let listing = || files(&["DhcpSrvLog-Mon.log"]);
    let impostors = [
        (
            Role::Dhcp,
            CheckKind::DhcpRpc,
            49_690,
            program::DHCP_SERVER,
            other(),
        ),
        (Role::Dns, CheckKind::DnsRpc, 49_680, program::DNS, other()),
        (
            Role::Nps,
            CheckKind::EventLog,
            49_665,
            program::EVENT_LOG,
            other(),
        ),
        (
            Role::Dhcp,
            CheckKind::DhcpAuditShare,
            445,
            program::SYSTEM,
            other(),
        ),
        (
            Role::Dhcp,
            CheckKind::DhcpAuditShare,
            445,
            program::SYSTEM,
            listing(),
        ),
        (
            Role::Dhcp,
            CheckKind::DhcpAuditShare,
            139,
            program::SYSTEM,
            other(),
        ),
    ];
    for (role, kind, port, program, reply) in impostors {
        on_prepared(&[role], async |ground| {
            replace(ground, &format!("10.0.0.5:{port}"), program, reply);
            let report = ground.ask().await.report;
            for (of, found) in &report.checks {
                let blocked = found.status == AccessStatus::Blocked;
                assert_eq!(blocked, *of == kind, "{of} at {port}: {found:?}");
            }
            let Evidence::Failed { stage, .. } = report.checks[&kind].evidence else {
                panic!("{kind} at {port}: {report:?}");
            };
            assert_eq!(stage, Stage::Call);
        });
    }
}

#[test]
fn a_service_whose_state_is_not_told_is_not_reachable() {
    let replies = [
        Ok(Response::Smb(smb::Response::Written)),
        // The server does not know the ticket; the account could log on.
        Err(Win32Error::ERROR_LOGON_FAILURE),
    ];
    for reply in replies {
        on_prepared(&[Role::Dhcp], async |ground| {
            replace(ground, SERVICE_CONTROL, program::SERVICES, reply);
            let verdicts = ground.ask().await;
            verdicts.available(ServerRole::Dhcp, Availability::NotReachable);
            assert_eq!(verdicts.report.overall, AccessStatus::Unblocked);
        });
    }
}

#[test]
fn an_account_that_cannot_log_on_is_told_from_a_log_on_that_failed_otherwise() {
    let refusals = [
        (Win32Error::ERROR_LOGON_FAILURE, Availability::AccessDenied),
        (Win32Error::ERROR_ACCESS_DENIED, Availability::NotReachable),
    ];
    for (refusal, shown) in refusals {
        on_prepared(&[Role::Dhcp], async |ground| {
            ground.lab.purge_tickets();
            // The administrator is logged on again, the computer is not.
            let ipam = ground.lab.ipam();
            ipam.get_server_availability(&ground.admin).await.unwrap();
            replace(ground, LOG_ON, program::KDC, Err(refusal));
            let verdicts = ground.ask().await;
            verdicts.available(ServerRole::Dhcp, shown);
            for kind in [CheckKind::DhcpRpc, CheckKind::EventLog] {
                let found = &verdicts.report.checks[&kind].evidence;
                let Evidence::Failed { stage, error, .. } = found else {
                    panic!("{kind}: {found:?}");
                };
                assert_eq!((*stage, *error), (Stage::LogOn, refusal));
            }
        });
    }
}
