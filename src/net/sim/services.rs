//! Services as the simulated network runs them: start and stop, what they are told, what they do.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use crate::base::time::millis;
use crate::net::service::{Action, ConnId, Event, SharedService};

use super::hosts::HostId;
use super::slots::Key;
use super::state::{Job, State};

/// A place in the list of services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ServiceKey(u32);

/// A service on a host.
pub(super) struct Record {
    pub(super) host: HostId,
    pub(super) program: Rc<str>,
    service: SharedService,
    pub(super) running: bool,
    /// Counts stops. What was meant for the service before a stop is lost on the one after it.
    pub(super) epoch: u32,
}

/// Something to tell a service.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) service: ServiceKey,
    pub(super) epoch: u32,
    pub(super) what: Happening,
}

/// An [`Event`] that owns what it tells.
pub(super) enum Happening {
    Started,
    Stopped {
        crashed: bool,
    },
    Datagram {
        from: SocketAddr,
        to: SocketAddr,
        payload: Rc<[u8]>,
    },
    Opened {
        conn: ConnId,
        peer: SocketAddr,
        local: SocketAddr,
    },
    Data {
        conn: ConnId,
        bytes: Rc<[u8]>,
    },
    Closed {
        conn: ConnId,
    },
    PingDone {
        token: u64,
        target: IpAddr,
        alive: bool,
    },
    Timer {
        token: u64,
    },
}

impl Happening {
    pub(super) fn event(&self) -> Event<'_> {
        match self {
            Happening::Started => Event::Started,
            Happening::Stopped { crashed } => Event::Stopped { crashed: *crashed },
            Happening::Datagram { from, to, payload } => Event::Datagram {
                from: *from,
                to: *to,
                payload,
            },
            Happening::Opened { conn, peer, local } => Event::Opened {
                conn: *conn,
                peer: *peer,
                local: *local,
            },
            Happening::Data { conn, bytes } => Event::Data { conn: *conn, bytes },
            Happening::Closed { conn } => Event::Closed { conn: *conn },
            Happening::PingDone {
                token,
                target,
                alive,
            } => Event::PingDone {
                token: *token,
                target: *target,
                alive: *alive,
            },
            Happening::Timer { token } => Event::Timer { token: *token },
        }
    }
}

impl fmt::Debug for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.event().fmt(f)
    }
}

impl State {
    /// The record of `service` under `program` on `host`, made and started when it is new.
    pub(super) fn service_key(
        &mut self,
        host: HostId,
        program: &str,
        service: &SharedService,
    ) -> ServiceKey {
        let of_program = self.services_of(host, Some(program));
        let known = of_program
            .into_iter()
            .find(|key| same_core(&self.record(*key).service, service));
        if let Some(key) = known {
            return key;
        }
        let key = ServiceKey(u32::try_from(self.services.len()).expect("fewer services"));
        self.services.push(Record {
            host,
            program: program.into(),
            service: Rc::clone(service),
            running: true,
            epoch: 0,
        });
        self.services_by_host.entry(host).or_default().push(key);
        self.tell_soon(key, Happening::Started);
        key
    }

    /// Whether what `one` does may be about what `other` was told: they share a core.
    pub(super) fn share_core(&self, one: ServiceKey, other: ServiceKey) -> bool {
        one == other || same_core(&self.record(one).service, &self.record(other).service)
    }

    pub(super) fn record(&self, key: ServiceKey) -> &Record {
        &self.services[key.0 as usize]
    }

    /// The services that firewall rules know as `program` on `host`. Windows compares service
    /// names without regard to case.
    pub(super) fn services_of(&self, host: HostId, program: Option<&str>) -> Vec<ServiceKey> {
        let own = self.services_by_host.get(&host).into_iter().flatten();
        own.copied()
            .filter(|key| {
                let known = &self.record(*key).program;
                program.is_none_or(|name| known.eq_ignore_ascii_case(name))
            })
            .collect()
    }

    /// Tells a running service something now.
    pub(super) fn tell(&mut self, service: ServiceKey, what: Happening) {
        let epoch = self.record(service).epoch;
        self.calls.push_back(Call {
            service,
            epoch,
            what,
        });
    }

    /// Tells a service something as soon as the driver gets to it; for callers outside a job.
    pub(super) fn tell_soon(&mut self, service: ServiceKey, what: Happening) {
        self.tell_in(0, service, what);
    }

    fn tell_in(&mut self, delay_ms: u64, service: ServiceKey, what: Happening) {
        let epoch = self.record(service).epoch;
        self.plan_in(
            delay_ms,
            Job::Call(Box::new(Call {
                service,
                epoch,
                what,
            })),
        );
    }

    /// Starts a service that is stopped; false when it runs already.
    pub(super) fn start(&mut self, key: ServiceKey) -> bool {
        let record = &mut self.services[key.0 as usize];
        if record.running {
            return false;
        }
        record.running = true;
        self.tell_soon(key, Happening::Started);
        true
    }

    /// Stops a service that runs; false when it is stopped already. Its timers and pings are
    /// lost with the epoch; its connections are for the caller to end.
    pub(super) fn stop(&mut self, key: ServiceKey, crashed: bool) -> bool {
        let record = &mut self.services[key.0 as usize];
        if !record.running {
            return false;
        }
        record.running = false;
        record.epoch = record.epoch.wrapping_add(1);
        self.tell_soon(key, Happening::Stopped { crashed });
        true
    }

    pub(super) fn restart_service(&mut self, key: ServiceKey, epoch: u32) {
        if self.record(key).epoch == epoch {
            self.start(key);
        }
    }

    /// Who is to be called, unless the service has stopped since the call was meant for it.
    pub(super) fn callee(&self, call: &Call) -> Option<SharedService> {
        let record = self.record(call.service);
        let meant = match call.what {
            Happening::Stopped { .. } => true,
            _ => record.running && record.epoch == call.epoch,
        };
        meant.then(|| Rc::clone(&record.service))
    }

    pub(super) fn carry_out_actions(&mut self, call: &Call, actions: &mut Vec<Action>) {
        if let Happening::Stopped { crashed: true } = call.what {
            return;
        }
        let host = self.record(call.service).host;
        for action in actions.drain(..) {
            match action {
                Action::Send { from, to, payload } => {
                    self.send_datagram(host, from, to, payload.into());
                }
                Action::Write { conn, bytes } => {
                    self.server_writes(call.service, Key::from_bits(conn.0), &bytes);
                }
                Action::Close { conn } => {
                    self.server_closes(call.service, Key::from_bits(conn.0));
                }
                Action::Ping {
                    target,
                    timeout,
                    token,
                } => self.service_pings(call.service, target, timeout, token),
                Action::Timer { after, token } => {
                    self.tell_in(millis(after), call.service, Happening::Timer { token });
                }
                Action::Join {
                    address,
                    answers_ping,
                } => {
                    self.hosts.join(host, address, answers_ping);
                }
                Action::Leave { address } => self.hosts.leave(host, address),
            }
        }
    }
}

/// Whether two handles are of one core, which may be bound under several programs.
fn same_core(one: &SharedService, other: &SharedService) -> bool {
    std::ptr::addr_eq(Rc::as_ptr(one), Rc::as_ptr(other))
}
