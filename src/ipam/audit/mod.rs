//! What the Audit task brought in, for those who ask: the event catalogue (domain 9.6) and IP
//! address tracking (domain 9.8), and the purging of both.
//!
//! How records come from servers is the business of [`crate::ipam::collect`]; here they are read,
//! related to each other and deleted. Nothing here sends a packet.

mod catalogue;
mod configuration_event;
mod correlation;
mod event;
mod lease_line;
mod purge;
mod query;

pub use catalogue::{CatalogueFilter, DhcpConfigurationEvent};
pub use configuration_event::ConfigurationEventFilter;
pub(crate) use event::logon_of;
pub use event::{AuditEvent, AuditEventType, AuditServerType, LOGON_EVENTS};
pub(crate) use lease_line::lease_of;
pub use query::{AuditKey, AuditQuery, Rows};
