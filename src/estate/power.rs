//! Machines and services going up and down, and what each loads when it starts.

use crate::base::{Fqdn, Moment, SimTime};
use crate::wire::windows::scm::ServiceState;

use super::defaults::group;
use super::error::{EstateError, Hint};
use super::estate::Estate;
use super::host::Host;
use super::service::{DhcpGroups, name};

impl Estate {
    /// Starts a service. The DHCP Server service reads its two groups now and keeps them until
    /// its next start (domain 4.3); the DNS service reads the directory's access list.
    ///
    /// # Errors
    /// Unknown host or service, host down, or the service runs already.
    pub fn start_service(
        &mut self,
        host: &Fqdn,
        service: &str,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        self.check_service(
            host,
            service,
            |state| state != ServiceState::Running,
            "starting",
        )?;
        self.load_service(host, service, at.sim);
        Ok(())
    }

    /// Stops a service.
    ///
    /// # Errors
    /// Unknown host or service, host down, or the service is stopped already.
    pub fn stop_service(
        &mut self,
        host: &Fqdn,
        service: &str,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        self.check_service(
            host,
            service,
            |state| state != ServiceState::Stopped,
            "stopping",
        )?;
        self.set_service_state(host, service, ServiceState::Stopped, at)
    }

    /// Stops and starts a service, or starts it if it was stopped, as `Restart-Service` does.
    ///
    /// # Errors
    /// Unknown host or service, or host down.
    pub fn restart_service(
        &mut self,
        host: &Fqdn,
        service: &str,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        self.check_service(host, service, |_| true, "restarting")?;
        self.load_service(host, service, at.sim);
        Ok(())
    }

    /// Puts a service into a state without starting it anew: paused, or caught half way.
    ///
    /// # Errors
    /// Unknown host or service.
    pub fn set_service_state(
        &mut self,
        host: &Fqdn,
        service: &str,
        state: ServiceState,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        self.service_or_err(host, service)?;
        if let Some(service) = self.host_mut(host)?.service_mut(service) {
            service.state = state;
        }
        Ok(())
    }

    fn check_service(
        &self,
        host: &Fqdn,
        service: &str,
        fits: impl Fn(ServiceState) -> bool,
        doing: &str,
    ) -> Result<(), EstateError> {
        let state = self.service_or_err(host, service)?.state;
        if !self.host_or_err(host)?.up {
            return Err(EstateError::HostDown { host: host.clone() });
        }
        if fits(state) {
            return Ok(());
        }
        Err(EstateError::NoChange {
            what: format!("{doing} service `{service}` on `{host}`"),
        })
    }

    /// The service a person means.
    ///
    /// # Errors
    /// Unknown host or service, with the nearest name.
    pub fn service_or_err(
        &self,
        host: &Fqdn,
        service: &str,
    ) -> Result<&super::service::Service, EstateError> {
        let machine = self.host_or_err(host)?;
        machine
            .service(service)
            .ok_or_else(|| EstateError::UnknownService {
                host: host.clone(),
                name: service.to_owned(),
                hint: Hint::nearest(service, machine.services().map(|(name, _)| name)),
            })
    }

    /// Switches a machine off.
    ///
    /// # Errors
    /// Unknown host, or it is off.
    pub fn shut_down(&mut self, host: &Fqdn, at: Moment) -> Result<(), EstateError> {
        self.settle(at);
        let machine = self.host_mut(host)?;
        if !machine.up {
            let what = format!("shutting down `{host}`");
            return Err(EstateError::NoChange { what });
        }
        machine.up = false;
        for service in machine.services.values_mut() {
            service.state = ServiceState::Stopped;
        }
        Ok(())
    }

    /// Switches a machine on: it applies policy, then its services start.
    ///
    /// # Errors
    /// Unknown host, or it is on.
    pub fn boot(&mut self, host: &Fqdn, at: Moment) -> Result<(), EstateError> {
        self.settle(at);
        let machine = self.host_mut(host)?;
        if machine.up {
            let what = format!("booting `{host}`");
            return Err(EstateError::NoChange { what });
        }
        machine.up = true;
        self.boot_now(host, at.sim);
        Ok(())
    }

    /// Restarts a machine.
    ///
    /// # Errors
    /// Unknown host.
    pub fn reboot(&mut self, host: &Fqdn, at: Moment) -> Result<(), EstateError> {
        self.settle(at);
        self.host_mut(host)?.up = true;
        self.boot_now(host, at.sim);
        Ok(())
    }

    fn boot_now(&mut self, host: &Fqdn, now: SimTime) {
        self.load_computer_groups(host);
        if let Some(machine) = self.hosts.get_mut(host) {
            machine.booted = now;
            machine.policy.forced = now;
        }
        // Policy comes first, so that services start with the memberships it grants.
        self.refresh_policy(host);
        self.load_at_boot(host, now);
    }

    pub(super) fn load_at_boot(&mut self, host: &Fqdn, now: SimTime) {
        self.load_computer_groups(host);
        let services: Vec<String> = self
            .hosts
            .get(host)
            .into_iter()
            .flat_map(Host::services)
            .map(|(name, _)| name.to_owned())
            .collect();
        for service in services {
            self.load_service(host, &service, now);
        }
    }

    fn load_computer_groups(&mut self, host: &Fqdn) {
        let account = self.hosts.get(host).and_then(|h| h.membership.as_ref());
        let carried = account.and_then(|m| self.would_carry(&m.account));
        let Some(mut ticket) = carried else { return };
        ticket.groups.insert(ticket.sid);
        if let Some(machine) = self.hosts.get_mut(host) {
            machine.policy.groups = ticket.groups;
        }
    }

    fn load_service(&mut self, host: &Fqdn, service: &str, now: SimTime) {
        let Some(machine) = self.hosts.get(host) else {
            return;
        };
        let groups = service
            .eq_ignore_ascii_case(name::DHCP_SERVER)
            .then(|| self.dhcp_groups_now(machine));
        let machine = self.hosts.get_mut(host).expect("looked up above");
        if let Some(sql) = machine
            .sql
            .as_mut()
            .filter(|_| service.eq_ignore_ascii_case(name::SQL_SERVER))
        {
            sql.mixed_mode_running = sql.mixed_mode;
        }
        if let Some(service) = machine.service_mut(service) {
            service.state = ServiceState::Running;
            service.started = now;
            service.startup_groups = groups;
        }
    }

    /// Membership of the two DHCP groups of a machine as they are now, not as its service knows
    /// them.
    pub fn dhcp_groups_now(&self, host: &Host) -> DhcpGroups {
        let groups = self.local_groups(host);
        let members = |name| {
            groups
                .get(name)
                .map(|g| g.members.clone())
                .unwrap_or_default()
        };
        DhcpGroups {
            users: members(group::DHCP_USERS),
            administrators: members(group::DHCP_ADMINISTRATORS),
        }
    }
}
