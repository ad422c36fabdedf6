//! Data collection from Managed servers: scopes, zones, events, audit lines (domain 2.6).
//!
//! A collection asks for everything of one server before it stores anything of it, as the computer
//! account. What came is stored in one transaction a server and kind, together with the bookmark
//! that says how far its source was read.

mod audit;
mod configuration;
mod ptr;
mod report;
mod retrieve;
mod zone;

pub use report::{CollectionKind, CollectionOutcome, CollectionReport, ServerCollection};
pub use zone::{ZoneHealth, ZoneState, ZoneStatus, ZoneView};
