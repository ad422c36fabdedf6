//! The management port: which numbers may be one, and how it is moved (domain 2.1).
//!
//! Moving it is five kinds of calls to the server's own host: make and enable the new firewall
//! rule, bind the application pool, restart it, delete the rules of ports before. None of them
//! can be taken back as a whole, so each may be repeated: a move that was cut off is remembered
//! in the database, and the next `Set-IpamConfiguration -Port` brings everything into line.

use std::cell::Cell;
use std::ops::RangeInclusive;

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::rbac::Right;
use crate::ipam::store::configuration;
use crate::wire::windows::wmi::{FirewallRule, Request as Wmi, Response as WmiResponse};
use crate::wire::windows::{Interface, Request, Response};

use super::change::row;

/// A TCP port that IPAM may listen on: 1 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ManagementPort(u16);

impl ManagementPort {
    /// The unassigned range from which the documentation takes ports (domain 2.1).
    pub const RECOMMENDED: RangeInclusive<u16> = 48620..=49150;

    /// # Errors
    /// `IpamApiInvalidParameter` for zero and for numbers that no port has.
    pub fn new(number: i64) -> IpamResult<ManagementPort> {
        let port = u16::try_from(number).ok().filter(|port| *port > 0);
        port.map(ManagementPort).ok_or_else(|| {
            IpamError::parameter(format!(
                "`{number}` is not a TCP port; give one of 1 to 65535"
            ))
        })
    }

    pub fn get(self) -> u16 {
        self.0
    }

    /// What is said to whoever takes a port that others may expect for themselves.
    pub(super) fn warning(self) -> Option<String> {
        let recommended = ManagementPort::RECOMMENDED;
        (!recommended.contains(&self.0)).then(|| {
            format!(
                "port {} may clash with that of another service; {} to {} are unassigned",
                self.0,
                recommended.start(),
                recommended.end()
            )
        })
    }
}

/// How the rules begin that IPAM makes for its port. The sources name none; this name is the
/// project's own.
const RULE_PREFIX: &str = "IPAM Server custom rule (TCP-In, port ";

/// The worker process that listens.
const PROGRAM: &str = "w3wp";

fn rule_name(port: u16) -> String {
    format!("{RULE_PREFIX}{port})")
}

/// Holds the one move that may be under way.
struct Moving<'a>(&'a Cell<bool>);

impl Drop for Moving<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Ipam {
    /// `Set-IpamConfiguration -Port`; gives what the administrator is warned of.
    pub(super) async fn move_management_port(
        &self,
        caller: &Caller,
        port: ManagementPort,
    ) -> IpamResult<Vec<String>> {
        let allowed = self.authorize(caller, Right::Configure).await;
        allowed.map_err(|error| match error.id {
            ErrorId::IpamApiAccessDenied => {
                IpamError::new(ErrorId::IpamApiReconfigurePortAccessFailure, error.message)
            }
            _ => error,
        })?;
        if self.moving_port.replace(true) {
            return Err(failed(
                "another change of the port is under way; wait until it ends",
            ));
        }
        let _moving = Moving(&self.moving_port);
        self.check_port_is_free(caller, port).await?;
        self.remember_port(caller, port, false)?;
        let moved = self.open_management_port(caller, port).await;
        moved.map_err(|why| {
            failed(format!(
                "{why}; firewall, listener and configuration may name different ports until \
                 the cause is mended and `Set-IpamConfiguration -Port {}` is run again",
                port.0
            ))
        })?;
        self.remember_port(caller, port, true)?;
        Ok(port.warning().into_iter().collect())
    }

    /// Writes down which port is being moved to, or that it is the port now.
    fn remember_port(&self, caller: &Caller, port: ManagementPort, done: bool) -> IpamResult<()> {
        self.store.transaction(|tx| {
            let mut row = row(tx)?;
            row.pending_port = (!done).then_some(port.0);
            if done {
                let before = row.port;
                row.port = i64::from(port.0);
                let what = format!("the port was changed from {before} to {}", port.0);
                self.changed(tx, caller, Category::Provisioning, what)?;
            }
            configuration::put_configuration(tx, &row)
        })
    }

    async fn check_port_is_free(&self, caller: &Caller, port: ManagementPort) -> IpamResult<()> {
        let nothing = |why| failed(format!("{why}; nothing was changed"));
        match self
            .host_call(caller, Wmi::IsPortTaken { port: port.0 })
            .await
        {
            Ok(WmiResponse::IsPortTaken(false)) => Ok(()),
            Ok(WmiResponse::IsPortTaken(true)) => Err(nothing(format!(
                "port {} is in use by another program on `{}`, choose another",
                port.0, self.options.server
            ))),
            Ok(_) => Err(nothing("the host answered something else".to_owned())),
            Err(why) => Err(nothing(why)),
        }
    }

    /// Lets clients in on `port` and on no other, whatever was before; repeating it changes
    /// nothing. Gives what could not be done.
    pub(crate) async fn open_management_port(
        &self,
        caller: &Caller,
        port: ManagementPort,
    ) -> Result<(), String> {
        let prefix = RULE_PREFIX.to_owned();
        let rules = match self
            .host_call(caller, Wmi::FirewallRules { prefix })
            .await?
        {
            WmiResponse::FirewallRules(rules) => rules,
            _ => return Err("the host answered something else".to_owned()),
        };
        let name = rule_name(port.0);
        let (own, others): (Vec<_>, Vec<_>) = rules.into_iter().partition(|rule| rule.name == name);
        if own.is_empty() {
            let rule = FirewallRule {
                name: name.clone(),
                port: port.0,
                program: PROGRAM.to_owned(),
                enabled: false,
            };
            self.host_call(caller, Wmi::CreateFirewallRule(rule))
                .await?;
        }
        if !own.iter().any(|rule| rule.enabled) {
            self.host_call(caller, Wmi::EnableFirewallRule { name })
                .await?;
        }
        self.host_call(caller, Wmi::BindPool { port: port.0 })
            .await?;
        self.host_call(caller, Wmi::RestartPool).await?;
        for rule in others {
            let name = rule.name;
            self.host_call(caller, Wmi::DeleteFirewallRule { name })
                .await?;
        }
        Ok(())
    }

    /// One call to the management interface of this host; a failure as a person reads it.
    async fn host_call(&self, caller: &Caller, request: Wmi) -> Result<WmiResponse, String> {
        let doing = doing(&request);
        let own = self.own_address();
        let request = Request::Wmi(request);
        match self.remote.call(caller, own, Interface::Wmi, request).await {
            Ok(Response::Wmi(response)) => Ok(response),
            Ok(_) => Err(format!("{doing} failed: the host answered something else")),
            Err(error) => Err(format!("{doing} failed at {error}")),
        }
    }
}

fn failed(why: impl Into<String>) -> IpamError {
    IpamError::new(ErrorId::IpamApiPortReconfigurationFailed, why)
}

fn doing(request: &Wmi) -> &'static str {
    match request {
        Wmi::OpenSession => "opening a session",
        Wmi::FirewallRules { .. } => "listing the firewall rules",
        Wmi::CreateFirewallRule(_) => "making the firewall rule",
        Wmi::EnableFirewallRule { .. } => "enabling the firewall rule",
        Wmi::DeleteFirewallRule { .. } => "deleting the firewall rule of the port before",
        Wmi::IsPortTaken { .. } => "asking whether the port is free",
        Wmi::BindPool { .. } => "binding the application pool",
        Wmi::RestartPool => "restarting the application pool",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_1_to_65535_and_outside_the_unassigned_range_warned_of() {
        for number in [0, -1, 65_536, i64::MAX] {
            let refused = ManagementPort::new(number).unwrap_err();
            assert_eq!(refused.id, ErrorId::IpamApiInvalidParameter, "{number}");
        }
        let warned = |number| ManagementPort::new(number).unwrap().warning().is_some();
        for (number, expected) in [
            (1, true),
            (48_619, true),
            (48_620, false),
            (48_885, false),
            (49_150, false),
            (49_151, true),
            (65_535, true),
        ] {
            assert_eq!(warned(number), expected, "{number}");
        }
    }
}
