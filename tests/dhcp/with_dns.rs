//! A DHCP server and a DNS server, and the wire between them.

use std::net::SocketAddr;

use ipamlab::net::{Action, Event, Outbox, Service as _};
use ipamlab::server::dhcp::{DNS_CLIENT_PORT, DhcpServerConfig, DnsSettings, DynamicUpdates};
use ipamlab::server::dns::{DnsServer, DnsServerConfig, Transport, ZoneConfig};
use ipamlab::wire::dhcp::v4::Message;
use ipamlab::wire::dhcp::{ClientV4, LeaseV4, StepV4};
use ipamlab::wire::dns::{DnsName, Reply, query};
use ipamlab::wire::windows::dnsp::DynamicUpdate;

use crate::support::*;

pub const DNS: &str = "10.0.0.2:53";
pub const MONDAY: &str = "DhcpSrvLog-Mon.log";

/// Both servers, and whether the DNS server can be reached.
pub struct Pair {
    pub bench: Bench,
    pub dns: DnsServer,
    pub reachable: bool,
    /// Datagrams to DNS that nobody answered.
    pub unheard: Vec<Vec<u8>>,
    /// When the timer runs out that the server set last, in milliseconds of the bench.
    pub timer: Option<u64>,
}

pub fn zones(updates: DynamicUpdate) -> DnsServerConfig {
    let zone = |name: &str| {
        let name: DnsName = name.parse().unwrap();
        match updates {
            DynamicUpdate::Secure => ZoneConfig::directory_integrated(name),
            updates => ZoneConfig::primary(name).updates(updates),
        }
    };
    DnsServerConfig::default()
        .zone(zone("corp.example"))
        .zone(zone("1.0.10.in-addr.arpa"))
}

pub fn settings(updates: DynamicUpdates) -> DnsSettings {
    DnsSettings {
        updates,
        delete_on_expiry: updates != DynamicUpdates::Never,
        ..DnsSettings::default()
    }
}

pub fn with_dns(settings: DnsSettings) -> DhcpServerConfig {
    let mut config = config(scope());
    config.dns = settings;
    config.dns_client.servers = vec![ip("10.0.0.2")];
    config
}

pub fn pair(config: DhcpServerConfig, zones: &DnsServerConfig) -> Pair {
    Pair {
        bench: Bench::new(config),
        dns: DnsServer::new(zones).unwrap(),
        reachable: true,
        unheard: Vec::new(),
        timer: None,
    }
}

pub fn good() -> Pair {
    pair(
        with_dns(settings(DynamicUpdates::OnClientRequest)),
        &zones(DynamicUpdate::NonsecureAndSecure),
    )
}

impl Pair {
    /// Tells the DHCP server something, carries datagrams to and fro until both are quiet, and
    /// returns what went to clients.
    pub fn event(&mut self, event: Event<'_>) -> Vec<Vec<u8>> {
        let at = self.bench.at();
        let mut out = Outbox::default();
        self.bench.server.handle(at, event, &mut out);
        let mut to_clients = Vec::new();
        while !out.actions.is_empty() {
            for action in std::mem::take(&mut out.actions) {
                match action {
                    Action::Send { from, to, payload } if to == addr(DNS) => {
                        assert_eq!(from.port(), DNS_CLIENT_PORT);
                        if !self.reachable {
                            self.unheard.push(payload);
                            continue;
                        }
                        for answer in self.dns.handle(&payload, Transport::Udp, from, at) {
                            let event = Event::Datagram {
                                from: to,
                                to: from,
                                payload: &answer,
                            };
                            self.bench.server.handle(at, event, &mut out);
                        }
                    }
                    Action::Send { payload, .. } => to_clients.push(payload),
                    Action::Timer { after, .. } => {
                        let after = u64::try_from(after.as_millis()).unwrap();
                        self.timer = Some(self.bench.now.0 + after);
                    }
                    other => panic!("unexpected {other:?}"),
                }
            }
        }
        to_clients
    }

    pub fn ask(&mut self, message: &Message) -> Option<Vec<u8>> {
        let payload = message.encode();
        let event = Event::Datagram {
            from: addr(NOBODY),
            to: addr(BROADCAST),
            payload: &payload,
        };
        self.event(event).pop()
    }

    pub fn lease(&mut self, client: &mut ClientV4) -> LeaseV4 {
        let discover = client.discover(None);
        let offer = self.ask(&discover).expect("an offer");
        let StepV4::Send(request) = client.receive(&offer).unwrap() else {
            panic!("no offer");
        };
        let ack = self.ask(&request).expect("an answer");
        match client.receive(&ack).unwrap() {
            StepV4::Bound(lease) => lease,
            other => panic!("no lease: {other:?}"),
        }
    }

    /// Lets time pass and rings the timers that fall due.
    pub fn pass(&mut self, seconds: u64) {
        let end = self.bench.now.0 + seconds * 1000;
        while let Some(at) = self.timer.filter(|at| *at <= end) {
            self.timer = None;
            self.bench.now.0 = at;
            self.event(Event::Timer { token: 0 });
        }
        self.bench.now.0 = end;
    }

    pub fn answers(&mut self, name: &str, kind: &str) -> Vec<String> {
        let message = query(7, &name.parse().unwrap(), kind.parse().unwrap());
        let (peer, at) = (
            "10.0.0.9:50000".parse::<SocketAddr>().unwrap(),
            self.bench.at(),
        );
        let raw = self
            .dns
            .handle(&message, Transport::Udp, peer, at)
            .remove(0);
        let records = Reply::parse(&raw).unwrap().answers.into_iter();
        records.map(|record| record.data.to_string()).collect()
    }

    /// Ids of the audit lines that are about DNS or a lease's end, with the number of the error.
    pub fn lines(&mut self) -> Vec<(String, String)> {
        let text = self.bench.audit(MONDAY);
        let lines = text.lines().filter(|line| {
            let id = line.split(',').next().unwrap_or_default();
            matches!(id, "12" | "17" | "18" | "30" | "31" | "32" | "34" | "35")
        });
        let ends = lines.map(|line| {
            let (id, rest) = line.split_once(',').unwrap();
            let error = rest.rsplit(',').next().unwrap();
            (id.to_owned(), error.to_owned())
        });
        ends.collect()
    }

    pub fn ids(&mut self) -> Vec<String> {
        self.lines().into_iter().map(|(id, _)| id).collect()
    }
}
