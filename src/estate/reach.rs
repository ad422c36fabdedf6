//! Which GPOs reach a host, and in which order they are processed (domain 4.7).
//!
//! Containers are processed from the domain root down to the organisational unit of the account,
//! and within each the links from the last to the first, so that what is nearest to the computer
//! wins. Enforced links come after all others, from the unit up to the root, so that the highest
//! wins.

use super::domain::Domain;
use super::estate::Estate;
use super::gpo::{Gpo, Link, LinkTarget};
use super::host::Host;
use super::policy::FilteredOut;

/// One GPO that reaches a host, or the reason why it does not apply.
#[derive(Debug, Clone)]
pub struct Reach<'a> {
    pub gpo: &'a Gpo,
    pub verdict: Result<(), FilteredOut>,
}

impl Estate {
    /// The GPOs that are linked where the host's account lies, in order of processing, with the
    /// verdict on each link.
    pub fn policies_reaching<'a>(&'a self, host: &'a Host) -> Vec<Reach<'a>> {
        let Some(membership) = &host.membership else {
            return Vec::new();
        };
        let Some(domain) = self.domains.get(&membership.domain) else {
            return Vec::new();
        };
        let containers = containers(domain, membership.ou.as_deref());
        // What is above the lowest unit that blocks inheritance does not come through.
        let shielded = containers.iter().rposition(|at| at.blocks).unwrap_or(0);
        let mut normal = Vec::new();
        let mut enforced: Vec<Vec<Reach<'a>>> = Vec::new();
        for (depth, container) in containers.iter().enumerate() {
            let mut forced_here = Vec::new();
            for (gpo, link) in linked_to(domain, &container.target) {
                let passes = link.enforced || depth >= shielded;
                let verdict = verdict(host, gpo, link, passes);
                let place = match link.enforced {
                    true => &mut forced_here,
                    false => &mut normal,
                };
                place.push(Reach { gpo, verdict });
            }
            enforced.push(forced_here);
        }
        normal.extend(enforced.into_iter().rev().flatten());
        normal
    }
}

impl Estate {
    /// The distinguished name of a host's computer account:
    /// `CN=NPS1,OU=servers,DC=corp,DC=example`.
    pub fn account_path(&self, host: &Host) -> Option<String> {
        let membership = host.membership.as_ref()?;
        let domain = self.domains.get(&membership.domain)?;
        let units = membership.ou.as_deref().and_then(|ou| domain.ou(ou));
        let place = match units {
            _ if host.is_controller() && units.is_none() => "OU=Domain Controllers".to_owned(),
            None => "CN=Computers".to_owned(),
            Some(ou) => {
                let units = ou.name.rsplit('/').map(|unit| format!("OU={unit}"));
                units.collect::<Vec<_>>().join(",")
            }
        };
        let name = host.name.as_str().to_uppercase();
        Some(format!("CN={name},{place},{}", domain.distinguished_name()))
    }
}

/// A place GPOs are linked to, on the way from the root to an account.
struct Container {
    target: LinkTarget,
    blocks: bool,
}

fn containers(domain: &Domain, ou: Option<&str>) -> Vec<Container> {
    let mut found = vec![Container {
        target: LinkTarget::DomainRoot,
        blocks: false,
    }];
    let Some(ou) = ou.and_then(|ou| domain.ou(ou)) else {
        return found;
    };
    let path = ou.name.to_lowercase();
    let ends = path.match_indices('/').map(|(at, _)| at);
    for end in ends.chain([path.len()]) {
        if let Some(unit) = domain.ou(&path[..end]) {
            found.push(Container {
                target: LinkTarget::Ou(path[..end].to_owned()),
                blocks: unit.blocks_inheritance,
            });
        }
    }
    found
}

/// The links of one container, the last in link order first.
fn linked_to<'a>(domain: &'a Domain, target: &LinkTarget) -> Vec<(&'a Gpo, &'a Link)> {
    let gpos = domain.gpos.values();
    let mut linked: Vec<_> = gpos
        .filter_map(|gpo| Some((gpo, gpo.links.get(target)?)))
        .collect();
    linked.sort_by_key(|(_, link)| std::cmp::Reverse(link.order));
    linked
}

fn verdict(host: &Host, gpo: &Gpo, link: &Link, passes: bool) -> Result<(), FilteredOut> {
    if !link.enabled {
        Err(FilteredOut::DisabledLink)
    } else if !passes {
        Err(FilteredOut::BlockedInheritance)
    } else if gpo.is_denied() {
        Err(FilteredOut::NotApplied)
    } else if !gpo.applies_to(&host.policy.groups) {
        Err(FilteredOut::Security)
    } else {
        Ok(())
    }
}
