//! A small managed estate: `dc1` with directory and DNS, `dhcp1` with one scope, `ipam1`.

#![allow(dead_code, reason = "every test file uses its own part")]

use std::net::IpAddr;

use ipamlab::addr::AddressRange;
use ipamlab::base::Fqdn;
use ipamlab::estate::{DomainSpec, EstateSpec, HostSpec, Role, UserSpec};
use ipamlab::ipam::inventory::ServerRole;
use ipamlab::ipam::inventory::{ManageabilityStatus, NewServer};
use ipamlab::ipam::provision::ServerProvisioning;
use ipamlab::ipam::space::{
    AddressDetails, AddressKey, AddressSpaceName, NewAddress, Owner, RangeKey, RangeQuery,
    ReservationType,
};
use ipamlab::ipam::{Caller, Ipam};
use ipamlab::lab::{self, DnsSpec, Lab, LabSpec};
use ipamlab::server::dhcp::{DhcpServerConfig, ScopeConfig};
use ipamlab::server::dns::ZoneConfig;
use ipamlab::wire::dns::{Data, ReverseName};
use ipamlab::wire::windows::dhcpm::Failover;

pub const ADMIN: &str = "CORP\\chief";
pub const DHCP1: &str = "dhcp1.corp.example";
pub const DHCP2: &str = "dhcp2.corp.example";
pub const DC1: &str = "dc1.corp.example";

pub fn ip(text: &str) -> IpAddr {
    text.parse().expect(text)
}

pub fn fqdn(text: &str) -> Fqdn {
    text.parse().expect(text)
}

/// Scope 10.0.1.0/24 from .10 to .29, reverse zone `1.0.10.in-addr.arpa`, no device.
pub fn spec() -> LabSpec {
    let host =
        |name: &str, address: &str| HostSpec::new(name.parse().expect(name), vec![ip(address)]);
    let mut chief = UserSpec::new("chief");
    chief.member_of.push("Domain Admins".to_owned());
    let mut domain = DomainSpec::new(fqdn("corp.example"))
        .host(host("dc1", "10.0.0.1").roles(&[Role::DomainController, Role::Dns]))
        .host(host("dhcp1", "10.0.0.5").roles(&[Role::Dhcp]))
        .host(host("ipam1", "10.0.0.9").roles(&[Role::Ipam]));
    domain.users = vec![chief, UserSpec::new("clerk")];
    let mut spec = LabSpec::of(EstateSpec::of(domain));
    spec.dhcp.insert(
        fqdn(DHCP1),
        DhcpServerConfig::new(vec![ip("10.0.0.5")]).with_scope(scope()),
    );
    spec.dns.insert(
        fqdn(DC1),
        DnsSpec {
            zones: vec![reverse_zone(&[])],
            ..DnsSpec::default()
        },
    );
    spec
}

/// The same with `dhcp2`, which is ready and shares the scope in failover.
pub fn failover_spec() -> LabSpec {
    let mut spec = spec();
    let host = HostSpec::new("dhcp2".parse().expect("a name"), vec![ip("10.0.0.6")]);
    let domain = spec.estate.domains.first_mut().expect("there is a domain");
    domain.hosts.push(host.roles(&[Role::Dhcp]));
    let partner = |partner: &str| {
        let mut scope = scope();
        scope.failover = Some(Failover {
            relationship: "floors".to_owned(),
            partner: fqdn(partner),
        });
        scope
    };
    for (server, address, other) in [(DHCP1, "10.0.0.5", DHCP2), (DHCP2, "10.0.0.6", DHCP1)] {
        let config = DhcpServerConfig::new(vec![ip(address)]).with_scope(partner(other));
        spec.dhcp.insert(fqdn(server), config);
    }
    spec.prepared.insert(fqdn(DHCP2));
    spec
}

/// Has IPAM manage and collect the second server.
pub async fn manage_partner(ipam: &Ipam, admin: &Caller) {
    let mut server = NewServer::new(fqdn(DHCP2), &[ServerRole::Dhcp]);
    server.manageability_status = ManageabilityStatus::Managed;
    let added = ipam.add_ipam_server_inventory(admin, server).await;
    added.expect("the server is in the directory");
    let collected = ipam.retrieve_server_data(admin, &[fqdn(DHCP2)]).await;
    collected.expect("one server may be named");
}

pub fn scope() -> ScopeConfig {
    let range: AddressRange = "10.0.1.10-10.0.1.29".parse().expect("a range");
    ScopeConfig::new("10.0.1.0/24".parse().expect("a subnet"), range)
}

/// The reverse zone of the scope with a record for each of `known`.
pub fn reverse_zone(known: &[&str]) -> ZoneConfig {
    let name: ipamlab::wire::dns::DnsName = "1.0.10.in-addr.arpa".parse().expect("a name");
    let mut zone = ZoneConfig::directory_integrated(name).name_server(fqdn(DC1));
    for address in known {
        let owner = ReverseName::of(ip(address)).name();
        let target = format!("old-{}.corp.example", address.replace('.', "-"));
        zone = zone.record(owner, 3600, Data::Ptr(target.parse().expect("a name")));
    }
    zone
}

/// Builds `spec`, provisions the engine, opens `dhcp1` and `dc1` and collects the scopes; then
/// runs `work` as the administrator.
pub fn managed<T>(spec: LabSpec, work: impl AsyncFnOnce(&Lab, &Ipam, &Caller) -> T) -> T {
    lab::run(spec, async |lab| {
        let (ipam, admin) = (lab.ipam(), lab.caller(ADMIN).expect("the account exists"));
        prepare(lab, &ipam, &admin).await;
        work(lab, &ipam, &admin).await
    })
    .unwrap_or_else(|error| panic!("{error}"))
}

pub async fn prepare(lab: &Lab, ipam: &Ipam, admin: &Caller) {
    open(
        lab,
        DHCP1,
        &["DHCP Server (RPC-In)", "DHCP Server (RPCSS-In)"],
    );
    open(
        lab,
        DC1,
        &["RPC (TCP, Incoming)", "RPC Endpoint Mapper (TCP, Incoming)"],
    );
    add_member(lab, "DHCP Users", "CORP\\ipam1$");
    manage(ipam, admin).await;
}

/// Provisions an IPAM server and has it manage and collect what is open to it.
pub async fn manage(ipam: &Ipam, admin: &Caller) {
    ipam.invoke_ipam_server_provisioning(admin, ServerProvisioning::default())
        .await
        .expect("a new server can be provisioned");
    let mut server = NewServer::new(fqdn(DHCP1), &[ServerRole::Dhcp]);
    server.manageability_status = ManageabilityStatus::Managed;
    ipam.add_ipam_server_inventory(admin, server)
        .await
        .expect("the server is in the directory");
    let mut controller = NewServer::new(fqdn(DC1), &[ServerRole::Dc, ServerRole::Dns]);
    controller.manageability_status = ManageabilityStatus::Managed;
    ipam.add_ipam_server_inventory(admin, controller)
        .await
        .expect("the server is in the directory");
    let report = ipam.retrieve_server_data(admin, &[fqdn(DHCP1)]).await;
    let report = report.expect("one server may be named");
    let scopes = ipam.get_ipam_range(admin, &RangeQuery::default()).await;
    assert!(!scopes.expect("readable").is_empty(), "{report:#?}");
}

fn open(lab: &Lab, host: &str, rules: &[&str]) {
    let now = lab.now();
    for rule in rules {
        lab.estate_mut()
            .enable_firewall_rule(&fqdn(host), rule, now)
            .expect("the rule is predefined");
    }
}

/// Adds an account to a local group of `dhcp1` and restarts the service that reads it.
pub fn add_member(lab: &Lab, group: &str, account: &str) {
    let sid = {
        let estate = lab.estate();
        let found = estate.find_principal(account, Some(&fqdn("corp.example")));
        found.expect("the account exists").sid.clone()
    };
    let now = lab.now();
    lab.estate_mut()
        .add_local_group_member(&fqdn(DHCP1), group, &sid, now)
        .expect("the group exists");
    lab.restart_service(&fqdn(DHCP1), "DHCPServer")
        .expect("the service exists");
}

/// The range of the scope.
pub fn range() -> RangeKey {
    RangeKey {
        address_space: AddressSpaceName::default(),
        span: "10.0.1.10-10.0.1.29".parse().expect("a range"),
        owner: Owner::of_dhcp_server(&fqdn(DHCP1)),
    }
}

/// A record with everything every push needs, for an IPv4 address of the scope.
pub fn full_details(name: &str) -> AddressDetails {
    AddressDetails {
        device_name: name.to_owned(),
        mac_address: Some("02-00-00-00-00-20".parse().expect("a MAC address")),
        reservation_server: Some(fqdn(DHCP1)),
        reservation_name: name.to_owned(),
        reservation_type: Some(ReservationType::Both),
        forward_lookup_zone: Some(fqdn("corp.example")),
        forward_lookup_primary_server: Some(fqdn(DC1)),
        reverse_lookup_zone: Some(fqdn("1.0.10.in-addr.arpa")),
        reverse_lookup_primary_server: Some(fqdn(DC1)),
        ..AddressDetails::default()
    }
}

/// Stores 10.0.1.20 as `web1` with everything every push needs.
pub async fn add_web1(ipam: &Ipam, admin: &Caller) -> AddressKey {
    let new = NewAddress {
        address_space: AddressSpaceName::default(),
        ip_address: ip("10.0.1.20"),
        owner: range().owner,
        details: full_details("web1"),
    };
    let added = ipam.add_ipam_address(admin, new).await;
    added.expect("the record is complete").key
}
