//! Reservations on DHCP servers (domain 8.2 to 8.5).

use std::net::IpAddr;

use ipnet::IpNet;

use crate::base::MacAddress;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::space::addresses::StoredAddress;
use crate::ipam::space::rules::refuse;
use crate::ipam::space::{AddressDetails, ReservationType};
use crate::wire::windows::Win32Error;
use crate::wire::windows::dhcpm::{
    LeaseState, Request, Reservation, ReservationKind, ReservedClient, Response,
};

use super::plan::Plan;
use super::progress::Progress;
use super::servers::{CallError, Failure, Outcome};
use super::written::{Entry, Written};

const CREATE_FAULT: ErrorId = ErrorId::IpamMsmCreateReservationFailed;
const DELETE_FAULT: ErrorId = ErrorId::IpamMsmDeleteReservationFailed;

/// Why a record cannot be pushed as it is.
fn lacks<T>(what: &str) -> IpamResult<T> {
    refuse(
        ErrorId::IpamMsmCheckReservationParametersFailed,
        format!("the address record lacks {what}: edit it first"),
    )
}

/// Takes a reservation out of a record, or says which field is missing.
pub(in crate::ipam) fn wanted(stored: &StoredAddress) -> IpamResult<Written> {
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
    let reservation = reservation(key.ip_address, details)?;
    let entry = Entry::Reservation { scope, reservation };
    Ok(Written { server, entry })
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

/// One scope of one server, and who asks it.
struct Console<'a> {
    ipam: &'a Ipam,
    caller: &'a Caller,
    server: IpAddr,
    scope: IpNet,
    fault: ErrorId,
}

impl Console<'_> {
    async fn call(&self, request: Request) -> Result<Response, CallError> {
        self.ipam.dhcp_push(self.caller, self.server, request).await
    }

    async fn change(&self, request: Request) -> Result<(), Failure> {
        match self.call(request).await {
            Ok(_) => Ok(()),
            Err(error) => Err(error.into_failure(self.fault)),
        }
    }

    async fn reservations(&self) -> Result<Vec<Reservation>, Failure> {
        let scope = self.scope;
        match self.call(Request::EnumReservations { scope }).await {
            Ok(Response::Reservations(held)) => Ok(held),
            Ok(_) => Err(Failure::new(self.fault, "the server's list is no list")),
            Err(error) => Err(error.into_failure(self.fault)),
        }
    }

    /// Who else uses the address now.
    async fn other_lease(&self, wanted: &Reservation) -> Result<Option<String>, Failure> {
        let scope = self.scope;
        let leases = match self.call(Request::EnumLeases { scope }).await {
            Ok(Response::Leases(leases)) => leases,
            Ok(_) => return Err(Failure::new(self.fault, "the server's list is no list")),
            Err(error) => return Err(error.into_failure(self.fault)),
        };
        let other = leases.into_iter().find(|lease| {
            lease.address == wanted.address
                && lease.client != wanted.client
                && matches!(
                    lease.state,
                    LeaseState::Active | LeaseState::ActiveReservation
                )
        });
        Ok(other.map(|lease| lease.host_name))
    }

    /// Adds a reservation where none was seen. The server takes none beside another (20022): that
    /// is where engines that share nothing meet, and the later one is told whose is there.
    async fn add(&self, wanted: &Reservation) -> Outcome {
        let request = Request::AddReservation {
            scope: self.scope,
            reservation: wanted.clone(),
        };
        let error = match self.call(request).await {
            Ok(_) => return Ok(String::new()),
            Err(error) => error,
        };
        let refused = matches!(
            error,
            CallError::Status(Win32Error::ERROR_DHCP_RESERVEDIP_EXITS, _)
        );
        let failure = error.into_failure(self.fault);
        if !refused {
            return Err(failure);
        }
        let held = self.reservations().await?;
        let at = |held: &&Reservation| held.address == wanted.address;
        let of = |held: &&Reservation| held.client == wanted.client;
        match held.iter().find(at).or_else(|| held.iter().find(of)) {
            Some(there) if *there == *wanted => Ok("it was there already".to_owned()),
            Some(there) if at(&there) && of(&there) => {
                Ok(format!("it was there already, as `{}`", there.name))
            }
            Some(there) => Err(Failure {
                detail: format!("{}: {} has {}", failure.detail, there.address, told(there)),
                ..failure
            }),
            None => Err(failure),
        }
    }

    /// Removes a reservation that was seen, and no other that has taken its place since.
    async fn remove(&self, seen: &Reservation) -> Result<(), CallError> {
        let request = Request::RemoveReservationOf {
            scope: self.scope,
            address: seen.address,
            client: seen.client.clone(),
        };
        self.call(request).await.map(|_| ())
    }
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
        plan: &Plan,
        (scope, wanted): (IpNet, Reservation),
        progress: &Progress,
    ) -> Outcome {
        let target = plan.wanted.as_ref();
        let target = target.ok_or_else(|| Failure::new(CREATE_FAULT, "nothing is wanted"))?;
        let console = Console {
            ipam: self,
            caller,
            server: self.managed_server(target, CREATE_FAULT).await?,
            scope,
            fault: CREATE_FAULT,
        };
        let held = console.reservations().await?;
        let elsewhere = held
            .iter()
            .any(|other| other.client == wanted.client && other.address != wanted.address);
        let old = held.into_iter().find(|old| old.address == wanted.address);
        let Some(old) = old.filter(|_| !elsewhere) else {
            // A client with another reservation is refused before anything is lost (20022).
            return console.add(&wanted).await;
        };
        if old == wanted {
            return Ok("it was there already".to_owned());
        }
        if old.client == wanted.client {
            let request = Request::UpdateReservation {
                scope,
                reservation: wanted,
            };
            console.change(request).await?;
            return Ok(format!("updated the reservation `{}`", old.name));
        }
        let asked_for_before = plan.earlier.iter().any(|earlier| {
            matches!(&earlier.entry, Entry::Reservation { reservation, .. }
                if earlier.same_place(target) && reservation.client == old.client)
        });
        // Deviation: Windows replaces any reservation of the address without a word. One that is
        // newer than what the administrator was shown is of somebody who allocated the address
        // elsewhere; it stays, and he is told.
        if !asked_for_before && plan.free_on.as_ref() == Some(&plan.server) {
            let detail = format!(
                "the address was free when it was allocated and has {} by now, which stays: take \
                 another address, or delete that reservation on the server",
                told(&old)
            );
            return Err(Failure::new(CREATE_FAULT, detail));
        }
        if let Some(user) = console.other_lease(&wanted).await? {
            let detail = format!(
                "`{user}` has a lease of the address: the reservation `{}` is not replaced",
                old.name
            );
            return Err(Failure::new(CREATE_FAULT, detail));
        }
        // Once it is removed, only this tells what was there.
        let what = format!("replacing {}", told(&old));
        self.remark(&plan.task, progress, &what)?;
        let replaced = replace(&console, &old, &wanted).await?;
        let what = format!("{} on {}: {replaced}", plan.record(), plan.server);
        // The push is done, and its report says the same.
        let _ = self
            .store
            .transaction(|tx| self.changed(tx, caller, Category::Records, what));
        Ok(replaced)
    }

    /// Removes the server's reservation of the address, if it is for a client that the record
    /// asks for or asked for. One that is gone already is a success: that is what a repeated
    /// request finds.
    pub(super) async fn drop_reservation(
        &self,
        caller: &Caller,
        plan: &Plan,
        target: &Written,
    ) -> Outcome {
        let Entry::Reservation { scope, reservation } = &target.entry else {
            return Err(Failure::new(DELETE_FAULT, "a DNS record is no reservation"));
        };
        let (scope, address) = (*scope, reservation.address);
        let console = Console {
            ipam: self,
            caller,
            server: self.managed_server(target, DELETE_FAULT).await?,
            scope,
            fault: plan.task.fault(),
        };
        let held = console.reservations().await?;
        let Some(held) = held.into_iter().find(|held| held.address == address) else {
            return Ok("there was none".to_owned());
        };
        let ours = plan.targets().any(|known| match &known.entry {
            Entry::Reservation { reservation, .. } => {
                known.same_place(target) && reservation.client == held.client
            }
            Entry::Record { .. } => false,
        });
        if !ours {
            let detail = format!(
                "the address is reserved for another client: {}",
                told(&held)
            );
            return Err(Failure::new(console.fault, detail));
        }
        match console.remove(&held).await {
            Ok(()) => Ok(String::new()),
            Err(CallError::Status(status, _)) if is_absent(status) => {
                Ok("there was none".to_owned())
            }
            Err(error) => Err(error.into_failure(console.fault)),
        }
    }
}

/// Another client holds the address: its reservation goes, ours comes (domain 8.4).
async fn replace(console: &Console<'_>, old: &Reservation, wanted: &Reservation) -> Outcome {
    if let Err(error) = console.remove(old).await {
        let failure = error.into_failure(console.fault);
        let detail = format!("{}; it was to replace {}", failure.detail, told(old));
        return Err(Failure { detail, ..failure });
    }
    match console.add(wanted).await {
        Ok(remark) if remark.is_empty() => Ok(format!("replaced {}", told(old))),
        Ok(remark) => Ok(format!("{remark}; {} is removed", told(old))),
        Err(failure) => Err(Failure {
            detail: format!("{}; {} is removed already", failure.detail, told(old)),
            half_done: true,
            ..failure
        }),
    }
}

/// A reservation with everything it takes to make it again.
pub(in crate::ipam) fn told(reservation: &Reservation) -> String {
    let client = match &reservation.client {
        ReservedClient::Mac(mac) => mac.to_string(),
        ReservedClient::ClientId(id) => format!("client id {id}"),
        ReservedClient::V6 { duid, iaid } => format!("DUID {duid} IAID {iaid}"),
    };
    let kind = match reservation.kind {
        ReservationKind::Dhcp => "DHCP",
        ReservationKind::Bootp => "BOOTP",
        ReservationKind::Both => "Both",
    };
    let (name, description) = (&reservation.name, &reservation.description);
    let description = match description.is_empty() {
        true => String::new(),
        false => format!(", `{description}`"),
    };
    format!("the reservation `{name}` of {client} ({kind}{description})")
}

/// What a server says of a reservation it does not have: IPv4 by a code of its own, IPv6 as a
/// missing file (domain 8.5).
fn is_absent(status: Win32Error) -> bool {
    matches!(
        status,
        Win32Error::ERROR_DHCP_NOT_RESERVED_CLIENT | Win32Error::ERROR_FILE_NOT_FOUND
    )
}
