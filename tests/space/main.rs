//! The engine's address space against the fakes: searches, reservations, records.

mod cut_off;
mod find;
mod support;
mod sync;
