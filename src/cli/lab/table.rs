//! Who is in the lab, for whoever walks in.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::outside::CLIENT_INTERFACE;
use crate::estate::{Estate, Role};
use crate::lab::walk_in::Link;
use crate::lab::{Lab, LabSpec};
use crate::net::{Network, Transport};

/// Hosts that get a line of their own; an estate may have thousands.
const HOSTS_SHOWN: usize = 24;

/// What `/etc/resolv.conf` says inside: the DNS servers of the estate and its domains.
pub fn resolver(spec: &LabSpec, link: &Link) -> Option<String> {
    let estate = Estate::build(&spec.estate, spec.seed.child("estate")).ok()?;
    let servers = name_servers(&estate, spec, link);
    let mut lines: Vec<String> = Vec::new();
    let domains: Vec<String> = estate
        .domains()
        .map(|domain| domain.name.to_string())
        .collect();
    if !domains.is_empty() {
        // The resolver reads six (resolv.conf(5)).
        lines.push(format!(
            "search {}",
            domains[..domains.len().min(6)].join(" ")
        ));
    }
    // It reads three of these.
    let servers = servers.iter().take(3);
    let servers: Vec<String> = servers
        .map(|server| format!("nameserver {server}"))
        .collect();
    if servers.is_empty() {
        return None;
    }
    lines.extend(servers);
    Some(lines.join("\n") + "\n")
}

/// The DNS servers that can be reached, those that are up when the lab begins.
fn name_servers(estate: &Estate, spec: &LabSpec, link: &Link) -> Vec<IpAddr> {
    let hosts = estate.hosts_with(Role::Dns);
    let up = hosts.filter(|host| host.up && !spec.down.contains(&host.fqdn));
    let addresses = up.flat_map(|host| &host.addresses).copied();
    addresses
        .filter(|address| link.towards(*address).is_some())
        .collect()
}

/// The lines that are told before the command starts.
pub fn lines(lab: &Lab, link: &Link) -> Vec<String> {
    let network = lab.network();
    let mut rows = vec![["host", "address", "ping", "ports"].map(str::to_owned)];
    let mut more = 0_usize;
    let mut devices = BTreeMap::from([(true, 0_usize), (false, 0)]);
    let ports = open_ports(network, link);
    for station in network.stations() {
        let Some(leg) = link.towards(station.address) else {
            continue;
        };
        let echoes = station.up && network.echoes(leg.client.addr(), station.address);
        let Some(host) = station.host else {
            *devices.entry(echoes).or_default() += 1;
            continue;
        };
        if rows.len() > HOSTS_SHOWN {
            more += 1;
            continue;
        }
        let ping = match (station.up, echoes) {
            (false, _) => "down",
            (true, true) => "yes",
            (true, false) => "silent",
        };
        let open = match station.up {
            true => ports.get(&station.address).cloned().unwrap_or_default(),
            false => Vec::new(),
        };
        rows.push([
            host.to_string(),
            station.address.to_string(),
            ping.to_owned(),
            open.join(" "),
        ]);
    }
    let mut told = columns(&rows);
    if more > 0 {
        told.push(format!("and {more} more addresses of hosts"));
    }
    match (devices[&true], devices[&false]) {
        (0, 0) => {}
        (some, silent) => told.push(format!(
            "devices: {some} that answer pings, {silent} silent"
        )),
    }
    for leg in link.legs() {
        let (client, gateway) = (leg.client, leg.gateway);
        told.push(format!(
            "you: {client} on {CLIENT_INTERFACE}, gateway and DHCP relay {gateway}"
        ));
    }
    told
}

/// The ports that are open to the walker at each address: `53 dns`, UDP and TCP in one.
fn open_ports(network: &Network, link: &Link) -> BTreeMap<IpAddr, Vec<String>> {
    let mut open: BTreeMap<IpAddr, BTreeMap<u16, String>> = BTreeMap::new();
    for binding in network.bindings() {
        let at = binding.simulated;
        let Some(leg) = link.towards(at.ip()).filter(|_| binding.real == at) else {
            continue;
        };
        let from = leg.walker();
        if binding.transport != Transport::Icmp && network.lets_in(binding.transport, from, at) {
            let ports = open.entry(at.ip()).or_default();
            ports.insert(at.port(), binding.program.to_string());
        }
    }
    let words = |ports: BTreeMap<u16, String>| {
        let ports = ports.into_iter();
        ports
            .map(|(port, program)| format!("{port}/{program}"))
            .collect()
    };
    open.into_iter()
        .map(|(address, ports)| (address, words(ports)))
        .collect()
}

/// Rows under each other, two spaces between columns.
fn columns(rows: &[[String; 4]]) -> Vec<String> {
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: [usize; 4] = std::array::from_fn(width);
    let line = |row: &[String; 4]| {
        let cells = row.iter().zip(widths);
        let cells: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}
