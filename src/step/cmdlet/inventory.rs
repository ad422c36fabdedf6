//! `Add-`, `Set-`, `Get-` and `Remove-IpamServerInventory` (domain 3.3).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::inventory::{
    AddressFamily, ManageabilityStatus, NewServer, ServerChange, ServerFilter, ServerReport,
    ServerRole,
};
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult};
use crate::step::tables;

/// A role as the inventory names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ServerType {
    Dc,
    Dns,
    Dhcp,
    Nps,
}

impl ServerType {
    fn role(self) -> ServerRole {
        match self {
            ServerType::Dc => ServerRole::Dc,
            ServerType::Dns => ServerRole::Dns,
            ServerType::Dhcp => ServerRole::Dhcp,
            ServerType::Nps => ServerRole::Nps,
        }
    }
}

/// Manageability status (domain 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Manageability {
    Unspecified,
    Managed,
    Unmanaged,
}

impl Manageability {
    fn status(self) -> ManageabilityStatus {
        match self {
            Manageability::Unspecified => ManageabilityStatus::Unspecified,
            Manageability::Managed => ManageabilityStatus::Managed,
            Manageability::Unmanaged => ManageabilityStatus::Unmanaged,
        }
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct AddIpamServerInventory {
    /// The server's fully qualified name.
    pub name: String,
    pub server_type: Vec<ServerType>,
    pub manageability_status: Option<Manageability>,
    pub owner: Option<String>,
    pub description: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for AddIpamServerInventory {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let caller = stage.caller(self.as_user.as_ref())?;
        let roles: Vec<ServerRole> = self.server_type.iter().map(|kind| kind.role()).collect();
        let mut server = NewServer::new(stage.server(&self.name)?, &roles);
        if let Some(status) = self.manageability_status {
            server.manageability_status = status.status();
        }
        server.owner = self.owner.clone().unwrap_or_default();
        server.description = self.description.clone().unwrap_or_default();
        let report = stage
            .lab
            .ipam()
            .add_ipam_server_inventory(&caller, server)
            .await?;
        told(stage, &report);
        Ok(())
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct SetIpamServerInventory {
    /// A server, or several by a pattern: `dhcp*`.
    pub name: String,
    pub server_type: Option<Vec<ServerType>>,
    pub manageability_status: Option<Manageability>,
    pub owner: Option<String>,
    pub description: Option<String>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for SetIpamServerInventory {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let caller = stage.caller(self.as_user.as_ref())?;
        let roles = self.server_type.as_ref();
        let change = ServerChange {
            manageability_status: self.manageability_status.map(Manageability::status),
            server_type: roles.map(|roles| roles.iter().map(|kind| kind.role()).collect()),
            owner: self.owner.clone(),
            description: self.description.clone(),
            ..ServerChange::default()
        };
        let ipam = stage.lab.ipam();
        let mut reports = Vec::new();
        for name in stage.servers_like(&self.name).await? {
            let change = change.clone();
            reports.push(
                ipam.set_ipam_server_inventory(&caller, &name, change)
                    .await?,
            );
        }
        match reports.as_slice() {
            [one] => told(stage, one),
            several => told_together(stage, several),
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct GetIpamServerInventory {
    /// Only this server; all by default.
    pub name: Option<String>,
    /// Only servers with any of these roles.
    #[serde(default)]
    pub server_type: Vec<ServerType>,
    /// Only servers with a reachable address of this family.
    pub address_family: Option<Family>,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for GetIpamServerInventory {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let caller = stage.caller(self.as_user.as_ref())?;
        let name = self.name.as_ref();
        let filter = ServerFilter {
            name: name.map(|name| stage.server(name)).transpose()?,
            server_type: self.server_type.iter().map(|kind| kind.role()).collect(),
            address_family: self.address_family.map(Family::view),
        };
        let found = stage
            .lab
            .ipam()
            .get_ipam_server_inventory(&caller, filter)
            .await?;
        match found.is_empty() {
            true => stage.say("no server"),
            false => stage.table(tables::inventory(&found)),
        }
        Ok(())
    }
}

/// A view of the inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Family {
    IPv4,
    IPv6,
}

impl Family {
    fn view(self) -> AddressFamily {
        match self {
            Family::IPv4 => AddressFamily::IPv4,
            Family::IPv6 => AddressFamily::IPv6,
        }
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub struct RemoveIpamServerInventory {
    pub name: String,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for RemoveIpamServerInventory {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let caller = stage.caller(self.as_user.as_ref())?;
        let name = stage.server(&self.name)?;
        let removed = stage
            .lab
            .ipam()
            .remove_ipam_server_inventory(&caller, &[name])
            .await?;
        for server in &removed {
            let rows = server.purged_rows;
            stage.say(format!(
                "{} removed with {rows} collected rows",
                server.name
            ));
        }
        Ok(())
    }
}

/// The record, the filters that were edited for it, and what went wrong with them.
/// The same of several servers: one table, and the edits of a GPO in one line.
fn told_together(stage: &mut Stage<'_>, reports: &[ServerReport]) {
    let servers: Vec<_> = reports.iter().map(|report| report.server.clone()).collect();
    stage.table(tables::inventory(&servers));
    let mut done: BTreeMap<String, usize> = BTreeMap::new();
    for edit in reports.iter().flat_map(|report| &report.gpo_edits) {
        let (operation, gpo, domain) = (&edit.operation, &edit.gpo, &edit.domain);
        let line = format!("filter of {gpo} in {domain}: {operation}");
        match &edit.result {
            Ok(()) => *done.entry(line).or_default() += 1,
            Err(error) => stage.say(format!("{line}: {error}")),
        }
    }
    for (line, count) in done {
        stage.say(format!("{line} of {count} servers"));
    }
    for error in reports.iter().flat_map(|report| &report.errors) {
        stage.error(error.clone());
    }
}

fn told(stage: &mut Stage<'_>, report: &ServerReport) {
    stage.table(tables::inventory(std::slice::from_ref(&report.server)));
    for edit in &report.gpo_edits {
        let result = match &edit.result {
            Ok(()) => String::new(),
            Err(error) => format!(": {error}"),
        };
        let (operation, gpo, domain) = (&edit.operation, &edit.gpo, &edit.domain);
        stage.say(format!("filter of {gpo} in {domain}: {operation}{result}"));
    }
    for error in &report.errors {
        stage.error(error.clone());
    }
}
