//! What the two processes of a lab say to each other: a line of JSON each.
//!
//! They meet on an abstract UNIX socket, which belongs to a network namespace: the inner process
//! connects before it leaves the namespace of the outer one, where nobody else is. The connection
//! outlives the move, and its end tells each that the other is gone.

use std::io::{self, BufRead, BufReader, Write};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixStream};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// To the inner process.
#[derive(Debug, Serialize, Deserialize)]
pub enum Order {
    Build(Room),
    /// Run the command.
    Go,
}

/// From the inner process.
#[derive(Debug, Serialize, Deserialize)]
pub enum Report {
    /// Its namespaces are there and want a cable.
    Ready,
    /// Everything is built; notes say what could not be had and can be done without.
    Built { notes: Vec<String> },
    /// Something that cannot be done without is refused.
    Refused { why: String },
    /// The command has ended with this code, as a shell counts.
    Ended { code: u8 },
    /// The command cannot be started.
    CannotStart { code: u8, why: String },
}

/// The walker's side as it is to be built.
#[derive(Debug, Serialize, Deserialize)]
pub struct Room {
    /// Lines for `ip -batch`, of each family.
    pub ip_v4: Vec<String>,
    pub ip_v6: Vec<String>,
    /// What `/etc/resolv.conf` says; nothing where the estate has no DNS server.
    pub resolver: Option<String>,
}

/// Where they meet.
pub fn meeting_place() -> io::Result<SocketAddr> {
    SocketAddr::from_abstract_name("ipamlab-lab")
}

/// Says one thing.
pub fn say(mut to: &UnixStream, what: &impl Serialize) -> io::Result<()> {
    let line = serde_json::to_string(what)? + "\n";
    to.write_all(line.as_bytes())
}

/// Hears one thing; `UnexpectedEof` when the other is gone.
pub fn hear<T: DeserializeOwned>(from: &mut BufReader<UnixStream>) -> io::Result<T> {
    let mut line = String::new();
    match from.read_line(&mut line)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(serde_json::from_str(&line)?),
    }
}
