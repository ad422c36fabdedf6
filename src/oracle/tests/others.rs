//! Commands and invariants.

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
