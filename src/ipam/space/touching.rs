//! Finding what shares addresses with a span without reading everything that is stored.
//!
//! One stretch of an index cannot find overlaps: a long span may begin far to the left. So each
//! row keeps its size class, the power of two that its length reaches. Within a class the start
//! cannot be further away than the longest span of the class is long, which is a stretch of the
//! index on space, class and start. There are as many stretches as classes in use, a handful.

use std::net::IpAddr;

use crate::addr::AddressRange;
use crate::ipam::error::IpamResult;
use crate::ipam::store::{Row, RowResult, Tx, key_of_address, params};

use super::rows;
use super::spaces::AddressSpaceName;

/// A table with the columns `space`, `size_class`, `first` and `last`, and what to read of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shelf {
    pub(super) table: &'static str,
    pub(super) columns: &'static str,
}

/// The largest power of two that is no larger than the span: 0 for one address, 8 for a /24.
pub(super) fn size_class(span: &AddressRange) -> u32 {
    span.size().max(1).ilog2()
}

/// Where a span may begin at the earliest that is of this class and reaches `address`.
fn earliest_start(class: u32, address: IpAddr) -> [u8; 16] {
    let key = u128::from_be_bytes(key_of_address(address));
    let longest = 2_u128.checked_shl(class).filter(|longest| *longest > 0);
    // A span of the last class may begin anywhere.
    let start = longest.map_or(0, |longest| key.saturating_sub(longest - 2));
    start.to_be_bytes()
}

/// The rows of `space` that share an address with `span`, in no order.
pub(super) fn touching<T>(
    tx: &Tx<'_>,
    shelf: Shelf,
    space: &AddressSpaceName,
    span: &AddressRange,
    read: impl Fn(&Row<'_>) -> RowResult<T>,
) -> IpamResult<Vec<T>> {
    let Shelf { table, columns } = shelf;
    let next = format!(
        "SELECT size_class FROM {table} WHERE space = ?1 AND size_class > ?2 \
         ORDER BY size_class LIMIT 1"
    );
    let within = format!(
        "SELECT {columns} FROM {table} WHERE space = ?1 AND size_class = ?2 \
         AND first BETWEEN ?3 AND ?4 AND last >= ?5"
    );
    let mut found = Vec::new();
    let mut class = -1_i64;
    loop {
        let after = params![space.as_str(), class];
        let Some(known) = tx.query_one(&next, after, |row| row.get::<i64>(0))? else {
            return Ok(found);
        };
        class = known;
        let stretch = params![
            space.as_str(),
            class,
            earliest_start(u32::try_from(class).unwrap_or(u32::MAX), span.first()),
            key_of_address(span.last()),
            key_of_address(span.first())
        ];
        found.extend(tx.query(&within, stretch, &read)?);
    }
}

/// The bounds of the rows of `table` in `space` that share an address with `span`.
pub(super) fn spans(
    tx: &Tx<'_>,
    table: &'static str,
    space: &AddressSpaceName,
    span: &AddressRange,
) -> IpamResult<Vec<AddressRange>> {
    let columns = "first, last";
    let shelf = Shelf { table, columns };
    touching(tx, shelf, space, span, |row| rows::span(row, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_powers_of_two_and_bound_where_a_span_begins() {
        let class = |text: &str| size_class(&text.parse().expect(text));
        assert_eq!(class("10.0.0.1"), 0);
        assert_eq!(class("10.0.0.1-10.0.0.3"), 1);
        assert_eq!(class("10.0.1.0-10.0.1.255"), 8);
        assert_eq!(class("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), 127);
        let from = |class, text: &str| earliest_start(class, text.parse().expect(text));
        let key = |text: &str| key_of_address(text.parse().expect(text));
        assert_eq!(from(0, "10.0.0.9"), key("10.0.0.9"));
        // The longest span of class 1 has three addresses.
        assert_eq!(from(1, "10.0.0.9"), key("10.0.0.7"));
        assert_eq!(from(127, "2001:db8::"), [0; 16]);
    }
}
