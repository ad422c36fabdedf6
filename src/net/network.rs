//! The network a run takes place on, as the laboratory sees it: hosts, listeners, admission,
//! faults, capture.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use jiff::Timestamp;

use crate::base::{Moment, Seed};

use super::admission::{Admission, HostSpec};
use super::endpoint::Endpoint;
use super::fault::{Command, FaultError, FaultSpec, FaultStatus};
use super::gate::Gate;
use super::packet::{Packet, Transport};
use super::real::{Binding, RealGuard, RealNet, RealOptions};
use super::service::SharedService;
use super::sim::Sim;

/// The network of one run. Cheap to clone; clones are the same network.
#[derive(Clone)]
pub struct Network {
    pub(super) ground: Ground,
}

#[derive(Clone)]
pub(super) enum Ground {
    Simulated(Rc<Sim>),
    Real(Rc<RealGuard>),
}

impl Network {
    /// A simulated network; must be made inside the runtime that [`Network::run`] is polled on,
    /// which must be a paused one (see [`super::simulated_runtime`]).
    pub fn simulated(start: Timestamp, seed: Seed, admission: Rc<dyn Admission>) -> Network {
        Network {
            ground: Ground::Simulated(Sim::new(start, seed, admission)),
        }
    }

    /// Kernel sockets on loopback; must be made inside an ordinary `current_thread` runtime.
    pub fn real(start: Timestamp, seed: Seed, admission: Rc<dyn Admission>) -> Network {
        Network::real_with(start, seed, admission, RealOptions::default())
    }

    /// Kernel sockets where `options` says.
    pub fn real_with(
        start: Timestamp,
        seed: Seed,
        admission: Rc<dyn Admission>,
        options: RealOptions,
    ) -> Network {
        let net = RealNet::new(start, seed, admission, options);
        Network {
            ground: Ground::Real(Rc::new(RealGuard(net))),
        }
    }

    /// Whether time is virtual and faults exist.
    pub fn is_simulated(&self) -> bool {
        matches!(self.ground, Ground::Simulated(_))
    }

    /// Adds a host, or gives the host of that name further addresses.
    pub fn add_host(&self, host: HostSpec) {
        match &self.ground {
            Ground::Simulated(sim) => sim.add_host(host),
            Ground::Real(net) => net.0.add_host(host),
        }
    }

    /// Adds things that have an address and perhaps answer ping, but no name and no ports.
    pub fn add_devices(&self, devices: impl IntoIterator<Item = (IpAddr, bool)>) {
        match &self.ground {
            Ground::Simulated(sim) => sim.add_devices(devices.into_iter()),
            Ground::Real(net) => net.0.add_devices(devices.into_iter()),
        }
    }

    /// Adds one device; see [`Network::add_devices`].
    pub fn add_device(&self, address: IpAddr, answers_ping: bool) {
        self.add_devices([(address, answers_ping)]);
    }

    /// Takes an address away from the host or device that has it.
    pub fn remove_address(&self, address: IpAddr) {
        match &self.ground {
            Ground::Simulated(sim) => sim.remove_address(address),
            Ground::Real(net) => net.0.remove_address(address),
        }
    }

    /// Attaches the host to the network or detaches it; what runs on it keeps running.
    /// False when there is no such host.
    pub fn set_host_up(&self, name: &str, up: bool) -> bool {
        match &self.ground {
            Ground::Simulated(sim) => sim.set_host_up(name, up),
            Ground::Real(net) => net.0.set_host_up(name, up),
        }
    }

    pub fn set_answers_ping(&self, address: IpAddr, answers: bool) {
        match &self.ground {
            Ground::Simulated(sim) => sim.set_answers_ping(address, answers),
            Ground::Real(net) => net.0.set_answers_ping(address, answers),
        }
    }

    /// Sets the one-way latency between two hosts, both ways, rounded up to a millisecond.
    /// False when one of them is unknown, and on a real network.
    pub fn set_latency(&self, one: &str, other: &str, latency: Duration) -> bool {
        match &self.ground {
            Ground::Simulated(sim) => sim.set_latency(one, other, latency),
            Ground::Real(_) => false,
        }
    }

    /// Sets the one-way latency of every link without its own; 1 ms to begin with.
    pub fn set_default_latency(&self, latency: Duration) {
        match &self.ground {
            Ground::Simulated(sim) => sim.set_default_latency(latency),
            Ground::Real(_) => {}
        }
    }

    /// Listens for datagrams on `local`; `program` is what firewall rules know the listener as.
    /// The first port bound for a service starts it.
    ///
    /// # Errors
    /// `AddrNotAvailable` when no host has the address, `AddrInUse` when the port is taken.
    pub fn bind_udp(
        &self,
        local: SocketAddr,
        program: &str,
        service: SharedService,
    ) -> io::Result<()> {
        match &self.ground {
            Ground::Simulated(sim) => sim.bind(Transport::Udp, local, program, &service),
            Ground::Real(net) => net.0.bind(Transport::Udp, local, program, &service),
        }
    }

    /// Listens for datagrams on a port of every IPv4 address that the host has or will have.
    ///
    /// # Errors
    /// `AddrNotAvailable` when there is no such host, `AddrInUse` when the port is taken,
    /// `Unsupported` on a real network.
    pub fn bind_udp_everywhere(
        &self,
        host: &str,
        port: u16,
        program: &str,
        service: SharedService,
    ) -> io::Result<()> {
        match &self.ground {
            Ground::Simulated(sim) => sim.bind_everywhere(host, port, program, &service),
            Ground::Real(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// Listens for connections on `local`; see [`Network::bind_udp`].
    ///
    /// # Errors
    /// As [`Network::bind_udp`].
    pub fn bind_tcp(
        &self,
        local: SocketAddr,
        program: &str,
        service: SharedService,
    ) -> io::Result<()> {
        match &self.ground {
            Ground::Simulated(sim) => sim.bind(Transport::Tcp, local, program, &service),
            Ground::Real(net) => net.0.bind(Transport::Tcp, local, program, &service),
        }
    }

    /// Stops listening on `local`; the service goes on. False when no service listened there.
    pub fn unbind(&self, transport: Transport, local: SocketAddr) -> bool {
        match &self.ground {
            Ground::Simulated(sim) => sim.unbind(transport, local),
            Ground::Real(net) => net.0.unbind(transport, local),
        }
    }

    /// Whether a service listens for connections on `local`.
    pub fn is_listening(&self, local: SocketAddr) -> bool {
        match &self.ground {
            Ground::Simulated(sim) => sim.is_listening(local),
            Ground::Real(net) => net.0.is_listening(local),
        }
    }

    /// Starts every stopped service of that program; false when there is none.
    pub fn start_service(&self, host: &str, program: &str) -> bool {
        self.carry_out(&Command::StartService {
            host: host.into(),
            program: program.into(),
        })
    }

    /// Wakes every running service of that program, as a timer of its own does: somebody changed
    /// what it holds, and there is work to do. False when there is none.
    pub fn wake_service(&self, host: &str, program: &str) -> bool {
        self.carry_out(&Command::WakeService {
            host: host.into(),
            program: program.into(),
        })
    }

    /// Stops every running service of that program and resets its connections; false when there
    /// is none.
    pub fn stop_service(&self, host: &str, program: &str) -> bool {
        self.carry_out(&Command::StopService {
            host: host.into(),
            program: program.into(),
        })
    }

    /// Kills every running service of that program; false when there is none.
    pub fn crash_service(
        &self,
        host: &str,
        program: &str,
        restart_after: Option<Duration>,
    ) -> bool {
        self.carry_out(&Command::CrashService {
            host: host.into(),
            program: program.into(),
            restart_after,
        })
    }

    /// Kills a host and every service on it without a word to its peers: they learn of it when
    /// they send something to the restarted host, or by time-out. False when it is down already.
    pub fn crash_host(&self, name: &str, restart_after: Option<Duration>) -> bool {
        self.carry_out(&Command::CrashHost {
            host: name.into(),
            restart_after,
        })
    }

    fn carry_out(&self, command: &Command) -> bool {
        match &self.ground {
            Ground::Simulated(sim) => sim.carry_out(command),
            Ground::Real(net) => net.0.carry_out(command),
        }
    }

    /// The stack of the host called `name`, for a client that runs on it.
    ///
    /// # Panics
    /// When no such host was added; [`Network::find_endpoint`] does not.
    pub fn endpoint(&self, name: &str) -> Endpoint {
        self.find_endpoint(name)
            .expect("the laboratory has added the host")
    }

    /// The stack of the host called `name`, if there is one.
    pub fn find_endpoint(&self, name: &str) -> Option<Endpoint> {
        match &self.ground {
            Ground::Simulated(sim) => sim.endpoint(name).map(Endpoint::simulated),
            Ground::Real(net) => net.0.endpoint(name).map(Endpoint::real),
        }
    }

    pub fn now(&self) -> Moment {
        match &self.ground {
            Ground::Simulated(sim) => sim.now(),
            Ground::Real(net) => net.0.now(),
        }
    }

    /// Arms a fault.
    ///
    /// # Errors
    /// When its name is taken or it cannot mean anything.
    pub fn add_fault(&self, fault: FaultSpec) -> Result<(), FaultError> {
        match &self.ground {
            Ground::Simulated(sim) => sim.add_fault(fault),
            Ground::Real(_) => Err(FaultError::NotSimulated(fault.name)),
        }
    }

    /// Takes a fault away and undoes what it still holds; its record stays in
    /// [`Network::faults`]. False when no such fault is armed.
    pub fn remove_fault(&self, name: &str) -> bool {
        match &self.ground {
            Ground::Simulated(sim) => sim.remove_fault(name),
            Ground::Real(_) => false,
        }
    }

    /// How often each declared fault has fired.
    pub fn faults(&self) -> Vec<FaultStatus> {
        match &self.ground {
            Ground::Simulated(sim) => sim.faults(),
            Ground::Real(_) => Vec::new(),
        }
    }

    /// Lets `gate` hold packets back from now on. A real network holds none.
    pub fn set_gate(&self, gate: Rc<dyn Gate>) {
        if let Ground::Simulated(sim) = &self.ground {
            sim.set_gate(gate);
        }
    }

    /// The packets that are held, in order of sending.
    pub fn held(&self) -> Vec<Packet> {
        match &self.ground {
            Ground::Simulated(sim) => sim.held(),
            Ground::Real(_) => Vec::new(),
        }
    }

    /// Sends the packet at this place of [`Network::held`] on its way. False when there is none.
    pub fn release(&self, place: usize) -> bool {
        match &self.ground {
            Ground::Simulated(sim) => sim.release(place),
            Ground::Real(_) => false,
        }
    }

    /// Puts a listener that somebody else runs into the estate: `simulated` is reached at `real`.
    /// The firewall is asked before our own clients reach it.
    ///
    /// # Errors
    /// `AddrNotAvailable` when no host has the address, `AddrInUse` when the port is taken,
    /// `Unsupported` on a simulated network.
    pub fn register_external(
        &self,
        transport: Transport,
        simulated: SocketAddr,
        real: SocketAddr,
        program: &str,
    ) -> io::Result<()> {
        match &self.ground {
            Ground::Simulated(_) => Err(io::ErrorKind::Unsupported.into()),
            Ground::Real(net) => net.0.register_external(transport, simulated, real, program),
        }
    }

    /// Every listener of a real network and where it can be reached; none on a simulated one.
    pub fn bindings(&self) -> Vec<Binding> {
        match &self.ground {
            Ground::Simulated(_) => Vec::new(),
            Ground::Real(net) => net.0.bindings(),
        }
    }

    /// Lets this much time pass on the calendar. Simulated, it passes for everything; on a real
    /// network only the calendar moves, and timers keep their own time.
    pub async fn advance(&self, by: Duration) {
        match &self.ground {
            Ground::Simulated(sim) => sim.advance(by).await,
            Ground::Real(net) => net.0.advance(by),
        }
    }

    /// Runs `work` to its end while moving packets and virtual time.
    pub async fn run<T>(&self, work: impl Future<Output = T>) -> T {
        match &self.ground {
            Ground::Simulated(sim) => sim.run(work).await,
            Ground::Real(net) => net.0.run(work).await,
        }
    }
}
