//! Server Availability: the running state of the DHCP and DNS services (domain 9.5).

use std::fmt;

/// Running state of a service as the console shows it (appendix A, `ServiceRunningStatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Availability {
    NotChecked,
    Running,
    Stopped,
    StartPending,
    StopPending,
    ContinuePending,
    PausePending,
    Paused,
    /// Network, firewall or service ACL: the three look alike here (domain 4.2, A17).
    NotReachable,
    Unknown,
}

impl fmt::Display for Availability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Availability::NotChecked => "Not checked",
            Availability::Running => "Running",
            Availability::Stopped => "Stopped",
            Availability::StartPending => "Start pending",
            Availability::StopPending => "Stop pending",
            Availability::ContinuePending => "Continue pending",
            Availability::PausePending => "Pause pending",
            Availability::Paused => "Paused",
            Availability::NotReachable => "Not Reachable",
            Availability::Unknown => "Unknown",
        })
    }
}
