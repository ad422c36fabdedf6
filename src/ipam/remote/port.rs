//! Where an interface listens.

use crate::wire::windows::{Interface, Win32Error};

/// How the port of an interface is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PortOf {
    /// Registered for the protocol that carries the interface.
    WellKnown(u16),
    /// Whatever the endpoint mapper of the server says.
    Dynamic,
}

pub(super) const ENDPOINT_MAPPER: u16 = 135;
pub(super) const KERBEROS: u16 = 88;

/// The port of an interface (domain 1.3).
pub(super) fn port_of(interface: Interface) -> PortOf {
    match interface {
        Interface::Kerberos => PortOf::WellKnown(KERBEROS),
        Interface::EndpointMapper => PortOf::WellKnown(ENDPOINT_MAPPER),
        Interface::Directory => PortOf::WellKnown(389),
        Interface::GlobalCatalog => PortOf::WellKnown(3268),
        // Local groups travel over a named pipe, which is a file on the same port.
        Interface::Smb | Interface::LocalGroups | Interface::TaskScheduler => {
            PortOf::WellKnown(445)
        }
        Interface::SqlServer => PortOf::WellKnown(1433),
        Interface::Wmi => PortOf::WellKnown(5985),
        // Where it is unless it was moved; a client that knows better calls it there.
        Interface::IpamServer => PortOf::WellKnown(48885),
        Interface::NetBiosSession => PortOf::WellKnown(139),
        Interface::DhcpManagement
        | Interface::DnsManagement
        | Interface::EventLog
        | Interface::ServiceControl => PortOf::Dynamic,
    }
}

/// What a client reports when nothing answers: the redirector speaks of network paths, the RPC
/// run-time of servers.
pub(super) fn unreachable(interface: Interface) -> Win32Error {
    match interface {
        Interface::Smb
        | Interface::NetBiosSession
        | Interface::LocalGroups
        | Interface::TaskScheduler => Win32Error::ERROR_BAD_NETPATH,
        _ => Win32Error::RPC_S_SERVER_UNAVAILABLE,
    }
}
