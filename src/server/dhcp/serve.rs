//! A service on one kernel socket, as fast as one thread goes.

use std::io;
use std::net::SocketAddr;

use tokio::net::UdpSocket;

use crate::base::Moment;
use crate::net::{Action, Event, Outbox, SharedService};

/// Datagrams taken in one go before the runtime may look at anything else.
const BATCH: usize = 64;
/// Larger than any datagram over Ethernet, and than any DHCP message.
const DATAGRAM: usize = 4096;

/// Serves `socket` until it breaks, asking `now` for the time of every batch.
///
/// Readiness is waited for once a batch: on a busy socket that halves the system calls. The
/// service is neither started nor stopped here. A ping it asks for counts as unanswered, since
/// an ordinary socket cannot ping; let the network host services that probe.
pub async fn serve_on(
    socket: UdpSocket,
    service: SharedService,
    now: impl Fn() -> Moment,
) -> io::Result<()> {
    let local = socket.local_addr()?;
    let mut buffer = [0; DATAGRAM];
    let mut out = Outbox::default();
    loop {
        socket.readable().await?;
        let at = now();
        for _ in 0..BATCH {
            match socket.try_recv_from(&mut buffer) {
                Ok((length, from)) => {
                    let event = Event::Datagram {
                        from,
                        to: local,
                        payload: &buffer[..length],
                    };
                    service.borrow_mut().handle(at, event, &mut out);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                // A client that went away: its port's refusal comes back on this socket.
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => continue,
                Err(error) => return Err(error),
            }
            carry_out(&socket, &service, at, &mut out).await?;
        }
    }
}

async fn carry_out(
    socket: &UdpSocket,
    service: &SharedService,
    at: Moment,
    out: &mut Outbox,
) -> io::Result<()> {
    while !out.actions.is_empty() {
        for action in std::mem::take(&mut out.actions) {
            match action {
                Action::Send { to, payload, .. } => send(socket, to, &payload).await?,
                Action::Ping { target, token, .. } => {
                    let event = Event::PingDone {
                        token,
                        target,
                        alive: false,
                    };
                    service.borrow_mut().handle(at, event, out);
                }
                Action::Write { .. }
                | Action::Close { .. }
                | Action::Timer { .. }
                | Action::Join { .. }
                | Action::Leave { .. } => {}
            }
        }
    }
    Ok(())
}

/// Sends now if the socket takes it. An unreachable destination loses its answer and no other's.
async fn send(socket: &UdpSocket, to: SocketAddr, payload: &[u8]) -> io::Result<()> {
    let sent = match socket.try_send_to(payload, to) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
            socket.send_to(payload, to).await
        }
        other => other,
    };
    match sent {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}
