//! The estate's firewalls as the network asks them.

use std::cell::RefCell;
use std::rc::Rc;

use crate::base::Moment;
use crate::estate::{Arrival, Estate, Host};
use crate::net::{Admission, Admit, Flow, Transport};
use crate::server::dhcp::DNS_CLIENT_PORT;

/// Asks the firewall of the receiving host, after everything due has happened to it.
pub(super) struct FirewallAdmission {
    pub estate: Rc<RefCell<Estate>>,
}

impl Admission for FirewallAdmission {
    fn admit(&self, at: Moment, flow: &Flow<'_>) -> Admit {
        let mut estate = self.estate.borrow_mut();
        estate.settle(at);
        // A broadcast address belongs to no host; then the name tells which one it reached.
        let host = estate
            .host_at(flow.to.ip())
            .or_else(|| estate.find_host(flow.host).ok());
        host.map_or(Admit::Allow, |host| decide(host, flow))
    }
}

fn decide(host: &Host, flow: &Flow<'_>) -> Admit {
    let firewall = &host.firewall;
    // What a host sends to an address of its own never passes its firewall.
    if host.addresses.contains(&flow.from.ip()) {
        return Admit::Allow;
    }
    if flow.transport == Transport::Icmp {
        return match firewall.admits_echo(flow.to.ip()) {
            true => Admit::Allow,
            false => Admit::Block("no enabled rule allows echo requests".into()),
        };
    }
    // A stateful firewall lets in the answers to what the host itself has asked.
    if flow.transport == Transport::Udp && flow.to.port() == DNS_CLIENT_PORT {
        return Admit::Allow;
    }
    let arrival = Arrival {
        transport: flow.transport,
        port: flow.to.port(),
        program: flow.program,
    };
    let decision = firewall.decide(&arrival);
    match decision.is_allowed() {
        true => Admit::Allow,
        false => Admit::Block(decision.to_string().into()),
    }
}
