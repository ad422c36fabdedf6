//! Over the embedded database.

use super::*;
use crate::ipam::store::Database;

pub(super) fn store() -> Store {
    Store::open(&Database::Memory).expect("memory is always there")
}

#[test]
fn who_carries_a_field_or_value_is_answered_by_an_index() {
    for of_value in [false, true] {
        let sql = format!("EXPLAIN QUERY PLAN {}", assignment::who_carries(of_value));
        let plan = |tx: &Tx<'_>| match of_value {
            true => tx.query(&sql, [1_i64, 1, 1], |row| row.get::<String>(3)),
            false => tx.query(&sql, [1_i64, 1], |row| row.get(3)),
        };
        let plan = store().read(plan).unwrap();
        let search = plan.iter().find(|line| line.contains("custom_assignment"));
        let search = search.expect("the table is asked");
        assert!(
            search.contains("INDEX custom_assignment_by_value"),
            "{plan:?}"
        );
    }
}

#[path = "rules.rs"]
mod rules;
