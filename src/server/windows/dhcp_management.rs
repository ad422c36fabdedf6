//! DHCP management: the two groups of the role, as the service read them when it started.

use crate::estate::eventlog::channel;
use crate::estate::service::name;
use crate::estate::{Host, sid};
use crate::wire::windows::Win32Error;
use crate::wire::windows::dhcpm::{Request, Response};

use super::context::{Caller, Context};
use super::event_log::append_event;
use super::surface::SharedDhcp;

pub(super) fn answer(
    context: &Context<'_>,
    server: &SharedDhcp,
    request: Request,
) -> Result<Response, Win32Error> {
    let caller = context.caller()?;
    {
        let estate = context.estate.borrow();
        if !may(context.host_in(&estate)?, &caller, &request) {
            return Err(Win32Error::ERROR_ACCESS_DENIED);
        }
    }
    let is_write = request.is_write();
    let mut server = server.borrow_mut();
    let managed = server.manage(request, context.at, &caller.name);
    if is_write {
        log_changes(context, &mut server);
    }
    managed
}

/// Domain 4.3 and 8.5: reading needs DHCP Users or DHCP Administrators, writing the latter, asking
/// for the version neither. A membership granted since the service started does not count yet.
fn may(host: &Host, caller: &Caller, request: &Request) -> bool {
    if *request == Request::GetVersion || caller.is_in(sid::ADMINISTRATORS) {
        return true;
    }
    let loaded = host
        .service(name::DHCP_SERVER)
        .and_then(|service| service.startup_groups.as_ref());
    loaded.is_some_and(|groups| {
        caller.is_any_of(&groups.administrators)
            || (!request.is_write() && caller.is_any_of(&groups.users))
    })
}

/// Puts the server's configuration events into its operational channel (domain 9.7).
fn log_changes(context: &Context<'_>, server: &mut crate::server::dhcp::DhcpServer) {
    let mut estate = context.estate.borrow_mut();
    for event in server.take_events() {
        append_event(
            &mut estate,
            context.host,
            channel::DHCP_OPERATIONAL,
            event.event,
            event.data,
            context.at,
        );
    }
}
