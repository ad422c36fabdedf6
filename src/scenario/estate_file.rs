//! The standing world as written: domains, hosts, accounts, scopes, zones, devices.

use schemars::JsonSchema;
use serde::Deserialize;

use super::dynamic_dns_file::{DynamicDnsFile, HostDynamicDnsFile};
use super::fleet_file::FleetFile;
use super::machine_file::{FolderFile, SqlFile};
use super::place::{At, Entries};
use crate::step::value::Span;

/// The estate.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EstateFile {
    /// Domains by DNS name. A domain whose name lies below another one's is its child; any other
    /// is the root of its own forest.
    pub domains: Entries<DomainFile>,
    /// Two-way trusts between forests: pairs of their root domains.
    #[serde(default)]
    pub trusts: Vec<At<[String; 2]>>,
    /// One-way trusts between forests.
    #[serde(default)]
    pub one_way_trusts: Vec<At<OneWayTrustFile>>,
    /// How long a change takes to reach other domains and the global catalog; nothing by default.
    pub replication: Option<At<Span>>,
    /// Hosts that belong to no domain.
    #[serde(default)]
    pub workgroup: Entries<HostFile>,
    /// Addresses in bulk that answer ping or have a PTR record, by prefix.
    #[serde(default)]
    pub devices: Entries<DevicesFile>,
}

/// A trust in one direction, between the root domains of two forests.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OneWayTrustFile {
    /// The forest whose resources are opened.
    pub trusting: String,
    /// The forest whose accounts are let in.
    pub trusted: String,
}

/// One Active Directory domain.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DomainFile {
    /// NetBIOS name; the first label in capitals by default.
    pub netbios: Option<At<String>>,
    /// Hosts by their short names.
    #[serde(default)]
    pub hosts: Entries<HostFile>,
    /// Hosts that are alike, by the name they begin with.
    #[serde(default)]
    pub fleets: Entries<FleetFile>,
    /// User accounts.
    #[serde(default)]
    pub users: Entries<UserFile>,
    /// Domain groups beyond those every domain has.
    #[serde(default)]
    pub groups: Entries<GroupFile>,
    /// Organisational units by path: `servers`, or `servers/dhcp` for one inside another.
    #[serde(default)]
    pub ous: Entries<OuFile>,
}

/// An organisational unit.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OuFile {
    /// Whether policies linked to the domain root do not reach it.
    #[serde(default)]
    pub blocks_inheritance: bool,
}

/// A user account.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UserFile {
    /// Groups of this domain, by name, or of another as `CORP\name`.
    #[serde(default)]
    pub member_of: Vec<String>,
    pub password: Option<String>,
}

/// A domain group.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GroupFile {
    #[serde(default)]
    pub scope: GroupScopeFile,
    /// Users, groups or computers (`dhcp1$`) of this domain, or of another as `CORP\name`.
    #[serde(default)]
    pub members: Vec<String>,
    /// The last part of its SID; the next free one by default.
    pub rid: Option<u32>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GroupScopeFile {
    DomainLocal,
    #[default]
    Global,
    Universal,
}

/// One host.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HostFile {
    /// Its address. A host has `address` or `addresses`.
    pub address: Option<At<String>>,
    /// Its addresses, IPv4 and IPv6.
    #[serde(default)]
    pub addresses: Vec<At<String>>,
    #[serde(default)]
    pub roles: Vec<At<RoleFile>>,
    #[serde(default)]
    pub os: OsFile,
    /// Whether it answers ICMP echo; it does by default.
    pub ping: Option<bool>,
    /// Whether it exists but is switched off when the run begins.
    #[serde(default)]
    pub down: bool,
    /// The organisational unit its account lies in.
    pub ou: Option<String>,
    /// Members of its local groups beyond the default ones, by group name.
    #[serde(default)]
    pub local_groups: Entries<Vec<String>>,
    /// `DhcpLogFilePath`; the empty text models a value that was cleared.
    pub dhcp_log_path: Option<String>,
    /// The last part of its computer account's SID.
    pub rid: Option<u32>,
    /// DNS suffix of a workgroup host.
    pub dns_suffix: Option<At<String>>,
    /// DNS server of its network interface; the first DNS server of its domain by default.
    pub resolver: Option<At<String>>,
    /// Whether a DHCP server is in the directory's list of authorised servers; it is by default.
    pub authorised: Option<bool>,
    /// Whether every access setting for the IPAM servers was made by hand before the run began.
    #[serde(default)]
    pub prepared: bool,
    /// DHCP scopes by prefix, IPv4 and IPv6.
    #[serde(default)]
    pub scopes: Entries<ScopeFile>,
    /// DNS zones by name. The zone of a domain is on its domain controllers without being named.
    #[serde(default)]
    pub zones: Entries<ZoneFile>,
    /// Whether the zone of its domain names this DNS server as a name server, which is how
    /// discovery finds it; it does by default.
    pub name_server: Option<bool>,
    /// TSIG keys the DNS server knows.
    #[serde(default)]
    pub keys: Entries<ServerKeyFile>,
    /// Detection of address conflicts by ping before an offer: how many pings, 0 to 5.
    pub conflict_pings: Option<At<u8>>,
    /// What a DHCP server registers in DNS for its clients, and the key it signs with.
    pub dynamic_dns: Option<HostDynamicDnsFile>,
    /// Its SQL Server.
    pub sql: Option<SqlFile>,
    /// Folders beyond those of Windows, by path.
    #[serde(default)]
    pub folders: Entries<FolderFile>,
    /// Changes that a security product or template refuses to administrators too.
    #[serde(default)]
    pub hardening: std::collections::BTreeSet<crate::estate::Hardening>,
}

/// A role of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RoleFile {
    Dc,
    Dns,
    Dhcp,
    Nps,
    Ipam,
    /// SQL Server, a default instance.
    Sql,
}

/// Operating system: a version of Windows Server, or something else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum OsFile {
    #[serde(rename = "2003")]
    Windows2003,
    #[serde(rename = "2008")]
    Windows2008,
    #[serde(rename = "2008 R2")]
    Windows2008R2,
    #[serde(rename = "2012")]
    Windows2012,
    #[serde(rename = "2012 R2")]
    Windows2012R2,
    #[serde(rename = "2016")]
    Windows2016,
    #[serde(rename = "2019")]
    Windows2019,
    #[default]
    #[serde(rename = "2022")]
    Windows2022,
    #[serde(rename = "2025")]
    Windows2025,
    #[serde(rename = "Windows 10")]
    Windows10,
    #[serde(rename = "Windows 11")]
    Windows11,
    /// No Windows: a printer, switch or appliance.
    #[serde(rename = "device")]
    Device,
}

/// A DHCP scope.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScopeFile {
    pub name: Option<String>,
    /// First and last address, `10.0.1.10-10.0.1.250`; an IPv6 scope is its whole prefix.
    pub range: Option<At<String>>,
    /// Ranges or single addresses that are never leased, unless reserved.
    #[serde(default)]
    pub exclude: Vec<At<String>>,
    /// Reservations by address.
    #[serde(default)]
    pub reservations: Entries<ReservationFile>,
    /// Leases that run when the run begins, by address.
    #[serde(default)]
    pub leases: Entries<LeaseFile>,
    /// 8 days by default.
    pub lease_time: Option<At<Span>>,
    /// Whether it serves clients; it does by default.
    pub active: Option<bool>,
    pub superscope: Option<String>,
    /// The failover relationship with a server that has the same scope, as management shows it.
    pub failover: Option<FailoverFile>,
    #[serde(default)]
    pub routers: Vec<At<String>>,
    #[serde(default)]
    pub dns_servers: Vec<At<String>>,
    pub dns_domain: Option<At<String>>,
    /// What is registered in DNS for its clients; the server's settings by default. IPv4 only.
    pub dynamic_dns: Option<At<DynamicDnsFile>>,
}

/// A failover relationship of a scope; the partner's scope names this server in turn.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FailoverFile {
    pub relationship: String,
    pub partner: At<String>,
}

/// A reservation. An IPv4 one has `mac` or `client-id`, an IPv6 one `duid` and `iaid`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReservationFile {
    pub name: Option<String>,
    pub description: Option<String>,
    pub mac: Option<At<String>>,
    pub client_id: Option<At<String>>,
    pub duid: Option<At<String>>,
    pub iaid: Option<At<u32>>,
    #[serde(default)]
    pub kind: ReservationKindFile,
}

/// A lease. An IPv4 one has `mac` or `client-id`, an IPv6 one `duid` and `iaid`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LeaseFile {
    /// The client's host name.
    pub name: Option<String>,
    pub mac: Option<At<String>>,
    pub client_id: Option<At<String>>,
    pub duid: Option<At<String>>,
    pub iaid: Option<At<u32>>,
    /// How long it still runs; the lease time of the scope by default.
    pub remaining: Option<At<Span>>,
}

/// Which protocol may use a reservation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReservationKindFile {
    Dhcp,
    Bootp,
    #[default]
    Both,
}

/// A DNS zone.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ZoneFile {
    /// Makes this a secondary zone, copied from this host.
    pub secondary_of: Option<At<String>>,
    /// In the directory on domain controllers, in a file elsewhere, by default.
    pub storage: Option<At<StorageFile>>,
    pub update: Option<At<UpdatePolicyFile>>,
    /// Records by owner name, relative to the zone (`@` is the zone itself), each as a zone file
    /// has it without owner and class: `A 10.0.0.1`, `300 MX 10 mail.corp.example.`.
    #[serde(default)]
    pub records: Entries<Vec<At<String>>>,
    /// Who may copy the zone: `anyone` (the default), `nobody`, or these addresses.
    #[serde(default)]
    pub transfer: Vec<At<String>>,
    /// A paused zone answers no queries.
    #[serde(default)]
    pub paused: bool,
}

/// Where a zone is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StorageFile {
    Directory,
    File,
}

/// Which dynamic updates a zone takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UpdatePolicyFile {
    None,
    NonsecureAndSecure,
    Secure,
}

/// A TSIG key of a DNS server (HMAC-SHA256).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServerKeyFile {
    /// The secret in base64.
    pub secret: At<String>,
}

/// Devices of a prefix that are not Windows hosts.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DevicesFile {
    /// Addresses, ranges, or a seeded share of the prefix such as `40 %`.
    #[serde(default)]
    pub answer_ping: Vec<At<String>>,
    /// Addresses, ranges or a share that have a PTR record, whether or not they answer.
    #[serde(default)]
    pub ptr: Vec<At<String>>,
    /// Domain their PTR records name; the first domain of the estate by default.
    pub domain: Option<At<String>>,
}
