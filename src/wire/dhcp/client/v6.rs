//! A DHCPv6 client with one association for one address (RFC 8415 section 18.2).

use std::net::Ipv6Addr;

use super::super::malformed::Malformed;
use super::super::v4::ClientFqdn;
use super::super::v6::{
    Envelope, IaAddress, IaNa, Message, MessageType, Relay, Status, StatusCode, code,
};
use crate::base::Duid;

/// What a client was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseV6 {
    pub address: Ipv6Addr,
    pub server: Duid,
    /// Seconds.
    pub preferred: u32,
    /// Seconds.
    pub valid: u32,
    pub dns_servers: Vec<Ipv6Addr>,
    pub domain_search: Vec<String>,
    /// Option 39 of the answer.
    pub client_fqdn: Option<ClientFqdn>,
}

/// What an answer led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepV6 {
    /// The exchange goes on with this message.
    Send(Box<Envelope>),
    /// The lease is granted or prolonged.
    Bound(LeaseV6),
    /// What the server said to a CONFIRM, RELEASE, DECLINE or INFORMATION-REQUEST.
    Answered(Box<Message>),
    /// No address: the status that says so.
    Refused(StatusCode),
    /// An answer to somebody or something else.
    Ignored,
}

/// One association of a client.
#[derive(Debug, Clone)]
pub struct ClientV6 {
    duid: Duid,
    iaid: u32,
    relay: Option<Relay>,
    fqdn: Option<ClientFqdn>,
    xid: u32,
    /// The message whose answer is awaited.
    asked: Option<MessageType>,
    lease: Option<LeaseV6>,
}

impl ClientV6 {
    /// A client without an address whose first transaction id follows `xid`.
    pub fn new(duid: Duid, iaid: u32, xid: u32) -> ClientV6 {
        ClientV6 {
            duid,
            iaid,
            relay: None,
            fqdn: None,
            xid: xid & 0x00ff_ffff,
            asked: None,
            lease: None,
        }
    }

    /// Speaks as if through a relay agent that says the client is on this link.
    pub fn via_relay(mut self, link: Ipv6Addr, peer: Ipv6Addr, interface: &[u8]) -> ClientV6 {
        self.relay = Some(Relay {
            hops: 0,
            link,
            peer,
            options: vec![(code::INTERFACE_ID, interface.to_vec())],
        });
        self
    }

    /// Sends its name, from now on, and wants to be told what becomes of it (RFC 4704 section 5).
    pub fn with_client_fqdn(mut self, fqdn: ClientFqdn) -> ClientV6 {
        self.fqdn = Some(fqdn);
        self
    }

    pub fn lease(&self) -> Option<&LeaseV6> {
        self.lease.as_ref()
    }

    fn message(&mut self, kind: MessageType) -> Message {
        self.xid = self.xid.wrapping_add(1) & 0x00ff_ffff;
        self.asked = Some(kind);
        let mut message = Message::new(kind, self.xid);
        message.client = Some(self.duid.clone());
        message.elapsed = Some(0);
        message.option_request = vec![code::DNS_SERVERS, code::DOMAIN_SEARCH];
        let is_named = matches!(
            kind,
            MessageType::Solicit | MessageType::Request | MessageType::Renew | MessageType::Rebind
        );
        if let Some(fqdn) = self.fqdn.as_ref().filter(|_| is_named) {
            message.set_client_fqdn(fqdn);
            message.option_request.push(code::CLIENT_FQDN);
        }
        message
    }

    fn wrapped(&self, message: Message) -> Envelope {
        Envelope {
            relays: self.relay.iter().cloned().collect(),
            message,
        }
    }

    fn association(&self, address: Option<Ipv6Addr>) -> IaNa {
        let addresses = address.map(|address| IaAddress {
            address,
            preferred: 0,
            valid: 0,
            status: None,
        });
        IaNa {
            addresses: addresses.into_iter().collect(),
            ..IaNa::empty(self.iaid)
        }
    }

    /// Starts anew, asking for `wanted` if there is an address the client would like, and for
    /// the two-message exchange if `rapid` (RFC 8415 section 18.2.1).
    pub fn solicit(&mut self, wanted: Option<Ipv6Addr>, rapid: bool) -> Envelope {
        self.lease = None;
        let mut message = self.message(MessageType::Solicit);
        message.ias.push(self.association(wanted));
        message.rapid_commit = rapid;
        self.wrapped(message)
    }

    /// A message about the lease. `None` without one.
    fn about_lease(&mut self, kind: MessageType, to_server: bool) -> Option<Envelope> {
        let lease = self.lease.clone()?;
        let mut message = self.message(kind);
        message.ias.push(self.association(Some(lease.address)));
        message.server = to_server.then_some(lease.server);
        Some(self.wrapped(message))
    }

    pub fn renew(&mut self) -> Option<Envelope> {
        self.about_lease(MessageType::Renew, true)
    }

    pub fn rebind(&mut self) -> Option<Envelope> {
        self.about_lease(MessageType::Rebind, false)
    }

    /// Asks whether the address fits the link, after the client may have moved.
    pub fn confirm(&mut self) -> Option<Envelope> {
        self.about_lease(MessageType::Confirm, false)
    }

    pub fn release(&mut self) -> Option<Envelope> {
        let envelope = self.about_lease(MessageType::Release, true);
        self.lease = None;
        envelope
    }

    /// Says that the leased address is in use by somebody else.
    pub fn decline(&mut self) -> Option<Envelope> {
        let envelope = self.about_lease(MessageType::Decline, true);
        self.lease = None;
        envelope
    }

    /// Asks for options only.
    pub fn information_request(&mut self) -> Envelope {
        let message = self.message(MessageType::InformationRequest);
        self.wrapped(message)
    }

    /// Takes a datagram. What is no answer to the exchange under way is ignored.
    pub fn receive(&mut self, datagram: &[u8]) -> Result<StepV6, Malformed> {
        let answer = Envelope::decode(datagram)?.message;
        if answer.xid != self.xid || answer.client.as_ref() != Some(&self.duid) {
            return Ok(StepV6::Ignored);
        }
        use MessageType::*;
        let step = match (self.asked, answer.kind) {
            (Some(Solicit), Advertise) => self.take_advertise(&answer),
            (Some(Solicit), Reply) if !answer.rapid_commit => StepV6::Ignored,
            (Some(Solicit | Request | Renew | Rebind), Reply) => self.bind(&answer),
            (Some(Confirm | Release | Decline | InformationRequest), Reply) => {
                self.asked = None;
                StepV6::Answered(Box::new(answer))
            }
            _ => StepV6::Ignored,
        };
        Ok(step)
    }

    fn our_ia<'a>(&self, answer: &'a Message) -> Option<&'a IaNa> {
        answer.ias.iter().find(|ia| ia.iaid == self.iaid)
    }

    fn refusal(&self, answer: &Message) -> StatusCode {
        self.our_ia(answer)
            .and_then(|ia| ia.status.clone())
            .or_else(|| answer.status.clone())
            .unwrap_or_else(|| StatusCode::new(Status::NoAddrsAvail, ""))
    }

    fn take_advertise(&mut self, offer: &Message) -> StepV6 {
        let offered = self.our_ia(offer).and_then(|ia| ia.addresses.first());
        let (Some(offered), Some(server)) = (offered, &offer.server) else {
            return StepV6::Refused(self.refusal(offer));
        };
        let mut request = self.message(MessageType::Request);
        request.server = Some(server.clone());
        request.ias.push(self.association(Some(offered.address)));
        StepV6::Send(Box::new(self.wrapped(request)))
    }

    fn bind(&mut self, reply: &Message) -> StepV6 {
        self.asked = None;
        let ia = self.our_ia(reply);
        let given = ia.and_then(|ia| ia.addresses.iter().find(|a| a.valid > 0));
        let (Some(given), Some(server)) = (given, &reply.server) else {
            self.lease = None;
            return StepV6::Refused(self.refusal(reply));
        };
        let lease = LeaseV6 {
            address: given.address,
            server: server.clone(),
            preferred: given.preferred,
            valid: given.valid,
            dns_servers: reply.dns_servers.clone(),
            domain_search: reply.domain_search(),
            client_fqdn: reply.client_fqdn(),
        };
        self.lease = Some(lease.clone());
        StepV6::Bound(lease)
    }
}
