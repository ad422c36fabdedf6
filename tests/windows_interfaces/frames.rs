//! Bytes that are no calls, and calls that come in odd shapes.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use ipamlab::base::{Moment, Seed};
use ipamlab::estate::{DomainSpec, Estate, EstateSpec, HostSpec, Role};
use ipamlab::ipam::remote::{CALL_TIMEOUT, RemoteError, Stage};
use ipamlab::net::{Action, ConnId, Event, Outbox, Service, SharedService, TcpStream};
use ipamlab::server::windows::{port, windows_services};
use ipamlab::wire::windows::{
    Call, FrameBuffer, Interface, Reply, Request, TicketHandle, Win32Error, encode_call, epm,
    kerberos, samr, smb,
};
use proptest::prelude::*;

use crate::kit::{DC1, DHCP1, IPAM1, SMB_IN, World, fqdn, simulate};

const WAIT: Duration = Duration::from_secs(1);

async fn connect(world: &World, host: &str, port: u16) -> TcpStream {
    let to = SocketAddr::new(world.address(host), port);
    let client = world.network.endpoint(IPAM1);
    client.connect(to, WAIT).await.unwrap()
}

fn who_am_i() -> Call {
    Call {
        ticket: None,
        request: Request::Kerberos(kerberos::Request::WhoAmI),
    }
}

async fn next_reply(stream: &mut TcpStream) -> Reply {
    let mut frames = FrameBuffer::default();
    loop {
        let bytes = stream.read(WAIT).await.unwrap();
        assert!(!bytes.is_empty(), "the connection was closed");
        frames.push(&bytes);
        if let Some(reply) = frames.next_frame().unwrap() {
            return reply;
        }
    }
}

async fn is_closed(stream: &mut TcpStream) -> bool {
    stream.read(WAIT).await.is_ok_and(|bytes| bytes.is_empty())
}

#[test]
fn bytes_that_are_no_call_close_the_connection_and_nothing_else() {
    simulate(async |world| {
        let oversize = [0x7f, 0xff, 0xff, 0xff];
        let garbage = [&[0, 0, 0, 2][..], b"{}"].concat();
        let not_text = [0, 0, 0, 4, 0xff, 0xfe, 0xfd, 0xfc];
        let empty = [0; 4];
        for bytes in [&oversize[..], &garbage, &not_text, &empty] {
            let mut stream = connect(world, DC1, 88).await;
            stream.write_all(bytes).await.unwrap();
            assert!(is_closed(&mut stream).await, "{bytes:?}");
        }
        let mut stream = connect(world, DC1, 88).await;
        stream.write_all(&encode_call(&who_am_i())).await.unwrap();
        let reply = next_reply(&mut stream).await;
        assert_eq!(reply, Err(Win32Error::ERROR_ACCESS_DENIED));
    });
}

#[test]
fn a_call_cut_into_bytes_and_several_calls_at_once_are_answered_in_order() {
    simulate(async |world| {
        let call = encode_call(&who_am_i());
        let mut stream = connect(world, DC1, 88).await;
        for byte in &call {
            stream.write_all(&[*byte]).await.unwrap();
        }
        let denied = Err(Win32Error::ERROR_ACCESS_DENIED);
        assert_eq!(next_reply(&mut stream).await, denied);
        let misplaced = encode_call(&Call {
            ticket: None,
            request: Request::EndpointMapper(epm::Request::Map(Interface::EventLog)),
        });
        let both = [call, misplaced].concat();
        stream.write_all(&both).await.unwrap();
        let mut frames = FrameBuffer::default();
        let mut replies: Vec<Reply> = Vec::new();
        while replies.len() < 2 {
            frames.push(&stream.read(WAIT).await.unwrap());
            while let Some(reply) = frames.next_frame().unwrap() {
                replies.push(reply);
            }
        }
        assert_eq!(replies, [denied, Err(Win32Error::RPC_S_UNKNOWN_IF)]);
    });
}

#[test]
fn a_ticket_no_controller_issued_is_no_log_on() {
    simulate(async |world| {
        world.open(DHCP1, &[SMB_IN]);
        let mut stream = connect(world, DHCP1, 445).await;
        for (ticket, error) in [
            (None, Win32Error::ERROR_ACCESS_DENIED),
            (Some(TicketHandle(4711)), Win32Error::ERROR_LOGON_FAILURE),
        ] {
            let call = Call {
                ticket,
                request: Request::LocalGroups(samr::Request::CallerGroups),
            };
            stream.write_all(&encode_call(&call)).await.unwrap();
            assert_eq!(next_reply(&mut stream).await, Err(error));
        }
    });
}

#[test]
fn a_ticket_of_a_forest_the_host_does_not_trust_opens_nothing() {
    simulate(async |world| {
        world.open(DHCP1, &[SMB_IN]);
        let mallory = "OTHER\\mallory".parse().unwrap();
        let ticket = world.estate.borrow_mut().log_on(
            &mallory,
            ipamlab::estate::spec::DEFAULT_PASSWORD,
            world.now(),
        );
        let mut stream = connect(world, DHCP1, 445).await;
        let call = Call {
            ticket: Some(ticket.unwrap()),
            request: Request::LocalGroups(samr::Request::CallerGroups),
        };
        stream.write_all(&encode_call(&call)).await.unwrap();
        let reply = next_reply(&mut stream).await;
        assert_eq!(reply, Err(Win32Error::ERROR_ACCESS_DENIED));
    });
}

/// A listener that takes everything and then does as told.
struct Odd(OddBehaviour);

#[derive(Clone, Copy)]
enum OddBehaviour {
    Silent,
    Closes,
    Babbles,
}

impl Service for Odd {
    fn handle(&mut self, _at: Moment, event: Event<'_>, out: &mut Outbox) {
        if let Event::Data { conn, .. } = event {
            match self.0 {
                OddBehaviour::Silent => {}
                OddBehaviour::Closes => out.close(conn),
                OddBehaviour::Babbles => out.write(conn, vec![0, 0, 0, 2, b'h', b'i']),
            }
        }
    }
}

#[test]
fn a_reply_that_never_comes_leaves_the_outcome_unknown() {
    simulate(async |world| {
        let alice = world.alice();
        let unknown = Err(RemoteError {
            stage: Stage::Call,
            error: Win32Error::RPC_S_CALL_FAILED,
            outcome_unknown: true,
        });
        world.open(DHCP1, &[SMB_IN]);
        let local = SocketAddr::new(world.address(DHCP1), port::SMB);
        for behaviour in [
            OddBehaviour::Silent,
            OddBehaviour::Closes,
            OddBehaviour::Babbles,
        ] {
            let transport = ipamlab::net::Transport::Tcp;
            assert!(world.network.unbind(transport, local));
            let odd: SharedService = Rc::new(RefCell::new(Odd(behaviour)));
            world.network.bind_tcp(local, "System", odd).unwrap();
            let begun = world.now();
            let share = "dhcpaudit".to_owned();
            let request = Request::Smb(smb::Request::List { share });
            assert_eq!(world.ask(&alice, DHCP1, request).await, unknown);
            let took = world.now().sim.since(begun.sim);
            let waited_out = took >= CALL_TIMEOUT;
            assert_eq!(waited_out, matches!(behaviour, OddBehaviour::Silent));
            assert!(took < CALL_TIMEOUT + WAIT, "{took:?}");
        }
    });
}

/// The listeners of one controller, driven without a network.
fn listeners() -> Vec<(u16, SharedService)> {
    let roles = [Role::DomainController, Role::Dns];
    let host = HostSpec::new("dc1".parse().unwrap(), vec!["10.0.0.1".parse().unwrap()]);
    let domain = DomainSpec::new(fqdn("corp.example")).host(host.roles(&roles));
    let estate = Estate::build(&EstateSpec::of(domain), Seed(1)).unwrap();
    windows_services(&fqdn(DC1), Rc::new(RefCell::new(estate)), None, None)
        .into_iter()
        .map(|(port, _, service)| (port, service))
        .collect()
}

fn feed(service: &SharedService, port: u16, pieces: &[&[u8]]) -> Vec<Action> {
    let mut out = Outbox::default();
    let at = Moment::of(jiff::Timestamp::UNIX_EPOCH, Default::default());
    let conn = ConnId(1);
    let opened = Event::Opened {
        conn,
        peer: "10.0.0.9:50000".parse().unwrap(),
        local: SocketAddr::new("10.0.0.1".parse().unwrap(), port),
    };
    service.borrow_mut().handle(at, opened, &mut out);
    for bytes in pieces {
        let data = Event::Data { conn, bytes };
        service.borrow_mut().handle(at, data, &mut out);
    }
    let closed = Event::Closed { conn };
    service.borrow_mut().handle(at, closed, &mut out);
    out.actions
}

/// JSON in the shapes of calls: interface names, operation names, and anything else in between.
fn call_like() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let words = prop::sample::select(vec![
        "Directory",
        "Kerberos",
        "Smb",
        "LocalGroups",
        "EventLog",
        "ServiceControl",
        "LogOn",
        "WhoAmI",
        "FindComputer",
        "CreateGroup",
        "EnumControllers",
        "Read",
        "List",
        "Members",
        "QueryStatus",
        "EndpointMapper",
        "Map",
        "account",
        "secret",
        "domain",
        "name",
        "share",
        "file",
        "offset",
        "max",
        "channel",
        "after",
        "corp.example",
        "CORP\\domain-admin",
        "",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        words.clone().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    let nested = leaf.prop_recursive(4, 24, 4, move |inner| {
        let words = words.clone();
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(words.prop_map(str::to_owned), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    });
    prop_oneof![
        nested.clone(),
        nested.prop_map(|request| serde_json::json!({ "ticket": null, "request": request })),
    ]
}

/// Requests that decode, with arbitrary parameters.
fn some_request() -> impl Strategy<Value = Request> {
    let text = prop_oneof![
        Just("dhcpaudit".to_owned()),
        Just("Administrators".to_owned()),
        ".{0,16}"
    ];
    prop_oneof![
        (text.clone(), any::<u64>(), any::<u32>()).prop_map(|(share, offset, max)| {
            let file = share.clone();
            Request::Smb(smb::Request::Read {
                share,
                file,
                offset,
                max,
            })
        }),
        text.clone()
            .prop_map(|group| Request::LocalGroups(samr::Request::Members { group })),
        text.prop_map(|secret| Request::Kerberos(kerberos::Request::LogOn {
            account: "CORP\\domain-admin".parse().unwrap(),
            secret,
        })),
    ]
}

proptest! {
    #[test]
    fn any_bytes_are_answered_or_end_the_connection(
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..64), 0..8),
    ) {
        let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        for (port, service) in listeners() {
            let actions = feed(&service, port, &pieces);
            let closes = actions.iter().filter(|a| matches!(a, Action::Close { .. })).count();
            prop_assert!(closes <= 1);
        }
    }

    #[test]
    fn any_json_gets_one_reply_or_ends_the_connection(value in call_like()) {
        let text = value.to_string();
        let mut frame = u32::try_from(text.len()).unwrap().to_be_bytes().to_vec();
        frame.extend_from_slice(text.as_bytes());
        for (port, service) in listeners() {
            prop_assert_eq!(feed(&service, port, &[&frame]).len(), 1);
        }
    }

    #[test]
    fn any_call_that_decodes_is_answered_on_every_port(
        request in some_request(),
        ticket in prop::option::of(any::<u64>().prop_map(TicketHandle)),
    ) {
        let frame = encode_call(&Call { ticket, request });
        for (port, service) in listeners() {
            let actions = feed(&service, port, &[&frame]);
            let answered = matches!(actions[..], [Action::Write { .. }]);
            prop_assert!(answered, "{:?}", actions);
        }
    }

    #[test]
    fn frames_survive_any_cut(
        requests in prop::collection::vec(some_request(), 0..5),
        cuts in prop::collection::vec(1_usize..40, 1..8),
    ) {
        let calls: Vec<Call> = requests
            .into_iter()
            .map(|request| Call { ticket: None, request })
            .collect();
        let stream: Vec<u8> = calls.iter().flat_map(encode_call).collect();
        let (mut rest, mut sizes) = (&stream[..], cuts.iter().cycle());
        let (mut frames, mut found) = (FrameBuffer::default(), Vec::new());
        while !rest.is_empty() {
            let (piece, after) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
            rest = after;
            frames.push(piece);
            while let Some(call) = frames.next_frame::<Call>().unwrap() {
                found.push(call);
            }
        }
        prop_assert_eq!(found, calls);
    }
}
