//! Every push, of every kind, stopped before and after each of its messages and statements, and
//! with each message lost or doubled.

pub mod case;
mod faults;
mod judge;
mod stopped;

use case::{Case, Channel, Deed, Family, Kind};

/// Every kind of push with every deed.
fn cases() -> Vec<Case> {
    let kinds = [
        Kind::ReservationV4,
        Kind::ReservationV6,
        Kind::Host(Family::V4, Channel::Management),
        Kind::Host(Family::V4, Channel::Update),
        Kind::Host(Family::V6, Channel::Management),
        Kind::Host(Family::V6, Channel::Update),
        Kind::Ptr(Family::V4, Channel::Management),
        Kind::Ptr(Family::V4, Channel::Update),
        Kind::Ptr(Family::V6, Channel::Management),
        Kind::Ptr(Family::V6, Channel::Update),
    ];
    with_every_deed(&kinds)
}

/// The push that goes to two servers.
fn failover_cases() -> Vec<Case> {
    with_every_deed(&[Kind::OnPartners])
}

fn with_every_deed(kinds: &[Kind]) -> Vec<Case> {
    let of_kind = |kind: &Kind| {
        let kind = *kind;
        let deeds = [Deed::Create, Deed::Delete, Deed::Replace];
        deeds.map(|deed| Case { kind, deed })
    };
    kinds.iter().flat_map(of_kind).collect()
}
