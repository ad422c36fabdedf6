//! Which real socket stands for which simulated one.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;

use crate::net::packet::Transport;

/// A listener and where it can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The host's name.
    pub host: Rc<str>,
    pub program: Rc<str>,
    pub transport: Transport,
    /// The address in the estate.
    pub simulated: SocketAddr,
    /// The address to give to `dig` or `perfdhcp`.
    pub real: SocketAddr,
    /// Whether somebody else runs the socket; see [`crate::net::Network::register_external`].
    pub external: bool,
}

/// A client's socket: where it is, and the segment its host sits on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Client {
    pub(super) real: SocketAddr,
    pub(super) segment: Rc<str>,
}

/// Both directions, for listeners and for clients' sockets.
#[derive(Debug, Default)]
pub(super) struct AddressMap {
    listeners: Vec<Binding>,
    to_listener: BTreeMap<(Transport, SocketAddr), usize>,
    to_client: BTreeMap<(Transport, SocketAddr), Client>,
    to_simulated: BTreeMap<(Transport, SocketAddr), SocketAddr>,
}

impl AddressMap {
    /// False when the simulated address is taken.
    pub(super) fn add_listener(&mut self, binding: Binding) -> bool {
        let key = (binding.transport, binding.simulated);
        if self.is_taken(key.0, key.1) {
            return false;
        }
        self.to_simulated
            .insert((key.0, binding.real), binding.simulated);
        self.to_listener.insert(key, self.listeners.len());
        self.listeners.push(binding);
        true
    }

    pub(super) fn remove_listener(&mut self, transport: Transport, simulated: SocketAddr) -> bool {
        let Some(place) = self.to_listener.remove(&(transport, simulated)) else {
            return false;
        };
        let binding = self.listeners.remove(place);
        self.to_simulated.remove(&(transport, binding.real));
        for index in self
            .to_listener
            .values_mut()
            .filter(|index| **index > place)
        {
            *index -= 1;
        }
        true
    }

    pub(super) fn is_taken(&self, transport: Transport, simulated: SocketAddr) -> bool {
        let key = (transport, simulated);
        self.to_listener.contains_key(&key) || self.to_client.contains_key(&key)
    }

    pub(super) fn add_client(
        &mut self,
        transport: Transport,
        simulated: SocketAddr,
        client: Client,
    ) {
        self.to_simulated
            .insert((transport, client.real), simulated);
        self.to_client.insert((transport, simulated), client);
    }

    pub(super) fn remove_client(&mut self, transport: Transport, simulated: SocketAddr) {
        if let Some(client) = self.to_client.remove(&(transport, simulated)) {
            self.to_simulated.remove(&(transport, client.real));
        }
    }

    pub(super) fn listener(&self, transport: Transport, at: SocketAddr) -> Option<&Binding> {
        let place = self.to_listener.get(&(transport, at))?;
        self.listeners.get(*place)
    }

    pub(super) fn listeners(&self) -> &[Binding] {
        &self.listeners
    }

    /// Clients' sockets on one port, with their simulated addresses.
    pub(super) fn clients_on(
        &self,
        transport: Transport,
        port: u16,
    ) -> impl Iterator<Item = (SocketAddr, &Client)> {
        self.to_client
            .iter()
            .filter(move |((of, simulated), _)| *of == transport && simulated.port() == port)
            .map(|((_, simulated), client)| (*simulated, client))
    }

    /// Where a simulated address is to be reached.
    pub(super) fn real(&self, transport: Transport, simulated: SocketAddr) -> Option<SocketAddr> {
        match self.listener(transport, simulated) {
            Some(binding) => Some(binding.real),
            None => Some(self.to_client.get(&(transport, simulated))?.real),
        }
    }

    /// The simulated address of a real one, if it is one of ours.
    pub(super) fn simulated(&self, transport: Transport, real: SocketAddr) -> Option<SocketAddr> {
        self.to_simulated.get(&(transport, real)).copied()
    }
}
