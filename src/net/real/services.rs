//! Services over kernel sockets: start, stop, events in, actions out.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::net::endpoint::PingReply;
use crate::net::packet::Transport;
use crate::net::service::{Action, ConnId, Event, Outbox, SharedService};

use super::hosts::HostId;
use super::listen::Served;
use super::net::RealNet;
use super::udp::Sender;

/// A place in the list of services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ServiceKey(usize);

pub(super) struct Record {
    pub(super) host: HostId,
    pub(super) program: Rc<str>,
    service: SharedService,
    pub(super) running: bool,
    /// Counts stops; what was meant for before a stop is lost after it.
    epoch: u32,
}

/// The services of a real network, their sending sockets and their connections.
#[derive(Default)]
pub(super) struct Services {
    records: Vec<Record>,
    pub(super) senders: BTreeMap<SocketAddr, Rc<Sender>>,
    pub(super) conns: BTreeMap<u64, Rc<Served>>,
    /// Dropping an entry ends the loop of that port.
    pub(super) open_ports: BTreeMap<(Transport, SocketAddr), oneshot::Sender<()>>,
    conns_opened: u64,
}

impl Services {
    pub(super) fn record(&self, key: ServiceKey) -> &Record {
        &self.records[key.0]
    }

    pub(super) fn next_conn(&mut self) -> ConnId {
        self.conns_opened += 1;
        ConnId(self.conns_opened)
    }

    pub(super) fn of(&self, host: HostId, program: Option<&str>) -> Vec<ServiceKey> {
        let named =
            |record: &Record| program.is_none_or(|name| record.program.eq_ignore_ascii_case(name));
        (0..self.records.len())
            .filter(|place| self.records[*place].host == host && named(&self.records[*place]))
            .map(ServiceKey)
            .collect()
    }
}

impl RealNet {
    /// The record of `service` on `host`, made and started when it is new.
    pub(super) fn service_key(
        self: &Rc<Self>,
        host: HostId,
        program: &str,
        service: &SharedService,
    ) -> ServiceKey {
        let mut services = self.services.borrow_mut();
        let known = services.records.iter().position(|record| {
            record.host == host
                && record.program.eq_ignore_ascii_case(program)
                && same_core(&record.service, service)
        });
        if let Some(place) = known {
            return ServiceKey(place);
        }
        let key = ServiceKey(services.records.len());
        services.records.push(Record {
            host,
            program: program.into(),
            service: Rc::clone(service),
            running: true,
            epoch: 0,
        });
        drop(services);
        self.tell_started(key, 0);
        key
    }

    /// Tells a service from the driver that it starts, so that no caller is inside another one.
    fn tell_started(self: &Rc<Self>, key: ServiceKey, epoch: u32) {
        let net = Rc::clone(self);
        self.start_loop(async move { net.tell_in_epoch(key, epoch, Event::Started) });
    }

    fn tell_in_epoch(self: &Rc<Self>, key: ServiceKey, epoch: u32, event: Event<'_>) {
        let current = self.services.borrow().record(key).epoch;
        if current == epoch {
            self.tell(key, event, None);
        }
    }

    /// Lets a service handle an event and does what it wants done. `outside` is the peer to
    /// answer when it is none of ours.
    pub(super) fn tell(
        self: &Rc<Self>,
        key: ServiceKey,
        event: Event<'_>,
        outside: Option<SocketAddr>,
    ) {
        let stopping = matches!(event, Event::Stopped { .. });
        let service = {
            let services = self.services.borrow();
            let record = services.record(key);
            (record.running || stopping).then(|| Rc::clone(&record.service))
        };
        let Some(service) = service else {
            return;
        };
        let mut out = Outbox::default();
        service.borrow_mut().handle(self.now(), event, &mut out);
        if !matches!(event, Event::Stopped { crashed: true }) {
            for action in out.actions {
                self.carry_out_action(key, action, outside);
            }
        }
    }

    fn carry_out_action(
        self: &Rc<Self>,
        key: ServiceKey,
        action: Action,
        outside: Option<SocketAddr>,
    ) {
        match action {
            Action::Send { from, to, payload } => {
                let host = self.services.borrow().record(key).host;
                self.service_sends(host, (from, to), &payload, outside);
            }
            Action::Write { conn, bytes } => self.with_conn(key, conn, |served| {
                served.write(&bytes);
            }),
            Action::Close { conn } => self.with_conn(key, conn, Served::close),
            Action::Ping {
                target,
                timeout,
                token,
            } => {
                let net = Rc::clone(self);
                let (host, epoch) = self.host_and_epoch(key);
                self.start_loop(async move {
                    let reply = net.ping(host, target, timeout).await;
                    let done = Event::PingDone {
                        token,
                        target,
                        alive: reply != PingReply::TimedOut,
                    };
                    net.tell_in_epoch(key, epoch, done);
                });
            }
            // Loopback addresses are given out when the network is made.
            Action::Join { .. } | Action::Leave { .. } => {}
            Action::Timer { after, token } => {
                let net = Rc::clone(self);
                let (_, epoch) = self.host_and_epoch(key);
                self.start_loop(async move {
                    tokio::time::sleep(after).await;
                    net.tell_in_epoch(key, epoch, Event::Timer { token });
                });
            }
        }
    }

    fn host_and_epoch(&self, key: ServiceKey) -> (HostId, u32) {
        let services = self.services.borrow();
        let record = services.record(key);
        (record.host, record.epoch)
    }

    fn with_conn(&self, key: ServiceKey, conn: ConnId, work: impl FnOnce(&Served)) {
        let services = self.services.borrow();
        let core = |key| &services.record(key).service;
        if let Some(served) = services.conns.get(&conn.0)
            && same_core(core(key), core(served.service))
        {
            work(served);
        }
    }

    pub(super) fn start_service(self: &Rc<Self>, key: ServiceKey) -> bool {
        let record = &mut self.services.borrow_mut().records[key.0];
        let started = !std::mem::replace(&mut record.running, true);
        if started {
            self.tell_started(key, record.epoch);
        }
        started
    }

    /// Tells a service that a timer ran out, unless it stops before it hears of it.
    pub(super) fn wake_service(self: &Rc<Self>, key: ServiceKey) {
        let (net, epoch) = (Rc::clone(self), self.host_and_epoch(key).1);
        self.start_loop(async move { net.tell_in_epoch(key, epoch, Event::Timer { token: 0 }) });
    }

    /// Stops a service and resets its connections.
    pub(super) fn stop_service(self: &Rc<Self>, key: ServiceKey, crashed: bool) -> bool {
        let mut services = self.services.borrow_mut();
        let record = &mut services.records[key.0];
        if !std::mem::replace(&mut record.running, false) {
            return false;
        }
        record.epoch = record.epoch.wrapping_add(1);
        let own = |served: &Rc<Served>| served.service == key;
        services
            .conns
            .values()
            .filter(|served| own(served))
            .for_each(|served| served.reset());
        services.conns.retain(|_, served| !own(served));
        drop(services);
        let net = Rc::clone(self);
        self.start_loop(async move { net.tell(key, Event::Stopped { crashed }, None) });
        true
    }

    pub(super) fn restart_after(self: &Rc<Self>, keys: Vec<ServiceKey>, after: Duration) {
        let net = Rc::clone(self);
        let epochs: Vec<u32> = keys.iter().map(|key| self.host_and_epoch(*key).1).collect();
        self.start_loop(async move {
            tokio::time::sleep(after).await;
            for (key, epoch) in keys.into_iter().zip(epochs) {
                if net.host_and_epoch(key).1 == epoch {
                    net.start_service(key);
                }
            }
        });
    }

    /// Ends a connection from the client's side.
    pub(super) fn conn_closed(self: &Rc<Self>, conn: ConnId) {
        let served = self.services.borrow_mut().conns.remove(&conn.0);
        if let Some(served) = served {
            self.tell(served.service, Event::Closed { conn }, None);
        }
    }
}

/// Whether two handles are of one core, which may be bound under several programs.
fn same_core(one: &SharedService, other: &SharedService) -> bool {
    std::ptr::addr_eq(Rc::as_ptr(one), Rc::as_ptr(other))
}
