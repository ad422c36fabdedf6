//! The estate the tests run in, and short names for what they do to it.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};

use ipamlab::base::{Fqdn, Sid};
use ipamlab::estate::setting::{self, Need};
use ipamlab::estate::{DomainSpec, EstateSpec, HostSpec, Role, UserSpec};
use ipamlab::ipam::audit::{AuditKey, AuditQuery};
use ipamlab::ipam::configuration::ProvisioningMethod;
use ipamlab::ipam::discovery::DiscoveryDomain;
use ipamlab::ipam::gpo::{GpoProvisioning, GpoProvisioningReport};
use ipamlab::ipam::inventory::{ManageabilityStatus, ServerChange, ServerReport};
use ipamlab::ipam::provision::ServerProvisioning;
use ipamlab::ipam::{Caller, ErrorId, IpamResult};
use ipamlab::lab::{Lab, LabSpec, run};
use ipamlab::server::dhcp::{DhcpServerConfig, ScopeConfig};
use ipamlab::wire::dhcp::v4::{DhcpOption, Hardware, Message, MessageType};

/// A Domain Admin, who is a local administrator of every member.
pub const ADMIN: &str = "CORP\\boss";

pub fn fqdn(text: &str) -> Fqdn {
    text.parse().unwrap()
}

pub fn host(name: &str, address: &str, roles: &[Role]) -> HostSpec {
    HostSpec::new(name.parse().unwrap(), vec![address.parse().unwrap()]).roles(roles)
}

pub fn user(name: &str, groups: &[&str]) -> UserSpec {
    let mut user = UserSpec::new(name);
    user.member_of = groups.iter().map(|group| (*group).to_owned()).collect();
    user
}

/// One domain: a controller with DNS, a DHCP server, a DNS server of its own, an NPS server, a
/// file server and the IPAM server.
pub fn corp() -> DomainSpec {
    let mut corp = DomainSpec::new(fqdn("corp.example"))
        .host(host(
            "dc1",
            "10.0.0.1",
            &[Role::DomainController, Role::Dns],
        ))
        .host(host("dhcp1", "10.0.0.5", &[Role::Dhcp]))
        .host(host("ns9", "10.0.0.6", &[Role::Dns]))
        .host(host("nps1", "10.0.0.7", &[Role::Nps]))
        .host(host("files", "10.0.0.8", &[]))
        .host(host("ipam1", "10.0.0.9", &[Role::Ipam]));
    corp.users = vec![
        user("boss", &["Domain Admins"]),
        user("clerk", &[]),
        user("delegate", &[]),
    ];
    corp
}

/// A laboratory of `domains`, with a scope on every DHCP server.
pub fn spec(domains: Vec<DomainSpec>) -> LabSpec {
    let mut dhcp = std::collections::BTreeMap::new();
    let mut third = 0;
    for domain in &domains {
        for host in &domain.hosts {
            if host.roles.contains(&Role::Dhcp) {
                third += 1;
                let subnet = format!("10.1.{third}.0/24").parse().unwrap();
                let range = format!("10.1.{third}.10-10.1.{third}.250").parse().unwrap();
                let config = DhcpServerConfig::new(host.addresses.clone())
                    .with_scope(ScopeConfig::new(subnet, range));
                dhcp.insert(host.name.in_domain(&domain.name), config);
            }
        }
    }
    let estate = EstateSpec {
        domains,
        ..EstateSpec::default()
    };
    LabSpec {
        dhcp,
        ..LabSpec::of(estate)
    }
}

/// Runs `work` in the usual estate.
pub fn in_corp<T>(work: impl AsyncFnOnce(&Lab, Caller) -> T) -> T {
    in_lab(spec(vec![corp()]), work)
}

pub fn in_lab<T>(spec: LabSpec, work: impl AsyncFnOnce(&Lab, Caller) -> T) -> T {
    run(spec, async |lab: &Lab| {
        let boss = lab.caller(ADMIN).unwrap();
        work(lab, boss).await
    })
    .unwrap()
}

/// The usual estate with the server provisioned.
pub fn provisioned<T>(method: ProvisioningMethod, work: impl AsyncFnOnce(&Lab, Caller) -> T) -> T {
    provisioned_in(spec(vec![corp()]), method, work)
}

pub fn provisioned_in<T>(
    spec: LabSpec,
    method: ProvisioningMethod,
    work: impl AsyncFnOnce(&Lab, Caller) -> T,
) -> T {
    in_lab(spec, async |lab, boss| {
        provision(lab, &boss, method).await;
        work(lab, boss).await
    })
}

pub async fn provision(lab: &Lab, boss: &Caller, method: ProvisioningMethod) {
    let provisioning = ServerProvisioning {
        provisioning_method: method,
        gpo_prefix: (method == ProvisioningMethod::Automatic).then(|| "LAB".to_owned()),
        ..ServerProvisioning::default()
    };
    lab.ipam()
        .invoke_ipam_server_provisioning(boss, provisioning)
        .await
        .unwrap();
}

/// Searches corp.example for everything.
pub async fn discover(lab: &Lab, boss: &Caller) {
    let domain = DiscoveryDomain::new(fqdn("corp.example"));
    lab.ipam()
        .add_ipam_discovery_domain(boss, domain)
        .await
        .unwrap();
    lab.ipam().start_server_discovery(boss, None).await.unwrap();
}

/// `Set-IpamServerInventory -ManageabilityStatus`.
pub async fn set_status(
    lab: &Lab,
    caller: &Caller,
    server: &str,
    status: ManageabilityStatus,
) -> ServerReport {
    let change = ServerChange {
        manageability_status: Some(status),
        ..ServerChange::default()
    };
    lab.ipam()
        .set_ipam_server_inventory(caller, &fqdn(server), change)
        .await
        .unwrap()
}

/// The identifier of a refusal.
pub fn refusal<T: std::fmt::Debug>(result: IpamResult<T>) -> ErrorId {
    result.expect_err("the operation should be refused").id
}

/// The computer account of the IPAM server, to which settings are granted one by one.
pub fn ipam_account(lab: &Lab) -> Sid {
    let estate = lab.estate();
    let host = estate.host(lab.engine_host()).unwrap();
    host.membership.as_ref().unwrap().sid.clone()
}

/// Makes every required setting of domain 4.2 on a server except `without`, and restarts its
/// services.
pub fn prepare(lab: &Lab, server: &str, without: Option<&str>) {
    let name = fqdn(server);
    let grantee = ipam_account(lab);
    // The order of the table puts a share before the permissions on it.
    let settings: Vec<_> = {
        let estate = lab.estate();
        let host = estate.host(&name).unwrap();
        let roles: BTreeSet<Role> = host.roles.clone();
        setting::applicable(host, &roles)
            .filter(|setting| setting.need == Need::Required)
            .collect()
    };
    for setting in settings {
        let now = lab.now();
        let mut estate = lab.estate_mut();
        setting.apply(&mut estate, &name, &grantee, now).unwrap();
    }
    if let Some(id) = without {
        let now = lab.now();
        let setting = setting::find(id).unwrap();
        let mut estate = lab.estate_mut();
        setting.remove(&mut estate, &name, &grantee, now).unwrap();
    }
    for service in ["DHCPServer", "DNS"] {
        // A server without the service has nothing to restart.
        let _ = lab.restart_service(&name, service);
    }
}

/// `net localgroup <group> <account> /add` on the IPAM server.
pub fn join_group(lab: &Lab, account: &str, group: &str) {
    let now = lab.now();
    let host = lab.engine_host().clone();
    let mut estate = lab.estate_mut();
    let sid = estate.find_principal(account, None).unwrap().sid.clone();
    estate
        .add_local_group_member(&host, group, &sid, now)
        .unwrap();
}

/// The SID of an account.
pub fn account_sid(lab: &Lab, account: &str) -> Sid {
    lab.estate()
        .find_principal(account, None)
        .unwrap()
        .sid
        .clone()
}

pub fn corp_domain() -> Fqdn {
    fqdn("corp.example")
}

/// `Invoke-IpamGpoProvisioning` in corp.example.
pub async fn run_cmdlet(lab: &Lab, caller: &Caller, prefix: &str) -> GpoProvisioningReport {
    let provisioning = GpoProvisioning::new(corp_domain(), prefix);
    lab.ipam()
        .invoke_ipam_gpo_provisioning(caller, provisioning)
        .await
        .unwrap()
}

/// A search of all time for what `name` did.
pub fn any_user(name: &str) -> AuditQuery {
    AuditQuery {
        key: AuditKey::UserName(vec![name.to_owned()]),
        from: jiff::Timestamp::MIN,
        until: jiff::Timestamp::MAX,
        correlate_logon_events: true,
    }
}

/// Lets the DHCP client `mac` of the scope `10.1.1.0/24` lease an address, through a relay.
pub async fn lease(lab: &Lab, mac: &str) -> Ipv4Addr {
    let relay: Ipv4Addr = "10.1.1.254".parse().unwrap();
    if lab.network().find_endpoint("relay").is_none() {
        lab.network().add_host(ipamlab::net::HostSpec {
            name: "relay".into(),
            addresses: vec![relay.into()],
            segment: "relay".into(),
            answers_ping: true,
        });
    }
    let endpoint = lab.network().find_endpoint("relay").unwrap();
    let server: SocketAddr = "10.0.0.5:67".parse().unwrap();
    let hardware = Hardware::ethernet(mac.parse().unwrap());
    let socket = endpoint.udp(server.ip(), 67).await.unwrap();
    let ask = async |message: Message| {
        socket.send_to(&message.encode(), server).await.unwrap();
        let wait = std::time::Duration::from_secs(5);
        let (bytes, _) = socket.recv_from(wait).await.unwrap().unwrap();
        Message::decode(&bytes).unwrap()
    };
    let message = |kind| {
        let mut message = Message::request(7, hardware);
        message.giaddr = relay;
        message.set(DhcpOption::MessageType(kind));
        message.set(DhcpOption::HostName(format!("host-{}", &mac[15..])));
        message
    };
    let offer = ask(message(MessageType::Discover)).await;
    let mut request = message(MessageType::Request);
    request.set(DhcpOption::RequestedAddress(offer.yiaddr));
    request.set(DhcpOption::ServerId(offer.server_id().unwrap()));
    let ack = ask(request).await;
    assert_eq!(ack.kind(), Some(MessageType::Ack));
    ack.yiaddr
}
