//! The objects that can be in an access scope, and from which other each takes its scope.

use std::fmt;

use ipnet::IpNet;

use crate::base::Fqdn;
use crate::ipam::error::IpamResult;
use crate::ipam::space::{
    AddressKey, AddressSpaceName, BlockKey, ManagedByService, Place, RangeKey, SubnetKey,
    block_around, range_of, zone_servers,
};
use crate::ipam::store::Tx;

use super::rows;
use super::scope::ScopePath;

/// Something that is acted on.
///
/// Superscopes and conditional forwarders can be in a scope too (domain 9.9); each becomes a
/// variant here when the engine has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Object {
    /// A scope itself: what belongs to no object, such as a role, belongs to `\Global`.
    Scope(ScopePath),
    AddressSpace(AddressSpaceName),
    Block(BlockKey),
    Subnet(SubnetKey),
    /// A range, or one about to be added. The range of a DHCP scope and that scope are one
    /// object with two parents: as a range its block, as a scope its server.
    Range {
        key: RangeKey,
        network_id: IpNet,
    },
    /// An address record: in no scope of its own, it is where its range is.
    Address(AddressKey),
    DhcpServer(Fqdn),
    DhcpScope {
        server: Fqdn,
        scope: IpNet,
    },
    DnsServer(Fqdn),
    /// A zone, whichever servers host it. Its parent is the server it is reached through.
    DnsZone {
        server: Option<Fqdn>,
        zone: Fqdn,
    },
    /// The records of one name and type.
    DnsRecord {
        server: Option<Fqdn>,
        zone: Fqdn,
        name: Fqdn,
        kind: String,
    },
}

impl Object {
    /// What is everywhere: roles, policies, the tree of scopes.
    pub fn global() -> Object {
        Object::Scope(ScopePath::global())
    }

    /// Under which name the scope set on the object is kept; `None` for what has none of its own.
    pub(super) fn key(&self) -> Option<String> {
        match self {
            Object::Scope(_) | Object::Address(_) => None,
            Object::AddressSpace(name) => Some(format!("address space {name}")),
            Object::Block(key) => Some(block_key(key)),
            Object::Subnet(key) => Some(format!("subnet {key}")),
            Object::Range { key, network_id } => Some(range_key(key, *network_id)),
            Object::DhcpServer(server) => Some(format!("DHCP server {server}")),
            Object::DhcpScope { server, scope } => Some(scope_key(server.as_str(), *scope)),
            Object::DnsServer(server) => Some(format!("DNS server {server}")),
            Object::DnsZone { zone, .. } => Some(format!("DNS zone {zone}")),
            Object::DnsRecord {
                zone, name, kind, ..
            } => Some(format!("DNS record {name} {kind} of {zone}")),
        }
    }

    /// The object whose scope this one takes unless it has its own; `None` below `\Global` itself.
    pub(super) fn parent(&self, tx: &Tx<'_>) -> IpamResult<Option<Object>> {
        Ok(match self {
            Object::Scope(_)
            | Object::AddressSpace(_)
            | Object::DhcpServer(_)
            | Object::DnsServer(_) => None,
            Object::Block(key) => {
                let around = block_around(tx, &Place::of_block(key), Some(key))?;
                around
                    .map(Object::Block)
                    .or_else(|| of_space(&key.address_space))
            }
            Object::Subnet(key) => {
                let span = key.span();
                let around = block_around(tx, &Place::of_subnet(key, &span), None)?;
                around
                    .map(Object::Block)
                    .or_else(|| of_space(&key.address_space))
            }
            Object::Range { key, network_id } => range_parent(tx, key, *network_id)?,
            Object::Address(key) => {
                range_of(tx, key)?.map(|(key, network_id)| Object::Range { key, network_id })
            }
            Object::DhcpScope { server, .. } => Some(Object::DhcpServer(server.clone())),
            Object::DnsZone { server, zone } => match server {
                Some(server) => Some(Object::DnsServer(server.clone())),
                None => only(zone_servers(tx, zone)?).map(Object::DnsServer),
            },
            Object::DnsRecord { server, zone, .. } => Some(Object::DnsZone {
                server: server.clone(),
                zone: zone.clone(),
            }),
        })
    }
}

/// The space of an object that is in no block. The built-in space is in no scope, and so stands
/// for `\Global`.
fn of_space(name: &AddressSpaceName) -> Option<Object> {
    (!name.is_default()).then(|| Object::AddressSpace(name.clone()))
}

/// A range is where its subnet was put, if somebody put it anywhere; else where its block is. A
/// subnet may be larger than the block its ranges are in, and would lead past that.
fn range_parent(tx: &Tx<'_>, key: &RangeKey, network_id: IpNet) -> IpamResult<Option<Object>> {
    let subnet = Object::Subnet(SubnetKey {
        address_space: key.address_space.clone(),
        network_id,
    });
    let own = subnet.key().map(|key| rows::object_scope(tx, &key));
    if own.transpose()?.flatten().is_some() {
        return Ok(Some(subnet));
    }
    let around = block_around(tx, &Place::of_range(key, network_id), None)?;
    Ok(around
        .map(Object::Block)
        .or_else(|| of_space(&key.address_space)))
}

/// The one element of a list: a zone on several servers has no one of them as its parent.
fn only<T>(mut list: Vec<T>) -> Option<T> {
    let last = list.pop();
    last.filter(|_| list.is_empty())
}

/// Blocks are told apart by their bounds.
fn block_key(key: &BlockKey) -> String {
    format!("block {}{}", key.span, key.address_space.beside())
}

/// Ranges are told apart by bounds and owner, those of a DHCP server by its scope.
fn range_key(key: &RangeKey, network_id: IpNet) -> String {
    let instance = key.owner.service_instance.to_lowercase();
    match &key.owner.managed_by_service {
        ManagedByService::MsDhcp => scope_key(&instance, network_id),
        other => {
            let beside = key.address_space.beside();
            format!("range {} of {other} / {instance}{beside}", key.span)
        }
    }
}

fn scope_key(server: &str, scope: IpNet) -> String {
    format!("DHCP scope {scope} of {server}")
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Object::Scope(path) => path.fmt(f),
            Object::Address(key) => write!(f, "address {key}"),
            Object::Range { key, .. } => write!(f, "range {key}"),
            other => f.write_str(&other.key().unwrap_or_default()),
        }
    }
}
