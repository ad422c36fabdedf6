//! The Windows remote interfaces of every host: endpoint mapper, log-on, directory, DHCP and DNS
//! management, event log, service control, file shares, local groups.
//!
//! [`windows_services`] gives what a host listens with; each listener is a [`WindowsService`],
//! which takes frames off its connections and lets one interface answer them. The firewall has
//! decided before a connection gets here. What is left is decided in this order, each stage with
//! an error of its own: the service runs; the caller's ticket is good; the groups in it, on the
//! machine, or as the service loaded them at its start; the access list; the object exists.
//!
//! The rules are those of [`crate::estate`], the truth is its [`crate::estate::Estate`]. Nothing
//! here knows the engine, the network's faults or how a server core does its work.

mod context;
mod dhcp_management;
mod directory;
mod directory_read;
mod directory_write;
mod dns_management;
mod epm;
mod event_log;
mod ipam_server;
mod kerberos;
mod listeners;
mod local_files;
mod local_groups;
pub mod port;
mod refusal;
mod service_control;
mod session;
mod smb;
mod sql_server;
mod surface;
mod wmi;

pub use event_log::append_event;
pub use listeners::{ipam_pool_service, program_of_service, windows_services};
pub use session::WindowsService;
pub use surface::{SharedDhcp, SharedDns};
