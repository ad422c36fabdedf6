//! Calls and replies as frames: four bytes of length, big-endian, then JSON.

use serde::{Deserialize, Serialize};

use crate::base::limits::WINDOWS_FRAME_BYTES;

use super::{TicketHandle, Win32Error};
use super::{
    dhcpm, directory, dnsp, epm, eventlog, ipam, kerberos, samr, scm, smb, tds, tsch, wmi,
};

/// A remote interface, as the endpoint mapper and the firewall know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Interface {
    EndpointMapper,
    DhcpManagement,
    DnsManagement,
    EventLog,
    ServiceControl,
    Smb,
    /// The same file shares over a NetBIOS session, TCP port 139 (RFC 1002 section 4.3).
    NetBiosSession,
    LocalGroups,
    TaskScheduler,
    /// A SQL Server instance.
    SqlServer,
    Directory,
    GlobalCatalog,
    Kerberos,
    /// Management of the host itself over WS-Management.
    Wmi,
    /// The management port of an IPAM server.
    IpamServer,
}

/// One request with the ticket of its caller. Only a log-on carries none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    pub ticket: Option<TicketHandle>,
    pub request: Request,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    EndpointMapper(epm::Request),
    DhcpManagement(dhcpm::Request),
    DnsManagement(dnsp::Request),
    EventLog(eventlog::Request),
    ServiceControl(scm::Request),
    Smb(smb::Request),
    LocalGroups(samr::Request),
    TaskScheduler(tsch::Request),
    SqlServer(tds::Request),
    Directory(directory::Request),
    Kerberos(kerberos::Request),
    Wmi(wmi::Request),
    IpamServer(ipam::Request),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    EndpointMapper(epm::Response),
    DhcpManagement(dhcpm::Response),
    DnsManagement(dnsp::Response),
    EventLog(eventlog::Response),
    ServiceControl(scm::Response),
    Smb(smb::Response),
    LocalGroups(samr::Response),
    TaskScheduler(tsch::Response),
    SqlServer(tds::Response),
    Directory(directory::Response),
    Kerberos(kerberos::Response),
    Wmi(wmi::Response),
    IpamServer(ipam::Response),
}

pub type Reply = Result<Response, Win32Error>;

/// Why bytes are not a frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    #[error("a frame of {0} bytes is longer than the limit of {WINDOWS_FRAME_BYTES}")]
    TooLong(usize),
    #[error("the frame does not hold a call: {0}")]
    Malformed(String),
}

/// A call as bytes.
pub fn encode_call(call: &Call) -> Vec<u8> {
    encode(call)
}

/// A reply as bytes.
pub fn encode_reply(reply: &Reply) -> Vec<u8> {
    encode(reply)
}

fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = vec![0; 4];
    serde_json::to_writer(&mut bytes, value).expect("frame types hold nothing JSON cannot write");
    let length = u32::try_from(bytes.len() - 4).expect("a frame is far below 4 GiB");
    bytes[..4].copy_from_slice(&length.to_be_bytes());
    bytes
}

/// Collects stream bytes and gives whole frames back.
#[derive(Debug, Default)]
pub struct FrameBuffer {
    bytes: Vec<u8>,
    /// Bytes of frames that were given back already.
    taken: usize,
}

impl FrameBuffer {
    pub fn push(&mut self, bytes: &[u8]) {
        // Once a push, not once a frame: many small frames in one push cost no more than one.
        self.bytes.drain(..self.taken);
        self.taken = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole frame as a `T` ([`Call`] or [`Reply`]), or `None` until more bytes come.
    ///
    /// # Errors
    /// A length beyond [`WINDOWS_FRAME_BYTES`], before the bytes themselves arrive, or a frame
    /// that is not a `T`. The stream is of no further use after either.
    pub fn next_frame<T: for<'de> Deserialize<'de>>(&mut self) -> Result<Option<T>, FrameError> {
        let rest = &self.bytes[self.taken..];
        let Some((header, rest)) = rest.split_first_chunk::<4>() else {
            return Ok(None);
        };
        let length = u32::from_be_bytes(*header) as usize;
        if length > WINDOWS_FRAME_BYTES {
            return Err(FrameError::TooLong(length));
        }
        let Some(frame) = rest.get(..length) else {
            return Ok(None);
        };
        let frame =
            serde_json::from_slice(frame).map_err(|error| FrameError::Malformed(error.to_string()));
        self.taken += 4 + length;
        frame.map(Some)
    }
}
