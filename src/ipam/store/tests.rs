//! What opening refuses, what a transaction keeps, and what a crash leaves behind.

use std::path::PathBuf;
use std::process::Command;

use crate::ipam::error::{ErrorId, IpamError, IpamResult};

use super::Store;
use super::schema::VERSION;

/// A file of its own for one test, removed with what SQLite puts beside it.
pub(crate) struct ScratchFile(pub(crate) PathBuf);

impl ScratchFile {
    pub(crate) fn new(name: &str) -> ScratchFile {
        let folder = std::env::temp_dir().join(format!("ipamlab-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
        let scratch = ScratchFile(folder.join(name));
        scratch.remove();
        scratch
    }

    fn remove(&self) {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let mut path = self.0.clone().into_os_string();
            path.push(suffix);
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Drop for ScratchFile {
    fn drop(&mut self) {
        self.remove();
    }
}

fn put(store: &Store, product: &str) -> IpamResult<usize> {
    store.transaction(|tx| {
        tx.execute("INSERT INTO ipamlab_schema VALUES (?1, 0)", [product])?;
        tx.execute("INSERT INTO ipamlab_schema VALUES (?1, 1)", [product])
    })
}

fn rows(store: &Store, product: &str) -> i64 {
    store
        .read(|tx| {
            let sql = "SELECT count(*) FROM ipamlab_schema WHERE product = ?1";
            tx.query_one(sql, [product], |row| row.get(0))
        })
        .expect("the store is readable")
        .expect("a count is one row")
}

fn refusal(result: IpamResult<Store>) -> ErrorId {
    result.err().expect("the file must be refused").id
}

#[test]
fn memory_stores_are_empty_and_apart() {
    let (one, two) = (Store::open(None).unwrap(), Store::open(None).unwrap());
    put(&one, "x").unwrap();
    assert_eq!((rows(&one, "x"), rows(&two, "x")), (2, 0));
}

#[test]
fn a_file_keeps_what_was_committed() {
    let file = ScratchFile::new("keeps.db");
    put(&Store::open(Some(&file.0)).unwrap(), "x").unwrap();
    assert_eq!(rows(&Store::open(Some(&file.0)).unwrap(), "x"), 2);
}

#[test]
fn a_refusing_transaction_leaves_nothing() {
    let store = Store::open(None).unwrap();
    let refused: IpamResult<()> = store.transaction(|tx| {
        tx.execute("INSERT INTO ipamlab_schema VALUES ('x', 0)", [])?;
        Err(IpamError::new(ErrorId::IpamApiInvalidParameter, "no"))
    });
    assert_eq!(refused.unwrap_err().id, ErrorId::IpamApiInvalidParameter);
    assert_eq!(rows(&store, "x"), 0);
    put(&store, "x").expect("the store is usable after a refusal");
}

#[test]
fn newer_and_foreign_files_are_refused() {
    let newer = ScratchFile::new("newer.db");
    let store = Store::open(Some(&newer.0)).unwrap();
    let raise = "UPDATE ipamlab_schema SET version = version + 1 WHERE product = 'ipamlab'";
    store.transaction(|tx| tx.execute(raise, [])).unwrap();
    drop(store);
    assert_eq!(
        refusal(Store::open(Some(&newer.0))),
        ErrorId::IpamApiErrorDatabaseIsAtHigherVersion
    );

    let foreign = ScratchFile::new("foreign.db");
    let other = rusqlite::Connection::open(&foreign.0).unwrap();
    other.execute_batch("CREATE TABLE alien (x)").unwrap();
    drop(other);
    let text = ScratchFile::new("text.db");
    std::fs::write(
        &text.0,
        "this is no database, and long enough to be looked at",
    )
    .unwrap();
    for file in [&foreign, &text] {
        assert_eq!(
            refusal(Store::open(Some(&file.0))),
            ErrorId::IpamApiErrorDatabaseSchemaIsModified
        );
    }
    let missing = std::env::temp_dir().join("no-such-folder-of-ipamlab/x.db");
    assert_eq!(
        refusal(Store::open(Some(&missing))),
        ErrorId::IpamApiDatabaseConnectionLost
    );
    assert_eq!(VERSION, 2);
}

#[test]
fn a_failure_before_any_statement_leaves_all_or_nothing() {
    for at in 0..5 {
        let file = ScratchFile::new("statement.db");
        let store = Store::open(Some(&file.0)).unwrap();
        store.faults().fail_after(Some(at));
        let result = put(&store, "x");
        // Begin, two inserts and the commit are four statements.
        assert_eq!(result.is_ok(), at >= 4, "{at}");
        if result.is_err() {
            assert!(store.faults().is_lost());
            assert!(put(&store, "y").is_err(), "a lost connection stays lost");
        }
        drop(store);
        let reopened = Store::open(Some(&file.0)).unwrap();
        assert_eq!(rows(&reopened, "x"), if at >= 4 { 2 } else { 0 }, "{at}");
        assert_eq!(rows(&reopened, "y"), 0);
    }
}

const CHILD: &str = "IPAMLAB_STORE_CHILD";

/// The body of the process that the next test starts; does nothing when run by hand.
#[test]
fn child_that_aborts_in_the_middle_of_a_transaction() {
    let Some(path) = std::env::var_os(CHILD) else {
        return;
    };
    let store = Store::open(Some(&PathBuf::from(path))).unwrap();
    put(&store, "committed").unwrap();
    let _: IpamResult<()> = store.transaction(|tx| {
        tx.execute("INSERT INTO ipamlab_schema VALUES ('half', 0)", [])?;
        std::process::abort()
    });
}

#[test]
fn a_killed_process_loses_no_committed_row_and_leaves_no_half_one() {
    let file = ScratchFile::new("killed.db");
    let name = "ipam::store::tests::child_that_aborts_in_the_middle_of_a_transaction";
    let status = Command::new(std::env::current_exe().expect("a test knows its own file"))
        .args(["--exact", name, "--test-threads=1"])
        .env(CHILD, &file.0)
        .output()
        .expect("a test binary can start itself");
    assert!(!status.status.success(), "the child aborts");
    let store = Store::open(Some(&file.0)).unwrap();
    assert_eq!((rows(&store, "committed"), rows(&store, "half")), (2, 0));
}
