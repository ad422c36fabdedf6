//! DHCP clients behind a relay agent.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use ipnet::IpNet;
use rand::Rng as _;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::addr::usable;
use crate::base::MacAddress;
use crate::net::{Endpoint, HostSpec};
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};
use crate::wire::dhcp::v4::{ClientFqdn, DhcpOption, Hardware, Message, MessageType, code};

/// What a DHCP client does.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DhcpClient {
    /// The client's hardware address; it is the name of the client too.
    pub mac: String,
    pub does: ClientAction,
    /// The DHCP server that the relay of the client's subnet forwards to.
    pub server: String,
    /// The client's subnet: `10.0.1.0/24`. Its relay has the last usable address.
    pub subnet: String,
    /// Name it sends.
    pub host_name: Option<String>,
    /// Name it sends in option 81, complete or one label; without it there is no option 81.
    pub fqdn: Option<String>,
    /// With `fqdn`: who shall register its name; the server by default.
    pub registers: Option<Registers>,
    /// Address it asks for; the server's choice by default.
    pub wants: Option<String>,
}

/// Who shall register a client's name, as its option 81 says (RFC 4702 section 3.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Registers {
    /// S is set: the server registers A and PTR.
    #[default]
    Server,
    /// S is not set: the client sees to its A record, the server to the PTR record.
    Client,
    /// N is set: the server registers nothing.
    Nobody,
}

impl Registers {
    /// The option for a client of this name.
    pub fn option(self, name: &str) -> ClientFqdn {
        ClientFqdn {
            no_updates: self == Registers::Nobody,
            ..ClientFqdn::request(name, self == Registers::Server)
        }
    }
}

/// A client's action (RFC 2131).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAction {
    /// DISCOVER, and no more.
    Discover,
    /// DISCOVER, OFFER, REQUEST, ACK.
    Lease,
    /// REQUEST from the RENEWING state.
    Renew,
    Release,
    Decline,
    Inform,
}

/// What a client was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientLease {
    pub address: Ipv4Addr,
    pub server: Ipv4Addr,
}

/// How long a client waits for an answer before it sends again (RFC 2131 section 4.1).
const FIRST_WAIT: Duration = Duration::from_secs(4);
const TRIES: u32 = 3;
const SERVER_PORT: u16 = 67;

impl Arguments for DhcpClient {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.server).prefix(Some(&self.subnet));
        if self.registers.is_some() && self.fqdn.is_none() {
            to.problem(
                "registers",
                "`registers` is a part of option 81, which is not sent",
                "give the name it sends as `fqdn`",
            );
        }
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let relay = self.relay(stage)?;
        match self.does {
            ClientAction::Discover => relay.discover(stage, self.wanted()?).await.map(|_| ()),
            ClientAction::Lease => relay.lease(stage, self.wanted()?).await,
            ClientAction::Renew => relay.renew(stage).await,
            ClientAction::Release => relay.give_back(stage, MessageType::Release).await,
            ClientAction::Decline => relay.give_back(stage, MessageType::Decline).await,
            ClientAction::Inform => relay.inform(stage, self.wanted()?).await,
        }
    }
}

fn wrong(what: impl Into<String>) -> StepError {
    StepError::Impossible(what.into())
}

impl DhcpClient {
    fn wanted(&self) -> Result<Option<Ipv4Addr>, StepError> {
        let parse = |text: &String| {
            text.parse()
                .map_err(|_| wrong(format!("`{text}` is not an IPv4 address")))
        };
        self.wants.as_ref().map(parse).transpose()
    }

    /// The client and the relay agent of its subnet, which is put on the network when needed.
    fn relay(&self, stage: &Stage<'_>) -> Result<Relay, StepError> {
        let subnet: IpNet = self
            .subnet
            .parse()
            .map_err(|_| wrong("the subnet is not a prefix"))?;
        let IpAddr::V4(address) = usable(subnet).last() else {
            return Err(wrong("a DHCPv4 client needs an IPv4 subnet"));
        };
        let mac: MacAddress = self
            .mac
            .parse()
            .map_err(|error: crate::base::ParseIdError| wrong(error.to_string()))?;
        let name = format!("relay of {subnet}");
        let network = stage.lab.network();
        if network.find_endpoint(&name).is_none() {
            network.add_host(HostSpec {
                name: name.as_str().into(),
                addresses: vec![address.into()],
                segment: name.as_str().into(),
                answers_ping: true,
            });
        }
        let endpoint = network
            .find_endpoint(&name)
            .ok_or_else(|| wrong("no relay"))?;
        let host = stage.host(&self.server)?;
        let server = stage.address_of(&host, Some(address.into()))?;
        let draws = format!("dhcp-client:{mac}:{}", network.packets_sent());
        let mut draw = stage.lab.spec().seed.child("script").stream(&draws);
        Ok(Relay {
            endpoint,
            address,
            server,
            mac,
            xid: draw.next_u32(),
            host_name: self.host_name.clone(),
            fqdn: self
                .fqdn
                .as_ref()
                .map(|name| self.registers.unwrap_or_default().option(name)),
        })
    }
}

/// A client and its relay for one exchange.
struct Relay {
    endpoint: Endpoint,
    address: Ipv4Addr,
    server: IpAddr,
    mac: MacAddress,
    xid: u32,
    host_name: Option<String>,
    fqdn: Option<ClientFqdn>,
}

impl Relay {
    fn message(&self, kind: MessageType) -> Message {
        let mut message = Message::request(self.xid, Hardware::ethernet(self.mac));
        message.giaddr = self.address;
        message.hops = 1;
        message.set(DhcpOption::MessageType(kind));
        if let Some(name) = &self.host_name {
            message.set(DhcpOption::HostName(name.clone()));
        }
        if let Some(fqdn) = &self.fqdn {
            message.set(DhcpOption::Other {
                code: code::CLIENT_FQDN,
                bytes: fqdn.encode(),
            });
        }
        message
    }

    /// Sends and waits for the answer to this transaction; again after twice the wait.
    async fn exchange(&self, message: &Message) -> Result<Option<Message>, StepError> {
        let failed = |error: std::io::Error| wrong(format!("the relay cannot send: {error}"));
        let socket = self
            .endpoint
            .udp(self.server, SERVER_PORT)
            .await
            .map_err(failed)?;
        let to = SocketAddr::new(self.server, SERVER_PORT);
        for attempt in 0..TRIES {
            socket
                .send_to(&message.encode(), to)
                .await
                .map_err(failed)?;
            let wait = FIRST_WAIT * 2_u32.pow(attempt);
            while let Some((bytes, _)) = socket.recv_from(wait).await.map_err(failed)? {
                let answer = Message::decode(&bytes).ok();
                if let Some(answer) = answer.filter(|answer| answer.xid == self.xid) {
                    return Ok(Some(answer));
                }
            }
        }
        Ok(None)
    }

    async fn discover(
        &self,
        stage: &mut Stage<'_>,
        wanted: Option<Ipv4Addr>,
    ) -> Result<Option<Message>, StepError> {
        let mut discover = self.message(MessageType::Discover);
        if let Some(address) = wanted {
            discover.set(DhcpOption::RequestedAddress(address));
        }
        let offer = self.exchange(&discover).await?;
        match &offer {
            Some(offer) => stage.say(format!("offered {}", offer.yiaddr)),
            None => stage.say("nothing was offered"),
        }
        Ok(offer)
    }

    async fn lease(&self, stage: &mut Stage<'_>, wanted: Option<Ipv4Addr>) -> StepResult {
        let Some(offer) = self.discover(stage, wanted).await? else {
            return Ok(());
        };
        let mut request = self.message(MessageType::Request);
        request.set(DhcpOption::RequestedAddress(offer.yiaddr));
        if let Some(server) = offer.server_id() {
            request.set(DhcpOption::ServerId(server));
        }
        let answer = self.exchange(&request).await?;
        self.settle(stage, answer);
        Ok(())
    }

    async fn renew(&self, stage: &mut Stage<'_>) -> StepResult {
        let lease = self.held(stage)?;
        let mut request = self.message(MessageType::Request);
        request.ciaddr = lease.address;
        let answer = self.exchange(&request).await?;
        self.settle(stage, answer);
        Ok(())
    }

    /// RELEASE and DECLINE, which no server answers.
    async fn give_back(&self, stage: &mut Stage<'_>, kind: MessageType) -> StepResult {
        let lease = self.held(stage)?;
        let mut message = self.message(kind);
        message.set(DhcpOption::ServerId(lease.server));
        match kind {
            MessageType::Release => message.ciaddr = lease.address,
            _ => message.set(DhcpOption::RequestedAddress(lease.address)),
        }
        let failed = |error: std::io::Error| wrong(format!("the relay cannot send: {error}"));
        let socket = self
            .endpoint
            .udp(self.server, SERVER_PORT)
            .await
            .map_err(failed)?;
        let to = SocketAddr::new(self.server, SERVER_PORT);
        socket
            .send_to(&message.encode(), to)
            .await
            .map_err(failed)?;
        // Nothing comes back; it has arrived before a client would do anything else.
        self.endpoint.sleep(Duration::from_millis(100)).await;
        stage.clients.remove(&self.mac);
        stage.say(format!("gave {} back", lease.address));
        Ok(())
    }

    async fn inform(&self, stage: &mut Stage<'_>, own: Option<Ipv4Addr>) -> StepResult {
        let own = own.ok_or_else(|| wrong("say in `wants` which address the client has"))?;
        let mut inform = self.message(MessageType::Inform);
        inform.ciaddr = own;
        match self.exchange(&inform).await? {
            Some(answer) => stage.say(format!(
                "informed: routers {:?}, name servers {:?}",
                answer.routers(),
                answer.dns_servers()
            )),
            None => stage.say("no answer"),
        }
        Ok(())
    }

    fn held(&self, stage: &Stage<'_>) -> Result<ClientLease, StepError> {
        let lease = stage.clients.get(&self.mac).copied();
        lease.ok_or_else(|| {
            wrong(format!(
                "client {} has no lease; let it `lease` first",
                self.mac
            ))
        })
    }

    fn settle(&self, stage: &mut Stage<'_>, answer: Option<Message>) {
        let Some(answer) = answer else {
            stage.say("no answer to the request");
            return;
        };
        if answer.kind() == Some(MessageType::Nak) {
            stage.clients.remove(&self.mac);
            stage.say(format!("refused: {}", answer.message().unwrap_or("NAK")));
            return;
        }
        let seconds = answer.lease_time().unwrap_or(0);
        stage.say(format!("leased {} for {seconds} s", answer.yiaddr));
        if let Some(fqdn) = answer.client_fqdn() {
            stage.say(format!("option 81: {} {}", fqdn.letters(), fqdn.name));
        }
        let server = answer.server_id().unwrap_or(Ipv4Addr::UNSPECIFIED);
        let lease = ClientLease {
            address: answer.yiaddr,
            server,
        };
        stage.clients.insert(self.mac, lease);
    }
}
