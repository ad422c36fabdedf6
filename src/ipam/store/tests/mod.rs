//! What opening refuses, what a transaction keeps, and what a crash leaves behind: over every
//! database from the same source, and what is special about files.

use std::path::PathBuf;

use crate::ipam::error::{ErrorId, IpamResult};

use super::{Database, Store, params};

#[cfg(feature = "postgres")]
pub(crate) mod cluster;
mod embedded;
mod files;
#[cfg(feature = "postgres")]
mod server;

/// A database of its own for one test.
pub(crate) struct Scratch {
    pub(crate) database: Database,
    /// Removed with what SQLite puts beside it.
    file: Option<PathBuf>,
}

impl Scratch {
    /// In a file.
    pub(crate) fn file(name: &str) -> Scratch {
        let folder = std::env::temp_dir().join(format!("ipamlab-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
        let file = folder.join(name);
        let scratch = Scratch {
            database: Database::File(file.clone()),
            file: Some(file),
        };
        scratch.remove();
        scratch
    }

    /// On a server; where PostgreSQL is not installed the test runs in a file once more.
    #[cfg(feature = "postgres")]
    pub(crate) fn server(name: &str) -> Scratch {
        match cluster::empty() {
            Some((url, _)) => {
                let Ok(database) = url.parse();
                Scratch {
                    database,
                    file: None,
                }
            }
            None => {
                eprintln!("PostgreSQL is not installed: `{name}` runs in a file");
                Scratch::file(&format!("instead-{name}"))
            }
        }
    }

    pub(crate) fn open(&self) -> Store {
        Store::open(&self.database).expect("it can be opened")
    }

    fn path(&self) -> PathBuf {
        self.file.clone().expect("asked for a file only")
    }

    fn remove(&self) {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            if let Some(file) = &self.file {
                let mut path = file.clone().into_os_string();
                path.push(suffix);
                let _ = std::fs::remove_file(path);
            }
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Two rows in one transaction, of two statements.
fn put(store: &Store, server: &str) -> IpamResult<()> {
    store.transaction(|tx| {
        let sql = "INSERT INTO bookmark VALUES (?1, ?2, ?3, '')";
        tx.execute(sql, params![server, "one", 1])?;
        tx.execute(sql, params![server, "two", 2]).map(drop)
    })
}

fn rows(store: &Store, server: &str) -> i64 {
    store
        .read(|tx| {
            let sql = "SELECT count(*) FROM bookmark WHERE server = ?1";
            tx.query_one(sql, [server], |row| row.get(0))
        })
        .expect("the store is readable")
        .expect("a count is one row")
}

fn refusal(result: IpamResult<Store>) -> ErrorId {
    result.err().expect("the database must be refused").id
}
