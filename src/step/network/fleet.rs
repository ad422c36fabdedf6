//! Many DHCP clients that live by themselves.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::addr::usable;
use crate::base::limits::HOSTS_PER_FLEET;
use crate::lab::clients::{FleetSpec, Habits, Link};
use crate::step::mention::Mentions;
use crate::step::network::client::Registers;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepError, StepResult};
use crate::step::value::Span;

/// Clients that join, renew, leave and return by their own draws.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StartDhcpClients {
    /// Host names begin with it: `pc` is `pc1`, `pc2` and so on.
    pub name: String,
    pub count: u32,
    /// The DHCP server that the relays of their subnets forward to.
    pub server: String,
    /// Their subnets. The relay of each has the last usable address but one.
    pub subnets: Vec<String>,
    /// All of them appear within this time; at once by default.
    pub join_within: Option<Span>,
    /// Who shall register their names, by option 81; none is sent without it.
    pub registers: Option<Registers>,
    /// What kinds of clients there are, in parts of their sum.
    #[serde(default)]
    pub habits: HabitsArgument,
    /// Whether the run keeps its packets, for a capture. They are only counted by default.
    #[serde(default)]
    pub keep_packets: bool,
}

/// Parts of a fleet. Windows' world has many machines that stay and some that do anything else.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct HabitsArgument {
    /// Always on.
    pub stay: u32,
    /// Leave without a word for 1 to 30 days and come back.
    pub walk: u32,
    /// Give their leases back when they leave, and come back.
    pub release: u32,
    /// Leave without a word and appear in the next subnet.
    pub roam: u32,
    /// Are replaced by another machine of the same name.
    pub replaced: u32,
}

impl Default for HabitsArgument {
    fn default() -> HabitsArgument {
        let Habits {
            stay,
            walk,
            release,
            roam,
            replaced,
        } = Habits::default();
        HabitsArgument {
            stay,
            walk,
            release,
            roam,
            replaced,
        }
    }
}

impl Arguments for StartDhcpClients {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.server);
        for subnet in &self.subnets {
            to.prefix(Some(subnet));
        }
        if self.count == 0 || self.count > HOSTS_PER_FLEET {
            to.problem(
                "count",
                "a fleet has at least one client, and no more than a fleet of hosts",
                "choose a number in between",
            );
        }
        if self.subnets.is_empty() {
            to.problem("subnets", "clients are in some subnet", "name one at least");
        }
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.server)?;
        let links: Result<Vec<Link>, StepError> =
            self.subnets.iter().map(|subnet| link(subnet)).collect();
        let like = Some(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let IpAddr::V4(server) = stage.address_of(&host, like)? else {
            return Err(wrong(format!("`{host}` has no IPv4 address")));
        };
        let HabitsArgument {
            stay,
            walk,
            release,
            roam,
            replaced,
        } = self.habits;
        let seed = stage.lab.spec().seed.child("dhcp-clients");
        let spec = FleetSpec {
            name: self.name.clone(),
            count: self.count,
            server,
            links: links?,
            joins_within: self.join_within.unwrap_or_default().0,
            client_fqdn: self.registers.map(|registers| registers.option("")),
            habits: Habits {
                stay,
                walk,
                release,
                roam,
                replaced,
            },
            seed: seed.child(&self.name),
        };
        let started = stage.lab.start_clients(spec, self.keep_packets);
        started.map_err(|error| wrong(format!("`{}` cannot be started: {error}", self.name)))
    }
}

/// The fleet by its name.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct StopDhcpClients(pub String);

impl Arguments for StopDhcpClients {
    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        match stage.lab.stop_clients(&self.0) {
            true => Ok(()),
            false => Err(wrong(format!("no clients `{}` are on", self.0))),
        }
    }
}

/// The fleet by its name.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ShowDhcpClients(pub String);

impl Arguments for ShowDhcpClients {
    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let look = |fleet: &crate::lab::clients::ClientFleet| {
            (fleet.bound(), fleet.spec().count, fleet.tally())
        };
        let none = || wrong(format!("no clients `{}` were started", self.0));
        let (bound, count, tally) = stage.lab.with_clients(&self.0, look).ok_or_else(none)?;
        let name = &self.0;
        stage.say(format!(
            "{name}: {bound} of {count} clients have an address"
        ));
        stage.say(format!(
            "  {} joined, {} left ({} released, {} roamed, {} replaced), {} returned",
            tally.joined, tally.left, tally.released, tally.roamed, tally.replaced, tally.returned
        ));
        stage.say(format!(
            "  {} leases, {} renewals, {} rebinds, {} refusals, {} lost, {} unserved",
            tally.leased, tally.renewed, tally.rebound, tally.refused, tally.lost, tally.unserved
        ));
        Ok(())
    }
}

fn wrong(what: String) -> StepError {
    StepError::Impossible(what)
}

/// A subnet and the relay in it, which leaves the last address to that of single clients.
fn link(text: &str) -> Result<Link, StepError> {
    let subnet: Ipv4Net = text
        .parse()
        .map_err(|_| wrong(format!("`{text}` is not an IPv4 prefix")))?;
    let range = usable(IpNet::V4(subnet));
    let (IpAddr::V4(first), IpAddr::V4(last)) = (range.first(), range.last()) else {
        return Err(wrong(format!("`{text}` is not an IPv4 prefix")));
    };
    let relay = u32::from(last).saturating_sub(1);
    if relay <= u32::from(first) {
        return Err(wrong(format!(
            "`{text}` has no room for clients and a relay"
        )));
    }
    Ok(Link {
        subnet,
        relay: relay.into(),
    })
}
