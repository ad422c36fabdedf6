//! The engine's address space against the fakes: searches, reservations, records.

mod find;
mod support;
mod sync;
