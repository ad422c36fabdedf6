//! People who sign in at devices, as the security logs of controllers and NPS servers record it.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::estate::Role;
use crate::estate::eventlog::channel;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult, parameter};

/// A controller granted a log-on ticket.
const TICKET_GRANTED: u32 = 4768;
/// An NPS server granted access to the network.
const NETWORK_ACCESS_GRANTED: u32 = 6272;

/// Somebody signs in to the domain at a device.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SignIn {
    /// `CORP\alice`.
    pub account: String,
    /// The address of the device.
    pub address: String,
    /// The controller that is asked.
    pub controller: String,
    /// The event it records; a granted log-on ticket by default.
    pub event: Option<u32>,
}

impl Arguments for SignIn {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.hosts([&self.controller])
            .account(Some(&self.account))
            .addresses([&self.address]);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let address: IpAddr = parameter(&self.address)?;
        let event = self.event.unwrap_or(TICKET_GRANTED);
        let from = address.to_string();
        let at = (&*self.controller, Role::DomainController, event);
        record(stage, &self.account, at, from)
    }
}

/// An NPS server lets somebody's device into the network.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NetworkAccess {
    pub account: String,
    /// The calling station: the device's hardware address.
    pub mac: String,
    pub server: String,
}

impl Arguments for NetworkAccess {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.hosts([&self.server]).account(Some(&self.account));
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let mac: crate::base::MacAddress = parameter(&self.mac)?;
        let at = (&*self.server, Role::Nps, NETWORK_ACCESS_GRANTED);
        record(stage, &self.account, at, mac.to_string())
    }
}

/// Lets the server judge the account and write down that it came from `from`.
fn record(
    stage: &Stage<'_>,
    account: &str,
    (server, role, event): (&str, Role, u32),
    from: String,
) -> StepResult {
    let host = stage.host(server)?;
    let caller = stage.lab.caller(account)?;
    let now = stage.lab.now();
    let mut estate = stage.lab.estate_mut();
    if !estate.host(&host).is_some_and(|known| known.has_role(role)) {
        return Err(StepError::Impossible(format!(
            "`{host}` is no {role} server"
        )));
    }
    let refused = |error| StepError::Impossible(format!("`{account}` cannot sign in: {error}"));
    estate
        .log_on(&caller.account, &caller.secret, now)
        .map_err(refused)?;
    let name = caller.account.name().to_owned();
    let data = vec![name, caller.account.domain().to_owned(), from];
    estate.append_event(&host, channel::SECURITY, event, data, now)?;
    Ok(())
}
