//! The parameters of an import of leases, as validated.

use std::fmt;
use std::str::FromStr;

use crate::base::Fqdn;
use crate::ipam::error::{IpamError, IpamResult};
use crate::wire::windows::dhcpm::Family;

/// Which leases are imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LeaseFamilies {
    V4,
    V6,
    #[default]
    All,
}

impl LeaseFamilies {
    /// In the order in which they are imported.
    pub(super) fn each(self) -> &'static [Family] {
        match self {
            LeaseFamilies::V4 => &[Family::V4],
            LeaseFamilies::V6 => &[Family::V6],
            LeaseFamilies::All => &[Family::V4, Family::V6],
        }
    }
}

impl fmt::Display for LeaseFamilies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LeaseFamilies::V4 => "IPv4",
            LeaseFamilies::V6 => "IPv6",
            LeaseFamilies::All => "All",
        })
    }
}

/// There is no such address family.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no address family: use IPv4, IPv6 or All")]
pub struct UnknownFamilies(String);

impl FromStr for LeaseFamilies {
    type Err = UnknownFamilies;

    fn from_str(text: &str) -> Result<LeaseFamilies, UnknownFamilies> {
        let known = [LeaseFamilies::V4, LeaseFamilies::V6, LeaseFamilies::All];
        known
            .into_iter()
            .find(|families| families.to_string().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| UnknownFamilies(text.to_owned()))
    }
}

/// Where the value of a custom field comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomSource {
    ScopeName,
    ScopeId,
    SuperscopeName,
    HostName,
    ClientId,
    AddressState,
    /// The same for every record.
    Fixed(String),
}

impl FromStr for CustomSource {
    type Err = std::convert::Infallible;

    /// A property of the scope or the lease, by the names of the DHCP cmdlets; anything else is a
    /// text that every record gets.
    fn from_str(text: &str) -> Result<CustomSource, Self::Err> {
        Ok(match text.to_ascii_lowercase().as_str() {
            "dhcpscope.name" => CustomSource::ScopeName,
            "dhcpscope.scopeid" => CustomSource::ScopeId,
            "dhcpscope.superscopename" => CustomSource::SuperscopeName,
            "dhcplease.hostname" => CustomSource::HostName,
            "dhcplease.clientid" => CustomSource::ClientId,
            "dhcplease.addressstate" => CustomSource::AddressState,
            _ => CustomSource::Fixed(text.to_owned()),
        })
    }
}

/// A line of `-CustomData`: a custom field that exists, and what goes into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomDatum {
    pub field: String,
    pub source: CustomSource,
}

/// What is imported, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseImport {
    server: Fqdn,
    pub families: LeaseFamilies,
    /// Only leases of reservations, used or not.
    pub reservation_only: bool,
    pub custom_data: Vec<CustomDatum>,
}

impl LeaseImport {
    /// Everything that `server` leases, in both families.
    ///
    /// # Errors
    /// `IpamApiInvalidParameter` for a name without its domain: it is the service instance of the
    /// ranges, and a shorter one would map to none (domain 5.7, 9.4).
    pub fn new(server: Fqdn) -> IpamResult<LeaseImport> {
        if server.parent().is_none() {
            return Err(IpamError::parameter(format!(
                "`{server}` is no fully qualified name: add its domain, as in \
                 `{server}.corp.example`"
            )));
        }
        Ok(LeaseImport {
            server,
            families: LeaseFamilies::All,
            reservation_only: false,
            custom_data: Vec::new(),
        })
    }

    pub fn server(&self) -> &Fqdn {
        &self.server
    }
}
