//! Calls to the server a push goes to, and what a failure means for the record.

use std::net::IpAddr;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::ErrorId;
use crate::ipam::remote::RemoteError;
use crate::wire::windows::{Interface, Request, Response, Win32Error, dhcpm, dnsp};

/// Why a push did not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) fault: ErrorId,
    pub(super) detail: String,
}

impl Failure {
    pub(super) fn new(fault: ErrorId, detail: impl Into<String>) -> Failure {
        Failure {
            fault,
            detail: detail.into(),
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
        Failure::new(fault, format!("{error}{unknown}"))
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
    /// The address of a managed server, asked of DNS as the console does.
    pub(super) async fn server_address(
        &self,
        server: &Fqdn,
        fault: ErrorId,
    ) -> Result<IpAddr, Failure> {
        let found = self.resolver.lookup_host(server).await;
        found
            .first()
            .copied()
            .ok_or_else(|| Failure::new(fault, format!("the name `{server}` does not resolve")))
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
    pub(super) async fn dns_push(
        &self,
        caller: &Caller,
        server: IpAddr,
        request: dnsp::Request,
    ) -> Result<dnsp::Response, CallError> {
        let request = Request::DnsManagement(request);
        let interface = Interface::DnsManagement;
        match self.remote.call(caller, server, interface, request).await {
            Ok(Response::DnsManagement(response)) => Ok(response),
            Ok(_) => Err(CallError::Other(mismatch())),
            Err(error) => Err(CallError::of(error)),
        }
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
