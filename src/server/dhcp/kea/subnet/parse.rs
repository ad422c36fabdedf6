//! A subnet as a command or a configuration describes it.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Map, Value};

use super::super::answer::Failure;
use super::super::args::{Args, address, must, name};
use super::super::globals::{Level, kept};
use super::super::lease::context;
use super::super::option;
use super::super::reservation::{Host, host};
use super::super::state::SubnetId;
use crate::addr::{AddressRange, AddressSet, Family, predecessor, successor, usable};
use crate::server::dhcp::config::{ScopeConfig, ScopeV6Config};
use crate::server::dhcp::scope::Scope;

/// What a subnet takes over from what is around it.
#[derive(Debug, Clone)]
pub(in super::super) struct Defaults {
    pub valid: u32,
    pub preferred: Option<u32>,
    pub network: Option<String>,
}

/// A subnet that could be stored, without leases.
pub(in super::super) struct Described {
    pub id: Option<SubnetId>,
    pub scope: Scope,
    pub hosts: Vec<Host>,
    /// What is kept and shown only.
    pub extras: Map<String, Value>,
}

/// The parameters that mean something.
const OWN: [&str; 10] = [
    "id",
    "subnet",
    "pools",
    "option-data",
    "reservations",
    "valid-lifetime",
    "preferred-lifetime",
    "relay",
    "user-context",
    "comment",
];

pub(in super::super) fn described(
    value: &Value,
    family: Family,
    defaults: &Defaults,
) -> Result<Described, Failure> {
    let args = Args::from_value(value, "a subnet")?;
    let mut extras = kept(args, Level::Subnet, family, &OWN)?;
    let prefix = prefix(args, family)?;
    let within = |failure: Failure| Failure::error(format!("subnet {prefix}: {}", failure.text));
    let id = id(args).map_err(within)?;
    let mut context = context(args).map_err(within)?.unwrap_or_default();
    let mut scope = scope(args, prefix, defaults).map_err(within)?;
    scope.superscope = defaults.network.clone();
    if let Some(Value::String(name)) = context.get("name") {
        scope.name = name.clone();
        context.remove("name");
    }
    if let Some(Value::Bool(active)) = context.get("active") {
        scope.active = *active;
        context.remove("active");
    }
    if !context.is_empty() {
        extras.insert("user-context".to_owned(), Value::Object(context));
    }
    let mut hosts = Vec::new();
    for value in args
        .list("reservations")
        .map_err(within)?
        .unwrap_or_default()
    {
        let args = Args::from_value(value, "a reservation").map_err(within)?;
        hosts.push(host(args, family).map_err(within)?);
    }
    Ok(Described {
        id,
        scope,
        hosts,
        extras,
    })
}

fn prefix(args: Args<'_>, family: Family) -> Result<IpNet, Failure> {
    let text = must("subnet", args.text("subnet")?)?;
    let prefix = text.parse::<IpNet>().ok();
    let prefix = prefix.filter(|prefix| Family::of(prefix.addr()) == family);
    let prefix = prefix.ok_or_else(|| {
        Failure::error(format!("'subnet': '{text}' is no {} prefix", name(family)))
    })?;
    // Kea takes bits below the mask and drops them, and so does this server.
    Ok(prefix.trunc())
}

fn id(args: Args<'_>) -> Result<Option<SubnetId>, Failure> {
    match args.number("id")? {
        Some(id) if id > super::super::state::SUBNET_ID_MAX => {
            Err(Failure::error(format!("'id' is {id}, which is too large")))
        }
        // Kea takes 0 for none given.
        id => Ok(id.filter(|id| *id != 0)),
    }
}

fn scope(args: Args<'_>, prefix: IpNet, defaults: &Defaults) -> Result<Scope, Failure> {
    let family = Family::of(prefix.addr());
    let pools = pools(args, prefix)?;
    let valid = args.number("valid-lifetime")?.unwrap_or(defaults.valid);
    let relays = relays(args, family)?;
    let options = args.list("option-data")?.unwrap_or_default();
    match prefix {
        IpNet::V4(subnet) => {
            let range = range(prefix, &pools)?;
            let mut config = ScopeConfig::new(subnet, range).leased_for(valid);
            config.exclusions = pools.gaps(&range);
            for value in options {
                config.options.push(option::parse_v4(value)?);
            }
            for relay in relays {
                if let IpAddr::V4(relay) = relay {
                    config.relay_addresses.push(relay);
                }
            }
            Scope::v4(config).map_err(|error| Failure::error(error.to_string()))
        }
        IpNet::V6(subnet) => {
            let options = option::parse_v6(options)?;
            let mut config = ScopeV6Config::new(subnet);
            config.valid_seconds = valid;
            let preferred = args.number("preferred-lifetime")?.or(defaults.preferred);
            config.preferred_seconds = preferred.unwrap_or(valid);
            config.dns_servers = options.dns_servers;
            config.dns_domain = options.dns_domain;
            for gap in pools.gaps(&usable(prefix)) {
                if let (IpAddr::V6(first), IpAddr::V6(last)) = (gap.first(), gap.last()) {
                    config.exclusions.push((first, last));
                }
            }
            for relay in relays {
                if let IpAddr::V6(relay) = relay {
                    config.link_addresses.push(relay);
                }
            }
            Scope::v6(config).map_err(|error| Failure::error(error.to_string()))
        }
    }
}

/// The pools as one set.
fn pools(args: Args<'_>, prefix: IpNet) -> Result<AddressSet, Failure> {
    let whole = AddressRange::of_prefix(prefix);
    let mut pools = AddressSet::new();
    for value in args.list("pools")?.unwrap_or_default() {
        let args = Args::from_value(value, "a pool")?;
        let known = ["pool", "option-data", "user-context", "pool-id"];
        args.only("a pool", &known)?;
        if args
            .list("option-data")?
            .is_some_and(|list| !list.is_empty())
        {
            return Err(Failure::error("this server has no options of pools"));
        }
        let text = must("pool", args.text("pool")?)?;
        let pool = pool(text)?;
        if !whole.contains_range(&pool) {
            return Err(Failure::error(format!("the pool {text} is not inside it")));
        }
        if pools.overlaps(&pool) {
            return Err(Failure::error(format!("the pool {text} overlaps another")));
        }
        pools.insert_range(&pool);
    }
    Ok(pools)
}

/// `first-last`, with or without blanks, or a prefix.
fn pool(text: &str) -> Result<AddressRange, Failure> {
    let wrong = || Failure::error(format!("'{text}' is no pool like 10.0.1.10-10.0.1.250"));
    if let Some((first, last)) = text.split_once('-') {
        let first = first.trim().parse().map_err(|_| wrong())?;
        let last = last.trim().parse().map_err(|_| wrong())?;
        return AddressRange::new(first, last).map_err(|_| wrong());
    }
    let prefix = text.trim().parse::<IpNet>().map_err(|_| wrong())?;
    match prefix.trunc() == prefix {
        true => Ok(AddressRange::of_prefix(prefix)),
        false => Err(wrong()),
    }
}

/// The range of an IPv4 scope: from the first to the last pool, and at least two addresses, which
/// is the least a Windows scope has. Without a pool it is the whole subnet, for reservations.
fn range(prefix: IpNet, pools: &AddressSet) -> Result<AddressRange, Failure> {
    let whole = AddressRange::of_prefix(prefix);
    let mut spans = pools.spans();
    let Some(first) = spans.next().map(|span| (span.first(), span.last())) else {
        return Ok(usable(prefix));
    };
    let last = spans.last().map_or(first.1, |span| span.last());
    let (mut first, mut last) = (first.0, last);
    if first == last {
        let above = successor(last).filter(|next| whole.contains(*next));
        let below = predecessor(first).filter(|next| whole.contains(*next));
        match (above, below) {
            (Some(above), _) => last = above,
            (None, Some(below)) => first = below,
            (None, None) => {
                return Err(Failure::error("a subnet has two addresses at least here"));
            }
        }
    }
    AddressRange::new(first, last).map_err(|error| Failure::error(error.to_string()))
}

fn relays(args: Args<'_>, family: Family) -> Result<Vec<IpAddr>, Failure> {
    let Some(relay) = args.section("relay")? else {
        return Ok(Vec::new());
    };
    relay.only("'relay'", &["ip-address", "ip-addresses"])?;
    let mut relays: Vec<IpAddr> = Vec::new();
    relays.extend(relay.address("ip-address", family)?);
    for value in relay.list("ip-addresses")?.unwrap_or_default() {
        let text = value.as_str();
        let text = text.ok_or_else(|| Failure::error("'ip-addresses' must hold strings"))?;
        relays.push(address(text, family)?);
    }
    Ok(relays)
}
