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
//! firewall. `BA` is the machine's Administrators; that they may do everything is what makes a
//! membership in Domain Admins open all checks (A20). *At start* means as the service loaded it
//! when it started, *polled* as it last read the directory; everything else is live.
//!
//! | operation | needed | domain |
//! |---|---|---|
//! | DHCP management, read | DHCP Users or DHCP Administrators at start, or `BA` | 4.3 |
//! | DHCP management, write | DHCP Administrators at start, or `BA` | 4.3 |
//! | DNS management on a controller, read | DNS ACL polled, DnsAdmins, or `BA` | 4.3 |
//! | DNS management on a controller, write | DnsAdmins or `BA` | 4.3 |
//! | DNS management elsewhere | `BA` or Server Operators; the directory has no say | 4.3 |
//! | event log, any channel | Event Log Readers or `BA` | 4.2 row 9 |
//! | event log, `DNS Server` | and `CustomSD` grants 0x1; without the value nobody | 4.2 row 11 |
//! | service status | the service's access list grants `LC` (0x4) | 4.2 row 12 |
//! | share | share and folder permission; the folder must be the one logged to | 4.3 |
//!
//! A DNS service judges DnsAdmins and Administrators live, because a restart after a change of
//! them is only advised (domain 4.1), while for DHCP it is demanded.

mod account;
mod admin;
mod admin_share;
mod admin_value;
pub mod build;
mod build_host;
mod command;
pub mod defaults;
pub mod dns_acl;
pub mod document;
pub mod domain;
pub mod error;
#[allow(clippy::module_inception)]
pub mod estate;
pub mod eventlog;
pub mod firewall;
pub mod gpo;
mod gpo_edit;
mod gpo_rights;
pub mod host;
mod local_members;
pub mod machine;
mod members;
pub mod policy;
mod pool;
mod power;
pub mod principal;
mod reach;
mod refresh;
pub mod registry;
mod rule_table;
pub mod rules;
pub mod script;
pub mod sddl;
pub mod service;
pub mod setting;
mod settings;
pub mod share;
pub mod sid;
pub mod spec;
pub mod sql;
mod sql_admin;
pub mod ticket;
mod upgrade;

pub use crate::net::Transport;
pub use domain::Domain;
pub use error::{EstateError, Hint};
pub use estate::Estate;
pub use firewall::{Arrival, Decision, Firewall, InboundRule, RuleAction};
pub use gpo::{Gpo, GpoSettings, Link, LinkTarget};
pub use host::{Host, LocalGroup, LocalGroups, Membership, Os, Role};
pub use machine::Hardening;
pub use pool::PoolListener;
pub use principal::{Principal, PrincipalKind};
pub use rules::{Ports, program};
pub use setting::{Kind, Need, Purpose, Setting, Where};
pub use settings::SETTINGS;
pub use share::{FolderContents, Share};
pub use spec::{DomainSpec, EstateSpec, GroupSpec, HostSpec, OuSpec, TrustSpec, UserSpec};
pub use sql::{Holds, SqlServer};
pub use sql_admin::{SqlDatabaseSpec, SqlLoginSpec, SqlSpec};
pub use ticket::Ticket;

#[cfg(test)]
pub(crate) mod tests;
