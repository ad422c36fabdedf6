//! What is special about files, and about memory.

use std::process::Command;

use super::*;
use crate::ipam::store::Existing;

#[test]
fn memory_stores_are_empty_and_apart() {
    let open = || Store::open(&Database::Memory).unwrap();
    let (one, two) = (open(), open());
    put(&one, "x").unwrap();
    assert_eq!((rows(&one, "x"), rows(&two, "x")), (2, 0));
    let none = Store::open_with(&Database::Memory, Existing::Required);
    assert_eq!(refusal(none), ErrorId::IpamApiErrorDatabaseIsEmpty);
}

#[test]
fn files_that_are_no_database_are_refused() {
    let foreign = Scratch::file("foreign.db");
    let other = rusqlite::Connection::open(foreign.path()).unwrap();
    other.execute_batch("CREATE TABLE alien (x)").unwrap();
    drop(other);
    let text = Scratch::file("text.db");
    let words = "this is no database, and long enough to be looked at";
    std::fs::write(text.path(), words).unwrap();
    for file in [&foreign, &text] {
        assert_eq!(
            refusal(Store::open(&file.database)),
            ErrorId::IpamApiErrorDatabaseSchemaIsModified
        );
    }
    let missing = std::env::temp_dir().join("no-such-folder-of-ipamlab/x.db");
    assert_eq!(
        refusal(Store::open(&Database::File(missing.clone()))),
        ErrorId::IpamApiDatabaseConnectionLost
    );
    assert_eq!(
        refusal(Store::open_with(
            &Database::File(missing),
            Existing::Required
        )),
        ErrorId::IpamApiErrorDatabaseDoesNotExist
    );
}

const CHILD: &str = "IPAMLAB_STORE_CHILD";

/// The body of the process that the next test starts; does nothing when run by hand.
#[test]
fn child_that_aborts_in_the_middle_of_a_transaction() {
    let Some(path) = std::env::var_os(CHILD) else {
        return;
    };
    let store = Store::open(&Database::File(PathBuf::from(path))).unwrap();
    put(&store, "committed").unwrap();
    let _: IpamResult<()> = store.transaction(|tx| {
        tx.execute("INSERT INTO bookmark VALUES ('half', 'one', 1, '')", [])?;
        std::process::abort()
    });
}

#[test]
fn a_killed_process_loses_no_committed_row_and_leaves_no_half_one() {
    let file = Scratch::file("killed.db");
    let name = "ipam::store::tests::files::child_that_aborts_in_the_middle_of_a_transaction";
    let status = Command::new(std::env::current_exe().expect("a test knows its own file"))
        .args(["--exact", name, "--test-threads=1"])
        .env(CHILD, file.path())
        .output()
        .expect("a test binary can start itself");
    assert!(!status.status.success(), "the child aborts");
    let store = file.open();
    assert_eq!((rows(&store, "committed"), rows(&store, "half")), (2, 0));
}
