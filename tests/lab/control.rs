//! Switching, the calendar, prepared hosts and the audit log folder.

use std::collections::BTreeSet;
use std::time::Duration;

use ipamlab::estate::setting::{self, Need};
use ipamlab::estate::share::DHCP_AUDIT_SHARE;
use ipamlab::ipam::access::{AccessStatus, CheckKind};
use ipamlab::ipam::tasks::TaskKind;
use ipamlab::net::ConnectError;
use ipamlab::server::windows::port;
use ipamlab::wire::windows::scm::ServiceState;

use super::world::*;

/// Services with listeners: name, port.
const SERVICES: [(&str, u16); 4] = [
    ("DHCPServer", port::DHCP_MANAGEMENT),
    ("EventLog", port::EVENT_LOG),
    ("LanmanServer", port::SMB),
    ("RpcSs", port::ENDPOINT_MAPPER),
];

#[test]
fn a_service_stops_and_starts_in_estate_and_network_at_once() {
    in_lab(spec(), async |lab, _| {
        let host = fqdn(DHCP);
        let state = |service: &str| {
            lab.estate()
                .host(&host)
                .unwrap()
                .service(service)
                .unwrap()
                .state
        };
        for (service, port) in SERVICES {
            assert_eq!(connects(lab, port).await, Ok(()), "{service}");
            lab.stop_service(&host, service).unwrap();
            assert_eq!(state(service), ServiceState::Stopped);
            let refused = Err(ConnectError::Refused);
            assert_eq!(connects(lab, port).await, refused, "{service}");
            assert!(lab.stop_service(&host, service).is_err(), "it is stopped");
            lab.start_service(&host, service).unwrap();
            assert_eq!(state(service), ServiceState::Running);
            assert_eq!(connects(lab, port).await, Ok(()), "{service}");
        }
        assert!(lab.stop_service(&host, "Spooler").is_err());
    });
}

#[test]
fn a_restart_starts_a_stopped_service_and_loads_its_groups_anew() {
    in_lab(spec(), async |lab, admin| {
        let host = fqdn(DHCP);
        let users = setting::find("dhcp-users").unwrap();
        let (at, group) = (lab.now(), {
            let estate = lab.estate();
            let found = estate.find_principal("CORP\\IPAMUG", None);
            found.unwrap().sid.clone()
        });
        users
            .remove(&mut lab.estate_mut(), &host, &group, at)
            .unwrap();
        let (loaded, _) = check(lab, &admin).await;
        assert_eq!(loaded.overall, AccessStatus::Unblocked);
        lab.stop_service(&host, "DHCPServer").unwrap();
        lab.restart_service(&host, "DHCPServer").unwrap();
        assert_eq!(connects(lab, port::DHCP_MANAGEMENT).await, Ok(()));
        let (report, seen) = check(lab, &admin).await;
        let status = report.checks[&CheckKind::DhcpRpc].status;
        assert_eq!((status, seen), (AccessStatus::Blocked, Vec::new()));
    });
}

#[test]
fn a_host_comes_back_with_every_service_running() {
    in_lab(spec(), async |lab, admin| {
        let host = fqdn(DHCP);
        for restart in [false, true] {
            lab.stop_service(&host, "DHCPServer").unwrap();
            match restart {
                true => lab.restart_host(&host).unwrap(),
                false => {
                    lab.set_host_up(&host, false).unwrap();
                    let unanswered = Err(ConnectError::TimedOut);
                    assert_eq!(connects(lab, port::SMB).await, unanswered);
                    assert!(lab.set_host_up(&host, false).is_err(), "it is off");
                    lab.set_host_up(&host, true).unwrap();
                }
            }
            let (report, seen) = check(lab, &admin).await;
            assert_eq!(
                (report.overall, seen),
                (AccessStatus::Unblocked, Vec::new())
            );
        }
        lab.set_host_up(&host, false).unwrap();
        lab.restart_host(&host).unwrap();
        assert_eq!(
            connects(lab, port::SMB).await,
            Ok(()),
            "a restart switches on"
        );
    });
}

#[test]
fn a_prepared_host_has_every_required_setting_and_another_has_none_of_its_memberships() {
    let unprepared = spec().host("dhcp2", "10.0.0.6", &[ipamlab::estate::Role::Dhcp]);
    in_lab(unprepared, async |lab, _| {
        let estate = lab.estate();
        let group = estate.find_principal("CORP\\IPAMUG", None).unwrap();
        let computer = estate.host(lab.engine_host()).unwrap().membership.as_ref();
        let account = &computer.unwrap().sid;
        assert_eq!(group.members(), Some(&BTreeSet::from([account.clone()])));
        let mut absent = Vec::new();
        for name in [DHCP, "dhcp2.corp.example"] {
            let host = estate.host(&fqdn(name)).unwrap();
            let required = setting::applicable(host, &host.roles)
                .filter(|setting| setting.need == Need::Required)
                .filter(|setting| !setting.is_present(&estate, host, &group.sid));
            absent.push(required.count());
        }
        // Thirteen of the fourteen: everybody may read the log folder as shipped.
        assert_eq!(absent, [0, 13]);
    });
}

#[test]
fn tasks_run_when_they_are_due_while_time_passes() {
    in_lab(spec(), async |lab, admin| {
        let start = lab.now().wall;
        let ipam = lab.ipam();
        let first_due = ipam.next_due().unwrap();
        assert_eq!(lab.advance(Duration::from_secs(14 * 60)).await, []);
        let runs = lab.advance(Duration::from_secs(31 * 60)).await;
        let later = |time: jiff::Timestamp| time.duration_since(first_due).as_secs();
        let seen: Vec<_> = runs.iter().map(|run| (run.task, later(run.due))).collect();
        assert_eq!(
            seen,
            [
                (TaskKind::ServerAvailability, 0),
                (TaskKind::ServiceMonitoring, 15 * 60),
                (TaskKind::ServerAvailability, 15 * 60),
                (TaskKind::ServerAvailability, 30 * 60),
            ]
        );
        // It ran at its time, not when the whole wait was over.
        let tasks = ipam.get_scheduled_tasks(&admin).await.unwrap();
        let mut tasks = tasks.iter();
        let task = tasks.find(|task| task.kind == TaskKind::ServiceMonitoring);
        assert_eq!(later(task.unwrap().last_run.unwrap()), 15 * 60);
        let passed = lab.now().wall.duration_since(start).as_secs();
        assert_eq!(passed, 45 * 60);
    });
}

#[test]
fn a_share_goes_stale_when_the_registry_moves_the_log() {
    in_lab(spec(), async |lab, admin| {
        let (host, at) = (fqdn(DHCP), lab.now());
        let key = r"HKLM\SYSTEM\CurrentControlSet\Services\DHCPServer\Parameters\DhcpLogFilePath";
        let moved = lab.estate_mut().set_registry(&host, key, r"D:\logs", at);
        moved.unwrap();
        let (report, seen) = check(lab, &admin).await;
        let share = report.checks[&CheckKind::DhcpAuditShare].status;
        assert_eq!((share, seen), (AccessStatus::Blocked, Vec::new()));
        let group = {
            let estate = lab.estate();
            let found = estate.find_principal("CORP\\IPAMUG", None);
            found.unwrap().sid.clone()
        };
        let share = setting::find("dhcpaudit-share").unwrap();
        let at = lab.now();
        let applied = share.apply(&mut lab.estate_mut(), &host, &group, at);
        applied.unwrap();
        let (report, seen) = check(lab, &admin).await;
        assert_eq!(
            (report.overall, seen),
            (AccessStatus::Unblocked, Vec::new())
        );

        let estate = lab.estate();
        let path = estate.host(&host).unwrap().share(DHCP_AUDIT_SHARE).unwrap();
        let folder = estate.folder_contents(&host).unwrap();
        let path = path.path.clone();
        drop(estate);
        let files = folder.list(&path).unwrap();
        assert_eq!(files.len(), 2, "one of each family: {files:?}");
        for (name, size) in files {
            let text = folder.read(&path, &name.to_uppercase()).unwrap();
            assert_eq!(text.len() as u64, size);
        }
        assert_eq!(folder.read(&path, "DhcpSrvLog-Never.log"), None);
        assert_eq!(folder.list(r"%windir%\System32\dhcp"), None);
    });
}
