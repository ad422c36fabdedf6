//! The server: what it holds, what happens to it, and the time passing over it.

use std::net::{IpAddr, SocketAddr};

use super::audit::{AuditLog, LineV4, LineV6};
use super::client::bytes_of;
use super::config::{ConfigError, DhcpServerConfig};
use super::diagnostics::{Diagnostics, Unanswered};
use super::dns::Registrar;
use super::events::ConfigEvent;
use super::kea::ControlState;
use super::pool::{Binding, Due, Millis};
use super::probe::Probes;
use super::register::DNS_CLIENT_PORT;
use super::scope::Scopes;
use super::traffic::Traffic;
use crate::addr::Family;
use crate::base::Moment;
use crate::net::{Event, Outbox, Service};

/// A DHCP server. Its scopes and leases are its database and survive a crash; offers and conflict
/// probes do not.
pub struct DhcpServer {
    pub(super) config: DhcpServerConfig,
    pub(super) scopes: Scopes,
    pub(super) probes: Probes,
    pub(super) audit_v4: AuditLog,
    pub(super) audit_v6: AuditLog,
    pub(super) diagnostics: Diagnostics,
    pub(super) events: Vec<ConfigEvent>,
    pub(super) traffic: Traffic,
    /// What Kea's control commands set and no client or Windows call sees.
    pub(super) control: ControlState,
    pub(super) running: bool,
    /// The service is paused, or on its way from one state to another: clients hear nothing.
    pub(super) paused: bool,
    /// No deadline lies before this one.
    pub(super) next_due: Millis,
    pub(super) registrar: Registrar,
    /// When the timer that is set runs out, for what DNS needs done in time.
    pub(super) dns_wake: Option<Millis>,
}

/// What a handler made of a message: an answer, a deliberate silence, or a refusal to note.
pub(super) type Handled<T> = Result<Option<T>, Unanswered>;

/// The datagram under way through the handlers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub at: Moment,
    pub from: SocketAddr,
    pub to: SocketAddr,
}

impl Arrival {
    pub fn now(&self) -> Millis {
        self.at.wall.as_millisecond()
    }
}

impl DhcpServer {
    /// A server with this set-up, not yet started.
    pub fn new(config: DhcpServerConfig) -> Result<DhcpServer, ConfigError> {
        if !config.scopes.is_empty() && config.server_id().is_none() {
            return Err(ConfigError::NoAddress);
        }
        Ok(DhcpServer {
            scopes: Scopes::from_config(&config)?,
            probes: Probes::default(),
            audit_v4: AuditLog::new(Family::V4, config.audit_log),
            audit_v6: AuditLog::new(Family::V6, config.audit_log),
            diagnostics: Diagnostics::default(),
            events: Vec::new(),
            traffic: Traffic::default(),
            control: ControlState::default(),
            running: false,
            paused: false,
            next_due: Millis::MAX,
            registrar: Registrar::new(config.dns_client.clone()),
            dns_wake: None,
            config,
        })
    }

    pub fn config(&self) -> &DhcpServerConfig {
        &self.config
    }

    pub fn diagnostics(&self) -> &Diagnostics {
        &self.diagnostics
    }

    /// Whether the directory lists the server. The change is checked, and logged, at once.
    pub fn set_authorised(&mut self, at: Moment, authorised: bool) {
        self.settle(at);
        if self.config.authorised != authorised {
            self.config.authorised = authorised;
            if self.running {
                self.log_authorisation(at);
            }
        }
    }

    /// Stops answering clients, or answers them again. Management goes on, leases run out.
    pub fn set_paused(&mut self, paused: bool) {
        self.paused = paused;
    }

    /// The configuration events since the last call (domain 9.7).
    pub fn take_events(&mut self) -> Vec<ConfigEvent> {
        std::mem::take(&mut self.events)
    }

    /// The audit log's files at `at`: name and text, IPv4 first (domain 8.8).
    pub fn audit_files(&mut self, at: Moment) -> Vec<(String, String)> {
        self.settle(at);
        self.audit_v4
            .files()
            .chain(self.audit_v6.files())
            .map(|(name, text)| (name, text.to_owned()))
            .collect()
    }

    /// Names and sizes in bytes of the audit log's files at `at`, IPv4 first.
    pub fn audit_sizes(&mut self, at: Moment) -> Vec<(String, u64)> {
        self.settle(at);
        let files = self.audit_v4.files().chain(self.audit_v6.files());
        files
            .map(|(name, text)| (name, text.len() as u64))
            .collect()
    }

    /// The text of one file of the audit log at `at`, named without regard to case.
    pub fn audit_file(&mut self, name: &str, at: Moment) -> Option<&str> {
        self.settle(at);
        let mut files = self.audit_v4.files().chain(self.audit_v6.files());
        files
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, text)| text)
    }

    /// Lets the calendar pass up to `at`: leases expire, records go, files change at midnight.
    /// Everything is logged with the time it was due, in order.
    pub fn settle(&mut self, at: Moment) {
        let now = at.wall.as_millisecond();
        if now >= self.next_due {
            self.expire(now);
        }
        if self.running {
            self.audit_v4.roll(at.wall);
            self.audit_v6.roll(at.wall);
        }
    }

    fn expire(&mut self, now: Millis) {
        let grace = self.grace();
        let mut due = Vec::new();
        for scope in self.scopes.iter_mut() {
            while let Some((at, address, what, binding)) = scope.pool.settle_one(now, grace) {
                due.push((at, address, what, binding, scope.id));
            }
        }
        due.sort_by_key(|(at, address, ..)| (*at, *address));
        for (at, address, what, binding, prefix) in due {
            self.tally_due(prefix, &what);
            self.log_due(at, address, &what, &binding, prefix);
        }
        let deadlines = self.scopes.iter().filter_map(|s| s.pool.next_due());
        self.next_due = deadlines.min().unwrap_or(Millis::MAX);
    }

    fn tally_due(&mut self, prefix: ipnet::IpNet, what: &Due) {
        if let Some(scope) = self.scopes.get_mut(prefix) {
            scope.tally.reclaimed += u64::from(*what == Due::Expired);
            scope.tally.reclaimed_declined += u64::from(*what == Due::Retried);
        }
    }

    fn log_due(
        &mut self,
        at: Millis,
        address: IpAddr,
        what: &Due,
        binding: &Binding,
        prefix: ipnet::IpNet,
    ) {
        let (id_v4, id_v6, description) = match what {
            // The log of IPv6 has one number for both.
            Due::Expired if self.lease_over(prefix, address) => (18, 11018, "Expired"),
            Due::Expired => (17, 11018, "Expired"),
            Due::Purged => (16, 11016, "Deleted"),
            Due::Retried | Due::Lapsed => return,
        };
        if !self.running {
            return;
        }
        let when = jiff::Timestamp::from_millisecond(at).unwrap_or(jiff::Timestamp::MAX);
        if address.is_ipv4() {
            let line = LineV4 {
                id: id_v4,
                description,
                address: Some(address),
                host_name: &binding.host_name,
                client: bytes_of(&binding.client),
                ..LineV4::default()
            };
            self.audit_v4.v4(when, &line);
        } else {
            let line = LineV6 {
                id: id_v6,
                description,
                address: Some(address),
                host_name: &binding.host_name,
                duid: bytes_of(&binding.client),
                prefix: Some(prefix),
                ..LineV6::default()
            };
            self.audit_v6.v6(when, &line);
        }
    }

    pub(super) fn grace(&self) -> Millis {
        Millis::try_from(self.config.grace.as_millis()).unwrap_or(Millis::MAX)
    }

    /// Notes a deadline that a binding of some scope just got.
    pub(super) fn due_at(&mut self, until: Millis) {
        self.next_due = self.next_due.min(until);
    }

    fn start(&mut self, at: Moment) {
        self.running = true;
        self.control.note_start(at);
        self.give_preset_leases(at);
        self.settle(at);
        self.log_plain(at, (0, "Started"), (11010, "DHCPV6 Started"));
        self.log_authorisation(at);
    }

    fn stop(&mut self, at: Moment, crashed: bool) {
        if !crashed {
            self.settle(at);
            self.log_plain(at, (1, "Stopped"), (11011, "DHCPV6 Stopped"));
        }
        self.running = false;
        self.registrar.stop();
        self.dns_wake = None;
        self.probes = Probes::default();
        for scope in self.scopes.iter_mut() {
            scope.pool.drop_offers();
        }
    }

    fn log_authorisation(&mut self, at: Moment) {
        let domain = self.config.domain.clone();
        let (v4, v6) = match self.config.authorised {
            true => ((55, "Authorized(servicing)"), (1103, "Authorized")),
            false => ((54, "Authorization failure"), (1104, "Not authorized")),
        };
        let line = LineV4 {
            id: v4.0,
            description: v4.1,
            host_name: &domain,
            ..LineV4::default()
        };
        self.audit_v4.v4(at.wall, &line);
        let line = LineV6 {
            id: v6.0,
            description: v6.1,
            host_name: &domain,
            ..LineV6::default()
        };
        self.audit_v6.v6(at.wall, &line);
    }

    fn log_plain(&mut self, at: Moment, v4: (u16, &str), v6: (u16, &str)) {
        let line = LineV4 {
            id: v4.0,
            description: v4.1,
            ..LineV4::default()
        };
        self.audit_v4.v4(at.wall, &line);
        let line = LineV6 {
            id: v6.0,
            description: v6.1,
            ..LineV6::default()
        };
        self.audit_v6.v6(at.wall, &line);
    }
}

impl Service for DhcpServer {
    fn handle(&mut self, at: Moment, event: Event<'_>, out: &mut Outbox) {
        match event {
            Event::Started => self.start(at),
            Event::Stopped { crashed } => self.stop(at, crashed),
            Event::Datagram { from, to, payload } if to.port() == DNS_CLIENT_PORT => {
                self.settle(at);
                self.hear_dns(at, (from, to), payload, out);
            }
            Event::Datagram { from, to, payload } => {
                let arrival = Arrival { at, from, to };
                self.datagram(arrival, payload, out);
            }
            Event::PingDone { token, alive, .. } => {
                self.settle(at);
                self.probe_done(at, token, alive, out);
            }
            Event::Timer { .. } => {
                self.wake(at);
                self.settle(at);
            }
            // DHCP has no connections here.
            Event::Opened { .. } | Event::Data { .. } | Event::Closed { .. } => {}
        }
        if self.running {
            self.work_on_dns(at, out);
        }
    }
}
