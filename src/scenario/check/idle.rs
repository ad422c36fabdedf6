//! Hosts that are declared and have no effect: no role, and nothing else in the file that names
//! them or could meet their addresses.
//!
//! It goes by the text of the file, so it warns too rarely rather than too often.

use ipnet::IpNet;

use super::Problems;
use super::hosts::{HostEntry, Hosts};
use crate::addr::AddressRange;

/// Warns of idle hosts of a file with these lines.
pub fn check(lines: &[&str], hosts: &Hosts<'_>, problems: &mut Problems) {
    let idle = hosts.all.iter().filter(|host| is_idle(lines, host));
    for host in idle {
        let message = format!("`{}` has no role and nothing else names it", host.name);
        problems
            .warning(host.place, message)
            .remedy("give it a role, use it in a step, or remove it");
    }
}

fn is_idle(lines: &[&str], host: &HostEntry<'_>) -> bool {
    // A host of a fleet is not written by its own name.
    let name = host.name.first_label();
    let written = lines.iter().map(|line| line.matches(name).count());
    written.sum::<usize>() == 1
        && host.file.roles.is_empty()
        && !lines.iter().copied().flat_map(spans).any(|span| {
            let mut addresses = host.addresses.iter();
            addresses.any(|address| span.contains(*address))
        })
}

/// Every prefix and range that the file writes.
fn spans(text: &str) -> impl Iterator<Item = AddressRange> {
    let words = text.split(|c: char| !(c.is_ascii_hexdigit() || ".:/-".contains(c)));
    words.filter_map(|word| match word.parse::<IpNet>() {
        Ok(prefix) => Some(AddressRange::of_prefix(prefix.trunc())),
        Err(_) => word.parse().ok().filter(|_| word.contains('-')),
    })
}
