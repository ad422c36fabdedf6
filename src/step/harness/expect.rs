//! Expectations: few and semantic; the snapshot holds the detail.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::cmdlet::access_scope::AccessObject;
use crate::step::cmdlet::inventory::Family;
use crate::step::console::utilization::Selected;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult};

use super::verify_failover::FailoverScopeExpectation;
use super::verify_groups::GroupExpectation;
use super::verify_ipam::IpamExpectation;
use super::verify_life::ClientsExpectation;
use super::verify_records::RecordServerExpectation;
use super::verify_space::{RangeExpectation, SubnetExpectation};
use super::verify_transfer::ImportExpectation;

/// What must hold now. It names one subject (`server`, `address`, `dns`, `dhcp`, `search`,
/// `free`, `fault`, `inventory`, `ranges`, `range`, `subnet`, `ipam` ...) and what is wanted of it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expect {
    /// Subject: a server's access status, as it was found at the last refresh; with a pattern such
    /// as `dhcp*`, that of every server of the inventory it stands for.
    pub server: Option<String>,
    pub access: Option<String>,
    pub dhcp_rpc: Option<String>,
    pub dhcp_audit_share: Option<String>,
    pub dns_rpc: Option<String>,
    pub event_log: Option<String>,
    pub availability: Option<String>,
    pub recommended_action: Option<String>,
    pub manageability: Option<String>,

    /// Subject: an address record of the engine.
    pub address: Option<AddressExpectation>,
    /// Subject: what a DNS server answers now, to a real query.
    pub dns: Option<DnsExpectation>,
    /// Subject: a reservation or lease on a DHCP server.
    pub dhcp: Option<DhcpExpectation>,
    /// Subject: a fleet of DHCP clients, and the watch over their leases.
    pub dhcp_clients: Option<ClientsExpectation>,
    /// Subject: the last search for a free address.
    pub search: Option<SearchExpectation>,
    /// Subject: what the last `Find-` cmdlet found, no more and no fewer: addresses, ranges as
    /// `10.0.1.1-10.0.1.64`, or networks.
    pub free: Option<Vec<String>>,
    /// Subject: how often a declared fault has fired.
    pub fault: Option<FaultExpectation>,
    /// Subject: the inventory, by the names it must hold, no more and no fewer.
    pub inventory: Option<Vec<String>>,
    /// With `inventory`: only the view of this family.
    pub address_family: Option<Family>,
    /// Subject: what the last policy refresh of a host applied.
    pub policy: Option<PolicyExpectation>,
    /// Subject: the access scope that an object is in.
    pub access_scope: Option<AccessScopeExpectation>,
    /// Subject: a service of a server, as the view Server Availability shows it.
    pub service: Option<ServiceExpectation>,
    /// Subject: a zone, as the view Zone Status shows it.
    pub zone: Option<ZoneExpectation>,
    /// Subject: a scheduled task.
    pub task: Option<TaskExpectation>,
    /// Subject: how many events the last query of events found.
    pub events: Option<usize>,
    /// Subject: the ranges, by the networks they must be of, no more and no fewer.
    pub ranges: Option<Vec<String>>,
    /// Subject: how full a block or range is, or was.
    pub utilization: Option<UtilizationExpectation>,
    /// Subject: what the last `find-orphans` found, no more and no fewer, each as
    /// `10.0.1.10 reservation left-behind`.
    pub orphans: Option<Vec<String>>,
    /// Subject: a server or zone of the lists that `show-record-servers` showed last.
    pub record_server: Option<RecordServerExpectation>,
    /// Subject: the blocks, by their networks, no more and no fewer.
    pub blocks: Option<Vec<String>>,
    /// Subject: the subnets, by their networks, no more and no fewer.
    pub subnets: Option<Vec<String>>,
    /// Subject: the address spaces by name, no more and no fewer.
    pub address_spaces: Option<Vec<String>>,
    /// Subject: one range.
    pub range: Option<RangeExpectation>,
    /// Subject: a scope in DHCP failover.
    pub failover_scope: Option<FailoverScopeExpectation>,
    /// Subject: one subnet.
    pub subnet: Option<SubnetExpectation>,
    /// Subject: the IPAM server itself.
    pub ipam: Option<IpamExpectation>,
    /// Subject: a logical group.
    pub group: Option<GroupExpectation>,
    /// Subject: the last import.
    pub import: Option<ImportExpectation>,
}

impl Arguments for Expect {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        if let Some(server) = &self.server {
            to.host_pattern(server);
        }
        if let Some(address) = &self.address {
            to.addresses([&address.address]);
        }
        if let Some(DnsExpectation {
            server: Some(server),
            ..
        }) = &self.dns
        {
            to.dns_server(server);
        }
        if let Some(dhcp) = &self.dhcp {
            to.dhcp_server(&dhcp.server).addresses([&dhcp.address]);
        }
        if let Some(wanted) = &self.record_server {
            to.host(&wanted.server);
        }
        if let Some(wanted) = &self.failover_scope {
            to.dhcp_server(&wanted.server).prefix(Some(&wanted.scope));
        }
        if let Some(policy) = &self.policy {
            to.host(&policy.host);
        }
        if let Some(utilization) = &self.utilization {
            utilization.of.mentions(to);
        }
        if let Some(scope) = &self.access_scope {
            scope.of.mentions(to);
        }
        if let Some(service) = &self.service {
            to.hosts([&service.server]);
        }
        if let Some(fault) = &self.fault {
            to.fault(&fault.name);
        }
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        super::verify::verify(self, stage).await
    }
}

impl Expect {
    /// Every subject there is.
    pub const SUBJECTS: [&'static str; 28] = [
        "server",
        "address",
        "dns",
        "dhcp",
        "dhcp-clients",
        "search",
        "free",
        "fault",
        "inventory",
        "policy",
        "access-scope",
        "ranges",
        "blocks",
        "subnets",
        "address-spaces",
        "range",
        "subnet",
        "ipam",
        "service",
        "zone",
        "task",
        "events",
        "utilization",
        "group",
        "orphans",
        "record-server",
        "failover-scope",
        "import",
    ];

    /// Every subject that was named; exactly one is right.
    pub fn subjects(&self) -> Vec<&'static str> {
        let named = [
            self.server.is_some(),
            self.address.is_some(),
            self.dns.is_some(),
            self.dhcp.is_some(),
            self.dhcp_clients.is_some(),
            self.search.is_some(),
            self.free.is_some(),
            self.fault.is_some(),
            self.inventory.is_some(),
            self.policy.is_some(),
            self.access_scope.is_some(),
            self.ranges.is_some(),
            self.blocks.is_some(),
            self.subnets.is_some(),
            self.address_spaces.is_some(),
            self.range.is_some(),
            self.subnet.is_some(),
            self.ipam.is_some(),
            self.service.is_some(),
            self.zone.is_some(),
            self.task.is_some(),
            self.events.is_some(),
            self.utilization.is_some(),
            self.group.is_some(),
            self.orphans.is_some(),
            self.record_server.is_some(),
            self.failover_scope.is_some(),
            self.import.is_some(),
        ];
        let subjects = Expect::SUBJECTS.into_iter().zip(named);
        subjects
            .filter(|(_, given)| *given)
            .map(|(name, _)| name)
            .collect()
    }

    /// What is wanted of the server, by key.
    pub fn of_server(&self) -> Vec<(&'static str, &str)> {
        let wanted = [
            ("access", &self.access),
            ("dhcp-rpc", &self.dhcp_rpc),
            ("dhcp-audit-share", &self.dhcp_audit_share),
            ("dns-rpc", &self.dns_rpc),
            ("event-log", &self.event_log),
            ("availability", &self.availability),
            ("recommended-action", &self.recommended_action),
            ("manageability", &self.manageability),
        ];
        let given = wanted.into_iter();
        given
            .filter_map(|(key, value)| Some((key, value.as_deref()?)))
            .collect()
    }
}

/// What is wanted of an address record.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AddressExpectation {
    pub address: String,
    /// Whether a record exists; it must by default.
    pub recorded: Option<bool>,
    pub dhcp_reservation_sync: Option<String>,
    /// The same on the failover partner of the server, or `none`.
    pub failover_partner_sync: Option<String>,
    pub dns_host_record_sync: Option<String>,
    pub dns_ptr_record_sync: Option<String>,
    pub device_name: Option<String>,
    pub state: Option<String>,
    /// `Not expired`, `Expiry Due` or `Expired`.
    pub expiry_status: Option<String>,
    /// The range it maps to, as `10.0.1.10-10.0.1.250`, or `none`.
    pub range: Option<String>,
    pub duplicate: Option<bool>,
    pub device_type: Option<String>,
    /// `NonVirtualized`, `Provider` or `Customer`.
    pub network_type: Option<String>,
    /// Its custom fields, as `Site=London;Rack=3`; empty for none.
    pub custom_configuration: Option<String>,
}

/// What is wanted of a DNS answer.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DnsExpectation {
    /// The IPAM server's resolver by default.
    pub server: Option<String>,
    /// A name, or an address for its PTR record.
    pub name: String,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Record data, no more and no fewer; none means that the name or type does not exist.
    pub answers: Vec<String>,
}

/// What is wanted of a DHCP server.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DhcpExpectation {
    pub server: String,
    pub address: String,
    /// Name of its reservation, or `none`.
    pub reservation: Option<String>,
    /// State of its lease, or `none`.
    pub lease: Option<String>,
}

/// What is wanted of the last search.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SearchExpectation {
    /// The address it selected, or `none`.
    pub selected: Option<String>,
    /// Addresses it skipped, each with its criteria: `database`, `set-aside`, `reservation`,
    /// `exclusion`, `lease`, `ping`, `ptr`, `ptr-unknown`; several are joined by commas.
    #[serde(default)]
    pub skipped: std::collections::BTreeMap<String, String>,
    /// The addresses it found available, no more and no fewer.
    pub found: Option<Vec<String>>,
    /// The address it recorded, or `none`.
    pub allocated: Option<String>,
}

/// What is wanted of a fault.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FaultExpectation {
    pub name: String,
    /// How often it must have fired.
    pub fired: Option<u64>,
    pub fired_at_least: Option<u64>,
}

/// What is wanted of Group Policy on a host.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PolicyExpectation {
    pub host: String,
    /// The GPOs that were applied, no more and no fewer.
    pub applied: Option<Vec<String>>,
    /// GPOs that were filtered out, each with the reason in the words of `gpresult`.
    #[serde(default)]
    pub filtered_out: std::collections::BTreeMap<String, String>,
}

/// What is wanted of the access scope of an object.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AccessScopeExpectation {
    pub of: AccessObject,
    /// `\Global\Europe`.
    pub path: String,
    /// Whether it is its parent's; not asked when left out.
    pub inherited: Option<bool>,
}

/// What is wanted of a service.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServiceExpectation {
    pub server: String,
    /// `DHCP`, `DNS`, `DC` or `NPS`.
    pub role: String,
    pub availability: Option<String>,
    /// How long the state must have been seen: `45m`.
    pub in_this_state: Option<String>,
}

/// What is wanted of a zone.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ZoneExpectation {
    pub name: String,
    /// One of its servers; the zone as a whole by default.
    pub server: Option<String>,
    /// `OK`, `Warning`, `Error` or `Not checked`.
    pub status: String,
}

/// What is wanted of a scheduled task.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TaskExpectation {
    pub name: String,
    pub state: Option<String>,
    /// `0x0` for success.
    pub last_result: Option<String>,
    pub runs: Option<u32>,
    pub missed: Option<u32>,
}

/// What is wanted of the utilization of a block, subnet, range or group.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UtilizationExpectation {
    pub of: Selected,
    pub assigned: Option<u64>,
    pub utilized: Option<u64>,
    /// In percent, with two digits: `81.00`.
    pub percentage_utilized: Option<String>,
    /// `Under`, `Optimal` or `Over`.
    pub status: Option<String>,
    /// The period of a trend: `1 week`.
    pub trend: Option<String>,
    /// With `trend`: the utilized addresses of each point on average, with two digits, or `-`
    /// for a point without a sample, oldest first; none for what has no trend.
    pub points: Option<Vec<String>>,
}
