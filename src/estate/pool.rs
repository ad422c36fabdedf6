//! The application pool of an IPAM server: which port it is bound to, and whoever makes it listen.

use std::fmt;
use std::rc::Rc;

use crate::base::{Fqdn, Moment};

use super::error::EstateError;
use super::estate::Estate;

/// Makes the application pool of one host listen. The estate knows what the pool is bound to; who
/// runs it knows the ports.
pub trait PoolListener {
    /// Whether something else than the pool listens on a TCP port of the host.
    fn is_taken(&self, port: u16) -> bool;
    /// Ends every session of the pool and listens on `port` alone; false when it is taken, and
    /// then the pool listens nowhere.
    fn restart(&self, port: u16) -> bool;
}

/// A [`PoolListener`] as the estate holds it; see [`super::share::FolderContents`] for the like.
#[derive(Clone)]
pub(super) struct PoolHook(pub(super) Rc<dyn PoolListener>);

impl fmt::Debug for PoolHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PoolHook")
    }
}

impl Estate {
    /// Sets the port that the host's application pool listens on from its next start.
    ///
    /// # Errors
    /// Unknown host.
    pub fn bind_pool(&mut self, host: &Fqdn, port: u16, at: Moment) -> Result<(), EstateError> {
        self.settle(at);
        self.host_mut(host)?.pool_port = Some(port);
        Ok(())
    }

    /// Whoever makes the application pool of a host listen.
    pub fn set_pool_listener(&mut self, host: &Fqdn, listener: Rc<dyn PoolListener>) {
        self.pools.insert(host.clone(), PoolHook(listener));
    }

    /// Lets go of whoever makes pools listen, who may know whoever knows this estate.
    pub fn forget_pool_listeners(&mut self) {
        self.pools.clear();
    }

    /// Whoever makes the application pool of a host listen, if it has one.
    pub fn pool_listener(&self, host: &Fqdn) -> Option<Rc<dyn PoolListener>> {
        self.pools.get(host).map(|hook| hook.0.clone())
    }
}
