//! A watch over what must hold while DHCP clients come and go.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult};
use crate::step::value::Span;

/// Checks from now on, after every step and every day, that no address is on two leases, that no
/// lease lies over another client's reservation, and that no record outlives its lease for longer
/// than the window.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WatchDhcpLife {
    /// How long a record without a lease may go without a refresh: no-refresh interval, refresh
    /// interval, scavenging period and a day. 22 days by default, which is that of Windows'
    /// defaults.
    pub window: Option<Span>,
}

impl Arguments for WatchDhcpLife {
    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let window = self.window.map_or(WINDOW, |window| window.0);
        stage.lab.watch_life(window);
        Ok(())
    }
}

const WINDOW: Duration = Duration::from_secs(22 * 24 * 3600);
