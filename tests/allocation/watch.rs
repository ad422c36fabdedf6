//! Which packets are steps of their own: the calls that read or write what allocators share.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::SocketAddr;

use ipamlab::net::{Gate, Packet, PacketKind, Transport};
use ipamlab::server::windows::port::{DHCP_MANAGEMENT, DNS_MANAGEMENT};
use ipamlab::wire::windows::{Call, FrameBuffer, Request, dhcpm, dnsp};

/// Which actor, by its place.
pub type Who = usize;

/// What an actor has under way on the network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Calls that have not left, as a person would name them.
    pub held: Vec<String>,
    /// Everything that came back from the servers, in order.
    pub replies: Vec<String>,
    /// It has pinged, and done nothing else on the network since.
    pub pinged: bool,
    /// How many DNS queries it has sent.
    pub asked: usize,
}

/// The gate: holds the calls of the actor who is being polled, and takes down the answers.
#[derive(Default)]
pub struct Watch {
    /// Two actors write about the same host name.
    pub same_names: bool,
    /// Who is being polled.
    pub polled: Cell<Option<Who>>,
    /// Whose each connection is.
    pub owners: RefCell<BTreeMap<SocketAddr, Who>>,
    pub traffic: RefCell<BTreeMap<Who, Traffic>>,
    /// Whose each held packet is, in order of sending.
    pub queue: RefCell<Vec<Who>>,
}

impl Gate for Watch {
    fn holds(&self, packet: &Packet) -> bool {
        if self.polled.get().is_none() {
            self.take_down(packet);
            return false;
        }
        self.sent(packet)
    }
}

impl Watch {
    fn sent(&self, packet: &Packet) -> bool {
        let Some(who) = self.polled.get() else {
            return false;
        };
        self.owners.borrow_mut().insert(packet.from, who);
        let mut traffic = self.traffic.borrow_mut();
        let traffic = traffic.entry(who).or_default();
        match packet.kind {
            PacketKind::EchoRequest => traffic.pinged = true,
            PacketKind::Syn => traffic.pinged = false,
            PacketKind::Datagram => traffic.asked += 1,
            _ => {}
        }
        let Some(call) = self.shared_call(packet) else {
            return false;
        };
        traffic.held.push(call);
        self.queue.borrow_mut().push(who);
        true
    }

    /// The call in a packet, when others can tell the order in which it is carried out.
    ///
    /// Everything else travels with the step that sends it: log-ons, the endpoint mapper, names of
    /// servers, scopes and leases, which nothing in these worlds changes, the names of hosts where
    /// everybody has one of his own, and the probes of a search, whose answers come back before
    /// anything else happens.
    fn shared_call(&self, packet: &Packet) -> Option<String> {
        match (packet.transport, packet.to.port()) {
            (Transport::Tcp, DHCP_MANAGEMENT | DNS_MANAGEMENT)
                if packet.kind == PacketKind::Data =>
            {
                let mut frames = FrameBuffer::default();
                frames.push(&packet.payload);
                let call = frames.next_frame::<Call>().ok().flatten()?;
                let named = management(&call.request)?;
                (self.same_names || !is_about_a_host(&call.request)).then_some(named)
            }
            (Transport::Udp, 53) => update(&packet.payload),
            _ => None,
        }
    }

    /// How many DNS queries an actor has sent.
    pub fn asked(&self, who: Who) -> usize {
        self.traffic.borrow().get(&who).map_or(0, |seen| seen.asked)
    }

    /// An answer to a call that was held, whoever is being polled.
    fn take_down(&self, packet: &Packet) {
        let answered = match packet.transport {
            Transport::Tcp => {
                packet.kind == PacketKind::Data
                    && matches!(packet.from.port(), DHCP_MANAGEMENT | DNS_MANAGEMENT)
            }
            _ => false,
        };
        let owners = self.owners.borrow();
        if answered && let Some(who) = owners.get(&packet.to) {
            let text = String::from_utf8_lossy(&packet.payload).into_owned();
            let mut traffic = self.traffic.borrow_mut();
            traffic.entry(*who).or_default().replies.push(text);
        }
    }
}

fn management(request: &Request) -> Option<String> {
    use dhcpm::Request as Dhcp;
    use dnsp::Request as Dns;
    Some(match request {
        Request::DhcpManagement(Dhcp::EnumReservations { .. }) => "EnumReservations".to_owned(),
        Request::DhcpManagement(Dhcp::AddReservation { reservation, .. }) => {
            format!(
                "AddReservation {} {}",
                reservation.address, reservation.name
            )
        }
        Request::DhcpManagement(Dhcp::UpdateReservation { reservation, .. }) => {
            let (address, name) = (reservation.address, &reservation.name);
            format!("UpdateReservation {address} {name}")
        }
        Request::DhcpManagement(Dhcp::RemoveReservationOf { address, .. }) => {
            format!("RemoveReservation {address}")
        }
        Request::DnsManagement(Dns::EnumRecords {
            name: Some(name), ..
        }) => format!("EnumRecords {name}"),
        Request::DnsManagement(Dns::AddRecord { name, data, .. }) => {
            format!("AddRecord {name} {data:?}")
        }
        Request::DnsManagement(Dns::DeleteRecord { name, data, .. }) => {
            format!("DeleteRecord {name} {data:?}")
        }
        _ => return None,
    })
}

fn is_about_a_host(request: &Request) -> bool {
    use dnsp::Request::{AddRecord, DeleteRecord, EnumRecords};
    match request {
        Request::DnsManagement(
            EnumRecords {
                name: Some(name), ..
            }
            | AddRecord { name, .. }
            | DeleteRecord { name, .. },
        ) => !name.as_str().ends_with(".arpa"),
        _ => false,
    }
}

/// A dynamic update: operation code 5 (RFC 2136 section 2.2).
fn update(message: &[u8]) -> Option<String> {
    let opcode = message.get(2)? >> 3 & 0x0f;
    (opcode == 5).then(|| "dynamic update".to_owned())
}
