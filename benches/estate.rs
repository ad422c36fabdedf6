//! A large estate from nothing to verified and collected: `cargo bench --bench estate`.
//!
//! One controller, one IPAM server, 150 DHCP servers with 40 scopes each, 500 DNS servers. The
//! Group Policy method is gone through as an administrator would, every verdict is held against
//! the estate's truth, and the scopes become ranges. Each run is a process of its own, because
//! its peak memory is one of the figures.

mod support;

use std::env;
use std::net::Ipv4Addr;
use std::process::Command;
use std::time::Duration;

use ipamlab::addr::AddressRange;
use ipamlab::base::Fqdn;
use ipamlab::estate::Role;
use ipamlab::ipam::access::AccessStatus;
use ipamlab::ipam::configuration::ProvisioningMethod;
use ipamlab::ipam::discovery::DiscoveryDomain;
use ipamlab::ipam::gpo::GpoProvisioning;
use ipamlab::ipam::inventory::{ManageabilityStatus, ServerChange, ServerRole};
use ipamlab::ipam::provision::ServerProvisioning;
use ipamlab::ipam::space::RangeQuery;
use ipamlab::lab::{self, Lab, LabSpec};
use ipamlab::server::dhcp::{DhcpServerConfig, ScopeConfig};

use support::{Clock, Took};

const DHCP_SERVERS: u8 = 150;
const SCOPES_EACH: u8 = 40;
const DNS_SERVERS: u16 = 500;
const RUNS: usize = 5;

/// Set in the process that is measured.
const MEASURED: &str = "IPAMLAB_BENCH_ESTATE";
const DOMAIN: &str = "corp.example";
const ADMIN: &str = "CORP\\domain-admin";

/// Parts of a run, in order, as the table names them.
const PHASES: [&str; 4] = ["build", "provision", "verify", "collect"];

fn dhcp_address(server: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 1, 0, server + 1)
}

fn dns_address(server: u16) -> Ipv4Addr {
    Ipv4Addr::new(10, 2, (server >> 8) as u8, (server & 255) as u8)
}

/// The second octet of a DHCP server's scopes.
fn net_of(server: u8) -> u8 {
    server + 16
}

fn spec() -> LabSpec {
    let mut spec = LabSpec::domain(DOMAIN)
        .host("dc1", "10.0.0.1", &[Role::DomainController, Role::Dns])
        .host("ipam1", "10.0.0.9", &[Role::Ipam]);
    for server in 0..DHCP_SERVERS {
        let (name, address) = (format!("dhcp{server}"), dhcp_address(server));
        spec = spec.host(&name, &address.to_string(), &[Role::Dhcp]);
        let config = (0..SCOPES_EACH).fold(
            DhcpServerConfig::new(vec![address.into()]),
            |config, scope| config.with_scope(scope_of(server, scope)),
        );
        let name: Fqdn = format!("{name}.{DOMAIN}").parse().expect("a name");
        spec.dhcp.insert(name, config);
    }
    for server in 0..DNS_SERVERS {
        let address = dns_address(server).to_string();
        spec = spec.host(&format!("dns{server}"), &address, &[Role::Dns]);
    }
    spec
}

fn scope_of(server: u8, scope: u8) -> ScopeConfig {
    let at = |host| Ipv4Addr::new(10, net_of(server), scope, host);
    let subnet = ipnet::Ipv4Net::new(at(0), 24).expect("a prefix");
    let range = AddressRange::new(at(10).into(), at(250).into()).expect("in order");
    ScopeConfig::new(subnet, range)
}

/// Steps 1 to 5 of the Group Policy method.
async fn provision(lab: &Lab) -> Vec<Fqdn> {
    let (ipam, admin) = (lab.ipam(), lab.caller(ADMIN).expect("an account"));
    let automatic = ServerProvisioning {
        provisioning_method: ProvisioningMethod::Automatic,
        gpo_prefix: Some("LAB".into()),
        ..ServerProvisioning::default()
    };
    let provisioned = ipam.invoke_ipam_server_provisioning(&admin, automatic);
    provisioned.await.expect("a fresh host");
    let domain: Fqdn = DOMAIN.parse().expect("a name");
    let discovery = DiscoveryDomain::new(domain.clone());
    let added = ipam.add_ipam_discovery_domain(&admin, discovery);
    added.await.expect("the domain exists");
    let gpos = GpoProvisioning::new(domain, "LAB");
    let gpos = ipam.invoke_ipam_gpo_provisioning(&admin, gpos).await;
    assert_eq!(gpos.expect("nothing in the way").refusal, None);
    let found = ipam.start_server_discovery(&admin, None).await;
    let found = found.expect("provisioned");
    assert_eq!((found.errors, found.passed_over), (vec![], vec![]));
    let servers: Vec<Fqdn> = found
        .servers
        .into_iter()
        .map(|server| server.name)
        .collect();
    let expected = usize::from(DHCP_SERVERS) + usize::from(DNS_SERVERS) + 1;
    assert_eq!(servers.len(), expected, "every server is discovered");
    for server in &servers {
        let managed = ServerChange {
            manageability_status: Some(ManageabilityStatus::Managed),
            ..ServerChange::default()
        };
        let changed = ipam.set_ipam_server_inventory(&admin, server, managed);
        assert_eq!(changed.await.expect("in the inventory").errors, []);
    }
    for server in &servers {
        let at = lab.now();
        let refreshed = lab.estate_mut().gpupdate(server, at);
        refreshed.expect("the host is up");
        if lab.dhcp(server).is_some() {
            let restarted = lab.restart_service(server, "DHCPServer");
            restarted.expect("the service exists");
        }
    }
    // DNS servers poll the directory for their access list.
    lab.advance(Duration::from_secs(300)).await;
    servers
}

/// Every check of every server, held against the estate.
async fn verify(lab: &Lab, servers: &[Fqdn]) {
    let (ipam, admin) = (lab.ipam(), lab.caller(ADMIN).expect("an account"));
    let since = lab.network().packets_sent();
    let reports = ipam.refresh_server_access_status(&admin, servers).await;
    let reports = reports.expect("in the inventory");
    assert_eq!(lab.judge(&reports, since), [], "engine and estate agree");
    let open = |status| status == AccessStatus::Unblocked;
    assert!(reports.iter().all(|report| open(report.overall)));
    let dhcp = reports
        .iter()
        .filter(|report| report.roles.contains(&ServerRole::Dhcp));
    assert_eq!(dhcp.count(), usize::from(DHCP_SERVERS));
}

/// Scopes become ranges.
async fn collect(lab: &Lab) {
    let (ipam, admin) = (lab.ipam(), lab.caller(ADMIN).expect("an account"));
    let collected = ipam.retrieve_all_server_data(&admin).await;
    collected.expect("provisioned");
    let query = RangeQuery::default();
    let ranges = ipam.get_ipam_range(&admin, &query).await;
    let expected = usize::from(DHCP_SERVERS) * usize::from(SCOPES_EACH);
    assert_eq!(ranges.expect("provisioned").len(), expected);
}

/// One run in this process; prints what the parent reads.
fn measured() {
    let whole = Clock::start();
    let mut marks = Vec::new();
    let packets = lab::run(spec(), async |lab| {
        marks.push(whole.read());
        let servers = provision(lab).await;
        marks.push(whole.read());
        verify(lab, &servers).await;
        marks.push(whole.read());
        collect(lab).await;
        marks.push(whole.read());
        lab.network().packets_sent()
    });
    let packets = packets.expect("the estate can be built");
    marks.push(whole.read());
    for mark in marks {
        println!("{} {}", mark.wall.as_micros(), mark.cpu.as_micros());
    }
    println!("{} {packets}", support::own_peak_kib());
}

/// What a child printed: the times at the end of each phase and of everything, memory, packets.
fn parse(text: &str) -> (Vec<Took>, u64, u64) {
    let figure = |text: &str| text.parse::<u64>().expect("the child prints figures");
    let mut lines: Vec<(u64, u64)> = text
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(one, other)| (figure(one), figure(other)))
        .collect();
    let (peak_kib, packets) = lines.pop().expect("the child prints its memory");
    let took = |(wall, cpu)| Took {
        wall: Duration::from_micros(wall),
        cpu: Duration::from_micros(cpu),
    };
    (lines.into_iter().map(took).collect(), peak_kib, packets)
}

fn library() {
    let mut marks: Vec<Vec<Took>> = Vec::new();
    let mut peaks = Vec::new();
    let mut packets = 0;
    for _ in 0..RUNS {
        let own = env::current_exe().expect("this program");
        let child = Command::new(own).env(MEASURED, "1").output();
        let child = child.expect("this program runs");
        let errors = String::from_utf8_lossy(&child.stderr);
        assert!(child.status.success(), "the run failed: {errors}");
        let (times, peak_kib, sent) = parse(&String::from_utf8_lossy(&child.stdout));
        marks.push(times);
        peaks.push(peak_kib);
        packets = sent;
    }
    let runs = RUNS.to_string();
    let mut before = Took::default();
    for (at, phase) in PHASES.iter().enumerate() {
        let end = support::median_took(&marks.iter().map(|marks| marks[at]).collect::<Vec<_>>());
        let (wall, cpu) = (end.wall - before.wall, end.cpu.saturating_sub(before.cpu));
        let what = format!("library: {phase}");
        support::row(&what, &support::ms(wall), &support::ms(cpu), "", &runs);
        before = end;
    }
    let ends: Vec<Took> = marks.iter().map(|marks| marks[PHASES.len()]).collect();
    let end = support::median_took(&ends);
    let (wall, cpu) = (support::ms(end.wall), support::ms(end.cpu));
    let what = format!("library: all of it, {packets} packets");
    support::row(&what, &wall, &cpu, "2000 ms", &runs);
    let peak = support::mib(support::median(peaks));
    support::row("library: peak memory", &peak, "", "500 MiB", &runs);
}

/// The shipped scenario of this size: five domains, 50 controllers.
const SHIPPED: &str = "scenarios/scale/estate-of-700.yaml";

fn binary() {
    let run = || {
        let mut command = support::ipamlab();
        command
            .arg("run")
            .arg(SHIPPED)
            .current_dir(env!("CARGO_MANIFEST_DIR"));
        support::run_process(&mut command)
    };
    let costs: Vec<_> = (0..RUNS).map(|_| run()).collect();
    assert!(costs.iter().all(|cost| cost.success), "as its snapshot");
    let took = support::median_took(&costs.iter().map(|cost| cost.took).collect::<Vec<_>>());
    let runs = RUNS.to_string();
    let (wall, cpu) = (support::ms(took.wall), support::ms(took.cpu));
    let what = "ipamlab run: shipped scenario, 5 domains";
    support::row(what, &wall, &cpu, "2000 ms", &runs);
    let peak = support::mib(support::median(
        costs.iter().map(|cost| cost.peak_kib).collect(),
    ));
    support::row("ipamlab run: peak memory", &peak, "", "500 MiB", &runs);
}

fn main() {
    if env::var_os(MEASURED).is_some() {
        measured();
        return;
    }
    support::heading("Estate: 1 controller, 150 DHCP servers, 6 000 scopes, 500 DNS servers");
    library();
    binary();
}
