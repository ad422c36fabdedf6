//! A client's end of a connection over a kernel socket.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream};

use crate::net::addressing::unspecified;
use crate::net::endpoint::ConnectError;
use crate::net::packet::{PacketKind, Transport};

use super::hosts::HostId;
use super::map::Client;
use super::net::{RealNet, Registered};

/// Bytes taken from a connection at once.
const READ_BYTES: usize = 16 * 1024;

/// What the estate says of a connection before the kernel is asked.
enum Prospect {
    /// Something listens at this real address.
    Real(SocketAddr),
    Refused,
    Silent,
}

/// A connected stream over a kernel socket.
pub(in crate::net) struct RealTcp {
    net: Rc<RealNet>,
    stream: TcpStream,
    registered: Registered,
    peer: SocketAddr,
}

impl RealTcp {
    pub(super) async fn connect(
        net: &Rc<RealNet>,
        host: HostId,
        to: SocketAddr,
        timeout: Duration,
    ) -> Result<RealTcp, ConnectError> {
        let local = net
            .simulated_local(Transport::Tcp, host, to.ip(), 0)
            .map_err(|_| ConnectError::TimedOut)?;
        let real = match net.prospect(host, local, to) {
            Prospect::Real(real) => real,
            Prospect::Refused => return Err(ConnectError::Refused),
            Prospect::Silent => {
                tokio::time::sleep(timeout).await;
                return Err(ConnectError::TimedOut);
            }
        };
        let attempt = connect_from(net, host, local, real);
        match tokio::time::timeout(timeout, attempt).await {
            Ok(Ok((stream, registered))) => Ok(RealTcp {
                net: Rc::clone(net),
                stream,
                registered,
                peer: to,
            }),
            Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {
                Err(ConnectError::Refused)
            }
            _ => Err(ConnectError::TimedOut),
        }
    }

    pub(in crate::net) fn local(&self) -> SocketAddr {
        self.registered.local()
    }

    pub(in crate::net) fn peer(&self) -> SocketAddr {
        self.peer
    }

    pub(in crate::net) async fn write_all(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(broken(error)),
            }
        }
        Ok(())
    }

    pub(in crate::net) async fn read(&self, timeout: Duration) -> io::Result<Vec<u8>> {
        match tokio::time::timeout(timeout, self.receive()).await {
            Ok(received) => received.map_err(broken),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    async fn receive(&self) -> io::Result<Vec<u8>> {
        let mut buffer = vec![0; READ_BYTES];
        loop {
            self.stream.readable().await?;
            match self.stream.try_read(&mut buffer) {
                Ok(length) => {
                    buffer.truncate(length);
                    let ends = (self.peer, self.local());
                    let kind = match length {
                        0 => PacketKind::Fin,
                        _ => PacketKind::Data,
                    };
                    self.net
                        .note_arrival(Transport::Tcp, kind, ends, &buffer, Ok(()));
                    return Ok(buffer);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// The kernel's several words for a broken stream, as the one word of the seam.
fn broken(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted => {
            io::ErrorKind::ConnectionReset.into()
        }
        _ => error,
    }
}

async fn connect_from(
    net: &Rc<RealNet>,
    host: HostId,
    local: SocketAddr,
    real: SocketAddr,
) -> io::Result<(TcpStream, Registered)> {
    let socket = match real {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // Bound first, so that the server can tell who connects when it accepts.
    let own = match net.bind_address(local.ip()) {
        own if own.is_ipv4() == real.is_ipv4() => own,
        _ => unspecified(real.ip()),
    };
    socket.bind(SocketAddr::new(own, 0))?;
    let client = Client {
        real: socket.local_addr()?,
        segment: Rc::clone(&net.hosts.borrow().get(host).segment),
    };
    let registered = Registered::new(net, Transport::Tcp, local, client);
    let stream = socket.connect(real).await?;
    stream.set_nodelay(true)?;
    Ok((stream, registered))
}

impl RealNet {
    fn prospect(&self, client: HostId, from: SocketAddr, to: SocketAddr) -> Prospect {
        if !self.hosts.borrow().get(client).up {
            return Prospect::Silent;
        }
        let listener = self.map.borrow().listener(Transport::Tcp, to).cloned();
        let station = self.hosts.borrow().at(to.ip());
        let Some(station) = station else {
            return match listener {
                Some(binding) => Prospect::Real(binding.real),
                // A server that somebody else runs on this machine, under its own address.
                None if to.ip().is_loopback() => Prospect::Real(to),
                None => Prospect::Silent,
            };
        };
        let program = listener.as_ref().map_or("", |binding| &binding.program);
        if let Some(host) = station.host
            && self
                .admit(host, Transport::Tcp, (from, to), program)
                .is_err()
        {
            return Prospect::Silent;
        }
        match listener {
            Some(binding) if binding.external || self.is_running(station.host, program) => {
                Prospect::Real(binding.real)
            }
            _ => Prospect::Refused,
        }
    }

    fn is_running(&self, host: Option<HostId>, program: &str) -> bool {
        let services = self.services.borrow();
        host.is_some_and(|host| {
            let of = services.of(host, Some(program));
            of.into_iter().any(|key| services.record(key).running)
        })
    }

    /// A simulated address for a client's socket on `host`: the given port, or an ephemeral one.
    pub(super) fn simulated_local(
        &self,
        transport: Transport,
        host: HostId,
        family_of: IpAddr,
        port: u16,
    ) -> io::Result<SocketAddr> {
        let mut hosts = self.hosts.borrow_mut();
        let owner = hosts.get_mut(host);
        let own = owner.address_towards(family_of);
        let own = own.unwrap_or_else(|| unspecified(family_of));
        let map = self.map.borrow();
        let free = |port: &u16| !map.is_taken(transport, SocketAddr::new(own, *port));
        let port = match port {
            0 => owner.ephemeral_ports().find(free),
            port => Some(port).filter(free),
        };
        let port = port.ok_or(io::ErrorKind::AddrInUse)?;
        Ok(SocketAddr::new(own, port))
    }
}
