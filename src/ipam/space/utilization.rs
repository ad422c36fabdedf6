//! How much of a block or range is assigned and used (domain 5.8).

use super::words::UtilizationStatus;

/// Addresses of a block or range, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Utilization {
    /// All addresses from start to end, saturating.
    pub total: u128,
    /// Of a block: the addresses of the ranges mapped to it. Of a range: its own.
    pub assigned: u128,
    pub utilized: u128,
}

impl Utilization {
    /// Assigned of total, in percent; zero of nothing.
    pub fn percentage_assigned(&self) -> f64 {
        percentage(self.assigned, self.total)
    }

    /// Utilized of assigned, in percent; zero of nothing.
    pub fn percentage_utilized(&self) -> f64 {
        percentage(self.utilized, self.assigned)
    }

    /// Against the thresholds in percent; the boundary values themselves are optimal.
    pub fn status(&self, under: u8, over: u8) -> UtilizationStatus {
        let used = self.percentage_utilized();
        if used > f64::from(over) {
            UtilizationStatus::Over
        } else if used < f64::from(under) {
            UtilizationStatus::Under
        } else {
            UtilizationStatus::Optimal
        }
    }
}

fn percentage(part: u128, whole: u128) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64 * 100.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_those_of_the_reference_and_boundaries_are_optimal() {
        let block = Utilization {
            total: 16_777_216,
            assigned: 2440,
            utilized: 732,
        };
        assert!((block.percentage_assigned() - 0.014_543_53).abs() < 1e-6);
        assert!((block.percentage_utilized() - 30.0).abs() < 1e-9);
        let of = |utilized| {
            Utilization {
                total: 100,
                assigned: 100,
                utilized,
            }
            .status(20, 80)
        };
        assert_eq!(of(19), UtilizationStatus::Under);
        assert_eq!(of(20), UtilizationStatus::Optimal);
        assert_eq!(of(80), UtilizationStatus::Optimal);
        assert_eq!(of(81), UtilizationStatus::Over);
        assert_eq!(Utilization::default().percentage_utilized(), 0.0);
    }
}
