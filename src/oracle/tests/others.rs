//! Random subsets of settings, commands, and invariants.

use proptest::prelude::*;

use super::*;

#[test]
fn every_setting_has_a_command_that_names_its_object() {
    let ground = Ground::prepared();
    for setting in SETTINGS {
        let host = ["dhcp1", "dc1", "ns9"]
            .into_iter()
            .map(|name| ground.estate.find_host(name).unwrap())
            .find(|host| setting::applicable(host, &host.roles).any(|s| s == setting))
            .unwrap();
        let command = setting.command(&ground.estate, host, &ground.ipamug);
        let undo = setting.undo_command(&ground.estate, host, &ground.ipamug);
        assert_ne!(command, undo, "{}", setting.id);
        let tools = [
            "netsh ",
            "net ",
            "sc ",
            "reg ",
            "icacls ",
            "dsacls ",
            "Grant-SmbShareAccess ",
        ];
        assert!(
            tools.iter().any(|tool| command.starts_with(tool)),
            "{command}"
        );
    }
    let dhcp1 = ground.estate.find_host("dhcp1").unwrap();
    let command = |id: &str| {
        let setting = setting::find(id).unwrap();
        setting.command(&ground.estate, dhcp1, &ground.ipamug)
    };
    assert_eq!(
        command("dhcp-users"),
        "net localgroup \"DHCP Users\" /add \"CORP\\IPAMUG\""
    );
    assert_eq!(
        command("dhcp-rpc-in"),
        "netsh advfirewall firewall set rule name=\"DHCP Server (RPC-In)\" new enable=yes"
    );
}

#[test]
fn a_sound_estate_violates_nothing_and_each_damage_is_found() {
    let ground = Ground::prepared();
    assert_eq!(violations(&ground.estate), []);
    let mut estate = ground.estate.clone();
    let corp = fqdn("corp.example");
    let admin = estate
        .find_principal("CORP\\domain-admin", None)
        .unwrap()
        .sid
        .clone();
    estate.create_gpo(&corp, "LAB_DHCP", &admin, at(3)).unwrap();
    estate
        .set_gpo_filter(&corp, "LAB_DHCP", &ground.ipamug, true, at(3))
        .unwrap();
    assert_eq!(violations(&estate), []);
    estate.delete_domain_group(&ground.ipamug, at(4)).unwrap();
    let found = violations(&estate);
    assert_eq!(
        found,
        [Violation::UnknownTrustee {
            gpo: "LAB_DHCP".to_owned(),
            trustee: ground.ipamug.clone(),
        }]
    );
    let mut estate = ground.estate.clone();
    let dhcp1 = fqdn("dhcp1.corp.example");
    estate.shut_down(&dhcp1, at(3)).unwrap();
    estate
        .set_service_state(&dhcp1, "DHCPServer", ServiceState::Running, at(3))
        .unwrap();
    assert!(matches!(
        violations(&estate).as_slice(),
        [Violation::RunningWhileDown { .. }]
    ));
}

/// The share's permission comes with the share, and the folder's is there as shipped.
const COMES_ALONG: [&str; 2] = ["dhcpaudit-share-permission", "dhcpaudit-folder-permission"];

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(96)
    })]

    #[test]
    fn of_any_subset_of_settings_exactly_the_others_are_missing(
        mask in any::<u32>(),
        which in 0..3_usize,
    ) {
        let host = ["dc1", "dhcp1", "nps1"][which];
        let mut estate = built(&corp());
        let ipamug = add_ipamug(&mut estate, at(0));
        let ticket = machine_ticket(&mut estate, "ipam1", at(1));
        let mut ground = Ground { estate, ipamug, ticket };
        let server = ground.estate.find_host(host).unwrap();
        let (name, dhcp) = (server.fqdn.clone(), server.has_role(Role::Dhcp));
        let mut left_out = BTreeSet::new();
        for (place, setting) in required(server, &server.roles.clone()).into_iter().enumerate() {
            if COMES_ALONG.contains(&setting.id) {
                continue;
            }
            if mask & (1 << place) == 0 {
                left_out.insert(setting.id);
            } else {
                setting.apply(&mut ground.estate, &name, &ground.ipamug, at(2)).unwrap();
            }
        }
        if dhcp {
            ground.estate.restart_service(&name, "DHCPServer", at(3)).unwrap();
        }
        let expected = ground.ask(host, at(LATER));
        let found: BTreeSet<&str> = missing(&expected).into_values().flatten().collect();
        prop_assert_eq!(found, left_out);
    }
}
