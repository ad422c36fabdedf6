//! `Invoke-IpamServerProvisioning`.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::ipam::caller::Caller;
use crate::ipam::configuration::{GpoPrefix, ManagementPort, ProvisioningMethod, integrity};
use crate::ipam::engine::{Ipam, ProvisioningState};
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::rbac::{Right, create_default_roles};
use crate::ipam::store::configuration::{self, ConfigurationRow, TaskRow};
use crate::ipam::store::{Tx, property};
use crate::ipam::tasks::{ScheduledTask, initial_tasks};
use crate::wire::windows::{Interface, Request, Response, Win32Error, samr, tsch};

use super::capability::Capability;
use super::database::{DatabaseOutcome, Wish};
use super::groups::{IPAM_GROUPS, IpamGroup};
use super::parameters::{DatabaseParameters, DatabaseTarget};

/// TCP port between console and server unless it is changed (domain 2.1).
pub const DEFAULT_PORT: u16 = 48885;

/// The folder of the tasks in the scheduler (domain 2.6).
const TASK_FOLDER: &str = r"\Microsoft\Windows\IPAM";
/// The account they run as.
const TASK_ACCOUNT: &str = r"NT AUTHORITY\NETWORK SERVICE";
/// The group that reads event logs of this host, and who collects IPAM's own ones.
const EVENT_LOG_READERS: &str = "Event Log Readers";
const NETWORK_SERVICE: &str = "S-1-5-20";

/// The property with the database of an attempt that has not ended well.
const ATTEMPT: &str = "ProvisioningAttempt";
/// The property with the database of the server.
const DATABASE: &str = "DatabaseConfiguration";
/// Properties that are the engine's own affair.
pub(super) const INTERNAL: &[&str] = &[ATTEMPT, DATABASE];

/// Parameters of the cmdlet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerProvisioning {
    /// Manual unless said otherwise (domain 12.2).
    pub provisioning_method: ProvisioningMethod,
    /// Required by Automatic, refused by Manual.
    pub gpo_prefix: Option<String>,
    pub database: DatabaseParameters,
}

/// One thing that provisioning does, in this order (domain 2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProvisioningStep {
    /// The management port is configured, and the application pool that listens there.
    Port(u16),
    /// The database holds the schema.
    Database {
        target: DatabaseTarget,
        outcome: DatabaseOutcome,
    },
    ScheduledTasks(Vec<ScheduledTask>),
    /// A local group of the IPAM server; `created` is false for one that was there before.
    LocalGroup {
        group: IpamGroup,
        created: bool,
    },
    /// The service may read the event logs of its host; false if it might already.
    EventLogReader {
        added: bool,
    },
    /// No GPO is created here (domain 1.4).
    Method {
        provisioning_method: ProvisioningMethod,
        gpo_prefix: Option<GpoPrefix>,
    },
    /// An optional capability is enabled.
    Capability(Capability),
}

/// What provisioning did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerProvisioningReport {
    pub steps: Vec<ProvisioningStep>,
}

/// Marks provisioning as under way, and as not done when it ends any other way than well.
struct InProgress<'a>(&'a Cell<ProvisioningState>);

impl<'a> InProgress<'a> {
    fn begin(state: &'a Cell<ProvisioningState>) -> IpamResult<InProgress<'a>> {
        let refused = |id, message: &str| Err(IpamError::new(id, message));
        match state.get() {
            ProvisioningState::Provisioned => refused(
                ErrorId::IpamApiErrorIpamAlreadyProvisioned,
                "the IPAM server is provisioned; use Set-IpamConfiguration to change it",
            ),
            ProvisioningState::InProgress => refused(
                ErrorId::IpamApiProvisioningAlreadyInProgress,
                "provisioning is under way; wait until it ends",
            ),
            ProvisioningState::NotProvisioned => {
                state.set(ProvisioningState::InProgress);
                Ok(InProgress(state))
            }
        }
    }
}

impl Drop for InProgress<'_> {
    fn drop(&mut self) {
        if self.0.get() == ProvisioningState::InProgress {
            self.0.set(ProvisioningState::NotProvisioned);
        }
    }
}

impl Ipam {
    /// `Invoke-IpamServerProvisioning`: makes this host an IPAM server.
    ///
    /// # Errors
    /// Refused to anyone but a local administrator, and when the server is provisioned already.
    /// A failure half-way leaves the server unprovisioned; groups it created stay, and the next
    /// call takes them as they are.
    pub async fn invoke_ipam_server_provisioning(
        &self,
        caller: &Caller,
        provisioning: ServerProvisioning,
    ) -> IpamResult<ServerProvisioningReport> {
        let _running = InProgress::begin(&self.provisioning)?;
        self.require(caller, Right::Configure).await?;
        let method = provisioning.provisioning_method;
        let prefix = GpoPrefix::for_method(method, provisioning.gpo_prefix.as_deref())?;
        let target = provisioning.database.target()?;
        let port = ManagementPort::new(DEFAULT_PORT.into())?;
        let opened = self.open_management_port(caller, port).await;
        opened.map_err(port_refusal)?;
        let now = self.wall();
        let tasks = initial_tasks(now);
        let wish = self.begin_attempt(&target, &provisioning.database)?;
        let outcome = self.prepare_database(caller, &target, wish).await?;
        self.register_tasks(caller, &tasks).await?;
        let mut steps = vec![
            ProvisioningStep::Port(DEFAULT_PORT),
            ProvisioningStep::Database {
                target: target.clone(),
                outcome,
            },
            ProvisioningStep::ScheduledTasks(tasks.iter().map(ScheduledTask::from).collect()),
        ];
        for group in IPAM_GROUPS {
            let created = self.create_local_group(caller, *group).await?;
            steps.push(ProvisioningStep::LocalGroup {
                group: *group,
                created,
            });
        }
        let added = self.add_event_log_reader(caller).await?;
        steps.push(ProvisioningStep::EventLogReader { added });
        let row = ConfigurationRow {
            port: DEFAULT_PORT.into(),
            pending_port: None,
            provisioning_method: method,
            gpo_prefix: prefix.as_ref().map(|prefix| prefix.as_str().to_owned()),
            minimum_utilization_threshold: 20,
            maximum_utilization_threshold: 80,
            expiry_alert_threshold_days: 10,
            configured_at: now,
        };
        self.put_properties(caller, &target, written(&row)).await?;
        let key = self.new_secret_key();
        self.store.transaction(|tx| {
            configuration::put_configuration(tx, &row)?;
            // Roles are written with their hashes, so the key comes first.
            integrity::set_key(tx, key, now)?;
            self.record(tx, caller, &tasks, &target)
        })?;
        self.database.replace(target);
        self.provisioning.set(ProvisioningState::Provisioned);
        steps.push(ProvisioningStep::Method {
            provisioning_method: method,
            gpo_prefix: prefix,
        });
        let all = Capability::ALL.iter().copied();
        steps.extend(all.map(ProvisioningStep::Capability));
        Ok(ServerProvisioningReport { steps })
    }

    /// Notes which database is about to be made ready, so that a later attempt knows its own
    /// work again.
    fn begin_attempt(
        &self,
        target: &DatabaseTarget,
        given: &DatabaseParameters,
    ) -> IpamResult<Wish> {
        let place = target.place();
        let begun = self.store.transaction(|tx| {
            let before = property::get(tx, ATTEMPT)?;
            property::put(tx, ATTEMPT, &place)?;
            Ok(before.as_deref() == Some(place.as_str()))
        })?;
        Ok(Wish {
            reuse: given.use_existing_schema || given.wid_schema_path.is_some(),
            begun,
        })
    }

    /// Everything that the store keeps of a provisioning, in one transaction.
    fn record(
        &self,
        tx: &Tx<'_>,
        caller: &Caller,
        tasks: &[TaskRow],
        target: &DatabaseTarget,
    ) -> IpamResult<()> {
        create_default_roles(tx)?;
        for task in tasks {
            configuration::put_task(tx, task)?;
        }
        for capability in Capability::ALL {
            capability.put(tx, true)?;
        }
        property::put(tx, "IpamExpiryLoggingPeriodicity", "Once")?;
        property::put(tx, DATABASE, &target.stored_form())?;
        property::remove(tx, ATTEMPT)?;
        let what = format!("IPAM server provisioned with {target}");
        self.changed(tx, caller, Category::Provisioning, what)
    }

    /// Step three: the tasks are in the scheduler of this host, which runs them as the service.
    async fn register_tasks(&self, caller: &Caller, tasks: &[TaskRow]) -> IpamResult<()> {
        let request = Request::TaskScheduler(tsch::Request::Register {
            folder: TASK_FOLDER.to_owned(),
            tasks: tasks.iter().map(|task| task.kind.to_string()).collect(),
            account: TASK_ACCOUNT.to_owned(),
        });
        let own = self.own_address();
        let interface = Interface::TaskScheduler;
        let answer = self.remote.call(caller, own, interface, request).await;
        answer.map(drop).map_err(|error| {
            IpamError::new(
                ErrorId::IpamApiErrorUpdatingIpamTaskPermissionsFailed,
                format!(
                    "the tasks below {TASK_FOLDER} cannot be registered: {error}; check the \
                     service Schedule and that you run as a local administrator"
                ),
            )
        })
    }

    /// Lets the service read the event logs of this host; false if it may already.
    async fn add_event_log_reader(&self, caller: &Caller) -> IpamResult<bool> {
        let request = Request::LocalGroups(samr::Request::AddMember {
            group: EVENT_LOG_READERS.to_owned(),
            member: NETWORK_SERVICE
                .parse()
                .expect("a well-known identifier is well formed"),
        });
        let own = self.own_address();
        let interface = Interface::LocalGroups;
        match self.remote.call(caller, own, interface, request).await {
            Ok(_) => Ok(true),
            Err(error) if error.error == Win32Error::ERROR_MEMBER_IN_ALIAS => Ok(false),
            Err(error) => Err(IpamError::new(
                ErrorId::IpamApiErrorUpdatingEventLogReaderGroupFailed,
                format!(
                    "Network Service cannot be added to the local group `{EVENT_LOG_READERS}`: \
                     {error}; run as a local administrator"
                ),
            )),
        }
    }

    /// Creates one local group on this host; `false` when it was there before.
    async fn create_local_group(&self, caller: &Caller, group: IpamGroup) -> IpamResult<bool> {
        let request = Request::LocalGroups(samr::Request::Create {
            group: group.name().to_owned(),
            description: group.description().to_owned(),
        });
        let own = self.own_address();
        let call = self
            .remote
            .call(caller, own, Interface::LocalGroups, request);
        match call.await {
            Ok(Response::LocalGroups(samr::Response::Done)) => Ok(true),
            Err(error) if error.error == Win32Error::ERROR_ALREADY_EXISTS => Ok(false),
            Ok(_) => Err(group_refusal(group, "the host answered something else")),
            Err(error) => Err(group_refusal(group, &error.to_string())),
        }
    }
}

fn port_refusal(why: String) -> IpamError {
    let message = format!("{why}; mend the cause and provision again");
    IpamError::new(ErrorId::IpamApiPortReconfigurationFailed, message)
}

/// The properties as they lie beside the schema (domain 2.3).
fn written(row: &ConfigurationRow) -> BTreeMap<String, String> {
    let properties = [
        ("DeploymentType", row.provisioning_method.to_string()),
        ("GpoPrefix", row.gpo_prefix.clone().unwrap_or_default()),
        ("IpamConfiguredDate", row.configured_at.to_string()),
    ];
    let named = properties.map(|(name, value)| (name.to_owned(), value));
    named.into()
}

impl DatabaseTarget {
    /// Where it is, without who logs on: the same database with another credential is the same.
    fn place(&self) -> String {
        match self {
            DatabaseTarget::Wid { path } => format!("WID {}", path.to_lowercase()),
            DatabaseTarget::Sql {
                server, name, port, ..
            } => format!("MSSQL {server} {port} {}", name.to_lowercase()),
        }
    }

    fn stored_form(&self) -> String {
        serde_json::to_string(self).expect("a target holds nothing JSON cannot write")
    }

    /// The database of the server as the store has it; the embedded one before provisioning.
    pub(crate) fn stored(tx: &Tx<'_>) -> IpamResult<DatabaseTarget> {
        let Some(text) = property::get(tx, DATABASE)? else {
            return Ok(DatabaseTarget::default());
        };
        serde_json::from_str(&text).map_err(|error| {
            IpamError::new(
                ErrorId::IpamApiErrorDatabaseSchemaIsModified,
                format!("the stored database configuration cannot be read: {error}"),
            )
        })
    }
}

fn group_refusal(group: IpamGroup, why: &str) -> IpamError {
    IpamError::new(
        ErrorId::IpamApiErrorSecurityGroupCreationFailed,
        format!("the local group `{group}` cannot be created: {why}; run as a local administrator"),
    )
}
