//! ICMP echo as the kernel receives it, answered for the hosts of the estate.
//!
//! In a namespace that holds the estate's addresses the kernel's own answers are switched off,
//! because it would answer for silent hosts too. Raw sockets see every request; the network says
//! who answers, and the answer leaves from the address that was asked.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};
use std::os::fd::AsRawFd as _;
use std::rc::Rc;

use nix::libc;
use nix::sys::socket::{
    ControlMessage, ControlMessageOwned, MsgFlags, SockaddrIn, SockaddrIn6, recvmsg, sendmsg,
    setsockopt, sockopt,
};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::Interest;
use tokio::net::UdpSocket;

use super::net::RealNet;

/// The largest IP packet there is.
const LARGEST_PACKET: usize = 65_535;

/// What Windows puts into the packets it sends.
const TIME_TO_LIVE: u32 = 128;

const REQUEST_V4: u8 = 8;
const REPLY_V4: u8 = 0;
const REQUEST_V6: u8 = 128;
const REPLY_V6: u8 = 129;

/// An echo request taken off the wire.
struct Request<P> {
    from: P,
    to: IpAddr,
    /// The ICMP message.
    message: Vec<u8>,
}

impl RealNet {
    pub(in crate::net) fn answer_kernel_pings(self: &Rc<Self>) -> io::Result<()> {
        let v4 = Socket::new(Domain::IPV4, Type::RAW, Some(Protocol::ICMPV4))?;
        v4.set_ttl_v4(TIME_TO_LIVE)?;
        v4.set_nonblocking(true)?;
        self.start_loop(Rc::clone(self).answer_v4(driven(v4)?));
        // A machine without IPv6 has nobody who could ask.
        if let Ok(v6) = Socket::new(Domain::IPV6, Type::RAW, Some(Protocol::ICMPV6)) {
            v6.set_unicast_hops_v6(TIME_TO_LIVE)?;
            v6.set_nonblocking(true)?;
            setsockopt(&v6, sockopt::Ipv6RecvPacketInfo, &true)?;
            self.start_loop(Rc::clone(self).answer_v6(driven(v6)?));
        }
        Ok(())
    }

    async fn answer_v4(self: Rc<Self>, socket: UdpSocket) {
        let mut buffer = vec![0; LARGEST_PACKET];
        while socket.readable().await.is_ok() {
            let received = || receive_v4(&socket, &mut buffer);
            if let Ok(Some(request)) = socket.try_io(Interest::READABLE, received)
                && self
                    .echo_arrives((*request.from.ip()).into(), request.to)
                    .is_ok()
            {
                // A full queue loses an answer, as a network does.
                let _ = reply_v4(&socket, &request);
            }
        }
    }

    async fn answer_v6(self: Rc<Self>, socket: UdpSocket) {
        let mut buffer = vec![0; LARGEST_PACKET];
        while socket.readable().await.is_ok() {
            let received = || receive_v6(&socket, &mut buffer);
            if let Ok(Some(request)) = socket.try_io(Interest::READABLE, received)
                && self
                    .echo_arrives((*request.from.ip()).into(), request.to)
                    .is_ok()
            {
                let _ = reply_v6(&socket, &request);
            }
        }
    }
}

/// A raw socket carries datagrams, and the runtime drives it like any other socket of datagrams.
fn driven(socket: Socket) -> io::Result<UdpSocket> {
    UdpSocket::from_std(socket.into())
}

/// The next packet if it is an echo request.
fn receive_v4(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<Option<Request<SocketAddrV4>>> {
    let mut into = [IoSliceMut::new(buffer)];
    let length = recvmsg::<()>(socket.as_raw_fd(), &mut into, None, MsgFlags::empty())?.bytes;
    Ok(request_v4(&buffer[..length]))
}

/// Reads a packet with its IP header (RFC 791 section 3.1, RFC 792).
fn request_v4(packet: &[u8]) -> Option<Request<SocketAddrV4>> {
    let header = usize::from(packet.first()? & 0x0f) * 4;
    let address = |at: usize| -> Option<Ipv4Addr> {
        let octets: [u8; 4] = packet.get(at..at + 4)?.try_into().ok()?;
        Some(octets.into())
    };
    let message = packet.get(header..)?;
    let is_request = message.len() >= 8 && message[0] == REQUEST_V4 && message[1] == 0;
    is_request.then_some(())?;
    Some(Request {
        from: SocketAddrV4::new(address(12)?, 0),
        to: address(16)?.into(),
        message: message.to_vec(),
    })
}

fn reply_v4(socket: &UdpSocket, request: &Request<SocketAddrV4>) -> io::Result<()> {
    let IpAddr::V4(own) = request.to else {
        return Ok(());
    };
    let mut message = request.message.clone();
    message[0] = REPLY_V4;
    message[2..4].fill(0);
    let checksum = checksum(&message);
    message[2..4].copy_from_slice(&checksum.to_be_bytes());
    let source = libc::in_pktinfo {
        ipi_ifindex: 0,
        ipi_spec_dst: libc::in_addr {
            s_addr: u32::from_ne_bytes(own.octets()),
        },
        ipi_addr: libc::in_addr { s_addr: 0 },
    };
    let to = SockaddrIn::from(request.from);
    let payload = [IoSlice::new(&message)];
    let control = [ControlMessage::Ipv4PacketInfo(&source)];
    let flags = MsgFlags::empty();
    sendmsg(socket.as_raw_fd(), &payload, &control, flags, Some(&to))?;
    Ok(())
}

/// The next packet if it is an echo request. The kernel has checked its checksum.
fn receive_v6(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<Option<Request<SocketAddrV6>>> {
    let mut control = nix::cmsg_space!(libc::in6_pktinfo);
    let mut into = [IoSliceMut::new(buffer)];
    let received = recvmsg::<SockaddrIn6>(
        socket.as_raw_fd(),
        &mut into,
        Some(&mut control),
        MsgFlags::empty(),
    )?;
    let told = received.cmsgs()?.find_map(|message| match message {
        ControlMessageOwned::Ipv6PacketInfo(info) => Some(Ipv6Addr::from(info.ipi6_addr.s6_addr)),
        _ => None,
    });
    let (length, from) = (received.bytes, received.address);
    let message = &buffer[..length];
    let is_request = length >= 8 && message[0] == REQUEST_V6 && message[1] == 0;
    let request = from.zip(told).filter(|_| is_request);
    Ok(request.map(|(from, to)| Request {
        from: from.into(),
        to: to.into(),
        message: message.to_vec(),
    }))
}

fn reply_v6(socket: &UdpSocket, request: &Request<SocketAddrV6>) -> io::Result<()> {
    let IpAddr::V6(own) = request.to else {
        return Ok(());
    };
    let mut message = request.message.clone();
    message[0] = REPLY_V6;
    // The kernel fills in the checksum, which covers the addresses (RFC 3542 section 3.1).
    let source = libc::in6_pktinfo {
        ipi6_addr: libc::in6_addr {
            s6_addr: own.octets(),
        },
        ipi6_ifindex: 0,
    };
    let to = SockaddrIn6::from(request.from);
    let payload = [IoSlice::new(&message)];
    let control = [ControlMessage::Ipv6PacketInfo(&source)];
    let flags = MsgFlags::empty();
    sendmsg(socket.as_raw_fd(), &payload, &control, flags, Some(&to))?;
    Ok(())
}

/// The Internet checksum (RFC 1071) of a message of any length.
fn checksum(message: &[u8]) -> u16 {
    let words = message.chunks(2).map(|pair| {
        let low = pair.get(1).copied().unwrap_or(0);
        u32::from(u16::from_be_bytes([pair[0], low]))
    });
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An echo request of 10.0.1.9 to 10.0.0.5 with three bytes of data.
    fn packet() -> Vec<u8> {
        let mut packet = vec![0x45, 0, 0, 31, 0, 0, 0, 0, 64, 1, 0, 0];
        packet.extend([10, 0, 1, 9, 10, 0, 0, 5]);
        packet.extend([REQUEST_V4, 0, 0, 0, 0x12, 0x34, 0, 1, b'a', b'b', b'c']);
        packet
    }

    #[test]
    fn a_request_is_read_with_who_asks_whom() {
        let request = request_v4(&packet()).expect("it is a request");
        assert_eq!(request.from.ip().to_string(), "10.0.1.9");
        assert_eq!(request.to.to_string(), "10.0.0.5");
        assert_eq!(request.message[4..], packet()[24..]);
    }

    #[test]
    fn replies_other_messages_and_stumps_are_no_requests() {
        let mut reply = packet();
        reply[20] = REPLY_V4;
        assert!(request_v4(&reply).is_none());
        for length in 0..28 {
            assert!(request_v4(&packet()[..length]).is_none(), "{length}");
        }
        let mut long_header = packet();
        long_header[0] = 0x4f;
        assert!(request_v4(&long_header).is_none());
    }

    #[test]
    fn a_message_with_its_checksum_sums_to_zero_whatever_its_length() {
        for length in 8..40_u8 {
            let mut message: Vec<u8> = (0..length).map(|byte| byte.wrapping_mul(7)).collect();
            message[2..4].fill(0);
            let sum = checksum(&message);
            message[2..4].copy_from_slice(&sum.to_be_bytes());
            assert_eq!(checksum(&message), 0, "{length}");
        }
    }
}
