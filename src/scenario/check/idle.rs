//! Hosts that are declared and have no effect: no role, and nothing else in the file that names
//! them or could meet their addresses.
//!
//! It goes by the text of the file, so it warns too rarely rather than too often.

use std::collections::BTreeMap;

use ipnet::IpNet;

use super::Problems;
use super::hosts::{HostEntry, Hosts};
use crate::addr::{AddressRange, AddressSet};
use crate::base::wildcard::{is_pattern, matches};

/// Warns of idle hosts of a file with these lines.
pub fn check(lines: &[&str], hosts: &Hosts<'_>, problems: &mut Problems) {
    let mut without_role = hosts.all.iter().filter(|host| host.file.roles.is_empty());
    let Some(first) = without_role.next() else {
        return;
    };
    // Read once: a generated file may have as many hosts as lines.
    let written = Written::of(lines);
    for host in std::iter::once(first).chain(without_role) {
        if written.is_idle(host) {
            let message = format!("`{}` has no role and nothing else names it", host.name);
            problems
                .warning(host.place, message)
                .remedy("give it a role, use it in a step, or remove it");
        }
    }
}

/// What a file names.
#[derive(Default)]
struct Written {
    /// How often each word stands in it, in lower case.
    words: BTreeMap<String, usize>,
    patterns: Vec<String>,
    /// Every prefix and range.
    addresses: AddressSet,
}

impl Written {
    fn of(lines: &[&str]) -> Written {
        let mut written = Written::default();
        for line in lines {
            let word = |c: char| c.is_alphanumeric() || "-_*?".contains(c);
            for word in line.split(|c| !word(c)).filter(|word| !word.is_empty()) {
                if is_pattern(word) {
                    written.patterns.push(word.to_owned());
                }
                *written.words.entry(word.to_lowercase()).or_default() += 1;
            }
            spans(line).for_each(|span| written.addresses.insert_range(&span));
        }
        written
    }

    fn is_idle(&self, host: &HostEntry<'_>) -> bool {
        let name = host.name.first_label();
        // Once is its own declaration; a host of a fleet is not written by its own name.
        self.words.get(name) == Some(&1)
            && !self.patterns.iter().any(|pattern| matches(pattern, name))
            && !host
                .addresses
                .iter()
                .any(|address| self.addresses.contains(*address))
    }
}

/// Every prefix and range that the file writes.
fn spans(text: &str) -> impl Iterator<Item = AddressRange> {
    let words = text.split(|c: char| !(c.is_ascii_hexdigit() || ".:/-".contains(c)));
    words.filter_map(|word| match word.parse::<IpNet>() {
        Ok(prefix) => Some(AddressRange::of_prefix(prefix.trunc())),
        Err(_) => word.parse().ok().filter(|_| word.contains('-')),
    })
}
