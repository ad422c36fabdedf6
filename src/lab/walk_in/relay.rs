//! The relay agent of the walker's link: broadcasts in, unicasts to every DHCP server, and back.
//!
//! A client without an address can only shout on its own cable. As on a real access switch, the
//! router there forwards what it hears to the servers and names the link it heard it on (RFC 1542
//! section 4.1, RFC 8415 section 19), and the servers choose the scope by that.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;

use crate::wire::dhcp::v4::{Message, Operation};
use crate::wire::dhcp::v6::{Envelope, Relay};

const SERVER_V4: u16 = 67;
const CLIENT_V4: u16 = 68;
const SERVER_V6: u16 = 547;
const CLIENT_V6: u16 = 546;

/// All_DHCP_Relay_Agents_and_Servers (RFC 8415 section 7.1).
const ALL_AGENTS: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 1, 2);

/// A message that came through more agents than this runs in a circle (RFC 1542 section 4.1.1).
const HOPS_MAX: u8 = 16;

/// The largest datagram there is.
const LARGEST: usize = 65_535;

/// The agent for IPv4.
pub struct RelayV4 {
    gateway: Ipv4Addr,
    /// Hears what is broadcast on the cable, and nothing else.
    heard: UdpSocket,
    /// Talks to servers and shouts back, from the gateway's address.
    own: UdpSocket,
}

impl RelayV4 {
    /// Listens at the gateway's address, which must be on the cable.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn open(gateway: Ipv4Addr) -> io::Result<RelayV4> {
        let heard = bound((Ipv4Addr::BROADCAST, SERVER_V4).into())?;
        let own = bound((gateway, SERVER_V4).into())?;
        // The source address says which cable the broadcast goes to.
        own.set_broadcast(true)?;
        Ok(RelayV4 {
            gateway,
            heard: UdpSocket::from_std(heard.into())?,
            own: UdpSocket::from_std(own.into())?,
        })
    }

    /// Forwards until dropped.
    pub async fn run(self, servers: &[Ipv4Addr]) {
        let (mut asked, mut answered) = (vec![0; LARGEST], vec![0; LARGEST]);
        loop {
            tokio::select! {
                biased;
                received = self.own.recv_from(&mut answered) => {
                    let Ok((length, _)) = received else { continue };
                    if is(&answered[..length], Operation::Reply) {
                        let to = (Ipv4Addr::BROADCAST, CLIENT_V4);
                        // A lost answer is asked for again.
                        let _ = self.own.send_to(&answered[..length], to).await;
                    }
                }
                received = self.heard.recv_from(&mut asked) => {
                    let Ok((length, _)) = received else { continue };
                    if let Some(forward) = forward_v4(&asked[..length], self.gateway) {
                        for server in servers {
                            let _ = self.own.send_to(&forward, (*server, SERVER_V4)).await;
                        }
                    }
                }
            }
        }
    }
}

fn is(packet: &[u8], operation: Operation) -> bool {
    Message::decode(packet).is_ok_and(|message| message.operation == operation)
}

/// A client's message as it goes on to the servers. Everything else stays as it came.
fn forward_v4(packet: &[u8], gateway: Ipv4Addr) -> Option<Vec<u8>> {
    let message = Message::decode(packet).ok()?;
    if message.operation != Operation::Request || message.hops >= HOPS_MAX {
        return None;
    }
    let mut forward = packet.to_vec();
    forward[3] = message.hops + 1;
    if message.giaddr.is_unspecified() {
        forward[24..28].copy_from_slice(&gateway.octets());
    }
    Some(forward)
}

/// The agent for IPv6.
pub struct RelayV6 {
    gateway: Ipv6Addr,
    /// The index of the cable's interface.
    interface: u32,
    heard: UdpSocket,
    own: UdpSocket,
}

impl RelayV6 {
    /// Listens on the interface of that index, and at the gateway's address for servers.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn open(gateway: Ipv6Addr, interface: u32) -> io::Result<RelayV6> {
        let group = SocketAddrV6::new(ALL_AGENTS, SERVER_V6, 0, interface);
        let heard = bound(group.into())?;
        heard.join_multicast_v6(&ALL_AGENTS, interface)?;
        let own = bound((gateway, SERVER_V6).into())?;
        Ok(RelayV6 {
            gateway,
            interface,
            heard: UdpSocket::from_std(heard.into())?,
            own: UdpSocket::from_std(own.into())?,
        })
    }

    /// Forwards until dropped.
    pub async fn run(self, servers: &[Ipv6Addr]) {
        let (mut asked, mut answered) = (vec![0; LARGEST], vec![0; LARGEST]);
        loop {
            tokio::select! {
                biased;
                received = self.own.recv_from(&mut answered) => {
                    let Ok((length, _)) = received else { continue };
                    if let Some((peer, inner)) = unwrap_v6(&answered[..length]) {
                        let to = SocketAddrV6::new(peer, CLIENT_V6, 0, self.interface);
                        let _ = self.heard.send_to(&inner, to).await;
                    }
                }
                received = self.heard.recv_from(&mut asked) => {
                    let Ok((length, from)) = received else { continue };
                    let IpAddr::V6(peer) = from.ip() else { continue };
                    if let Some(forward) = wrap_v6(&asked[..length], self.gateway, peer) {
                        for server in servers {
                            let _ = self.own.send_to(&forward, (*server, SERVER_V6)).await;
                        }
                    }
                }
            }
        }
    }
}

/// HOP_COUNT_LIMIT (RFC 8415 section 7.6).
const HOPS_MAX_V6: u8 = 8;

/// RFC 8415 section 19.1. One that came through too many relays goes no further.
fn wrap_v6(packet: &[u8], link: Ipv6Addr, peer: Ipv6Addr) -> Option<Vec<u8>> {
    let mut envelope = Envelope::decode(packet).ok()?;
    let hops = match envelope.relays.first() {
        Some(relay) if relay.hops >= HOPS_MAX_V6 => return None,
        Some(relay) => relay.hops + 1,
        None => 0,
    };
    let relay = Relay {
        hops,
        link,
        peer,
        options: Vec::new(),
    };
    envelope.relays.insert(0, relay);
    Some(envelope.encode())
}

/// Whom an answer is for, and the answer (RFC 8415 section 19.2).
fn unwrap_v6(packet: &[u8]) -> Option<(Ipv6Addr, Vec<u8>)> {
    let mut envelope = Envelope::decode(packet).ok()?;
    if envelope.relays.is_empty() {
        return None;
    }
    let relay = envelope.relays.remove(0);
    Some((relay.peer, envelope.encode()))
}

fn bound(to: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(to), Type::DGRAM, Some(Protocol::UDP))?;
    if to.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&to.into())?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::MacAddress;
    use crate::wire::dhcp::v4::Hardware;
    use crate::wire::dhcp::v6;

    fn discover() -> Message {
        Message::request(7, Hardware::ethernet(MacAddress([2, 0, 0, 0, 0, 1])))
    }

    #[test]
    fn a_broadcast_goes_on_with_its_link_and_one_hop_more() {
        let gateway = Ipv4Addr::new(10, 0, 1, 1);
        let forward = forward_v4(&discover().encode(), gateway).expect("it is a request");
        let forward = Message::decode(&forward).expect("it is whole");
        assert_eq!((forward.giaddr, forward.hops, forward.xid), (gateway, 1, 7));
        // A relay nearer to the client has named the link already.
        let nearer = Ipv4Addr::new(10, 9, 9, 1);
        let mut relayed = discover();
        relayed.giaddr = nearer;
        let forward = forward_v4(&relayed.encode(), gateway).expect("it is a request");
        assert_eq!(Message::decode(&forward).expect("whole").giaddr, nearer);
    }

    #[test]
    fn answers_nonsense_and_circles_are_not_forwarded() {
        let gateway = Ipv4Addr::new(10, 0, 1, 1);
        assert_eq!(forward_v4(&discover().answer().encode(), gateway), None);
        assert_eq!(forward_v4(b"nonsense", gateway), None);
        let mut circling = discover();
        circling.hops = HOPS_MAX;
        assert_eq!(forward_v4(&circling.encode(), gateway), None);
    }

    #[test]
    fn a_solicit_is_wrapped_and_its_answer_comes_out_for_who_asked() {
        let peer: Ipv6Addr = "fe80::7".parse().expect("an address");
        let link: Ipv6Addr = "2001:db8::1".parse().expect("an address");
        let solicit = Envelope::direct(v6::Message::new(v6::MessageType::Solicit, 9));
        let wrapped = wrap_v6(&solicit.encode(), link, peer).expect("it is a message");
        let mut wrapped = Envelope::decode(&wrapped).expect("it is whole");
        for (hops, goes_on) in [(7, true), (8, false), (255, false)] {
            wrapped.relays[0].hops = hops;
            let again = wrap_v6(&wrapped.encode(), link, peer);
            assert_eq!(again.is_some(), goes_on, "{hops}");
        }
        wrapped.relays[0].hops = 0;
        assert_eq!(wrapped.message, solicit.message);
        assert_eq!(
            (wrapped.relays[0].link, wrapped.relays[0].peer),
            (link, peer)
        );
        assert_eq!(wrapped.relays[0].hops, 0);
        let answer = v6::Message::new(v6::MessageType::Advertise, 9);
        let reply = wrapped.answer(answer.clone()).encode();
        let (to, inner) = unwrap_v6(&reply).expect("it is a relay-reply");
        assert_eq!(to, peer);
        assert_eq!(Envelope::decode(&inner), Ok(Envelope::direct(answer)));
        assert_eq!(unwrap_v6(&solicit.encode()), None);
    }
}
