//! What DHCPv6 leases mean for DNS: AAAA records and names below `ip6.arpa` (RFC 4704).

use std::net::IpAddr;

use super::super::server::DhcpServer;
use super::Asked;
use super::bindings::key;
use crate::wire::dhcp::v4::ClientFqdn;
use crate::wire::dhcp::v6::{Message, MessageType, code};

impl DhcpServer {
    /// Asks for the records of every address that an answer leases, and adds option 39 where the
    /// client sent one and asks for the server's (RFC 4704 sections 5 and 6). An advertisement
    /// tells what would be done.
    pub(super) fn register_v6(&mut self, asked: Asked<'_>, answer: &mut Message) {
        let fqdn = asked.message.client_fqdn();
        let mut told: Option<ClientFqdn> = None;
        for ia in &answer.ias {
            // What a lease is given up for stands in the same association with no time left.
            for leased in ia.addresses.iter().filter(|address| address.valid > 0) {
                let address = IpAddr::V6(leased.address);
                let Some(scope) = self.scopes.containing_id(address) else {
                    continue;
                };
                let decision = self.decide(scope, fqdn.as_ref(), "");
                told = match answer.kind {
                    MessageType::Advertise => decision.answer,
                    _ => {
                        let client = (key(asked, ia.iaid), true);
                        self.register(asked.arrival.at, scope, address, client, decision)
                    }
                };
            }
        }
        let wants = asked.message.option_request.contains(&code::CLIENT_FQDN);
        if let Some(told) = told.filter(|_| wants) {
            answer.set_client_fqdn(&told);
        }
    }
}
