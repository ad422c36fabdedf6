//! Putting a laboratory together.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use crate::base::Fqdn;
use crate::estate::{Estate, EstateError, Host, Os, Role};
use crate::ipam::{Ipam, IpamError};
use crate::net::fault::FaultError;
use crate::net::{HostSpec, Network, SharedService, Transport, simulated_runtime};
use crate::server::dhcp::{ConfigError, DNS_CLIENT_PORT, DhcpServer, DhcpServerConfig};
use crate::server::dns::{
    DirectoryZones, DnsConfigError, DnsServer, DnsServerConfig, DnsService, ZoneConfig,
};
use crate::server::windows::windows_services;

use super::admission::FirewallAdmission;
use super::engines::{self, engine_options};
use super::folder::AuditFolder;
use super::pool::hang_pools;
use super::prepare::prepare;
use super::recorder::Recorder;
use super::running::{Engine, Lab, SharedDhcp, SharedDns};
use super::secondary;
use super::spec::LabSpec;
use super::zones;

/// Why a laboratory cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    #[error("the estate cannot be built: {}", list(.0))]
    Estate(Vec<EstateError>),
    #[error("DHCP server `{host}`: {cause}")]
    Dhcp { host: Fqdn, cause: ConfigError },
    #[error("DNS server `{host}`: {cause}")]
    Dns { host: Fqdn, cause: DnsConfigError },
    #[error("`{host}` is set up as a {role} server but does not have that role")]
    NotInRole { host: Fqdn, role: Role },
    #[error("no host has the role `ipam`, so there is nowhere for the engine to run")]
    NoEngineHost,
    #[error(transparent)]
    Fault(#[from] FaultError),
    #[error("the network cannot be set up: {0}")]
    Network(#[from] io::Error),
    #[error("the engine cannot be opened: {0}")]
    Engine(#[from] IpamError),
}

fn list(errors: &[EstateError]) -> String {
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    texts.join("; ")
}

/// Builds a laboratory on a simulated network and runs `work` in it, on this thread.
///
/// # Errors
/// When the laboratory cannot be put together; what goes wrong inside it is observed, not an
/// error.
pub fn run<T>(spec: LabSpec, work: impl AsyncFnOnce(&Lab) -> T) -> Result<T, LabError> {
    let runtime = simulated_runtime()?;
    runtime.block_on(async {
        let lab = build(spec)?;
        let network = lab.network.clone();
        Ok(network.run(work(&lab)).await)
    })
}

/// Builds a laboratory on a simulated network; must be called inside a paused runtime.
fn build(spec: LabSpec) -> Result<Lab, LabError> {
    let estate =
        Estate::build(&spec.estate, spec.seed.child("estate")).map_err(LabError::Estate)?;
    let estate = Rc::new(RefCell::new(estate));
    let admission = Rc::new(FirewallAdmission {
        estate: Rc::clone(&estate),
    });
    let network = Network::simulated(spec.start, spec.seed.child("network"), admission);
    populate(spec, network, estate)
}

/// Puts hosts, servers, devices, faults and engine on a network.
pub(super) fn populate(
    spec: LabSpec,
    network: Network,
    estate: Rc<RefCell<Estate>>,
) -> Result<Lab, LabError> {
    check_roles(&spec, &estate.borrow())?;
    attach(&spec, &network, &estate.borrow());
    let dhcp = dhcp_servers(&spec, &estate, network.is_simulated())?;
    switch_off(&spec, &network, &estate)?;
    prepare(&spec, &network, &estate)?;
    hang_audit_folders(&network, &estate, &dhcp);
    hang_pools(&network, &estate);
    let dns = dns_servers(&spec, &estate.borrow())?;
    bind_all(&network, &estate, &dhcp, &dns)?;
    for fault in &spec.faults {
        network.add_fault(fault.clone())?;
    }
    let mut engines = Vec::new();
    for options in engine_options(&spec, &estate.borrow())? {
        let endpoint = network.endpoint(options.server.as_str());
        let ipam = RefCell::new(Rc::new(Ipam::open(options.clone(), endpoint)?));
        engines.push(Engine { options, ipam });
    }
    Ok(Lab {
        spec,
        network,
        estate,
        dhcp,
        dns,
        engines,
        consoles: RefCell::default(),
        recorder: RefCell::new(Recorder::default()),
        host_tasks: RefCell::default(),
        host_task_runs: RefCell::default(),
        fleets: RefCell::default(),
        life: RefCell::default(),
    })
}

fn check_roles(spec: &LabSpec, estate: &Estate) -> Result<(), LabError> {
    let dhcp = spec.dhcp.keys().map(|host| (host, Role::Dhcp));
    let dns = spec.dns.keys().map(|host| (host, Role::Dns));
    for (host, role) in dhcp.chain(dns) {
        if !estate.host(host).is_some_and(|known| known.has_role(role)) {
            return Err(LabError::NotInRole {
                host: host.clone(),
                role,
            });
        }
    }
    Ok(())
}

fn attach(spec: &LabSpec, network: &Network, estate: &Estate) {
    for host in estate.hosts() {
        network.add_host(HostSpec {
            name: host.fqdn.as_str().into(),
            addresses: host.addresses.clone(),
            segment: host.segment.as_str().into(),
            // On Windows the firewall decides about echo requests; the stack itself answers.
            answers_ping: host.os != Os::Device || host.answers_ping,
        });
        if !host.up {
            network.set_host_up(host.fqdn.as_str(), false);
        }
    }
    network.add_devices(
        spec.devices
            .iter()
            .map(|device| (device.address, device.answers_ping)),
    );
}

fn dhcp_servers(
    spec: &LabSpec,
    estate: &Rc<RefCell<Estate>>,
    simulated: bool,
) -> Result<BTreeMap<Fqdn, SharedDhcp>, LabError> {
    let mut servers = BTreeMap::new();
    let hosts = estate.borrow();
    for host in hosts.hosts().filter(|host| host.has_role(Role::Dhcp)) {
        let mut config = match spec.dhcp.get(&host.fqdn) {
            Some(written) => written.clone(),
            None => DhcpServerConfig::new(host.addresses.clone()),
        };
        config.authorised = is_authorised(&hosts, host);
        // Deviation: on kernel sockets a DHCP server has no socket for DNS and registers nothing.
        if simulated {
            config.dns_client.servers = name_servers_for(&hosts, host);
            let draws = spec.seed.child("dhcp-dns");
            config.dns_client.seed = draws.child(host.fqdn.as_str());
        }
        if let Some(domain) = host.domain() {
            config.domain = domain.to_string();
        }
        let server = DhcpServer::new(config).map_err(|cause| LabError::Dhcp {
            host: host.fqdn.clone(),
            cause,
        })?;
        servers.insert(host.fqdn.clone(), Rc::new(RefCell::new(server)));
    }
    Ok(servers)
}

/// The DNS servers that a host asks where names are registered: that of its interface first, then
/// the others, where a recursive one would be referred to them.
fn name_servers_for(estate: &Estate, host: &Host) -> Vec<IpAddr> {
    let resolver = engines::surroundings(estate, &host.fqdn).map(|(_, dns)| dns);
    let others = estate.hosts_with(Role::Dns);
    let others = others.filter_map(|dns| dns.addresses.first().copied());
    let mut servers: Vec<IpAddr> = resolver.into_iter().collect();
    servers.extend(others.filter(|address| Some(*address) != resolver));
    servers
}

fn switch_off(
    spec: &LabSpec,
    network: &Network,
    estate: &Rc<RefCell<Estate>>,
) -> Result<(), LabError> {
    for host in &spec.down {
        let shut = estate.borrow_mut().shut_down(host, network.now());
        shut.map_err(|error| LabError::Estate(vec![error]))?;
        network.set_host_up(host.as_str(), false);
    }
    Ok(())
}

/// Lets the file share of each DHCP server show the audit log.
fn hang_audit_folders(
    network: &Network,
    estate: &Rc<RefCell<Estate>>,
    dhcp: &BTreeMap<Fqdn, SharedDhcp>,
) {
    for (host, server) in dhcp {
        let folder = AuditFolder {
            server: Rc::clone(server),
            host: host.clone(),
            estate: Rc::downgrade(estate),
            network: network.clone(),
        };
        estate
            .borrow_mut()
            .set_folder_contents(host, Rc::new(folder));
    }
}

/// Whether the directory of its forest lists the server; one outside any domain asks nobody.
fn is_authorised(estate: &Estate, host: &Host) -> bool {
    let Some(domain) = host.domain().and_then(|domain| estate.domain(domain)) else {
        return true;
    };
    let listed = estate.authorised_dhcp_servers(&domain.forest);
    listed.iter().any(|server| server.name == host.fqdn)
}

fn dns_servers(spec: &LabSpec, estate: &Estate) -> Result<BTreeMap<Fqdn, SharedDns>, LabError> {
    let mut configs: BTreeMap<Fqdn, DnsServerConfig> = BTreeMap::new();
    for host in estate.hosts().filter(|host| host.has_role(Role::Dns)) {
        let keys = spec
            .dns
            .get(&host.fqdn)
            .map(|dns| dns.keys.clone())
            .unwrap_or_default();
        configs.insert(
            host.fqdn.clone(),
            DnsServerConfig {
                tsig_keys: keys,
                ..Default::default()
            },
        );
    }
    for placed in zones::place(spec, estate) {
        for (replica, holder) in placed.holders.iter().enumerate() {
            let zone = match replica {
                0 => placed.config.clone(),
                // The first one brought the content; the others find it in the directory.
                _ => ZoneConfig {
                    records: Vec::new(),
                    ..placed.config.clone()
                },
            };
            if let Some(config) = configs.get_mut(holder) {
                config.zones.push(zone);
            }
        }
    }
    // The server that holds the written copy of a zone must come before those that share it, and
    // one directory serves a forest, so each forest has its own.
    let mut directories: BTreeMap<Option<Fqdn>, DirectoryZones> = BTreeMap::new();
    let mut servers = BTreeMap::new();
    for (host, config) in &configs {
        let directory = directories.entry(forest_of(estate, host)).or_default();
        let server = DnsServer::in_directory(config, directory).map_err(|cause| LabError::Dns {
            host: host.clone(),
            cause,
        })?;
        servers.insert(host.clone(), Arc::new(Mutex::new(server)));
    }
    secondary::copy_all(estate, &configs, &servers);
    Ok(servers)
}

fn forest_of(estate: &Estate, host: &Fqdn) -> Option<Fqdn> {
    let domain = estate.host(host)?.domain()?;
    Some(estate.domain(domain)?.forest.clone())
}

/// Binds every service of every host to its ports.
fn bind_all(
    network: &Network,
    estate: &Rc<RefCell<Estate>>,
    dhcp: &BTreeMap<Fqdn, SharedDhcp>,
    dns: &BTreeMap<Fqdn, SharedDns>,
) -> Result<(), LabError> {
    let hosts: Vec<(Fqdn, Vec<IpAddr>)> = {
        let estate = estate.borrow();
        let windows = estate.hosts().filter(|host| host.os != Os::Device);
        windows
            .map(|host: &Host| (host.fqdn.clone(), host.addresses.clone()))
            .collect()
    };
    for (host, addresses) in &hosts {
        let own_dhcp = dhcp.get(host);
        let own_dns = dns.get(host);
        let services =
            windows_services(host, Rc::clone(estate), own_dhcp.cloned(), own_dns.cloned());
        for (port, program, service) in services {
            bind(network, addresses, Transport::Tcp, port, program, &service)?;
        }
        if let Some(server) = own_dhcp {
            let service: SharedService = server.clone();
            let of_dns = network.is_simulated().then_some(DNS_CLIENT_PORT);
            for port in [67, 547].into_iter().chain(of_dns) {
                bind(
                    network,
                    addresses,
                    Transport::Udp,
                    port,
                    "dhcpserver",
                    &service,
                )?;
            }
        }
        // On kernel sockets hickory-server and a batching loop serve DNS; see `lab::serve`.
        if let Some(server) = own_dns.filter(|_| network.is_simulated()) {
            let service: SharedService = Rc::new(RefCell::new(DnsService::new(Arc::clone(server))));
            bind(network, addresses, Transport::Udp, 53, "dns", &service)?;
            bind(network, addresses, Transport::Tcp, 53, "dns", &service)?;
        }
    }
    Ok(())
}

fn bind(
    network: &Network,
    addresses: &[IpAddr],
    transport: Transport,
    port: u16,
    program: &str,
    service: &SharedService,
) -> io::Result<()> {
    // DHCP is two protocols: the IPv4 one has no business on an IPv6 address, nor the reverse.
    let fits = |address: &&IpAddr| match port {
        67 => address.is_ipv4(),
        547 => address.is_ipv6(),
        _ => true,
    };
    for address in addresses.iter().filter(fits) {
        let local = SocketAddr::new(*address, port);
        match transport {
            Transport::Tcp => network.bind_tcp(local, program, Rc::clone(service))?,
            _ => network.bind_udp(local, program, Rc::clone(service))?,
        }
    }
    Ok(())
}
