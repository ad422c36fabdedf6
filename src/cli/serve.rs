//! `serve`: the servers of a scenario on loopback sockets, for tools that nobody here wrote.

use std::io::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::args::ServeArgs;
use super::exit::Exit;
use super::interrupt;
use crate::lab::{self, Lab, LabSpec};
use crate::net::{RealOptions, Transport};
use crate::report::transcript;
use crate::step::{Play, play};

/// How often the flag that Ctrl-C raises is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// Where a load generator listens: the relay port, lifted out of the privileged ones.
const TOOL_PORT: u16 = 10_067;

/// Keeps the servers up until Ctrl-C.
pub fn run(args: &ServeArgs) -> Exit {
    let scenario = match super::usable(&args.scenario) {
        Ok(scenario) => scenario,
        Err(exit) => return exit,
    };
    let mut spec = scenario.lab;
    if !spec.faults.is_empty() {
        eprintln!("note: faults exist on the simulated network only and are left out");
        spec.faults.clear();
    }
    admit_loopback_relays(&mut spec);
    spec.start = machine_time();
    let keys = key_lines(&spec);
    let options = RealOptions {
        base_port: args.port,
        ..RealOptions::default()
    };
    let interrupted = interrupt::listen();
    let stop = || interrupted.load(Ordering::SeqCst);
    let served = lab::serve(spec, options, async |lab| {
        announce(lab, &keys);
        if args.steps {
            let mut watch = |step: &crate::lab::observation::StepRecord| {
                eprint!("{}", transcript::step(step));
            };
            let script = Play {
                steps: &scenario.steps,
                administrator: scenario.administrator.as_ref().map(ToString::to_string),
                stop: &stop,
                watch: &mut watch,
            };
            play(lab, script).await;
        }
        while !stop() {
            tokio::time::sleep(LOOK).await;
        }
    });
    match served {
        Ok(()) => Exit::AsExpected,
        Err(error) => {
            eprintln!("error: {error}");
            Exit::Usage
        }
    }
}

/// Tools outside sign with the machine's time (RFC 8945 section 5.2.3), so the calendar must agree
/// with it, whatever start the scenario names.
#[expect(
    clippy::disallowed_methods,
    reason = "served to real tools, the estate lives in real time"
)]
fn machine_time() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// A tool on loopback plays a relay at its own address, which lies in no scope: it stands for the
/// first active scope of each family.
fn admit_loopback_relays(spec: &mut LabSpec) {
    for dhcp in spec.dhcp.values_mut() {
        if let Some(scope) = dhcp.scopes.iter_mut().find(|scope| scope.active) {
            scope.relay_addresses.push(Ipv4Addr::LOCALHOST);
        }
        if let Some(scope) = dhcp.scopes_v6.iter_mut().find(|scope| scope.active) {
            scope.link_addresses.push(Ipv6Addr::LOCALHOST);
        }
    }
}

/// The keys that `nsupdate` needs, by the form in which it takes them.
fn key_lines(spec: &LabSpec) -> Vec<String> {
    let keys = spec.dns.values().flat_map(|dns| &dns.keys);
    keys.map(|key| {
        format!(
            "-y {}:{}:{}",
            key.algorithm().name(),
            key.name(),
            key.secret_base64()
        )
    })
    .collect()
}

/// Prints where each server is, ready to paste.
fn announce(lab: &Lab, keys: &[String]) {
    let mut lines = Vec::new();
    for binding in lab.network().bindings() {
        let (host, simulated, real) = (&binding.host, binding.simulated, binding.real);
        let place = format!("# {host} {simulated} is {real}");
        match (simulated.port(), binding.transport) {
            (53, Transport::Udp) => {
                lines.push(place);
                lines.extend(dns_lines(real, keys));
            }
            (67, Transport::Udp) => {
                lines.push(place);
                lines.push(perfdhcp("-4", real));
            }
            (547, Transport::Udp) => {
                lines.push(place);
                lines.push(perfdhcp("-6", real));
            }
            _ => {}
        }
    }
    lines.push("# ready; Ctrl-C ends it".to_owned());
    let mut out = std::io::stdout().lock();
    // A closed pipe is the reader's choice; the servers stay up for others.
    let _ = writeln!(out, "{}", lines.join("\n")).and_then(|()| out.flush());
}

/// A line for perfdhcp: it listens on a port that needs no privilege, and stops by itself.
fn perfdhcp(family: &str, real: SocketAddr) -> String {
    let (address, port) = (real.ip(), real.port());
    let listen = format!("-l {address} -L {TOOL_PORT}");
    format!("perfdhcp {family} {listen} -N {port} -R 50 -r 50 -n 100 {address}")
}

fn dns_lines(real: SocketAddr, keys: &[String]) -> Vec<String> {
    let (address, port) = (real.ip(), real.port());
    let mut lines = vec![format!("dig @{address} -p {port}")];
    match keys {
        [] => lines.push(format!("nsupdate  # server {address} {port}")),
        keys => lines.extend(
            keys.iter()
                .map(|key| format!("nsupdate {key}  # server {address} {port}")),
        ),
    }
    lines
}
