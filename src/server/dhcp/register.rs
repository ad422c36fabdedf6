//! Leases and their DNS records: when a registration is asked for, and when it is taken back.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipnet::IpNet;

use super::audit::LineV4;
use super::client::client_of;
use super::dns::{Decision, DnsSettings, DnsSettingsOf, Registration, Report};
use super::pool::Millis;
use super::server::{Arrival, DhcpServer};
use super::v4::host_name_of;
use crate::addr::Family;
use crate::base::Moment;
use crate::net::Outbox;
use crate::wire::dhcp::v4::{ClientFqdn, DhcpOption, Message};
use crate::wire::windows::Win32Error;
use crate::wire::windows::dhcpm::ReservedClient;

/// The UDP port that answers of DNS servers come to. A constant of the laboratory: Windows takes
/// any of the dynamic range.
pub const DNS_CLIENT_PORT: u16 = 49_152;

/// The only token of a timer of this server.
const WAKE: u64 = 0;

impl DhcpServer {
    /// The DNS settings of a server for one protocol, or of a scope: its own or the server's.
    pub fn dns_settings(&self, of: DnsSettingsOf) -> &DnsSettings {
        let family = match of {
            DnsSettingsOf::Server(family) => family,
            DnsSettingsOf::Scope(id) => {
                if let Some(own) = self.scopes.get(id).and_then(|scope| scope.dns.as_ref()) {
                    return own;
                }
                Family::of(id.addr())
            }
        };
        match family {
            Family::V4 => &self.config.dns,
            Family::V6 => &self.config.dns_v6,
        }
    }

    /// Changes the DNS settings of the server, or of one scope. Leases keep what is registered
    /// until they are renewed.
    ///
    /// # Errors
    /// 87 for settings that exclude each other, 20005 for a scope that is not there.
    pub fn set_dns_settings(
        &mut self,
        of: DnsSettingsOf,
        settings: DnsSettings,
    ) -> Result<(), Win32Error> {
        settings
            .check()
            .map_err(|_| Win32Error::ERROR_INVALID_PARAMETER)?;
        match of {
            DnsSettingsOf::Server(Family::V4) => self.config.dns = settings,
            DnsSettingsOf::Server(Family::V6) => self.config.dns_v6 = settings,
            DnsSettingsOf::Scope(id) => {
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
        let asked = request.client_fqdn();
        let host_name = match asked {
            Some(_) => request.host_name().unwrap_or_default().to_owned(),
            None => host_name_of(request),
        };
        let decision = self.decide(scope, asked.as_ref(), &host_name);
        let client = (client_of(request), request.client_id().is_some());
        self.register(arrival.at, scope, address.into(), client, decision)
    }

    /// What is done for a client that sent this option and this host name.
    pub(super) fn decide(
        &self,
        scope: IpNet,
        asked: Option<&ClientFqdn>,
        host_name: &str,
    ) -> Decision {
        let settings = self.dns_settings(DnsSettingsOf::Scope(scope));
        settings.decide(asked, host_name, self.domain_of(scope))
    }

    /// Has done for a lease what was decided about its client, which may have named itself by
    /// option 61; returns the option of the answer.
    pub(super) fn register(
        &mut self,
        at: Moment,
        scope: IpNet,
        address: IpAddr,
        (client, by_identifier): (ReservedClient, bool),
        decision: Decision,
    ) -> Option<ClientFqdn> {
        let protected = self
            .dns_settings(DnsSettingsOf::Scope(scope))
            .name_protection;
        let Decision {
            host,
            ptr,
            name,
            answer,
        } = decision;
        let Some(name) = name.filter(|_| host || ptr) else {
            // A client that is no longer registered, or another one than the address had before.
            let stranger = self
                .registrar
                .registration(address)
                .is_some_and(|old| old.client != client || answer.is_some());
            if stranger {
                self.registrar.remove(address);
                self.log_registrations(at);
            }
            return answer;
        };
        self.registrar.register(Registration {
            address,
            name,
            client,
            by_identifier,
            host,
            ptr,
            protected,
        });
        self.log_registrations(at);
        answer
    }

    /// Option 15 of the scope, or of the server; of an IPv6 scope the domain it has clients search.
    fn domain_of(&self, scope: IpNet) -> Option<&str> {
        if scope.addr().is_ipv6() {
            return self.scopes.get(scope)?.dns_domain_v6.as_deref();
        }
        let own = self.scopes.get(scope).map(|scope| scope.options.as_slice());
        let options = own.into_iter().flatten().chain(&self.config.options);
        options.into_iter().find_map(|option| match option {
            DhcpOption::DomainName(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// A lease expired, was released, declined or deleted: its records go where the settings say
    /// so. Returns whether they do.
    pub(super) fn lease_over(&mut self, scope: IpNet, address: IpAddr) -> bool {
        let settings = self.dns_settings(DnsSettingsOf::Scope(scope));
        match settings.delete_on_expiry {
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
        let own = self.config.server_id().map(IpAddr::V4);
        let Some(own) = own.or_else(|| self.config.addresses.first().copied()) else {
            return;
        };
        let from = SocketAddr::new(own, DNS_CLIENT_PORT);
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
        // The log of IPv6 has no numbers for what becomes of registrations (domain 8.8).
        let of_v4 = |report: &Report| report.address.is_ipv4();
        for report in self.registrar.take_reports().into_iter().filter(of_v4) {
            let (id, description, error) = report.outcome.line();
            let line = LineV4 {
                id,
                description,
                address: Some(report.address),
                host_name: &report.name,
                client: &report.client,
                dns_error: error,
                ..LineV4::default()
            };
            self.audit_v4.v4(at.wall, &line);
        }
    }
}
