//! The real network itself: its state, its loops and the task that drives them.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use jiff::Timestamp;

use crate::base::{Moment, Seed};
use crate::net::admission::{Admission, Admit, Flow};
use crate::net::endpoint::{ConnectError, PingReply};
use crate::net::packet::{CaptureMode, Counters, DropReason, Fate, Packet, PacketKind, Transport};

use super::RealOptions;
use super::clock::Clock;
use super::echo::EchoPort;
use super::hosts::{HostId, Hosts};
use super::map::{AddressMap, Client};
use super::services::Services;
use super::stream::RealTcp;
use super::udp::RealUdp;

type Loop = LocalBoxFuture<'static, ()>;

/// A network over kernel sockets. See the [module](super).
pub(in crate::net) struct RealNet {
    pub(super) clock: Clock,
    pub(super) seed: Seed,
    pub(super) options: Cell<RealOptions>,
    admission: Rc<dyn Admission>,
    pub(super) hosts: RefCell<Hosts>,
    pub(super) map: RefCell<AddressMap>,
    pub(super) services: RefCell<Services>,
    pub(super) echo: EchoPort,
    pub(super) buffer: RefCell<Vec<u8>>,
    loops: RefCell<FuturesUnordered<Loop>>,
    /// Loops that were started since the driver last looked.
    started: RefCell<Vec<Loop>>,
    driver: RefCell<Option<Waker>>,
    capture: RefCell<(CaptureMode, Vec<Packet>, Counters)>,
}

impl RealNet {
    pub(in crate::net) fn new(
        start: Timestamp,
        seed: Seed,
        admission: Rc<dyn Admission>,
        mut options: RealOptions,
    ) -> Rc<RealNet> {
        if std::net::UdpSocket::bind((options.bind_v6, 0)).is_err() {
            options.bind_v6 = options.bind_v4;
        }
        Rc::new(RealNet {
            clock: Clock::new(start),
            seed,
            options: Cell::new(options),
            admission,
            hosts: RefCell::default(),
            map: RefCell::default(),
            services: RefCell::default(),
            echo: EchoPort::default(),
            buffer: RefCell::default(),
            loops: RefCell::default(),
            started: RefCell::default(),
            driver: RefCell::default(),
            capture: RefCell::new((CaptureMode::Counters, Vec::new(), Counters::default())),
        })
    }

    pub(in crate::net) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Adds a loop to those that [`RealNet::run`] polls.
    pub(super) fn start_loop(&self, work: impl Future<Output = ()> + 'static) {
        self.started.borrow_mut().push(Box::pin(work));
        if let Some(waker) = self.driver.take() {
            waker.wake();
        }
    }

    /// Runs `work` to its end while serving every socket.
    pub(in crate::net) async fn run<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|context| {
            self.driver.replace(Some(context.waker().clone()));
            loop {
                // Taken out while it is polled, because a loop may start another.
                let mut loops = self.loops.take();
                loops.extend(self.started.take());
                while let Poll::Ready(Some(())) = loops.poll_next_unpin(context) {}
                *self.loops.borrow_mut() = loops;
                if let Poll::Ready(value) = work.as_mut().poll(context) {
                    return Poll::Ready(value);
                }
                if self.started.borrow().is_empty() {
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    /// Whether the host of `to` is there and lets the arrival in.
    pub(super) fn admit(
        &self,
        host: HostId,
        transport: Transport,
        (from, to): (SocketAddr, SocketAddr),
        program: &str,
    ) -> Result<(), DropReason> {
        let name = {
            let hosts = self.hosts.borrow();
            let host = hosts.get(host);
            if !host.up {
                return Err(DropReason::HostDown);
            }
            Rc::clone(&host.name)
        };
        let flow = Flow {
            host: &name,
            transport,
            from,
            to,
            program,
        };
        match self.admission.admit(self.now(), &flow) {
            Admit::Allow => Ok(()),
            Admit::Block(rule) => Err(DropReason::Firewall(rule)),
        }
    }

    /// The real address to bind for a simulated one.
    pub(super) fn bind_address(&self, simulated: IpAddr) -> IpAddr {
        self.options.get().loopback(simulated)
    }

    /// Writes down an arrival and what its receiver decided.
    pub(super) fn note_arrival(
        &self,
        transport: Transport,
        kind: PacketKind,
        (from, to): (SocketAddr, SocketAddr),
        payload: &[u8],
        outcome: Result<(), DropReason>,
    ) {
        let mut capture = self.capture.borrow_mut();
        let (mode, packets, counters) = &mut *capture;
        counters.sent += 1;
        match &outcome {
            Ok(()) => counters.delivered += 1,
            Err(_) => counters.dropped += 1,
        }
        if *mode == CaptureMode::Counters {
            return;
        }
        let at = self.now().sim;
        packets.push(Packet {
            at,
            transport,
            from,
            to,
            kind,
            payload: payload.into(),
            fate: match outcome {
                Ok(()) => Fate::Delivered { at, fault: None },
                Err(reason) => Fate::Dropped(reason),
            },
        });
    }

    pub(in crate::net) fn set_capture(&self, mode: CaptureMode) {
        self.capture.borrow_mut().0 = mode;
    }

    pub(in crate::net) fn capture_from(&self, first: usize) -> Vec<Packet> {
        let capture = self.capture.borrow();
        capture.1.get(first..).unwrap_or(&[]).to_vec()
    }

    pub(in crate::net) fn each_packet(&self, look: &mut dyn FnMut(&Packet)) {
        self.capture.borrow().1.iter().for_each(look);
    }

    pub(in crate::net) fn counters(&self) -> Counters {
        self.capture.borrow().2
    }
}

/// A client's socket in the map, for as long as it is open.
pub(super) struct Registered {
    net: Rc<RealNet>,
    transport: Transport,
    local: SocketAddr,
}

impl Registered {
    pub(super) fn new(
        net: &Rc<RealNet>,
        transport: Transport,
        local: SocketAddr,
        client: Client,
    ) -> Registered {
        net.map.borrow_mut().add_client(transport, local, client);
        Registered {
            net: Rc::clone(net),
            transport,
            local,
        }
    }

    /// The simulated address.
    pub(super) fn local(&self) -> SocketAddr {
        self.local
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let mut map = self.net.map.borrow_mut();
        map.remove_client(self.transport, self.local);
    }
}

/// What the facade holds. Loops hold the network they belong to; when the last facade goes, they
/// are let go of, and with them their sockets.
pub(in crate::net) struct RealGuard(pub(in crate::net) Rc<RealNet>);

impl Drop for RealGuard {
    fn drop(&mut self) {
        let loops = (self.0.loops.take(), self.0.started.take());
        drop(loops);
    }
}

/// One host's stack over kernel sockets.
#[derive(Clone)]
pub(in crate::net) struct RealEndpoint {
    net: Rc<RealNet>,
    host: HostId,
}

impl RealEndpoint {
    pub(super) fn new(net: Rc<RealNet>, host: HostId) -> RealEndpoint {
        RealEndpoint { net, host }
    }

    pub(in crate::net) fn address_towards(&self, peer: IpAddr) -> Option<IpAddr> {
        self.net.hosts.borrow().get(self.host).address_towards(peer)
    }

    pub(in crate::net) fn now(&self) -> Moment {
        self.net.now()
    }

    pub(in crate::net) async fn sleep(&self, delay: Duration) {
        tokio::time::sleep(delay).await;
    }

    pub(in crate::net) fn udp(&self, family_of: IpAddr, port: u16) -> io::Result<RealUdp> {
        RealUdp::open(&self.net, self.host, family_of, port)
    }

    pub(in crate::net) async fn connect(
        &self,
        to: SocketAddr,
        timeout: Duration,
    ) -> Result<RealTcp, ConnectError> {
        RealTcp::connect(&self.net, self.host, to, timeout).await
    }

    pub(in crate::net) async fn ping(&self, target: IpAddr, timeout: Duration) -> PingReply {
        self.net.ping(self.host, target, timeout).await
    }
}
