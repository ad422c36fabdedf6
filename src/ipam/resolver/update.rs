//! RFC 2136 updates, signed or not.

use std::net::{IpAddr, SocketAddr};

use crate::base::Fqdn;
use crate::wire::dns::{DnsName, Rcode, Reply, TsigKey, UpdateMessage};

use super::answer::{Change, Prerequisite, UpdateOutcome};
use super::client::{DNS_PORT, Resolver};
use super::exchange::{TRY_TIMEOUTS, over_tcp, over_udp};

/// A message beyond this goes over TCP at once.
const UDP_MESSAGE_MAX: usize = 1232;

impl Resolver {
    /// An update of `zone` at `server`, as a whole or not at all (RFC 2136 section 3.4).
    ///
    /// The same message is sent again when no answer comes. A server that has made the change
    /// already judges it by the prerequisites once more, so a caller whose prerequisites exclude
    /// its own change must look before it calls a refusal a conflict.
    pub async fn update(
        &self,
        server: IpAddr,
        zone: &Fqdn,
        prerequisites: &[Prerequisite],
        changes: &[Change],
        key: Option<&TsigKey>,
    ) -> UpdateOutcome {
        let to = SocketAddr::new(server, DNS_PORT);
        let id = self.next_id();
        let message = build(id, zone, prerequisites, changes).encode();
        for timeout in TRY_TIMEOUTS {
            let now = self.endpoint.now().unix_seconds();
            let (bytes, verifier) = match key {
                Some(key) => {
                    let (bytes, verifier) = key.sign_request(message.clone(), now);
                    (bytes, Some(verifier))
                }
                None => (message.clone(), None),
            };
            let ours = |reply: &[u8]| reply.starts_with(&id.to_be_bytes()).then(|| reply.to_vec());
            let reply = if bytes.len() > UDP_MESSAGE_MAX {
                over_tcp(&self.endpoint, to, &bytes, timeout).await
            } else {
                over_udp(&self.endpoint, to, &bytes, timeout, ours).await
            };
            let Some(reply) = reply else {
                continue;
            };
            if let Some(mut verifier) = verifier {
                let now = self.endpoint.now().unix_seconds();
                if let Err(error) = verifier.verify(&reply, now) {
                    return UpdateOutcome::BadSignature(error.to_string());
                }
            }
            return match Reply::parse(&reply).map(|reply| reply.rcode) {
                Ok(Rcode::NOERROR) => UpdateOutcome::Done,
                Ok(rcode) => UpdateOutcome::Refused(rcode),
                Err(_) => UpdateOutcome::Unknown,
            };
        }
        UpdateOutcome::Unknown
    }
}

fn build(
    id: u16,
    zone: &Fqdn,
    prerequisites: &[Prerequisite],
    changes: &[Change],
) -> UpdateMessage {
    let mut message = UpdateMessage::new(id, zone);
    for prerequisite in prerequisites {
        message = match prerequisite {
            Prerequisite::RrsetExists(name, kind) => message.require_rrset(&name.into(), *kind),
            Prerequisite::RrsetIs(name, set) => message.require_exactly(&name.into(), set),
            Prerequisite::RrsetAbsent(name, kind) => message.forbid_rrset(&name.into(), *kind),
        };
    }
    for change in changes {
        message = match change {
            Change::Add { name, ttl, data } => message.add(&DnsName::from(name), *ttl, data),
            Change::Delete { name, data } => message.delete(&DnsName::from(name), data),
        };
    }
    message
}
