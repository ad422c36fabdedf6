//! A small forest with a client in it.
//!
//! `corp.example` (dc1, dc2, dhcp1, ns9, old1, ipam1), its child `sales.corp.example` (dc3), and a
//! forest nobody trusts, `other.test` (dc9).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ipamlab::base::{Fqdn, Moment, Seed, Sid};
use ipamlab::estate::spec::DEFAULT_PASSWORD;
use ipamlab::estate::{
    Arrival, DomainSpec, Estate, EstateSpec, FolderContents, GroupSpec, Host, HostSpec, Os, Role,
    UserSpec,
};
use ipamlab::ipam::Caller;
use ipamlab::ipam::remote::{RemoteClient, RemoteError, Stage};
use ipamlab::net::{Admission, Admit, Flow, HostSpec as Attached, Network, run_simulated};
use ipamlab::server::dhcp::{DhcpServer, DhcpServerConfig, ScopeConfig};
use ipamlab::server::dns::{DnsServer, DnsServerConfig, ZoneConfig};
use ipamlab::server::windows::{SharedDhcp, windows_services};
use ipamlab::wire::windows::directory::GroupScope;
use ipamlab::wire::windows::{Interface, Request, Response, Win32Error};

pub const DC1: &str = "dc1.corp.example";
pub const DC2: &str = "dc2.corp.example";
pub const DC3: &str = "dc3.sales.corp.example";
pub const DHCP1: &str = "dhcp1.corp.example";
pub const NS9: &str = "ns9.corp.example";
pub const OLD1: &str = "old1.corp.example";
pub const IPAM1: &str = "ipam1.corp.example";

pub const RPC_IN: &str = "DHCP Server (RPC-In)";
pub const RPCSS_IN: &str = "DHCP Server (RPCSS-In)";
pub const SMB_IN: &str = "File and Printer Sharing (SMB-In)";

pub struct World {
    pub network: Network,
    pub estate: Rc<RefCell<Estate>>,
    pub dhcp: BTreeMap<Fqdn, SharedDhcp>,
    pub remote: RemoteClient,
}

pub fn fqdn(text: &str) -> Fqdn {
    text.parse().unwrap()
}

fn machine(name: &str, address: &str, roles: &[Role]) -> HostSpec {
    HostSpec::new(name.parse().unwrap(), vec![address.parse().unwrap()]).roles(roles)
}

fn spec() -> EstateSpec {
    let controller = [Role::DomainController, Role::Dns];
    let mut corp = DomainSpec::new(fqdn("corp.example"))
        .host(machine("dc1", "10.0.0.1", &controller))
        .host(machine("dc2", "10.0.0.2", &controller))
        .host(machine("dhcp1", "10.0.0.5", &[Role::Dhcp]))
        .host(machine("ns9", "10.0.0.6", &[Role::Dns]))
        .host(HostSpec {
            os: Os::WindowsServer2008,
            ..machine("old1", "10.0.0.8", &[Role::Dhcp])
        })
        .host(machine("ipam1", "10.0.0.9", &[Role::Ipam]));
    corp.users.push(UserSpec::new("alice"));
    corp.groups
        .push(GroupSpec::new("IPAMUG", GroupScope::Universal));
    let sales = DomainSpec::new(fqdn("sales.corp.example")).host(machine(
        "dc3",
        "10.1.0.1",
        &[Role::DomainController],
    ));
    let mut other = DomainSpec::new(fqdn("other.test")).host(machine(
        "dc9",
        "10.9.0.1",
        &[Role::DomainController],
    ));
    other.users.push(UserSpec::new("mallory"));
    EstateSpec {
        domains: vec![corp, sales, other],
        ..EstateSpec::default()
    }
}

struct Firewalls(Rc<RefCell<Estate>>);

impl Admission for Firewalls {
    fn admit(&self, at: Moment, flow: &Flow<'_>) -> Admit {
        let mut estate = self.0.borrow_mut();
        estate.settle(at);
        let host = estate.host_at(flow.to.ip()).unwrap();
        let decision = host.firewall.decide(&Arrival {
            transport: flow.transport,
            port: flow.to.port(),
            program: flow.program,
        });
        match host.addresses.contains(&flow.from.ip()) || decision.is_allowed() {
            true => Admit::Allow,
            false => Admit::Block(decision.to_string().into()),
        }
    }
}

/// The audit log of a server under the path it was made with.
struct AuditFolder {
    server: SharedDhcp,
    path: &'static str,
}

impl AuditFolder {
    fn files(&self, path: &str) -> Option<Vec<(String, String)>> {
        let at = Moment::of("2026-03-02T08:00:00Z".parse().unwrap(), Default::default());
        path.eq_ignore_ascii_case(self.path)
            .then(|| self.server.borrow_mut().audit_files(at))
    }
}

impl FolderContents for AuditFolder {
    fn list(&self, path: &str) -> Option<Vec<(String, u64)>> {
        let files = self.files(path)?.into_iter();
        Some(
            files
                .map(|(name, text)| (name, text.len() as u64))
                .collect(),
        )
    }

    fn read(&self, path: &str, file: &str) -> Option<String> {
        let mut files = self.files(path)?.into_iter();
        files.find(|(name, _)| name == file).map(|(_, text)| text)
    }
}

pub const LOG_FOLDER: &str = r"%windir%\system32\dhcp";

fn dhcp_server(host: &Host) -> SharedDhcp {
    let range = "10.0.1.10-10.0.1.250".parse().unwrap();
    let scope = ScopeConfig::new("10.0.1.0/24".parse().unwrap(), range).named("Floor 1");
    let config = DhcpServerConfig::new(host.addresses.clone()).with_scope(scope);
    Rc::new(RefCell::new(DhcpServer::new(config).unwrap()))
}

/// Runs `work` in the forest; `ipam1` is the client's host.
pub fn simulate<T>(work: impl AsyncFnOnce(&World) -> T) -> T {
    let estate = Rc::new(RefCell::new(Estate::build(&spec(), Seed(7)).unwrap()));
    let admission = Rc::new(Firewalls(Rc::clone(&estate)));
    let start = "2026-03-02T08:00:00Z".parse().unwrap();
    run_simulated(start, Seed(7), admission, async |network: Network| {
        let world = build(network, estate);
        work(&world).await
    })
    .unwrap()
}

fn build(network: Network, estate: Rc<RefCell<Estate>>) -> World {
    let hosts: Vec<Host> = estate.borrow().hosts().cloned().collect();
    let mut dhcp = BTreeMap::new();
    for host in &hosts {
        network.add_host(Attached {
            name: host.fqdn.as_str().into(),
            addresses: host.addresses.clone(),
            segment: "lan".into(),
            answers_ping: true,
        });
        if host.has_role(Role::Dhcp) {
            let server = dhcp_server(host);
            let folder = AuditFolder {
                server: Rc::clone(&server),
                path: LOG_FOLDER,
            };
            let mut estate = estate.borrow_mut();
            estate.set_folder_contents(&host.fqdn, Rc::new(folder));
            dhcp.insert(host.fqdn.clone(), server);
        }
        let zone = match host.dns_is_directory_integrated() {
            true => ZoneConfig::directory_integrated("corp.example".parse::<Fqdn>().unwrap()),
            false => ZoneConfig::primary("lab.example".parse::<Fqdn>().unwrap()),
        };
        let config = DnsServerConfig::default().zone(zone);
        let dns = host
            .has_role(Role::Dns)
            .then(|| Arc::new(Mutex::new(DnsServer::new(&config).unwrap())));
        let own_dhcp = dhcp.get(&host.fqdn).cloned();
        for (port, program, service) in
            windows_services(&host.fqdn, Rc::clone(&estate), own_dhcp.clone(), dns)
        {
            for address in &host.addresses {
                let local = SocketAddr::new(*address, port);
                network
                    .bind_tcp(local, program, Rc::clone(&service))
                    .unwrap();
            }
        }
        if let Some(server) = own_dhcp {
            let local = SocketAddr::new(host.addresses[0], 67);
            network.bind_udp(local, "dhcpserver", server).unwrap();
        }
    }
    let controllers = vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
    let remote = RemoteClient::new(network.endpoint(IPAM1), controllers);
    World {
        network,
        estate,
        dhcp,
        remote,
    }
}

fn interface_of(request: &Request) -> Interface {
    match request {
        Request::EndpointMapper(_) => Interface::EndpointMapper,
        Request::DhcpManagement(_) => Interface::DhcpManagement,
        Request::DnsManagement(_) => Interface::DnsManagement,
        Request::EventLog(_) => Interface::EventLog,
        Request::ServiceControl(_) => Interface::ServiceControl,
        Request::Smb(_) => Interface::Smb,
        Request::LocalGroups(_) => Interface::LocalGroups,
        Request::Directory(_) => Interface::Directory,
        Request::Kerberos(_) => Interface::Kerberos,
        Request::Wmi(_) => Interface::Wmi,
        Request::TaskScheduler(_) => Interface::TaskScheduler,
        Request::SqlServer(_) => Interface::SqlServer,
        Request::IpamServer(_) => Interface::IpamServer,
    }
}

impl World {
    pub fn now(&self) -> Moment {
        self.network.now()
    }

    pub async fn pass(&self, seconds: u64) {
        let wait = Duration::from_secs(seconds);
        self.network.endpoint(IPAM1).sleep(wait).await;
    }

    pub fn address(&self, host: &str) -> IpAddr {
        self.estate.borrow().host(&fqdn(host)).unwrap().addresses[0]
    }

    /// The computer account of the client's host.
    pub fn ipam(&self) -> Caller {
        let estate = self.estate.borrow();
        Caller {
            account: "CORP\\ipam1$".parse().unwrap(),
            secret: estate.machine_secret(&fqdn(IPAM1)).unwrap().to_owned(),
        }
    }

    pub fn user(&self, account: &str) -> Caller {
        Caller {
            account: account.parse().unwrap(),
            secret: DEFAULT_PASSWORD.to_owned(),
        }
    }

    pub fn admin(&self) -> Caller {
        self.user("CORP\\domain-admin")
    }

    pub fn alice(&self) -> Caller {
        self.user("CORP\\alice")
    }

    pub fn sid(&self, name: &str) -> Sid {
        let estate = self.estate.borrow();
        let found = estate.find_principal(name, Some(&fqdn("corp.example")));
        found.unwrap().sid.clone()
    }

    pub async fn ask(
        &self,
        caller: &Caller,
        host: &str,
        request: Request,
    ) -> Result<Response, RemoteError> {
        let interface = interface_of(&request);
        self.ask_at(caller, host, interface, request).await
    }

    pub async fn ask_at(
        &self,
        caller: &Caller,
        host: &str,
        interface: Interface,
        request: Request,
    ) -> Result<Response, RemoteError> {
        let server = self.address(host);
        self.remote.call(caller, server, interface, request).await
    }

    pub fn open(&self, host: &str, rules: &[&str]) {
        let mut estate = self.estate.borrow_mut();
        for rule in rules {
            let changed = estate.enable_firewall_rule(&fqdn(host), rule, self.now());
            assert!(changed.unwrap(), "{rule} was enabled already");
        }
    }

    pub fn join_local(&self, host: &str, group: &str, member: &str) {
        let member = self.sid(member);
        let mut estate = self.estate.borrow_mut();
        estate
            .add_local_group_member(&fqdn(host), group, &member, self.now())
            .unwrap();
    }

    pub fn join_domain(&self, group: &str, member: &str) {
        let (group, member) = (self.sid(group), self.sid(member));
        let mut estate = self.estate.borrow_mut();
        estate
            .add_domain_group_member(&group, &member, self.now())
            .unwrap();
    }

    pub fn restart(&self, host: &str, service: &str) {
        let mut estate = self.estate.borrow_mut();
        estate
            .restart_service(&fqdn(host), service, self.now())
            .unwrap();
    }
}

/// Asserts that a call was refused at a stage with a status, and that nothing was carried out.
#[track_caller]
pub fn refused(result: Result<Response, RemoteError>, stage: Stage, error: Win32Error) {
    let expected = RemoteError {
        stage,
        error,
        outcome_unknown: false,
    };
    assert_eq!(result, Err(expected));
}
