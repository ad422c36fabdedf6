//! Over the embedded database.

use super::*;
use crate::ipam::store::Database;
use crate::ipam::store::tests::Scratch;

fn store() -> Store {
    Store::open(&Database::Memory).expect("memory is always there")
}

fn scratch(name: &str) -> Scratch {
    Scratch::file(name)
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
#[path = "mapping.rs"]
mod mapping;
#[path = "ranges.rs"]
mod ranges;
#[path = "reverse_zones.rs"]
mod reverse_zones;
#[path = "spaces.rs"]
mod spaces;
#[path = "taken.rs"]
mod taken;
