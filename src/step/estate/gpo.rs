//! Group Policy as the domain's administrator changes it: GPOs, links, filters, units.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::firewall::NewBlockRule;
use crate::base::Fqdn;
use crate::estate::gpo::{FUNCTIONALITY_VERSION, GpoSettings, Link, LinkTarget};
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult};

/// A GPO of somebody else's making, linked and applied to every computer it reaches.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NewGpo {
    pub domain: String,
    pub name: String,
    /// The organisational unit it is linked to; the domain root by default.
    pub ou: Option<String>,
    /// Inbound rules that block.
    #[serde(default)]
    pub block_rules: Vec<NewBlockRule>,
    /// Local groups whose members it sets, whatever they were, as Restricted Groups do.
    #[serde(default)]
    pub restricted_groups: BTreeMap<String, Vec<String>>,
}

impl Arguments for NewGpo {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.domain(&self.domain);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let domain = domain_of(&self.domain, stage)?;
        let mut settings = GpoSettings {
            made_rules: self.block_rules.iter().map(NewBlockRule::rule).collect(),
            ..GpoSettings::default()
        };
        for (group, members) in &self.restricted_groups {
            let members: Result<_, _> = members.iter().map(|name| stage.sid(name)).collect();
            settings.restricted_groups.insert(group.clone(), members?);
        }
        let owner = stage.sid(&stage.administrator)?;
        let at = stage.lab.now();
        let mut estate = stage.lab.estate_mut();
        estate.create_gpo(&domain, &self.name, &owner, at)?;
        estate.import_gpo(&domain, &self.name, settings, at)?;
        let target = target_of(self.ou.as_ref());
        estate.link_gpo(&domain, &self.name, target, Link::default(), at)?;
        Ok(())
    }
}

/// A GPO of a domain.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeleteGpo {
    pub domain: String,
    pub name: String,
}

impl Arguments for DeleteGpo {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.domain(&self.domain);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let domain = domain_of(&self.domain, stage)?;
        let at = stage.lab.now();
        stage.lab.estate_mut().delete_gpo(&domain, &self.name, at)?;
        Ok(())
    }
}

/// A link of a GPO.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LinkGpo {
    pub domain: String,
    pub name: String,
    /// The organisational unit; the domain root by default.
    pub ou: Option<String>,
    /// Whether the link reaches units that block inheritance, and wins over those below.
    #[serde(default)]
    pub enforced: bool,
    /// A disabled link does nothing; a link is enabled by default.
    pub enabled: Option<bool>,
    /// Link order: 1 wins over the other links of the same place; at the end by default.
    pub order: Option<std::num::NonZeroU32>,
}

impl Arguments for LinkGpo {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.domain(&self.domain);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let domain = domain_of(&self.domain, stage)?;
        let link = Link {
            enabled: self.enabled.unwrap_or(true),
            enforced: self.enforced,
            order: self.order.map_or(0, std::num::NonZeroU32::get),
        };
        let (target, at) = (target_of(self.ou.as_ref()), stage.lab.now());
        let mut estate = stage.lab.estate_mut();
        estate.link_gpo(&domain, &self.name, target, link, at)?;
        Ok(())
    }
}

/// A link of a GPO that is taken away.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UnlinkGpo {
    pub domain: String,
    pub name: String,
    /// The organisational unit; the domain root by default.
    pub ou: Option<String>,
}

impl Arguments for UnlinkGpo {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.domain(&self.domain);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let domain = domain_of(&self.domain, stage)?;
        let (target, at) = (target_of(self.ou.as_ref()), stage.lab.now());
        let mut estate = stage.lab.estate_mut();
        estate.unlink_gpo(&domain, &self.name, target, at)?;
        Ok(())
    }
}

/// An account in the security filter of a GPO.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GpoFilter {
    pub domain: String,
    pub name: String,
    /// `CORP\dhcp1$`.
    pub account: String,
}

impl GpoFilter {
    fn set(&self, apply: bool, stage: &mut Stage<'_>) -> StepResult {
        let domain = domain_of(&self.domain, stage)?;
        let (trustee, at) = (stage.sid(&self.account)?, stage.lab.now());
        let mut estate = stage.lab.estate_mut();
        let changed = estate.set_gpo_filter(&domain, &self.name, &trustee, apply, at)?;
        drop(estate);
        if !changed {
            let is = if apply {
                "is there already"
            } else {
                "was not there"
            };
            stage.say(format!("{} {is}", self.account));
        }
        Ok(())
    }
}

/// Adds an account to a filter.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AddToGpoFilter(pub GpoFilter);

impl Arguments for AddToGpoFilter {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.domain(&self.0.domain);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        self.0.set(true, stage)
    }
}

/// Removes an account from a filter.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RemoveFromGpoFilter(pub GpoFilter);

impl Arguments for RemoveFromGpoFilter {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.domain(&self.0.domain);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        self.0.set(false, stage)
    }
}

/// The version a GPO has, as a broken replication may leave it; zero counts as denied.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetGpoVersion {
    pub domain: String,
    pub name: String,
    pub version: u32,
}

impl Arguments for SetGpoVersion {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.domain(&self.domain);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let domain = domain_of(&self.domain, stage)?;
        let at = stage.lab.now();
        let mut estate = stage.lab.estate_mut();
        let functionality = FUNCTIONALITY_VERSION;
        estate.set_gpo_versions(&domain, &self.name, self.version, functionality, at)?;
        Ok(())
    }
}

/// Whether an organisational unit lets the policies of the domain root in.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetGpoInheritance {
    pub domain: String,
    pub ou: String,
    pub blocked: bool,
}

impl Arguments for SetGpoInheritance {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.domain(&self.domain);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let domain = domain_of(&self.domain, stage)?;
        let at = stage.lab.now();
        let mut estate = stage.lab.estate_mut();
        estate.set_inheritance_block(&domain, &self.ou, self.blocked, at)?;
        Ok(())
    }
}

/// A computer account and where it goes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MoveToOu {
    pub host: String,
    /// The organisational unit; without one it goes back to the container it was made in.
    pub ou: Option<String>,
}

impl Arguments for MoveToOu {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.host)?;
        let at = stage.lab.now();
        let mut estate = stage.lab.estate_mut();
        estate.move_to_ou(&host, self.ou.as_deref(), at)?;
        Ok(())
    }
}

fn domain_of(name: &str, stage: &Stage<'_>) -> Result<Fqdn, crate::step::stage::StepError> {
    Ok(stage.lab.estate().find_domain(name)?.name.clone())
}

fn target_of(ou: Option<&String>) -> LinkTarget {
    ou.map_or(LinkTarget::DomainRoot, |ou| LinkTarget::Ou(ou.clone()))
}
