//! One message there and one back, over UDP or TCP.

use std::net::SocketAddr;
use std::time::Duration;

use crate::net::{Endpoint, UdpSocket};

/// How long each try over UDP waits. Three tries survive two lost packets in a row.
pub const TRY_TIMEOUTS: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// How long a TCP connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Sends `message` from a fresh port and waits for a datagram from `to` that `accept` takes.
/// Anything else that arrives is ignored, as a late or forged answer must be (RFC 5452).
pub(super) async fn over_udp<T>(
    endpoint: &Endpoint,
    to: SocketAddr,
    message: &[u8],
    timeout: Duration,
    accept: impl Fn(&[u8]) -> Option<T>,
) -> Option<T> {
    let socket = endpoint.udp(to.ip(), 0).await.ok()?;
    socket.send_to(message, to).await.ok()?;
    let deadline = endpoint.now().sim.after(timeout);
    while let Some((bytes, from)) = receive_until(endpoint, &socket, deadline).await {
        if from == to
            && let Some(accepted) = accept(&bytes)
        {
            return Some(accepted);
        }
    }
    None
}

/// The next datagram before `deadline`.
pub(in crate::ipam) async fn receive_until(
    endpoint: &Endpoint,
    socket: &UdpSocket,
    deadline: crate::base::SimTime,
) -> Option<(Vec<u8>, SocketAddr)> {
    let left = deadline.since(endpoint.now().sim);
    if left.is_zero() {
        return None;
    }
    socket.recv_from(left).await.ok().flatten()
}

/// Sends `message` over TCP with its two bytes of length (RFC 1035 section 4.2.2) and reads the
/// answer.
pub(super) async fn over_tcp(
    endpoint: &Endpoint,
    to: SocketAddr,
    message: &[u8],
    timeout: Duration,
) -> Option<Vec<u8>> {
    let length = u16::try_from(message.len()).ok()?;
    let mut stream = endpoint.connect(to, CONNECT_TIMEOUT).await.ok()?;
    let framed = [&length.to_be_bytes()[..], message].concat();
    stream.write_all(&framed).await.ok()?;
    let header = stream.read_exact(2, timeout).await.ok()?;
    let length = usize::from(u16::from_be_bytes([header[0], header[1]]));
    stream.read_exact(length, timeout).await.ok()
}
