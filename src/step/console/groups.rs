//! Logical groups, the views of the address space, and the dialog *Configure Custom Fields*
//! (domain 5.11, 9.2, 9.3).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::fields::cmdlets::Edit;
use crate::ipam::groups::cmdlets::GroupChange;
use crate::ipam::groups::{CurrentView, Detail, GroupKind};
use crate::ipam::inventory::AddressFamily;
use crate::step::cmdlet::common::Session;
use crate::step::cmdlet::inventory::Family;
use crate::step::field_tables as tables;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult};

/// The objects that a group sorts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GroupOf {
    /// An IP address range group.
    Ranges,
    /// An IP address inventory group.
    Addresses,
    Subnets,
    Servers,
}

impl GroupOf {
    fn kind(self) -> GroupKind {
        match self {
            GroupOf::Ranges => GroupKind::Range,
            GroupOf::Addresses => GroupKind::IpAddress,
            GroupOf::Subnets => GroupKind::Subnet,
            GroupOf::Servers => GroupKind::ManagedServer,
        }
    }
}

/// The family of the lower pane; IPv4 unless another is chosen.
fn family(chosen: Option<Family>) -> AddressFamily {
    chosen.map_or(AddressFamily::IPv4, Family::view)
}

fn detail(members: bool) -> Detail {
    match members {
        true => Detail::Members,
        false => Detail::Counts,
    }
}

/// Add IP Address Range Group, or a group of other objects.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AddLogicalGroup {
    pub of: GroupOf,
    /// 2 to 50 characters.
    pub name: String,
    /// Multivalue fields, one a level of the tree.
    pub criteria: Vec<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for AddLogicalGroup {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let Session { ipam, caller, .. } = &session;
        let added = ipam
            .add_logical_group(caller, self.of.kind(), &self.name, &self.criteria)
            .await?;
        stage.table(tables::groups(&[added]));
        Ok(())
    }
}

/// Edit Group.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EditLogicalGroup {
    pub name: String,
    pub new_name: Option<String>,
    /// In place of those it had; a built-in group keeps its own in front.
    pub criteria: Option<Vec<String>>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for EditLogicalGroup {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let Session { ipam, caller, .. } = &session;
        let change = GroupChange {
            new_name: self.new_name.clone(),
            criteria: self.criteria.clone(),
        };
        let edited = ipam.edit_logical_group(caller, &self.name, &change).await?;
        stage.table(tables::groups(&[edited]));
        Ok(())
    }
}

/// Delete of a group.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RemoveLogicalGroup {
    pub name: String,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for RemoveLogicalGroup {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let Session { ipam, caller, .. } = &session;
        let removed = ipam.remove_logical_group(caller, &self.name).await?;
        stage.say(format!("group {} deleted", removed.name));
        Ok(())
    }
}

/// A group's tree, or all groups by their criteria.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShowLogicalGroup {
    /// The group whose tree is shown; by default all groups are listed.
    pub name: Option<String>,
    /// IPv4 by default.
    pub family: Option<Family>,
    /// Shows what is in each level too.
    #[serde(default)]
    pub members: bool,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ShowLogicalGroup {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let Session { ipam, caller, .. } = &session;
        let Some(name) = &self.name else {
            let all = ipam.get_logical_group(caller).await?;
            stage.table(tables::groups(&all));
            return Ok(());
        };
        let (family, detail) = (family(self.family), detail(self.members));
        let (group, tree) = ipam
            .get_logical_group_members(caller, name, family, detail)
            .await?;
        let title = format!(
            "{}: {} by {}",
            group.name,
            group.kind,
            group.criteria.join(", ")
        );
        stage.table(tables::tree(&title, &group.kind.to_string(), &tree));
        Ok(())
    }
}

/// What the node IP Address Blocks shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    #[default]
    IpAddressBlocks,
    IpSubnets,
    IpAddressRanges,
    IpAddresses,
}

/// The node IP Address Blocks.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShowAddressSpace {
    /// `ip-address-blocks` by default.
    #[serde(default)]
    pub current_view: View,
    /// IPv4 by default.
    pub family: Option<Family>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ShowAddressSpace {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let Session { ipam, caller, .. } = &session;
        let (view, words) = match self.current_view {
            View::IpAddressBlocks => (CurrentView::IpAddressBlocks, "blocks"),
            View::IpSubnets => (CurrentView::IpSubnets, "subnets"),
            View::IpAddressRanges => (CurrentView::IpAddressRanges, "ranges"),
            View::IpAddresses => (CurrentView::IpAddresses, "addresses"),
        };
        let family = family(self.family);
        let tree = ipam
            .get_address_space_view(caller, view, family, Detail::Members)
            .await?;
        stage.table(tables::tree("address space", words, &tree));
        Ok(())
    }
}

/// Configure Custom Fields: another name for a field, or another spelling of one of its values.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConfigureCustomField {
    pub name: String,
    /// The name it gets.
    pub new_name: Option<String>,
    /// The value that is edited.
    pub value: Option<String>,
    /// The spelling it gets.
    pub new_value: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ConfigureCustomField {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
        let remedy = "give `new-name`, or `value` with `new-value`, or all three";
        if self.value.is_some() != self.new_value.is_some() {
            to.problem(
                "value",
                "a value needs its new spelling, and the other way round",
                remedy,
            );
        } else if self.new_name.is_none() && self.value.is_none() {
            to.problem("name", "nothing of the field is to be changed", remedy);
        }
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let Session { ipam, caller, .. } = &session;
        if let Some((value, new_value)) = self.value.as_ref().zip(self.new_value.as_ref()) {
            let renamed = ipam
                .rename_ipam_custom_value(caller, &self.name, value, new_value, Edit::Dialog)
                .await?;
            stage.table(tables::value(&renamed));
        }
        if let Some(new_name) = &self.new_name {
            let renamed = ipam
                .rename_ipam_custom_field(caller, &self.name, new_name, Edit::Dialog)
                .await?;
            stage.table(tables::fields(&[renamed]));
        }
        Ok(())
    }
}
