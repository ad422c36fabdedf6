//! `config-*`: the whole configuration of one family, shown, tried and set.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::answer::{Answer, Failure, Outcome};
use super::args::{Args, must};
use super::globals::{Level, kept};
use super::option::{self, OptionsV6};
use super::registry::Call;
use super::reservation;
use super::service::KeaService;
use super::state::{ControlState, SUBNET_ID_MAX, SubnetId};
use super::subnet::{self, Defaults, Described};
use crate::addr::Family;
use crate::server::dhcp::DhcpServer;
use crate::server::dhcp::scope::{Scopes, normalise_client};
use crate::wire::dhcp::v4::DhcpOption;

/// Kea's lease time where a configuration has none.
const VALID_LIFETIME: u32 = 7200;

/// The global parameters that mean something.
const OWN: [&str; 7] = [
    "subnet4",
    "subnet6",
    "shared-networks",
    "option-data",
    "valid-lifetime",
    "preferred-lifetime",
    "reservations",
];

/// What subnets take over from the global parameters.
pub(super) fn defaults(control: &ControlState, family: Family) -> Defaults {
    let service = match family {
        Family::V4 => KeaService::Dhcp4,
        Family::V6 => KeaService::Dhcp6,
    };
    let globals = control.globals.get(&service);
    let number = |key: &str| {
        let value = globals.and_then(|globals| globals.get(key))?.as_u64()?;
        u32::try_from(value).ok()
    };
    Defaults {
        valid: number("valid-lifetime").unwrap_or(VALID_LIFETIME),
        preferred: number("preferred-lifetime"),
        network: None,
    }
}

pub(super) fn get(call: &mut Call<'_>) -> Outcome {
    let config = shown(call.server, call.service);
    let hash = hash(&config);
    Ok(Answer::bare(
        json!({ call.service.root(): config, "hash": hash }),
    ))
}

pub(super) fn hash_get(call: &mut Call<'_>) -> Outcome {
    let config = shown(call.server, call.service);
    Ok(Answer::bare(json!({ "hash": hash(&config) })))
}

/// SHA-256 of the configuration's text.
fn hash(config: &Map<String, Value>) -> String {
    let text = Value::Object(config.clone()).to_string();
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    let pairs = digest.as_ref().iter();
    pairs.map(|byte| format!("{byte:02X}")).collect()
}

fn shown(server: &DhcpServer, service: KeaService) -> Map<String, Value> {
    let control = &server.control;
    let mut config = control.globals.get(&service).cloned().unwrap_or_default();
    let valid = defaults(control, service.family()).valid;
    config.insert("valid-lifetime".to_owned(), json!(valid));
    let options = match service {
        KeaService::Dhcp4 => option::show_v4(&server.config.options),
        KeaService::Dhcp6 => option::show_v6(&server.config.dns_servers_v6, None),
    };
    config.insert("option-data".to_owned(), Value::Array(options));
    let mut alone = Vec::new();
    let mut networks: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (_, id) in control.numbered(service.family()) {
        let Some(scope) = server.scopes.get(id) else {
            continue;
        };
        let mut subnet = subnet::shown(control, scope);
        let hosts = scope.pool.reservations();
        let hosts = hosts.map(|host| Value::Object(reservation::shown(control, scope, host)));
        subnet.insert("reservations".to_owned(), hosts.collect());
        match &scope.superscope {
            Some(name) => networks.entry(name).or_default().push(subnet.into()),
            None => alone.push(Value::Object(subnet)),
        }
    }
    let key = service.subnets();
    let networks = networks
        .into_iter()
        .map(|(name, subnets)| json!({ "name": name, key: subnets }));
    config.insert("shared-networks".to_owned(), networks.collect());
    config.insert(key.to_owned(), Value::Array(alone));
    config
}

/// A configuration that could be set.
struct Parsed {
    scopes: Scopes,
    ids: Vec<(ipnet::IpNet, SubnetId, Map<String, Value>)>,
    notes: Vec<reservation::Host>,
    options: Vec<DhcpOption>,
    options_v6: OptionsV6,
    globals: Map<String, Value>,
}

pub(super) fn test(call: &mut Call<'_>) -> Outcome {
    parsed(call)?;
    Ok(Answer::success("Configuration seems sane."))
}

/// Sets all of it or nothing. Leases of subnets that stay are kept.
pub(super) fn set(call: &mut Call<'_>) -> Outcome {
    let new = parsed(call)?;
    let (family, now) = (call.family, call.now());
    let server = &mut *call.server;
    server.scopes.replace(family, new.scopes);
    // Deadlines are looked for anew at the next event.
    server.due_at(now);
    match family {
        Family::V4 => server.config.options = new.options,
        Family::V6 => server.config.dns_servers_v6 = new.options_v6.dns_servers,
    }
    let control = &mut server.control;
    control.forget_all(family);
    for (subnet, id, extras) in new.ids {
        control.set_id(subnet, id);
        control.set_extras(subnet, extras);
    }
    for host in new.notes {
        let client = normalise_client(host.reservation.client);
        control.note(host.reservation.address, client, host.context);
    }
    control.globals.insert(call.service, new.globals);
    control.configured.insert(call.service, now);
    let hash = hash(&shown(call.server, call.service));
    Ok(Answer::success("Configuration successful.").with(json!({ "hash": hash })))
}

fn parsed(call: &Call<'_>) -> Result<Parsed, Failure> {
    let root = call.service.root();
    let args = call.args()?;
    args.only("the arguments", &[root, "hash"])?;
    let args = must(root, args.section(root)?)?;
    let mut globals = kept(args, Level::Global, call.family, &OWN)?;
    for key in ["valid-lifetime", "preferred-lifetime"] {
        if let Some(number) = args.number(key)? {
            globals.insert(key.to_owned(), json!(number));
        }
    }
    for key in ["reservations", other_subnets(call.service)] {
        if args.list(key)?.is_some_and(|list| !list.is_empty()) {
            return Err(Failure::error(format!(
                "this server has no '{key}' in '{root}'"
            )));
        }
    }
    let options = args.list("option-data")?.unwrap_or_default();
    let (options, options_v6) = match call.service {
        KeaService::Dhcp4 => {
            let options: Result<Vec<DhcpOption>, Failure> =
                options.iter().map(option::parse_v4).collect();
            (options?, OptionsV6::default())
        }
        KeaService::Dhcp6 => (Vec::new(), option::parse_v6(options)?),
    };
    if options_v6.dns_domain.is_some() {
        return Err(Failure::error(
            "'domain-search' is given by subnets only here",
        ));
    }
    let mut described = Vec::new();
    let mut defaults = Defaults {
        valid: args.number("valid-lifetime")?.unwrap_or(VALID_LIFETIME),
        preferred: args.number("preferred-lifetime")?,
        network: None,
    };
    read_subnets(call, args, &defaults, &mut described)?;
    for value in args.list("shared-networks")?.unwrap_or_default() {
        let network = Args::from_value(value, "a shared network")?;
        let own = ["name", call.service.subnets(), "option-data", "relay"];
        kept(network, Level::Subnet, call.family, &own)?;
        for key in ["option-data", "relay"] {
            let given = network.get(key);
            if given
                .is_some_and(|given| *given != json!([]) && *given != json!({"ip-addresses": []}))
            {
                return Err(Failure::error(format!(
                    "a shared network has no '{key}' here; its subnets have"
                )));
            }
        }
        let name = must("name", network.text("name")?)?;
        defaults.network = Some(name.to_owned());
        read_subnets(call, network, &defaults, &mut described)?;
    }
    let (scopes, ids, notes) = assembled(call, described)?;
    Ok(Parsed {
        scopes,
        ids,
        notes,
        options,
        options_v6,
        globals,
    })
}

fn other_subnets(service: KeaService) -> &'static str {
    match service {
        KeaService::Dhcp4 => KeaService::Dhcp6.subnets(),
        KeaService::Dhcp6 => KeaService::Dhcp4.subnets(),
    }
}

fn read_subnets(
    call: &Call<'_>,
    args: Args<'_>,
    defaults: &Defaults,
    into: &mut Vec<Described>,
) -> Result<(), Failure> {
    for value in args.list(call.service.subnets())?.unwrap_or_default() {
        into.push(subnet::described(value, call.family, defaults)?);
    }
    Ok(())
}

/// One above the largest number in use, or the lowest that is free once that one is taken.
/// Below `from` none is free.
fn next_free(taken: &BTreeMap<SubnetId, ipnet::IpNet>, from: SubnetId) -> SubnetId {
    let last = taken.last_key_value().map_or(0, |(id, _)| *id);
    match last < SUBNET_ID_MAX {
        true => last + 1,
        false => (from..=SUBNET_ID_MAX)
            .find(|id| !taken.contains_key(id))
            .unwrap_or(SUBNET_ID_MAX),
    }
}

type Assembled = (
    Scopes,
    Vec<(ipnet::IpNet, SubnetId, Map<String, Value>)>,
    Vec<reservation::Host>,
);

/// Numbers every subnet: as written, else as before unless another one was given that number,
/// else with the next one.
fn numbered(control: &ControlState, described: &mut [Described]) -> Result<(), Failure> {
    let mut taken: BTreeMap<SubnetId, ipnet::IpNet> = BTreeMap::new();
    for new in described.iter() {
        if let Some(id) = new.id
            && let Some(other) = taken.insert(id, new.scope.id)
        {
            let text = format!("{other} and {} have the id {id}", new.scope.id);
            return Err(Failure::error(text));
        }
    }
    for new in described.iter_mut().filter(|new| new.id.is_none()) {
        let known = control.id_of(new.scope.id);
        if known != 0 && !taken.contains_key(&known) {
            taken.insert(known, new.scope.id);
            new.id = Some(known);
        }
    }
    let mut from = 1;
    for new in described.iter_mut().filter(|new| new.id.is_none()) {
        let id = next_free(&taken, from);
        // Below this one none is free: the next search need not look there again.
        if taken.contains_key(&SUBNET_ID_MAX) {
            from = id;
        }
        taken.insert(id, new.scope.id);
        new.id = Some(id);
    }
    Ok(())
}

/// Puts subnets together: leases of those that exist already, numbers, reservations.
fn assembled(call: &Call<'_>, mut described: Vec<Described>) -> Result<Assembled, Failure> {
    numbered(&call.server.control, &mut described)?;
    let mut scopes = Scopes::default();
    let (mut ids, mut notes) = (Vec::new(), Vec::new());
    for new in described {
        let subnet = new.scope.id;
        let id = new.id.unwrap_or_default();
        let mut scope = match call.server.scopes.get(subnet) {
            Some(old) => new.scope.with_leases_of(old),
            None => new.scope,
        };
        for host in new.hosts {
            if !host.context.is_empty() {
                notes.push(host.clone());
            }
            reservation::insert(&mut scope, host)?;
        }
        scopes
            .insert(scope)
            .map_err(|error| Failure::error(error.to_string()))?;
        ids.push((subnet, id, new.extras));
    }
    Ok((scopes, ids, notes))
}
