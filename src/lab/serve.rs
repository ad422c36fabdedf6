//! The same laboratory over kernel sockets, for tools that nobody here wrote.

use std::cell::RefCell;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;

use futures_util::future::join_all;
use tokio::net::{TcpListener, UdpSocket};
use tokio::time::Instant;

use crate::base::{Moment, SimTime};
use crate::estate::Estate;
use crate::net::{Network, RealOptions, Transport, real_runtime};
use crate::server::dns::{self, serve_on};

use super::admission::FirewallAdmission;
use super::build::{LabError, populate};
use super::running::{Lab, SharedDns};
use super::spec::LabSpec;

/// How often a port that is free for UDP may be taken for TCP before giving up.
const PORT_TRIES: usize = 32;

/// Builds a laboratory on kernel sockets and runs `work` in it, on this thread. The calendar runs
/// with the machine's clock from `spec.start`.
///
/// # Errors
/// When the laboratory cannot be put together or a port cannot be had.
pub fn serve<T>(
    spec: LabSpec,
    mut options: RealOptions,
    work: impl AsyncFnOnce(&Lab) -> T,
) -> Result<T, LabError> {
    let runtime = real_runtime()?;
    runtime.block_on(async {
        let estate =
            Estate::build(&spec.estate, spec.seed.child("estate")).map_err(LabError::Estate)?;
        let listeners = dns_listeners(&estate, &mut options).await?;
        let estate = Rc::new(RefCell::new(estate));
        let admission = Rc::new(FirewallAdmission {
            estate: Rc::clone(&estate),
        });
        let (start, seed) = (spec.start, spec.seed.child("network"));
        let network = Network::real_with(start, seed, admission, options);
        let lab = populate(spec, network.clone(), estate)?;
        let epoch = Instant::now();
        let clock: dns::Clock = Arc::new(move || {
            let millis = u64::try_from(epoch.elapsed().as_millis()).unwrap_or(u64::MAX);
            Moment::of(start, SimTime(millis))
        });
        let mut serving = Vec::new();
        for listener in listeners {
            let Some(server) = lab.dns.get(&listener.host) else {
                continue;
            };
            listener.register(&network)?;
            let server: SharedDns = Arc::clone(server);
            serving.push(serve_on(listener.udp, listener.tcp, server, clock.clone()));
        }
        let serving = async {
            if serving.is_empty() {
                std::future::pending::<()>().await;
            }
            // A listener that fails has lost its socket; the others and the work go on.
            join_all(serving).await;
        };
        tokio::select! {
            biased;
            result = network.run(work(&lab)) => Ok(result),
            () = serving => Err(io::Error::other("every DNS listener failed").into()),
        }
    })
}

/// The sockets of one DNS server at one address of the estate.
struct DnsListener {
    host: crate::base::Fqdn,
    simulated: IpAddr,
    udp: UdpSocket,
    tcp: TcpListener,
}

impl DnsListener {
    fn register(&self, network: &Network) -> io::Result<()> {
        let simulated = SocketAddr::new(self.simulated, 53);
        let (udp, tcp) = (self.udp.local_addr()?, self.tcp.local_addr()?);
        network.register_external(Transport::Udp, simulated, udp, "dns")?;
        network.register_external(Transport::Tcp, simulated, tcp, "dns")
    }
}

/// Binds every DNS server, UDP and TCP on one port, which `dig` takes for granted.
async fn dns_listeners(estate: &Estate, options: &mut RealOptions) -> io::Result<Vec<DnsListener>> {
    let mut listeners = Vec::new();
    for host in estate.hosts_with(crate::estate::Role::Dns) {
        for simulated in &host.addresses {
            let place = options.place(SocketAddr::new(*simulated, 53));
            let Some((udp, tcp)) = bind_pair(place, options).await? else {
                continue;
            };
            let (host, simulated) = (host.fqdn.clone(), *simulated);
            listeners.push(DnsListener {
                host,
                simulated,
                udp,
                tcp,
            });
        }
    }
    Ok(listeners)
}

/// A UDP socket and a TCP listener on the same port; `None` where the machine has no such
/// address family.
async fn bind_pair(
    place: SocketAddr,
    options: &mut RealOptions,
) -> io::Result<Option<(UdpSocket, TcpListener)>> {
    let address = place.ip();
    let mut last = io::ErrorKind::AddrInUse.into();
    for _ in 0..PORT_TRIES {
        let port = match place.port() {
            0 => options.base_port.unwrap_or(0),
            port => port,
        };
        if let Some(base) = &mut options.base_port {
            *base = base.saturating_add(1);
        }
        let udp = match UdpSocket::bind((address, port)).await {
            Ok(udp) => udp,
            Err(error) if error.kind() == io::ErrorKind::AddrNotAvailable && address.is_ipv6() => {
                return Ok(None);
            }
            Err(error) => return Err(named(address, port, &error)),
        };
        match TcpListener::bind(udp.local_addr()?).await {
            Ok(tcp) => return Ok(Some((udp, tcp))),
            Err(error) if port == 0 => last = error,
            Err(error) => return Err(named(address, port, &error)),
        }
    }
    Err(last)
}

/// The error with the place that could not be had, which the system leaves out.
fn named(address: IpAddr, port: u16, error: &io::Error) -> io::Error {
    let place = SocketAddr::new(address, port);
    io::Error::new(error.kind(), format!("`{place}` cannot be had: {error}"))
}
