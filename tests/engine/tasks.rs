//! The scheduled tasks on the calendar.

use std::time::Duration;

use ipamlab::ipam::access::Availability;
use ipamlab::ipam::configuration::ProvisioningMethod::Manual;
use ipamlab::ipam::inventory::{ManageabilityStatus, NewServer, ServerFilter, ServerRole};
use ipamlab::ipam::tasks::{ExpiryCount, TaskKind, TaskOutcome};

use super::world::*;

const HOUR: Duration = Duration::from_secs(3600);
const DHCP: &str = "dhcp1.corp.example";

#[test]
fn a_day_runs_each_task_as_often_as_its_interval_says() {
    provisioned(Manual, async |lab, _| {
        let runs = lab.advance(24 * HOUR + Duration::from_secs(60)).await;
        let count = |kind: TaskKind| runs.iter().filter(|run| run.task == kind).count();
        assert_eq!(count(TaskKind::ServerAvailability), 96);
        assert_eq!(count(TaskKind::ServiceMonitoring), 48);
        assert_eq!(count(TaskKind::AddressUtilization), 12);
        assert_eq!(count(TaskKind::ServerConfiguration), 4);
        assert_eq!(count(TaskKind::ServerDiscovery), 1);
        assert_eq!(count(TaskKind::Audit), 1);
        assert_eq!(count(TaskKind::AddressExpiry), 1);
        let failed = |outcome: &TaskOutcome| matches!(outcome, TaskOutcome::Failed(_));
        assert!(!runs.iter().any(|run| failed(&run.outcome)));
        let expiry = runs.iter().find(|run| run.task == TaskKind::AddressExpiry);
        assert_eq!(
            expiry.unwrap().outcome,
            TaskOutcome::Expiry(ExpiryCount::default())
        );
    });
}

#[test]
fn a_task_that_missed_periods_runs_once_and_is_due_in_the_future() {
    provisioned(Manual, async |lab, boss| {
        let ipam = lab.ipam();
        let later = lab.now().wall.checked_add(5 * HOUR).unwrap();
        let runs = ipam.run_due_tasks(later).await;
        let kinds: Vec<TaskKind> = runs.iter().map(|run| run.task).collect();
        assert_eq!(
            kinds,
            [
                TaskKind::ServerAvailability,
                TaskKind::ServiceMonitoring,
                TaskKind::AddressUtilization
            ]
        );
        assert!(ipam.next_due().unwrap() > later);
        assert_eq!(ipam.run_due_tasks(later).await, []);
        let tasks = ipam.get_scheduled_tasks(&boss).await.unwrap();
        let ran = tasks.iter().filter(|task| task.last_run == Some(later));
        assert_eq!(ran.count(), 3);
    });
}

#[test]
fn the_availability_task_notices_a_stopped_service_within_a_quarter_of_an_hour() {
    provisioned(Manual, async |lab, boss| {
        prepare(lab, DHCP, None);
        let server = NewServer {
            manageability_status: ManageabilityStatus::Managed,
            ..NewServer::new(fqdn(DHCP), &[ServerRole::Dhcp])
        };
        let ipam = lab.ipam();
        ipam.add_ipam_server_inventory(&boss, server).await.unwrap();
        let state = async || {
            let filter = ServerFilter::default();
            let found = ipam.get_ipam_server_inventory(&boss, filter).await.unwrap();
            found[0].availability.get(&ServerRole::Dhcp).copied()
        };
        assert_eq!(state().await, None);
        lab.advance(Duration::from_secs(15 * 60)).await;
        assert_eq!(state().await, Some(Availability::Running));
        lab.stop_service(&fqdn(DHCP), "DHCPServer").unwrap();
        assert_eq!(
            state().await,
            Some(Availability::Running),
            "not asked again"
        );
        lab.advance(Duration::from_secs(15 * 60)).await;
        assert_eq!(state().await, Some(Availability::Stopped));
    });
}

#[test]
fn a_new_server_appears_when_discovery_runs_after_a_day() {
    provisioned(Manual, async |lab, boss| {
        lab.set_host_up(&fqdn(DHCP), false).unwrap();
        discover(lab, &boss).await;
        lab.set_host_up(&fqdn(DHCP), true).unwrap();
        let ipam = lab.ipam();
        let known = async || {
            let filter = ServerFilter::default();
            let found = ipam.get_ipam_server_inventory(&boss, filter).await.unwrap();
            found.iter().any(|server| server.name == fqdn(DHCP))
        };
        lab.advance(12 * HOUR).await;
        assert!(!known().await);
        lab.advance(13 * HOUR).await;
        assert!(known().await);
    });
}
