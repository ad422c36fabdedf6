//! A connection that ends: between operations, and in the middle of one.

use ipamlab::ipam::store::Store;
use ipamlab::ipam::{ErrorId, IpamResult};

use super::{cluster, empty};

/// Ends every connection that works in a schema.
fn cut(schema: &str) {
    let sql = format!(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks JOIN pg_class ON oid = relation
             JOIN pg_namespace AS n ON n.oid = relnamespace
             WHERE nspname = '{schema}' AND pid <> pg_backend_pid()"
    );
    cluster::administer("postgres", &sql);
}

fn cut_all_idle() {
    let sql = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE application_name = 'idle-one' AND pid <> pg_backend_pid()";
    cluster::administer("postgres", sql);
}

fn put(store: &Store, server: &str) -> IpamResult<usize> {
    store.transaction(|tx| {
        let sql = "INSERT INTO bookmark VALUES (?1, 'one', 1, '')";
        tx.execute(sql, [server])
    })
}

fn rows(store: &Store) -> IpamResult<Vec<String>> {
    let sql = "SELECT server FROM bookmark ORDER BY server";
    store.read(|tx| tx.query(sql, [], |row| row.get(0)))
}

#[test]
fn an_operation_that_loses_its_connection_leaves_nothing_and_the_next_one_connects_again() {
    let Some((place, schema)) = empty() else {
        return;
    };
    let store = Store::open(&place).unwrap();
    put(&store, "before").unwrap();
    let lost: IpamResult<()> = store.transaction(|tx| {
        let sql = "INSERT INTO bookmark VALUES (?1, 'one', 1, '')";
        tx.execute(sql, ["first"])?;
        cut(&schema);
        let second = tx.execute(sql, ["second"]);
        let id = second.as_ref().map_err(|error| error.id);
        assert_eq!(id, Err(ErrorId::IpamApiDatabaseConnectionLost));
        // Not even one that goes on regardless gets a third row in.
        let third = tx.execute(sql, ["third"]).unwrap_err();
        assert_eq!(third.id, ErrorId::IpamApiDatabaseConnectionLost);
        Ok(())
    });
    let lost = lost.unwrap_err();
    assert_eq!(lost.id, ErrorId::IpamApiDatabaseConnectionLost);
    assert_eq!(rows(&store).unwrap(), ["before"]);
    put(&store, "later").expect("the next operation connects again");
    assert_eq!(rows(&store).unwrap(), ["before", "later"]);
}

#[test]
fn a_connection_lost_between_operations_is_replaced_unnoticed() {
    let Some((_, schema)) = empty() else {
        return;
    };
    let url = cluster::url("tester", "postgres").unwrap();
    let options = format!("?application_name=idle-one&options=-csearch_path%3D{schema}");
    let store = Store::open(&super::database(&format!("{url}{options}"))).unwrap();
    cut_all_idle();
    put(&store, "x").expect("begins on a new connection");
    cut_all_idle();
    assert_eq!(rows(&store).unwrap(), ["x"]);
}

#[test]
fn a_table_that_is_dropped_under_the_engine_is_a_modified_schema() {
    let Some((place, schema)) = empty() else {
        return;
    };
    let store = Store::open(&place).unwrap();
    cluster::administer("postgres", &format!("DROP TABLE {schema}.bookmark"));
    let error = put(&store, "x").unwrap_err();
    assert_eq!(
        error.id,
        ErrorId::IpamApiErrorDatabaseSchemaIsModified,
        "{error}"
    );
}
