//! Leases that a server has from the beginning, as one that has run for a while has them.

use crate::base::Moment;

use super::config::LeaseConfig;
use super::pool::{Binding, Details, State};
use super::scope::Scope;
use super::server::DhcpServer;

impl DhcpServer {
    /// Gives the leases of the set-up, at the first start only. They were logged long ago, so
    /// the audit log does not tell of them.
    pub(super) fn give_preset_leases(&mut self, at: Moment) {
        let of_v4 = self.config.scopes.iter_mut().map(|scope| &mut scope.leases);
        let of_v6 = self
            .config
            .scopes_v6
            .iter_mut()
            .map(|scope| &mut scope.leases);
        let leases: Vec<LeaseConfig> = of_v4.chain(of_v6).flat_map(std::mem::take).collect();
        let now = at.wall.as_millisecond();
        for lease in leases {
            let until = now.saturating_add(i64::from(lease.seconds) * 1000);
            let holds = |scope: &&mut Scope| scope.id.contains(&lease.address);
            let Some(scope) = self.scopes.iter_mut().find(holds) else {
                continue;
            };
            let binding = Binding {
                client: lease.client,
                state: State::Active,
                until,
                host_name: lease.host_name,
                details: Details::lasting(now, lease.seconds),
            };
            scope.pool.bind(lease.address, binding);
            self.due_at(until);
        }
    }
}
