//! Fleets of DHCP clients in a running laboratory.

use std::cell::{Ref, RefCell};
use std::io;
use std::net::IpAddr;
use std::rc::Rc;

use super::clients::{ClientFleet, FleetSpec, PROGRAM};
use super::recorder::protocol;
use super::running::Lab;
use crate::net::{HostSpec, SharedService};

/// The name of the network host that stands for a fleet.
fn host_of(fleet: &str) -> String {
    format!("clients {fleet}")
}

impl Lab {
    /// Puts a fleet on the network; its clients live from now on. Packets are only counted from
    /// then on unless `keep_packets`: those of a year would not fit in memory.
    ///
    /// # Errors
    /// There is such a fleet already, or the network is a real one.
    pub fn start_clients(&self, spec: FleetSpec, keep_packets: bool) -> io::Result<()> {
        let name = spec.name.clone();
        if self.fleets.borrow().contains_key(&name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if !keep_packets {
            self.network.summarise_packets(protocol);
        }
        let host = host_of(&name);
        let relays = spec.links.iter().map(|link| IpAddr::V4(link.relay));
        self.network.add_host(HostSpec {
            name: host.as_str().into(),
            addresses: relays.collect(),
            segment: host.as_str().into(),
            answers_ping: true,
        });
        let fleet = Rc::new(RefCell::new(ClientFleet::new(spec)));
        for port in [67, 68] {
            let service: SharedService = fleet.clone();
            self.network
                .bind_udp_everywhere(&host, port, PROGRAM, service)?;
        }
        self.fleets.borrow_mut().insert(name, fleet);
        Ok(())
    }

    /// Switches every client of a fleet off, without a word to any server. False when there is
    /// no such fleet, or it is off.
    pub fn stop_clients(&self, name: &str) -> bool {
        self.network.stop_service(&host_of(name), PROGRAM)
    }

    /// Looks at a fleet.
    pub fn with_clients<T>(&self, name: &str, look: impl FnOnce(&ClientFleet) -> T) -> Option<T> {
        let fleets: Ref<'_, _> = self.fleets.borrow();
        let fleet = fleets.get(name)?.borrow();
        Some(look(&fleet))
    }
}
