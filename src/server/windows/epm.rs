//! The endpoint mapper: where does this interface listen? Anyone may ask.

use crate::estate::service::name;
use crate::wire::windows::epm::{Request, Response};
use crate::wire::windows::{Interface, Win32Error};

use super::context::Context;
use super::port;
use super::surface::takes_calls;

pub(super) fn answer(context: &Context<'_>, request: &Request) -> Result<Response, Win32Error> {
    let Request::Map(interface) = *request;
    let estate = context.estate.borrow();
    let host = context.host_in(&estate)?;
    // To the caller this is a mapper that cannot be reached, and it ends with the same status.
    // What a host sends itself passes no firewall.
    let own_call = host.addresses.contains(&context.peer);
    if !own_call && !host.firewall.admits_interface_lookup(interface) {
        return Err(Win32Error::RPC_S_SERVER_UNAVAILABLE);
    }
    let (provider, port) = match interface {
        Interface::DhcpManagement => (Some(name::DHCP_SERVER), port::DHCP_MANAGEMENT),
        Interface::DnsManagement => (Some(name::DNS), port::DNS_MANAGEMENT),
        Interface::EventLog => (Some(name::EVENT_LOG), port::EVENT_LOG),
        // Registered as long as the machine runs.
        Interface::ServiceControl => (None, port::SERVICE_CONTROL),
        // These have well-known ports and register nothing.
        Interface::EndpointMapper
        | Interface::Smb
        | Interface::NetBiosSession
        | Interface::LocalGroups
        | Interface::Directory
        | Interface::GlobalCatalog
        | Interface::TaskScheduler
        | Interface::SqlServer
        | Interface::Kerberos
        | Interface::Wmi
        | Interface::IpamServer => return Err(Win32Error::EPT_S_NOT_REGISTERED),
    };
    match provider.is_none_or(|service| takes_calls(host, service)) {
        true => Ok(Response::Port(port)),
        false => Err(Win32Error::EPT_S_NOT_REGISTERED),
    }
}
