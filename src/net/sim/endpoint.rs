//! One host's stack on the simulated network.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use crate::base::{Moment, SimTime};
use crate::net::endpoint::{ConnectError, PingReply};

use super::driver::Sim;
use super::hosts::HostId;
use super::slots::Key;
use super::stream::SimTcp;
use super::udp::SimUdp;
use super::wait::wait_until;

#[derive(Clone)]
pub(in crate::net) struct SimEndpoint {
    sim: Rc<Sim>,
    host: HostId,
}

impl SimEndpoint {
    pub(super) fn new(sim: Rc<Sim>, host: HostId) -> SimEndpoint {
        SimEndpoint { sim, host }
    }

    pub(in crate::net) fn address_towards(&self, peer: IpAddr) -> Option<IpAddr> {
        self.sim
            .with(|state| state.hosts.get(self.host).address_towards(peer))
    }

    pub(in crate::net) fn now(&self) -> Moment {
        self.sim.now()
    }

    pub(in crate::net) async fn sleep(&self, delay: Duration) {
        let until = self.sim.now().sim.after(delay);
        self.sim.sleep_until(until).await;
    }

    pub(in crate::net) fn udp(&self, family_of: IpAddr, port: u16) -> io::Result<SimUdp> {
        SimUdp::open(&self.sim, self.host, family_of, port)
    }

    pub(in crate::net) async fn connect(
        &self,
        to: SocketAddr,
        timeout: Duration,
    ) -> Result<SimTcp, ConnectError> {
        SimTcp::connect(&self.sim, self.host, to, timeout).await
    }

    pub(in crate::net) async fn ping(&self, target: IpAddr, timeout: Duration) -> PingReply {
        let echo = Echo {
            sim: &self.sim,
            key: self
                .sim
                .with(|state| state.client_pings(self.host, target, timeout)),
        };
        poll_fn(|context| {
            let outcome = self
                .sim
                .with(|state| state.ping_outcome(echo.key, context.waker()));
            outcome.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}

/// Frees the ping even when the future is dropped half way.
struct Echo<'a> {
    sim: &'a Rc<Sim>,
    key: Key,
}

impl Drop for Echo<'_> {
    fn drop(&mut self) {
        self.sim.with(|state| state.pings.remove(self.key));
    }
}

impl Sim {
    pub(in crate::net) async fn advance(self: &Rc<Self>, by: Duration) {
        self.sleep_until(self.now().sim.after(by)).await;
    }

    pub(super) async fn sleep_until(self: &Rc<Self>, until: SimTime) {
        wait_until::<()>(self, until, |_, _| None).await;
    }
}
