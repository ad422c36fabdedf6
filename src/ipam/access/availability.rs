//! Server Availability: the running state of the DHCP and DNS services (domain 9.5).

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::directory::is_unreachable;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::inventory::ServerRole;
use crate::ipam::rbac::Right;
use crate::ipam::remote::Stage;
use crate::ipam::store::{monitoring, servers};
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
    /// The IPAM server's own account cannot log on, so that nobody was asked.
    AccessDenied,
    /// The role has no service that is monitored: DC and NPS (domain 3.6).
    NotApplicable,
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
        Availability::AccessDenied,
        Availability::NotApplicable,
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
            Availability::AccessDenied => "Access denied",
            Availability::NotApplicable => "Not applicable",
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
///
/// A network error is one of the server and makes every role Not Reachable; what a service refuses
/// concerns that role alone (domain 9.5).
pub(crate) async fn availability(probe: Probe<'_>) -> BTreeMap<ServerRole, Availability> {
    let mut states = BTreeMap::new();
    let mut unreachable = false;
    for role in &probe.server.roles {
        if let Some(service) = service_of(*role) {
            let (state, network) = match unreachable {
                true => (Availability::NotReachable, true),
                false => state_of(&probe, service).await,
            };
            unreachable |= network;
            states.insert(*role, state);
        }
    }
    if unreachable {
        states
            .values_mut()
            .for_each(|state| *state = Availability::NotReachable);
    }
    states
}

/// The state of a service, and whether the network is to blame for it.
async fn state_of(probe: &Probe<'_>, service: &str) -> (Availability, bool) {
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
        Ok(state) => (state.into(), false),
        Err(error) if error.error == Win32Error::ERROR_SERVICE_DOES_NOT_EXIST => {
            (Availability::Unknown, false)
        }
        Err(error)
            if error.stage == Stage::LogOn && error.error == Win32Error::ERROR_LOGON_FAILURE =>
        {
            (Availability::AccessDenied, false)
        }
        Err(error) => (Availability::NotReachable, is_unreachable(&error)),
    }
}

/// A role of a server as the view *Server availability* shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceStatus {
    pub server: Fqdn,
    pub role: ServerRole,
    pub state: Availability,
    /// Since when the state was seen at every refresh; `None` until one was made.
    pub since: Option<Timestamp>,
    pub last_refreshed: Option<Timestamp>,
}

impl Ipam {
    /// Server availability of every role of every server, ordered by server and role.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn get_server_availability(&self, caller: &Caller) -> IpamResult<Vec<ServiceStatus>> {
        self.authorize(caller, Right::Read).await?;
        let (servers, seen) = self
            .store
            .read(|tx| Ok((servers::servers(tx)?, monitoring::availability(tx)?)))?;
        let mut view = Vec::new();
        for server in servers {
            for role in &server.roles {
                let row = seen
                    .iter()
                    .find(|(name, of, ..)| *name == server.name && of == role);
                view.push(ServiceStatus {
                    server: server.name.clone(),
                    role: *role,
                    state: match (service_of(*role), row) {
                        (None, _) => Availability::NotApplicable,
                        (Some(_), None) => Availability::NotChecked,
                        (Some(_), Some((_, _, state, ..))) => *state,
                    },
                    since: row.and_then(|(_, _, _, since, _)| *since),
                    last_refreshed: row.and_then(|(.., refreshed)| *refreshed),
                });
            }
        }
        Ok(view)
    }
}
