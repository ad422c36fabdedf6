//! AddressExpiry: where every address stands against its expiry date, and what the Operational
//! channel is told of it (domain 9.1). Nothing is released.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{ToSpan as _, Zoned};

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::events::{Category, Channel};
use crate::ipam::rbac::Right;
use crate::ipam::space::{Address, AddressKey, ExpiryStatus};
use crate::ipam::store::{Tx, configuration, expiry};

/// The longest alert threshold, in days (domain 9.1).
const LONGEST_THRESHOLD: u16 = 3500;

/// How many addresses are in which expiry state (appendix A, `ExpiryStatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExpiryCount {
    /// No expiry date, or one beyond the alert threshold.
    pub active: usize,
    /// Within the alert threshold.
    pub alert: usize,
    pub expired: usize,
    /// Addresses that had something to tell; whether it was kept is the channel's business.
    pub told: usize,
}

impl ExpiryStatus {
    /// At `now`, with alerts `threshold_days` ahead. An expiry date begins at midnight, and all
    /// comparisons are strict: in the instant it begins the address is neither due nor expired. A
    /// threshold of 0 never alerts.
    fn at(expiry: Option<Date>, now: &Zoned, threshold_days: u16) -> ExpiryStatus {
        let date = expiry.and_then(|date| date.to_zoned(TimeZone::UTC).ok());
        let Some(expiry) = date else {
            return ExpiryStatus::Active;
        };
        let horizon = now.saturating_add(i64::from(threshold_days).days());
        if *now > expiry {
            ExpiryStatus::Expired
        } else if *now < expiry && expiry < horizon {
            ExpiryStatus::Alert
        } else {
            ExpiryStatus::Active
        }
    }

    /// What is worth telling.
    fn told(self) -> Option<ExpiryStatus> {
        matches!(self, ExpiryStatus::Alert | ExpiryStatus::Expired).then_some(self)
    }
}

/// When an address that is due or expired is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExpiryLogging {
    /// Once, when it comes into the state.
    #[default]
    StateTransition,
    /// At every run of the task, which is every 24 hours.
    EveryRun,
}

impl ExpiryLogging {
    pub const ALL: &[ExpiryLogging] = &[ExpiryLogging::StateTransition, ExpiryLogging::EveryRun];
}

impl fmt::Display for ExpiryLogging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ExpiryLogging::StateTransition => "state-transition",
            ExpiryLogging::EveryRun => "every-run",
        })
    }
}

/// There is no such frequency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no logging frequency; there are `state-transition` and `every-run`")]
pub struct UnknownLogging(String);

impl FromStr for ExpiryLogging {
    type Err = UnknownLogging;

    fn from_str(text: &str) -> Result<ExpiryLogging, UnknownLogging> {
        let known = ExpiryLogging::ALL.iter().copied();
        known
            .into_iter()
            .find(|logging| logging.to_string() == text)
            .ok_or_else(|| UnknownLogging(text.to_owned()))
    }
}

/// The console's *IP address expiry log settings*; what is `None` stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExpirySettings {
    /// Days before the date at which an alert begins; 0 switches alerts off.
    pub alert_threshold_days: Option<u16>,
    pub logging: Option<ExpiryLogging>,
}

impl Ipam {
    /// Changes when alerts begin and how often they are logged.
    ///
    /// # Errors
    /// `IpamApiInvalidAlertThreshold` above 3500 days, `IpamApiAccessDenied`.
    pub async fn set_expiry_log_settings(
        &self,
        caller: &Caller,
        settings: ExpirySettings,
    ) -> IpamResult<()> {
        self.authorize(caller, Right::StartTasks).await?;
        if let Some(days) = settings
            .alert_threshold_days
            .filter(|d| *d > LONGEST_THRESHOLD)
        {
            return Err(IpamError::new(
                ErrorId::IpamApiInvalidAlertThreshold,
                format!("a threshold of `{days}` days is not between 0 and {LONGEST_THRESHOLD}"),
            ));
        }
        self.store.transaction(|tx| {
            if let (Some(days), Some(mut row)) = (
                settings.alert_threshold_days,
                configuration::configuration(tx)?,
            ) {
                row.expiry_alert_threshold_days = days;
                configuration::put_configuration(tx, &row)?;
            }
            if let Some(logging) = settings.logging {
                expiry::put_logging(tx, logging)?;
            }
            let done = "changed the expiry log settings".to_owned();
            self.changed(tx, caller, Category::Monitoring, done)
        })
    }

    /// The work of the AddressExpiry task.
    pub(crate) fn compute_expiry(&self) -> IpamResult<ExpiryCount> {
        let threshold = self.configuration_row()?.expiry_alert_threshold_days;
        let now = self.wall().to_zoned(TimeZone::UTC);
        self.store.transaction(|tx| {
            let every_run = expiry::logging(tx)? == ExpiryLogging::EveryRun;
            let before = expiry::told(tx)?;
            let dated = expiry::dates(tx)?;
            let mut count = ExpiryCount {
                active: expiry::count_addresses(tx)?,
                ..ExpiryCount::default()
            };
            let mut after = BTreeMap::new();
            for (key, date) in dated {
                let Some(state) = ExpiryStatus::at(date, &now, threshold).told() else {
                    continue;
                };
                count.active = count.active.saturating_sub(1);
                match state {
                    ExpiryStatus::Expired => count.expired += 1,
                    _ => count.alert += 1,
                }
                if every_run || before.get(&key) != Some(&state) {
                    count.told += 1;
                    self.tell_expiry(tx, &key, state, date)?;
                }
                after.insert(key, state);
            }
            if after != before {
                expiry::replace_told(tx, &after)?;
            }
            Ok(count)
        })
    }

    /// The same for one address that was just added or changed (domain 9.1); where it stands.
    pub(crate) fn note_expiry(
        &self,
        tx: &Tx<'_>,
        key: &AddressKey,
        date: Option<Date>,
    ) -> IpamResult<ExpiryStatus> {
        // Before provisioning there is no address.
        let Some(row) = configuration::configuration(tx)? else {
            return Ok(ExpiryStatus::Active);
        };
        let now = self.wall().to_zoned(TimeZone::UTC);
        let status = ExpiryStatus::at(date, &now, row.expiry_alert_threshold_days);
        let key = key.to_string();
        let before = expiry::told_of(tx, &key)?;
        let after = status.told();
        if before != after {
            if let Some(state) = after {
                self.tell_expiry(tx, &key, state, date)?;
            }
            expiry::put_told(tx, &key, after)?;
        }
        Ok(status)
    }

    /// Puts into each address where it stands now.
    pub(crate) fn expiry_statuses(&self, addresses: &mut [Address]) -> IpamResult<()> {
        if addresses.is_empty() {
            return Ok(());
        }
        let threshold = self.configuration_row()?.expiry_alert_threshold_days;
        let now = self.wall().to_zoned(TimeZone::UTC);
        for address in addresses {
            let date = address.details.expiry_date;
            address.expiry_status = ExpiryStatus::at(date, &now, threshold);
        }
        Ok(())
    }

    fn tell_expiry(
        &self,
        tx: &Tx<'_>,
        key: &str,
        state: ExpiryStatus,
        date: Option<Date>,
    ) -> IpamResult<()> {
        let date = date.map(|date| date.to_string()).unwrap_or_default();
        let told = format!("{key}: {state}, expiry date {date}");
        let own = &self.options.computer;
        self.log_in(tx, Channel::Operational, own, Category::Monitoring, told)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn at(now: &str, date: &str, threshold: u16) -> ExpiryStatus {
        let now: Timestamp = now.parse().unwrap();
        let now = now.to_zoned(TimeZone::UTC);
        ExpiryStatus::at(Some(date.parse().unwrap()), &now, threshold)
    }

    #[test]
    fn an_address_alerts_within_the_threshold_and_expires_when_its_date_begins() {
        let state = |date: &str, threshold| at("2026-03-10T08:00:00Z", date, threshold);
        assert_eq!(state("2026-03-10", 10), ExpiryStatus::Expired);
        assert_eq!(state("2026-03-11", 10), ExpiryStatus::Alert);
        assert_eq!(state("2026-03-20", 10), ExpiryStatus::Alert);
        assert_eq!(state("2026-03-21", 10), ExpiryStatus::Active);
        assert_eq!(state("2026-03-11", 0), ExpiryStatus::Active);
        assert_eq!(state("2036-03-11", 3500), ExpiryStatus::Active);
    }

    #[test]
    fn all_comparisons_are_strict_to_the_second() {
        let state = |now: &str| at(now, "2026-03-20", 10);
        assert_eq!(state("2026-03-09T23:59:59Z"), ExpiryStatus::Active);
        assert_eq!(state("2026-03-10T00:00:00Z"), ExpiryStatus::Active);
        assert_eq!(state("2026-03-10T00:00:01Z"), ExpiryStatus::Alert);
        assert_eq!(state("2026-03-19T23:59:59Z"), ExpiryStatus::Alert);
        assert_eq!(state("2026-03-20T00:00:00Z"), ExpiryStatus::Active);
        assert_eq!(state("2026-03-20T00:00:01Z"), ExpiryStatus::Expired);
    }

    #[test]
    fn without_a_date_nothing_expires() {
        let now: Timestamp = "2026-03-10T08:00:00Z".parse().unwrap();
        let now = now.to_zoned(TimeZone::UTC);
        assert_eq!(ExpiryStatus::at(None, &now, 10), ExpiryStatus::Active);
    }
}
