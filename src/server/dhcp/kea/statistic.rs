//! Statistics under Kea's names. Each shows its newest sample only; Kea keeps twenty.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Failure, Outcome, ResultCode};
use super::args::must;
use super::registry::Call;
use crate::addr::Family;
use crate::server::dhcp::DhcpServer;
use crate::server::dhcp::pool::State;
use crate::server::dhcp::scope::Scope;
use crate::server::dhcp::traffic::{Count, Fate};

/// Messages that are counted one kind at a time.
const RECEIVED_V4: [&str; 9] = [
    "discover", "offer", "request", "ack", "nak", "release", "decline", "inform", "unknown",
];
const SENT_V4: [&str; 3] = ["offer", "ack", "nak"];
const RECEIVED_V6: [&str; 12] = [
    "solicit",
    "advertise",
    "request",
    "renew",
    "rebind",
    "reply",
    "release",
    "decline",
    "infrequest",
    "dhcpv4-query",
    "dhcpv4-response",
    "unknown",
];
const SENT_V6: [&str; 3] = ["advertise", "reply", "dhcpv4-response"];

/// Reasons for an address not given. The one that applies here is a subnet without a free one.
const FAILURES: [(&str, bool); 5] = [
    ("", true),
    ("-subnet", true),
    ("-shared-network", false),
    ("-no-pools", false),
    ("-classes", false),
];

type Samples = BTreeMap<String, (i128, Timestamp)>;

/// Everything that is counted for a family, before resets.
fn counted(server: &DhcpServer, family: Family, now: Timestamp) -> Samples {
    let mut samples = Samples::new();
    let started = server.control.started;
    let start = started.and_then(|start| Timestamp::from_millisecond(start).ok());
    let none = Count {
        value: 0,
        last: start.unwrap_or(now),
    };
    let (number, received, sent): (u8, &[&'static str], &[&'static str]) = match family {
        Family::V4 => (4, &RECEIVED_V4, &SENT_V4),
        Family::V6 => (6, &RECEIVED_V6, &SENT_V6),
    };
    let mut set = |name: String, count: Option<Count>| {
        let count = count.unwrap_or(none);
        samples.insert(name, (i128::from(count.value), count.last));
    };
    let traffic = &server.traffic;
    for kind in received {
        let count = traffic.kind(family, Fate::Received, kind);
        set(format!("pkt{number}-{kind}-received"), count);
    }
    for kind in sent {
        let count = traffic.kind(family, Fate::Sent, kind);
        set(format!("pkt{number}-{kind}-sent"), count);
    }
    for (name, fate) in [
        ("received", Fate::Received),
        ("sent", Fate::Sent),
        ("parse-failed", Fate::Malformed),
        ("receive-drop", Fate::Dropped),
    ] {
        set(format!("pkt{number}-{name}"), traffic.total(family, fate));
    }
    for (name, applies) in FAILURES {
        let count = traffic.total(family, Fate::Exhausted).filter(|_| applies);
        set(format!("v{number}-allocation-fail{name}"), count);
    }
    let unused: &[&str] = match family {
        Family::V4 => &["v4-lease-reuses", "v4-reservation-conflicts"],
        Family::V6 => &["v6-ia-na-lease-reuses", "v6-ia-pd-lease-reuses"],
    };
    for name in unused {
        set((*name).to_owned(), None);
    }
    leases(server, family, now, &mut samples);
    samples
}

/// What the leases of one subnet, or of all, add up to.
#[derive(Default)]
struct Leases {
    total: u128,
    assigned: u128,
    cumulative: u128,
    declined: u128,
    reclaimed: u128,
    reclaimed_declined: u128,
}

impl Leases {
    fn of(scope: &Scope) -> Leases {
        let bindings = scope.pool.bindings();
        let declined = bindings.filter(|(_, binding)| binding.state == State::Declined);
        let declined = declined.count() as u128;
        Leases {
            total: scope.pool.leasable_size(),
            assigned: scope.pool.in_use().into(),
            cumulative: scope.tally.assigned.into(),
            declined,
            reclaimed: scope.tally.reclaimed.into(),
            reclaimed_declined: scope.tally.reclaimed_declined.into(),
        }
    }
}

fn leases(server: &DhcpServer, family: Family, now: Timestamp, samples: &mut Samples) {
    let kind = match family {
        Family::V4 => "addresses",
        Family::V6 => "nas",
    };
    let mut set = |name: String, value: u128| {
        // Kea's numbers are signed and of 64 bits; a /64 has more addresses than that.
        let value = i64::try_from(value).unwrap_or(i64::MAX);
        samples.insert(name, (i128::from(value), now));
    };
    let mut all = Leases::default();
    for scope in server.scopes.of(family) {
        let one = Leases::of(scope);
        let id = server.control.id_of(scope.id);
        let prefix = format!("subnet[{id}].");
        set(format!("{prefix}total-{kind}"), one.total);
        // Kea counts a declined address as assigned in the statistics, and not in the rows of
        // `stat-lease4-get`.
        let taken = one.assigned + one.declined;
        set(format!("{prefix}assigned-{kind}"), taken);
        set(
            format!("{prefix}cumulative-assigned-{kind}"),
            one.cumulative,
        );
        set(format!("{prefix}declined-addresses"), one.declined);
        set(format!("{prefix}reclaimed-leases"), one.reclaimed);
        let name = format!("{prefix}reclaimed-declined-addresses");
        set(name, one.reclaimed_declined);
        let unused: &[&str] = match family {
            Family::V4 => &["v4-lease-reuses", "v4-reservation-conflicts"],
            Family::V6 => &[
                "v6-ia-na-lease-reuses",
                "v6-ia-pd-lease-reuses",
                "total-pds",
                "assigned-pds",
                "cumulative-assigned-pds",
            ],
        };
        for name in unused {
            set(format!("{prefix}{name}"), 0);
        }
        all.assigned += one.assigned;
        all.cumulative += one.cumulative;
        all.declined += one.declined;
        all.reclaimed += one.reclaimed;
        all.reclaimed_declined += one.reclaimed_declined;
    }
    set(format!("assigned-{kind}"), all.assigned + all.declined);
    set(format!("cumulative-assigned-{kind}"), all.cumulative);
    set("declined-addresses".to_owned(), all.declined);
    set("reclaimed-leases".to_owned(), all.reclaimed);
    let name = "reclaimed-declined-addresses".to_owned();
    set(name, all.reclaimed_declined);
    if family == Family::V6 {
        set("assigned-pds".to_owned(), 0);
        set("cumulative-assigned-pds".to_owned(), 0);
    }
}

/// The same as shown: counted since the last reset.
fn samples(call: &Call<'_>) -> Samples {
    let mut samples = counted(call.server, call.service.family(), call.at.wall);
    for (name, (value, _)) in &mut samples {
        *value -= call.server.control.baseline(call.service, name);
    }
    samples
}

fn shown(value: i128, at: Timestamp) -> Value {
    let value = i64::try_from(value).unwrap_or(i64::MAX);
    json!([[value, stamp(at)]])
}

fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S%.6f").to_string()
}

pub(super) fn get_all(call: &mut Call<'_>) -> Outcome {
    let samples = samples(call).into_iter();
    let all: Map<String, Value> = samples
        .map(|(name, (value, at))| (name, shown(value, at)))
        .collect();
    Ok(Answer::bare(Value::Object(all)))
}

/// One statistic. A name that is none finds nothing, which is no error.
pub(super) fn get(call: &mut Call<'_>) -> Outcome {
    let name = named(call)?;
    let found = samples(call).get(&name).copied();
    let found = found.map(|(value, at)| (name, shown(value, at)));
    Ok(Answer::bare(Value::Object(found.into_iter().collect())))
}

pub(super) fn reset(call: &mut Call<'_>) -> Outcome {
    let name = named(call)?;
    let counted = counted(call.server, call.service.family(), call.at.wall);
    let Some((value, _)) = counted.get(&name) else {
        return Err(Failure::error(format!("No '{name}' statistic found")));
    };
    let text = format!("Statistic '{name}' reset.");
    call.server.control.set_baseline(call.service, name, *value);
    Ok(Answer::success(text))
}

pub(super) fn reset_all(call: &mut Call<'_>) -> Outcome {
    let counted = counted(call.server, call.service.family(), call.at.wall);
    for (name, (value, _)) in counted {
        call.server.control.set_baseline(call.service, name, value);
    }
    Ok(Answer::success("All statistics reset to neutral values."))
}

fn named(call: &Call<'_>) -> Result<String, Failure> {
    let args = call.args()?;
    Ok(must("name", args.text("name")?)?.to_owned())
}

/// `stat-lease4-get` and `stat-lease6-get`: a row a subnet.
pub(super) fn of_leases(call: &mut Call<'_>) -> Outcome {
    let (first, last) = chosen(call)?;
    let control = &call.server.control;
    let subnets = control.numbered(call.family);
    let subnets = subnets.filter(|(id, _)| (first..=last).contains(id));
    let mut rows = Vec::new();
    for (id, subnet) in subnets {
        let Some(scope) = call.server.scopes.get(subnet) else {
            continue;
        };
        let leases = Leases::of(scope);
        let [total, cumulative, assigned, declined] = [
            leases.total,
            leases.cumulative,
            leases.assigned,
            leases.declined,
        ]
        .map(|value| i64::try_from(value).unwrap_or(i64::MAX));
        rows.push(match call.family {
            Family::V4 => json!([id, total, cumulative, assigned, declined]),
            Family::V6 => json!([id, total, cumulative, assigned, declined, 0, 0, 0]),
        });
    }
    let of = match (first, last) {
        (0, u32::MAX) => "all subnets".to_owned(),
        (first, last) if first == last => format!("subnet-id={first}"),
        (first, last) => format!("subnets {first} through {last}"),
    };
    let name = call.name;
    if rows.is_empty() {
        let text = format!("{name}[{of}]: no matching data");
        return Ok(Answer::new(ResultCode::Empty, text).with(json!({})));
    }
    let columns: &[&str] = match call.family {
        Family::V4 => &[
            "subnet-id",
            "total-addresses",
            "cumulative-assigned-addresses",
            "assigned-addresses",
            "declined-addresses",
        ],
        Family::V6 => &[
            "subnet-id",
            "total-nas",
            "cumulative-assigned-nas",
            "assigned-nas",
            "declined-addresses",
            "total-pds",
            "cumulative-assigned-pds",
            "assigned-pds",
        ],
    };
    let text = format!("{name}[{of}]: {} rows found", rows.len());
    Ok(Answer::success(text).with(json!({ "result-set": {
        "columns": columns, "rows": rows, "timestamp": stamp(call.at.wall),
    } })))
}

/// The first and the last number of the subnets a command is about.
fn chosen(call: &Call<'_>) -> Result<(u32, u32), Failure> {
    let Some(args) = call.optional_args()? else {
        return Ok((0, u32::MAX));
    };
    if let Some(id) = args.number("subnet-id")? {
        return Ok((id, id));
    }
    let Some(range) = args.section("subnet-range")? else {
        return Ok((0, u32::MAX));
    };
    let first = must("first-subnet-id", range.number("first-subnet-id")?)?;
    let last = must("last-subnet-id", range.number("last-subnet-id")?)?;
    match first <= last {
        true => Ok((first, last)),
        false => Err(Failure::error("'last-subnet-id' lies below the first")),
    }
}
