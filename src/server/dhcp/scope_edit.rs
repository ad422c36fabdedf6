//! Changing a scope as a whole, with the configuration events of each part.

use super::described::scope_of;
use super::events::{ConfigEvent, id};
use super::manage::{Actor, Managed};
use super::scope::Scope;
use super::server::DhcpServer;
use crate::wire::dhcp::v4::DhcpOption;
use crate::wire::windows::Win32Error;
use crate::wire::windows::dhcpm::{Response, ScopeInfo};

impl DhcpServer {
    /// Makes the settings of an IPv4 scope those of `new`, all or none of them.
    pub(super) fn set_scope(&mut self, by: Actor<'_>, new: ScopeInfo) -> Managed {
        let id = new.scope;
        let known = self.scope_mut(id)?;
        if !known.is_v4() {
            return Err(Win32Error::ERROR_INVALID_PARAMETER);
        }
        let before = known.clone();
        let wanted = scope_of(new).ok_or(Win32Error::ERROR_DHCP_INVALID_RANGE)?;
        let scope = self.scope_mut(id)?;
        scope.take_settings(wanted);
        let after = scope.clone();
        self.tell_changes(by, &before, &after);
        Ok(Response::Done)
    }

    /// One event for each part that changed (domain 9.7).
    fn tell_changes(&mut self, by: Actor<'_>, before: &Scope, after: &Scope) {
        let scope = after.id;
        if before.active != after.active {
            let event = match after.active {
                true => id::SCOPE_ACTIVATED,
                false => id::SCOPE_DEACTIVATED,
            };
            self.event(by, event, scope, None);
        }
        if before.lease_seconds != after.lease_seconds {
            let [event, _] = id::LEASE_TIME_CHANGED;
            let values = [after.lease_seconds, before.lease_seconds].map(|value| value.to_string());
            let [new, old] = values;
            self.events.push(ConfigEvent {
                event,
                at: by.at,
                data: vec![scope.to_string(), new, by.name.to_owned(), old],
            });
        }
        let sides = [
            (before, after, id::EXCLUSION_REMOVED),
            (after, before, id::EXCLUSION_ADDED),
        ];
        for (side, other, event) in sides {
            for exclusion in &side.exclusions {
                if !other.exclusions.contains(exclusion) {
                    let text = format!("{}-{}", exclusion.0, exclusion.1);
                    self.event(by, event, scope, Some(text));
                }
            }
        }
    }
}

impl Scope {
    /// Takes over what management describes of a scope; options that it does not describe stay.
    fn take_settings(&mut self, wanted: Scope) {
        self.name = wanted.name;
        self.active = wanted.active;
        self.range = wanted.range;
        self.exclusions = wanted.exclusions;
        self.lease_seconds = wanted.lease_seconds;
        self.preferred_seconds = wanted.preferred_seconds;
        let described = |option: &DhcpOption| {
            matches!(
                option,
                DhcpOption::Routers(_) | DhcpOption::DnsServers(_) | DhcpOption::DomainName(_)
            )
        };
        self.options.retain(|option| !described(option));
        self.options.extend(wanted.options);
        self.apply_exclusions();
    }
}
