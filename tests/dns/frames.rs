//! The frames around the core: each must say what the core says.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::*;
use hickory_server::net::NetError;
use hickory_server::net::runtime::TokioTime;
use hickory_server::net::xfer::Protocol;
use hickory_server::proto::rr::Record;
use hickory_server::proto::serialize::binary::BinEncoder;
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use hickory_server::zone_handler::MessageResponse;
use ipamlab::net::{Action, ConnId, Event, Outbox, Service};
use ipamlab::server::dns::{
    Clock, DnsHandler, DnsServer, DnsServerConfig, DnsService, Transport, serve_on,
};
use ipamlab::wire::dns::{
    Rcode, Reply, TsigError, TsigVerifier, UpdateMessage, query, transfer_query,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

fn shared(server: DnsServer) -> Arc<Mutex<DnsServer>> {
    Arc::new(Mutex::new(server))
}

fn clock() -> Clock {
    Arc::new(now)
}

/// The server of the other tests with a zone that takes several messages to transfer.
fn large_server() -> DnsServer {
    let mut zone = corp();
    for host in 0..2000_u32 {
        let owner = name(&format!("h{host}.corp.example"));
        let address = format!("10.6.{}.{}", host >> 8, host & 255);
        zone = zone.record(owner, 60, data("A", &address));
    }
    let config = DnsServerConfig::default()
        .zone(secure(zone))
        .zone(open_zone())
        .key(key());
    server_of(config)
}

/// One message of a conversation.
struct Turn {
    message: Vec<u8>,
    transport: Transport,
    /// For a signed message: how its answer is checked, and with what result.
    check: Option<(TsigVerifier, Result<(), TsigError>)>,
}

impl Turn {
    fn plain(message: Vec<u8>, transport: Transport) -> Turn {
        let check = None;
        Turn {
            message,
            transport,
            check,
        }
    }

    fn signed(
        message: Vec<u8>,
        transport: Transport,
        at: u64,
        result: Result<(), TsigError>,
    ) -> Turn {
        let (message, verifier) = key().sign_request(message, at);
        let check = Some((verifier, result));
        Turn {
            message,
            transport,
            check,
        }
    }
}

/// Messages of every kind.
fn conversation() -> Vec<Turn> {
    use Transport::{Tcp, Udp};
    let corp_name = name("corp.example");
    let update = UpdateMessage::new(21, corp_name.clone())
        .forbid_name(&name("new.corp.example"))
        .add(&name("new.corp.example"), 60, &data("A", "10.9.9.9"))
        .encode();
    let mut no_edns = query(22, &name("www.corp.example"), kind("A"));
    no_edns.truncate(no_edns.len() - 11);
    no_edns[11] = 0;
    let dc1 = query(24, &name("dc1.corp.example"), kind("A"));
    let transfer = transfer_query(23, &corp_name);
    let mut turns = vec![
        Turn::plain(update.clone(), Udp),
        Turn::signed(update.clone(), Udp, NOW - 1000, Err(TsigError::BadTime)),
        Turn::signed(update.clone(), Udp, NOW, Ok(())),
        Turn::signed(update, Tcp, NOW, Ok(())),
        Turn::plain(no_edns, Udp),
        Turn::plain(transfer.clone(), Udp),
        Turn::plain(transfer.clone(), Tcp),
        Turn::signed(transfer, Tcp, NOW, Ok(())),
        Turn::signed(dc1, Udp, NOW, Ok(())),
    ];
    for (owner, of) in [
        ("DC1.corp.example", "A"),
        ("www.corp.example", "A"),
        ("nothing.corp.example", "A"),
        ("any.wild.corp.example", "TXT"),
        ("a.child.corp.example", "A"),
        ("new.corp.example", "A"),
        ("corp.example", "SOA"),
        ("elsewhere.example", "A"),
        ("corp.example", "ANY"),
    ] {
        for transport in [Udp, Tcp] {
            turns.push(Turn::plain(query(25, &name(owner), kind(of)), transport));
        }
    }
    turns
}

fn by_core() -> Vec<Vec<Vec<u8>>> {
    let mut server = large_server();
    conversation()
        .into_iter()
        .map(|turn| {
            let replies = server.handle(&turn.message, turn.transport, peer(), now());
            check_signatures(turn, &replies);
            replies
        })
        .collect()
}

fn check_signatures(turn: Turn, replies: &[Vec<u8>]) {
    if let Some((mut verifier, result)) = turn.check {
        for reply in replies {
            let at = if result.is_ok() { NOW } else { NOW - 1000 };
            assert_eq!(verifier.verify(reply, at), result);
        }
    }
}

/// Equal messages, and signatures that verify over these very bytes.
fn assert_same(turn: Turn, replies: &[Vec<u8>], expected: &[Vec<u8>]) {
    let parse = |bytes: &Vec<u8>| Reply::parse(bytes).unwrap();
    let got: Vec<Reply> = replies.iter().map(parse).collect();
    let want: Vec<Reply> = expected.iter().map(parse).collect();
    assert_eq!(got, want);
    check_signatures(turn, replies);
}

/// Collects what a handler sends.
#[derive(Clone, Default)]
struct Collected(Arc<Mutex<Vec<Vec<u8>>>>);

#[async_trait::async_trait]
impl ResponseHandler for Collected {
    async fn send_response<'a>(
        &mut self,
        response: MessageResponse<
            '_,
            'a,
            impl Iterator<Item = &'a Record> + Send + 'a,
            impl Iterator<Item = &'a Record> + Send + 'a,
            impl Iterator<Item = &'a Record> + Send + 'a,
            impl Iterator<Item = &'a Record> + Send + 'a,
        >,
    ) -> Result<ResponseInfo, NetError> {
        let mut bytes = Vec::new();
        let mut encoder = BinEncoder::new(&mut bytes);
        encoder.set_max_size(u16::MAX);
        let info = response.destructive_emit(&mut encoder)?;
        self.0.lock().unwrap().push(bytes);
        Ok(info)
    }
}

#[tokio::test]
async fn hickory_frame_in_memory_says_what_the_core_says() {
    let handler = DnsHandler::new(shared(large_server()), clock());
    for (turn, expected) in conversation().into_iter().zip(by_core()) {
        let protocol = match turn.transport {
            Transport::Udp => Protocol::Udp,
            Transport::Tcp => Protocol::Tcp,
        };
        let request = Request::from_bytes(turn.message.clone(), peer(), protocol).unwrap();
        let collected = Collected::default();
        let sink = collected.clone();
        handler.handle_request::<_, TokioTime>(&request, sink).await;
        let replies = collected.0.lock().unwrap().clone();
        assert_same(turn, &replies, &expected);
    }
}

#[test]
fn service_answers_datagrams_and_streams_cut_anywhere() {
    let mut service = DnsService::new(shared(large_server()));
    let local: SocketAddr = "10.0.0.1:53".parse().unwrap();
    let mut out = Outbox::default();
    service.handle(now(), Event::Started, &mut out);
    let conn = ConnId(1);
    let opened = Event::Opened {
        conn,
        peer: peer(),
        local,
    };
    service.handle(now(), opened, &mut out);
    assert!(out.actions.is_empty());
    for (index, (turn, expected)) in conversation().into_iter().zip(by_core()).enumerate() {
        let mut out = Outbox::default();
        let message = &turn.message;
        let replies: Vec<Vec<u8>> = match turn.transport {
            Transport::Udp => {
                let (from, to, payload) = (peer(), local, &message[..]);
                service.handle(now(), Event::Datagram { from, to, payload }, &mut out);
                out.actions
                    .into_iter()
                    .map(|action| datagram(action, local))
                    .collect()
            }
            Transport::Tcp => {
                let mut stream = (message.len() as u16).to_be_bytes().to_vec();
                stream.extend_from_slice(message);
                for piece in stream.chunks(1 + index % 7) {
                    service.handle(now(), Event::Data { conn, bytes: piece }, &mut out);
                }
                out.actions
                    .into_iter()
                    .map(|action| written(action, conn))
                    .collect()
            }
        };
        assert_same(turn, &replies, &expected);
    }
}

fn datagram(action: Action, local: SocketAddr) -> Vec<u8> {
    match action {
        Action::Send { from, to, payload } if from == local && to == peer() => payload,
        other => panic!("{other:?}"),
    }
}

fn written(action: Action, on: ConnId) -> Vec<u8> {
    match action {
        Action::Write { conn, bytes } if conn == on => {
            let length = usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
            assert_eq!(length, bytes.len() - 2);
            bytes[2..].to_vec()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn service_takes_several_messages_in_one_piece_and_forgets_closed_streams() {
    let mut service = DnsService::new(shared(server()));
    let conn = ConnId(3);
    let local: SocketAddr = "10.0.0.1:53".parse().unwrap();
    let opened = Event::Opened {
        conn,
        peer: peer(),
        local,
    };
    let mut out = Outbox::default();
    service.handle(now(), opened, &mut out);
    let message = query(1, &name("dc1.corp.example"), kind("A"));
    let mut stream = Vec::new();
    for _ in 0..3 {
        stream.extend_from_slice(&(message.len() as u16).to_be_bytes());
        stream.extend_from_slice(&message);
    }
    service.handle(
        now(),
        Event::Data {
            conn,
            bytes: &stream[..stream.len() - 1],
        },
        &mut out,
    );
    assert_eq!(out.actions.len(), 2);
    service.handle(now(), Event::Closed { conn }, &mut out);
    service.handle(
        now(),
        Event::Data {
            conn,
            bytes: &stream,
        },
        &mut out,
    );
    assert_eq!(out.actions.len(), 2, "no stream, no answer");
    service.handle(now(), opened, &mut out);
    service.handle(now(), Event::Stopped { crashed: true }, &mut out);
    service.handle(
        now(),
        Event::Data {
            conn,
            bytes: &stream,
        },
        &mut out,
    );
    assert_eq!(out.actions.len(), 2, "a crash drops the streams");
}

#[test]
fn zones_survive_a_restart_and_counters_do_not() {
    let server = shared(server());
    let mut service = DnsService::new(server.clone());
    let add = UpdateMessage::new(3, name("open.example")).add(
        &name("new.open.example"),
        60,
        &data("A", "10.9.9.9"),
    );
    assert_eq!(update(&mut server.lock().unwrap(), &add), Rcode::NOERROR);
    let mut out = Outbox::default();
    service.handle(now(), Event::Stopped { crashed: true }, &mut out);
    service.handle(now(), Event::Started, &mut out);
    let mut server = server.lock().unwrap();
    assert_eq!(server.stats().received, 0);
    assert_eq!(held(&mut server, "new.open.example", "A"), ["10.9.9.9"]);
}

#[tokio::test]
async fn kernel_sockets_say_what_the_core_says() {
    let udp = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let local = udp.local_addr().unwrap();
    let tcp = tokio::net::TcpListener::bind(local).await.unwrap();
    let serving = serve_on(udp, tcp, shared(large_server()), clock());
    let talking = async {
        for (turn, expected) in conversation().into_iter().zip(by_core()) {
            let message = &turn.message;
            let replies = match turn.transport {
                Transport::Udp => over_udp(local, message).await,
                Transport::Tcp => over_tcp(local, message, expected.len()).await,
            };
            assert_same(turn, &replies, &expected);
        }
    };
    tokio::select! {
        biased;
        () = talking => {}
        result = serving => panic!("the server ended: {result:?}"),
        () = tokio::time::sleep(Duration::from_secs(30)) => panic!("no answer"),
    }
}

async fn over_udp(server: SocketAddr, message: &[u8]) -> Vec<Vec<u8>> {
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.send_to(message, server).await.unwrap();
    let mut buffer = vec![0; 4096];
    let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
    assert_eq!(from, server);
    vec![buffer[..length].to_vec()]
}

async fn over_tcp(server: SocketAddr, message: &[u8], count: usize) -> Vec<Vec<u8>> {
    let mut stream = tokio::net::TcpStream::connect(server).await.unwrap();
    stream.write_u16(message.len() as u16).await.unwrap();
    stream.write_all(message).await.unwrap();
    let mut replies = Vec::new();
    for _ in 0..count {
        let mut reply = vec![0; usize::from(stream.read_u16().await.unwrap())];
        stream.read_exact(&mut reply).await.unwrap();
        replies.push(reply);
    }
    replies
}
