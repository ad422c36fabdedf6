//! An estate in which every object that can be acted on is in `\Global\Here`: the block and the
//! DNS server by their own setting, the range by the block's, the scope by its server's, the
//! records by their DNS server's.

use ipamlab::base::Fqdn;
use ipamlab::estate::{DomainSpec, EstateSpec, HostSpec, Role, UserSpec};
use ipamlab::ipam::inventory::{ManageabilityStatus, NewServer, ServerRole};
use ipamlab::ipam::provision::ServerProvisioning;
use ipamlab::ipam::rbac::{Grant, NewPolicy, Object, ScopeChange, ScopePath};
use ipamlab::ipam::space::{
    AddressKey, AddressSpaceName, BlockKey, NewAddress, NewAddressSpace, NewBlock, NewRange,
    NewSubnet, Owner, RangeKey, ReservationType, SubnetKey,
};
use ipamlab::ipam::{Caller, Ipam};
use ipamlab::lab::{DnsSpec, Lab, LabSpec, run};
use ipamlab::server::dhcp::{DhcpServerConfig, ScopeConfig};
use ipamlab::server::dns::ZoneConfig;
use ipamlab::wire::windows::directory::GroupScope;

pub const BOSS: &str = "CORP\\boss";
pub const CLERK: &str = "CORP\\clerk";
/// A group that `CORP\clerk` is in.
pub const HELPDESK: &str = "CORP\\helpdesk";

pub fn fqdn(text: &str) -> Fqdn {
    text.parse().expect(text)
}

pub fn path(text: &str) -> ScopePath {
    text.parse().expect(text)
}

pub fn dhcp1() -> Fqdn {
    fqdn("dhcp1.corp.example")
}

pub fn dc1() -> Fqdn {
    fqdn("dc1.corp.example")
}

pub struct World<'a> {
    pub lab: &'a Lab,
    pub boss: Caller,
    pub clerk: Caller,
}

impl World<'_> {
    pub fn ipam(&self) -> std::rc::Rc<Ipam> {
        self.lab.ipam()
    }

    /// `net localgroup <group> CORP\clerk /add` on the IPAM server.
    pub fn join(&self, group: &str) {
        let now = self.lab.now();
        let host = self.lab.engine_host().clone();
        let mut estate = self.lab.estate_mut();
        let sid = estate.find_principal(CLERK, None).unwrap().sid.clone();
        estate
            .add_local_group_member(&host, group, &sid, now)
            .unwrap();
    }

    pub async fn give(&self, account: &str, role: &str, place: &str) {
        let policy = NewPolicy {
            account: account.to_owned(),
            description: String::new(),
            grants: vec![Grant {
                role: role.to_owned(),
                scope: path(place),
            }],
        };
        let ipam = self.ipam();
        ipam.add_access_policy(&self.boss, policy).await.unwrap();
    }

    pub async fn add_scope(&self, label: &str) {
        let ipam = self.ipam();
        let added = ipam
            .add_access_scope(&self.boss, &ScopePath::global(), label, "")
            .await;
        added.unwrap();
    }

    pub async fn put(&self, object: Object, place: &str) {
        let change = ScopeChange::Path(path(place));
        let ipam = self.ipam();
        ipam.set_ipam_access_scope(&self.boss, &object, change)
            .await
            .unwrap();
    }
}

pub fn block() -> BlockKey {
    let network_id: ipnet::IpNet = "10.7.0.0/16".parse().unwrap();
    BlockKey {
        address_space: AddressSpaceName::default(),
        network_id,
        span: "10.7.0.0-10.7.255.255".parse().unwrap(),
    }
}

/// A subnet of the block, without ranges.
pub fn subnet() -> SubnetKey {
    SubnetKey {
        address_space: AddressSpaceName::default(),
        network_id: "10.7.4.0/24".parse().unwrap(),
    }
}

/// An address space that is in `\Global\Here` by its own setting.
pub fn tenants() -> AddressSpaceName {
    AddressSpaceName::new("Tenants")
}

pub fn range() -> RangeKey {
    RangeKey {
        address_space: AddressSpaceName::default(),
        span: "10.7.1.17-10.7.1.30".parse().unwrap(),
        owner: Owner::localhost(),
    }
}

/// An address of the range, with everything a push needs.
pub fn address(last: u8) -> NewAddress {
    let mut new = NewAddress::new(format!("10.7.1.{last}").parse().unwrap());
    new.details.device_name = format!("web{last}");
    new.details.forward_lookup_zone = Some(fqdn("corp.example"));
    new.details.forward_lookup_primary_server = Some(dc1());
    new.details.reverse_lookup_zone = Some(fqdn("1.7.10.in-addr.arpa"));
    new.details.reverse_lookup_primary_server = Some(dc1());
    new.details.reservation_server = Some(dhcp1());
    new.details.reservation_name = format!("web{last}");
    new.details.reservation_type = Some(ReservationType::Both);
    new.details.mac_address = Some("02-00-00-00-00-07".parse().unwrap());
    new
}

pub fn key(last: u8) -> AddressKey {
    AddressKey {
        address_space: AddressSpaceName::default(),
        ip_address: format!("10.7.1.{last}").parse().unwrap(),
        owner: Owner::localhost(),
    }
}

fn spec() -> LabSpec {
    let host = |name: &str, address: &str, roles: &[Role]| {
        HostSpec::new(name.parse().expect(name), vec![address.parse().unwrap()]).roles(roles)
    };
    let user = |name: &str, groups: &[&str]| {
        let mut user = UserSpec::new(name);
        user.member_of = groups.iter().map(|group| (*group).to_owned()).collect();
        user
    };
    let mut domain = DomainSpec::new(fqdn("corp.example"))
        .host(host(
            "dc1",
            "10.0.0.1",
            &[Role::DomainController, Role::Dns],
        ))
        .host(host("dhcp1", "10.0.0.5", &[Role::Dhcp]))
        .host(host("ipam1", "10.0.0.9", &[Role::Ipam]));
    domain.users = vec![
        user("boss", &["Domain Admins"]),
        user("clerk", &["helpdesk"]),
        user("other", &[]),
    ];
    domain.groups = vec![ipamlab::estate::GroupSpec::new(
        "helpdesk",
        GroupScope::Global,
    )];
    let scope = ScopeConfig::new(
        "10.7.1.0/24".parse().unwrap(),
        "10.7.1.10-10.7.1.250".parse().unwrap(),
    );
    let mut spec = LabSpec::of(EstateSpec::of(domain));
    let config = DhcpServerConfig::new(vec!["10.0.0.5".parse().unwrap()]).with_scope(scope);
    spec.dhcp.insert(dhcp1(), config);
    let reverse: ipamlab::wire::dns::DnsName = "1.7.10.in-addr.arpa".parse().unwrap();
    let dns = DnsSpec {
        zones: vec![ZoneConfig::directory_integrated(reverse).name_server(dc1())],
        ..DnsSpec::default()
    };
    spec.dns.insert(dc1(), dns);
    spec.prepared.extend([dhcp1(), dc1()]);
    spec
}

/// Provisions, manages both servers, and makes the objects; then runs `work`.
pub fn in_world<T>(work: impl AsyncFnOnce(&World<'_>) -> T) -> T {
    run(spec(), async |lab: &Lab| {
        let world = World {
            lab,
            boss: lab.caller(BOSS).unwrap(),
            clerk: lab.caller(CLERK).unwrap(),
        };
        let (ipam, boss) = (lab.ipam(), &world.boss);
        ipam.invoke_ipam_server_provisioning(boss, ServerProvisioning::default())
            .await
            .unwrap();
        for (name, roles) in [
            (dhcp1(), &[ServerRole::Dhcp][..]),
            (dc1(), &[ServerRole::Dc, ServerRole::Dns][..]),
        ] {
            let mut server = NewServer::new(name, roles);
            server.manageability_status = ManageabilityStatus::Managed;
            ipam.add_ipam_server_inventory(boss, server).await.unwrap();
        }
        ipam.retrieve_all_server_data(boss).await.unwrap();
        for label in ["Here", "There"] {
            world.add_scope(label).await;
        }
        let network = block().network_id;
        ipam.add_ipam_block(boss, NewBlock::new(network))
            .await
            .unwrap();
        ipam.add_ipam_range(boss, NewRange::new("10.7.1.16/28".parse().unwrap()))
            .await
            .unwrap();
        for last in [20, 22] {
            ipam.add_ipam_address(boss, address(last)).await.unwrap();
        }
        let network = subnet().network_id;
        ipam.add_ipam_subnet(boss, NewSubnet::new("floor", network))
            .await
            .unwrap();
        ipam.add_ipam_address_space(boss, NewAddressSpace::provider("Tenants"))
            .await
            .unwrap();
        let place = Object::AddressSpace(tenants());
        world.put(place, r"\Global\Here").await;
        world.put(Object::Block(block()), r"\Global\Here").await;
        world
            .put(Object::DhcpServer(dhcp1()), r"\Global\Here")
            .await;
        world.put(Object::DnsServer(dc1()), r"\Global\Here").await;
        work(&world).await
    })
    .unwrap()
}
