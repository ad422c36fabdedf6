//! A run as it is written down: the standing world and the engine's settings, without steps.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;

use crate::base::{Fqdn, HostName, Seed};
use crate::estate::{DomainSpec, EstateSpec, HostSpec, Role};
use crate::ipam::gpo::GroupHome;
use crate::ipam::store::Database;
use crate::ipam::{RecordChannel, Rules};
use crate::net::fault::FaultSpec;
use crate::server::dhcp::DhcpServerConfig;
use crate::server::dns::ZoneConfig;
use crate::wire::dns::TsigKey;

/// Everything a run starts from.
#[derive(Debug, Clone)]
pub struct LabSpec {
    /// What the run proves.
    pub title: String,
    /// Why the outcome follows.
    pub because: String,
    pub covers: Vec<String>,
    /// Start of the estate's calendar.
    pub start: Timestamp,
    pub seed: Seed,
    pub estate: EstateSpec,
    /// Set-up of the DHCP servers, by host; a host with the role and no entry has no scope.
    pub dhcp: BTreeMap<Fqdn, DhcpServerConfig>,
    /// Set-up of the DNS servers, by host. The zone of a domain need not be written.
    pub dns: BTreeMap<Fqdn, DnsSpec>,
    /// Things that have an address and nothing else.
    pub devices: Vec<DeviceSpec>,
    /// Hosts on which every access setting for the IPAM server is made before the run begins, so
    /// that a scenario about something else need not make them.
    pub prepared: BTreeSet<Fqdn>,
    /// Hosts that are switched off when the run begins.
    pub down: BTreeSet<Fqdn>,
    pub faults: Vec<FaultSpec>,
    pub engine: EngineSpec,
}

/// A DNS server beyond the zones of its domain.
#[derive(Debug, Clone)]
pub struct DnsSpec {
    pub zones: Vec<ZoneConfig>,
    pub keys: Vec<TsigKey>,
    /// Whether the domain's zone names it as a name server, which is how discovery finds it
    /// (domain 3.2).
    pub in_name_servers: bool,
}

impl Default for DnsSpec {
    fn default() -> DnsSpec {
        DnsSpec {
            zones: Vec::new(),
            keys: Vec::new(),
            in_name_servers: true,
        }
    }
}

/// A printer, a camera, a phone: an address on the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceSpec {
    pub address: IpAddr,
    pub answers_ping: bool,
}

/// Settings of the engine that are not learnt from the network.
#[derive(Debug, Clone)]
pub struct EngineSpec {
    /// The host it runs on, the first where there are several IPAM servers; by default the
    /// first host with the role `ipam`.
    pub host: Option<Fqdn>,
    /// The DNS server of that host's network interface; by default the first one of its domain.
    pub resolver: Option<IpAddr>,
    /// The same for every further IPAM server.
    pub other_resolvers: BTreeMap<Fqdn, IpAddr>,
    /// Where its data lives; in memory by default. A further IPAM server has a database of its
    /// own beside it.
    pub database: Database,
    pub records: RecordChannel,
    /// After which time a refresh replaces the secret key. The sources say that it expires and
    /// not when (domain 12.21).
    pub hmac_key_expiry: Duration,
    /// In which domain the GPO cmdlet makes IPAMUG.
    pub group_home: GroupHome,
    /// The security events that address tracking takes as log-ons; the usual ones by default.
    pub logon_events: Option<Vec<u32>>,
    /// Where releases differ, which one every IPAM server is.
    pub rules: Rules,
}

impl Default for EngineSpec {
    fn default() -> EngineSpec {
        EngineSpec {
            host: None,
            resolver: None,
            other_resolvers: BTreeMap::new(),
            database: Database::Memory,
            records: RecordChannel::Management,
            hmac_key_expiry: DEFAULT_HMAC_KEY_EXPIRY,
            group_home: GroupHome::default(),
            logon_events: None,
            rules: Rules::default(),
        }
    }
}

impl LabSpec {
    /// A run of `estate` with every default: a Monday morning in March 2026, seed 1.
    pub fn of(estate: EstateSpec) -> LabSpec {
        LabSpec {
            title: String::new(),
            because: String::new(),
            covers: Vec::new(),
            start: DEFAULT_START,
            seed: Seed(1),
            estate,
            dhcp: BTreeMap::new(),
            dns: BTreeMap::new(),
            devices: Vec::new(),
            prepared: BTreeSet::new(),
            down: BTreeSet::new(),
            faults: Vec::new(),
            engine: EngineSpec::default(),
        }
    }
}

/// Written in Rust, for tests that use the laboratory as a library. Names and addresses there are
/// literals, so a bad one is a mistake of the test and panics where it is written.
impl LabSpec {
    /// An estate of one domain without hosts.
    ///
    /// # Panics
    /// When `name` is no domain name.
    pub fn domain(name: &str) -> LabSpec {
        LabSpec::of(EstateSpec::of(DomainSpec::new(
            name.parse().expect("a domain name"),
        )))
    }

    /// This estate with one more host in the domain written last.
    ///
    /// # Panics
    /// When name or address cannot be one.
    #[must_use]
    pub fn host(mut self, name: &str, address: &str, roles: &[Role]) -> LabSpec {
        let address = address.parse().expect("an IP address");
        let host = HostSpec::new(name.parse().expect("a host name"), vec![address]).roles(roles);
        self.last_domain().hosts.push(host);
        self
    }

    /// This estate with every access setting made on a host of the domain written last.
    ///
    /// # Panics
    /// When the name cannot be one.
    #[must_use]
    pub fn prepared(mut self, host: &str) -> LabSpec {
        let host: HostName = host.parse().expect("a host name");
        let fqdn = host.in_domain(&self.last_domain().name);
        self.prepared.insert(fqdn);
        self
    }

    fn last_domain(&mut self) -> &mut DomainSpec {
        self.estate.domains.last_mut().expect("made with a domain")
    }
}

/// A choice of the project: no source gives a period.
pub const DEFAULT_HMAC_KEY_EXPIRY: Duration = Duration::from_secs(90 * 24 * 3600);

/// 2026-03-02T08:00:00Z: fixed, because a run must not depend on the day it is run on.
pub const DEFAULT_START: Timestamp = Timestamp::constant(1_772_438_400, 0);
