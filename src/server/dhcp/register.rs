//! Leases and their DNS records: when a registration is asked for, and when it is taken back.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipnet::IpNet;

use super::audit::LineV4;
use super::client::client_of;
use super::dns::{Decision, DnsSettings, Registration};
use super::pool::Millis;
use super::server::{Arrival, DhcpServer};
use super::v4::host_name_of;
use crate::base::Moment;
use crate::net::Outbox;
use crate::wire::dhcp::v4::{ClientFqdn, DhcpOption, Message};
use crate::wire::windows::Win32Error;

/// The UDP port that answers of DNS servers come to. A constant of the laboratory: Windows takes
/// any of the dynamic range.
pub const DNS_CLIENT_PORT: u16 = 49_152;

/// The only token of a timer of this server.
const WAKE: u64 = 0;

impl DhcpServer {
    /// The DNS settings of a scope, its own or the server's.
    pub fn dns_settings(&self, scope: Option<IpNet>) -> &DnsSettings {
        let own = scope.and_then(|id| self.scopes.get(id)?.dns.as_ref());
        own.unwrap_or(&self.config.dns)
    }

    /// Changes the DNS settings of the server, or of one scope. Leases keep what is registered
    /// until they are renewed.
    ///
    /// # Errors
    /// 87 for settings that exclude each other, 20005 for a scope that is not there.
    pub fn set_dns_settings(
        &mut self,
        scope: Option<IpNet>,
        settings: DnsSettings,
    ) -> Result<(), Win32Error> {
        settings
            .check()
            .map_err(|_| Win32Error::ERROR_INVALID_PARAMETER)?;
        match scope {
            None => self.config.dns = settings,
            Some(id) => {
                let scope = self.scopes.get_mut(id);
                let scope = scope.ok_or(Win32Error::ERROR_DHCP_SUBNET_NOT_PRESENT)?;
                scope.dns = Some(settings);
            }
        }
        Ok(())
    }

    /// Asks for the records of a lease that was given or renewed; returns option 81 of the answer.
    pub(super) fn register_v4(
        &mut self,
        arrival: Arrival,
        request: &Message,
        scope: IpNet,
        address: Ipv4Addr,
    ) -> Option<ClientFqdn> {
        let settings = self.dns_settings(Some(scope));
        let asked = request.client_fqdn();
        let host_name = match asked {
            Some(_) => request.host_name().unwrap_or_default().to_owned(),
            None => host_name_of(request),
        };
        let domain = self.domain_of(scope);
        let Decision {
            a,
            ptr,
            name,
            answer,
        } = settings.decide(asked.as_ref(), &host_name, domain);
        let protected = settings.name_protection;
        let client = client_of(request);
        let Some(name) = name.filter(|_| a || ptr) else {
            // A client that is no longer registered, or another one than the address had before.
            let stranger = self
                .registrar
                .registration(address)
                .is_some_and(|old| old.client != client || answer.is_some());
            if stranger {
                self.registrar.remove(address);
                self.log_registrations(arrival.at);
            }
            return answer;
        };
        self.registrar.register(Registration {
            address,
            name,
            client,
            a,
            ptr,
            protected,
        });
        self.log_registrations(arrival.at);
        answer
    }

    /// Option 15 of the scope, or of the server.
    fn domain_of(&self, scope: IpNet) -> Option<&str> {
        let own = self.scopes.get(scope).map(|scope| scope.options.as_slice());
        let options = own.into_iter().flatten().chain(&self.config.options);
        options.into_iter().find_map(|option| match option {
            DhcpOption::DomainName(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// A lease expired, was released or declined: its records go where the settings say so.
    /// Returns whether they do.
    pub(super) fn lease_over(&mut self, scope: IpNet, address: IpAddr) -> bool {
        let IpAddr::V4(address) = address else {
            return false;
        };
        match self.dns_settings(Some(scope)).delete_on_expiry {
            true => self.registrar.remove(address),
            false => {
                self.registrar.forget(address);
                false
            }
        }
    }

    /// Starts what waits to be registered, logs how it goes, and sees to it that the server wakes
    /// for what comes next: an answer that stays out, or a lease whose records must go in time.
    pub(super) fn work_on_dns(&mut self, at: Moment, out: &mut Outbox) {
        let Some(own) = self.config.server_id() else {
            return;
        };
        let from = SocketAddr::new(own.into(), DNS_CLIENT_PORT);
        self.registrar.pump(at, from, out);
        self.log_registrations(at);
        let expiry = (!self.registrar.is_idle()).then_some(self.next_due);
        let Some(due) = self.registrar.next_due().into_iter().chain(expiry).min() else {
            return;
        };
        if due < Millis::MAX && self.dns_wake.is_none_or(|wake| due < wake) {
            let now = at.wall.as_millisecond();
            let after = u64::try_from(due.saturating_sub(now)).unwrap_or(0).max(1);
            out.timer(std::time::Duration::from_millis(after), WAKE);
            self.dns_wake = Some(due.max(now + 1));
        }
    }

    /// A timer ran out.
    pub(super) fn wake(&mut self, at: Moment) {
        let now = at.wall.as_millisecond();
        self.dns_wake = self.dns_wake.filter(|wake| *wake > now);
    }

    pub(super) fn hear_dns(
        &mut self,
        at: Moment,
        (peer, to): (SocketAddr, SocketAddr),
        payload: &[u8],
        out: &mut Outbox,
    ) {
        self.registrar.hear(at, peer, to, payload, out);
        self.log_registrations(at);
    }

    fn log_registrations(&mut self, at: Moment) {
        for report in self.registrar.take_reports() {
            let (id, description, error) = report.outcome.line();
            let line = LineV4 {
                id,
                description,
                address: Some(report.address.into()),
                host_name: &report.name,
                client: &report.client,
                dns_error: error,
                ..LineV4::default()
            };
            self.audit_v4.v4(at.wall, &line);
        }
    }
}
