//! What listens on a port: one interface, or the several that share it.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use crate::estate::Host;
use crate::estate::service::name;
use crate::server::dhcp::DhcpServer;
use crate::server::dns::DnsServer;
use crate::wire::windows::scm::ServiceState;
use crate::wire::windows::{Reply, Request, Response, Win32Error};

use super::context::Context;
use super::{
    dhcp_management, directory, dns_management, epm, event_log, ipam_server, kerberos, local_files,
    local_groups, service_control, smb, sql_server, wmi,
};

/// The DHCP server that is managed.
pub type SharedDhcp = Rc<RefCell<DhcpServer>>;
/// The DNS server that is managed.
pub type SharedDns = Arc<Mutex<DnsServer>>;

/// What a listener offers.
pub(super) enum Surface {
    EndpointMapper,
    Kerberos,
    /// LDAP and global catalog; the port tells which.
    Directory,
    Dhcp(SharedDhcp),
    Dns(SharedDns),
    EventLog,
    ServiceControl,
    /// File shares and named pipes.
    Smb,
    /// Management of the host itself.
    Wmi,
    /// The management port of an IPAM server.
    IpamServer,
    SqlServer,
}

impl Surface {
    /// The Windows service that provides it. The service control manager is no service itself.
    pub(super) fn service(&self) -> Option<&'static str> {
        Some(match self {
            Surface::EndpointMapper => name::RPCSS,
            Surface::Kerberos => name::KDC,
            Surface::Directory => name::DIRECTORY,
            Surface::Dhcp(_) => name::DHCP_SERVER,
            Surface::Dns(_) => name::DNS,
            Surface::EventLog => name::EVENT_LOG,
            Surface::Smb => name::SERVER,
            Surface::Wmi => name::WS_MANAGEMENT,
            Surface::IpamServer => name::PROCESS_ACTIVATION,
            Surface::SqlServer => name::SQL_SERVER,
            Surface::ServiceControl => return None,
        })
    }

    /// Answers one call.
    ///
    /// # Errors
    /// The interface's own refusal, or `RPC_S_UNKNOWN_IF` when the call is for an interface that
    /// is not offered here.
    pub(super) fn answer(&self, context: &Context<'_>, request: Request) -> Reply {
        Ok(match (self, request) {
            (Surface::EndpointMapper, Request::EndpointMapper(request)) => {
                Response::EndpointMapper(epm::answer(context, &request)?)
            }
            (Surface::Kerberos, Request::Kerberos(request)) => {
                Response::Kerberos(kerberos::answer(context, request)?)
            }
            (Surface::Directory, Request::Directory(request)) => {
                Response::Directory(directory::answer(context, request)?)
            }
            (Surface::Dhcp(server), Request::DhcpManagement(request)) => {
                Response::DhcpManagement(dhcp_management::answer(context, server, request)?)
            }
            (Surface::Dns(server), Request::DnsManagement(request)) => {
                Response::DnsManagement(dns_management::answer(context, server, &request)?)
            }
            (Surface::EventLog, Request::EventLog(request)) => {
                Response::EventLog(event_log::answer(context, &request)?)
            }
            (Surface::ServiceControl, Request::ServiceControl(request)) => {
                Response::ServiceControl(service_control::answer(context, &request)?)
            }
            (Surface::Smb, Request::Smb(request)) => Response::Smb(smb::answer(context, &request)?),
            (Surface::Smb, Request::LocalGroups(request)) => {
                Response::LocalGroups(local_groups::answer(context, &request)?)
            }
            (Surface::Wmi, Request::Wmi(request)) => Response::Wmi(wmi::answer(context, request)?),
            (Surface::IpamServer, Request::IpamServer(request)) => {
                Response::IpamServer(ipam_server::answer(context, &request)?)
            }
            (Surface::Smb, Request::TaskScheduler(request)) => {
                Response::TaskScheduler(local_files::register(context, request)?)
            }
            (Surface::SqlServer, Request::SqlServer(request)) => {
                Response::SqlServer(sql_server::answer(context, request)?)
            }
            _ => return Err(Win32Error::RPC_S_UNKNOWN_IF),
        })
    }
}

/// Whether a service takes calls: a paused one does, one that is starting or stopping does not.
pub(super) fn takes_calls(host: &Host, service: &str) -> bool {
    host.service(service).is_some_and(|service| {
        matches!(
            service.state,
            ServiceState::Running
                | ServiceState::Paused
                | ServiceState::PausePending
                | ServiceState::ContinuePending
        )
    })
}
