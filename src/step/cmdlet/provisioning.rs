//! `Invoke-IpamServerProvisioning`, `Get-IpamDatabase` and the capabilities (domain 2.2 to 2.7).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::Fqdn;
use crate::ipam::configuration::ProvisioningMethod;
use crate::ipam::provision::{
    Capability, DatabaseAuthType, DatabaseCredential, DatabaseOutcome, DatabaseParameters,
    DatabaseTarget, ProvisioningStep, ServerProvisioning,
};
use crate::ipam::remote::Channel;
use crate::lab::observation::Table;
use crate::step::cmdlet::common::{Cmdlet, Session, cmdlet};
use crate::step::stage::{Stage, StepResult, parameter};

/// How access settings reach managed servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Method {
    /// By Group Policy.
    Automatic,
    /// By hand.
    Manual,
}

/// How IPAM logs on to an external database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum AuthType {
    /// As the IPAM server's computer account.
    Windows,
    /// As a login of the database server.
    #[serde(rename = "SQL")]
    Sql,
}

/// A user name with its password, as `Get-Credential` asks for them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Credential {
    pub user: String,
    pub password: String,
}

cmdlet! {
    #[derive(Default)]
    pub struct InvokeIpamServerProvisioning: changes {
        /// Folder of the embedded database, on a drive of the IPAM server. A folder with the files
        /// of one reuses it.
        pub wid_schema_path: Option<String>,
        /// An external database's server: FQDN, IPv4 or IPv6 address.
        pub database_server: Option<String>,
        pub database_name: Option<String>,
        pub database_port: Option<i64>,
        /// `Windows` when omitted.
        pub database_auth_type: Option<AuthType>,
        /// With `SQL` only.
        pub database_credential: Option<Credential>,
        /// Uses the schema that the external database holds already.
        #[serde(default)]
        pub use_existing_schema: bool,
        /// `Manual` when omitted, as the cmdlet has it.
        pub provisioning_method: Option<Method>,
        /// Only with `Automatic`; 1 to 240 characters.
        pub gpo_prefix: Option<String>,
    }
}

impl InvokeIpamServerProvisioning {
    fn database(&self) -> DatabaseParameters {
        DatabaseParameters {
            wid_schema_path: self.wid_schema_path.clone(),
            database_server: self.database_server.clone(),
            database_name: self.database_name.clone(),
            database_port: self.database_port,
            database_auth_type: self.database_auth_type.map(|kind| match kind {
                AuthType::Windows => DatabaseAuthType::Windows,
                AuthType::Sql => DatabaseAuthType::Sql,
            }),
            database_credential: self.database_credential.as_ref().map(|given| {
                DatabaseCredential {
                    user: given.user.clone(),
                    password: given.password.clone(),
                }
            }),
            use_existing_schema: self.use_existing_schema,
        }
    }
}

impl Cmdlet for InvokeIpamServerProvisioning {
    const CHANNEL: Channel = Channel::RemoteManagement;
    const ASKS: bool = true;

    fn question(&self, server: &Fqdn) -> Vec<String> {
        // Parameters that mean no database are refused later, when the cmdlet is under way.
        let target = self.database().target().unwrap_or_default();
        let what = match (&target, self.use_existing_schema) {
            (DatabaseTarget::Wid { .. }, _) => format!("database: {target}"),
            (_, true) => format!("database: {target}, with the schema it holds"),
            (_, false) => format!("database: {target}, with a new schema"),
        };
        let method = match (self.provisioning_method, &self.gpo_prefix) {
            (Some(Method::Automatic), Some(prefix)) => {
                format!("managed servers: by Group Policy, prefix {prefix}")
            }
            (Some(Method::Automatic), None) => "managed servers: by Group Policy".to_owned(),
            _ => "managed servers: prepared by hand".to_owned(),
        };
        vec![format!("IPAM is provisioned on {server}"), what, method]
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let provisioning = ServerProvisioning {
            provisioning_method: match self.provisioning_method {
                Some(Method::Automatic) => ProvisioningMethod::Automatic,
                Some(Method::Manual) | None => ProvisioningMethod::Manual,
            },
            gpo_prefix: self.gpo_prefix.clone(),
            database: self.database(),
        };
        let ipam = &session.ipam;
        let report = ipam
            .invoke_ipam_server_provisioning(&session.caller, provisioning)
            .await?;
        for step in &report.steps {
            stage.say(told(step));
        }
        Ok(())
    }
}

/// One thing provisioning did, as a sentence.
fn told(step: &ProvisioningStep) -> String {
    match step {
        ProvisioningStep::Port(port) => format!("port {port} configured"),
        ProvisioningStep::Database { target, outcome } => match outcome {
            DatabaseOutcome::Created => format!("schema created: {target}"),
            DatabaseOutcome::DatabaseCreated => format!("database and schema created: {target}"),
            DatabaseOutcome::Reused => format!("schema reused: {target}"),
            DatabaseOutcome::Continued => {
                format!("schema of an earlier attempt taken on: {target}")
            }
        },
        ProvisioningStep::ScheduledTasks(tasks) => {
            format!("{} scheduled tasks created", tasks.len())
        }
        ProvisioningStep::LocalGroup { group, created } => {
            let verb = if *created { "created" } else { "was there" };
            format!("local group {} {verb}", group.name())
        }
        ProvisioningStep::EventLogReader { added: true } => {
            "Network Service added to Event Log Readers".to_owned()
        }
        ProvisioningStep::EventLogReader { added: false } => {
            "Network Service was in Event Log Readers".to_owned()
        }
        ProvisioningStep::Method {
            provisioning_method,
            gpo_prefix,
        } => match gpo_prefix {
            Some(prefix) => format!("method {provisioning_method}, GPO prefix {prefix}"),
            None => format!("method {provisioning_method}"),
        },
        ProvisioningStep::Capability(name) => format!("capability {name} enabled"),
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct GetIpamDatabase: reads {}
}

impl Cmdlet for GetIpamDatabase {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let found = session.ipam.get_ipam_database(&session.caller).await?;
        let mut table = Table::new("database", &["property", "value"]);
        let rights = match &found.rights {
            Ok(rights) => {
                let names: Vec<String> = rights.iter().map(ToString::to_string).collect();
                names.join(", ")
            }
            Err(error) => format!("cannot be told: {}", error.id),
        };
        let rows = [
            ("DatabaseType", Some(found.database_type.to_owned())),
            ("WidSchemaPath", found.wid_schema_path),
            ("DatabaseServer", found.database_server),
            ("DatabaseName", found.database_name),
            (
                "DatabasePort",
                found.database_port.map(|port| port.to_string()),
            ),
            (
                "DatabaseAuthType",
                Some(found.database_auth_type.to_string()),
            ),
            ("DatabaseUser", found.database_user),
            ("rights", Some(rights)),
        ];
        for (name, value) in rows {
            if let Some(value) = value {
                table.row(vec![name.to_owned(), value]);
            }
        }
        stage.table(table);
        Ok(())
    }
}

cmdlet! {
    #[derive(Default)]
    pub struct GetIpamCapability: reads {}
}

impl Cmdlet for GetIpamCapability {
    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        let found = session.ipam.get_ipam_capability(&session.caller).await?;
        stage.table(capabilities(&found));
        Ok(())
    }
}

fn capabilities(all: &[(Capability, bool)]) -> Table {
    let mut table = Table::new("capabilities", &["name", "status"]);
    for (capability, enabled) in all {
        let status = if *enabled { "Enabled" } else { "Disabled" };
        table.row(vec![capability.to_string(), status.to_owned()]);
    }
    table
}

/// Switches one capability and shows it.
async fn switch(name: &str, on: bool, session: &Session, stage: &mut Stage<'_>) -> StepResult {
    let capability: Capability = parameter(name)?;
    let ipam = &session.ipam;
    ipam.set_ipam_capability(&session.caller, capability, on)
        .await?;
    session.returned(stage, capabilities(&[(capability, on)]));
    Ok(())
}

cmdlet! {
    pub struct EnableIpamCapability: changes, PassThru {
        /// `IpAddressTracking`.
        pub name: String,
    }
}

impl Cmdlet for EnableIpamCapability {
    fn target(&self) -> String {
        self.name.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        switch(&self.name, true, session, stage).await
    }
}

cmdlet! {
    pub struct DisableIpamCapability: changes, PassThru {
        /// `IpAddressTracking`.
        pub name: String,
    }
}

impl Cmdlet for DisableIpamCapability {
    fn target(&self) -> String {
        self.name.clone()
    }

    async fn run(&self, session: &Session, stage: &mut Stage<'_>) -> StepResult {
        switch(&self.name, false, session, stage).await
    }
}
