//! What the engine must not forget: rows in an embedded SQLite database, in memory or in a file,
//! or on a PostgreSQL server.
//!
//! Everything goes through one [`Store`]; it commits whole transactions or nothing. This module
//! knows how rows are kept and not what they mean: the rules live with the area that owns the
//! rows. Every area contributes one DDL constant to [`schema::AREAS`].
//!
//! SQL is written once, in what both databases understand: placeholders `?1`, `?2` ...; columns
//! of the types `TEXT`, `INTEGER` (also truth values: compare with 0 and 1) and `BLOB`, none with
//! a collation; `INSERT OR REPLACE` for a row with the same primary key; `ON CONFLICT`. No words
//! that are reserved elsewhere, no function of one database alone.
//!
//! Calls are synchronous on purpose: they block the thread, and with it virtual time. A database
//! that was awaited would let the clock run ahead of it.

pub(crate) mod access_rows;
mod backend;
pub(crate) mod by_hand;
pub(crate) mod collected;
pub(crate) mod configuration;
pub mod database;
pub(crate) mod discovery;
mod embedded;
pub(crate) mod events;
pub(crate) mod expiry;
pub mod fault;
pub mod key;
mod memory;
pub(crate) mod monitoring;
pub mod open;
pub mod params;
#[cfg(feature = "postgres")]
mod postgres;
pub(crate) mod property;
pub(crate) mod rename;
mod row;
pub mod schema;
pub(crate) mod secret_key;
pub(crate) mod servers;
mod tables;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod tracking;
pub mod transaction;
pub mod value;
mod words;

pub use database::{Database, Existing, ServerAddress};
pub use key::{address_of_key, key_of_address};
pub use open::Store;
pub use params::Params;
pub(crate) use params::params;
pub use row::Row;
pub use transaction::Tx;
pub use value::{ColumnError, FromValue, RowResult, ToValue};
