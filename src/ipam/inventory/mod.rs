//! The server inventory: which servers there are, which roles of them are looked after and how
//! far IPAM gets into them (domain 3.3 to 3.7).

mod add;
mod edit;
mod manageability;
mod record;
mod status;

pub use add::NewServer;
pub use edit::{RemovedServer, ServerChange, ServerFilter, ServerReport};
pub use record::{OsVersion, ServerRecord, ServerRole};
pub use status::{DataRetrievalStatus, ManageabilityStatus, NewFlag, RecommendedAction};
