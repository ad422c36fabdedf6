//! Who may write to a domain's directory, and who may edit one of its GPOs (domain 4.7).

use std::collections::BTreeSet;

use crate::base::{Fqdn, Sid};

use super::estate::Estate;
use super::gpo::Gpo;
use super::sid::{self, rid, well_known};

impl Estate {
    /// Whether a holder of `token` may write to the directory of `domain`: Domain Admins there,
    /// Enterprise Admins of its forest, or Builtin Administrators.
    pub fn may_administer_domain(&self, token: &BTreeSet<Sid>, domain: &Fqdn) -> bool {
        let admins = self.domain_rid(domain, rid::DOMAIN_ADMINS);
        let enterprise = self.enterprise_admins(domain);
        [admins, enterprise, Some(well_known(sid::ADMINISTRATORS))]
            .into_iter()
            .flatten()
            .any(|sid| token.contains(&sid))
    }

    /// Whether a holder of `token` may edit a GPO: an administrator of the domain, the owner, or
    /// a delegate (domain 4.7).
    pub fn may_edit_gpo(&self, token: &BTreeSet<Sid>, domain: &Fqdn, gpo: &Gpo) -> bool {
        token.contains(&gpo.owner)
            || !gpo.delegates.is_disjoint(token)
            || self.may_administer_domain(token, domain)
    }
}
