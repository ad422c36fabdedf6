//! How a scope differs between the two servers of its relationship.

use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::base::Fqdn;
use crate::wire::windows::dhcpm::{Reservation, ScopeInfo};

/// A scope with its reservations, as one server shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) info: ScopeInfo,
    pub(super) reservations: Vec<Reservation>,
}

/// A part of a scope that one server has otherwise than its partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Difference {
    /// One of them has no such scope.
    Scope,
    /// The partner names another relationship, or none.
    Relationship,
    Name,
    Range,
    Exclusions,
    State,
    LeaseTime,
    Options,
    /// Of this address: on one only, or not alike.
    Reservation(IpAddr),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Difference::Scope => "no such scope on one of them",
            Difference::Relationship => "relationship",
            Difference::Name => "name",
            Difference::Range => "range",
            Difference::Exclusions => "exclusions",
            Difference::State => "state",
            Difference::LeaseTime => "lease time",
            Difference::Options => "options",
            Difference::Reservation(address) => return write!(f, "reservation of {address}"),
        })
    }
}

/// The field *Failover configuration sync* (appendix A), and what stands for an empty one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigurationSync {
    /// The two were never read together.
    NotCompared,
    InSync,
    OutOfSync,
}

impl fmt::Display for ConfigurationSync {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            ConfigurationSync::NotCompared => "Not compared",
            ConfigurationSync::InSync => "In sync",
            ConfigurationSync::OutOfSync => "Out of sync",
        })
    }
}

/// What is known of the two halves of a scope.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Comparison {
    /// What differed when both were last read, and what was changed through IPAM on one of them
    /// since and not confirmed by the other.
    pub differences: BTreeSet<Difference>,
    /// When both were last read.
    pub at: Option<Timestamp>,
    /// Why they could not be read the last time; empty when they could.
    pub obstacle: String,
}

impl Comparison {
    pub fn sync(&self) -> ConfigurationSync {
        match (self.differences.is_empty(), self.at) {
            (false, _) => ConfigurationSync::OutOfSync,
            (true, Some(_)) => ConfigurationSync::InSync,
            (true, None) => ConfigurationSync::NotCompared,
        }
    }
}

/// Everything in which `there`, the scope on the partner, is not as `here` on `server`. How many
/// addresses are in use is no configuration, and a superscope is of one server alone.
pub(super) fn compare(server: &Fqdn, here: &Shown, there: Option<&Shown>) -> BTreeSet<Difference> {
    let Some(there) = there else {
        return BTreeSet::from([Difference::Scope]);
    };
    let mut found = of_settings(&here.info, &there.info);
    let back = there.info.failover.as_ref();
    let named = here.info.failover.as_ref().map(|own| &own.relationship);
    let is_back = back.is_some_and(|back| {
        let same = |name: &&String| name.eq_ignore_ascii_case(&back.relationship);
        back.partner == *server && named.as_ref().is_some_and(same)
    });
    if !is_back {
        found.insert(Difference::Relationship);
    }
    for (side, other) in [(here, there), (there, here)] {
        let unlike = side.reservations.iter();
        let unlike = unlike.filter(|reservation| !other.reservations.contains(reservation));
        found.extend(unlike.map(|reservation| Difference::Reservation(reservation.address)));
    }
    found
}

/// The settings that [`crate::wire::windows::dhcpm::Request::SetScope`] makes.
pub(super) fn of_settings(here: &ScopeInfo, there: &ScopeInfo) -> BTreeSet<Difference> {
    let sorted = |info: &ScopeInfo| info.exclusions.iter().copied().collect::<BTreeSet<_>>();
    let options = |info: &ScopeInfo| {
        let lists = (info.routers.clone(), info.dns_servers.clone());
        (lists, info.dns_domain.clone())
    };
    let parts = [
        (Difference::Name, here.name == there.name),
        (
            Difference::Range,
            (here.first, here.last) == (there.first, there.last),
        ),
        (Difference::Exclusions, sorted(here) == sorted(there)),
        (Difference::State, here.active == there.active),
        (
            Difference::LeaseTime,
            here.lease_seconds == there.lease_seconds,
        ),
        (Difference::Options, options(here) == options(there)),
    ];
    let unlike = parts.into_iter().filter(|(_, alike)| !alike);
    unlike.map(|(part, _)| part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::windows::dhcpm::{Failover, ReservationKind, ReservedClient};

    fn fqdn(text: &str) -> Fqdn {
        text.parse().unwrap()
    }

    fn reservation(address: &str, name: &str) -> Reservation {
        Reservation {
            address: address.parse().unwrap(),
            client: ReservedClient::Mac("02-00-00-00-00-20".parse().unwrap()),
            name: name.to_owned(),
            description: String::new(),
            kind: ReservationKind::Both,
        }
    }

    fn shown(partner: &str) -> Shown {
        let address = |text: &str| text.parse().unwrap();
        Shown {
            info: ScopeInfo {
                scope: "10.0.1.0/24".parse().unwrap(),
                name: "floor".to_owned(),
                active: true,
                first: address("10.0.1.10"),
                last: address("10.0.1.250"),
                exclusions: Vec::new(),
                lease_seconds: 3600,
                superscope: None,
                failover: Some(Failover {
                    relationship: "floors".to_owned(),
                    partner: fqdn(partner),
                }),
                routers: vec![address("10.0.1.1")],
                dns_servers: Vec::new(),
                dns_domain: None,
                in_use: 0,
            },
            reservations: vec![reservation("10.0.1.20", "web1")],
        }
    }

    #[test]
    fn each_part_that_is_changed_on_one_server_is_named_and_what_is_no_configuration_is_not() {
        let server = fqdn("dhcp1.corp.example");
        let (here, there) = (shown("dhcp2.corp.example"), shown("dhcp1.corp.example"));
        let mut other = there.clone();
        other.info.in_use = 7;
        other.info.superscope = Some("campus".to_owned());
        assert_eq!(compare(&server, &here, Some(&other)), BTreeSet::new());
        type Change = fn(&mut Shown);
        let change: [(Change, Difference); 9] = [
            (|s| s.info.name.push('x'), Difference::Name),
            (|s| s.info.last = s.info.first, Difference::Range),
            (
                |s| s.info.exclusions.push((s.info.first, s.info.last)),
                Difference::Exclusions,
            ),
            (|s| s.info.active = false, Difference::State),
            (|s| s.info.lease_seconds += 1, Difference::LeaseTime),
            (|s| s.info.routers.clear(), Difference::Options),
            (|s| s.info.failover = None, Difference::Relationship),
            (
                |s| s.reservations.clear(),
                Difference::Reservation("10.0.1.20".parse().unwrap()),
            ),
            (
                |s| s.reservations.push(reservation("10.0.1.21", "web2")),
                Difference::Reservation("10.0.1.21".parse().unwrap()),
            ),
        ];
        for (change, wanted) in change {
            let mut other = there.clone();
            change(&mut other);
            let found = compare(&server, &here, Some(&other));
            assert_eq!(found, BTreeSet::from([wanted]));
        }
        let gone = compare(&server, &here, None);
        assert_eq!(gone, BTreeSet::from([Difference::Scope]));
    }

    #[test]
    fn only_what_was_read_on_both_is_in_sync() {
        let mut known = Comparison::default();
        assert_eq!(known.sync(), ConfigurationSync::NotCompared);
        known.at = Some(Timestamp::UNIX_EPOCH);
        assert_eq!(known.sync(), ConfigurationSync::InSync);
        known.differences.insert(Difference::State);
        assert_eq!(known.sync(), ConfigurationSync::OutOfSync);
    }
}
