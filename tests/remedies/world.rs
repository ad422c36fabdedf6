//! The estate the remedies are tried in: a server of every kind, prepared for IPAMUG.

use std::time::Duration;

use ipamlab::base::{Fqdn, Sid};
use ipamlab::estate::{Role, Setting, setting, sid};
use ipamlab::lab::{Lab, LabSpec};

/// How often a DNS service reads the directory's access list again (domain 4.3).
pub const POLLING: Duration = Duration::from_secs(180);

/// Servers on which every setting of the table means something at least once.
pub const SERVERS: [(&str, &[Role]); 5] = [
    ("dc1", &[Role::DomainController, Role::Dns]),
    ("dhcp1", &[Role::Dhcp]),
    ("dns1", &[Role::Dns]),
    ("both1", &[Role::Dhcp, Role::Dns]),
    ("nps1", &[Role::Nps]),
];

pub fn fqdn(short: &str) -> Fqdn {
    format!("{short}.corp.example").parse().unwrap()
}

/// The estate with nothing granted.
pub fn bare() -> LabSpec {
    let mut spec = LabSpec::domain("corp.example").host("ipam1", "10.0.0.9", &[Role::Ipam]);
    for (number, (name, roles)) in SERVERS.iter().enumerate() {
        spec = spec.host(name, &format!("10.0.0.{}", 20 + number), roles);
    }
    spec
}

/// The estate with every required setting made for IPAMUG.
pub fn prepared() -> LabSpec {
    let spec = bare();
    SERVERS
        .iter()
        .fold(spec, |spec, (name, _)| spec.prepared(name))
}

/// As shipped everyone may read the log folder; without that, row 3's permission decides.
pub fn take_shipped_grants(lab: &Lab) {
    let at = lab.now();
    let mut estate = lab.estate_mut();
    for (name, roles) in SERVERS {
        if roles.contains(&Role::Dhcp) {
            let folder = estate.host(&fqdn(name)).unwrap().dhcp_log_folder();
            let folder = folder.to_owned();
            for shipped in [sid::ADMINISTRATORS, sid::USERS] {
                let shipped = sid::well_known(shipped);
                let taken = estate.revoke_ntfs(&fqdn(name), &folder, &shipped, at);
                taken.unwrap();
            }
        }
    }
}

pub fn group(lab: &Lab) -> Sid {
    let estate = lab.estate();
    let group = estate.find_principal("CORP\\IPAMUG", None).unwrap();
    group.sid.clone()
}

/// The settings that mean something on a server.
pub fn applicable(lab: &Lab, server: &str) -> Vec<&'static Setting> {
    let estate = lab.estate();
    let host = estate.host(&fqdn(server)).unwrap();
    setting::applicable(host, &host.roles).collect()
}

/// Restarts the services and waits for the poll, so that everything that was set counts.
pub async fn settle(lab: &Lab) {
    for (name, roles) in SERVERS {
        for (role, service) in [(Role::Dhcp, "DHCPServer"), (Role::Dns, "DNS")] {
            if roles.contains(&role) {
                lab.restart_service(&fqdn(name), service).unwrap();
            }
        }
    }
    lab.network().advance(POLLING).await;
}

/// Takes row 7 from a standalone DNS server, where it would stand in for the setting under test.
pub fn without_row_7(lab: &Lab, server: &str, tried: &Setting) {
    let row_7 = setting::find("dns-administrators").unwrap();
    if applicable(lab, server).contains(&row_7) && tried.id != row_7.id {
        let (trustee, at) = (group(lab), lab.now());
        let mut estate = lab.estate_mut();
        let undone = row_7.remove(&mut estate, &fqdn(server), &trustee, at);
        undone.unwrap();
    }
}
