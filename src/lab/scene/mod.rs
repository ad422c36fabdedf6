//! What can be looked at after a step, as plain data: the estate, what each engine knows, the
//! last search. Players and reports show it.
//!
//! An onlooker takes it, not the engine: no packet is sent and no clock moves, so a run with its
//! scenes is the same run. It is taken only when somebody asks for it.

mod capture;
mod host;

use std::net::IpAddr;

use serde::Serialize;

use super::trace::Trace;

/// A run to be played again: how it began, and how it looked after each step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Film {
    /// Before the first step.
    pub before: Scene,
    /// After each step, in the order of the record.
    pub scenes: Vec<Scene>,
    /// Every packet of the run.
    pub trace: Trace,
}

/// Everything there is to see at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Scene {
    pub estate: EstateView,
    /// The IPAM servers, the first one first.
    pub engines: Vec<EngineView>,
    /// The search for free addresses that this step made.
    pub search: Option<SearchView>,
}

/// The ground truth.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct EstateView {
    pub domains: Vec<DomainView>,
    /// Hosts of no domain.
    pub workgroup: Vec<HostView>,
}

impl EstateView {
    /// Every host, those of a domain first.
    pub fn hosts(&self) -> impl Iterator<Item = &HostView> {
        let members = self.domains.iter().flat_map(|domain| &domain.hosts);
        members.chain(&self.workgroup)
    }
}

/// A domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DomainView {
    pub name: String,
    /// The root domain of its forest.
    pub forest: String,
    /// The forests whose accounts its forest trusts.
    pub trusts: Vec<String>,
    /// Group policy objects, each with where it is linked.
    pub policies: Vec<String>,
    pub hosts: Vec<HostView>,
}

/// A host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostView {
    pub name: String,
    pub addresses: Vec<IpAddr>,
    /// `DC`, `DHCP`, ...
    pub roles: Vec<String>,
    /// Switched on.
    pub up: bool,
    /// Whether it would answer an echo request: it is up, answers at all, and its firewall lets
    /// the request in.
    pub answers_ping: bool,
    /// What an administrator may have changed there: firewall rules in force that are not so as
    /// shipped, services that do not run, shares, members of its groups. One line each, ordered.
    pub facts: Vec<String>,
}

/// What one engine has in its database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EngineView {
    /// The host it runs on.
    pub server: String,
    pub inventory: Vec<ServerView>,
    /// Blocks, then subnets, then ranges, each in the order of the console.
    pub areas: Vec<AreaView>,
    /// Address records, at most [`ADDRESSES_MAX`].
    pub addresses: Vec<AddressView>,
    /// Address records beyond these.
    pub more_addresses: u64,
}

/// Address records that a scene keeps; a picture of more is no picture.
pub const ADDRESSES_MAX: usize = 4096;

/// A server of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServerView {
    pub name: String,
    pub roles: Vec<String>,
    pub manageability: String,
    /// IPAM access status over all checks.
    pub access: String,
    /// Recommended action.
    pub action: String,
    /// One a check, in the order of the console.
    pub checks: Vec<CheckView>,
    /// State of each service, by role.
    pub availability: Vec<(String, String)>,
    pub data_retrieval: String,
}

/// One cell of the access matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckView {
    pub name: String,
    pub status: String,
    /// Why it says so.
    pub evidence: String,
}

/// What an area of the address space is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AreaKind {
    Block,
    Subnet,
    Range,
}

/// A block, a subnet or a range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AreaView {
    pub kind: AreaKind,
    /// Address space.
    pub space: String,
    /// `10.0.1.0/24`.
    pub network: String,
    pub first: IpAddr,
    pub last: IpAddr,
    /// `IPAM / Localhost`; a subnet's name; empty for a block.
    pub owner: String,
    /// Addresses from first to last, in decimal digits: those of IPv6 fit no JSON number.
    pub total: String,
    pub assigned: String,
    pub utilized: String,
    /// Utilized of assigned, in whole percent.
    pub percent: u8,
    /// `Under`, `Optimal`, `Over`.
    pub level: String,
}

/// An address record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddressView {
    pub space: String,
    pub address: IpAddr,
    /// `IPAM / Localhost`.
    pub owner: String,
    /// `In-Use`.
    pub state: String,
    /// Name of the device.
    pub device: String,
    /// `Not expired`, `Expiry Due`, `Expired`.
    pub expiry: String,
    /// What of it is written on servers, and how that stands; what was never attempted is left
    /// out.
    pub sync: Vec<(String, String)>,
}

/// A search for free addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchView {
    /// The range that was searched.
    pub range: String,
    /// Every address that was looked at, in order.
    pub candidates: Vec<CandidateView>,
    /// Runs that were hopped over as one, each with why.
    pub passed_over: Vec<String>,
    /// What the dialog proposes.
    pub selected: Option<IpAddr>,
    /// What was recorded.
    pub allocated: Option<IpAddr>,
}

/// One address that a search looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CandidateView {
    pub address: IpAddr,
    pub available: bool,
    /// Why it was taken or skipped.
    pub verdict: String,
    /// What each criterion said, in their order.
    pub evidence: Vec<(String, String)>,
}
