//! One host's own network stack, as a client program on that host uses it.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::base::Moment;

/// A host's stack. Cheap to clone.
#[derive(Clone)]
pub enum Endpoint {
    Simulated(()),
    Real(()),
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
    /// The host's first address of the family of `peer`.
    pub fn address_towards(&self, _peer: IpAddr) -> Option<IpAddr> {
        todo!()
    }

    pub fn now(&self) -> Moment {
        todo!()
    }

    pub async fn sleep(&self, _delay: Duration) {
        todo!()
    }

    /// A UDP socket; port 0 takes an ephemeral port from the host's seeded stream.
    pub async fn udp(&self, _family_of: IpAddr, _port: u16) -> io::Result<UdpSocket> {
        todo!()
    }

    /// Connects, giving up after `timeout`.
    pub async fn connect(
        &self,
        _to: SocketAddr,
        _timeout: Duration,
    ) -> Result<TcpStream, ConnectError> {
        todo!()
    }

    /// One ICMP echo request.
    pub async fn ping(&self, _target: IpAddr, _timeout: Duration) -> PingReply {
        todo!()
    }
}

/// A bound UDP socket. Closes when dropped.
pub enum UdpSocket {
    Simulated(()),
    Real(()),
}

impl UdpSocket {
    pub fn local(&self) -> SocketAddr {
        todo!()
    }

    pub async fn send_to(&self, _payload: &[u8], _to: SocketAddr) -> io::Result<()> {
        todo!()
    }

    /// The next datagram, or `None` when `timeout` passed first.
    pub async fn recv_from(&self, _timeout: Duration) -> io::Result<Option<(Vec<u8>, SocketAddr)>> {
        todo!()
    }
}

/// A connected TCP stream. Closes when dropped.
pub enum TcpStream {
    Simulated(()),
    Real(()),
}

impl TcpStream {
    pub async fn write_all(&mut self, _bytes: &[u8]) -> io::Result<()> {
        todo!()
    }

    /// Some bytes (empty at the end of the stream), or `ErrorKind::TimedOut`,
    /// or `ErrorKind::ConnectionReset`.
    pub async fn read(&mut self, _timeout: Duration) -> io::Result<Vec<u8>> {
        todo!()
    }

    /// Exactly `n` bytes; `ErrorKind::UnexpectedEof` when the stream ends first.
    pub async fn read_exact(&mut self, _n: usize, _timeout: Duration) -> io::Result<Vec<u8>> {
        todo!()
    }
}
