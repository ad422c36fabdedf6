//! Leases made, changed and removed.

use std::net::IpAddr;

use ipnet::IpNet;

use super::super::answer::{Answer, Failure, Outcome, ResultCode};
use super::super::args::name;
use super::super::registry::Call;
use super::find::{held, wanted};
use super::parse::{Described, described};
use crate::addr::Family;
use crate::server::dhcp::pool::State;

pub(crate) fn add(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    let lease = described(call, args)?;
    if held(call, (lease.subnet, lease.address)) {
        let text = format!("{} lease already exists.", name(call.family));
        return Err(Failure::conflict(text));
    }
    let (address, id) = (lease.address, call.server.control.id_of(lease.subnet));
    store(call, lease)?;
    Ok(Answer::success(format!(
        "Lease for address {address}, subnet-id {id} added."
    )))
}

pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    let lease = described(call, args)?;
    let updated = apply(call, lease)?;
    let done = if updated { "updated" } else { "added" };
    let text = format!("{} lease {done}.", name(call.family));
    Ok(Answer::success(text))
}

/// Stores a lease over the one of its address, or makes it where it may be made. Says whether
/// there was one.
pub(super) fn apply(call: &mut Call<'_>, lease: Described) -> Result<bool, Failure> {
    let found = held(call, (lease.subnet, lease.address));
    if !found && !lease.force_create {
        return Err(Failure::error(format!(
            "there is no lease of {} to update; 'force-create' makes one",
            lease.address
        )));
    }
    store(call, lease)?;
    Ok(found)
}

fn store(call: &mut Call<'_>, lease: Described) -> Result<(), Failure> {
    let Described {
        subnet,
        address,
        binding,
        ..
    } = lease;
    let Some(scope) = call.server.scopes.get_mut(subnet) else {
        return Err(Failure::conflict(format!("no subnet holds {address}")));
    };
    // Deviation: Kea stores it and sorts the two out when a client asks. Here a running lease and
    // a reservation of one address are always of the same client.
    let foreign = scope
        .pool
        .reservation(address)
        .is_some_and(|reservation| !scope.pool.is_for(reservation, &binding.client));
    if foreign && binding.state != State::Declined {
        return Err(Failure::conflict(format!(
            "{address} is reserved for another client"
        )));
    }
    let until = binding.until;
    scope.pool.bind(address, binding);
    call.server.due_at(until);
    Ok(())
}

pub(crate) fn del(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    let update_ddns = args.boolean("update-ddns")?.unwrap_or(false);
    let family = name(call.family);
    let none = Failure::empty(format!("{family} lease not found."));
    let (subnet, address) = wanted(call, args)?.ok_or_else(|| none.clone())?;
    match remove(call, subnet, address) {
        true => {
            // Without it Kea leaves the records of the lease where they are.
            if update_ddns {
                call.server.registrar.remove(address);
            }
            Ok(Answer::success(format!("{family} lease deleted.")))
        }
        false => Err(none),
    }
}

pub(super) fn remove(call: &mut Call<'_>, subnet: IpNet, address: IpAddr) -> bool {
    let scope = call.server.scopes.get_mut(subnet);
    scope.and_then(|scope| scope.pool.unbind(address)).is_some()
}

/// Removes the leases of one subnet, or of all.
pub(crate) fn wipe(call: &mut Call<'_>) -> Outcome {
    let id = match call.optional_args()? {
        Some(args) => args.number("subnet-id")?.filter(|id| *id != 0),
        None => None,
    };
    let family = call.family;
    let control = &call.server.control;
    let subnets: Vec<(u32, Option<IpNet>)> = match id {
        Some(id) => vec![(id, control.subnet(family, id))],
        None => {
            let all = control.numbered(family);
            all.map(|(id, subnet)| (id, Some(subnet))).collect()
        }
    };
    let mut removed = 0_u64;
    let mut text = String::new();
    for (id, subnet) in subnets {
        text.push_str(&format!(" {id}"));
        removed += subnet.map_or(0, |subnet| wipe_one(call, subnet));
    }
    let result = match removed {
        0 => ResultCode::Empty,
        _ => ResultCode::Success,
    };
    let family = match family {
        Family::V4 => "IPv4",
        Family::V6 => "IPv6",
    };
    let text = format!("Deleted {removed} {family} lease(s) from subnet(s){text}");
    Ok(Answer::new(result, text))
}

fn wipe_one(call: &mut Call<'_>, subnet: IpNet) -> u64 {
    let Some(scope) = call.server.scopes.get_mut(subnet) else {
        return 0;
    };
    let bindings = scope.pool.bindings();
    let leases = bindings.filter(|(_, binding)| binding.state != State::Offered);
    let leases: Vec<IpAddr> = leases.map(|(address, _)| address).collect();
    let removed = leases.iter().filter(|a| scope.pool.unbind(**a).is_some());
    u64::try_from(removed.count()).unwrap_or(u64::MAX)
}
