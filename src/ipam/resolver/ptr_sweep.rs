//! Many reverse lookups at once over one socket: what a search for free addresses needs.
//!
//! The queries of a window are written by hand into one buffer and told apart by their ids, so a
//! lookup costs neither a socket nor a timer nor a decoded message unless a record comes back.

use std::net::{IpAddr, SocketAddr};

use crate::net::UdpSocket;
use crate::wire::dns::{Rcode, RecordType, Reply};

use super::answer::PtrAnswer;
use super::client::{Resolver, ptr_target};
use super::exchange::{TRY_TIMEOUTS, receive_until};

const HEADER: usize = 12;

/// A plain query for the PTR record of `address`: recursion desired, one question, no EDNS.
fn write_query(out: &mut Vec<u8>, id: u16, address: IpAddr) {
    out.clear();
    out.extend_from_slice(&id.to_be_bytes());
    out.extend_from_slice(&[1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    match address {
        IpAddr::V4(v4) => {
            for octet in v4.octets().into_iter().rev() {
                write_decimal_label(out, octet);
            }
            out.extend_from_slice(b"\x07in-addr\x04arpa\0");
        }
        IpAddr::V6(v6) => {
            for byte in v6.octets().into_iter().rev() {
                for nibble in [byte & 15, byte >> 4] {
                    out.extend_from_slice(&[1, b"0123456789abcdef"[usize::from(nibble)]]);
                }
            }
            out.extend_from_slice(b"\x03ip6\x04arpa\0");
        }
    }
    out.extend_from_slice(&RecordType::PTR.0.to_be_bytes());
    out.extend_from_slice(&[0, 1]);
}

fn write_decimal_label(out: &mut Vec<u8>, octet: u8) {
    let digits = [octet / 100, octet / 10 % 10, octet % 10].map(|digit| b'0' + digit);
    let text = match octet {
        100.. => &digits[..],
        10.. => &digits[1..],
        _ => &digits[2..],
    };
    out.push(text.len() as u8);
    out.extend_from_slice(text);
}

/// One window of lookups under way.
struct Window<'a> {
    resolver: &'a Resolver,
    to: SocketAddr,
    /// The id of the first lookup; the others count up from it.
    first_id: u16,
    addresses: &'a [IpAddr],
    answers: Vec<Option<PtrAnswer>>,
    left: usize,
    /// A truncated answer: these are asked again over TCP.
    truncated: Vec<usize>,
    query: Vec<u8>,
}

impl Resolver {
    /// The PTR records of `addresses`, at most 4 096 at a time, in their order. Each is asked up
    /// to three times; one that stays without an answer is `TimedOut`.
    pub async fn lookup_ptrs(&self, addresses: &[IpAddr]) -> Vec<PtrAnswer> {
        debug_assert!(addresses.len() <= 4096, "ids must stay distinct");
        let mut window = Window {
            resolver: self,
            to: self.server(),
            first_id: self.next_id(),
            addresses,
            answers: vec![None; addresses.len()],
            left: addresses.len(),
            truncated: Vec::new(),
            query: Vec::with_capacity(96),
        };
        window.ask().await;
        let truncated = std::mem::take(&mut window.truncated);
        let mut answers = window.answers;
        for index in truncated {
            answers[index] = Some(self.lookup_ptr(addresses[index]).await);
        }
        answers
            .into_iter()
            .map(|answer| answer.unwrap_or(PtrAnswer::TimedOut))
            .collect()
    }
}

impl Window<'_> {
    async fn ask(&mut self) {
        let Ok(socket) = self.resolver.endpoint().udp(self.to.ip(), 0).await else {
            return;
        };
        for timeout in TRY_TIMEOUTS {
            if self.left == 0 {
                return;
            }
            self.send(&socket).await;
            let endpoint = self.resolver.endpoint();
            let deadline = endpoint.now().sim.after(timeout);
            while self.left > 0 {
                let Some((bytes, from)) = receive_until(endpoint, &socket, deadline).await else {
                    break;
                };
                if from == self.to {
                    self.take(&bytes);
                }
            }
        }
    }

    fn id(&self, index: usize) -> u16 {
        // A window is far smaller than the space of ids, so they stay distinct.
        self.first_id.wrapping_add(index as u16)
    }

    async fn send(&mut self, socket: &UdpSocket) {
        for index in 0..self.addresses.len() {
            if self.answers[index].is_some() || self.truncated.contains(&index) {
                continue;
            }
            let id = self.id(index);
            write_query(&mut self.query, id, self.addresses[index]);
            // A send that fails looks like a lost packet, and is tried again like one.
            let _ = socket.send_to(&self.query, self.to).await;
        }
    }

    /// Takes a datagram if it answers one of the questions still open: id and question must fit.
    fn take(&mut self, bytes: &[u8]) {
        let Some(header) = bytes.first_chunk::<HEADER>() else {
            return;
        };
        let id = u16::from_be_bytes([header[0], header[1]]);
        let index = usize::from(id.wrapping_sub(self.first_id));
        if index >= self.addresses.len()
            || self.answers[index].is_some()
            || header[2] & 0x80 == 0
            || self.truncated.contains(&index)
        {
            return;
        }
        write_query(&mut self.query, id, self.addresses[index]);
        let question = &self.query[HEADER..];
        let echoed = bytes.get(HEADER..HEADER + question.len());
        if !echoed.is_some_and(|echoed| echoed.eq_ignore_ascii_case(question)) {
            return;
        }
        self.left -= 1;
        if header[2] & 0x02 != 0 {
            self.truncated.push(index);
            return;
        }
        self.answers[index] = Some(read_answer(header, bytes));
    }
}

fn read_answer(header: &[u8; HEADER], bytes: &[u8]) -> PtrAnswer {
    let rcode = Rcode(u16::from(header[3] & 15));
    let answers = u16::from_be_bytes([header[6], header[7]]);
    if rcode != Rcode::NOERROR || answers == 0 {
        return PtrAnswer::NotFound(rcode);
    }
    let records = Reply::parse(bytes)
        .map(|reply| reply.answers)
        .unwrap_or_default();
    let names: Vec<_> = records.into_iter().filter_map(ptr_target).collect();
    if names.is_empty() {
        PtrAnswer::NotFound(rcode)
    } else {
        PtrAnswer::Found(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::dns::{PlainQuery, ReverseName};

    #[test]
    fn a_query_written_by_hand_asks_for_the_reverse_name() {
        for text in [
            "10.0.1.254",
            "1.2.30.0",
            "255.100.99.9",
            "2001:db8::7f",
            "::1",
        ] {
            let address: IpAddr = text.parse().unwrap();
            let mut bytes = Vec::new();
            write_query(&mut bytes, 0xbeef, address);
            let query = PlainQuery::parse(&bytes).expect("a plain query");
            assert_eq!(query.echo.id, 0xbeef);
            assert_eq!(query.kind, RecordType::PTR);
            assert_eq!(query.to_name(), ReverseName::of(address).name(), "{text}");
        }
    }
}
