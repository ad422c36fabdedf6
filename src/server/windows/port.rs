//! The ports the interfaces listen on.
//!
//! Deviation: Windows hands out dynamic ports in the order services start. Here each interface
//! has a fixed one in the dynamic range, so that a capture reads the same everywhere.

/// Log-on.
pub const KERBEROS: u16 = 88;
/// The endpoint mapper.
pub const ENDPOINT_MAPPER: u16 = crate::estate::rules::ENDPOINT_MAPPER_PORT;
/// The directory.
pub const DIRECTORY: u16 = 389;
/// The global catalog.
pub const GLOBAL_CATALOG: u16 = 3268;
/// File shares and, through a named pipe, local groups.
pub const SMB: u16 = 445;
/// File shares over a NetBIOS session.
pub const NETBIOS_SESSION: u16 = 139;
/// Management of the host itself.
pub const WS_MANAGEMENT: u16 = 5985;

/// SQL Server, a default instance.
pub const SQL_SERVER: u16 = crate::estate::sql::PORT;

/// Event log, by way of the endpoint mapper.
pub const EVENT_LOG: u16 = 49_665;
/// Service control, by way of the endpoint mapper.
pub const SERVICE_CONTROL: u16 = 49_670;
/// DNS management, by way of the endpoint mapper.
pub const DNS_MANAGEMENT: u16 = 49_680;
/// DHCP management, by way of the endpoint mapper.
pub const DHCP_MANAGEMENT: u16 = 49_690;
