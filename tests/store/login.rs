//! Who may in, and what a refusal tells.

use ipamlab::ipam::ErrorId;
use ipamlab::ipam::store::{Existing, Store};

use super::{cluster, database, refusal, skipped};

/// The words of every refusal name the server and the database, and never a password.
fn told(url: &str, id: ErrorId, words: &[&str]) {
    let error = refusal(Store::open(&database(url)));
    assert_eq!(error.id, id, "{error}");
    for word in words {
        assert!(error.message.contains(word), "`{word}` in {error}");
    }
    assert!(!error.message.contains("hunter2"), "{error}");
}

#[test]
fn a_login_that_is_refused_says_whose_and_where() {
    let Some(url) = cluster::url("locked:hunter2", "postgres").or_else(skipped) else {
        return;
    };
    cluster::administer("postgres", "CREATE ROLE locked LOGIN PASSWORD 'other'");
    let id = ErrorId::IpamApiErrorDatabaseLoginFailed;
    let words = [
        "postgres://locked@",
        "/postgres`",
        "password",
        "pg_hba.conf",
    ];
    told(&url, id, &words);
    let without = cluster::url("locked", "postgres").unwrap();
    told(&without, id, &["PGPASSWORD", "locked"]);
    let right = database(&without).with_password(Some("other".to_owned()));
    let refused = Store::open_with(&right, Existing::Required);
    assert_ne!(refusal(refused).id, id, "the password of the environment");
    let nobody = cluster::url("nobody-here", "postgres").unwrap();
    told(&nobody, id, &["nobody-here"]);
}

#[test]
fn a_server_that_does_not_answer_is_named() {
    let url = "postgres://ipam:hunter2@127.0.0.1:1/ipam";
    let id = ErrorId::IpamApiDatabaseConnectionLost;
    told(
        url,
        id,
        &[
            "postgres://ipam@127.0.0.1:1/ipam",
            "does not answer",
            "check host and port",
        ],
    );
    let bad = ErrorId::IpamApiInvalidParameter;
    told("postgres:///ipam", bad, &["names no server"]);
    told("postgres://ipam@127.0.0.1:1", bad, &["names no database"]);
    told(
        "postgres://ipam:hunter2@127.0.0.1:x/ipam",
        bad,
        &["write `postgres://"],
    );
}

#[test]
fn a_missing_database_is_made_by_who_may_make_it() {
    let Some(url) = cluster::url("tester", "made-for-it").or_else(skipped) else {
        return;
    };
    let missing = ErrorId::IpamApiErrorDatabaseDoesNotExist;
    let required = Store::open_with(&database(&url), Existing::Required);
    assert_eq!(refusal(required).id, missing);
    cluster::administer("postgres", "CREATE ROLE humble LOGIN");
    let humble = cluster::url("humble", "made-for-it").unwrap();
    told(&humble, missing, &["made-for-it", "CREATEDB"]);
    Store::open(&database(&url)).expect("the administrator may make it");
    Store::open_with(&database(&url), Existing::Required).expect("now it is there");
    // The role may connect, and sees tables that it may not read.
    let id = ErrorId::IpamApiErrorDatabaseAccessDenied;
    told(
        &humble,
        id,
        &["postgres://humble@", "/made-for-it`", "GRANT"],
    );
}

#[test]
fn an_encoding_that_cannot_hold_every_name_is_refused() {
    let Some(url) = cluster::url("tester", "latin").or_else(skipped) else {
        return;
    };
    let make = "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' \
                TEMPLATE template0";
    cluster::administer("postgres", make);
    let id = ErrorId::IpamApiErrorDatabaseLocaleMismatch;
    told(&url, id, &["LATIN1", "--encoding UTF8"]);
}
