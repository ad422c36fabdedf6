//! Commands about the daemon itself: what it is, how it is, whether it answers clients.

use serde_json::{Value, json};

use super::answer::{Answer, Failure, Outcome};
use super::args::Args;
use super::registry::{COMMANDS, Call};
use super::state::Origin;
use crate::addr::Family;

/// The version whose documentation the commands follow. Tools compare it.
const KEA_VERSION: &str = "3.0.0";

/// The number that stands for the origin `user`, and for none given.
const USER: Origin = 1;
/// The first numbers of the other kinds of askers: this side of a pair of servers, the partner,
/// a lost database.
const LOCAL: Origin = 1000;
const PARTNER: Origin = 2000;
const DATABASE: Origin = 3000;

pub(super) fn list_commands(_: &mut Call<'_>) -> Outcome {
    let names: Vec<&str> = COMMANDS.iter().map(|command| command.name).collect();
    Ok(Answer::bare(json!(names)))
}

pub(super) fn version_get(_: &mut Call<'_>) -> Outcome {
    let own = concat!("ipamlab ", env!("CARGO_PKG_VERSION"));
    let extended = format!("{KEA_VERSION} ({own}, which is not Kea)");
    Ok(Answer::success(KEA_VERSION).with(json!({ "extended": extended })))
}

pub(super) fn build_report(_: &mut Call<'_>) -> Outcome {
    let own = concat!("ipamlab ", env!("CARGO_PKG_VERSION"));
    Ok(Answer::success(format!(
        "{own}\nA simulated DHCP server that answers the control commands of Kea {KEA_VERSION}.\n"
    )))
}

pub(super) fn status_get(call: &mut Call<'_>) -> Outcome {
    let (now, family) = (call.now(), call.service.family());
    let control = &call.server.control;
    let since = |from: Option<i64>| (now - from.unwrap_or(now)).max(0) / 1000;
    let configured = control.configured.get(&call.service).copied();
    let origins: Vec<Origin> = control.silent_for(family, now).collect();
    let within = |from: Origin, to: Origin| {
        let of_kind = origins.iter().filter(|origin| (from..to).contains(*origin));
        of_kind.copied().collect::<Vec<Origin>>()
    };
    Ok(Answer::bare(json!({
        "pid": std::process::id(),
        "uptime": since(control.started),
        "reload": since(configured.or(control.started)),
        "multi-threading-enabled": false,
        "sockets": { "status": "ready" },
        "dhcp-state": {
            "disabled-by-db-connection": within(DATABASE, Origin::MAX),
            "disabled-by-local-command": within(LOCAL, PARTNER),
            "disabled-by-remote-command": within(PARTNER, DATABASE),
            "disabled-by-user": !within(Origin::MIN, LOCAL).is_empty(),
            "globally-disabled": !origins.is_empty(),
        },
    })))
}

/// Clients hear nothing from now on, for so many seconds or until `dhcp-enable`.
pub(super) fn disable(call: &mut Call<'_>) -> Outcome {
    let args = call.optional_args()?;
    let period = match args {
        Some(args) => args.integer("max-period")?,
        None => None,
    };
    if period.is_some_and(|seconds| seconds <= 0) {
        return Err(Failure::error("'max-period' must be above 0"));
    }
    let origin = origin(args)?;
    let until = period.map_or(i64::MAX, |seconds| {
        call.now().saturating_add(seconds.saturating_mul(1000))
    });
    let family = call.service.family();
    call.server.control.silence(family, origin, until);
    let service = match family {
        Family::V4 => "DHCPv4",
        Family::V6 => "DHCPv6",
    };
    Ok(Answer::success(match period {
        Some(seconds) => format!("{service} service disabled for {seconds} seconds"),
        None => format!("{service} service disabled"),
    }))
}

/// Ends the silence of one asker; another's goes on.
pub(super) fn enable(call: &mut Call<'_>) -> Outcome {
    let origin = origin(call.optional_args()?)?;
    let family = call.service.family();
    call.server.control.end_silence(family, origin);
    Ok(Answer::success("DHCP service successfully enabled"))
}

/// `origin-id` counts before `origin`, which may be a word or a number.
fn origin(args: Option<Args<'_>>) -> Result<Origin, Failure> {
    let Some(args) = args else {
        return Ok(USER);
    };
    if let Some(id) = args.integer("origin-id")? {
        return Ok(id);
    }
    match args.get("origin") {
        None => Ok(USER),
        Some(Value::String(word)) => match word.as_str() {
            "user" => Ok(USER),
            "ha-partner" => Ok(PARTNER),
            other => Err(Failure::error(format!(
                "'origin' is '{other}' and can be 'user' or 'ha-partner'"
            ))),
        },
        Some(Value::Number(number)) if number.is_i64() => Ok(number.as_i64().unwrap_or(USER)),
        Some(_) => Err(Failure::error("'origin' must be a string or a number")),
    }
}
