//! Members of local groups and of domain groups, and new domain groups.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};
use crate::wire::windows::directory::GroupScope;

/// A member of a local group of a host.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LocalGroupMember {
    pub host: String,
    /// `DHCP Users`, `Event Log Readers`, ...
    pub group: String,
    /// `CORP\IPAMUG`; a computer ends in `$`.
    pub member: String,
}

impl LocalGroupMember {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }
}

/// Adds a member to a local group.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AddLocalGroupMember(pub LocalGroupMember);

impl Arguments for AddLocalGroupMember {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (host, member) = (stage.host(&self.0.host)?, stage.sid(&self.0.member)?);
        let at = stage.lab.now();
        let mut estate = stage.lab.estate_mut();
        estate.add_local_group_member(&host, &self.0.group, &member, at)?;
        Ok(())
    }
}

/// Removes a member from a local group.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RemoveLocalGroupMember(pub LocalGroupMember);

impl Arguments for RemoveLocalGroupMember {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        self.0.mentions(to);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (host, member) = (stage.host(&self.0.host)?, stage.sid(&self.0.member)?);
        let at = stage.lab.now();
        let mut estate = stage.lab.estate_mut();
        estate.remove_local_group_member(&host, &self.0.group, &member, at)?;
        Ok(())
    }
}

/// A member of a domain group.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DomainGroupMember {
    /// `CORP\IPAMUG`.
    pub group: String,
    /// `CORP\ipam1$`.
    pub member: String,
}

/// Adds a member to a domain group.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AddDomainGroupMember(pub DomainGroupMember);

impl Arguments for AddDomainGroupMember {
    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (group, member) = (stage.sid(&self.0.group)?, stage.sid(&self.0.member)?);
        let at = stage.lab.now();
        stage
            .lab
            .estate_mut()
            .add_domain_group_member(&group, &member, at)?;
        Ok(())
    }
}

/// Removes a member from a domain group.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RemoveDomainGroupMember(pub DomainGroupMember);

impl Arguments for RemoveDomainGroupMember {
    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (group, member) = (stage.sid(&self.0.group)?, stage.sid(&self.0.member)?);
        let at = stage.lab.now();
        stage
            .lab
            .estate_mut()
            .remove_domain_group_member(&group, &member, at)?;
        Ok(())
    }
}

/// A new domain group.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NewDomainGroup {
    pub domain: String,
    pub name: String,
    #[serde(default)]
    pub scope: NewGroupScope,
    /// `CORP\ipam1$`.
    #[serde(default)]
    pub members: Vec<String>,
}

impl Arguments for NewDomainGroup {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.domain(&self.domain);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let domain = self
            .domain
            .parse()
            .map_err(|error: crate::base::ParseIdError| StepError::Impossible(error.to_string()))?;
        let scope = match self.scope {
            NewGroupScope::DomainLocal => GroupScope::DomainLocal,
            NewGroupScope::Global => GroupScope::Global,
            NewGroupScope::Universal => GroupScope::Universal,
        };
        let at = stage.lab.now();
        let mut estate = stage.lab.estate_mut();
        let group = estate.create_domain_group(&domain, &self.name, scope, at)?;
        drop(estate);
        for member in &self.members {
            let member = stage.sid(member)?;
            stage
                .lab
                .estate_mut()
                .add_domain_group_member(&group, &member, at)?;
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NewGroupScope {
    DomainLocal,
    Global,
    #[default]
    Universal,
}
