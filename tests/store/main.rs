//! The engine's data on a PostgreSQL server that the tests start: who may in, what happens when
//! the connection is lost, and that scenarios cannot tell it from the embedded database.
//!
//! Where PostgreSQL is not installed a test says so and passes; with `IPAMLAB_REQUIRE_TOOLS=1`,
//! as CI sets it, it fails instead. What every database does alike is tested beside the store.
#![cfg(feature = "postgres")]

#[path = "../../src/ipam/store/tests/cluster.rs"]
mod cluster;
mod engines;
mod login;
mod lost;
mod scenarios;

use ipamlab::ipam::store::{Database, Store};
use ipamlab::ipam::{IpamError, IpamResult};

fn database(url: &str) -> Database {
    let Ok(database) = url.parse();
    database
}

/// An empty place on the server and the name of its schema.
fn empty() -> Option<(Database, String)> {
    let (url, schema) = cluster::empty().or_else(skipped)?;
    Some((database(&url), schema))
}

fn skipped<T>() -> Option<T> {
    eprintln!("skipped: PostgreSQL is not installed");
    None
}

fn refusal(result: IpamResult<Store>) -> IpamError {
    result.err().expect("the database must be refused")
}
