//! `Add-`, `Set-`, `Get-` and `Remove-IpamServerInventory` (domain 3.3).

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::inventory::{
    AddressFamily, ManageabilityStatus, NewServer, ServerChange, ServerFilter, ServerReport,
    ServerRole,
};
use crate::lab::observation::Table;
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::cmdlet::fields;
use crate::step::stage::{Stage, StepResult, optional};
use crate::step::value::OneOrMany;
use crate::step::{server_table, tables};

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

cmdlet! {
    pub struct AddIpamServerInventory: changes, PassThru {
        /// The server's fully qualified name.
        pub name: String,
        pub server_type: Vec<ServerType>,
        pub manageability_status: Option<Manageability>,
        /// The forest it must be found in; any that is trusted both ways by default.
        pub forest_name: Option<String>,
        pub owner: Option<String>,
        pub description: Option<String>,
        /// Custom fields: `Site=London;Rack=3`.
        pub custom_configuration: Option<String>,
    }
}

impl Cmdlet for AddIpamServerInventory {
    fn target(&self) -> String {
        self.name.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let roles: Vec<ServerRole> = self.server_type.iter().map(|kind| kind.role()).collect();
        let mut server = NewServer::new(stage.server(&self.name)?, &roles);
        if let Some(status) = self.manageability_status {
            server.manageability_status = status.status();
        }
        server.owner = self.owner.clone().unwrap_or_default();
        server.description = self.description.clone().unwrap_or_default();
        server.forest_name = optional(self.forest_name.as_ref())?;
        server.custom_configuration = fields::values(self.custom_configuration.as_ref())?;
        let report = session
            .ipam
            .add_ipam_server_inventory(&session.caller, server)
            .await?;
        told(session, stage, &report);
        Ok(())
    }
}

cmdlet! {
    pub struct SetIpamServerInventory: changes, PassThru {
        /// A server, or several: by their names, or by a pattern such as `dhcp*`.
        pub name: OneOrMany<String>,
        /// The name of the same computer that replaces the one in the entry.
        pub new_name: Option<String>,
        pub server_type: Option<Vec<ServerType>>,
        pub manageability_status: Option<Manageability>,
        pub owner: Option<String>,
        pub description: Option<String>,
        /// Custom fields to set: `Site=London;Rack=3`.
        pub add_custom_configuration: Option<String>,
        /// Names of custom fields to remove: `Site;Rack`.
        pub remove_custom_configuration: Option<String>,
    }
}

impl Cmdlet for SetIpamServerInventory {
    fn target(&self) -> String {
        self.name.0.join(", ")
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let roles = self.server_type.as_ref();
        let change = ServerChange {
            new_name: optional(self.new_name.as_ref())?,
            custom_configuration: fields::change(
                self.add_custom_configuration.as_ref(),
                self.remove_custom_configuration.as_ref(),
            )?,
            manageability_status: self.manageability_status.map(Manageability::status),
            server_type: roles.map(|roles| roles.iter().map(|kind| kind.role()).collect()),
            owner: self.owner.clone(),
            description: self.description.clone(),
        };
        let mut names = Vec::new();
        for name in &self.name.0 {
            names.extend(stage.servers_like(name).await?);
        }
        let several = names.len() > 1;
        let work = names.into_iter().map(|name| {
            let change = change.clone();
            async move {
                let (ipam, caller) = (&session.ipam, &session.caller);
                ipam.set_ipam_server_inventory(caller, &name, change).await
            }
        });
        let ended = futures_util::stream::iter(work).buffered(session.throttle);
        let mut reports = Vec::new();
        for result in ended.collect::<Vec<_>>().await {
            match result {
                Ok(report) => reports.push(report),
                Err(refused) => stage.error(refused),
            }
        }
        match reports.as_slice() {
            [] => {}
            [one] if !several => told(session, stage, one),
            several => told_together(session, stage, several),
        }
        Ok(())
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct GetIpamServerInventory: reads {
        /// Only this server; all by default.
        pub name: Option<String>,
        /// Only servers with any of these roles.
        #[serde(default)]
        pub server_type: Vec<ServerType>,
        /// Only servers with a reachable address of this family.
        pub address_family: Option<Family>,
    }
}

impl Cmdlet for GetIpamServerInventory {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let name = self.name.as_ref();
        let filter = ServerFilter {
            name: name.map(|name| stage.server(name)).transpose()?,
            server_type: self.server_type.iter().map(|kind| kind.role()).collect(),
            address_family: self.address_family.map(Family::view),
        };
        let found = session
            .ipam
            .get_ipam_server_inventory(&session.caller, filter)
            .await?;
        match found.is_empty() {
            true => stage.say("no server"),
            // One server that is asked for by name is shown with everything there is of it.
            false if self.name.is_some() => stage.table(server_table::server(&found[0])),
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
    /// As a family of addresses.
    pub(crate) fn family(self) -> crate::addr::Family {
        match self {
            Family::IPv4 => crate::addr::Family::V4,
            Family::IPv6 => crate::addr::Family::V6,
        }
    }

    pub(crate) fn view(self) -> AddressFamily {
        match self {
            Family::IPv4 => AddressFamily::IPv4,
            Family::IPv6 => AddressFamily::IPv6,
        }
    }
}

cmdlet! {
    pub struct RemoveIpamServerInventory: changes, PassThru {
        /// One server or several.
        pub name: OneOrMany<String>,
    }
}

impl Cmdlet for RemoveIpamServerInventory {
    fn target(&self) -> String {
        self.name.0.join(", ")
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let names = self.name.0.iter().map(|name| stage.server(name));
        let names = names.collect::<Result<Vec<_>, _>>()?;
        let removed = session
            .ipam
            .remove_ipam_server_inventory(&session.caller, &names)
            .await?;
        let mut table = Table::new("", &["ServerName"]);
        for server in &removed {
            let rows = server.purged_rows;
            stage.say(format!(
                "{} removed with {rows} collected rows",
                server.name
            ));
            table.row(vec![server.name.to_string()]);
        }
        session.handed_on(stage, &table);
        Ok(())
    }
}

/// The records of several servers in one table, and the edits of a GPO in one line.
fn told_together(session: &Session, stage: &mut Stage<'_>, reports: &[ServerReport]) {
    let servers: Vec<_> = reports.iter().map(|report| report.server.clone()).collect();
    session.returned(stage, tables::inventory(&servers));
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

/// The record, the filters that were edited for it, and what went wrong with them.
fn told(session: &Session, stage: &mut Stage<'_>, report: &ServerReport) {
    session.returned(
        stage,
        tables::inventory(std::slice::from_ref(&report.server)),
    );
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
