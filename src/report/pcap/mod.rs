//! The traffic of a run as a pcapng file, for Wireshark and its kin.
//!
//! One interface for each host that sends, its packets at their simulated times, the names of all
//! hosts. Comments say which step a packet begins, which fault had hold of it, and why it never
//! arrived. Headers below the payload are made here: the simulated network has none.

mod echo;
mod tcp;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use etherparse::PacketBuilder;
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption,
};
use pcap_file::pcapng::blocks::name_resolution::{
    Ipv4Record, Ipv6Record, NameResolutionBlock, Record,
};
use pcap_file::pcapng::blocks::section_header::{SectionHeaderBlock, SectionHeaderOption};
use pcap_file::{DataLink, PcapError};

use crate::lab::observation::RunRecord;
use crate::lab::trace::{Trace, TracedFate, TracedKind, TracedPacket};

use echo::Echoes;
use tcp::Streams;

/// Hops a packet of Windows may take.
const TIME_TO_LIVE: u8 = 128;

/// The interface of whoever is no host: printers, phones.
const OTHERS: &str = "devices";

/// Simulated times are whole milliseconds, but the writer knows nanoseconds only.
const NANOSECONDS: u8 = 9;

/// A capture file of a run. `verdict` is how it ended.
///
/// # Errors
/// When `to` cannot be written.
pub fn write(trace: &Trace, run: &RunRecord, verdict: &str, to: impl io::Write) -> io::Result<()> {
    let header = SectionHeaderBlock {
        options: vec![
            SectionHeaderOption::Comment(Cow::Owned(format!("scenario: {}", run.title))),
            SectionHeaderOption::Comment(Cow::Owned(format!("verdict: {verdict}"))),
            SectionHeaderOption::UserApplication(Cow::Borrowed("ipamlab")),
        ],
        ..SectionHeaderBlock::default()
    };
    let mut writer = PcapNgWriter::with_section_header(to, header).map_err(lost)?;
    let interfaces = Interfaces::of(trace);
    for name in &interfaces.names {
        let mut block = InterfaceDescriptionBlock::new(DataLink::RAW, 0);
        block.options = vec![
            InterfaceDescriptionOption::IfName(Cow::Borrowed(name)),
            InterfaceDescriptionOption::IfTsResol(NANOSECONDS),
        ];
        writer.write_pcapng_block(block).map_err(lost)?;
    }
    writer.write_pcapng_block(names(trace)).map_err(lost)?;
    let start = Duration::try_from(trace.start.duration_since(jiff::Timestamp::UNIX_EPOCH));
    let start = start.unwrap_or_default();
    let mut streams = Streams::default();
    let mut echoes = Echoes::default();
    let mut comments = Comments::of(run, trace, verdict);
    for (number, packet) in trace.packets.iter().enumerate() {
        let data = bytes(number, packet, &mut streams, &mut echoes)?;
        let options = comments.of_packet(number, packet);
        let block = EnhancedPacketBlock {
            interface_id: interfaces.of_sender(packet.from.ip()),
            timestamp: start + Duration::from_millis(packet.at.0),
            original_len: u32::try_from(data.len()).expect("a packet has at most 64 KiB"),
            data: Cow::Owned(data),
            options,
        };
        writer.write_pcapng_block(block).map_err(lost)?;
    }
    Ok(())
}

/// The writer's errors are those of what it writes to, or of blocks that cannot be.
fn lost(error: PcapError) -> io::Error {
    match error {
        PcapError::IoError(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

/// The names of interfaces in their order, and who sends on which.
struct Interfaces {
    names: Vec<String>,
    by_address: BTreeMap<IpAddr, u32>,
}

impl Interfaces {
    fn of(trace: &Trace) -> Interfaces {
        let mut names = vec![OTHERS.to_owned()];
        let mut by_address = BTreeMap::new();
        for (name, addresses) in &trace.hosts {
            let id = u32::try_from(names.len()).expect("fewer hosts than addresses");
            by_address.extend(addresses.iter().map(|address| (*address, id)));
            names.push(name.clone());
        }
        Interfaces { names, by_address }
    }

    fn of_sender(&self, address: IpAddr) -> u32 {
        self.by_address.get(&address).copied().unwrap_or_default()
    }
}

fn names(trace: &Trace) -> NameResolutionBlock<'_> {
    let mut records = Vec::new();
    for (name, addresses) in &trace.hosts {
        for address in addresses {
            let names = vec![Cow::Borrowed(name.as_str())];
            records.push(match address {
                IpAddr::V4(address) => Record::Ipv4(Ipv4Record {
                    ip_addr: Cow::Owned(address.octets().to_vec()),
                    names,
                }),
                IpAddr::V6(address) => Record::Ipv6(Ipv6Record {
                    ip_addr: Cow::Owned(address.octets().to_vec()),
                    names,
                }),
            });
        }
    }
    NameResolutionBlock {
        records,
        options: Vec::new(),
    }
}

/// What is said of packets.
struct Comments<'a> {
    /// The first packet of each step, and the step.
    begins: BTreeMap<usize, String>,
    last: usize,
    verdict: &'a str,
}

impl<'a> Comments<'a> {
    fn of(run: &RunRecord, trace: &Trace, verdict: &'a str) -> Comments<'a> {
        let mut begins = BTreeMap::new();
        for step in run.steps.iter().filter(|step| step.packets > 0) {
            let words = step.words.iter().find(|line| !line.starts_with('#'));
            let words = words.map_or("", String::as_str);
            let first = usize::try_from(step.first_packet).expect("packets fit in memory");
            begins.insert(first, format!("step {}: {words}", step.number));
        }
        Comments {
            begins,
            last: trace.packets.len().saturating_sub(1),
            verdict,
        }
    }

    fn of_packet(
        &mut self,
        number: usize,
        packet: &TracedPacket,
    ) -> Vec<EnhancedPacketOption<'static>> {
        let mut said = Vec::new();
        said.extend(self.begins.remove(&number));
        match &packet.fate {
            TracedFate::InFlight => said.push("under way when the run ended".to_owned()),
            TracedFate::Delivered { fault: None, .. } => {}
            TracedFate::Delivered {
                at,
                fault: Some(fault),
            } => said.push(format!("fault {fault}: arrived at {at}")),
            TracedFate::Dropped(reason) => said.push(format!("DROPPED: {reason}")),
        }
        if number == self.last {
            said.push(format!("verdict: {}", self.verdict));
        }
        let option = |text: String| EnhancedPacketOption::Comment(Cow::Owned(text));
        said.into_iter().map(option).collect()
    }
}

/// An IP packet with everything above it.
fn bytes(
    number: usize,
    packet: &TracedPacket,
    streams: &mut Streams,
    echoes: &mut Echoes,
) -> io::Result<Vec<u8>> {
    let ip = match (packet.from.ip(), packet.to.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            PacketBuilder::ipv4(from.octets(), to.octets(), TIME_TO_LIVE)
        }
        (from, to) => PacketBuilder::ipv6(six(from), six(to), TIME_TO_LIVE),
    };
    let is_v6 = packet.from.is_ipv6();
    let mut out = Vec::with_capacity(packet.payload.len() + 60);
    let payload = packet.payload.as_slice();
    let written = match packet.kind {
        TracedKind::Udp => {
            let udp = ip.udp(packet.from.port(), packet.to.port());
            udp.write(&mut out, payload)
        }
        TracedKind::EchoRequest | TracedKind::EchoReply => {
            let sequence = echoes.sequence(packet);
            match (is_v6, packet.kind) {
                (false, TracedKind::EchoRequest) => {
                    let echo = ip.icmpv4_echo_request(1, sequence);
                    echo.write(&mut out, payload)
                }
                (false, _) => ip.icmpv4_echo_reply(1, sequence).write(&mut out, payload),
                (true, TracedKind::EchoRequest) => {
                    let echo = ip.icmpv6_echo_request(1, sequence);
                    echo.write(&mut out, payload)
                }
                (true, _) => ip.icmpv6_echo_reply(1, sequence).write(&mut out, payload),
            }
        }
        _ => {
            let header = streams.header(number, packet);
            ip.tcp_header(header).write(&mut out, payload)
        }
    };
    written.map_err(|error| io::Error::other(error.to_string()))?;
    Ok(out)
}

fn six(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}

/// The two ends of a conversation, whichever of them sent the packet.
fn ends(packet: &TracedPacket) -> (SocketAddr, SocketAddr) {
    (packet.from.min(packet.to), packet.from.max(packet.to))
}

#[cfg(test)]
mod tests;
