//! A small estate, and short names for what the tests do in it.

use std::time::Duration;

use ipamlab::base::Fqdn;
use ipamlab::estate::Role;
use ipamlab::ipam::Caller;
use ipamlab::ipam::access::AccessReport;
use ipamlab::ipam::inventory::{NewServer, ServerRole};
use ipamlab::ipam::provision::ServerProvisioning;
use ipamlab::lab::observation::Observation;
use ipamlab::lab::{self, Lab, LabSpec};
use ipamlab::net::ConnectError;

pub const DHCP: &str = "dhcp1.corp.example";

pub fn fqdn(name: &str) -> Fqdn {
    name.parse().unwrap()
}

pub fn spec() -> LabSpec {
    LabSpec::domain("corp.example")
        .host("dc1", "10.0.0.1", &[Role::DomainController, Role::Dns])
        .host("dhcp1", "10.0.0.5", &[Role::Dhcp])
        .host("ipam1", "10.0.0.9", &[Role::Ipam])
        .prepared("dhcp1")
}

/// Runs `work` after the server is provisioned and knows the DHCP server.
pub fn in_lab<T>(spec: LabSpec, work: impl AsyncFnOnce(&Lab, Caller) -> T) -> T {
    let outcome = lab::run(spec, async |lab| {
        let (ipam, admin) = (lab.ipam(), lab.caller("CORP\\domain-admin").unwrap());
        let provisioning = ServerProvisioning::default();
        ipam.invoke_ipam_server_provisioning(&admin, provisioning)
            .await
            .unwrap();
        let server = NewServer::new(fqdn(DHCP), &[ServerRole::Dhcp]);
        ipam.add_ipam_server_inventory(&admin, server)
            .await
            .unwrap();
        work(lab, admin).await
    });
    outcome.unwrap()
}

/// Checks the DHCP server, and what the laboratory makes of the verdicts.
pub async fn check(lab: &Lab, admin: &Caller) -> (AccessReport, Vec<Observation>) {
    let since = lab.network().packets_sent();
    let ipam = lab.ipam();
    let names = [fqdn(DHCP)];
    let refreshed = ipam.refresh_server_access_status(admin, &names);
    let mut reports = refreshed.await.unwrap();
    let seen = lab.judge(&reports, since);
    (reports.remove(0), seen)
}

/// Whether the DHCP server takes a connection to a port.
pub async fn connects(lab: &Lab, port: u16) -> Result<(), ConnectError> {
    let endpoint = lab.network().endpoint(lab.engine_host().as_str());
    let to = std::net::SocketAddr::new("10.0.0.5".parse().unwrap(), port);
    endpoint
        .connect(to, Duration::from_secs(5))
        .await
        .map(|_| ())
}
