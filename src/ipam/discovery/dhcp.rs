//! Confirming DHCP servers: each must acknowledge a DHCPINFORM (domain 3.2, RFC 2131 section
//! 4.4.3).

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use rand::Rng as _;

use crate::base::{MacAddress, SimTime};
use crate::ipam::engine::Ipam;
use crate::net::UdpSocket;
use crate::wire::dhcp::v4::{DhcpOption, Hardware, Message, MessageType, Operation, code};
use crate::wire::windows::scm::Request as ScmRequest;
use crate::wire::windows::{Interface, Request, Win32Error};

const SERVER_PORT: u16 = 67;
const CLIENT_PORT: u16 = 68;

/// How often an INFORM is sent to a server that stays silent, and how long each waits.
const TRIES: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// How long to wait for another program of this host to let go of the client port.
const PORT_PAUSE: Duration = Duration::from_secs(1);
const PORT_TRIES: usize = 10;

impl Ipam {
    /// Whether the IPAM host has the DHCP role, which rules out DHCP discovery altogether.
    pub(super) async fn runs_dhcp_itself(&self) -> bool {
        let request = Request::ServiceControl(ScmRequest::QueryStatus {
            service: "DHCPServer".to_owned(),
        });
        let caller = self.computer_account();
        let own = self.own_address();
        let asked = self
            .remote
            .call(&caller, own, Interface::ServiceControl, request)
            .await;
        match asked {
            Ok(_) => true,
            // The service exists and this account may not ask for its state.
            Err(error) => error.error == Win32Error::ERROR_ACCESS_DENIED,
        }
    }

    /// Which of `servers` acknowledge a DHCPINFORM from this host. All are asked at once.
    pub(super) async fn acknowledged(&self, servers: &BTreeSet<Ipv4Addr>) -> BTreeSet<Ipv4Addr> {
        let Some(first) = servers.first() else {
            return BTreeSet::new();
        };
        let own = self.endpoint.address_towards(IpAddr::V4(*first));
        let Some(IpAddr::V4(own)) = own else {
            return BTreeSet::new();
        };
        let Some(socket) = self.client_port(IpAddr::V4(*first)).await else {
            return BTreeSet::new();
        };
        let mut waiting = self.informs(own, servers);
        let mut confirmed = BTreeSet::new();
        for wait in TRIES {
            if waiting.is_empty() {
                break;
            }
            for (server, message) in waiting.values() {
                let to = SocketAddr::new(IpAddr::V4(*server), SERVER_PORT);
                // A datagram that cannot be sent is a server that does not answer.
                let _ = socket.send_to(&message.encode(), to).await;
            }
            let deadline = self.endpoint.now().sim.after(wait);
            self.gather(&socket, deadline, &mut waiting, &mut confirmed)
                .await;
        }
        confirmed
    }

    /// The DHCP client port of this host, once it is free.
    async fn client_port(&self, towards: IpAddr) -> Option<UdpSocket> {
        for _ in 0..PORT_TRIES {
            if let Ok(socket) = self.endpoint.udp(towards, CLIENT_PORT).await {
                return Some(socket);
            }
            self.endpoint.sleep(PORT_PAUSE).await;
        }
        None
    }

    /// One message a server, by transaction id.
    fn informs(
        &self,
        own: Ipv4Addr,
        servers: &BTreeSet<Ipv4Addr>,
    ) -> BTreeMap<u32, (Ipv4Addr, Message)> {
        let sent_at = self.endpoint.now().sim.0;
        let mut draws = self.options.seed.stream(&format!("inform {sent_at}"));
        let mut messages = BTreeMap::new();
        for server in servers {
            let mut xid = draws.next_u32();
            while messages.contains_key(&xid) {
                xid = draws.next_u32();
            }
            let mut message = Message::request(xid, Hardware::ethernet(self.hardware_address()))
                .with(DhcpOption::MessageType(MessageType::Inform))
                .with(DhcpOption::ParameterList(vec![
                    code::SUBNET_MASK,
                    code::ROUTERS,
                    code::DNS_SERVERS,
                    code::DOMAIN_NAME,
                ]));
            message.ciaddr = own;
            messages.insert(xid, (*server, message));
        }
        messages
    }

    /// The engine knows no network card, so it speaks under a locally administered address.
    fn hardware_address(&self) -> MacAddress {
        let tail = self.options.seed.stream("hardware address").next_u32();
        let [a, b, c, d] = tail.to_be_bytes();
        MacAddress([0x02, 0x00, a, b, c, d])
    }

    /// Takes acknowledgements until everyone answered or the deadline passed.
    async fn gather(
        &self,
        socket: &UdpSocket,
        deadline: SimTime,
        waiting: &mut BTreeMap<u32, (Ipv4Addr, Message)>,
        confirmed: &mut BTreeSet<Ipv4Addr>,
    ) {
        while !waiting.is_empty() {
            let left = deadline.since(self.endpoint.now().sim);
            if left.is_zero() {
                return;
            }
            let Ok(Some((payload, _))) = socket.recv_from(left).await else {
                return;
            };
            let Ok(reply) = Message::decode(&payload) else {
                continue;
            };
            if reply.operation != Operation::Reply || reply.kind() != Some(MessageType::Ack) {
                continue;
            }
            if let Some((server, _)) = waiting.remove(&reply.xid) {
                confirmed.insert(server);
            }
        }
    }
}
