//! Properties over random settings and random access lists.

use proptest::prelude::*;

use super::super::*;
use super::*;

const HOSTS: [&str; 4] = [
    "dc1.corp.example",
    "dhcp1.corp.example",
    "ns9.corp.example",
    "nps1.corp.example",
];

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(64)
    })]

    #[test]
    fn settings_made_and_undone_leave_the_estate_as_it_was(
        picks in prop::collection::vec((0..SETTINGS.len(), 0..HOSTS.len()), 1..20),
    ) {
        let mut estate = built(&corp());
        let ipamug = add_ipamug(&mut estate, at(0));
        let before = estate.clone();
        let mut made = Vec::new();
        for (setting, host) in picks {
            let (setting, name) = (&SETTINGS[setting], fqdn(HOSTS[host]));
            let host = estate.host(&name).unwrap();
            if setting.is_present(&estate, host, &ipamug) {
                continue;
            }
            let untouched = estate.clone();
            match setting.apply(&mut estate, &name, &ipamug, at(1)) {
                Ok(()) => {
                    let host = estate.host(&name).unwrap();
                    prop_assert!(setting.is_present(&estate, host, &ipamug), "{}", setting.id);
                    made.push((setting, name));
                }
                Err(_) => prop_assert!(estate == untouched),
            }
        }
        let applied = made.len();
        prop_assert!(applied == 0 || estate != before);
        for (setting, name) in made.into_iter().rev() {
            setting.remove(&mut estate, &name, &ipamug, at(2)).unwrap();
        }
        prop_assert!(estate == before);
    }

    #[test]
    fn no_text_makes_the_access_list_reader_panic(text in "[DAS:();0-9xGCLR-]{0,40}|\\PC{0,20}") {
        let token = [sid::well_known(sid::EVERYONE)].into();
        let everyone = sid::well_known(sid::EVERYONE);
        sddl::grants(&text, &token, 1);
        sddl::without(&text, &everyone);
        if sddl::parse_dacl(&text).is_ok() {
            let longer = sddl::append(&text, &sddl::allow_ace("CC", &everyone));
            prop_assert!(sddl::parse_dacl(&longer).is_ok(), "{}", longer);
        }
    }
}

#[test]
fn access_list_entries_count_in_order() {
    let everyone = sid::well_known(sid::EVERYONE);
    let token = [everyone.clone()].into();
    assert!(sddl::grants("D:(A;;CCLC;;;WD)(D;;LC;;;WD)", &token, 4));
    assert!(!sddl::grants("D:(D;;LC;;;WD)(A;;CCLC;;;WD)", &token, 4));
    assert!(
        !sddl::grants("D:(A;;CC;;;WD)", &token, 5),
        "every bit is needed"
    );
    assert!(sddl::grants(
        "O:BAG:SYD:(A;;CC;;;BA)(A;;0x5;;;WD)S:(A;;CC;;;BA)",
        &token,
        5
    ));
    assert!(!sddl::grants("no list", &token, 1));
    let text = "O:BAG:SYD:(A;;CC;;;BA)S:(AU;;CC;;;WD)";
    let ace = sddl::allow_ace("0x1", &everyone);
    assert_eq!(
        sddl::append(text, &ace),
        "O:BAG:SYD:(A;;CC;;;BA)(A;;0x1;;;S-1-1-0)S:(AU;;CC;;;WD)"
    );
    let first = sddl::insert_first(text, &ace).unwrap();
    assert_eq!(
        first,
        "O:BAG:SYD:(A;;0x1;;;S-1-1-0)(A;;CC;;;BA)S:(AU;;CC;;;WD)"
    );
    assert_eq!(sddl::without(&first, &everyone).unwrap(), text);
    assert_eq!(sddl::insert_first("D:", &ace), None);
}

#[test]
fn event_records_are_numbered_and_read_in_pages() {
    let mut estate = built(&corp());
    let dhcp1 = fqdn("dhcp1.corp.example");
    let channel = eventlog::channel::DHCP_OPERATIONAL;
    for event in 70..75 {
        estate
            .append_event(&dhcp1, channel, event, vec![], at(1))
            .unwrap();
    }
    let log = estate.host(&dhcp1).unwrap().channel(channel).unwrap();
    let page = |after, max| {
        log.read(after, max)
            .iter()
            .map(|r| r.event)
            .collect::<Vec<_>>()
    };
    assert_eq!(page(0, 2), [70, 71]);
    assert_eq!(page(2, 10), [72, 73, 74]);
    assert_eq!(log.last_record(), 5);
    assert!(
        estate
            .append_event(&dhcp1, "DNS Server", 1, vec![], at(1))
            .is_err()
    );
}
