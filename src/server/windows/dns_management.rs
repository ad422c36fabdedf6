//! DNS management: the server's access list as it last read it, then the zone.

use std::sync::PoisonError;

use crate::estate::defaults::group;
use crate::estate::{Estate, Host, sid};
use crate::wire::windows::Win32Error;
use crate::wire::windows::dnsp::{Request, Response};

use super::context::{Caller, Context};
use super::surface::SharedDns;

pub(super) fn answer(
    context: &Context<'_>,
    server: &SharedDns,
    request: &Request,
) -> Result<Response, Win32Error> {
    let caller = context.caller()?;
    let (os_version, directory_integrated) = {
        let estate = context.estate.borrow();
        let host = context.host_in(&estate)?;
        if !may(&estate, host, context, &caller, request) {
            return Err(Win32Error::ERROR_ACCESS_DENIED);
        }
        (host.os.version(), host.dns_is_directory_integrated())
    };
    let mut server = server.lock().unwrap_or_else(PoisonError::into_inner);
    server.settle(context.at);
    Ok(match request {
        Request::ServerInfo => Response::ServerInfo {
            version: format!("{}.{}", os_version.0, os_version.1),
            directory_integrated,
        },
        Request::EnumZones => Response::Zones(server.zones()),
        Request::EnumRecords { zone, name } => {
            Response::Records(server.records(zone, name.as_ref())?)
        }
        Request::AddRecord {
            zone,
            name,
            ttl,
            data,
        } => {
            server.add_record(zone, name, *ttl, data)?;
            Response::Done
        }
        Request::DeleteRecord { zone, name, data } => {
            server.delete_record(zone, name, data)?;
            Response::Done
        }
    })
}

/// Domain 4.3. File-backed zones have no list of their own; directory-integrated ones inherit the
/// server's, and writes there happen under the caller's own identity.
fn may(
    estate: &Estate,
    host: &Host,
    context: &Context<'_>,
    caller: &Caller,
    request: &Request,
) -> bool {
    if caller.is_in(sid::ADMINISTRATORS) {
        return true;
    }
    if !host.dns_is_directory_integrated() {
        return caller.is_in(sid::SERVER_OPERATORS);
    }
    let dns_admins = estate.find_principal(group::DNS_ADMINS, host.domain());
    if dns_admins.is_ok_and(|group| caller.token.contains(&group.sid)) {
        return true;
    }
    let readers = estate.dns_readers_loaded(host, context.at);
    !request.is_write() && readers.is_some_and(|readers| caller.is_any_of(readers))
}
