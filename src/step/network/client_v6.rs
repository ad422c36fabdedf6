//! DHCPv6 clients behind a relay agent.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use ipnet::IpNet;
use rand::Rng as _;
use schemars::JsonSchema;
use serde::Deserialize;

use super::client::Registers;
use crate::addr::usable;
use crate::base::Duid;
use crate::net::{Endpoint, HostSpec};
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult, parameter};
use crate::wire::dhcp::v6::Envelope;
use crate::wire::dhcp::{ClientV6, StepV6};

/// What a DHCPv6 client does.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DhcpV6Client {
    /// The client's identifier in hexadecimal digits: `00030001020000000001`.
    pub duid: String,
    /// The association it has its address in; 1 by default.
    pub iaid: Option<u32>,
    pub does: ClientV6Action,
    /// The DHCP server that the relay of the client's link forwards to.
    pub server: String,
    /// The prefix of the client's link: `2001:db8:0:1::/64`. Its relay has the last usable address.
    pub prefix: String,
    /// Name it sends in option 39, complete or one label; without it there is no option 39.
    pub fqdn: Option<String>,
    /// With `fqdn`: who shall register its name; the server by default.
    pub registers: Option<Registers>,
    /// Address it asks for; the server's choice by default.
    pub wants: Option<String>,
}

/// A client's action (RFC 8415 section 18.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClientV6Action {
    /// SOLICIT, ADVERTISE, REQUEST, REPLY.
    Lease,
    Renew,
    Rebind,
    Release,
    Decline,
}

/// Clients with an address, by DUID and association.
pub type ClientsV6 = BTreeMap<(Duid, u32), ClientV6>;

/// How long a client waits for an answer before it sends again, twice as long each time (RFC 8415
/// section 15; without the random part).
const FIRST_WAIT: Duration = Duration::from_secs(1);
const TRIES: u32 = 3;
const SERVER_PORT: u16 = 547;

/// The link-local address that every client has towards its relay.
const PEER: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1);

impl Arguments for DhcpV6Client {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.server)
            .prefix(Some(&self.prefix))
            .addresses(&self.wants);
        if self.registers.is_some() && self.fqdn.is_none() {
            to.problem(
                "registers",
                "`registers` is a part of option 39, which is not sent",
                "give the name it sends as `fqdn`",
            );
        }
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let key: (Duid, u32) = (parameter(&self.duid)?, self.iaid.unwrap_or(1));
        let (relay, link) = self.relay(stage)?;
        let server = stage.address_of(&stage.host(&self.server)?, Some(link.into()))?;
        let known = stage.clients_v6.remove(&key);
        let mut client = match (self.does, known) {
            (ClientV6Action::Lease, _) => self.new_client(stage, &key, link),
            (_, Some(client)) => client,
            (_, None) => {
                let none = format!("client {} has no lease; let it `lease` first", self.duid);
                return Err(StepError::Impossible(none));
            }
        };
        if let Some(name) = &self.fqdn {
            let option = self.registers.unwrap_or_default().option(name);
            client = client.with_client_fqdn(option);
        }
        let wanted = match &self.wants {
            Some(text) => Some(parameter(text)?),
            None => None,
        };
        let held = client.lease().map(|lease| lease.address);
        let first = match self.does {
            ClientV6Action::Lease => Some(client.solicit(wanted, false)),
            ClientV6Action::Renew => client.renew(),
            ClientV6Action::Rebind => client.rebind(),
            ClientV6Action::Release => client.release(),
            ClientV6Action::Decline => client.decline(),
        };
        let first = first.expect("a client that is kept has a lease");
        let to = SocketAddr::new(server, SERVER_PORT);
        let ended = exchange(&relay, to, &mut client, first).await?;
        told(stage, ended, held);
        if client.lease().is_some() {
            stage.clients_v6.insert(key, client);
        }
        Ok(())
    }
}

impl DhcpV6Client {
    fn new_client(&self, stage: &Stage<'_>, key: &(Duid, u32), link: Ipv6Addr) -> ClientV6 {
        let draws = format!(
            "dhcpv6-client:{}:{}",
            self.duid,
            stage.lab.network().packets_sent()
        );
        let mut draw = stage.lab.spec().seed.child("script").stream(&draws);
        let client = ClientV6::new(key.0.clone(), key.1, draw.next_u32());
        client.via_relay(link, PEER, b"eth0")
    }

    /// The relay agent of the link, which is put on the network when needed, and its address.
    fn relay(&self, stage: &Stage<'_>) -> Result<(Endpoint, Ipv6Addr), StepError> {
        let prefix: IpNet = parameter(&self.prefix)?;
        let IpAddr::V6(address) = usable(prefix).last() else {
            let wrong = format!("a DHCPv6 client needs an IPv6 prefix, and `{prefix}` is none");
            return Err(StepError::Impossible(wrong));
        };
        let name = format!("relay of {prefix}");
        let network = stage.lab.network();
        if network.find_endpoint(&name).is_none() {
            network.add_host(HostSpec {
                name: name.as_str().into(),
                addresses: vec![address.into()],
                segment: name.as_str().into(),
                answers_ping: true,
            });
        }
        let endpoint = network.find_endpoint(&name);
        let endpoint = endpoint.ok_or_else(|| StepError::Impossible("no relay".to_owned()))?;
        Ok((endpoint, address))
    }
}

/// Carries an exchange to its end; `None` when nobody answers.
async fn exchange(
    relay: &Endpoint,
    to: SocketAddr,
    client: &mut ClientV6,
    first: Envelope,
) -> Result<Option<StepV6>, StepError> {
    let failed =
        |error: std::io::Error| StepError::Impossible(format!("the relay cannot send: {error}"));
    let socket = relay.udp(to.ip(), to.port()).await.map_err(failed)?;
    let mut message = first;
    'message: loop {
        for attempt in 0..TRIES {
            socket
                .send_to(&message.encode(), to)
                .await
                .map_err(failed)?;
            let wait = FIRST_WAIT * 2_u32.pow(attempt);
            while let Some((bytes, _)) = socket.recv_from(wait).await.map_err(failed)? {
                match client.receive(&bytes) {
                    Ok(StepV6::Send(next)) => {
                        message = *next;
                        continue 'message;
                    }
                    Ok(StepV6::Ignored) | Err(_) => {}
                    Ok(end) => return Ok(Some(end)),
                }
            }
        }
        return Ok(None);
    }
}

fn told(stage: &mut Stage<'_>, ended: Option<StepV6>, held: Option<Ipv6Addr>) {
    match ended {
        None => stage.say("no answer"),
        Some(StepV6::Bound(lease)) => {
            stage.say(format!("leased {} for {} s", lease.address, lease.valid));
            if let Some(fqdn) = lease.client_fqdn {
                stage.say(format!("option 39: {} {}", fqdn.letters(), fqdn.name));
            }
        }
        Some(StepV6::Refused(status)) => {
            stage.say(format!("refused: {:?} {}", status.status, status.text));
        }
        Some(StepV6::Answered(_)) => {
            if let Some(address) = held {
                stage.say(format!("gave {address} back"));
            }
        }
        // The exchange ends with none of these.
        Some(StepV6::Send(_) | StepV6::Ignored) => {}
    }
}
