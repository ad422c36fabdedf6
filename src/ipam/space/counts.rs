//! How many addresses of each range are used (domain 5.8).

use std::collections::BTreeMap;

use crate::ipam::error::IpamResult;
use crate::ipam::store::{Tx, key_of_address};

use super::addresses;
use super::range::{RangeKey, UtilizationCalculation};
use super::ranges::StoredRange;
use super::utilization::Utilization;

/// A range as the database compares it: space, service, instance, first and last address.
type Key = (String, String, String, [u8; 16], [u8; 16]);

/// Records by the range they map to, counted one range at a time or all in one statement.
pub(super) enum Counts {
    OneByOne,
    All(BTreeMap<Key, i64>),
}

impl Counts {
    /// Every count, for long lists.
    pub(super) fn all(tx: &Tx<'_>) -> IpamResult<Counts> {
        let sql = "SELECT r.space, r.managed_by, r.instance_key, r.first, r.last, \
                   (SELECT count(*) FROM ip_address a WHERE a.space = r.space \
                   AND a.address BETWEEN r.first AND r.last \
                   AND a.managed_by = r.managed_by AND a.instance_key = r.instance_key) \
                   FROM ip_range r WHERE r.scope IS NULL";
        let rows = tx.query(sql, [], |row| {
            let owner = (row.get(0)?, row.get(1)?, row.get(2)?);
            let key = (owner.0, owner.1, owner.2, row.get(3)?, row.get(4)?);
            Ok((key, row.get(5)?))
        })?;
        Ok(Counts::All(rows.into_iter().collect()))
    }

    fn recorded(&self, tx: &Tx<'_>, range: &RangeKey) -> IpamResult<u128> {
        let Counts::All(counts) = self else {
            return addresses::count_mapped(tx, range);
        };
        let key = (
            range.address_space.as_str().to_owned(),
            range.owner.managed_by_service.word().to_owned(),
            range.owner.instance_key(),
            key_of_address(range.span.first()),
            key_of_address(range.span.last()),
        );
        let count = counts.get(&key).copied().unwrap_or(0);
        Ok(u128::from(count.unsigned_abs()))
    }

    /// Used addresses of a range: as typed, as its DHCP server counts them, or as recorded.
    pub(super) fn utilization(&self, tx: &Tx<'_>, range: &StoredRange) -> IpamResult<Utilization> {
        let size = range.key.span.size();
        let utilized = match (range.details.utilization_calculation, &range.scope) {
            (UtilizationCalculation::UserSpecified(typed), _) => u128::from(typed),
            (UtilizationCalculation::Auto, Some(scope)) => u128::from(scope.in_use),
            (UtilizationCalculation::Auto, None) => self.recorded(tx, &range.key)?,
        };
        Ok(Utilization {
            total: size,
            assigned: size,
            utilized,
        })
    }
}
