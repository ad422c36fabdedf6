//! DHCP configuration events: `Get-IpamDhcpConfigurationEvent` and the catalogue's filters
//! (domain 9.6, 9.7).

use jiff::Timestamp;

use crate::base::Fqdn;
use crate::base::limits::ROWS_PER_AUDIT_QUERY;
use crate::ipam::access::DHCP_CHANNEL;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::rbac::Right;
use crate::ipam::store::collected;
use crate::wire::windows::eventlog::EventRecord;

use super::query::Rows;

/// A configuration event of a DHCP server, its parameters by their meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DhcpConfigurationEvent {
    pub server: Fqdn,
    pub at: Timestamp,
    pub event: u32,
    /// The scope, where it is about one or something in one.
    pub scope: String,
    /// What else it is about: reservation, exclusion, option, new value.
    pub object: String,
    /// The value before, which only some events carry.
    pub old_value: String,
    pub user_name: String,
    pub user_domain: String,
}

impl DhcpConfigurationEvent {
    /// Reads the positional parameters of a record (domain 9.7).
    pub(crate) fn read(server: &Fqdn, record: &EventRecord) -> DhcpConfigurationEvent {
        let text = |place: Option<usize>| {
            let found = place.and_then(|place| record.data.get(place));
            found.cloned().unwrap_or_default()
        };
        let places = Places::of(record.event, record.data.len());
        let account = text(Some(places.account));
        let (domain, user) = account.split_once('\\').unwrap_or(("", &account));
        DhcpConfigurationEvent {
            server: server.clone(),
            at: record.at,
            event: record.event,
            scope: text(places.scope),
            object: text(places.object),
            old_value: text(places.old_value),
            user_name: user.to_owned(),
            user_domain: domain.to_owned(),
        }
    }
}

/// Where an event keeps what.
struct Places {
    scope: Option<usize>,
    object: Option<usize>,
    account: usize,
    old_value: Option<usize>,
}

impl Places {
    fn of(event: u32, given: usize) -> Places {
        let places = |scope, object, account, old_value| Places {
            scope,
            object,
            account,
            old_value,
        };
        match event {
            // Lease durations: scope, new value, account, value before.
            75 | 133 => places(Some(0), Some(1), 2, Some(3)),
            // Options of a scope: scope, option, account.
            76 => places(Some(0), Some(1), 2, None),
            // Options of the server: option, account.
            105 => places(None, Some(0), 1, None),
            // An object in a scope: object, scope, account.
            _ if given >= 3 => places(Some(1), Some(0), given - 1, None),
            // The scope itself: scope, account.
            _ => places(Some(0), None, given.saturating_sub(1), None),
        }
    }
}

/// Which events are shown; the default shows all. Texts compare without regard to case and know
/// no wildcard.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CatalogueFilter {
    /// `-ServerName`; any server when empty.
    pub servers: Vec<Fqdn>,
    /// `-StartDate` and `-EndDate`; both ends count.
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// The console's filters.
    pub event: Option<u32>,
    pub user_name: Option<String>,
    pub user_domain: Option<String>,
    pub scope: Option<String>,
    /// A reservation's address, an exclusion, an option.
    pub object: Option<String>,
}

impl CatalogueFilter {
    fn shows(&self, event: &DhcpConfigurationEvent) -> bool {
        let same = |wanted: &Option<String>, found: &str| {
            wanted
                .as_ref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(found))
        };
        self.event.is_none_or(|wanted| wanted == event.event)
            && same(&self.user_name, &event.user_name)
            && same(&self.user_domain, &event.user_domain)
            && same(&self.scope, &event.scope)
            && same(&self.object, &event.object)
    }
}

impl Ipam {
    /// `Get-IpamDhcpConfigurationEvent`: events by time.
    ///
    /// # Errors
    /// `IpamApiInvalidParameter` for an end before the start; those of every operation.
    pub async fn get_ipam_dhcp_configuration_event(
        &self,
        caller: &Caller,
        filter: &CatalogueFilter,
    ) -> IpamResult<Rows<DhcpConfigurationEvent>> {
        self.authorize(caller, Right::Read).await?;
        let span = span(filter.from, filter.until)?;
        let servers: Vec<Fqdn> = filter.servers.iter().map(|s| self.qualified(s)).collect();
        let records = self
            .store
            .read(|tx| collected::events_between(tx, DHCP_CHANNEL, span))?;
        let events = records
            .iter()
            .filter(|(server, _)| servers.is_empty() || servers.contains(server))
            .map(|(server, record)| DhcpConfigurationEvent::read(server, record))
            .filter(|event| filter.shows(event));
        Ok(Rows::of(events.take(ROWS_PER_AUDIT_QUERY + 1).collect()))
    }
}

/// The bounds of a query; what is left out is the first or the last event there is.
pub(super) fn span(
    from: Option<Timestamp>,
    until: Option<Timestamp>,
) -> IpamResult<(Timestamp, Timestamp)> {
    let (from, until) = (
        from.unwrap_or(Timestamp::MIN),
        until.unwrap_or(Timestamp::MAX),
    );
    if until < from {
        return Err(IpamError::parameter(format!(
            "the end date `{until}` lies before the start date `{from}`"
        )));
    }
    Ok((from, until))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(event: u32, data: &[&str]) -> DhcpConfigurationEvent {
        let record = EventRecord {
            record: 1,
            event,
            at: Timestamp::UNIX_EPOCH,
            data: data.iter().map(|text| (*text).to_owned()).collect(),
        };
        DhcpConfigurationEvent::read(&"dhcp1.corp.example".parse().unwrap(), &record)
    }

    #[test]
    fn each_event_has_its_parameters_in_their_places() {
        let made = read(70, &["10.0.1.0/24", "CORP\\ann"]);
        assert_eq!((&*made.scope, &*made.object), ("10.0.1.0/24", ""));
        assert_eq!((&*made.user_domain, &*made.user_name), ("CORP", "ann"));
        let reserved = read(106, &["10.0.1.50", "10.0.1.0/24", "CORP\\ann"]);
        assert_eq!(
            (&*reserved.scope, &*reserved.object),
            ("10.0.1.0/24", "10.0.1.50")
        );
        let longer = read(75, &["10.0.1.0/24", "7200", "CORP\\ann", "3600"]);
        assert_eq!((&*longer.object, &*longer.old_value), ("7200", "3600"));
        assert_eq!(longer.user_name, "ann");
        let option = read(105, &["6", "CORP\\ann"]);
        assert_eq!((&*option.scope, &*option.object), ("", "6"));
        assert_eq!(read(70, &[]).user_name, "");
    }
}
