//! Reservations made, changed and removed.

use ipnet::IpNet;

use super::super::answer::{Answer, Failure, Outcome};
use super::super::args::{Args, must, name};
use super::super::registry::Call;
use super::find::{check_target, wanted};
use super::parse::{Host, host};
use crate::server::dhcp::events::id as event;
use crate::server::dhcp::manage::Actor;
use crate::server::dhcp::pool::State;
use crate::server::dhcp::scope::{Scope, normalise, normalise_client};
use crate::wire::windows::dhcpm::Reservation;
use crate::wire::windows::dhcpm::ReservedClient::V6;

/// Who configuration events name.
pub(in super::super) const ACTOR: &str = "Kea control channel";

pub(crate) fn add(call: &mut Call<'_>) -> Outcome {
    let (subnet, host) = described(call)?;
    let address = host.reservation.address;
    let client = normalise_client(host.reservation.client.clone());
    let scope = scope_mut(call, subnet)?;
    let context = host.context.clone();
    insert(scope, host)?;
    call.server.control.note(address, client, context);
    record(call, event::RESERVATION_CREATED, subnet, address);
    Ok(Answer::success("Host added."))
}

/// Stores a host in a scope by Kea's rules: its address lies in the subnet, in a pool or not, and
/// neither it nor the client has a reservation there.
pub(in super::super) fn insert(scope: &mut Scope, host: Host) -> Result<(), Failure> {
    let any_association = host.any_association;
    let reservation = normalise(host.reservation);
    let address = reservation.address;
    if scope.pool.is_reserved_client(&reservation.client) {
        return Err(Failure::error(format!(
            "the client of {address} has a reservation in {} already",
            scope.id
        )));
    }
    check_free(scope, &reservation, any_association)?;
    put(scope, reservation, any_association);
    Ok(())
}

fn put(scope: &mut Scope, reservation: Reservation, any_association: bool) {
    match any_association {
        true => scope.pool.reserve_for_duid(reservation),
        false => scope.pool.reserve(reservation),
    }
}

/// Whether the address of a reservation may be reserved.
fn check_free(
    scope: &Scope,
    reservation: &Reservation,
    any_association: bool,
) -> Result<(), Failure> {
    let address = reservation.address;
    if !scope.id.contains(&address) {
        return Err(Failure::error(format!(
            "{address} is not in the subnet {}",
            scope.id
        )));
    }
    if scope.pool.reservation(address).is_some() {
        return Err(Failure::error(format!("{address} is reserved already")));
    }
    // Deviation: Kea reserves an address that another client leases, and waits for that client to
    // be given another one when it renews. A Windows server refuses, and so does this one.
    let leased = scope.pool.binding(address).filter(|binding| {
        let same = match (&binding.client, &reservation.client) {
            (V6 { duid, .. }, V6 { duid: wanted, .. }) if any_association => duid == wanted,
            (client, wanted) => client == wanted,
        };
        binding.state == State::Active && !same
    });
    match leased {
        None => Ok(()),
        Some(_) => Err(Failure::error(format!(
            "{address} is leased to another client"
        ))),
    }
}

pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let (subnet, host) = described(call)?;
    let reservation = normalise(host.reservation.clone());
    let scope = scope_mut(call, subnet)?;
    let Some(old) = scope.pool.reserved_address(&reservation.client) else {
        return Err(Failure::error("Host not updated (not found)."));
    };
    let new = reservation.address;
    let before = scope.pool.reservation(old).cloned();
    let was_any = before
        .as_ref()
        .is_some_and(|before| scope.pool.is_for_any_association(before));
    if new == old && was_any == host.any_association {
        scope.pool.update_reservation(reservation.clone());
    } else {
        scope.pool.unreserve(old);
        if let Err(refused) = insert(scope, host.clone()) {
            // Nothing is lost by what is refused.
            before
                .into_iter()
                .for_each(|before| put(scope, before, was_any));
            return Err(refused);
        }
    }
    let control = &mut call.server.control;
    control.drop_note(old);
    control.note(new, reservation.client, host.context);
    Ok(Answer::success("Host updated."))
}

pub(crate) fn del(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    check_target(args)?;
    let found = wanted(call, args)?;
    let removed = found.and_then(|(subnet, address)| {
        let scope = call.server.scopes.get_mut(subnet)?;
        scope.pool.unreserve(address)?;
        Some((subnet, address))
    });
    let Some((subnet, address)) = removed else {
        return Err(Failure::empty("Host not deleted (not found)."));
    };
    call.server.control.drop_note(address);
    record(call, event::RESERVATION_DELETED, subnet, address);
    Ok(Answer::success("Host deleted."))
}

/// The host of the command's `reservation`, and the subnet it is for.
fn described(call: &Call<'_>) -> Result<(IpNet, Host), Failure> {
    let args = call.args()?;
    check_target(args)?;
    args.only("the arguments", &["reservation", "operation-target"])?;
    let args = must("reservation", args.section("reservation")?)?;
    let host = host(args, call.family)?;
    Ok((subnet(call, args, &host)?, host))
}

fn subnet(call: &Call<'_>, args: Args<'_>, host: &Host) -> Result<IpNet, Failure> {
    let control = &call.server.control;
    let Some(id) = args.number("subnet-id")? else {
        let address = host.reservation.address;
        let belongs = call.server.scopes.containing_id(address);
        return Err(Failure::error(match belongs {
            Some(subnet) => format!(
                "missing parameter 'subnet-id': {address} belongs to subnet {}, which is {subnet}",
                control.id_of(subnet)
            ),
            None => format!("missing parameter 'subnet-id': no subnet holds {address}"),
        }));
    };
    if id == 0 {
        return Err(Failure::error(
            "this server has no global reservations, so 'subnet-id' cannot be 0",
        ));
    }
    control.subnet(call.family, id).ok_or_else(|| {
        let text = format!("there is no {} subnet {id}", name(call.family));
        Failure::error(text)
    })
}

fn scope_mut<'a>(call: &'a mut Call<'_>, subnet: IpNet) -> Result<&'a mut Scope, Failure> {
    let scope = call.server.scopes.get_mut(subnet);
    scope.ok_or_else(|| Failure::error(format!("there is no subnet {subnet}")))
}

/// Windows' event log tells of the change as of any other (domain 9.7).
fn record(call: &mut Call<'_>, event: [u32; 2], subnet: IpNet, address: std::net::IpAddr) {
    let by = Actor {
        at: call.at.wall,
        name: ACTOR,
    };
    call.server
        .event(by, event, subnet, Some(address.to_string()));
}
