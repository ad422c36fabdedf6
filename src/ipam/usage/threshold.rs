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
    /// These with what is given changed.
    ///
    /// # Errors
    /// `IpamApiInvalidParameter` for more than 100 %, and for over below under. No published
    /// identifier names either.
    pub(super) fn with(
        self,
        under: Option<u32>,
        over: Option<u32>,
    ) -> IpamResult<UtilizationThreshold> {
        let percent = |name: &str, given: Option<u32>, before: u8| match given {
            None => Ok(before),
            Some(value) => match u8::try_from(value) {
                Ok(percent @ 0..=100) => Ok(percent),
                _ => Err(IpamError::parameter(format!(
                    "`{value}` % is no {name}-utilization threshold: give 0 to 100"
                ))),
            },
        };
        let after = UtilizationThreshold {
            under: percent("under", under, self.under)?,
            over: percent("over", over, self.over)?,
        };
        if after.over < after.under {
            return Err(IpamError::parameter(format!(
                "the over-utilization threshold `{}` % lies below the under-utilization \
                 threshold `{}` %: set both in one call",
                after.over, after.under
            )));
        }
        Ok(after)
    }

    /// Where these figures lie; a boundary value is optimal.
    pub fn status(self, utilization: &Utilization) -> UtilizationStatus {
        utilization.status(self.under, self.over)
    }
}

/// The thresholds in force.
pub(crate) fn thresholds(tx: &Tx<'_>) -> IpamResult<UtilizationThreshold> {
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
        let of = |under, over| UtilizationThreshold::default().with(Some(under), Some(over));
        assert!(of(20, 80).is_ok());
        assert!(of(50, 50).is_ok());
        assert!(of(0, 100).is_ok());
        let crossed = of(51, 50).unwrap_err();
        assert!(crossed.message.contains("`50` %"), "{crossed}");
        let alone = UtilizationThreshold::default().with(Some(81), None);
        assert!(alone.is_err());
        let much = of(20, 256).unwrap_err();
        assert!(much.message.contains("`256` %"), "{much}");
    }
}
