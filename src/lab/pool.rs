//! The application pool of an IPAM server on the network: one service on one port, which moves.

use std::cell::{Cell, RefCell};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use crate::base::Fqdn;
use crate::estate::{Estate, PoolListener, Role, program};
use crate::net::{Network, SharedService, Transport};
use crate::server::windows::ipam_pool_service;

/// The pool of one host.
pub(super) struct ApplicationPool {
    pub network: Network,
    pub host: Fqdn,
    pub addresses: Vec<IpAddr>,
    /// What serves the sessions.
    pub service: SharedService,
    pub listening: Cell<Option<u16>>,
}

/// Gives every IPAM server its pool, which listens nowhere until it is set up.
pub(super) fn hang_pools(network: &Network, estate: &Rc<RefCell<Estate>>) {
    let servers: Vec<(Fqdn, Vec<IpAddr>)> = {
        let estate = estate.borrow();
        let servers = estate.hosts_with(Role::Ipam);
        servers
            .map(|host| (host.fqdn.clone(), host.addresses.clone()))
            .collect()
    };
    for (host, addresses) in servers {
        let pool = ApplicationPool {
            network: network.clone(),
            host: host.clone(),
            addresses,
            service: ipam_pool_service(&host, Rc::clone(estate)),
            listening: Cell::new(None),
        };
        let mut estate = estate.borrow_mut();
        estate.set_pool_listener(&host, Rc::new(pool));
    }
}

impl ApplicationPool {
    fn on(&self, port: u16) -> impl Iterator<Item = SocketAddr> {
        let addresses = self.addresses.iter();
        addresses.map(move |address| SocketAddr::new(*address, port))
    }

    fn unbind(&self, port: u16) {
        for local in self.on(port) {
            self.network.unbind(Transport::Tcp, local);
        }
    }
}

impl PoolListener for ApplicationPool {
    fn is_taken(&self, port: u16) -> bool {
        self.listening.get() != Some(port)
            && self.on(port).any(|local| self.network.is_listening(local))
    }

    fn restart(&self, port: u16) -> bool {
        let (host, program) = (self.host.as_str(), program::IPAM_POOL);
        self.network.stop_service(host, program);
        if let Some(before) = self.listening.take() {
            self.unbind(before);
        }
        if self.is_taken(port) {
            return false;
        }
        for local in self.on(port) {
            let service = self.service.clone();
            if self.network.bind_tcp(local, program, service).is_err() {
                self.unbind(port);
                return false;
            }
        }
        self.network.start_service(host, program);
        self.listening.set(Some(port));
        true
    }
}
