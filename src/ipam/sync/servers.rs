//! Calls to the server a push goes to, and what a failure means for the record.

use std::net::IpAddr;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::ErrorId;
use crate::ipam::inventory::{ManageabilityStatus, ServerRole};
use crate::ipam::remote::RemoteError;
use crate::ipam::store::servers;
use crate::wire::windows::{Interface, Request, Response, Win32Error, dhcpm, dnsp};

use super::plan::{Action, Task};
use super::report::RecordKind;
use super::written::Written;

/// Why a push did not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) fault: ErrorId,
    pub(super) detail: String,
    /// The server may have done what it was asked to.
    pub(super) unknown: bool,
    /// What stood in the way was taken off the server before this failed.
    pub(super) half_done: bool,
}

impl Failure {
    pub(super) fn new(fault: ErrorId, detail: impl Into<String>) -> Failure {
        Failure {
            fault,
            detail: detail.into(),
            unknown: false,
            half_done: false,
        }
    }

    /// A remote call failed. Where the request may have arrived, that is said: repeating the
    /// action is safe and settles it.
    pub(super) fn of_call(fault: ErrorId, error: RemoteError) -> Failure {
        let unknown = if error.outcome_unknown {
            "; outcome unknown, repeat the action"
        } else {
            ""
        };
        Failure {
            unknown: error.outcome_unknown,
            ..Failure::new(fault, format!("{error}{unknown}"))
        }
    }
}

impl Task {
    /// The fault of a push that fails for no reason of its own.
    pub(super) fn fault(&self) -> ErrorId {
        match (self.kind, self.action) {
            (RecordKind::DhcpReservation, Action::Create) => {
                ErrorId::IpamMsmCreateReservationFailed
            }
            (RecordKind::DhcpReservation, Action::Delete) => {
                ErrorId::IpamMsmDeleteReservationFailed
            }
            (RecordKind::DnsHostRecord | RecordKind::DnsPtrRecord, _) => {
                ErrorId::IpamMsmDnsRegistrationFailed
            }
        }
    }
}

/// What a push that worked has to add.
pub(super) type Outcome = Result<String, Failure>;

/// A call that ended with a status of its own, apart from all other failures.
pub(super) enum CallError {
    Status(Win32Error, RemoteError),
    Other(RemoteError),
}

impl CallError {
    fn of(error: RemoteError) -> CallError {
        if error.stage == crate::ipam::remote::Stage::Call && !error.outcome_unknown {
            CallError::Status(error.error, error)
        } else {
            CallError::Other(error)
        }
    }

    pub(super) fn into_failure(self, fault: ErrorId) -> Failure {
        match self {
            CallError::Status(_, error) | CallError::Other(error) => Failure::of_call(fault, error),
        }
    }
}

impl Ipam {
    /// The address of a server that IPAM manages in the role that the entry needs (domain 8.2).
    pub(super) async fn managed_server(
        &self,
        target: &Written,
        fault: ErrorId,
    ) -> Result<IpAddr, Failure> {
        let address = self.managed_address(&target.server, target.role()).await;
        address.map_err(|why| Failure::new(fault, why))
    }

    /// The address of a server that IPAM manages in a role, or why there is none.
    pub(in crate::ipam) async fn managed_address(
        &self,
        server: &Fqdn,
        role: ServerRole,
    ) -> Result<IpAddr, String> {
        let known = self.store.read(|tx| servers::server(tx, server));
        let known = known.map_err(|error| error.to_string())?;
        let is_managed = known.is_some_and(|known| {
            known.manageability == ManageabilityStatus::Managed && known.roles.contains(&role)
        });
        match is_managed {
            true => self.server_address(server).await,
            false => Err(format!(
                "`{server}` is not a managed {role} server: manage it first"
            )),
        }
    }

    /// The address of a server, asked of DNS as the console does.
    pub(super) async fn server_address(&self, server: &Fqdn) -> Result<IpAddr, String> {
        let found = self.resolver.lookup_host(server).await;
        let first = found.first().copied();
        first.ok_or_else(|| format!("the name `{server}` does not resolve"))
    }

    /// The address of the server of a DNS entry, which dynamic updates need not be managed for.
    pub(super) async fn resolved(&self, target: &Written) -> Result<IpAddr, Failure> {
        let fault = ErrorId::IpamMsmDnsRegistrationFailed;
        let address = self.server_address(&target.server).await;
        address.map_err(|why| Failure::new(fault, why))
    }

    /// One DHCP management call as the signed-in caller.
    pub(in crate::ipam) async fn dhcp_call(
        &self,
        caller: &Caller,
        server: IpAddr,
        request: dhcpm::Request,
    ) -> Result<dhcpm::Response, RemoteError> {
        let request = Request::DhcpManagement(request);
        let interface = Interface::DhcpManagement;
        match self.remote.call(caller, server, interface, request).await? {
            Response::DhcpManagement(response) => Ok(response),
            _ => Err(mismatch()),
        }
    }

    pub(super) async fn dhcp_push(
        &self,
        caller: &Caller,
        server: IpAddr,
        request: dhcpm::Request,
    ) -> Result<dhcpm::Response, CallError> {
        self.dhcp_call(caller, server, request)
            .await
            .map_err(CallError::of)
    }

    /// One DNS management call as the signed-in caller.
    pub(in crate::ipam) async fn dns_call(
        &self,
        caller: &Caller,
        server: IpAddr,
        request: dnsp::Request,
    ) -> Result<dnsp::Response, RemoteError> {
        let request = Request::DnsManagement(request);
        let interface = Interface::DnsManagement;
        match self.remote.call(caller, server, interface, request).await? {
            Response::DnsManagement(response) => Ok(response),
            _ => Err(mismatch()),
        }
    }

    pub(super) async fn dns_push(
        &self,
        caller: &Caller,
        server: IpAddr,
        request: dnsp::Request,
    ) -> Result<dnsp::Response, CallError> {
        self.dns_call(caller, server, request)
            .await
            .map_err(CallError::of)
    }
}

/// A reply of another interface: the server is broken, and what it did is anyone's guess.
fn mismatch() -> RemoteError {
    RemoteError {
        outcome_unknown: true,
        ..RemoteError::at(
            crate::ipam::remote::Stage::Call,
            Win32Error::RPC_S_CALL_FAILED,
        )
    }
}
