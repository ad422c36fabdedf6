//! IPAM's own configuration events: `Get-IpamConfigurationEvent` (domain 9.6).
//!
//! The catalogue shows what the Audit task has taken over from the ConfigurationChange channel,
//! so that a change appears there after the next collection and not at once.

use jiff::Timestamp;

use crate::base::limits::ROWS_PER_AUDIT_QUERY;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::events::IpamEvent;
use crate::ipam::rbac::Right;
use crate::ipam::store::events;

use super::catalogue::span;
use super::query::Rows;

/// Which events are shown; the default shows all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfigurationEventFilter {
    /// Any user or domain when empty.
    pub user_name: Vec<String>,
    pub user_domain_name: Vec<String>,
    /// Both ends count.
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

impl Ipam {
    /// `Get-IpamConfigurationEvent`: events by time.
    ///
    /// # Errors
    /// `IpamApiInvalidParameter` for an end before the start; those of every operation.
    pub async fn get_ipam_configuration_event(
        &self,
        caller: &Caller,
        filter: &ConfigurationEventFilter,
    ) -> IpamResult<Rows<IpamEvent>> {
        self.authorize(caller, Right::Read).await?;
        let span = span(filter.from, filter.until)?;
        let among = |wanted: &[String], found: &str| {
            wanted.is_empty() || wanted.iter().any(|name| name.eq_ignore_ascii_case(found))
        };
        let found = self.store.read(|tx| events::catalogue(tx, span))?;
        let shown = found.into_iter().filter(|event| {
            among(&filter.user_name, event.user.name())
                && among(&filter.user_domain_name, event.user.domain())
        });
        Ok(Rows::of(shown.take(ROWS_PER_AUDIT_QUERY + 1).collect()))
    }

    /// Takes new records of the own ConfigurationChange channel over into the catalogue; how
    /// many.
    pub(crate) fn collect_own_events(&self) -> IpamResult<usize> {
        self.store.transaction(events::take_over)
    }
}
