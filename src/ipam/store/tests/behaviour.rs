//! What every database does alike.

use super::super::{put, refusal, rows};
use super::scratch;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::store::{Database, Existing, Store, params};

#[test]
fn what_was_committed_is_kept() {
    let place = scratch("keeps.db");
    put(&place.open(), "x").unwrap();
    assert_eq!(rows(&place.open(), "x"), 2);
}

#[test]
fn a_refusing_transaction_leaves_nothing() {
    let place = scratch("refusing.db");
    let store = place.open();
    let refused: IpamResult<()> = store.transaction(|tx| {
        tx.execute("INSERT INTO bookmark VALUES ('x', 'one', 1, '')", [])?;
        Err(IpamError::new(ErrorId::IpamApiInvalidParameter, "no"))
    });
    assert_eq!(refused.unwrap_err().id, ErrorId::IpamApiInvalidParameter);
    assert_eq!(rows(&store, "x"), 0);
    put(&store, "x").expect("the store is usable after a refusal");
}

#[test]
fn a_statement_that_fails_fails_its_transaction() {
    let place = scratch("fails.db");
    let store = place.open();
    put(&store, "x").unwrap();
    let again = put(&store, "x").unwrap_err();
    assert_eq!(again.id, ErrorId::IpamApiDatabaseConnectionLost);
    assert_eq!(rows(&store, "x"), 2);
    put(&store, "y").expect("the store is usable after a failure");
}

#[test]
fn values_come_back_as_they_were_written() {
    let place = scratch("values.db");
    let store = place.open();
    let (first, last) = ([0_u8; 16], [0xff_u8; 16]);
    let text = "Zürich 'quoted' ?1 \"and\" \\ \u{1f310}";
    store
        .transaction(|tx| {
            let sql = "INSERT INTO ip_block (space, network, first, last, size_class, details) \
                 VALUES ('Default', ?1, ?2, ?3, 0, ?4)";
            tx.execute(sql, params![text, first, last, "{}"])?;
            let sql = "INSERT INTO bookmark VALUES (?1, ?2, ?3, ?4)";
            tx.execute(sql, params![text, "s", i64::MIN, ""])?;
            let sql = "INSERT INTO task (kind, interval_ms, enabled, last_run, last_result, runs, \
                       missed, next_run) VALUES (?1, ?2, ?3, ?4, 0, 0, 0, ?5)";
            tx.execute(sql, params!["none", 1, true, None::<i64>, i64::MAX])
        })
        .unwrap();
    let read = store.read(|tx| {
        let block = tx.query("SELECT network, first, last FROM ip_block", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
        assert_eq!(block, [(text.to_owned(), first, last)]);
        let sql = "SELECT position FROM bookmark WHERE server = ?1";
        let position = tx.query_one(sql, [text], |row| row.get::<i64>(0))?;
        assert_eq!(position, Some(i64::MIN));
        let sql = "SELECT enabled, last_run, next_run FROM task";
        let task = tx.query_one(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        assert_eq!(task, Some((true, None::<i64>, i64::MAX)));
        let wrong = tx.query("SELECT kind FROM task", [], |row| row.get::<i64>(0));
        assert_eq!(
            wrong.unwrap_err().id,
            ErrorId::IpamApiErrorDatabaseSchemaIsModified
        );
        let none = tx.query_one(
            "SELECT kind FROM task WHERE interval_ms = 2",
            [],
            |_| Ok(()),
        );
        assert_eq!(none, Ok(None));
        Ok(())
    });
    assert_eq!(read, Ok(()));
}

#[test]
fn text_is_ordered_by_its_bytes() {
    let place = scratch("order.db");
    let store = place.open();
    let sorted = ["B", "_", "a", "a-b", "a.b", "ab", "\u{e4}"];
    let found = store.transaction(|tx| {
        for name in sorted.iter().rev() {
            tx.execute("INSERT INTO bookmark VALUES (?1, 's', 0, '')", [*name])?;
        }
        tx.query("SELECT server FROM bookmark ORDER BY server", [], |row| {
            row.get::<String>(0)
        })
    });
    assert_eq!(found.unwrap(), sorted);
}

#[test]
fn a_row_takes_the_place_of_the_one_with_its_key() {
    let place = scratch("replace.db");
    let store = place.open();
    let found = store.transaction(|tx| {
        for position in [1, 2] {
            let sql = "INSERT OR REPLACE INTO bookmark VALUES (?1, ?2, ?3, ?4)";
            tx.execute(sql, params!["x", "s", position, "a"])?;
        }
        tx.query("SELECT position FROM bookmark", [], |row| row.get::<i64>(0))
    });
    assert_eq!(found.unwrap(), [2]);
}

#[test]
fn a_failure_before_any_statement_leaves_all_or_nothing() {
    for at in 0..5 {
        let place = scratch("statement.db");
        let store = place.open();
        store.faults().fail_after(Some(at));
        let result = put(&store, "x");
        // Begin, two inserts and the commit are four statements.
        assert_eq!(result.is_ok(), at >= 4, "{at}");
        if result.is_err() {
            assert!(store.faults().is_lost());
            assert!(put(&store, "y").is_err(), "a lost connection stays lost");
        }
        drop(store);
        let reopened = place.open();
        assert_eq!(rows(&reopened, "x"), if at >= 4 { 2 } else { 0 }, "{at}");
        assert_eq!(rows(&reopened, "y"), 0);
    }
}

/// What opening says after `change`, and that it says the same twice.
fn after(change: &str) -> ErrorId {
    let place = scratch("changed.db");
    let store = place.open();
    store
        .transaction(|tx| tx.execute(change, []))
        .expect(change);
    drop(store);
    let open = || refusal(Store::open(&place.database));
    assert_eq!(open(), open());
    open()
}

#[test]
fn a_schema_that_is_not_this_engines_is_refused() {
    for (change, id) in [
        (
            "UPDATE ipamlab_schema SET version = version + 1",
            ErrorId::IpamApiErrorDatabaseIsAtHigherVersion,
        ),
        (
            "UPDATE ipamlab_schema SET version = version - 1",
            ErrorId::IpamApiErrorDatabaseSchemaIsModified,
        ),
        (
            "UPDATE ipamlab_schema SET product = 'another'",
            ErrorId::IpamApiErrorDatabaseSchemaIsModified,
        ),
        (
            "UPDATE ipamlab_schema SET locale = 'elsewhere'",
            ErrorId::IpamApiErrorDatabaseLocaleMismatch,
        ),
        (
            "DROP TABLE ipamlab_schema",
            ErrorId::IpamApiErrorDatabaseSchemaIsModified,
        ),
        (
            "DROP TABLE bookmark",
            ErrorId::IpamApiErrorDatabaseSchemaIsModified,
        ),
        (
            "ALTER TABLE bookmark ADD COLUMN more TEXT",
            ErrorId::IpamApiErrorDatabaseSchemaIsModified,
        ),
        (
            "ALTER TABLE bookmark RENAME COLUMN anchor TO other",
            ErrorId::IpamApiErrorDatabaseSchemaIsModified,
        ),
    ] {
        assert_eq!(after(change), id, "{change}");
    }
}

#[test]
fn an_existing_schema_is_used_or_refused_as_asked() {
    let place = scratch("existing.db");
    let open = |existing| Store::open_with(&place.database, existing);
    let missing = match &place.database {
        Database::File(_) => ErrorId::IpamApiErrorDatabaseDoesNotExist,
        Database::Memory | Database::Server(_) => ErrorId::IpamApiErrorDatabaseIsEmpty,
    };
    assert_eq!(refusal(open(Existing::Required)), missing);
    put(&open(Existing::Refused).unwrap(), "x").unwrap();
    assert_eq!(
        refusal(open(Existing::Refused)),
        ErrorId::IpamApiErrorDatabaseSchemaExists
    );
    assert_eq!(rows(&open(Existing::Required).unwrap(), "x"), 2);
    assert_eq!(rows(&open(Existing::Allowed).unwrap(), "x"), 2);
}

#[test]
fn several_engines_make_one_schema_and_lose_no_update() {
    const ENGINES: i64 = 4;
    const TIMES: i64 = 25;
    let place = scratch("counter.db");
    let database = &place.database;
    let count = |store: &Store| {
        store.transaction(|tx| {
            let sql = "SELECT position FROM bookmark WHERE server = 'counter'";
            let so_far = tx.query_one(sql, [], |row| row.get::<i64>(0))?;
            let sql = "INSERT OR REPLACE INTO bookmark VALUES ('counter', '', ?1, '')";
            tx.execute(sql, [so_far.unwrap_or(0) + 1])
        })
    };
    std::thread::scope(|scope| {
        for _ in 0..ENGINES {
            scope.spawn(|| {
                let store = Store::open(database).unwrap();
                (0..TIMES).for_each(|_| assert_eq!(count(&store), Ok(1)));
            });
        }
    });
    let sql = "SELECT position FROM bookmark";
    let counted = place
        .open()
        .read(|tx| tx.query_one(sql, [], |row| row.get::<i64>(0)));
    assert_eq!(counted, Ok(Some(ENGINES * TIMES)));
}
