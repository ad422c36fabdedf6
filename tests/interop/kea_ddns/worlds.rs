//! The two worlds: Kea with D2, and the simulated DHCP server, each with a BIND of its own.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::process::Command;
use std::time::Duration;

use ipamlab::net::{Action, Event, Outbox, Service as _};
use ipamlab::server::dhcp::{DnsSettings, DynamicUpdates};
use ipamlab::wire::dhcp::v4::Message;
use ipamlab::wire::dhcp::{ClientV4, LeaseV4, StepV4};
use serde_json::{Value, json};

use super::peers::{Bind, FORWARD, Peer, free_port};
use super::steps::{Does, Step};
use crate::dhcp_support::{BROADCAST, Bench, NOBODY, addr, config, ip, mac, scope};

/// How long named may take for an answer.
const PATIENCE: Duration = Duration::from_secs(4);

/// One DHCP server with its DNS server, and the clients that met it.
pub trait World {
    /// The address that the relay agent of the clients has.
    const RELAY: Ipv4Addr;
    fn bind(&self) -> &Bind;
    /// Sends a message and waits for what comes back to the client.
    fn ask(&mut self, message: &Message, answered: bool) -> Option<Vec<u8>>;
    fn clients(&mut self) -> &mut BTreeMap<u8, ClientV4>;

    /// Plays a step; what the client was told of its name.
    fn play(&mut self, step: &Step) -> Option<(String, String)> {
        let mut client = match self.clients().remove(&step.client) {
            Some(client) => client,
            None => {
                let mut new = ClientV4::new(mac(step.client), u32::from(step.client) << 8);
                if let Some(fqdn) = &step.fqdn {
                    new = new.with_client_fqdn(fqdn.clone());
                }
                if !step.host_name.is_empty() {
                    new = new.with_host_name(step.host_name);
                }
                if !step.client_id.is_empty() {
                    new = new.with_client_id(step.client_id);
                }
                new.via_relay(Self::RELAY)
            }
        };
        let lease = match &step.does {
            Does::Lease(last) => {
                let wanted = Ipv4Addr::new(10, 0, 1, *last);
                let discover = client.discover(Some(wanted));
                let Some(offer) = self.ask(&discover, true) else {
                    return Some(("no offer".to_owned(), String::new()));
                };
                let StepV4::Send(request) = client.receive(&offer).expect("a message") else {
                    panic!("no offer for {}", step.title);
                };
                let lease = self.bound(&mut client, &request);
                assert_eq!(lease.address, wanted, "{}", step.title);
                Some(lease)
            }
            Does::Renew(fqdn) => {
                if let Some(fqdn) = fqdn {
                    client = client.with_client_fqdn(fqdn.clone());
                }
                let renewal = client.renew().expect("it has a lease");
                Some(self.bound(&mut client, &renewal))
            }
            Does::Release => {
                let release = client.release().expect("it has a lease");
                self.ask(&release, false);
                None
            }
        };
        self.clients().insert(step.client, client);
        let told = lease?.client_fqdn?;
        Some((told.letters(), told.name.to_ascii_lowercase()))
    }

    fn bound(&mut self, client: &mut ClientV4, request: &Message) -> LeaseV4 {
        let ack = self.ask(request, true).expect("an answer");
        match client.receive(&ack).expect("a message") {
            StepV4::Bound(lease) => lease,
            other => panic!("no lease: {other:?}"),
        }
    }
}

pub struct KeaWorld {
    bind: Bind,
    pub peer: Peer,
    socket: UdpSocket,
    server: SocketAddr,
    clients: BTreeMap<u8, ClientV4>,
}

impl KeaWorld {
    /// With or without the checks of RFC 4703 on whose a name is.
    pub fn start(protected: bool) -> KeaWorld {
        let bind = Bind::start(&format!("ddns-kea-bind-{protected}"));
        let mut peer = Peer::new(&format!("ddns-kea-{protected}"));
        let d2 = free_port();
        let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback has a free port");
        let back = socket.local_addr().expect("it is bound").port();
        let server = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let config = d2_config(d2, bind.at.port()).to_string();
        let config = peer.file("d2.json", &config);
        peer.start(Command::new("kea-dhcp-ddns").arg("-c").arg(config));
        let config = peer.file("dhcp4.json", &dhcp4_config(d2, protected).to_string());
        let ports = [server.port().to_string(), back.to_string()];
        peer.start(
            Command::new("kea-dhcp4")
                .args(["-p", &ports[0], "-P", &ports[1], "-c"])
                .arg(config),
        );
        socket
            .set_read_timeout(Some(Duration::from_secs(1)))
            .expect("a time-out above zero");
        let mut world = KeaWorld {
            bind,
            peer,
            socket,
            server,
            clients: BTreeMap::new(),
        };
        let mut early = ClientV4::new(mac(9), 9).via_relay(Self::RELAY);
        let up = (0..20).any(|_| world.ask(&early.discover(None), true).is_some());
        assert!(up, "Kea does not answer: {}", world.peer.logs());
        world
    }
}

pub fn logger(name: &str) -> Value {
    json!([{ "name": name, "severity": "INFO", "output_options": [{ "output": "stderr" }] }])
}

pub fn d2_config(port: u16, dns: u16) -> Value {
    let servers = json!([{ "ip-address": "127.0.0.1", "port": dns }]);
    let domain = |name: &str| json!({ "name": name, "dns-servers": servers });
    json!({ "DhcpDdns": {
        "ip-address": "127.0.0.1", "port": port,
        "forward-ddns": { "ddns-domains": [domain("corp.example.")] },
        "reverse-ddns": { "ddns-domains": [domain("1.0.10.in-addr.arpa.")] },
        "loggers": logger("kea-dhcp-ddns"),
    } })
}

pub fn dhcp4_config(d2: u16, protected: bool) -> Value {
    json!({ "Dhcp4": {
        "interfaces-config": { "interfaces": ["lo"], "dhcp-socket-type": "udp" },
        "lease-database": { "type": "memfile", "persist": false },
        "valid-lifetime": 3600,
        "dhcp-ddns": { "enable-updates": true, "server-ip": "127.0.0.1", "server-port": d2 },
        "ddns-qualifying-suffix": FORWARD,
        "ddns-use-conflict-resolution": protected,
        "subnet4": [{
            "id": 1, "subnet": "10.0.1.0/24", "pools": [{ "pool": "10.0.1.10-10.0.1.99" }],
            "relay": { "ip-addresses": ["127.0.0.1"] },
        }],
        "loggers": logger("kea-dhcp4"),
    } })
}

impl World for KeaWorld {
    const RELAY: Ipv4Addr = Ipv4Addr::LOCALHOST;

    fn bind(&self) -> &Bind {
        &self.bind
    }

    fn ask(&mut self, message: &Message, answered: bool) -> Option<Vec<u8>> {
        let mut buffer = [0; 1500];
        for _ in 0..3 {
            self.socket
                .send_to(&message.encode(), self.server)
                .expect("loopback takes datagrams");
            if !answered {
                return None;
            }
            if let Ok(length) = self.socket.recv(&mut buffer) {
                return Some(buffer[..length].to_vec());
            }
        }
        None
    }

    fn clients(&mut self) -> &mut BTreeMap<u8, ClientV4> {
        &mut self.clients
    }
}

pub struct OwnWorld {
    bind: Bind,
    bench: Bench,
    socket: UdpSocket,
    clients: BTreeMap<u8, ClientV4>,
}

impl OwnWorld {
    /// With or without name protection.
    pub fn start(protected: bool) -> OwnWorld {
        let mut scope = scope();
        scope.range = "10.0.1.10-10.0.1.99".parse().expect("a range");
        let mut config = config(scope);
        config.dns = DnsSettings {
            updates: DynamicUpdates::OnClientRequest,
            // Kea registers clients by their option 12 without being told to.
            older_clients: true,
            name_protection: protected,
            ..DnsSettings::default()
        };
        config.dns_client.servers = vec![ip("10.0.0.2")];
        let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback has a free port");
        socket
            .set_read_timeout(Some(PATIENCE))
            .expect("a time-out above zero");
        OwnWorld {
            bind: Bind::start(&format!("ddns-own-bind-{protected}")),
            bench: Bench::new(config),
            socket,
            clients: BTreeMap::new(),
        }
    }

    /// Carries a datagram of the server to BIND, and the answer back.
    fn carry(&self, payload: &[u8]) -> Vec<u8> {
        let mut buffer = [0; 4096];
        self.socket
            .send_to(payload, self.bind.at)
            .expect("loopback takes datagrams");
        let length = self.socket.recv(&mut buffer).expect("named answers");
        buffer[..length].to_vec()
    }
}

impl World for OwnWorld {
    const RELAY: Ipv4Addr = Ipv4Addr::new(10, 0, 1, 1);

    fn bind(&self) -> &Bind {
        &self.bind
    }

    fn ask(&mut self, message: &Message, answered: bool) -> Option<Vec<u8>> {
        let payload = message.encode();
        let event = Event::Datagram {
            from: addr(NOBODY),
            to: addr(BROADCAST),
            payload: &payload,
        };
        let (at, mut out) = (self.bench.at(), Outbox::default());
        self.bench.server.handle(at, event, &mut out);
        let mut back = None;
        while !out.actions.is_empty() {
            for action in std::mem::take(&mut out.actions) {
                match action {
                    Action::Send { from, to, payload } if to.port() == 53 => {
                        let answer = self.carry(&payload);
                        let event = Event::Datagram {
                            from: to,
                            to: from,
                            payload: &answer,
                        };
                        self.bench.server.handle(at, event, &mut out);
                    }
                    Action::Send { payload, .. } => back = Some(payload),
                    Action::Timer { .. } => {}
                    other => panic!("unexpected {other:?}"),
                }
            }
        }
        assert!(back.is_some() || !answered, "the server is silent");
        back
    }

    fn clients(&mut self) -> &mut BTreeMap<u8, ClientV4> {
        &mut self.clients
    }
}
