//! Event log reading, and the one way in which the fakes write to it.

use crate::base::{Fqdn, Moment};
use crate::estate::eventlog::channel;
use crate::estate::registry::DNS_CUSTOM_SD;
use crate::estate::{Estate, sddl, sid};
use crate::wire::windows::Win32Error;
use crate::wire::windows::eventlog::{Request, Response};

use super::context::Context;

/// Records one call may ask for, so that a reply fits its frame.
const RECORDS_PER_CALL: u32 = 20_000;

pub(super) fn answer(context: &Context<'_>, request: &Request) -> Result<Response, Win32Error> {
    let Request::Read {
        channel: name,
        after,
        max,
    } = request;
    let caller = context.caller()?;
    // Domain 4.2 row 9.
    if !caller.is_in(sid::EVENT_LOG_READERS) && !caller.is_in(sid::ADMINISTRATORS) {
        return Err(Win32Error::ERROR_ACCESS_DENIED);
    }
    let estate = context.estate.borrow();
    let host = context.host_in(&estate)?;
    let found = host
        .channel(name)
        .ok_or(Win32Error::ERROR_EVT_CHANNEL_NOT_FOUND)?;
    // Domain 4.2 row 11: this log has an access list of its own.
    if name.eq_ignore_ascii_case(channel::DNS_SERVER) {
        let list = host.registry.get(DNS_CUSTOM_SD).unwrap_or_default();
        if !sddl::grants(list, &caller.token, sddl::EVENT_LOG_READ) {
            return Err(Win32Error::ERROR_ACCESS_DENIED);
        }
    }
    let max = usize::try_from((*max).min(RECORDS_PER_CALL)).unwrap_or(usize::MAX);
    Ok(Response::Records(found.read(*after, max)))
}

/// Writes a record to a channel of a host. Whoever logs does not fail because the log is missing:
/// then the record is lost, as on a Windows Server 2008 DHCP server without operational log.
/// Returns the record's number.
pub fn append_event(
    estate: &mut Estate,
    host: &Fqdn,
    channel: &str,
    event: u32,
    data: Vec<String>,
    at: Moment,
) -> Option<u64> {
    estate.append_event(host, channel, event, data, at).ok()
}
