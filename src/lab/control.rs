//! Switching things on and off, in the estate and on the network at once.

use crate::base::Fqdn;
use crate::estate::eventlog::channel;
use crate::estate::service::{Service, name};
use crate::estate::{EstateError, program};
use crate::server::windows::{append_event, program_of_service};
use crate::wire::windows::scm::ServiceState;
use crate::wire::windows::{Win32Error, dhcpm};

use super::running::Lab;

impl Lab {
    /// Stops a Windows service and its listeners.
    ///
    /// # Errors
    /// There is no such host or service.
    pub fn stop_service(&self, host: &Fqdn, service: &str) -> Result<(), EstateError> {
        self.estate
            .borrow_mut()
            .stop_service(host, service, self.now())?;
        if let Some(program) = program_of_service(service) {
            self.network.stop_service(host.as_str(), program);
        }
        self.tell_of_internal_database(host);
        Ok(())
    }

    /// Starts a Windows service and its listeners; it takes its group snapshot now.
    ///
    /// # Errors
    /// There is no such host or service.
    pub fn start_service(&self, host: &Fqdn, service: &str) -> Result<(), EstateError> {
        self.estate
            .borrow_mut()
            .start_service(host, service, self.now())?;
        self.serve_clients(host, service, true);
        self.start_program(host, service);
        self.tell_of_internal_database(host);
        Ok(())
    }

    /// The store of an engine stands for the Windows Internal Database of its host: it answers
    /// while that service runs.
    pub(super) fn tell_of_internal_database(&self, host: &Fqdn) {
        let Some(ipam) = self.ipam_on(host) else {
            return;
        };
        let estate = self.estate.borrow();
        let service = estate.host(host).and_then(|host| host.service(name::WID));
        ipam.set_internal_database_running(service.is_some_and(Service::answers));
    }

    /// Stops and starts a Windows service, or starts it if it was stopped.
    ///
    /// # Errors
    /// There is no such host or service, or the host is off.
    pub fn restart_service(&self, host: &Fqdn, service: &str) -> Result<(), EstateError> {
        self.estate
            .borrow_mut()
            .restart_service(host, service, self.now())?;
        self.serve_clients(host, service, true);
        if let Some(program) = program_of_service(service) {
            self.network.stop_service(host.as_str(), program);
        }
        self.start_program(host, service);
        self.tell_of_internal_database(host);
        Ok(())
    }

    /// Puts a Windows service into a state without starting it anew: `Suspend-Service`,
    /// `Resume-Service`, or one that hangs on its way. Clients are served only while it runs.
    ///
    /// # Errors
    /// There is no such host or service.
    pub fn set_service_state(
        &self,
        host: &Fqdn,
        service: &str,
        state: ServiceState,
    ) -> Result<(), EstateError> {
        self.estate
            .borrow_mut()
            .set_service_state(host, service, state, self.now())?;
        self.serve_clients(host, service, state == ServiceState::Running);
        Ok(())
    }

    /// Lets a DHCP or DNS server answer its clients, or keep silent.
    fn serve_clients(&self, host: &Fqdn, service: &str, serve: bool) {
        if service.eq_ignore_ascii_case(name::DHCP_SERVER)
            && let Some(mut server) = self.dhcp(host)
        {
            server.set_paused(!serve);
        }
        if service.eq_ignore_ascii_case(name::DNS)
            && let Some(mut server) = self.dns(host)
        {
            server.set_paused(!serve);
        }
    }

    /// Switches a host on or off.
    ///
    /// # Errors
    /// There is no such host, or it is in that state already.
    pub fn set_host_up(&self, host: &Fqdn, up: bool) -> Result<(), EstateError> {
        let mut estate = self.estate.borrow_mut();
        match up {
            true => estate.boot(host, self.now())?,
            false => estate.shut_down(host, self.now())?,
        }
        drop(estate);
        self.network.set_host_up(host.as_str(), up);
        if up {
            self.start_listeners(host);
        }
        Ok(())
    }

    /// Booting starts every service, also one that had been stopped before.
    fn start_listeners(&self, host: &Fqdn) {
        let estate = self.estate.borrow();
        let services = estate.host(host).into_iter().flat_map(|h| h.services());
        let names: Vec<String> = services.map(|(name, _)| name.to_owned()).collect();
        drop(estate);
        for name in &names {
            self.serve_clients(host, name, true);
            self.start_program(host, name);
        }
        self.tell_of_internal_database(host);
    }

    /// Lets the listeners of a service that starts listen. An application pool begins on the port
    /// it is bound to, whichever it was on before.
    fn start_program(&self, host: &Fqdn, service: &str) {
        let Some(started) = program_of_service(service) else {
            return;
        };
        let (pool, port) = {
            let estate = self.estate.borrow();
            let port = estate.host(host).and_then(|host| host.pool_port);
            (estate.pool_listener(host), port)
        };
        match (pool, port) {
            (Some(pool), Some(port)) if started == program::IPAM_POOL => {
                // A port that is taken leaves the pool without one, as Windows does.
                let _ = pool.restart(port);
            }
            _ => {
                self.network.start_service(host.as_str(), started);
            }
        }
    }

    /// Boots a host anew: policy is processed, services take new snapshots, and an engine on it
    /// logs on again.
    ///
    /// # Errors
    /// There is no such host.
    pub fn restart_host(&self, host: &Fqdn) -> Result<(), EstateError> {
        self.estate.borrow_mut().reboot(host, self.now())?;
        self.network.set_host_up(host.as_str(), true);
        self.start_listeners(host);
        // A database in memory stands for one on disk that outlives the restart, so an engine
        // on the host stays; its log-on sessions do not.
        self.purge_tickets_on(host);
        Ok(())
    }

    /// Moves the folder a DHCP server logs to; a share made on the old one goes stale.
    ///
    /// # Errors
    /// There is no such host, or it has no DHCP server.
    pub fn move_dhcp_log(&self, host: &Fqdn, path: &str) -> Result<(), EstateError> {
        self.estate
            .borrow_mut()
            .set_dhcp_log_path(host, path, self.now())
    }

    /// A management call of `actor` at the console of a DHCP server; what it changes is in the
    /// server's operational log. `None` where there is no such server.
    pub fn manage_dhcp(
        &self,
        host: &Fqdn,
        request: dhcpm::Request,
        actor: &str,
    ) -> Option<Result<dhcpm::Response, Win32Error>> {
        let mut server = self.dhcp(host)?;
        let writes = request.is_write();
        let answer = server.manage(request, self.now(), actor);
        drop(server);
        self.dhcp_changed(host, writes);
        Some(answer)
    }

    /// Carries on what a change of a DHCP server from outside of the network means: its events
    /// go to the host's log, and after one that `writes` the service says what follows for DNS.
    pub fn dhcp_changed(&self, host: &Fqdn, writes: bool) {
        let Some(mut server) = self.dhcp(host) else {
            return;
        };
        let events = server.take_events();
        drop(server);
        if writes {
            self.network.wake_service(host.as_str(), "dhcpserver");
        }
        let mut estate = self.estate_mut();
        for event in events {
            let (id, channel) = (event.event, channel::DHCP_OPERATIONAL);
            append_event(&mut estate, host, channel, id, event.data, self.now());
        }
    }

    /// Puts a DHCP server on the directory's list of authorised servers, or takes it off.
    ///
    /// Deviation: Windows looks at the list when the service starts and every hour; here the
    /// server knows at once.
    ///
    /// # Errors
    /// There is no such host in a domain, or nothing to change.
    pub fn set_dhcp_authorised(&self, host: &Fqdn, listed: bool) -> Result<(), EstateError> {
        let mut estate = self.estate.borrow_mut();
        estate.set_dhcp_authorised(host, listed, self.now())?;
        if let Some(server) = self.dhcp.get(host) {
            server.borrow_mut().set_authorised(self.now(), listed);
        }
        Ok(())
    }
}
