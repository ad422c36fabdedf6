//! A PostgreSQL server as the database of an engine (domain 2.4).
//!
//! The driver needs a runtime of its own, and an engine may run inside one whose clock is paused.
//! So a [`Server`] keeps a thread to which it hands one request at a time, and blocks until the
//! answer is there: for the engine a statement takes no time at all, as with the embedded
//! database, and virtual time cannot run ahead of it.
//!
//! - `server` is the engine's side of that thread, `session` what runs on it.
//! - `dialect` turns the store's SQL into PostgreSQL's.
//! - `refusal` says what the failures of a server mean.
//!
//! Transactions of several engines on one database exclude each other, as they do in a file: each
//! begins by locking the table that stands for the schema. Reading waits for nobody.

mod dialect;
mod login;
mod refusal;
mod server;
mod session;
mod value;

pub(in crate::ipam::store) use server::Server;
pub(in crate::ipam::store) use value::Value;
