//! A lease as a command describes it.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Map, Value};

use super::super::answer::Failure;
use super::super::args::{Args, client_id, duid, mac, must, name};
use super::super::registry::Call;
use super::find::subnet;
use super::show::{DECLINED, DEFAULT, EXPIRED};
use crate::addr::Family;
use crate::base::{ClientId, MacAddress};
use crate::server::dhcp::DhcpServer;
use crate::server::dhcp::pool::{Binding, Details, Millis, State};
use crate::wire::windows::dhcpm::ReservedClient;

/// A lease that could be stored.
pub(super) struct Described {
    pub subnet: IpNet,
    pub address: IpAddr,
    pub binding: Binding,
    /// `lease4-update` and `lease6-update` may make the lease they do not find.
    pub force_create: bool,
}

pub(super) fn described(call: &Call<'_>, args: Args<'_>) -> Result<Described, Failure> {
    let family = call.family;
    let address = must("ip-address", args.address("ip-address", family)?)?;
    let who = Who::of(args, family)?;
    let subnet = place(call, args, address)?;
    let force_create = args.boolean("force-create")?.unwrap_or(false);
    let details = details(call, args, subnet, address, &who)?;
    let host_name = args.text("hostname")?.unwrap_or_default();
    if host_name.is_empty() && (details.in_forward || details.in_reverse) {
        return Err(Failure::error(
            "'fqdn-fwd' or 'fqdn-rev' is true and there is no 'hostname'",
        ));
    }
    let (state, until) = state(call.server, args, &details, call.now())?;
    Ok(Described {
        subnet,
        address,
        binding: Binding {
            client: who.client,
            state,
            until,
            host_name: host_name.to_ascii_lowercase(),
            details,
        },
        force_create,
    })
}

/// The client of a lease.
struct Who {
    client: ReservedClient,
    hardware: Option<MacAddress>,
    client_id: Vec<u8>,
}

impl Who {
    fn of(args: Args<'_>, family: Family) -> Result<Who, Failure> {
        let hardware = args.text("hw-address")?;
        if family == Family::V6 {
            return Who::of_v6(args, hardware);
        }
        let hardware = mac("hw-address", must("hw-address", hardware)?)?;
        let client_id = match args.text("client-id")? {
            Some(text) => client_id("client-id", text)?,
            None => Vec::new(),
        };
        // The same client that a message with these two would come from (RFC 2131 section 4.2).
        let client = match client_id.as_slice() {
            [] => ReservedClient::Mac(hardware),
            [1, mac @ ..] if mac.len() == 6 => {
                let mut bytes = [0; 6];
                bytes.copy_from_slice(mac);
                ReservedClient::Mac(MacAddress(bytes))
            }
            id => ReservedClient::ClientId(ClientId(id.to_vec())),
        };
        Ok(Who {
            client,
            hardware: Some(hardware),
            client_id,
        })
    }

    fn of_v6(args: Args<'_>, hardware: Option<&str>) -> Result<Who, Failure> {
        match args.text("type")? {
            None | Some("IA_NA") => {}
            Some("IA_PD") => {
                return Err(Failure::error(
                    "this server leases no prefixes, so 'type' cannot be 'IA_PD'",
                ));
            }
            Some(other) => {
                return Err(Failure::error(format!(
                    "'type' is '{other}' and can be 'IA_NA'"
                )));
            }
        }
        let duid = duid("duid", must("duid", args.text("duid")?)?)?;
        let iaid = must("iaid", args.number("iaid")?)?;
        let hardware = match hardware {
            Some(text) => Some(mac("hw-address", text)?),
            None => None,
        };
        Ok(Who {
            client: ReservedClient::V6 { duid, iaid },
            hardware,
            client_id: Vec::new(),
        })
    }
}

/// The subnet of a lease: the one that is named and holds the address, or the one that holds it.
fn place(call: &Call<'_>, args: Args<'_>, address: IpAddr) -> Result<IpNet, Failure> {
    match args.number("subnet-id")?.filter(|id| *id != 0) {
        Some(id) => {
            let subnet = subnet(call, id).ok_or_else(|| {
                Failure::conflict(format!("there is no {} subnet {id}", name(call.family)))
            })?;
            match subnet.id.contains(&address) {
                true => Ok(subnet.id),
                false => Err(Failure::conflict(format!(
                    "{address} is not in subnet {id}, which is {}",
                    subnet.id
                ))),
            }
        }
        None => call
            .server
            .scopes
            .containing_id(address)
            .ok_or_else(|| Failure::conflict(format!("no subnet holds {address}"))),
    }
}

fn details(
    call: &Call<'_>,
    args: Args<'_>,
    subnet: IpNet,
    address: IpAddr,
    who: &Who,
) -> Result<Details, Failure> {
    let scope = call.server.scopes.get(subnet);
    let usual = scope.map_or((0, 0), |s| (s.lease_seconds, s.preferred_seconds));
    let seconds = args.number("valid-lft")?.unwrap_or(usual.0);
    let preferred = args.number("preferred-lft")?;
    let preferred_seconds = preferred.unwrap_or(usual.1.min(seconds));
    let since = match args.integer("expire")? {
        None => call.now(),
        Some(expire) if expire <= 0 => {
            let text = format!("'expire' of {address} must be above 0");
            return Err(Failure::error(text));
        }
        Some(expire) if expire < i64::from(seconds) => {
            let text = format!("'expire' of {address} lies before its lease of {seconds} seconds");
            return Err(Failure::error(text));
        }
        Some(expire) => (expire - i64::from(seconds)).saturating_mul(1000),
    };
    Ok(Details {
        since,
        seconds,
        preferred_seconds,
        hardware: who.hardware,
        client_id: who.client_id.clone(),
        in_forward: args.boolean("fqdn-fwd")?.unwrap_or(false),
        in_reverse: args.boolean("fqdn-rev")?.unwrap_or(false),
        context: context(args)?.map(Box::new),
    })
}

/// `user-context`, which a `comment` becomes part of.
pub(in super::super) fn context(args: Args<'_>) -> Result<Option<Map<String, Value>>, Failure> {
    let context = args.section("user-context")?;
    let mut context = context.map(|context| context.map().clone());
    if let Some(comment) = args.text("comment")? {
        let context = context.get_or_insert_default();
        let given_twice = context
            .insert("comment".to_owned(), Value::String(comment.to_owned()))
            .is_some();
        if given_twice {
            return Err(Failure::error(
                "there is a 'comment' and another one in 'user-context'",
            ));
        }
    }
    Ok(context)
}

fn state(
    server: &DhcpServer,
    args: Args<'_>,
    details: &Details,
    now: Millis,
) -> Result<(State, Millis), Failure> {
    let end = match details.seconds {
        u32::MAX => Millis::MAX,
        seconds => details.since.saturating_add(i64::from(seconds) * 1000),
    };
    let state = args.number("state")?.unwrap_or(DEFAULT.into());
    match u8::try_from(state) {
        Ok(DEFAULT) => Ok((State::Active, end)),
        Ok(DECLINED) => Ok((State::Declined, end)),
        Ok(EXPIRED) => {
            let until = now.saturating_add(server.grace());
            Ok((State::Expired { since: now }, until))
        }
        _ => Err(Failure::error(format!(
            "'state' is {state} and can be 0 (default), 1 (declined) or 2 (expired and reclaimed)"
        ))),
    }
}
