//! Properties that hold for every zone and every message.

use crate::support::*;
use ipamlab::server::dns::{DnsServer, DnsServerConfig, Transport, ZoneConfig};
use ipamlab::wire::dns::{
    Data, DnsName, Reply, ResourceRecord, TransferReader, query, transfer_query,
};
use proptest::prelude::*;

fn label() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-c]{1,2}",
        1 => Just("*".to_owned()),
        1 => Just("WWW".to_owned()),
        1 => Just("\\000\\001x".to_owned()),
    ]
}

fn owner() -> impl Strategy<Value = String> {
    prop::collection::vec(label(), 0..4).prop_map(|labels| {
        let mut text = labels.join(".");
        if !text.is_empty() {
            text.push('.');
        }
        text + "zone.example"
    })
}

fn some_data() -> impl Strategy<Value = Data> {
    prop_oneof![
        any::<[u8; 4]>().prop_map(|octets| Data::A(octets.into())),
        any::<[u8; 16]>().prop_map(|octets| Data::Aaaa(octets.into())),
        owner().prop_map(|target| Data::Cname(name(&target))),
        owner().prop_map(|target| Data::Ns(name(&target))),
        owner().prop_map(|target| Data::Ptr(name(&target))),
        owner().prop_map(|target| Data::Mx {
            preference: 10,
            exchange: name(&target)
        }),
        "[ -~]{0,400}".prop_map(|text| Data::text(&text)),
    ]
}

/// A server over one random zone. Records that a zone cannot hold are left out.
fn zone_of(records: Vec<(String, Data)>) -> DnsServer {
    let mut zone = ZoneConfig::primary(name("zone.example")).name_server(name("ns.zone.example"));
    for (owner, data) in records {
        zone.records
            .push(ResourceRecord::new(name(&owner), 60, data));
        if zone.build().is_err() {
            zone.records.pop();
        }
    }
    server_of(DnsServerConfig::default().zone(zone))
}

fn asked_type() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "A", "AAAA", "CNAME", "NS", "SOA", "PTR", "MX", "TXT", "SRV", "TYPE99",
    ])
}

/// A plain query with or without EDNS, in mixed case, for a name inside the zone or next to it.
fn plain_query() -> impl Strategy<Value = Vec<u8>> {
    let edns = prop::option::of((0_u16..5000, any::<bool>()));
    (
        owner(),
        asked_type(),
        any::<u16>(),
        edns,
        any::<u8>(),
        any::<bool>(),
    )
        .prop_map(|(owner, of, id, edns, bits, outside)| {
            let owner = if outside {
                owner.replace("zone", "other")
            } else {
                owner
            };
            let mut message = query(id, &name(&owner), kind(of));
            message[2] |= bits & 1;
            message[3] |= bits & 0x30;
            let opt = message.len() - 11;
            match edns {
                None => {
                    message.truncate(opt);
                    message[11] = 0;
                }
                Some((payload, dnssec_ok)) => {
                    message[opt + 3..opt + 5].copy_from_slice(&payload.to_be_bytes());
                    message[opt + 7] = if dnssec_ok { 0x80 } else { 0 };
                }
            }
            message
        })
}

fn header_bits(message: &[u8]) -> [u8; 4] {
    [message[0], message[1], message[2], message[3]]
}

proptest! {
    // 256 cases each, or as many as PROPTEST_CASES says.

    #[test]
    fn fast_path_and_full_path_say_the_same(
        records in prop::collection::vec((owner(), some_data()), 0..24),
        messages in prop::collection::vec(plain_query(), 1..16),
        tcp in any::<bool>(),
    ) {
        let transport = if tcp { Transport::Tcp } else { Transport::Udp };
        let mut server = zone_of(records);
        for message in messages {
            let mut fast = Vec::new();
            prop_assert!(server.answer_plain(&message, transport, &mut fast));
            let full = server.handle_fully(&message, transport, peer(), now());
            prop_assert_eq!(full.len(), 1);
            let (quick, whole) = (Reply::parse(&fast).unwrap(), Reply::parse(&full[0]).unwrap());
            prop_assert_eq!(header_bits(&fast), header_bits(&full[0]));
            prop_assert_eq!(quick, whole);
            let limit = if tcp { 65_535 } else { 1_232 };
            prop_assert!(fast.len() <= limit && full[0].len() <= limit);
        }
    }

    #[test]
    fn a_transfer_holds_every_record_and_can_be_served_again(
        records in prop::collection::vec((owner(), some_data()), 0..24),
        messages in prop::collection::vec(plain_query(), 1..16),
    ) {
        let mut primary = zone_of(records);
        let apex = name("zone.example");
        let config = ZoneConfig::secondary(apex.clone(), vec![peer().ip()]);
        let mut secondary = server_of(DnsServerConfig::default().zone(config));
        let transfer = primary.handle(&transfer_query(9, &apex), Transport::Tcp, peer(), now());
        secondary.refresh(&apex, &transfer).unwrap();
        for message in messages {
            let reply = |server: &mut DnsServer| {
                let answers = server.handle(&message, Transport::Tcp, peer(), now());
                let mut reply = Reply::parse(&answers[0]).unwrap();
                reply.answers.sort_by_key(|record| record.data.to_string());
                reply
            };
            prop_assert_eq!(reply(&mut primary), reply(&mut secondary));
        }
    }

    #[test]
    fn any_bytes_are_survived_and_change_nothing(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        tcp in any::<bool>(),
    ) {
        let transport = if tcp { Transport::Tcp } else { Transport::Udp };
        let mut server = server();
        let before = contents(&mut server);
        let replies = server.handle(&bytes, transport, peer(), now());
        if bytes.len() < 12 || bytes[2] & 0x80 != 0 {
            prop_assert!(replies.is_empty());
        }
        for reply in &replies {
            prop_assert_eq!(&reply[..2], &bytes[..2]);
            prop_assert!(Reply::parse(reply).is_ok());
        }
        prop_assert_eq!(before, contents(&mut server));
    }

    #[test]
    fn mutated_messages_are_survived(
        which in 0_usize..6,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut message = samples().swap_remove(which);
        for (at, value) in changes {
            let at = at.index(message.len());
            message[at] = value;
        }
        if let Some(cut) = cut {
            message.truncate(cut.index(message.len()));
        }
        let mut server = server();
        let names = server.zone_data(&name("corp.example")).unwrap();
        let before = names.lock().unwrap().len();
        for transport in [Transport::Udp, Transport::Tcp] {
            for reply in server.handle(&message, transport, peer(), now()) {
                prop_assert!(Reply::parse(&reply).is_ok());
                let limit = if transport == Transport::Udp { 1232 } else { 65_535 };
                prop_assert!(reply.len() <= limit);
            }
        }
        // The signature over the update does not survive a change, so this zone cannot have.
        prop_assert_eq!(before, names.lock().unwrap().len());
    }
}

/// One good message of each kind.
fn samples() -> Vec<Vec<u8>> {
    let corp = name("corp.example");
    let update = ipamlab::wire::dns::UpdateMessage::new(5, corp.clone())
        .require_name(&name("dc1.corp.example"))
        .add(&name("new.corp.example"), 60, &data("A", "10.9.9.9"));
    let (mut signed, _) = key().sign_request(update.encode(), NOW);
    // Spoil the signature, so that even an untouched copy is refused.
    let middle = signed.len() - 20;
    signed[middle] ^= 1;
    let open = ipamlab::wire::dns::UpdateMessage::new(5, name("open.example"))
        .forbid_name(&name("new.open.example"))
        .delete_name(&name("host.open.example"));
    vec![
        query(1, &name("www.corp.example"), kind("A")),
        query(2, &corp, kind("ANY")),
        transfer_query(3, &corp),
        update.encode(),
        signed,
        open.encode(),
    ]
}

fn contents(server: &mut DnsServer) -> Vec<ResourceRecord> {
    let mut reader = TransferReader::default();
    let zone: DnsName = name("corp.example");
    for message in server.handle(&transfer_query(1, &zone), Transport::Tcp, peer(), now()) {
        reader.push(&message).unwrap();
    }
    reader.into_records()
}
