//! Domains, forests and trusts.

use std::collections::BTreeMap;

use crate::base::{Fqdn, Sid};

use super::dns_acl::DnsAcl;
use super::gpo::Gpo;
use super::host::LocalGroups;
use super::sid::SidAuthority;

/// A domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    pub name: Fqdn,
    pub netbios: String,
    /// The root domain of its forest.
    pub forest: Fqdn,
    pub(super) authority: SidAuthority,
    /// Organisational units, by path in lower case.
    pub(super) ous: BTreeMap<String, Ou>,
    /// The Builtin groups its controllers share, and the local groups of roles installed there.
    pub(super) builtin: LocalGroups,
    /// By name in lower case.
    pub(super) gpos: BTreeMap<String, Gpo>,
    /// The access list of `CN=MicrosoftDNS,CN=System`; `None` if the object does not exist.
    pub(super) dns_acl: Option<DnsAcl>,
}

/// An organisational unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ou {
    /// Its path from the domain down, as written: `Servers/DHCP`.
    pub name: String,
    pub blocks_inheritance: bool,
}

impl Domain {
    pub fn sid(&self) -> Sid {
        self.authority.own()
    }

    pub fn is_forest_root(&self) -> bool {
        self.name == self.forest
    }

    pub fn gpo(&self, name: &str) -> Option<&Gpo> {
        self.gpos.get(&name.to_lowercase())
    }

    pub fn gpos(&self) -> impl Iterator<Item = &Gpo> {
        self.gpos.values()
    }

    pub fn ou(&self, name: &str) -> Option<&Ou> {
        self.ous.get(&name.to_lowercase())
    }

    /// The access list of the domain's DNS object, if the object exists.
    pub fn dns_acl(&self) -> Option<&DnsAcl> {
        self.dns_acl.as_ref()
    }

    /// `DC=corp,DC=example`.
    pub fn distinguished_name(&self) -> String {
        let labels: Vec<String> = self
            .name
            .as_str()
            .split('.')
            .map(|label| format!("DC={label}"))
            .collect();
        labels.join(",")
    }
}
