//! What a DNS server is made from: zones with their policy, and the TSIG keys it knows.

use std::net::IpAddr;

use crate::wire::dns::{Data, DnsName, Rdata, RecordType, ResourceRecord, Soa, TsigKey};
use crate::wire::windows::dnsp::{DynamicUpdate, ZoneKind, ZoneStorage};

use super::zone::{Origin, ZoneData};

/// A server: its zones and keys.
#[derive(Debug, Clone, Default)]
pub struct DnsServerConfig {
    pub zones: Vec<ZoneConfig>,
    pub tsig_keys: Vec<TsigKey>,
}

impl DnsServerConfig {
    pub fn zone(mut self, zone: ZoneConfig) -> DnsServerConfig {
        self.zones.push(zone);
        self
    }

    pub fn key(mut self, key: TsigKey) -> DnsServerConfig {
        self.tsig_keys.push(key);
        self
    }
}

/// Who may copy a zone (RFC 5936 section 5).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum TransferPolicy {
    #[default]
    Anyone,
    /// These addresses, and whoever signs with a known key.
    Only(Vec<IpAddr>),
    Nobody,
}

/// One zone of a server.
#[derive(Debug, Clone)]
pub struct ZoneConfig {
    pub name: DnsName,
    pub kind: ZoneKind,
    pub storage: ZoneStorage,
    pub updates: DynamicUpdate,
    pub transfers: TransferPolicy,
    /// Everything but the SOA and the apex NS records.
    pub records: Vec<ResourceRecord>,
    pub soa: SoaConfig,
    /// The zone's name servers; the first is the SOA's primary.
    pub name_servers: Vec<DnsName>,
    /// Where a secondary or stub zone is copied from, and where a forwarder sends queries.
    pub masters: Vec<IpAddr>,
    pub paused: bool,
}

/// The numbers of a zone's SOA. Times are seconds; the defaults are those of a zone made in the
/// Windows DNS console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoaConfig {
    pub serial: u32,
    pub refresh: u32,
    pub retry: u32,
    pub expire: u32,
    pub minimum: u32,
    /// Time to live of the SOA and the apex NS records.
    pub ttl: u32,
}

impl Default for SoaConfig {
    fn default() -> SoaConfig {
        SoaConfig {
            serial: 1,
            refresh: 900,
            retry: 600,
            expire: 86_400,
            minimum: 3_600,
            ttl: 3_600,
        }
    }
}

/// Why a configuration cannot mean anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DnsConfigError {
    #[error("zone `{0}` is declared twice on one server")]
    DuplicateZone(DnsName),
    #[error(
        "zone `{0}` takes secure updates only but is file-backed: make it directory-integrated"
    )]
    SecureNeedsDirectory(DnsName),
    #[error("zone `{0}` takes updates but is not a primary zone")]
    UpdatesNeedPrimary(DnsName),
    #[error("`{name}` does not lie in zone `{zone}`")]
    OutsideZone { name: DnsName, zone: DnsName },
    #[error("`{0}` has a CNAME beside other records (RFC 1034 section 3.6.2)")]
    CnameAndOther(DnsName),
    #[error("zone `{0}` declares a SOA record: set its numbers under `soa` instead")]
    SoaAsRecord(DnsName),
    #[error("`{name}` cannot hold a record of type {kind}")]
    MetaType { name: DnsName, kind: RecordType },
}

impl ZoneConfig {
    /// A file-backed primary zone without dynamic updates.
    pub fn primary(name: impl Into<DnsName>) -> ZoneConfig {
        ZoneConfig::new(name.into(), ZoneKind::Primary)
    }

    /// A directory-integrated primary zone that takes secure updates only, as the Windows console
    /// makes it.
    pub fn directory_integrated(name: impl Into<DnsName>) -> ZoneConfig {
        ZoneConfig {
            storage: ZoneStorage::AdIntegrated,
            updates: DynamicUpdate::Secure,
            ..ZoneConfig::primary(name)
        }
    }

    /// A secondary zone; it has no content until it is copied from a primary.
    pub fn secondary(name: impl Into<DnsName>, masters: Vec<IpAddr>) -> ZoneConfig {
        ZoneConfig {
            masters,
            ..ZoneConfig::new(name.into(), ZoneKind::Secondary)
        }
    }

    /// A stub zone: it refers to the zone's name servers.
    pub fn stub(name: impl Into<DnsName>, masters: Vec<IpAddr>) -> ZoneConfig {
        ZoneConfig {
            masters,
            ..ZoneConfig::new(name.into(), ZoneKind::Stub)
        }
    }

    /// A conditional forwarder.
    pub fn forwarder(name: impl Into<DnsName>, masters: Vec<IpAddr>) -> ZoneConfig {
        ZoneConfig {
            masters,
            ..ZoneConfig::new(name.into(), ZoneKind::Forwarder)
        }
    }

    fn new(name: DnsName, kind: ZoneKind) -> ZoneConfig {
        ZoneConfig {
            name,
            kind,
            storage: ZoneStorage::FileBacked,
            updates: DynamicUpdate::None,
            transfers: TransferPolicy::Anyone,
            records: Vec::new(),
            soa: SoaConfig::default(),
            name_servers: Vec::new(),
            masters: Vec::new(),
            paused: false,
        }
    }

    pub fn record(mut self, name: impl Into<DnsName>, ttl: u32, data: Data) -> ZoneConfig {
        self.records.push(ResourceRecord::new(name, ttl, data));
        self
    }

    pub fn name_server(mut self, name: impl Into<DnsName>) -> ZoneConfig {
        self.name_servers.push(name.into());
        self
    }

    pub fn updates(mut self, updates: DynamicUpdate) -> ZoneConfig {
        self.updates = updates;
        self
    }

    pub fn storage(mut self, storage: ZoneStorage) -> ZoneConfig {
        self.storage = storage;
        self
    }

    pub fn transfers(mut self, transfers: TransferPolicy) -> ZoneConfig {
        self.transfers = transfers;
        self
    }

    pub fn paused(mut self, paused: bool) -> ZoneConfig {
        self.paused = paused;
        self
    }

    /// Checks the rules that hold whatever the content is (domain 8.7).
    pub(super) fn check(&self) -> Result<(), DnsConfigError> {
        if self.updates != DynamicUpdate::None && self.kind != ZoneKind::Primary {
            return Err(DnsConfigError::UpdatesNeedPrimary(self.name.clone()));
        }
        if self.updates == DynamicUpdate::Secure && self.storage != ZoneStorage::AdIntegrated {
            return Err(DnsConfigError::SecureNeedsDirectory(self.name.clone()));
        }
        Ok(())
    }

    /// Builds the content. Zones that are copied from elsewhere, and forwarders, begin without.
    pub fn build(&self) -> Result<ZoneData, DnsConfigError> {
        self.check()?;
        let mut data = ZoneData::empty(self.name.clone());
        if self.kind != ZoneKind::Primary && self.records.is_empty() {
            return Ok(data);
        }
        data.add(&self.name, self.soa.ttl, self.soa_rdata(), Origin::Static);
        for server in &self.name_servers {
            let rdata = Data::Ns(server.clone()).encode();
            data.add(&self.name, self.soa.ttl, rdata, Origin::Static);
        }
        for record in &self.records {
            self.load(&mut data, record)?;
        }
        Ok(data)
    }

    fn load(&self, data: &mut ZoneData, record: &ResourceRecord) -> Result<(), DnsConfigError> {
        let (name, kind) = (&record.name, record.data.kind());
        if !name.is_within(&self.name) {
            let (name, zone) = (name.clone(), self.name.clone());
            return Err(DnsConfigError::OutsideZone { name, zone });
        }
        if kind == RecordType::SOA {
            return Err(DnsConfigError::SoaAsRecord(self.name.clone()));
        }
        if kind.is_meta() {
            let name = name.clone();
            return Err(DnsConfigError::MetaType { name, kind });
        }
        let clash = data.node(name).is_some_and(|node| {
            node.sets
                .iter()
                .any(|set| (set.kind == RecordType::CNAME) != (kind == RecordType::CNAME))
        });
        if clash {
            return Err(DnsConfigError::CnameAndOther(name.clone()));
        }
        data.add(name, record.ttl, record.data.encode(), Origin::Static);
        Ok(())
    }

    fn soa_rdata(&self) -> Rdata {
        let responsible = self
            .name
            .child(b"hostmaster")
            .unwrap_or_else(|_| self.name.clone());
        Data::Soa(Soa {
            primary: self.name_servers.first().unwrap_or(&self.name).clone(),
            responsible,
            serial: self.soa.serial,
            refresh: self.soa.refresh,
            retry: self.soa.retry,
            expire: self.soa.expire,
            minimum: self.soa.minimum,
        })
        .encode()
    }
}
