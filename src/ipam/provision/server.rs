//! `Invoke-IpamServerProvisioning`.

use std::cell::Cell;

use crate::ipam::caller::Caller;
use crate::ipam::configuration::{GpoPrefix, ManagementPort, ProvisioningMethod, integrity};
use crate::ipam::engine::{Ipam, ProvisioningState};
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::rbac::{Right, create_default_roles};
use crate::ipam::store::configuration::{self, ConfigurationRow};
use crate::ipam::tasks::{ScheduledTask, initial_tasks};
use crate::wire::windows::{Interface, Request, Response, Win32Error, samr};

use super::groups::{IPAM_GROUPS, IpamGroup};

/// TCP port between console and server unless it is changed (domain 2.1).
pub const DEFAULT_PORT: u16 = 48885;

/// The one optional capability (domain 2.7).
const CAPABILITY: &str = "IpAddressTracking";

/// Parameters of the cmdlet with the embedded database.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerProvisioning {
    /// Manual unless said otherwise (domain 12.2).
    pub provisioning_method: ProvisioningMethod,
    /// Required by Automatic, refused by Manual.
    pub gpo_prefix: Option<String>,
}

/// One thing that provisioning does, in this order (domain 2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProvisioningStep {
    /// The management port is configured.
    Port(u16),
    /// The database holds the schema; `path` is where, or `memory`.
    Database {
        path: String,
    },
    ScheduledTasks(Vec<ScheduledTask>),
    /// A local group of the IPAM server; `created` is false for one that was there before.
    LocalGroup {
        group: IpamGroup,
        created: bool,
    },
    /// No GPO is created here (domain 1.4).
    Method {
        provisioning_method: ProvisioningMethod,
        gpo_prefix: Option<GpoPrefix>,
    },
    /// An optional capability is enabled.
    Capability(&'static str),
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
        let port = ManagementPort::new(DEFAULT_PORT.into())?;
        let opened = self.open_management_port(caller, port).await;
        opened.map_err(port_refusal)?;
        let now = self.wall();
        let tasks = initial_tasks(now);
        let database = &self.options.database;
        let mut steps = vec![
            ProvisioningStep::Port(DEFAULT_PORT),
            ProvisioningStep::Database {
                path: database.to_string(),
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
        let key = self.new_secret_key();
        self.store.transaction(|tx| {
            configuration::put_configuration(tx, &row)?;
            // Roles are written with their hashes, so the key comes first.
            integrity::set_key(tx, key, now)?;
            create_default_roles(tx)?;
            tasks
                .iter()
                .try_for_each(|task| configuration::put_task(tx, task))
        })?;
        self.provisioning.set(ProvisioningState::Provisioned);
        steps.push(ProvisioningStep::Method {
            provisioning_method: method,
            gpo_prefix: prefix,
        });
        steps.push(ProvisioningStep::Capability(CAPABILITY));
        Ok(ServerProvisioningReport { steps })
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

fn group_refusal(group: IpamGroup, why: &str) -> IpamError {
    IpamError::new(
        ErrorId::IpamApiErrorSecurityGroupCreationFailed,
        format!("the local group `{group}` cannot be created: {why}; run as a local administrator"),
    )
}
