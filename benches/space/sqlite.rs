//! What people write on SQLite: a ready-made table of free addresses, an anti-join, a window.

use rusqlite::{Connection, params};

use super::fill;
use super::measure::{Figure, each};

/// An integer key, which is kinder to SQLite than the text that most schemas keep.
pub fn open(addresses: &[u32]) -> rusqlite::Result<Connection> {
    let db = Connection::open_in_memory()?;
    db.execute_batch(
        "CREATE TABLE used (ip INTEGER PRIMARY KEY, host TEXT);
         CREATE TABLE free (ip INTEGER PRIMARY KEY);
         BEGIN",
    )?;
    let mut used = db.prepare("INSERT INTO used VALUES (?1, ?2)")?;
    let mut free = db.prepare("INSERT INTO free VALUES (?1)")?;
    let mut next = addresses.iter().copied().peekable();
    for number in fill::FIRST..fill::FIRST + (2 << 20) {
        match next.next_if_eq(&number) {
            Some(number) => used.execute(params![number, format!("host{number}")])?,
            None => free.execute([number])?,
        };
    }
    drop((used, free));
    db.execute_batch("COMMIT")?;
    Ok(db)
}

pub const FREE_TABLE: &str = "SELECT ip FROM free WHERE ip >= ?1 ORDER BY ip LIMIT 1";

/// The successor of a used address that is not used itself; a start that is free has no
/// predecessor in the answer, so it is looked at first.
pub const ANTI_JOIN: &str = "
    SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM used WHERE ip = ?1)
    UNION ALL
    SELECT * FROM (SELECT a.ip + 1 FROM used a LEFT JOIN used b ON b.ip = a.ip + 1
        WHERE a.ip >= ?1 AND b.ip IS NULL ORDER BY a.ip LIMIT 1)
    LIMIT 1";

pub const WINDOW: &str = "
    SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM used WHERE ip = ?1)
    UNION ALL
    SELECT * FROM (SELECT ip + 1 FROM
        (SELECT ip, lead(ip) OVER (ORDER BY ip) AS next FROM used WHERE ip >= ?1)
        WHERE next IS NULL OR next > ip + 1 ORDER BY ip LIMIT 1)
    LIMIT 1";

/// Finds from the first `count` of `starts`.
pub fn find(
    db: &Connection,
    sql: &str,
    starts: &[u32],
    answers: &[u32],
    count: usize,
) -> rusqlite::Result<Figure> {
    let mut statement = db.prepare(sql)?;
    Ok(each(starts, answers, count, |start| {
        let found = statement.query_row([start], |row| row.get(0));
        found.expect("one address is free")
    }))
}

/// Takes the first free address from the start of the block, as one transaction.
pub fn take(db: &Connection, count: usize) -> rusqlite::Result<Figure> {
    let mut delete = db.prepare("DELETE FROM free WHERE ip = ?1")?;
    taking(db, FREE_TABLE, count, |number| {
        delete.execute([number]).map(drop)
    })
}

/// The same where nothing but the used addresses is kept.
pub fn take_by_anti_join(db: &Connection, count: usize) -> rusqlite::Result<Figure> {
    taking(db, ANTI_JOIN, count, |_| Ok(()))
}

fn taking(
    db: &Connection,
    find: &str,
    count: usize,
    mut taken: impl FnMut(u32) -> rusqlite::Result<()>,
) -> rusqlite::Result<Figure> {
    let mut find = db.prepare(find)?;
    let mut insert = db.prepare("INSERT INTO used VALUES (?1, ?2)")?;
    let (mut begin, mut commit) = (db.prepare("BEGIN IMMEDIATE")?, db.prepare("COMMIT")?);
    let mut take = || -> rusqlite::Result<u32> {
        begin.execute([])?;
        let number: u32 = find.query_row([fill::FIRST], |row| row.get(0))?;
        taken(number)?;
        insert.execute(params![number, "new"])?;
        commit.execute([])?;
        Ok(number)
    };
    Ok(super::measure::many(count, || {
        take().expect("one address is free")
    }))
}
