//! AddressExpiry: where every address stands against its expiry date (domain 9.1).

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{ToSpan as _, Zoned};

use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::space::AddressDetails;
use crate::ipam::space::rows::from_json;

/// How many addresses are in which expiry state (appendix A, `ExpiryStatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExpiryCount {
    /// No expiry date, or one beyond the alert threshold.
    pub active: usize,
    /// Within the alert threshold.
    pub alert: usize,
    pub expired: usize,
}

impl ExpiryCount {
    /// Counts one address at `now`, with alerts `threshold_days` ahead. An expiry date begins
    /// at midnight, and both comparisons are strict; a threshold of 0 never alerts.
    fn add(&mut self, expiry: Option<Date>, now: Zoned, threshold_days: u16) {
        let expiry = expiry.and_then(|day| day.to_zoned(TimeZone::UTC).ok());
        let horizon = now.saturating_add(i64::from(threshold_days).days());
        match expiry {
            Some(expiry) if now > expiry => self.expired += 1,
            Some(expiry) if now < expiry && expiry < horizon => self.alert += 1,
            _ => self.active += 1,
        }
    }
}

impl Ipam {
    /// The work of the AddressExpiry task.
    pub(super) fn count_expiry(&self) -> IpamResult<ExpiryCount> {
        let threshold = self.configuration_row()?.expiry_alert_threshold_days;
        let now = self.wall().to_zoned(TimeZone::UTC);
        let dates = self.store.read(|tx| {
            tx.query("SELECT details FROM ip_address", [], |row| {
                from_json::<AddressDetails>(row, 0).map(|details| details.expiry_date)
            })
        })?;
        let mut count = ExpiryCount::default();
        for expiry in dates {
            count.add(expiry, now.clone(), threshold);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn an_address_alerts_within_the_threshold_and_expires_when_its_date_begins() {
        let morning: Timestamp = "2026-03-10T08:00:00Z".parse().unwrap();
        let state = |text: &str, threshold| {
            let mut count = ExpiryCount::default();
            let now = morning.to_zoned(TimeZone::UTC);
            count.add(Some(text.parse().unwrap()), now, threshold);
            (count.active, count.alert, count.expired)
        };
        assert_eq!(state("2026-03-10", 10), (0, 0, 1));
        assert_eq!(state("2026-03-11", 10), (0, 1, 0));
        assert_eq!(state("2026-03-20", 10), (0, 1, 0));
        assert_eq!(state("2026-03-21", 10), (1, 0, 0));
        assert_eq!(state("2026-03-11", 0), (1, 0, 0));
    }
}
