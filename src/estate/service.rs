//! Services of a host: running state, access list, and what each loaded when it started.

use std::collections::BTreeSet;

use crate::base::{Sid, SimTime};
use crate::wire::windows::scm::ServiceState;

/// Service names as `sc` takes them.
pub mod name {
    pub const DHCP_SERVER: &str = "DHCPServer";
    pub const DNS: &str = "DNS";
    pub const EVENT_LOG: &str = "EventLog";
    pub const NPS: &str = "IAS";
    pub const DIRECTORY: &str = "NTDS";
    pub const KDC: &str = "Kdc";
    pub const SERVER: &str = "LanmanServer";
    pub const RPCSS: &str = "RpcSs";
    /// Windows Remote Management.
    pub const WS_MANAGEMENT: &str = "WinRM";
    /// Windows Process Activation Service, which runs application pools.
    pub const PROCESS_ACTIVATION: &str = "WAS";
    pub const SCHEDULE: &str = "Schedule";
    pub const SQL_SERVER: &str = "MSSQLSERVER";
    /// The Windows Internal Database.
    pub const WID: &str = "MSSQL$MICROSOFT##WID";
}

/// The access list Windows gives a service: system and administrators everything, interactive and
/// service log-ons read. Remote callers are neither of these, hence domain 4.2 row 12.
pub const DEFAULT_SERVICE_SDDL: &str = "D:(A;;CCLCSWRPWPDTLOCRRC;;;SY)\
(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;CCLCSWLOCRRC;;;IU)(A;;CCLCSWLOCRRC;;;SU)";

/// A service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub state: ServiceState,
    /// Its access list, as `sc sdshow` prints it.
    pub sddl: std::borrow::Cow<'static, str>,
    /// When it last started.
    pub started: SimTime,
    /// Membership of DHCP Users and DHCP Administrators as read when the DHCP Server service
    /// started (domain 4.3); `None` for every other service, which judges memberships live.
    pub startup_groups: Option<DhcpGroups>,
}

/// Direct members of the two groups of the DHCP role.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DhcpGroups {
    pub users: BTreeSet<Sid>,
    pub administrators: BTreeSet<Sid>,
}

impl Service {
    pub(super) fn running(started: SimTime) -> Service {
        Service {
            state: ServiceState::Running,
            sddl: DEFAULT_SERVICE_SDDL.into(),
            started,
            startup_groups: None,
        }
    }

    /// Whether it answers remote calls: a paused service still does, one that is starting or
    /// stopping does not.
    pub fn answers(&self) -> bool {
        !matches!(
            self.state,
            ServiceState::Stopped | ServiceState::StartPending | ServiceState::StopPending
        )
    }

    pub fn is_running(&self) -> bool {
        self.state == ServiceState::Running
    }
}
