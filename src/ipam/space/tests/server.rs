//! Over a server: the same tests on purpose, with another `store`.
#![allow(clippy::duplicate_mod)]

use super::*;
use crate::ipam::store::tests::Scratch;

fn store() -> Store {
    scratch("space.db").open()
}

fn scratch(name: &str) -> Scratch {
    Scratch::server(name)
}

#[path = "addresses.rs"]
mod addresses;
#[path = "blocks.rs"]
mod blocks;
#[path = "crash.rs"]
mod crash;
#[path = "edits.rs"]
mod edits;
#[path = "from_ptr.rs"]
mod from_ptr;
#[path = "ranges.rs"]
mod ranges;
#[path = "reverse_zones.rs"]
mod reverse_zones;
#[path = "spaces.rs"]
mod spaces;
#[path = "taken.rs"]
mod taken;
