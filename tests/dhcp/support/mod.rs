//! A DHCP server on a bench: packets in, packets out, and a calendar to turn.
#![allow(dead_code)]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipamlab::addr::AddressRange;
use ipamlab::base::{Duid, MacAddress, Moment, SimTime};
use ipamlab::net::{Action, Event, Outbox, Service as _};
use ipamlab::server::dhcp::{DhcpServer, DhcpServerConfig, ScopeConfig, ScopeV6Config};
use ipamlab::wire::dhcp::v4::{DhcpOption, Message};
use ipamlab::wire::dhcp::v6::Envelope;
use ipamlab::wire::dhcp::{ClientV4, ClientV6, LeaseV4, LeaseV6, StepV4, StepV6, v6};
use ipamlab::wire::windows::Win32Error;
use ipamlab::wire::windows::dhcpm::{
    Request, Reservation, ReservationKind, ReservedClient, Response,
};

pub const START: &str = "2026-03-02T08:00:00Z";
pub const SERVER: &str = "10.0.1.5:67";
pub const BROADCAST: &str = "255.255.255.255:67";
pub const NOBODY: &str = "0.0.0.0:68";

pub struct Bench {
    pub server: DhcpServer,
    pub now: SimTime,
    /// Pings the server asked for and nobody answered yet.
    pub pings: Vec<(IpAddr, u64)>,
}

pub fn addr(text: &str) -> SocketAddr {
    text.parse().expect(text)
}

pub fn ip(text: &str) -> IpAddr {
    text.parse().expect(text)
}

pub fn v4(text: &str) -> Ipv4Addr {
    text.parse().expect(text)
}

pub fn range(text: &str) -> AddressRange {
    text.parse().expect(text)
}

pub fn mac(last: u8) -> MacAddress {
    MacAddress([2, 0, 0, 0, 0, last])
}

pub fn duid(last: u8) -> Duid {
    v6::duid::link_layer(mac(last))
}

/// The known-good IPv4 scope every test starts from.
pub fn scope() -> ScopeConfig {
    ScopeConfig::new(
        "10.0.1.0/24".parse().expect("prefix"),
        range("10.0.1.10-10.0.1.20"),
    )
    .named("clients")
    .with_option(DhcpOption::Routers(vec![v4("10.0.1.1")]))
    .with_option(DhcpOption::DnsServers(vec![v4("10.0.0.2")]))
    .with_option(DhcpOption::DomainName("corp.example".to_owned()))
    .leased_for(3600)
}

pub fn config(scope: ScopeConfig) -> DhcpServerConfig {
    let mut config = DhcpServerConfig::new(vec![ip("10.0.1.5"), ip("2001:db8:1::5")]);
    config.domain = "corp.example".to_owned();
    config.with_scope(scope)
}

pub fn scope_v6() -> ScopeV6Config {
    ScopeV6Config::new("2001:db8:1::/64".parse().expect("prefix"))
}

pub fn config_v6(scope: ScopeV6Config) -> DhcpServerConfig {
    let mut config = DhcpServerConfig::new(vec![ip("10.0.1.5"), ip("2001:db8:1::5")]);
    config.rapid_commit = true;
    config.with_scope_v6(scope)
}

pub fn reserve_mac(address: &str, last: u8) -> Reservation {
    Reservation {
        address: ip(address),
        client: ReservedClient::Mac(mac(last)),
        name: "printer".to_owned(),
        description: String::new(),
        kind: ReservationKind::Both,
    }
}

pub fn reserve_v6(address: &str, last: u8, iaid: u32) -> Reservation {
    Reservation {
        client: ReservedClient::V6 {
            duid: duid(last),
            iaid,
        },
        kind: ReservationKind::Dhcp,
        ..reserve_mac(address, last)
    }
}

impl Bench {
    pub fn new(config: DhcpServerConfig) -> Bench {
        let mut bench = Bench {
            server: DhcpServer::new(config).expect("a good set-up"),
            now: SimTime::ZERO,
            pings: Vec::new(),
        };
        bench.event(Event::Started);
        bench
    }

    pub fn at(&self) -> Moment {
        Moment::of(START.parse().expect("start"), self.now)
    }

    pub fn advance(&mut self, seconds: u64) {
        self.now.0 += seconds * 1000;
    }

    pub fn event(&mut self, event: Event<'_>) -> Vec<(SocketAddr, Vec<u8>)> {
        let mut out = Outbox::default();
        self.server.handle(self.at(), event, &mut out);
        let mut sent = Vec::new();
        for action in out.actions {
            match action {
                Action::Send { to, payload, .. } => sent.push((to, payload)),
                Action::Ping { target, token, .. } => self.pings.push((target, token)),
                other => panic!("unexpected {other:?}"),
            }
        }
        sent
    }

    pub fn packet(&mut self, from: &str, to: &str, payload: &[u8]) -> Vec<(SocketAddr, Vec<u8>)> {
        self.event(Event::Datagram {
            from: addr(from),
            to: addr(to),
            payload,
        })
    }

    /// Sends a message as a client without an address does; the one answer, if any.
    pub fn ask(&mut self, message: &Message) -> Option<Message> {
        self.ask_as(NOBODY, BROADCAST, message).map(|(_, m)| m)
    }

    pub fn ask_as(
        &mut self,
        from: &str,
        to: &str,
        message: &Message,
    ) -> Option<(SocketAddr, Message)> {
        let mut sent = self.packet(from, to, &message.encode());
        assert!(sent.len() <= 1, "one message has one answer at most");
        let (to, bytes) = sent.pop()?;
        Some((
            to,
            Message::decode(&bytes).expect("the server writes good packets"),
        ))
    }

    /// The whole exchange; `None` when it did not end in a lease.
    pub fn dora(&mut self, client: &mut ClientV4) -> Option<LeaseV4> {
        let discover = client.discover(None);
        self.dora_with(client, &discover)
    }

    pub fn dora_with(&mut self, client: &mut ClientV4, discover: &Message) -> Option<LeaseV4> {
        let offer = self.ask(discover)?;
        let StepV4::Send(request) = client.receive(&offer.encode()).expect("offer") else {
            panic!("no offer: {offer:?}");
        };
        let ack = self.ask(&request)?;
        match client.receive(&ack.encode()).expect("ack") {
            StepV4::Bound(lease) => Some(lease),
            _ => None,
        }
    }

    pub fn ask_v6(&mut self, envelope: &Envelope) -> Option<Envelope> {
        let mut sent = self.packet("[fe80::9]:546", "[ff02::1:2]:547", &envelope.encode());
        let (_, bytes) = sent.pop()?;
        Some(Envelope::decode(&bytes).expect("the server writes good packets"))
    }

    /// What the client makes of the answer to one message.
    pub fn step_v6(&mut self, client: &mut ClientV6, envelope: &Envelope) -> Option<StepV6> {
        let answer = self.ask_v6(envelope)?;
        // The relay takes its wrapping off before the client sees the answer.
        let direct = Envelope::direct(answer.message);
        Some(client.receive(&direct.encode()).expect("a good answer"))
    }

    /// SOLICIT to REPLY.
    pub fn lease_v6(&mut self, client: &mut ClientV6) -> Option<LeaseV6> {
        let solicit = client.solicit(None, false);
        let StepV6::Send(request) = self.step_v6(client, &solicit)? else {
            return None;
        };
        match self.step_v6(client, &request)? {
            StepV6::Bound(lease) => Some(lease),
            _ => None,
        }
    }

    pub fn manage(&mut self, request: Request) -> Result<Response, Win32Error> {
        let at = self.at();
        self.server.manage(request, at, r"CORP\admin")
    }

    pub fn audit(&mut self, name: &str) -> String {
        let at = self.at();
        let files = self.server.audit_files(at);
        let file = files.into_iter().find(|(file, _)| file == name);
        file.map(|(_, text)| text).unwrap_or_default()
    }
}

pub fn client(last: u8) -> ClientV4 {
    ClientV4::new(mac(last), u32::from(last) << 16)
}

pub fn client_v6(last: u8) -> ClientV6 {
    ClientV6::new(duid(last), 1, u32::from(last) << 8)
}
