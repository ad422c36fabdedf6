//! The engine's address space against the fakes: searches, reservations, records.

mod cut;
mod cut_off;
mod find;
mod free;
mod reclaim;
mod repeat;
mod replicate;
mod support;
mod sync;
