//! Reservations on DHCP servers (domain 8.2 to 8.5).

use std::net::IpAddr;

use ipnet::IpNet;

use crate::base::MacAddress;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::rbac::Object;
use crate::ipam::space::addresses::StoredAddress;
use crate::ipam::space::rules::refuse;
use crate::ipam::space::{AddressDetails, ReservationType};
use crate::wire::windows::Win32Error;
use crate::wire::windows::dhcpm::{
    Request, Reservation, ReservationKind, ReservedClient, Response,
};

use super::push::{Action, Push};
use super::report::RecordKind;
use super::servers::{CallError, Failure, Outcome};

const CREATE_FAULT: ErrorId = ErrorId::IpamMsmCreateReservationFailed;
const DELETE_FAULT: ErrorId = ErrorId::IpamMsmDeleteReservationFailed;

/// A reservation ready to be pushed.
#[derive(Debug, Clone)]
pub(super) struct ReservationPlan {
    pub(super) push: Push,
    scope: IpNet,
    reservation: Option<Reservation>,
}

impl ReservationPlan {
    /// The scope that the reservation is of.
    pub(super) fn object(&self) -> Object {
        Object::DhcpScope {
            server: self.push.server.clone(),
            scope: self.scope,
        }
    }
}

/// Why a record cannot be pushed as it is.
fn lacks<T>(what: &str) -> IpamResult<T> {
    refuse(
        ErrorId::IpamMsmCheckReservationParametersFailed,
        format!("the address record lacks {what}: edit it first"),
    )
}

/// Takes a reservation out of a record, or says which field is missing.
pub(super) fn plan(stored: &StoredAddress, action: Action) -> IpamResult<ReservationPlan> {
    let (key, details) = (&stored.key, &stored.details);
    let Some(server) = details.reservation_server.clone() else {
        return lacks("a reservation server");
    };
    let Some(scope) = details.reservation_scope_details else {
        return lacks(&format!(
            "a scope: no collected scope of `{server}` holds `{}`",
            key.ip_address
        ));
    };
    let reservation = match action {
        Action::Create => Some(reservation(key.ip_address, details)?),
        Action::Delete => None,
    };
    let name = &details.reservation_name;
    Ok(ReservationPlan {
        push: Push {
            key: key.clone(),
            kind: RecordKind::DhcpReservation,
            action,
            record: format!("{} {name} in scope {scope}", key.ip_address),
            server,
        },
        scope,
        reservation,
    })
}

fn reservation(address: IpAddr, details: &AddressDetails) -> IpamResult<Reservation> {
    if details.reservation_name.is_empty() {
        return lacks("a reservation name");
    }
    let kind = match (address.is_ipv6(), details.reservation_type) {
        (true, _) | (false, Some(ReservationType::Dhcp)) => ReservationKind::Dhcp,
        (false, Some(ReservationType::Bootp)) => ReservationKind::Bootp,
        (false, Some(ReservationType::Both)) => ReservationKind::Both,
        (false, None) => return lacks("a reservation type"),
    };
    Ok(Reservation {
        address,
        client: client(address, details)?,
        name: details.reservation_name.clone(),
        description: details.reservation_description.clone(),
        kind,
    })
}

/// Who may have the address. A client id of the MAC address's own bytes is that MAC address.
fn client(address: IpAddr, details: &AddressDetails) -> IpamResult<ReservedClient> {
    if address.is_ipv6() {
        return match (&details.duid, details.iaid) {
            (Some(duid), Some(iaid)) => Ok(ReservedClient::V6 {
                duid: duid.clone(),
                iaid,
            }),
            _ => lacks("a DUID and an IAID"),
        };
    }
    match (&details.client_id, details.mac_address) {
        (Some(id), Some(mac)) if id.0 == mac.0 => Ok(ReservedClient::Mac(mac)),
        (Some(id), _) => Ok(hardware_client(&id.0)
            .map_or_else(|| ReservedClient::ClientId(id.clone()), ReservedClient::Mac)),
        (None, Some(mac)) => Ok(ReservedClient::Mac(mac)),
        (None, None) => lacks("a MAC address or client id"),
    }
}

/// The MAC address in a client id of hardware type 1, Ethernet (RFC 2132 section 9.14).
fn hardware_client(id: &[u8]) -> Option<MacAddress> {
    let [1, mac @ ..] = id else {
        return None;
    };
    mac.try_into().ok().map(MacAddress)
}

impl Ipam {
    /// Makes the server's reservation of the address equal to the record's.
    ///
    /// Looks first, so that a repeated request finds its own work done, and so that replacing is
    /// only ever a choice: the server itself refuses a second reservation of an address
    /// (domain 8.4).
    pub(super) async fn push_reservation(
        &self,
        caller: &Caller,
        plan: &ReservationPlan,
    ) -> Outcome {
        let Some(wanted) = plan.reservation.clone() else {
            return Ok(String::new());
        };
        let server = self.server_address(&plan.push.server, CREATE_FAULT).await?;
        let scope = plan.scope;
        let held = self
            .dhcp_push(caller, server, Request::EnumReservations { scope })
            .await
            .map_err(|error| error.into_failure(CREATE_FAULT))?;
        let Response::Reservations(held) = held else {
            return Err(Failure::new(CREATE_FAULT, "the server's list is no list"));
        };
        let old = held.into_iter().find(|old| old.address == wanted.address);
        let Some(old) = old else {
            let request = Request::AddReservation {
                scope,
                reservation: wanted,
            };
            self.change(caller, server, request).await?;
            return Ok(String::new());
        };
        if old == wanted {
            return Ok("it was there already".to_owned());
        }
        if old.client == wanted.client {
            let request = Request::UpdateReservation {
                scope,
                reservation: wanted,
            };
            self.change(caller, server, request).await?;
            return Ok(format!("updated the reservation `{}`", old.name));
        }
        self.replace(caller, server, scope, &old, wanted).await
    }

    /// Another client holds the address: its reservation goes, ours comes (domain 8.4).
    async fn replace(
        &self,
        caller: &Caller,
        server: IpAddr,
        scope: IpNet,
        old: &Reservation,
        wanted: Reservation,
    ) -> Outcome {
        let remove = Request::RemoveReservation {
            scope,
            address: old.address,
        };
        self.change(caller, server, remove).await?;
        let add = Request::AddReservation {
            scope,
            reservation: wanted,
        };
        match self.change(caller, server, add).await {
            Ok(()) => Ok(format!("replaced the reservation `{}`", old.name)),
            Err(failure) => Err(Failure {
                detail: format!(
                    "{}; the reservation `{}` of this address is removed already",
                    failure.detail, old.name
                ),
                ..failure
            }),
        }
    }

    async fn change(
        &self,
        caller: &Caller,
        server: IpAddr,
        request: Request,
    ) -> Result<(), Failure> {
        match self.dhcp_push(caller, server, request).await {
            Ok(_) => Ok(()),
            Err(error) => Err(error.into_failure(CREATE_FAULT)),
        }
    }

    /// Removes the server's reservation of the address. One that is gone already is a success:
    /// that is what a repeated request finds.
    pub(super) async fn drop_reservation(
        &self,
        caller: &Caller,
        plan: &ReservationPlan,
    ) -> Outcome {
        let server = self.server_address(&plan.push.server, DELETE_FAULT).await?;
        let scope = plan.scope;
        let address = plan.push.key.ip_address;
        let request = Request::RemoveReservation { scope, address };
        match self.dhcp_push(caller, server, request).await {
            Ok(_) => Ok(String::new()),
            Err(CallError::Status(status, _)) if is_absent(status) => {
                Ok("there was none".to_owned())
            }
            Err(error) => Err(error.into_failure(DELETE_FAULT)),
        }
    }
}

/// What a server says of a reservation it does not have: IPv4 by a code of its own, IPv6 as a
/// missing file (domain 8.5).
fn is_absent(status: Win32Error) -> bool {
    matches!(
        status,
        Win32Error::ERROR_DHCP_NOT_RESERVED_CLIENT | Win32Error::ERROR_FILE_NOT_FOUND
    )
}
