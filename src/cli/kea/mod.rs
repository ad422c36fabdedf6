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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::estate::Role;
    use crate::estate::eventlog::channel;
    use crate::lab::{self, LabSpec};

    /// Events in the operational log of the DHCP server.
    fn logged(lab: &Lab, host: &Fqdn) -> u64 {
        let estate = lab.estate();
        let log = estate
            .host(host)
            .and_then(|host| host.channel(channel::DHCP_OPERATIONAL));
        log.expect("a DHCP server has it").last_record()
    }

    #[test]
    fn what_a_command_changes_is_in_the_servers_event_log() {
        let spec = LabSpec::domain("corp.example")
            .host("dc1", "10.0.0.1", &[Role::DomainController, Role::Dns])
            .host("dhcp1", "10.0.0.5", &[Role::Dhcp])
            .host("ipam1", "10.0.0.9", &[Role::Ipam]);
        let played = lab::run(spec, async |lab| {
            let to = Endpoint {
                host: "dhcp1.corp.example".parse().expect("a name"),
                service: KeaService::Dhcp4,
            };
            let servers = Servers(lab);
            let before = logged(lab, &to.host);
            let add = |id: u32| {
                let subnet = json!({ "id": id, "subnet": format!("10.0.{id}.0/24") });
                json!({ "command": "subnet4-add", "arguments": { "subnet4": [subnet] } })
            };
            let told = servers.answer(&to, add(1).to_string().as_bytes());
            assert!(told.contains("\"result\":0"), "{told}");
            let over_socket = logged(lab, &to.host);
            assert!(over_socket > before);
            let told = servers.answers(&to, &add(2)).to_string();
            assert!(told.contains("\"result\":0"), "{told}");
            assert!(logged(lab, &to.host) > over_socket);
        });
        played.expect("a good estate");
    }
}
