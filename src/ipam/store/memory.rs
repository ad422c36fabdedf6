//! Databases in memory: emptied and used again.
//!
//! A run in a laboratory opens one and drops it a millisecond later. Making the tables, and above
//! all preparing the same statements anew, would be a fifth of the whole run. So a connection
//! whose store is dropped is emptied and kept for the next one on the same thread, with its
//! statements.

use std::cell::RefCell;

use rusqlite::Connection;

use super::schema;

/// Connections kept by a thread: a run reopens its engine before it drops the old one.
const KEPT_MAX: usize = 2;

/// Pages of a database worth keeping; a larger one would hold its memory for nothing.
const PAGES_MAX: i64 = 256;

thread_local! {
    static KEPT: RefCell<Vec<Connection>> = const { RefCell::new(Vec::new()) };
}

/// An empty database with every table, if one is left over.
pub(super) fn kept() -> Option<Connection> {
    KEPT.with_borrow_mut(Vec::pop)
}

/// Takes back a connection whose store is gone, if it is of further use.
pub(super) fn give_back(connection: Connection) {
    // While a thread ends there is nobody left to keep it for.
    let _ = KEPT.try_with(|kept| {
        let room = kept.borrow().len() < KEPT_MAX;
        if room && empty(&connection).is_ok_and(|emptied| emptied) {
            kept.borrow_mut().push(connection);
        }
    });
}

/// Deletes every row; false when the connection is not worth keeping.
fn empty(connection: &Connection) -> rusqlite::Result<bool> {
    // A store dropped inside a transaction was cut off there, like a process that crashed.
    if !connection.is_autocommit() {
        return Ok(false);
    }
    let run = |sql: &str| connection.prepare_cached(sql)?.execute([]);
    let mut size = connection.prepare_cached("PRAGMA page_count")?;
    if size.query_row([], |row| row.get::<_, i64>(0))? > PAGES_MAX {
        return Ok(false);
    }
    run("BEGIN")?;
    for table in schema::table_names() {
        run(&format!("DELETE FROM {table}"))?;
    }
    run("COMMIT")?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipam::store::backend::Backend as _;
    use crate::ipam::store::{Database, Store};

    fn rows(store: &Store) -> i64 {
        let count = |table: &str| {
            let sql = format!("SELECT count(*) FROM {table}");
            let found = store.read(|tx| tx.query_one(&sql, [], |row| row.get::<i64>(0)));
            found.unwrap().unwrap()
        };
        schema::table_names().map(count).sum()
    }

    fn fill(store: &Store) {
        let sql = "INSERT INTO discovery_domain SELECT 'corp.example', 1, 1, 1";
        let filled = store.transaction(|tx| tx.execute(sql, []));
        assert_eq!(filled, Ok(1));
    }

    #[test]
    fn the_next_store_of_a_thread_knows_nothing_of_the_last() {
        let first = Store::open(&Database::Memory).unwrap();
        fill(&first);
        assert_eq!(rows(&first), 1);
        drop(first);
        let kept = KEPT.with_borrow(Vec::len);
        assert_eq!(kept, 1, "it is used again");
        assert_eq!(rows(&Store::open(&Database::Memory).unwrap()), 0);
    }

    #[test]
    fn two_stores_at_once_are_two_databases() {
        let (one, other) = (
            Store::open(&Database::Memory).unwrap(),
            Store::open(&Database::Memory).unwrap(),
        );
        fill(&one);
        assert_eq!((rows(&one), rows(&other)), (1, 0));
    }

    #[test]
    fn a_store_cut_off_in_a_transaction_is_not_used_again() {
        let store = Store::open(&Database::Memory).unwrap();
        store.faults().fail_after(Some(1));
        let cut = store.transaction(|tx| tx.execute("DELETE FROM server", []));
        assert!(cut.is_err());
        drop(store);
        assert_eq!(KEPT.with_borrow(Vec::len), 0);
    }

    #[test]
    fn every_table_that_the_schema_makes_is_emptied() {
        let store = Store::open(&Database::Memory).unwrap();
        let mut made: Vec<String> = store.backend().catalogue().unwrap().into_keys().collect();
        made.retain(|name| name != schema::TABLE);
        let mut known: Vec<&str> = schema::table_names().collect();
        known.sort_unstable();
        assert_eq!(made, known);
    }
}
