//! What the laboratory does to a real network.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::select;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::net::admission::HostSpec;
use crate::net::fault::Command;
use crate::net::packet::Transport;
use crate::net::service::SharedService;

use super::map::Binding;
use super::net::{RealEndpoint, RealNet};
use super::services::ServiceKey;
use super::udp;

impl RealNet {
    pub(in crate::net) fn add_host(&self, spec: HostSpec) {
        self.hosts.borrow_mut().add(spec, self.seed);
    }

    pub(in crate::net) fn add_devices(&self, devices: impl Iterator<Item = (IpAddr, bool)>) {
        let mut hosts = self.hosts.borrow_mut();
        devices.for_each(|(address, answers)| hosts.add_device(address, answers));
    }

    pub(in crate::net) fn remove_address(&self, address: IpAddr) {
        self.hosts.borrow_mut().vacate(address);
    }

    pub(in crate::net) fn set_answers_ping(&self, address: IpAddr, answers: bool) {
        self.hosts.borrow_mut().set_answers_ping(address, answers);
    }

    /// Deviation: a host that leaves the network resets its connections, because bytes that the
    /// kernel has taken cannot be held back.
    pub(in crate::net) fn set_host_up(&self, name: &str, up: bool) -> bool {
        let mut hosts = self.hosts.borrow_mut();
        let Some(id) = hosts.named(name) else {
            return false;
        };
        hosts.get_mut(id).up = up;
        let services = self.services.borrow();
        for served in services.conns.values() {
            if !up && services.record(served.service).host == id {
                served.reset();
            }
        }
        true
    }

    pub(in crate::net) fn bind(
        self: &Rc<Self>,
        transport: Transport,
        local: SocketAddr,
        program: &str,
        service: &SharedService,
    ) -> io::Result<()> {
        let station = self.hosts.borrow().at(local.ip());
        let host = station
            .and_then(|station| station.host)
            .ok_or(io::ErrorKind::AddrNotAvailable)?;
        if self.map.borrow().is_taken(transport, local) {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        let options = self.options.get();
        let real = match options.is_in_place(local.ip()) {
            true => options.place(local),
            false => SocketAddr::new(self.bind_address(local.ip()), self.next_port(transport)?),
        };
        let key = self.service_key(host, program, service);
        let real = match transport {
            Transport::Udp => self.open_udp(local, real, key)?,
            Transport::Tcp => self.open_tcp(local, real, key)?,
            Transport::Icmp => return Err(io::ErrorKind::Unsupported.into()),
        };
        let binding = Binding {
            host: Rc::clone(&self.hosts.borrow().get(host).name),
            program: program.into(),
            transport,
            simulated: local,
            real,
            external: false,
        };
        self.map.borrow_mut().add_listener(binding);
        Ok(())
    }

    fn open_udp(
        self: &Rc<Self>,
        local: SocketAddr,
        real: SocketAddr,
        key: ServiceKey,
    ) -> io::Result<SocketAddr> {
        let (socket, sender) = udp::bind(real)?;
        let real = socket.local_addr()?;
        let mut services = self.services.borrow_mut();
        services.senders.insert(local, Rc::new(sender));
        drop(services);
        let serving = Rc::clone(self).serve_udp(socket, local, key);
        self.start_port_loop((Transport::Udp, local), serving);
        Ok(real)
    }

    fn open_tcp(
        self: &Rc<Self>,
        local: SocketAddr,
        real: SocketAddr,
        key: ServiceKey,
    ) -> io::Result<SocketAddr> {
        let listener = std::net::TcpListener::bind(real)?;
        listener.set_nonblocking(true)?;
        let real = listener.local_addr()?;
        let listener = TcpListener::from_std(listener)?;
        let serving = Rc::clone(self).serve_tcp(listener, local, key);
        self.start_port_loop((Transport::Tcp, local), serving);
        Ok(real)
    }

    /// The port for the next listener: the lowest from the base port on that no listener of the
    /// transport has, so that a service's UDP and TCP come to lie on one number.
    fn next_port(&self, transport: Transport) -> io::Result<u16> {
        let Some(base) = self.options.get().base_port else {
            return Ok(0);
        };
        let map = self.map.borrow();
        let taken = |port: &u16| {
            map.listeners()
                .iter()
                .any(|binding| binding.transport == transport && binding.real.port() == *port)
        };
        (base..=u16::MAX)
            .find(|port| !taken(port))
            .ok_or_else(|| io::ErrorKind::AddrInUse.into())
    }

    pub(in crate::net) fn register_external(
        &self,
        transport: Transport,
        simulated: SocketAddr,
        real: SocketAddr,
        program: &str,
    ) -> io::Result<()> {
        let hosts = self.hosts.borrow();
        let host = hosts
            .at(simulated.ip())
            .and_then(|station| station.host)
            .ok_or(io::ErrorKind::AddrNotAvailable)?;
        let binding = Binding {
            host: Rc::clone(&hosts.get(host).name),
            program: program.into(),
            transport,
            simulated,
            real,
            external: true,
        };
        let added = self.map.borrow_mut().add_listener(binding);
        added
            .then_some(())
            .ok_or_else(|| io::ErrorKind::AddrInUse.into())
    }

    /// Runs the loop of a port until the port is unbound, which closes its socket.
    fn start_port_loop(
        &self,
        port: (Transport, SocketAddr),
        serving: impl Future<Output = ()> + 'static,
    ) {
        let (open, closed) = oneshot::channel::<()>();
        self.services.borrow_mut().open_ports.insert(port, open);
        self.start_loop(async move {
            select(closed, pin!(serving)).await;
        });
    }

    pub(in crate::net) fn unbind(&self, transport: Transport, local: SocketAddr) -> bool {
        let mut services = self.services.borrow_mut();
        if transport == Transport::Udp {
            services.senders.remove(&local);
        }
        services.open_ports.remove(&(transport, local));
        self.map.borrow_mut().remove_listener(transport, local)
    }

    pub(in crate::net) fn is_listening(&self, local: SocketAddr) -> bool {
        self.map.borrow().is_taken(Transport::Tcp, local)
    }

    pub(in crate::net) fn bindings(&self) -> Vec<Binding> {
        self.map.borrow().listeners().to_vec()
    }

    pub(in crate::net) fn endpoint(self: &Rc<Self>, name: &str) -> Option<RealEndpoint> {
        let host = self.hosts.borrow().named(name)?;
        Some(RealEndpoint::new(Rc::clone(self), host))
    }

    pub(in crate::net) fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    pub(in crate::net) fn carry_out(self: &Rc<Self>, command: &Command) -> bool {
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
                let crashed = self.stop_all(self.services_of(host, Some(program)), true);
                let any = !crashed.is_empty();
                if let Some(after) = restart_after {
                    self.restart_after(crashed, *after);
                }
                any
            }
            Command::StopService { host, program } => {
                let stopped = self.stop_all(self.services_of(host, Some(program)), false);
                !stopped.is_empty()
            }
            Command::StartService { host, program } => {
                let keys = self.services_of(host, Some(program));
                let started = keys.into_iter().filter(|key| self.start_service(*key));
                started.count() > 0
            }
            Command::WakeService { host, program } => {
                let keys = self.services_of(host, Some(program));
                keys.iter().for_each(|key| self.wake_service(*key));
                !keys.is_empty()
            }
        }
    }

    fn services_of(&self, host: &str, program: Option<&str>) -> Vec<ServiceKey> {
        match self.hosts.borrow().named(host) {
            Some(id) => self.services.borrow().of(id, program),
            None => Vec::new(),
        }
    }

    fn stop_all(self: &Rc<Self>, mut keys: Vec<ServiceKey>, crashed: bool) -> Vec<ServiceKey> {
        keys.retain(|key| self.stop_service(*key, crashed));
        keys
    }

    fn crash_host(self: &Rc<Self>, name: &str, restart_after: Option<Duration>) -> bool {
        let up = |net: &RealNet| {
            let hosts = net.hosts.borrow();
            hosts.named(name).is_some_and(|id| hosts.get(id).up)
        };
        if !up(self) {
            return false;
        }
        let crashed = self.stop_all(self.services_of(name, None), true);
        self.set_host_up(name, false);
        if let Some(after) = restart_after {
            let (net, name) = (Rc::clone(self), Rc::<str>::from(name));
            self.start_loop(async move {
                tokio::time::sleep(after).await;
                net.set_host_up(&name, true);
            });
            self.restart_after(crashed, after);
        }
        true
    }
}
