//! Leases looked for: by address, by client, by name, by state, by page, all of them.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Value, json};

use super::super::answer::{Answer, Failure, Outcome};
use super::super::args::{Args, address, client_id, duid, mac, must, name};
use super::super::registry::Call;
use super::super::state::SubnetId;
use super::show;
use crate::addr::{AddressRange, Family};
use crate::base::{ClientId, Duid, MacAddress};
use crate::server::dhcp::pool::{Binding, State};
use crate::server::dhcp::scope::Scope;
use crate::wire::windows::dhcpm::ReservedClient;

/// Where a lease is.
pub(super) type Place = (IpNet, IpAddr);

pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    let found = wanted(call, args)?.and_then(|place| shown(call, place));
    match found {
        Some(lease) => {
            let text = format!("{} lease found.", name(call.family));
            Ok(Answer::success(text).with(lease))
        }
        None => Err(Failure::empty("Lease not found.")),
    }
}

fn shown(call: &Call<'_>, (subnet, address): Place) -> Option<Value> {
    let binding = call.server.scopes.get(subnet)?.pool.binding(address)?;
    show::lease(call.server.control.id_of(subnet), address, binding)
}

/// The lease that `ip-address` names, or `identifier-type`, `identifier` and `subnet-id`.
pub(super) fn wanted(call: &Call<'_>, args: Args<'_>) -> Result<Option<Place>, Failure> {
    let family = call.family;
    let prefix = match args.text("type")? {
        None | Some("IA_NA" | "0" | "V4") => false,
        // No prefixes are leased here.
        Some("IA_PD" | "2") => true,
        Some(other) => {
            return Err(Failure::error(format!(
                "'type' is '{other}' and can be 'IA_NA' or 'IA_PD'"
            )));
        }
    };
    if let Some(address) = args.address("ip-address", family)? {
        let scope = call.server.scopes.containing_id(address);
        return Ok(scope
            .map(|scope| (scope, address))
            .filter(|place| !prefix && held(call, *place)));
    }
    let id = must("subnet-id", args.number("subnet-id")?)?;
    let iaid = args.number("iaid")?;
    if iaid.is_some() && family == Family::V4 {
        return Err(Failure::error("'iaid' is of IPv6 only"));
    }
    let kind = must("identifier-type", args.text("identifier-type")?)?;
    let text = must("identifier", args.text("identifier")?)?;
    let client = Identifier::parse(kind, text, iaid.unwrap_or(0), family)?;
    let Some(scope) = subnet(call, id).filter(|_| !prefix) else {
        return Ok(None);
    };
    let direct = client
        .exact()
        .and_then(|exact| scope.pool.address_of(&exact));
    let found = direct.or_else(|| {
        let mut bindings = scope.pool.bindings();
        let found = bindings.find(|(_, binding)| client.is(binding));
        found.map(|(address, _)| address)
    });
    let place = found.map(|address| (scope.id, address));
    Ok(place.filter(|place| held(call, *place)))
}

/// Whether there is a lease, rather than an offer or nothing.
pub(super) fn held(call: &Call<'_>, (subnet, address): Place) -> bool {
    let scope = call.server.scopes.get(subnet);
    let binding = scope.and_then(|scope| scope.pool.binding(address));
    binding.is_some_and(|binding| binding.state != State::Offered)
}

/// The scope with this number, of the command's family.
pub(super) fn subnet<'a>(call: &'a Call<'_>, id: SubnetId) -> Option<&'a Scope> {
    let id = call.server.control.subnet(call.family, id)?;
    call.server.scopes.get(id)
}

/// What a lease is looked for by.
enum Identifier {
    Hardware(MacAddress),
    ClientId(Vec<u8>),
    Duid(Duid, u32),
}

impl Identifier {
    fn parse(kind: &str, text: &str, iaid: u32, family: Family) -> Result<Identifier, Failure> {
        let identifier = match (kind, family) {
            ("hw-address", Family::V4) => Identifier::Hardware(mac("identifier", text)?),
            ("client-id", Family::V4) => Identifier::ClientId(client_id("identifier", text)?),
            ("duid", Family::V6) => Identifier::Duid(duid("identifier", text)?, iaid),
            ("hw-address" | "client-id" | "duid", _) => {
                let text = format!("{} leases are not looked for by {kind}", name(family));
                return Err(Failure::error(text));
            }
            _ => {
                return Err(Failure::error(format!(
                    "'identifier-type' is '{kind}' and can be 'hw-address', 'client-id' or 'duid'"
                )));
            }
        };
        Ok(identifier)
    }

    /// The client as bindings are indexed by, where the identifier says all of it.
    fn exact(&self) -> Option<ReservedClient> {
        match self {
            Identifier::Hardware(mac) => Some(ReservedClient::Mac(*mac)),
            Identifier::ClientId(id) => Some(ReservedClient::ClientId(ClientId(id.clone()))),
            Identifier::Duid(duid, iaid) => Some(ReservedClient::V6 {
                duid: duid.clone(),
                iaid: *iaid,
            }),
        }
    }

    fn is(&self, binding: &Binding) -> bool {
        match self {
            Identifier::Hardware(mac) => show::hardware_of(binding) == Some(*mac),
            Identifier::ClientId(id) => show::client_id_of(binding) == id.as_slice(),
            Identifier::Duid(..) => self.exact().as_ref() == Some(&binding.client),
        }
    }
}

/// The leases of the command's family that `wanted` says yes to, in the order of addresses.
fn filtered(call: &Call<'_>, wanted: impl Fn(&Scope, &Binding) -> bool) -> Vec<Value> {
    let mut leases = Vec::new();
    for scope in call.server.scopes.of(call.family) {
        let id = call.server.control.id_of(scope.id);
        let bindings = scope.pool.bindings().filter(|(_, b)| wanted(scope, b));
        leases.extend(bindings.filter_map(|(address, b)| show::lease(id, address, b)));
    }
    leases
}

fn found(call: &Call<'_>, leases: Vec<Value>) -> Outcome {
    let what = format!("{} lease(s)", name(call.family));
    Ok(Answer::found(&what, "leases", leases))
}

pub(crate) fn get_all(call: &mut Call<'_>) -> Outcome {
    let Some(args) = call.optional_args()? else {
        let leases = filtered(call, |_, _| true);
        return found(call, leases);
    };
    let subnets = must("subnets", args.list("subnets")?)?;
    let mut leases = Vec::new();
    for id in subnets {
        let number = id.as_i64().and_then(|id| SubnetId::try_from(id).ok());
        let number = number
            .ok_or_else(|| Failure::error(format!("'subnets': {id} is no number of a subnet")))?;
        if let Some(scope) = subnet(call, number) {
            let bindings = scope.pool.bindings();
            leases.extend(bindings.filter_map(|(address, b)| show::lease(number, address, b)));
        }
    }
    found(call, leases)
}

pub(crate) fn get_by_hw_address(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    let text = must("hw-address", args.text("hw-address")?)?;
    let wanted = mac("hw-address", text)?;
    let leases = filtered(call, |_, lease| show::hardware_of(lease) == Some(wanted));
    found(call, leases)
}

pub(crate) fn get_by_client_id(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    let text = must("client-id", args.text("client-id")?)?;
    let wanted = client_id("client-id", text)?;
    let leases = filtered(call, |_, lease| show::client_id_of(lease) == wanted);
    found(call, leases)
}

pub(crate) fn get_by_duid(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    let wanted = duid("duid", must("duid", args.text("duid")?)?)?;
    let leases = filtered(call, |_, lease| match &lease.client {
        ReservedClient::V6 { duid, .. } => *duid == wanted,
        _ => false,
    });
    found(call, leases)
}

pub(crate) fn get_by_hostname(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    let wanted = must("hostname", args.text("hostname")?)?;
    if wanted.is_empty() {
        return Err(Failure::error("'hostname' is empty"));
    }
    let leases = filtered(call, |_, lease| {
        lease.host_name.eq_ignore_ascii_case(wanted)
    });
    found(call, leases)
}

pub(crate) fn get_by_state(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    let state = must("state", args.number("state")?)?;
    let id = args.number("subnet-id")?.filter(|id| *id != 0);
    let only = id.and_then(|id| call.server.control.subnet(call.family, id));
    if id.is_some() && only.is_none() {
        return found(call, Vec::new());
    }
    let leases = filtered(call, |scope, lease| {
        only.is_none_or(|only| scope.id == only)
            && show::state_of(lease).map(u32::from) == Some(state)
    });
    found(call, leases)
}

pub(crate) fn get_page(call: &mut Call<'_>) -> Outcome {
    let args = call.args()?;
    let from = must("from", args.text("from")?)?;
    let start = match call.family {
        Family::V4 => IpAddr::from([0; 4]),
        Family::V6 => IpAddr::from([0; 16]),
    };
    let from = match from {
        "start" => start,
        text => address(text, call.family)
            .map_err(|_| Failure::error(format!("'from' is '{text}': 'start' or an address")))?,
    };
    let limit = must("limit", args.number("limit")?)?;
    if limit == 0 {
        return Err(Failure::error("'limit' must be above 0"));
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut leases = Vec::new();
    let above = |scope: &&Scope| AddressRange::of_prefix(scope.id).last() > from;
    for scope in call.server.scopes.of(call.family).filter(above) {
        let id = call.server.control.id_of(scope.id);
        let bindings = scope.pool.bindings_after(from);
        let shown = bindings.filter_map(|(address, b)| show::lease(id, address, b));
        leases.extend(shown.take(limit - leases.len()));
        if leases.len() == limit {
            break;
        }
    }
    let count = leases.len();
    let mut answer = found(call, leases)?;
    if let Some(Value::Object(arguments)) = &mut answer.arguments {
        arguments.insert("count".to_owned(), json!(count));
    }
    Ok(answer)
}
