//! The Windows remote interfaces as a client on the network meets them: every stage that can
//! refuse a call, in order, each with its own status.

mod dhcp_management;
mod directory;
mod dns_management;
mod event_log;
mod frames;
mod kit;
mod local_groups;
mod log_on;
mod scale;
mod service_control;
mod shares;
