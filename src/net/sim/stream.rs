//! A client's end of a TCP connection.

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use crate::net::endpoint::ConnectError;

use super::driver::Sim;
use super::hosts::HostId;
use super::slots::Key;
use super::state::State;
use super::tcp::{Phase, Way};
use super::wait::wait_until;

/// A connected stream on the simulated network.
pub(in crate::net) struct SimTcp {
    sim: Rc<Sim>,
    key: Key,
    local: SocketAddr,
    peer: SocketAddr,
}

impl SimTcp {
    pub(super) async fn connect(
        sim: &Rc<Sim>,
        host: HostId,
        to: SocketAddr,
        timeout: Duration,
    ) -> Result<SimTcp, ConnectError> {
        let deadline = sim.now().sim.after(timeout);
        let opened = sim.with(|state| {
            let key = state.open_conn(host, to)?;
            let local = state.conns.get(key).expect("just opened").client;
            Some((key, local))
        });
        let Some((key, local)) = opened else {
            sim.sleep_until(deadline).await;
            return Err(ConnectError::TimedOut);
        };
        // From here on dropping the stream closes the connection, however far it has got.
        let stream = SimTcp {
            sim: Rc::clone(sim),
            key,
            local,
            peer: to,
        };
        let phase = wait_until(sim, deadline, |state, reader| {
            let conn = state.conns.get_mut(key)?;
            conn.reader = Some(reader);
            (conn.phase != Phase::Connecting).then_some(conn.phase)
        })
        .await;
        match phase {
            None => Err(ConnectError::TimedOut),
            Some(Phase::Refused) => Err(ConnectError::Refused),
            Some(_) => Ok(stream),
        }
    }

    pub(in crate::net) fn local(&self) -> SocketAddr {
        self.local
    }

    pub(in crate::net) fn peer(&self) -> SocketAddr {
        self.peer
    }

    pub(in crate::net) fn write_all(&self, bytes: &[u8]) -> io::Result<()> {
        self.sim.with(|state| {
            let phase = state.conns.get(self.key).map(|conn| conn.phase);
            if !matches!(phase, Some(Phase::Open | Phase::Ended)) {
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            state.send_data(self.key, Way::ToServer, bytes);
            Ok(())
        })
    }

    pub(in crate::net) async fn read(&self, timeout: Duration) -> io::Result<Vec<u8>> {
        let deadline = self.sim.now().sim.after(timeout);
        wait_until(&self.sim, deadline, |state, reader| {
            take_bytes(state, self.key, reader)
        })
        .await
        .unwrap_or_else(|| Err(io::ErrorKind::TimedOut.into()))
    }
}

/// Everything that has arrived, or the end of the stream.
fn take_bytes(state: &mut State, key: Key, reader: Key) -> Option<io::Result<Vec<u8>>> {
    let Some(conn) = state.conns.get_mut(key) else {
        return Some(Err(io::ErrorKind::ConnectionReset.into()));
    };
    conn.reader = Some(reader);
    if !conn.inbox.is_empty() {
        let mut bytes = Vec::with_capacity(conn.inbox.iter().map(|part| part.len()).sum());
        conn.inbox
            .drain(..)
            .for_each(|part| bytes.extend_from_slice(&part));
        return Some(Ok(bytes));
    }
    match conn.phase {
        Phase::Ended => Some(Ok(Vec::new())),
        Phase::Reset | Phase::Refused => Some(Err(io::ErrorKind::ConnectionReset.into())),
        Phase::Connecting | Phase::Open => None,
    }
}

impl Drop for SimTcp {
    fn drop(&mut self) {
        self.sim.with(|state| state.client_closes(self.key));
    }
}
