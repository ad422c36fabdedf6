//! The first copy of every secondary zone, as if its server had transferred it before the run.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::PoisonError;

use crate::base::{Fqdn, Moment, SimTime};
use crate::estate::Estate;
use crate::server::dns::{DnsServer, DnsServerConfig, Transport};
use crate::wire::dns::DnsName;
use crate::wire::windows::dnsp::ZoneKind;

use super::running::SharedDns;

/// Copies each secondary and stub zone that has no content from the first of its masters that
/// gives it. One whose masters refuse stays empty, as it would on a network.
pub(super) fn copy_all(
    estate: &Estate,
    configs: &BTreeMap<Fqdn, DnsServerConfig>,
    servers: &BTreeMap<Fqdn, SharedDns>,
) {
    for (holder, config) in configs {
        let copied = config
            .zones
            .iter()
            .filter(|zone| matches!(zone.kind, ZoneKind::Secondary | ZoneKind::Stub));
        for zone in copied.filter(|zone| zone.records.is_empty()) {
            for master in &zone.masters {
                if copy(estate, servers, holder, &zone.name, *master) {
                    break;
                }
            }
        }
    }
}

/// One transfer, message by message as it would cross the wire.
fn copy(
    estate: &Estate,
    servers: &BTreeMap<Fqdn, SharedDns>,
    holder: &Fqdn,
    zone: &DnsName,
    master: IpAddr,
) -> bool {
    let asked = estate
        .host_at(master)
        .and_then(|host| servers.get(&host.fqdn));
    let peer = estate
        .host(holder)
        .and_then(|host| host.addresses.first().copied());
    let (Some(asked), Some(peer), Some(own)) = (asked, peer, servers.get(holder)) else {
        return false;
    };
    let query = DnsServer::refresh_query(1, zone);
    let at = Moment::of(jiff::Timestamp::UNIX_EPOCH, SimTime::ZERO);
    let answered = {
        let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.handle(&query, Transport::Tcp, SocketAddr::new(peer, 49152), at)
    };
    let mut own = own.lock().unwrap_or_else(PoisonError::into_inner);
    own.refresh(zone, &answered).is_ok()
}
