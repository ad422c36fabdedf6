//! ipamlab as a library: a Rust test builds an estate, runs engine calls and asserts.

use ipamlab::estate::Role;
use ipamlab::ipam::access::{AccessStatus, CheckKind};
use ipamlab::ipam::inventory::{NewServer, ServerRole};
use ipamlab::ipam::provision::ServerProvisioning;
use ipamlab::lab::{self, LabSpec};

fn spec() -> LabSpec {
    LabSpec::domain("corp.example")
        .host("dc1", "10.0.0.1", &[Role::DomainController, Role::Dns])
        .host("dhcp1", "10.0.0.5", &[Role::Dhcp])
        .host("ipam1", "10.0.0.9", &[Role::Ipam])
        .prepared("dhcp1")
}

#[test]
fn a_prepared_server_is_unblocked_and_one_setting_less_blocks_its_check() {
    let statuses = lab::run(spec(), async |lab| {
        let (ipam, admin) = (lab.ipam(), lab.caller("CORP\\domain-admin").unwrap());
        let provisioning = ServerProvisioning::default();
        ipam.invoke_ipam_server_provisioning(&admin, provisioning)
            .await
            .unwrap();
        let name = lab.host_name("dhcp1").unwrap();
        let server = NewServer::new(name.clone(), &[ServerRole::Dhcp]);
        ipam.add_ipam_server_inventory(&admin, server)
            .await
            .unwrap();
        let mut statuses = Vec::new();
        for broken in [false, true] {
            if broken {
                let at = lab.now();
                let rule = "DHCP Server (RPC-In)";
                lab.estate_mut()
                    .disable_firewall_rule(&name, rule, at)
                    .unwrap();
            }
            let since = lab.network().packets_sent();
            let servers = [name.clone()];
            let reports = ipam
                .refresh_server_access_status(&admin, &servers)
                .await
                .unwrap();
            assert_eq!(lab.judge(&reports, since), [], "engine and oracle agree");
            let check = &reports[0].checks[&CheckKind::DhcpRpc];
            statuses.push((reports[0].overall, check.status));
        }
        statuses
    });
    assert_eq!(
        statuses.unwrap(),
        [
            (AccessStatus::Unblocked, AccessStatus::Unblocked),
            (AccessStatus::Blocked, AccessStatus::Blocked),
        ]
    );
}

#[test]
fn equal_runs_give_equal_bytes() {
    let run = || {
        lab::run(spec(), async |lab| {
            let (ipam, admin) = (lab.ipam(), lab.caller("CORP\\domain-admin").unwrap());
            let provisioning = ServerProvisioning::default();
            ipam.invoke_ipam_server_provisioning(&admin, provisioning)
                .await
                .unwrap();
            lab.network().capture()
        })
    };
    assert_eq!(run().unwrap(), run().unwrap());
}
