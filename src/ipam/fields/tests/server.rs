//! Over a server: the same tests on purpose, with another `store`.
#![allow(clippy::duplicate_mod)]

use super::*;
use crate::ipam::store::tests::Scratch;

fn store() -> Store {
    Scratch::server("fields.db").open()
}

#[path = "rules.rs"]
mod rules;
