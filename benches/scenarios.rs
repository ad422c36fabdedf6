//! How many small scenarios run in a second: `cargo bench --bench scenarios`.
//!
//! Each has an estate, servers, an engine and a store of its own. As a library, on one thread and
//! on two; and as 2 000 files that `ipamlab run -j 2` reads, plays and compares with their
//! snapshots, from the start of the process to its exit.

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::thread;

use ipamlab::addr::AddressRange;
use ipamlab::base::Seed;
use ipamlab::estate::Role;
use ipamlab::ipam::access::AccessStatus;
use ipamlab::ipam::find::FindRequest;
use ipamlab::ipam::inventory::{ManageabilityStatus, NewServer, ServerRole};
use ipamlab::ipam::provision::ServerProvisioning;
use ipamlab::ipam::space::{AddressDetails, RangeQuery};
use ipamlab::ipam::store::{Database, Store};
use ipamlab::lab::{self, LabSpec};
use ipamlab::server::dhcp::{DhcpServerConfig, ScopeConfig};

use support::{Clock, Took};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SCENARIOS: u32 = 2_000;
const RUNS: usize = 5;

fn spec(seed: u64) -> LabSpec {
    let mut spec = LabSpec::domain("corp.example")
        .host("dc1", "10.0.0.1", &[Role::DomainController, Role::Dns])
        .host("dhcp1", "10.0.0.5", &[Role::Dhcp])
        .host("ipam1", "10.0.0.9", &[Role::Ipam])
        .prepared("dhcp1");
    let address = |text: &str| text.parse().expect("an address");
    let range = AddressRange::new(address("10.0.1.10"), address("10.0.1.250"));
    let subnet = "10.0.1.0/24".parse().expect("a prefix");
    let scope = ScopeConfig::new(subnet, range.expect("in order"));
    let dhcp = DhcpServerConfig::new(vec![address("10.0.0.5")]).with_scope(scope);
    let name = "dhcp1.corp.example".parse().expect("a name");
    spec.dhcp.insert(name, dhcp);
    spec.seed = Seed(seed);
    spec
}

/// Builds, provisions, checks, collects and allocates.
fn scenario(seed: u64) {
    let ran = lab::run(spec(seed), async |lab| {
        let (ipam, admin) = (lab.ipam(), lab.caller("CORP\\domain-admin").expect("there"));
        let manual = ServerProvisioning::default();
        let provisioned = ipam.invoke_ipam_server_provisioning(&admin, manual);
        provisioned.await.expect("a fresh host");
        let name = lab.host_name("dhcp1").expect("written above");
        let mut server = NewServer::new(name.clone(), &[ServerRole::Dhcp]);
        server.manageability_status = ManageabilityStatus::Managed;
        let added = ipam.add_ipam_server_inventory(&admin, server).await;
        added.expect("in the directory");
        let since = lab.network().packets_sent();
        let reports = ipam.refresh_server_access_status(&admin, &[name]).await;
        let reports = reports.expect("in the inventory");
        assert_eq!(lab.judge(&reports, since), []);
        assert_eq!(reports[0].overall, AccessStatus::Unblocked);
        let collected = ipam.retrieve_all_server_data(&admin).await;
        collected.expect("provisioned");
        let ranges = ipam.get_ipam_range(&admin, &RangeQuery::default()).await;
        let request = FindRequest {
            allocate: Some(AddressDetails::default()),
            ..FindRequest::one(ranges.expect("provisioned")[0].key.clone())
        };
        let found = ipam.find_and_allocate(&admin, request).await;
        assert!(found.expect("the server answers").allocated.is_some());
    });
    ran.expect("the estate can be built");
}

fn batch(from: u32, to: u32) -> Took {
    let clock = Clock::start();
    (from..to).for_each(|seed| scenario(seed.into()));
    clock.read()
}

fn library(threads: u32) {
    let each = SCENARIOS / threads;
    let runs = (0..RUNS).map(|_| {
        let clock = Clock::start();
        let workers: Vec<_> = (0..threads)
            .map(|n| thread::spawn(move || batch(n * each, (n + 1) * each)))
            .collect();
        let took = workers
            .into_iter()
            .map(|worker| worker.join().expect("no scenario panics").cpu);
        Took {
            cpu: took.sum(),
            wall: clock.read().wall,
        }
    });
    let took = support::median_took(&runs.collect::<Vec<_>>());
    let what = format!(
        "library, {threads} thread{}",
        if threads > 1 { "s" } else { "" }
    );
    tell(&what, took, if threads > 1 { "2000 /s" } else { "" });
}

fn tell(what: &str, took: Took, floor: &str) {
    let rate = support::rate(SCENARIOS.into(), took.wall);
    let cpu = format!(
        "{:.0} us each",
        took.cpu.as_secs_f64() * 1e6 / f64::from(SCENARIOS)
    );
    support::row(what, &rate, &cpu, floor, &RUNS.to_string());
}

/// Opening the database of an engine, which every scenario does.
fn stores() {
    const STORES: u32 = 1_000;
    drop(Store::open(&Database::Memory));
    let clock = Clock::start();
    (0..STORES).for_each(|_| drop(Store::open(&Database::Memory).expect("memory is always there")));
    let each = clock.read().wall / STORES;
    let what = "open and drop a store in memory";
    support::row(what, &support::ms(each), "", "", &STORES.to_string());
}

/// One of three kinds of small scenario, with a network of its own.
fn file(number: u32) -> String {
    let net = format!("10.{}.{}", 16 + number / 200, number % 200);
    let mut text = format!(
        "scenario: Small scenario {number}\nbecause: it is one of many\n\
         covers: [\"seed:ipam-provisioning\"]\nseed: {number}\n\nestate:\n  domains:\n    \
         corp.example:\n      hosts:\n        \
         dc1: {{ address: 10.0.0.1, roles: [dc, dns], prepared: true }}\n        \
         dhcp1:\n          address: 10.0.0.5\n          roles: [dhcp]\n          \
         prepared: true\n          scopes:\n            {net}.0/24: {{ range: {net}.10-{net}.250, \
         exclude: [{net}.10-{net}.19] }}\n        ipam1: {{ address: 10.0.0.9, roles: [ipam] }}\n\n\
         steps:\n  - Invoke-IpamServerProvisioning: {{ ProvisioningMethod: Manual }}\n  \
         - Add-IpamServerInventory: {{ Name: dhcp1.corp.example, ServerType: [DHCP], \
         ManageabilityStatus: Managed }}\n  \
         - Add-IpamServerInventory: {{ Name: dc1.corp.example, ServerType: [DC, DNS], \
         ManageabilityStatus: Managed }}\n  \
         - refresh-server-access-status: [dhcp1, dc1]\n  \
         - expect: {{ server: dhcp1, access: Unblocked }}\n"
    );
    let _ = match number % 3 {
        0 => writeln!(
            text,
            "  - retrieve-all-server-data\n  - find-and-allocate: {{ range: {net}.0/24 }}\n  \
             - expect: {{ search: {{ selected: {net}.20 }} }}"
        ),
        1 => writeln!(
            text,
            "  - stop-service: {{ host: dhcp1, service: DHCPServer }}\n  \
             - refresh-server-access-status: [dhcp1]\n  \
             - expect: {{ server: dhcp1, dhcp-rpc: Blocked }}"
        ),
        _ => writeln!(
            text,
            "  - retrieve-all-server-data\n  - expect: {{ ranges: [{net}.0/24] }}\n  - advance: 1h"
        ),
    };
    text
}

fn run_folder(folder: &Path, more: &[&str]) -> support::ProcessCost {
    let mut command = support::ipamlab();
    command
        .args(["run", "-j", "2"])
        .arg(folder.join("scenarios"));
    support::run_process(command.args(more).current_dir(folder))
}

fn binary() {
    let folder = support::empty_folder("small");
    let scenarios = folder.join("scenarios");
    fs::create_dir(&scenarios).expect("the folder can be written to");
    for number in 0..SCENARIOS {
        let path = scenarios.join(format!("small-{number:04}.yaml"));
        fs::write(path, file(number)).expect("the folder can be written to");
    }
    let accepted = run_folder(&folder, &["--accept"]);
    assert!(accepted.success, "they run: {}", scenarios.display());
    let costs: Vec<_> = (0..RUNS).map(|_| run_folder(&folder, &[])).collect();
    assert!(costs.iter().all(|cost| cost.success), "equal transcripts");
    let took: Vec<Took> = costs.iter().map(|cost| cost.took).collect();
    let took = support::median_took(&took);
    tell("ipamlab run -j 2: 2 000 files, snapshots", took, "2000 /s");
    let peak = support::median(costs.iter().map(|cost| cost.peak_kib).collect());
    let (peak, runs) = (support::mib(peak), RUNS.to_string());
    support::row("ipamlab run -j 2: peak memory", &peak, "", "", &runs);
}

fn main() {
    support::heading("Small scenarios: estate, servers, engine and store of their own");
    stores();
    library(1);
    library(2);
    binary();
}
