//! Where under-utilization ends and over-utilization begins (domain 5.8).

use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::space::{Utilization, UtilizationStatus};
use crate::ipam::store::{Tx, configuration};

/// The two thresholds, in percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UtilizationThreshold {
    pub under: u8,
    pub over: u8,
}

impl Default for UtilizationThreshold {
    fn default() -> UtilizationThreshold {
        UtilizationThreshold {
            under: 20,
            over: 80,
        }
    }
}

impl UtilizationThreshold {
    /// These two as they may be set together.
    ///
    /// # Errors
    /// `IpamApiInvalidParameter` for more than 100 %, and for over below under. No published
    /// identifier names either.
    pub(super) fn checked(self) -> IpamResult<UtilizationThreshold> {
        for (name, value) in [("under", self.under), ("over", self.over)] {
            if value > 100 {
                return Err(IpamError::parameter(format!(
                    "`{value}` % is no {name}-utilization threshold: give 0 to 100"
                )));
            }
        }
        if self.over < self.under {
            return Err(IpamError::parameter(format!(
                "the over-utilization threshold `{}` % lies below the under-utilization \
                 threshold `{}` %: set both in one call",
                self.over, self.under
            )));
        }
        Ok(self)
    }

    /// Where these figures lie; a boundary value is optimal.
    pub fn status(self, utilization: &Utilization) -> UtilizationStatus {
        utilization.status(self.under, self.over)
    }
}

/// The thresholds in force.
pub(super) fn thresholds(tx: &Tx<'_>) -> IpamResult<UtilizationThreshold> {
    let row = configuration::configuration(tx)?;
    Ok(
        row.map_or_else(UtilizationThreshold::default, |row| UtilizationThreshold {
            under: row.minimum_utilization_threshold,
            over: row.maximum_utilization_threshold,
        }),
    )
}

pub(super) fn put_thresholds(tx: &Tx<'_>, thresholds: UtilizationThreshold) -> IpamResult<()> {
    match configuration::configuration(tx)? {
        Some(mut row) => {
            row.minimum_utilization_threshold = thresholds.under;
            row.maximum_utilization_threshold = thresholds.over;
            configuration::put_configuration(tx, &row)
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_may_meet_but_not_cross_and_end_at_a_hundred() {
        let of = |under, over| UtilizationThreshold { under, over }.checked();
        assert!(of(20, 80).is_ok());
        assert!(of(50, 50).is_ok());
        assert!(of(0, 100).is_ok());
        let crossed = of(51, 50).unwrap_err();
        assert!(crossed.message.contains("`50` %"), "{crossed}");
        let much = of(20, 101).unwrap_err();
        assert!(much.message.contains("`101` %"), "{much}");
    }
}
