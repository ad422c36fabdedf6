//! Data collection from Managed servers: scopes, zones, events, audit lines (domain 2.6).

mod report;
mod retrieve;

pub use report::{CollectionKind, CollectionOutcome, CollectionReport, ServerCollection};
