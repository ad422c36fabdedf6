//! What `serve` prints: where each server is, and commands that can be pasted into a shell.

use std::net::{IpAddr, SocketAddr};

use crate::base::Fqdn;
use crate::lab::{Lab, LabSpec};
use crate::net::{Binding, RealOptions, Transport};
use crate::server::dns::TransferPolicy;
use crate::wire::dns::{DnsName, TsigKey};
use crate::wire::windows::dnsp::{DynamicUpdate, ZoneInfo, ZoneKind};

/// Zones of one server that get lines of their own; an estate may have thousands.
const ZONES_SHOWN: usize = 8;

/// Where a load generator listens: the relay port, lifted out of the privileged ones.
const TOOL_PORT: u16 = 10_067;

/// Lets tools on this machine lease: the first active scope of each family serves clients whose
/// link is the loopback address, which belongs to no subnet of the estate.
pub fn open_to_loopback(spec: &mut LabSpec, options: &RealOptions) {
    for config in spec.dhcp.values_mut() {
        let scope = config.scopes.iter_mut().find(|scope| scope.active);
        if let (Some(scope), IpAddr::V4(address)) = (scope, options.bind_v4) {
            scope.relay_addresses.push(address);
        }
        let scope = config.scopes_v6.iter_mut().find(|scope| scope.active);
        if let (Some(scope), IpAddr::V6(address)) = (scope, options.bind_v6) {
            scope.link_addresses.push(address);
        }
    }
}

/// The lines for every server that tools can talk to.
pub fn lines(lab: &Lab) -> Vec<String> {
    let mut lines = Vec::new();
    for binding in lab.network().bindings() {
        let Ok(host) = lab.host_name(&binding.host) else {
            continue;
        };
        match (binding.simulated.port(), binding.transport) {
            (53, Transport::Udp) => dns(lab, &host, &binding, &mut lines),
            (67 | 547, Transport::Udp) => dhcp(lab, &host, &binding, &mut lines),
            _ => {}
        }
    }
    if lines.is_empty() {
        lines.push("# no host has the role `dns` or `dhcp`: there is nothing to ask".to_owned());
    }
    lines
}

fn place(binding: &Binding) -> String {
    let (host, simulated, real) = (&binding.host, binding.simulated, binding.real);
    format!("# {host} {simulated} is {real}")
}

fn dhcp(lab: &Lab, host: &Fqdn, binding: &Binding, lines: &mut Vec<String>) {
    let real = binding.real;
    let config = lab.spec().dhcp.get(host);
    let (family, scope) = match binding.simulated.ip() {
        IpAddr::V4(_) => {
            let mut scopes = config.into_iter().flat_map(|config| &config.scopes);
            let scope = scopes.find(|scope| scope.active);
            ("-4", scope.map(|scope| scope.subnet.to_string()))
        }
        IpAddr::V6(_) => {
            let mut scopes = config.into_iter().flat_map(|config| &config.scopes_v6);
            let scope = scopes.find(|scope| scope.active);
            ("-6", scope.map(|scope| scope.prefix.to_string()))
        }
    };
    let head = place(binding);
    let Some(scope) = scope.filter(|_| binding.simulated.is_ipv4() == real.is_ipv4()) else {
        lines.push(format!("{head}; it has no active scope to lease from"));
        return;
    };
    lines.push(format!("{head}; tools on this machine lease from {scope}"));
    let (address, port) = (real.ip(), real.port());
    // It waits half a second for the last answer, so that none counts as lost.
    let count = "-R 50 -r 50 -n 100 -W 500000";
    lines.push(format!(
        "perfdhcp {family} -l {address} -L {TOOL_PORT} -N {port} {count} {address}"
    ));
}

fn dns(lab: &Lab, host: &Fqdn, binding: &Binding, lines: &mut Vec<String>) {
    lines.push(place(binding));
    let zones = lab
        .dns(host)
        .map(|server| server.zones())
        .unwrap_or_default();
    let keys = lab.spec().dns.get(host).map_or(&[][..], |dns| &dns.keys);
    let real = binding.real;
    let dig = format!("dig @{} -p {}", real.ip(), real.port());
    if zones.iter().any(|zone| host.is_within(&zone.name)) {
        let kind = if binding.simulated.is_ipv4() {
            "A"
        } else {
            "AAAA"
        };
        lines.push(format!("{dig} {host} {kind}"));
    }
    for zone in zones.iter().take(ZONES_SHOWN) {
        lines.push(format!("{dig} {} SOA", zone.name));
        if anyone_may_copy(lab.spec(), &zone.name) {
            lines.push(format!("{dig} {} AXFR", zone.name));
        }
        lines.extend(update(zone, keys, real));
    }
    if let Some(more @ 1..) = zones.len().checked_sub(ZONES_SHOWN) {
        lines.push(format!("# and {more} more zones"));
    }
}

/// Whether a tool, whose address is none of the estate's, may transfer a zone.
fn anyone_may_copy(spec: &LabSpec, zone: &Fqdn) -> bool {
    let name = zone.as_str().parse::<DnsName>().ok();
    let written = spec.dns.values().flat_map(|dns| &dns.zones);
    let mut written = written.filter(|config| Some(&config.name) == name.as_ref());
    written.all(|config| matches!(config.transfers, TransferPolicy::Anyone))
}

/// The update that adds a record to a zone, or why there is none.
fn update(zone: &ZoneInfo, keys: &[TsigKey], real: SocketAddr) -> Vec<String> {
    let name = &zone.name;
    let script = |words: &str| {
        let (address, port) = (real.ip(), real.port());
        let change = format!("update add ipamlab-serve.{name} 300 TXT hello");
        let lines = [
            format!("server {address} {port}"),
            format!("zone {name}"),
            change,
        ];
        format!("printf '{}\\nsend\\n' | nsupdate{words}", lines.join("\\n"))
    };
    match (zone.kind, zone.updates) {
        (ZoneKind::Primary, DynamicUpdate::NonsecureAndSecure) => vec![script("")],
        (ZoneKind::Primary, DynamicUpdate::Secure) if keys.is_empty() => {
            vec![format!(
                "# {name} takes signed updates only: give the server a key under `keys`"
            )]
        }
        (ZoneKind::Primary, DynamicUpdate::Secure) => {
            let signed = keys.iter().map(|key| {
                let (algorithm, key_name) = (key.algorithm().name(), key.name());
                script(&format!(
                    " -y {algorithm}:{key_name}:{}",
                    key.secret_base64()
                ))
            });
            signed.collect()
        }
        _ => Vec::new(),
    }
}
