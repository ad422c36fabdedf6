//! Ground truth: forests, accounts, groups, policies, and per host the firewall, local groups,
//! shares, registry, services and event logs that decide who may do what.
//!
//! Start from [`EstateSpec`] and [`Estate::build`]. The estate knows no packets and no engine; the
//! fakes in `server` read it to judge calls, the oracle reads it to say what the judgement must be.
//! Time comes in as a [`crate::base::Moment`]; [`Estate::settle`] does what was due until then.
//!
//! # Who may do what
//!
//! Judged on the token [`Estate::token_on`] makes of the caller's ticket, always after the
//! firewall. `BA` is the machine's Administrators (domain 4.11; A20 is why it counts everywhere).
//!
//! | operation | needed | source |
//! |---|---|---|
//! | DHCP management, read | DHCP Users or DHCP Administrators **as of service start**, or `BA` | 4.3 |
//! | DHCP management, write | DHCP Administrators **as of service start**, or `BA` | 4.3 |
//! | DNS management, directory-integrated, read | DNS ACL **as last polled**, DnsAdmins, `BA` | 4.3 |
//! | DNS management, directory-integrated, write | DnsAdmins or `BA`, live | 4.3 |
//! | DNS management, standalone | `BA` or Server Operators, live; the directory has no say | 4.3 |
//! | event log, any channel | Event Log Readers or `BA`, live | 4.2 row 9 |
//! | event log, `DNS Server` | in addition `CustomSD` grants 0x1; without the value nobody | row 11 |
//! | service status | the service's access list grants `LC` (0x4) | row 12 |
//! | share | share readers **and** NTFS readers of its folder; the folder must exist | 4.3 |

mod admin;
pub mod build;
mod build_host;
mod command;
pub mod defaults;
pub mod dns_acl;
pub mod domain;
pub mod error;
#[allow(clippy::module_inception)]
pub mod estate;
pub mod eventlog;
pub mod firewall;
pub mod gpo;
mod gpo_edit;
pub mod host;
mod members;
pub mod policy;
mod power;
pub mod principal;
mod refresh;
pub mod registry;
pub mod rules;
pub mod script;
pub mod sddl;
pub mod service;
pub mod setting;
mod settings;
pub mod share;
pub mod sid;
pub mod spec;
pub mod ticket;

pub use domain::Domain;
pub use error::{EstateError, Hint};
pub use estate::Estate;
pub use firewall::{Arrival, Decision, Firewall, InboundRule, RuleAction};
pub use gpo::{Gpo, GpoSettings, Link, LinkTarget};
pub use host::{Host, LocalGroup, LocalGroups, Membership, Os, Role};
pub use principal::{Principal, PrincipalKind};
pub use rules::{Ports, program};
pub use setting::{Kind, Need, Purpose, Setting, Where};
pub use settings::SETTINGS;
pub use share::{FolderContents, Share};
pub use spec::{DomainSpec, EstateSpec, GroupSpec, HostSpec, OuSpec, TrustSpec, UserSpec};
pub use ticket::Ticket;

#[cfg(test)]
pub(crate) mod tests;
