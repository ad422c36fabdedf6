//! A reservation as a command or a configuration describes it.

use std::net::IpAddr;

use serde_json::{Map, Value};

use super::super::answer::Failure;
use super::super::args::{Args, address, client_id, duid, mac, must};
use super::super::lease::context;
use super::show::word;
use crate::addr::Family;
use crate::base::{ClientId, Duid};
use crate::wire::windows::dhcpm::{Reservation, ReservationKind, ReservedClient};

/// A reservation that could be stored.
#[derive(Debug, Clone)]
pub(in super::super) struct Host {
    pub reservation: Reservation,
    /// IPv6: for whichever association of the client asks first.
    pub any_association: bool,
    /// What the command noted and the server has no use for.
    pub context: Map<String, Value>,
}

/// What identifies a host, and what does so for Kea only.
const FOREIGN: [&str; 3] = ["circuit-id", "flex-id", "duid"];
const FOREIGN_V6: [&str; 4] = ["circuit-id", "flex-id", "client-id", "hw-address"];

/// Keys that may be there as long as they ask for nothing.
const NEUTRAL: [(&str, &str); 3] = [
    ("boot-file-name", ""),
    ("next-server", "0.0.0.0"),
    ("server-hostname", ""),
];

/// Reads a host of `family`. `subnet-id` is the caller's to look at.
pub(in super::super) fn host(args: Args<'_>, family: Family) -> Result<Host, Failure> {
    refuse_foreign(args, family)?;
    for key in ["client-classes", "option-data", "prefixes"] {
        if args.list(key)?.is_some_and(|list| !list.is_empty()) {
            return Err(unable(key));
        }
    }
    let mut context = context(args)?.unwrap_or_default();
    let description = match context.remove("comment") {
        Some(Value::String(comment)) => comment,
        Some(other) => {
            context.insert("comment".to_owned(), other);
            String::new()
        }
        None => String::new(),
    };
    let (client, any_association) = client(args, family, &mut context)?;
    let address = reserved_address(args, family)?;
    let kind = kind(&mut context);
    Ok(Host {
        reservation: Reservation {
            address,
            client,
            name: args.text("hostname")?.unwrap_or_default().to_owned(),
            description,
            kind,
        },
        any_association,
        context,
    })
}

fn refuse_foreign(args: Args<'_>, family: Family) -> Result<(), Failure> {
    let own: &[&str] = match family {
        Family::V4 => &["hw-address", "client-id", "ip-address"],
        Family::V6 => &["duid", "ip-addresses", "prefixes"],
    };
    let foreign: &[&str] = match family {
        Family::V4 => &FOREIGN,
        Family::V6 => &FOREIGN_V6,
    };
    if let Some(key) = foreign.iter().find(|key| args.get(key).is_some()) {
        return Err(Failure::error(format!(
            "this server knows its hosts by {}, not by '{key}'",
            match family {
                Family::V4 => "'hw-address' or 'client-id'",
                Family::V6 => "'duid'",
            }
        )));
    }
    let common = [
        "hostname",
        "subnet-id",
        "client-classes",
        "option-data",
        "user-context",
        "comment",
    ];
    let neutral = NEUTRAL.iter().map(|(key, _)| *key);
    let neutral = neutral.filter(|_| family == Family::V4);
    let known: Vec<&str> = own.iter().chain(&common).copied().chain(neutral).collect();
    args.only("a reservation", &known)?;
    for (key, nothing) in NEUTRAL {
        if args.text(key)?.is_some_and(|text| text != nothing) {
            return Err(unable(key));
        }
    }
    Ok(())
}

fn unable(key: &str) -> Failure {
    Failure::error(format!(
        "this server gives a reserved client nothing but its address, so '{key}' must be empty"
    ))
}

fn client(
    args: Args<'_>,
    family: Family,
    context: &mut Map<String, Value>,
) -> Result<(ReservedClient, bool), Failure> {
    if family == Family::V6 {
        let duid = duid("duid", must("duid", args.text("duid")?)?)?;
        return Ok(association(duid, context));
    }
    let client = match (args.text("hw-address")?, args.text("client-id")?) {
        (Some(_), Some(_)) => {
            return Err(Failure::error(
                "a host has either 'hw-address' or 'client-id'",
            ));
        }
        (Some(text), None) => ReservedClient::Mac(mac("hw-address", text)?),
        (None, Some(text)) => ReservedClient::ClientId(ClientId(client_id("client-id", text)?)),
        (None, None) => {
            return Err(Failure::error(
                "a host must have 'hw-address' or 'client-id'",
            ));
        }
    };
    Ok((client, false))
}

/// Windows reserves for one association of a client, which `iaid` beside the reservation names.
fn association(duid: Duid, context: &mut Map<String, Value>) -> (ReservedClient, bool) {
    let named = context.get("iaid").and_then(Value::as_u64);
    match named.and_then(|iaid| u32::try_from(iaid).ok()) {
        Some(iaid) => {
            context.remove("iaid");
            (ReservedClient::V6 { duid, iaid }, false)
        }
        None => (ReservedClient::V6 { duid, iaid: 0 }, true),
    }
}

/// A client may use a reservation over both protocols unless `type` beside it says otherwise.
fn kind(context: &mut Map<String, Value>) -> ReservationKind {
    let named = context.get("type").and_then(Value::as_str);
    let kinds = [ReservationKind::Dhcp, ReservationKind::Bootp];
    let kind = kinds
        .into_iter()
        .find(|kind| named.is_some() && word(*kind) == named);
    if kind.is_some() {
        context.remove("type");
    }
    kind.unwrap_or(ReservationKind::Both)
}

fn reserved_address(args: Args<'_>, family: Family) -> Result<IpAddr, Failure> {
    match family {
        Family::V4 => {
            let address = args.address("ip-address", family)?;
            address.ok_or_else(|| unable_without("ip-address"))
        }
        Family::V6 => match args.list("ip-addresses")?.unwrap_or_default() {
            [] => Err(unable_without("ip-addresses")),
            [Value::String(text)] => address(text, family)
                .map_err(|failure| Failure::error(format!("'ip-addresses': {}", failure.text))),
            [_] => Err(Failure::error("'ip-addresses' must hold a string")),
            _ => Err(Failure::error(
                "this server reserves one address for a client, and 'ip-addresses' has several",
            )),
        },
    }
}

fn unable_without(key: &str) -> Failure {
    Failure::error(format!(
        "this server reserves addresses only, so '{key}' must be there"
    ))
}
