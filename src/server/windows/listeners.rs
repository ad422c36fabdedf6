//! What a host listens with.

use std::cell::RefCell;
use std::rc::Rc;

use crate::base::Fqdn;
use crate::estate::service::name;
use crate::estate::{Estate, Os, Role, program};
use crate::net::SharedService;

use super::port;
use super::session::WindowsService;
use super::surface::{SharedDhcp, SharedDns, Surface};

/// The remote interfaces of a host: TCP port, the program that firewall rules know the listener
/// as, and the listener. Empty for a host the estate does not have or that runs no Windows.
///
/// DHCP and DNS management need the server they manage; a host without the server has no such
/// interface. Each program has a listener of its own, because programs stop one by one.
pub fn windows_services(
    host: &Fqdn,
    estate: Rc<RefCell<Estate>>,
    dhcp: Option<SharedDhcp>,
    dns: Option<SharedDns>,
) -> Vec<(u16, &'static str, SharedService)> {
    let (is_controller, is_ipam, runs_sql) = match estate.borrow().host(host) {
        Some(machine) if machine.os != Os::Device => {
            let is_ipam = machine.has_role(Role::Ipam);
            (machine.is_controller(), is_ipam, machine.sql.is_some())
        }
        _ => return Vec::new(),
    };
    let listener = |surface: Surface| -> SharedService {
        let (estate, host) = (Rc::clone(&estate), host.clone());
        Rc::new(RefCell::new(WindowsService::new(estate, host, surface)))
    };
    let shares = listener(Surface::Smb);
    let mut listeners = vec![
        (
            port::ENDPOINT_MAPPER,
            program::RPCSS,
            listener(Surface::EndpointMapper),
        ),
        (port::SMB, program::SYSTEM, Rc::clone(&shares)),
        (port::NETBIOS_SESSION, program::SYSTEM, shares),
        (
            port::EVENT_LOG,
            program::EVENT_LOG,
            listener(Surface::EventLog),
        ),
        (
            port::SERVICE_CONTROL,
            program::SERVICES,
            listener(Surface::ServiceControl),
        ),
    ];
    if is_controller {
        let directory = listener(Surface::Directory);
        listeners.extend([
            (port::KERBEROS, program::KDC, listener(Surface::Kerberos)),
            (port::DIRECTORY, program::LSASS, Rc::clone(&directory)),
            (port::GLOBAL_CATALOG, program::LSASS, directory),
        ]);
    }
    // Every Windows server has it; only the IPAM server asks itself.
    if is_ipam {
        let surface = listener(Surface::Wmi);
        listeners.push((port::WS_MANAGEMENT, program::WS_MANAGEMENT, surface));
    }
    if runs_sql {
        let surface = listener(Surface::SqlServer);
        listeners.push((port::SQL_SERVER, program::SQL_SERVER, surface));
    }
    if let Some(server) = dhcp {
        let surface = listener(Surface::Dhcp(server));
        listeners.push((port::DHCP_MANAGEMENT, program::DHCP_SERVER, surface));
    }
    if let Some(server) = dns {
        let surface = listener(Surface::Dns(server));
        listeners.push((port::DNS_MANAGEMENT, program::DNS, surface));
    }
    listeners
}

/// What serves the sessions of an IPAM server's application pool. It is bound to whatever port
/// the pool listens on.
pub fn ipam_pool_service(host: &Fqdn, estate: Rc<RefCell<Estate>>) -> SharedService {
    let surface = Surface::IpamServer;
    Rc::new(RefCell::new(WindowsService::new(
        estate,
        host.clone(),
        surface,
    )))
}

/// The program that listens for a Windows service, to stop both together. `None` for a service
/// that no listener here belongs to.
pub fn program_of_service(service: &str) -> Option<&'static str> {
    const PROGRAMS: &[(&str, &str)] = &[
        (name::RPCSS, program::RPCSS),
        (name::SERVER, program::SYSTEM),
        (name::EVENT_LOG, program::EVENT_LOG),
        (name::KDC, program::KDC),
        (name::DIRECTORY, program::LSASS),
        (name::DHCP_SERVER, program::DHCP_SERVER),
        (name::DNS, program::DNS),
        (name::WS_MANAGEMENT, program::WS_MANAGEMENT),
        (name::PROCESS_ACTIVATION, program::IPAM_POOL),
        (name::SQL_SERVER, program::SQL_SERVER),
    ];
    PROGRAMS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(service))
        .map(|(_, program)| *program)
}
