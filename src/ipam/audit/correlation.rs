//! Lease events and log-ons put together: who was signed in on the device that held an address
//! (domain 9.8).

use std::collections::BTreeSet;
use std::net::IpAddr;

use jiff::Timestamp;

use crate::base::limits::ROWS_PER_AUDIT_QUERY;
use crate::ipam::error::IpamResult;
use crate::ipam::store::Tx;
use crate::ipam::store::tracking::{self, By};

use super::event::AuditEvent;
use super::query::AuditKey;

/// Adds the log-ons that came from an address while the client or host searched for held it.
///
/// The lease may have begun before the span; so its addresses are looked for from the start.
pub(super) fn add_logons(
    tx: &Tx<'_>,
    key: &AuditKey,
    span: (Timestamp, Timestamp),
    found: &mut Vec<AuditEvent>,
) -> IpamResult<()> {
    let normal;
    let by = match key {
        AuditKey::ClientId(client) => {
            normal = super::event::digits(client);
            By::Client(&normal)
        }
        AuditKey::HostName(host) => By::Host(host),
        // An address finds its own log-ons, and a user has no other.
        AuditKey::IpAddress(_) | AuditKey::UserName(_) => return Ok(()),
    };
    let most = ROWS_PER_AUDIT_QUERY + 1;
    let leases = tracking::events(tx, by, (Timestamp::MIN, span.1), most)?;
    let addresses: BTreeSet<IpAddr> = leases.iter().filter_map(|lease| lease.address).collect();
    for address in addresses {
        for event in tracking::events(tx, By::Address(address), span, most)? {
            if event.kind.is_logon()
                && let Some(holder) = holder(tx, &event)?
                && is_meant(key, &holder)
            {
                found.push(event);
            }
        }
    }
    Ok(())
}

/// Fills in device and address of log-ons from the lease of that time.
pub(super) fn name_holders(tx: &Tx<'_>, found: &mut [AuditEvent]) -> IpamResult<()> {
    for event in found.iter_mut().filter(|event| event.kind.is_logon()) {
        if let Some(holder) = holder(tx, event)? {
            event.host_name = holder.host_name;
            event.client_id = holder.client_id;
            event.address = holder.address;
        }
    }
    Ok(())
}

/// The lease that the device of a log-on held at that time.
fn holder(tx: &Tx<'_>, logon: &AuditEvent) -> IpamResult<Option<AuditEvent>> {
    let last = match logon.address {
        Some(address) => tracking::last_lease(tx, address, logon.at)?,
        // NPS knows the station and not its address.
        None if !logon.client_id.is_empty() => {
            let span = (Timestamp::MIN, logon.at);
            let by = By::Client(&logon.client_id);
            let events = tracking::events(tx, by, span, usize::MAX)?;
            events.into_iter().rfind(|event| !event.kind.is_logon())
        }
        None => None,
    };
    Ok(last.filter(|lease| lease.kind.holds_address()))
}

fn is_meant(key: &AuditKey, holder: &AuditEvent) -> bool {
    match key {
        AuditKey::ClientId(client) => super::event::digits(client) == holder.client_id,
        AuditKey::HostName(host) => host.to_lowercase() == holder.host_name.to_lowercase(),
        AuditKey::IpAddress(_) | AuditKey::UserName(_) => false,
    }
}
