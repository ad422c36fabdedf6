//! One host's own network stack, as a client program on that host uses it.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::base::Moment;

use super::real::{RealEndpoint, RealTcp, RealUdp};
use super::sim::{SimEndpoint, SimTcp, SimUdp};

/// A host's stack. Cheap to clone. Its futures make progress while [`super::Network::run`] is
/// being polled.
#[derive(Clone)]
pub struct Endpoint {
    ground: Ground,
}

#[derive(Clone)]
enum Ground {
    Simulated(SimEndpoint),
    Real(RealEndpoint),
}

/// How a ping ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PingReply {
    Alive { round_trip: Duration },
    TimedOut,
}

/// Why a connection could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// A reset came back: the host is up and nothing listens.
    #[error("connection refused")]
    Refused,
    /// Nothing came back: firewall, partition, host down.
    #[error("connection timed out")]
    TimedOut,
}

impl Endpoint {
    pub(super) fn simulated(endpoint: SimEndpoint) -> Endpoint {
        Endpoint {
            ground: Ground::Simulated(endpoint),
        }
    }

    pub(super) fn real(endpoint: RealEndpoint) -> Endpoint {
        Endpoint {
            ground: Ground::Real(endpoint),
        }
    }

    /// The host's first address of the family of `peer`; for a link-local or link-multicast peer
    /// a link-local one where the host has it.
    pub fn address_towards(&self, peer: IpAddr) -> Option<IpAddr> {
        match &self.ground {
            Ground::Simulated(sim) => sim.address_towards(peer),
            Ground::Real(real) => real.address_towards(peer),
        }
    }

    pub fn now(&self) -> Moment {
        match &self.ground {
            Ground::Simulated(sim) => sim.now(),
            Ground::Real(real) => real.now(),
        }
    }

    pub async fn sleep(&self, delay: Duration) {
        match &self.ground {
            Ground::Simulated(sim) => sim.sleep(delay).await,
            Ground::Real(real) => real.sleep(delay).await,
        }
    }

    /// A UDP socket; port 0 takes an ephemeral port from the host's seeded stream.
    ///
    /// # Errors
    /// `AddrInUse` when the port, or every ephemeral port, is taken.
    pub async fn udp(&self, family_of: IpAddr, port: u16) -> io::Result<UdpSocket> {
        let socket = match &self.ground {
            Ground::Simulated(sim) => UdpGround::Simulated(sim.udp(family_of, port)?),
            Ground::Real(real) => UdpGround::Real(real.udp(family_of, port)?),
        };
        Ok(UdpSocket { ground: socket })
    }

    /// Connects, giving up after `timeout`.
    ///
    /// # Errors
    /// As [`ConnectError`] says.
    pub async fn connect(
        &self,
        to: SocketAddr,
        timeout: Duration,
    ) -> Result<TcpStream, ConnectError> {
        let stream = match &self.ground {
            Ground::Simulated(sim) => TcpGround::Simulated(sim.connect(to, timeout).await?),
            Ground::Real(real) => TcpGround::Real(real.connect(to, timeout).await?),
        };
        Ok(TcpStream {
            ground: stream,
            unread: Vec::new(),
        })
    }

    /// One ICMP echo request.
    pub async fn ping(&self, target: IpAddr, timeout: Duration) -> PingReply {
        match &self.ground {
            Ground::Simulated(sim) => sim.ping(target, timeout).await,
            Ground::Real(real) => real.ping(target, timeout).await,
        }
    }
}

/// A bound UDP socket. Closes when dropped.
pub struct UdpSocket {
    ground: UdpGround,
}

enum UdpGround {
    Simulated(SimUdp),
    Real(RealUdp),
}

impl UdpSocket {
    /// The address as the simulated network knows it.
    pub fn local(&self) -> SocketAddr {
        match &self.ground {
            UdpGround::Simulated(sim) => sim.local(),
            UdpGround::Real(real) => real.local(),
        }
    }

    /// Sends one datagram; whether it arrives is not known.
    ///
    /// # Errors
    /// Simulated, none. Over real sockets, what the kernel says.
    pub async fn send_to(&self, payload: &[u8], to: SocketAddr) -> io::Result<()> {
        match &self.ground {
            UdpGround::Simulated(sim) => sim.send_to(payload, to),
            UdpGround::Real(real) => real.send_to(payload, to).await?,
        }
        Ok(())
    }

    /// The next datagram, or `None` when `timeout` passed first.
    ///
    /// # Errors
    /// Simulated, none. Over real sockets, what the kernel says.
    pub async fn recv_from(&self, timeout: Duration) -> io::Result<Option<(Vec<u8>, SocketAddr)>> {
        match &self.ground {
            UdpGround::Simulated(sim) => Ok(sim.recv_from(timeout).await),
            UdpGround::Real(real) => real.recv_from(timeout).await,
        }
    }
}

/// A connected TCP stream. Closes when dropped.
pub struct TcpStream {
    ground: TcpGround,
    /// Bytes that arrived with those of an earlier [`TcpStream::read_exact`].
    unread: Vec<u8>,
}

enum TcpGround {
    Simulated(SimTcp),
    Real(RealTcp),
}

impl TcpStream {
    pub fn local(&self) -> SocketAddr {
        match &self.ground {
            TcpGround::Simulated(sim) => sim.local(),
            TcpGround::Real(real) => real.local(),
        }
    }

    pub fn peer(&self) -> SocketAddr {
        match &self.ground {
            TcpGround::Simulated(sim) => sim.peer(),
            TcpGround::Real(real) => real.peer(),
        }
    }

    /// Hands all bytes to the stack; they arrive in order or the stream breaks.
    ///
    /// # Errors
    /// `ConnectionReset` when the stream is known to be broken.
    pub async fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &self.ground {
            TcpGround::Simulated(sim) => sim.write_all(bytes),
            TcpGround::Real(real) => real.write_all(bytes).await,
        }
    }

    /// Some bytes (empty at the end of the stream).
    ///
    /// # Errors
    /// `TimedOut`, or `ConnectionReset` when the stream broke.
    pub async fn read(&mut self, timeout: Duration) -> io::Result<Vec<u8>> {
        if !self.unread.is_empty() {
            return Ok(std::mem::take(&mut self.unread));
        }
        self.receive(timeout).await
    }

    /// Exactly `n` bytes, waiting up to `timeout` for each part of them.
    ///
    /// # Errors
    /// As [`TcpStream::read`], and `UnexpectedEof` when the stream ends first. Bytes that have
    /// arrived by then stay to be read.
    pub async fn read_exact(&mut self, n: usize, timeout: Duration) -> io::Result<Vec<u8>> {
        while self.unread.len() < n {
            let bytes = self.receive(timeout).await?;
            if bytes.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.unread.extend_from_slice(&bytes);
        }
        let rest = self.unread.split_off(n);
        Ok(std::mem::replace(&mut self.unread, rest))
    }

    async fn receive(&mut self, timeout: Duration) -> io::Result<Vec<u8>> {
        match &self.ground {
            TcpGround::Simulated(sim) => sim.read(timeout).await,
            TcpGround::Real(real) => real.read(timeout).await,
        }
    }
}
