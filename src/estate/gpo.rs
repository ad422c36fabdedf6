//! Group Policy objects: contents, version, links, who they apply to and who may edit them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::base::{Fqdn, Sid};
use crate::wire::windows::directory::{GpoContents, GpoScript};

use super::firewall::InboundRule;

/// The only functionality version that is applied (domain 4.7).
pub const FUNCTIONALITY_VERSION: u32 = 2;

/// A Group Policy object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gpo {
    /// As written.
    pub name: String,
    pub domain: Fqdn,
    pub guid: String,
    pub owner: Sid,
    pub created: Timestamp,
    /// When contents, version or links changed last.
    pub modified: Timestamp,
    /// Grows with every change of the contents; zero means denied (domain 4.7).
    pub version: u32,
    /// Anything but [`FUNCTIONALITY_VERSION`] means denied.
    pub functionality: u32,
    pub contents: GpoSettings,
    /// Who has the *Apply Group Policy* right.
    pub filter: BTreeSet<Sid>,
    /// Who is denied it; deny beats allow.
    pub deny: BTreeSet<Sid>,
    /// Who may edit settings, delete and modify security, besides the owner and the domain's
    /// administrators.
    pub delegates: BTreeSet<Sid>,
    pub links: BTreeMap<LinkTarget, Link>,
}

/// Where a GPO is linked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkTarget {
    DomainRoot,
    /// By path from the domain down, in lower case: `servers/dhcp`.
    Ou(String),
}

/// A link's own switches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    pub enabled: bool,
    /// An enforced link reaches OUs that block inheritance, and wins over those that are not.
    pub enforced: bool,
    /// Place among the links of its container: 1 is processed last and wins. Written as 0 it
    /// asks for the end of the list, where a new link goes.
    pub order: u32,
}

/// What a GPO does where it applies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GpoSettings {
    /// Predefined inbound rules to enable, by display name.
    pub firewall_rules: Vec<String>,
    /// Explicit rules it brings along, blocking ones among them (domain 4.8: conflicts).
    pub made_rules: Vec<InboundRule>,
    /// Restricted groups: the membership each local group is set to, whatever it was.
    pub restricted_groups: BTreeMap<String, BTreeSet<Sid>>,
    pub script: Option<GpoScript>,
}

impl From<GpoContents> for GpoSettings {
    fn from(contents: GpoContents) -> GpoSettings {
        GpoSettings {
            firewall_rules: contents.firewall_rules,
            script: contents.script,
            ..GpoSettings::default()
        }
    }
}

impl Gpo {
    /// Whether processing stops at the object itself (domain 4.7).
    pub fn is_denied(&self) -> bool {
        self.version == 0 || self.functionality != FUNCTIONALITY_VERSION
    }

    /// Whether a computer that holds `sids` has the *Apply Group Policy* right.
    pub fn applies_to(&self, sids: &BTreeSet<Sid>) -> bool {
        !self.filter.is_disjoint(sids) && self.deny.is_disjoint(sids)
    }

    /// Whether it has an enabled link to the domain root.
    pub fn is_linked_to_root(&self) -> bool {
        self.links
            .get(&LinkTarget::DomainRoot)
            .is_some_and(|link| link.enabled)
    }
}
