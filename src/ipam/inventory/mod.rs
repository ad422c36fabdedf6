//! The server inventory: which servers there are, which roles of them are looked after and how
//! far IPAM gets into them (domain 3.3 to 3.7).

mod add;
mod edit;
mod manageability;
mod record;
mod status;
mod verify;

pub use add::NewServer;
pub(crate) use add::new_record;
pub(crate) use edit::known;
pub use edit::{AddressFamily, RemovedServer, ServerChange, ServerFilter, ServerReport};
pub use record::{OsVersion, ServerRecord, ServerRole};
pub use status::{DataRetrievalStatus, ManageabilityStatus, NewFlag, RecommendedAction};
pub(crate) use verify::{Verified, is_usable, os_is_supported};
