//! IPAM's own event channels, *Applications and Services Logs > Microsoft > Windows > IPAM*
//! (domain 9.6), and the catalogue that is collected from one of them.
//!
//! Every area of the engine writes here what it changed and for whom: [`Ipam::log_in`] inside the
//! transaction of the change, [`Ipam::log`] where there is none. The areas' own rules are not
//! known here, and neither are the event logs of managed servers.
//!
//! [`Ipam::log`]: crate::ipam::Ipam
//! [`Ipam::log_in`]: crate::ipam::Ipam

mod channel;
mod log;

pub use channel::{Category, Channel, IpamEvent};
