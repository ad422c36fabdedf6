//! Every command there is, as data: its name, the family its name fixes, and what carries it out.

use serde_json::Value;

use super::answer::{Failure, Outcome};
use super::args::Args;
use super::service::KeaService;
use super::{config, daemon, lease, reservation, statistic, subnet};
use crate::addr::Family;
use crate::base::Moment;
use crate::server::dhcp::DhcpServer;

/// A command on its way.
pub(super) struct Call<'a> {
    pub server: &'a mut DhcpServer,
    pub name: &'static str,
    pub service: KeaService,
    /// Of the command's name, or of the service where the name fixes none.
    pub family: Family,
    pub arguments: Option<&'a Value>,
    pub at: Moment,
}

impl<'a> Call<'a> {
    /// The arguments, which must be a map.
    pub fn args(&self) -> Result<Args<'a>, Failure> {
        match self.arguments {
            Some(value) => Args::from_value(value, "'arguments'"),
            None => Err(Failure::error(format!(
                "'{}' needs arguments and has none",
                self.name
            ))),
        }
    }

    /// The arguments where there need be none.
    pub fn optional_args(&self) -> Result<Option<Args<'a>>, Failure> {
        match self.arguments {
            None => Ok(None),
            Some(_) => self.args().map(Some),
        }
    }

    /// Milliseconds since 1970.
    pub fn now(&self) -> i64 {
        self.at.wall.as_millisecond()
    }
}

pub(super) struct Command {
    pub name: &'static str,
    /// The family that the command's name fixes.
    pub family: Option<Family>,
    pub run: fn(&mut Call<'_>) -> Outcome,
}

const fn any(name: &'static str, run: fn(&mut Call<'_>) -> Outcome) -> Command {
    Command {
        name,
        family: None,
        run,
    }
}

const fn v4(name: &'static str, run: fn(&mut Call<'_>) -> Outcome) -> Command {
    Command {
        name,
        family: Some(Family::V4),
        run,
    }
}

const fn v6(name: &'static str, run: fn(&mut Call<'_>) -> Outcome) -> Command {
    Command {
        name,
        family: Some(Family::V6),
        run,
    }
}

/// In the order of their names, which is the order `list-commands` gives.
pub(super) const COMMANDS: &[Command] = &[
    any("build-report", daemon::build_report),
    any("config-get", config::get),
    any("config-hash-get", config::hash_get),
    any("config-set", config::set),
    any("config-test", config::test),
    any("dhcp-disable", daemon::disable),
    any("dhcp-enable", daemon::enable),
    v4("lease4-add", lease::add),
    v4("lease4-del", lease::del),
    v4("lease4-get", lease::get),
    v4("lease4-get-all", lease::get_all),
    v4("lease4-get-by-client-id", lease::get_by_client_id),
    v4("lease4-get-by-hostname", lease::get_by_hostname),
    v4("lease4-get-by-hw-address", lease::get_by_hw_address),
    v4("lease4-get-by-state", lease::get_by_state),
    v4("lease4-get-page", lease::get_page),
    v4("lease4-update", lease::update),
    v4("lease4-wipe", lease::wipe),
    v6("lease6-add", lease::add),
    v6("lease6-bulk-apply", lease::bulk_apply),
    v6("lease6-del", lease::del),
    v6("lease6-get", lease::get),
    v6("lease6-get-all", lease::get_all),
    v6("lease6-get-by-duid", lease::get_by_duid),
    v6("lease6-get-by-hostname", lease::get_by_hostname),
    v6("lease6-get-by-hw-address", lease::get_by_hw_address),
    v6("lease6-get-by-state", lease::get_by_state),
    v6("lease6-get-page", lease::get_page),
    v6("lease6-update", lease::update),
    v6("lease6-wipe", lease::wipe),
    any("list-commands", daemon::list_commands),
    any("reservation-add", reservation::add),
    any("reservation-del", reservation::del),
    any("reservation-get", reservation::get),
    any("reservation-get-all", reservation::get_all),
    any("reservation-get-by-address", reservation::get_by_address),
    any("reservation-get-by-hostname", reservation::get_by_hostname),
    any("reservation-get-by-id", reservation::get_by_id),
    any("reservation-get-page", reservation::get_page),
    any("reservation-update", reservation::update),
    v4("stat-lease4-get", statistic::of_leases),
    v6("stat-lease6-get", statistic::of_leases),
    any("statistic-get", statistic::get),
    any("statistic-get-all", statistic::get_all),
    any("statistic-reset", statistic::reset),
    any("statistic-reset-all", statistic::reset_all),
    any("status-get", daemon::status_get),
    v4("subnet4-add", subnet::add),
    v4("subnet4-del", subnet::del),
    v4("subnet4-delta-add", subnet::delta_add),
    v4("subnet4-delta-del", subnet::delta_del),
    v4("subnet4-get", subnet::get),
    v4("subnet4-list", subnet::list),
    v4("subnet4-update", subnet::update),
    v6("subnet6-add", subnet::add),
    v6("subnet6-del", subnet::del),
    v6("subnet6-delta-add", subnet::delta_add),
    v6("subnet6-delta-del", subnet::delta_del),
    v6("subnet6-get", subnet::get),
    v6("subnet6-list", subnet::list),
    v6("subnet6-update", subnet::update),
    any("version-get", daemon::version_get),
];

/// The command of this name.
pub(super) fn command(name: &str) -> Option<&'static Command> {
    COMMANDS
        .binary_search_by(|command| command.name.cmp(name))
        .ok()
        .and_then(|place| COMMANDS.get(place))
}
