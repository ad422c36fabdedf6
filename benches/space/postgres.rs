//! The same queries on a PostgreSQL server of the benchmark's own.

use std::io::Write as _;

use postgres::{Client, NoTls};

use super::fill;
use super::measure::{Figure, each, many};

#[path = "../../src/ipam/store/tests/cluster.rs"]
mod cluster;

/// A server with the addresses of a fill, or `None` where PostgreSQL is not installed.
pub fn open(addresses: &[u32]) -> Option<Client> {
    let (url, _) = cluster::empty()?;
    let mut db = Client::connect(&url, NoTls).expect("the server runs");
    db.batch_execute("CREATE TABLE used (ip BIGINT, host TEXT); CREATE TABLE free (ip BIGINT)")
        .expect("the schema is empty");
    let mut next = addresses.iter().copied().peekable();
    let (mut used, mut free) = (String::new(), String::new());
    for number in fill::FIRST..fill::FIRST + (2 << 20) {
        match next.next_if_eq(&number) {
            Some(number) => used.push_str(&format!("{number}\thost{number}\n")),
            None => free.push_str(&format!("{number}\n")),
        }
    }
    for (table, rows) in [("used", used), ("free", free)] {
        let copy = format!("COPY {table} FROM STDIN");
        let mut writer = db.copy_in(copy.as_str()).expect("the table is there");
        writer
            .write_all(rows.as_bytes())
            .expect("the server takes it");
        writer.finish().expect("the rows are well formed");
    }
    let ready = "ALTER TABLE used ADD PRIMARY KEY (ip); ALTER TABLE free ADD PRIMARY KEY (ip); \
                 ANALYZE used; ANALYZE free";
    db.batch_execute(ready).expect("each address is there once");
    Some(db)
}

pub const FREE_TABLE: &str = "SELECT ip FROM free WHERE ip >= $1 ORDER BY ip LIMIT 1";

pub const ANTI_JOIN: &str = "
    SELECT $1::bigint WHERE NOT EXISTS (SELECT 1 FROM used WHERE ip = $1)
    UNION ALL
    (SELECT a.ip + 1 FROM used a WHERE a.ip >= $1 AND
        NOT EXISTS (SELECT 1 FROM used b WHERE b.ip = a.ip + 1) ORDER BY a.ip LIMIT 1)
    LIMIT 1";

pub const WINDOW: &str = "
    SELECT $1::bigint WHERE NOT EXISTS (SELECT 1 FROM used WHERE ip = $1)
    UNION ALL
    (SELECT ip + 1 FROM
        (SELECT ip, lead(ip) OVER (ORDER BY ip) AS next FROM used WHERE ip >= $1) AS pairs
        WHERE next IS NULL OR next > ip + 1 ORDER BY ip LIMIT 1)
    LIMIT 1";

/// Finds from the first `count` of `starts`.
pub fn find(db: &mut Client, sql: &str, starts: &[u32], answers: &[u32], count: usize) -> Figure {
    let statement = db.prepare(sql).expect("it is SQL");
    each(starts, answers, count, |start| {
        let row = db.query_one(&statement, &[&i64::from(start)]);
        let number: i64 = row.expect("one address is free").get(0);
        u32::try_from(number).expect("an address of the block")
    })
}

/// Takes the first free address from the start of the block, as one transaction that others
/// need not wait for.
pub fn take(db: &mut Client, count: usize) -> Figure {
    let sql = "WITH least AS (SELECT ip FROM free WHERE ip >= $1 ORDER BY ip LIMIT 1
            FOR UPDATE SKIP LOCKED),
        gone AS (DELETE FROM free WHERE ip = (SELECT ip FROM least) RETURNING ip)
        INSERT INTO used SELECT ip, 'new' FROM gone RETURNING ip";
    let statement = db.prepare(sql).expect("it is SQL");
    many(count, || {
        let row = db.query_one(&statement, &[&i64::from(fill::FIRST)]);
        let number: i64 = row.expect("one address is free").get(0);
        u32::try_from(number).expect("an address of the block")
    })
}
