//! Server Availability: the running state of the DHCP and DNS services (domain 9.5).

use std::collections::BTreeMap;
use std::fmt;

use crate::ipam::inventory::ServerRole;
use crate::wire::windows::scm::{Request as ScmRequest, Response as ScmResponse, ServiceState};
use crate::wire::windows::{Interface, Request, Response, Win32Error};

use super::check::Probe;

/// Running state of a service as the console shows it (appendix A, `ServiceRunningStatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Availability {
    NotChecked,
    Running,
    Stopped,
    StartPending,
    StopPending,
    ContinuePending,
    PausePending,
    Paused,
    /// Network, firewall or service ACL: the three look alike here (domain 4.2, A17).
    NotReachable,
    /// The server has no such service, or answered what cannot be understood.
    Unknown,
}

impl Availability {
    pub const ALL: &[Availability] = &[
        Availability::NotChecked,
        Availability::Running,
        Availability::Stopped,
        Availability::StartPending,
        Availability::StopPending,
        Availability::ContinuePending,
        Availability::PausePending,
        Availability::Paused,
        Availability::NotReachable,
        Availability::Unknown,
    ];
}

impl fmt::Display for Availability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Availability::NotChecked => "Not checked",
            Availability::Running => "Running",
            Availability::Stopped => "Stopped",
            Availability::StartPending => "Start pending",
            Availability::StopPending => "Stop pending",
            Availability::ContinuePending => "Continue pending",
            Availability::PausePending => "Pause pending",
            Availability::Paused => "Paused",
            Availability::NotReachable => "Not Reachable",
            Availability::Unknown => "Unknown",
        })
    }
}

impl From<ServiceState> for Availability {
    fn from(state: ServiceState) -> Availability {
        match state {
            ServiceState::Stopped => Availability::Stopped,
            ServiceState::StartPending => Availability::StartPending,
            ServiceState::StopPending => Availability::StopPending,
            ServiceState::Running => Availability::Running,
            ServiceState::ContinuePending => Availability::ContinuePending,
            ServiceState::PausePending => Availability::PausePending,
            ServiceState::Paused => Availability::Paused,
        }
    }
}

/// The service that is monitored for a role; DC and NPS have none (domain 3.6).
pub(crate) fn service_of(role: ServerRole) -> Option<&'static str> {
    match role {
        ServerRole::Dhcp => Some("DHCPServer"),
        ServerRole::Dns => Some("DNS"),
        ServerRole::Dc | ServerRole::Nps => None,
    }
}

/// Asks for the state of the service of every selected role that has one.
pub(crate) async fn availability(probe: Probe<'_>) -> BTreeMap<ServerRole, Availability> {
    let mut states = BTreeMap::new();
    for role in &probe.server.roles {
        if let Some(service) = service_of(*role) {
            states.insert(*role, state_of(&probe, service).await);
        }
    }
    states
}

async fn state_of(probe: &Probe<'_>, service: &str) -> Availability {
    let request = Request::ServiceControl(ScmRequest::QueryStatus {
        service: service.to_owned(),
    });
    let state = probe
        .ask(Interface::ServiceControl, request, |reply| match reply {
            Response::ServiceControl(ScmResponse::Status(state)) => Some(state),
            _ => None,
        })
        .await;
    match state {
        Ok(state) => state.into(),
        Err(error) if error.error == Win32Error::ERROR_SERVICE_DOES_NOT_EXIST => {
            Availability::Unknown
        }
        Err(_) => Availability::NotReachable,
    }
}
