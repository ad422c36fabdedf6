//! Connections as a service over kernel sockets serves them.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::{Shutdown, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, select};
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::net::packet::{PacketKind, Transport};
use crate::net::service::{ConnId, Event};

use super::net::RealNet;
use super::services::ServiceKey;

/// One connection that a service serves.
pub(super) struct Served {
    pub(super) service: ServiceKey,
    stream: TcpStream,
    outgoing: RefCell<Vec<u8>>,
    ending: Cell<Ending>,
    changed: Notify,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Open,
    /// The service closes it after what it wrote.
    Close,
    /// The service is gone.
    Reset,
}

/// Bytes taken from a connection at once.
const READ_BYTES: usize = 16 * 1024;

impl Served {
    pub(super) fn write(&self, bytes: &[u8]) {
        self.outgoing.borrow_mut().extend_from_slice(bytes);
        self.changed.notify_one();
    }

    pub(super) fn close(&self) {
        self.ending.set(Ending::Close);
        self.changed.notify_one();
    }

    pub(super) fn reset(&self) {
        self.ending.set(Ending::Reset);
        self.changed.notify_one();
    }

    /// Writes what the service writes until the service ends the connection.
    async fn write_out(&self) -> io::Result<()> {
        loop {
            if self.ending.get() == Ending::Reset {
                return Ok(());
            }
            if self.outgoing.borrow().is_empty() {
                if self.ending.get() == Ending::Close {
                    return SockRef::from(&self.stream).shutdown(Shutdown::Write);
                }
                self.changed.notified().await;
                continue;
            }
            self.stream.writable().await?;
            let mut outgoing = self.outgoing.borrow_mut();
            match self.stream.try_write(&outgoing) {
                Ok(written) => drop(outgoing.drain(..written)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The next bytes into `buffer`, or 0 at the end.
    async fn read_in(&self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.stream.readable().await?;
            match self.stream.try_read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return done,
            }
        }
    }
}

impl RealNet {
    /// Accepts connections; never ends by itself.
    pub(super) async fn serve_tcp(
        self: Rc<Self>,
        listener: TcpListener,
        local: SocketAddr,
        key: ServiceKey,
    ) {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => self.accepted(stream, peer, local, key),
                // Out of descriptors, most likely: let others close some.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    }

    /// Deviation: the kernel has accepted before the firewall is asked, so a blocked peer from
    /// outside sees a reset where Windows would stay silent. Our own clients are stopped before
    /// they connect.
    fn accepted(
        self: &Rc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
        local: SocketAddr,
        key: ServiceKey,
    ) {
        let peer = {
            let map = self.map.borrow();
            map.simulated(Transport::Tcp, peer).unwrap_or(peer)
        };
        let (host, program, running) = {
            let services = self.services.borrow();
            let record = services.record(key);
            (record.host, Rc::clone(&record.program), record.running)
        };
        let outcome = self.admit(host, Transport::Tcp, (peer, local), &program);
        let admitted = outcome.is_ok() && running;
        self.note_arrival(Transport::Tcp, PacketKind::Syn, (peer, local), &[], outcome);
        if !admitted {
            abort(&stream);
            return;
        }
        let served = Rc::new(Served {
            service: key,
            stream,
            outgoing: RefCell::default(),
            ending: Cell::new(Ending::Open),
            changed: Notify::new(),
        });
        let conn = {
            let mut services = self.services.borrow_mut();
            let conn = services.next_conn();
            services.conns.insert(conn.0, Rc::clone(&served));
            conn
        };
        let opened = Event::Opened { conn, peer, local };
        self.tell(key, opened, None);
        let net = Rc::clone(self);
        self.start_loop(async move { net.serve_conn(served, conn, (peer, local)).await });
    }

    async fn serve_conn(
        self: Rc<Self>,
        served: Rc<Served>,
        conn: ConnId,
        ends: (SocketAddr, SocketAddr),
    ) {
        let ended = {
            let reading = std::pin::pin!(self.read_conn(&served, conn, ends));
            let writing = std::pin::pin!(served.write_out());
            match select(writing, reading).await {
                Either::Left((written, reading)) => {
                    if written.is_ok() && served.ending.get() == Ending::Close {
                        self.services.borrow_mut().conns.remove(&conn.0);
                        // Reads on so that what is still arriving does not turn the orderly end
                        // into a reset.
                        reading.await;
                    }
                    served.ending.get()
                }
                Either::Right(_) => served.ending.get(),
            }
        };
        if ended == Ending::Reset {
            abort(&served.stream);
        }
        self.conn_closed(conn);
    }

    async fn read_conn(
        self: &Rc<Self>,
        served: &Served,
        conn: ConnId,
        ends: (SocketAddr, SocketAddr),
    ) {
        let mut buffer = vec![0; READ_BYTES];
        while let Ok(length @ 1..) = served.read_in(&mut buffer).await {
            let bytes = &buffer[..length];
            self.note_arrival(Transport::Tcp, PacketKind::Data, ends, bytes, Ok(()));
            if self.services.borrow().conns.contains_key(&conn.0) {
                self.tell(served.service, Event::Data { conn, bytes }, None);
            }
        }
    }
}

/// Makes the coming drop of the stream a reset.
fn abort(stream: &TcpStream) {
    // Without it the peer sees an orderly end, which is still an end.
    let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
}
