//! A DHCP server as its administrator changes it.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::addr::AddressRange;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};
use crate::wire::windows::dhcpm::{
    Request, Reservation, ReservationKind, ReservedClient, Response, ScopeInfo,
};

/// Addresses excluded from a scope.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Exclusion {
    pub server: String,
    /// `10.0.1.0/24`.
    pub scope: String,
    /// `10.0.1.10-10.0.1.19`.
    pub range: String,
}

impl Arguments for Exclusion {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.server)
            .prefix(Some(&self.scope))
            .addresses([&self.range]);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let range: AddressRange = value(&self.range)?;
        let request = Request::AddExclusion {
            scope: value(&self.scope)?,
            first: range.first(),
            last: range.last(),
        };
        at_console(stage, &self.server, request).map(|_| ())
    }
}

/// A reservation made on the server itself, beside IPAM.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NewReservation {
    pub server: String,
    pub scope: String,
    pub address: String,
    pub name: Option<String>,
    pub mac: Option<String>,
    pub duid: Option<String>,
    pub iaid: Option<u32>,
}

impl Arguments for NewReservation {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.server)
            .prefix(Some(&self.scope))
            .addresses([&self.address]);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let client = match (&self.mac, &self.duid, self.iaid) {
            (Some(mac), None, None) => ReservedClient::Mac(value(mac)?),
            (None, Some(duid), Some(iaid)) => ReservedClient::V6 {
                duid: value(duid)?,
                iaid,
            },
            _ => {
                let message = "give `mac` for IPv4, `duid` and `iaid` for IPv6";
                return Err(StepError::Impossible(message.to_owned()));
            }
        };
        let is_v6 = matches!(client, ReservedClient::V6 { .. });
        let reservation = Reservation {
            address: value(&self.address)?,
            client,
            name: self.name.clone().unwrap_or_default(),
            description: String::new(),
            kind: if is_v6 {
                ReservationKind::Dhcp
            } else {
                ReservationKind::Both
            },
        };
        let scope = value(&self.scope)?;
        let request = Request::AddReservation { scope, reservation };
        at_console(stage, &self.server, request).map(|_| ())
    }
}

/// A reservation of the server.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OldReservation {
    pub server: String,
    pub scope: String,
    pub address: String,
}

impl Arguments for OldReservation {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.server)
            .prefix(Some(&self.scope))
            .addresses([&self.address]);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (scope, address) = (value(&self.scope)?, value(&self.address)?);
        let request = Request::RemoveReservation { scope, address };
        at_console(stage, &self.server, request).map(|_| ())
    }
}

/// A lease of the server.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OldLease {
    pub server: String,
    pub scope: String,
    pub address: String,
}

impl Arguments for OldLease {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.server)
            .prefix(Some(&self.scope))
            .addresses([&self.address]);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (scope, address) = (value(&self.scope)?, value(&self.address)?);
        let request = Request::DeleteLease { scope, address };
        at_console(stage, &self.server, request).map(|_| ())
    }
}

/// A scope of the server.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OldScope {
    pub server: String,
    pub scope: String,
    /// With leases that run, it goes only by force.
    #[serde(default)]
    pub force: bool,
}

impl Arguments for OldScope {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.server).prefix(Some(&self.scope));
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let (scope, force) = (value(&self.scope)?, self.force);
        at_console(stage, &self.server, Request::DeleteScope { scope, force }).map(|_| ())
    }
}

/// A scope and its range.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NewScope {
    pub server: String,
    /// `10.0.1.0/24`.
    pub scope: String,
    /// `10.0.1.10-10.0.1.250`.
    pub range: String,
    pub name: Option<String>,
}

impl Arguments for NewScope {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.server)
            .prefix(Some(&self.scope))
            .addresses([&self.range]);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let range: AddressRange = value(&self.range)?;
        let name = self.name.clone().unwrap_or_else(|| self.scope.clone());
        let scope = ScopeInfo {
            scope: value(&self.scope)?,
            name,
            active: true,
            first: range.first(),
            last: range.last(),
            exclusions: Vec::new(),
            lease_seconds: LEASE_SECONDS,
            superscope: None,
            failover: None,
            routers: Vec::new(),
            dns_servers: Vec::new(),
            dns_domain: None,
            in_use: 0,
        };
        at_console(stage, &self.server, Request::CreateScope(scope)).map(|_| ())
    }
}

/// Eight days, the lease time of a new scope.
const LEASE_SECONDS: u32 = 8 * 24 * 3600;

/// The DHCP server that is authorised.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AuthoriseDhcpServer(pub String);

impl Arguments for AuthoriseDhcpServer {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.0);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        authorise(stage, &self.0, true)
    }
}

/// The DHCP server that is authorised no longer.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct UnauthoriseDhcpServer(pub String);

impl Arguments for UnauthoriseDhcpServer {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.0);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        authorise(stage, &self.0, false)
    }
}

fn authorise(stage: &Stage<'_>, server: &str, listed: bool) -> StepResult {
    let host = stage.host(server)?;
    stage.lab.set_dhcp_authorised(&host, listed)?;
    Ok(())
}

/// Makes a management call at the console of the server itself.
pub fn at_console(
    stage: &Stage<'_>,
    server: &str,
    request: Request,
) -> Result<Response, StepError> {
    let host = stage.host(server)?;
    let result = stage
        .lab
        .manage_dhcp(&host, request, &stage.administrator)
        .ok_or_else(|| StepError::Impossible(format!("`{host}` is no DHCP server")))?;
    result.map_err(|error| StepError::Impossible(error.to_string()))
}

fn value<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, StepError> {
    text.parse()
        .map_err(|error: T::Err| StepError::Impossible(error.to_string()))
}
