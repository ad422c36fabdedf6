//! What the laboratory does to the simulated network: hosts, listeners, crashes, faults, capture.

use super::services::Happening;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use crate::base::time::millis;
use crate::net::admission::HostSpec;
use crate::net::fault::{Command, FaultError, FaultSpec, FaultStatus};
use crate::net::packet::{CaptureMode, Counters, Packet, Transport};
use crate::net::service::SharedService;

use super::driver::Sim;
use super::endpoint::SimEndpoint;
use super::hosts::{Holder, HostId, Listener, Station, close_port, open_port};
use super::services::ServiceKey;
use super::state::{Job, State};

impl Sim {
    pub(in crate::net) fn add_host(&self, spec: HostSpec) {
        self.with(|state| state.hosts.add(spec, state.seed));
    }

    pub(in crate::net) fn add_devices(&self, devices: impl Iterator<Item = (IpAddr, bool)>) {
        self.with(|state| {
            for (address, answers_ping) in devices {
                state.hosts.place(
                    address,
                    Station {
                        holder: Holder::Device,
                        answers_ping,
                    },
                );
            }
        });
    }

    pub(in crate::net) fn remove_address(&self, address: IpAddr) {
        self.with(|state| state.hosts.vacate(address));
    }

    pub(in crate::net) fn set_answers_ping(&self, address: IpAddr, answers: bool) {
        self.with(|state| state.hosts.set_answers_ping(address, answers));
    }

    pub(in crate::net) fn set_host_up(&self, name: &str, up: bool) -> bool {
        self.with(|state| {
            let host = state.hosts.named(name);
            host.map(|host| state.hosts.get_mut(host).up = up).is_some()
        })
    }

    /// One-way latency between two hosts, in both directions.
    pub(in crate::net) fn set_latency(&self, one: &str, other: &str, latency: Duration) -> bool {
        self.with(|state| {
            let ends = state.hosts.named(one).zip(state.hosts.named(other));
            if let Some((one, other)) = ends {
                state.latencies.insert((one, other), millis(latency));
                state.latencies.insert((other, one), millis(latency));
            }
            ends.is_some()
        })
    }

    pub(in crate::net) fn set_default_latency(&self, latency: Duration) {
        self.with(|state| state.default_latency_ms = millis(latency));
    }

    /// Listens on `local` for the host that has the address.
    pub(in crate::net) fn bind(
        &self,
        transport: Transport,
        local: SocketAddr,
        program: &str,
        service: &SharedService,
    ) -> io::Result<()> {
        self.with(|state| {
            let host = state
                .host_at(local)
                .ok_or(io::ErrorKind::AddrNotAvailable)?;
            let key = state.service_key(host, program, service);
            let owner = state.hosts.get_mut(host);
            let opened = match transport {
                Transport::Udp => open_port(&mut owner.udp, local, Listener::Service(key)),
                Transport::Tcp => open_port(&mut owner.tcp, local, key),
                Transport::Icmp => return Err(io::ErrorKind::Unsupported.into()),
            };
            opened
                .then_some(())
                .ok_or_else(|| io::ErrorKind::AddrInUse.into())
        })
    }

    /// Listens on a UDP port of every IPv4 address of a host.
    pub(in crate::net) fn bind_everywhere(
        &self,
        host: &str,
        port: u16,
        program: &str,
        service: &SharedService,
    ) -> io::Result<()> {
        self.with(|state| {
            let host = state.hosts.named(host);
            let host = host.ok_or(io::ErrorKind::AddrNotAvailable)?;
            let key = state.service_key(host, program, service);
            let local = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
            let owner = state.hosts.get_mut(host);
            open_port(&mut owner.udp, local, Listener::Service(key))
                .then_some(())
                .ok_or_else(|| io::ErrorKind::AddrInUse.into())
        })
    }

    /// Stops listening on `local`; false when no service did.
    pub(in crate::net) fn unbind(&self, transport: Transport, local: SocketAddr) -> bool {
        self.with(|state| {
            let Some(host) = state.host_at(local) else {
                return false;
            };
            let owner = state.hosts.get_mut(host);
            match transport {
                Transport::Udp => close_port(&mut owner.udp, local, |listener| {
                    matches!(listener, Listener::Service(_))
                }),
                Transport::Tcp => close_port(&mut owner.tcp, local, |_| true),
                Transport::Icmp => false,
            }
        })
    }

    /// Whether a service listens for connections on `local`.
    pub(in crate::net) fn is_listening(&self, local: SocketAddr) -> bool {
        self.with(|state| {
            let host = state.host_at(local).map(|host| state.hosts.get(host));
            let open = host.and_then(|host| host.tcp.get(&local.port()));
            open.is_some_and(|open| open.iter().any(|(address, _)| *address == local.ip()))
        })
    }

    pub(in crate::net) fn carry_out(&self, command: &Command) -> bool {
        self.with(|state| state.execute(command))
    }

    pub(in crate::net) fn endpoint(self: &Rc<Self>, name: &str) -> Option<SimEndpoint> {
        let host = self.with(|state| state.hosts.named(name))?;
        Some(SimEndpoint::new(Rc::clone(self), host))
    }

    pub(in crate::net) fn add_fault(&self, spec: FaultSpec) -> Result<(), FaultError> {
        self.with(|state| {
            let name = Rc::clone(&spec.name);
            for at in state.faults.add(spec)? {
                let at = at.max(state.now.sim);
                state.plan(at, Job::FaultAlarm(Rc::clone(&name)));
            }
            Ok(())
        })
    }

    pub(in crate::net) fn remove_fault(&self, name: &str) -> bool {
        self.with(|state| {
            let removed = state.faults.remove(name, state.now.sim);
            if let Some(Some(undo)) = &removed {
                state.execute(undo);
            }
            removed.is_some()
        })
    }

    pub(in crate::net) fn faults(&self) -> Vec<FaultStatus> {
        self.with(|state| state.faults.status())
    }

    pub(in crate::net) fn set_capture(&self, mode: CaptureMode) {
        self.with(|state| state.ledger.set_mode(mode));
    }

    /// The packets from the `first`-th on, in order of sending.
    pub(in crate::net) fn summarise_packets(&self, classify: fn(&Packet) -> &'static str) {
        self.with(|state| state.ledger.summarise(classify));
    }

    pub(in crate::net) fn packet_summary(&self) -> Vec<(&'static str, Option<String>, u64)> {
        self.with(|state| state.ledger.summary())
    }

    pub(in crate::net) fn capture_from(&self, first: usize) -> Vec<Packet> {
        self.with(|state| {
            let packets = state.ledger.packets();
            packets.get(first..).unwrap_or(&[]).to_vec()
        })
    }

    pub(in crate::net) fn each_packet(&self, look: &mut dyn FnMut(&Packet)) {
        self.with(|state| state.ledger.packets().iter().for_each(look));
    }

    pub(in crate::net) fn counters(&self) -> Counters {
        self.with(|state| state.ledger.counters())
    }
}

impl State {
    pub(super) fn fault_alarm(&mut self, name: &Rc<str>) {
        if let Some(command) = self.faults.alarm(name, self.now.sim) {
            self.carry_out(name, command);
        }
    }

    /// Carries out what a fault caused; it counts as fired when it had an effect.
    pub(super) fn carry_out(&mut self, fault: &Rc<str>, command: Command) {
        if self.execute(&command) {
            self.faults.fired(fault);
        }
    }

    /// False when there is no such host or service, or it is in that state already.
    fn execute(&mut self, command: &Command) -> bool {
        match command {
            Command::CrashHost {
                host,
                restart_after,
            } => self.crash_host(host, *restart_after),
            Command::CrashService {
                host,
                program,
                restart_after,
            } => {
                let crashed = self.stop_services(host, program, true);
                if let Some(after) = restart_after {
                    self.plan_restarts(&crashed, *after);
                }
                !crashed.is_empty()
            }
            Command::StopService { host, program } => {
                !self.stop_services(host, program, false).is_empty()
            }
            Command::StartService { host, program } => {
                let Some(host) = self.hosts.named(host) else {
                    return false;
                };
                let services = self.services_of(host, Some(program));
                let started = services.into_iter().filter(|key| self.start(*key));
                started.count() > 0
            }
            Command::WakeService { host, program } => {
                let Some(host) = self.hosts.named(host) else {
                    return false;
                };
                let services = self.services_of(host, Some(program));
                for key in &services {
                    self.tell_soon(*key, Happening::Timer { token: 0 });
                }
                !services.is_empty()
            }
        }
    }

    fn stop_services(&mut self, host: &str, program: &str, crashed: bool) -> Vec<ServiceKey> {
        let Some(host) = self.hosts.named(host) else {
            return Vec::new();
        };
        let mut stopped = self.services_of(host, Some(program));
        stopped.retain(|key| self.stop(*key, crashed));
        for key in &stopped {
            self.end_conns_of(*key, true);
        }
        stopped
    }

    fn plan_restarts(&mut self, services: &[ServiceKey], after: Duration) {
        for service in services {
            let (service, epoch) = (*service, self.record(*service).epoch);
            self.plan_in(millis(after), Job::RestartService { service, epoch });
        }
    }

    fn crash_host(&mut self, name: &str, restart_after: Option<Duration>) -> bool {
        let Some(id) = self.hosts.named(name) else {
            return false;
        };
        let host = self.hosts.get_mut(id);
        if !host.up {
            return false;
        }
        host.up = false;
        host.crashes += 1;
        let crashes = host.crashes;
        let mut crashed = self.services_of(id, None);
        crashed.retain(|key| self.stop(*key, true));
        for key in &crashed {
            self.end_conns_of(*key, false);
        }
        if let Some(after) = restart_after {
            self.plan_in(millis(after), Job::RestartHost { host: id, crashes });
            self.plan_restarts(&crashed, after);
        }
        true
    }

    pub(super) fn restart_host(&mut self, id: HostId, crashes: u32) {
        let host = self.hosts.get_mut(id);
        if host.crashes == crashes {
            host.up = true;
        }
    }
}
