//! The engine's embedded database: SQLite in memory, or in a file that survives the engine.
//!
//! Everything the engine must not forget goes through one [`Store`]; it commits whole transactions
//! or nothing. This module knows how rows are kept and not what they mean: the rules live with the
//! area that owns the rows. Every area contributes one DDL constant to [`schema::AREAS`].
//!
//! Calls are synchronous on purpose. Inside virtual time a database that answers from another
//! thread would let the clock run ahead of it.

pub(crate) mod access_rows;
pub(crate) mod collected;
pub(crate) mod configuration;
pub(crate) mod discovery;
mod embedded;
pub(crate) mod events;
pub mod fault;
pub mod key;
mod memory;
pub mod open;
pub mod params;
mod row;
pub mod schema;
pub(crate) mod secret_key;
pub(crate) mod servers;
#[cfg(test)]
pub(crate) mod tests;
pub mod transaction;
pub mod value;
mod words;

pub use key::{address_of_key, key_of_address};
pub use open::Store;
pub use params::Params;
pub(crate) use params::params;
pub use row::Row;
pub use transaction::Tx;
pub use value::{ColumnError, FromValue, RowResult, ToValue};
