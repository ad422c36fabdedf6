//! The control channels that `serve` opens: Kea's commands over UNIX sockets and HTTP, for tools
//! that were written for Kea. What the commands do is the DHCP server's own affair.

mod http;
mod open;
mod place;
mod runtime;
#[cfg(unix)]
mod unix;

use std::time::Duration;

use clap::Args as ClapArgs;
use serde_json::Value;

use crate::base::Fqdn;
use crate::lab::Lab;
use crate::server::dhcp::kea::KeaService;

pub use open::{ChannelError, Channels};
use place::{HttpPlace, SocketPlace};

/// How long a client may take for a command. Kea waits as long.
const PATIENCE: Duration = Duration::from_secs(10);

/// Connections of one channel at a time; more of them wait.
const CONNECTIONS: usize = 256;

/// The longest command, enough for a configuration with 100 000 reservations.
const COMMAND_BYTES: usize = 64 * 1024 * 1024;

#[derive(Debug, Clone, Default, ClapArgs)]
pub struct KeaArgs {
    /// Answer Kea's control commands on a UNIX socket made here; HOST where there are several DHCP
    /// servers, `/dhcp6` for the commands of IPv6
    #[arg(long, value_name = "[HOST][/dhcp6]=PATH", env = "IPAMLAB_KEA_SOCKET")]
    #[arg(value_parser = SocketPlace::parse, value_delimiter = ',')]
    pub kea_socket: Vec<SocketPlace>,
    /// The same over HTTP, as Kea's control agent does: at a port of this machine or at an address
    /// and port
    #[arg(long, value_name = "[HOST][/dhcp6]=PORT", env = "IPAMLAB_KEA_HTTP")]
    #[arg(value_parser = HttpPlace::parse, value_delimiter = ',')]
    pub kea_http: Vec<HttpPlace>,
}

/// Which commands arrive on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Endpoint {
    host: Fqdn,
    service: KeaService,
}

/// The laboratory as a channel sees it.
#[derive(Clone, Copy)]
struct Servers<'a>(&'a Lab);

impl Servers<'_> {
    /// One command's answer, as its text.
    fn answer(self, to: &Endpoint, command: &[u8]) -> String {
        let Some(mut server) = self.0.dhcp(&to.host) else {
            return String::new();
        };
        let answer = server.control(to.service, command, self.0.now());
        drop(server);
        self.0.dhcp_changed(&to.host, true);
        answer.to_json().to_string()
    }

    /// The answers to a command over HTTP.
    fn answers(self, to: &Endpoint, command: &Value) -> Value {
        let Some(mut server) = self.0.dhcp(&to.host) else {
            return Value::Array(Vec::new());
        };
        let answers = server.control_agent(to.service, command, self.0.now());
        drop(server);
        self.0.dhcp_changed(&to.host, true);
        answers
    }
}
