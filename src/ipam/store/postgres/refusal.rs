//! What the failures of a server mean to an administrator.

use std::error::Error as _;

use postgres::error::SqlState;

use crate::ipam::error::{ErrorId, IpamError};
use crate::ipam::store::ServerAddress;

/// A failure to reach the server, or to log in there.
pub(super) fn on_login(error: &postgres::Error, address: &ServerAddress, user: &str) -> IpamError {
    let cause = cause(error);
    let Some(code) = error.code() else {
        return without_answer(error, address, user);
    };
    let (id, remedy) = match *code {
        SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => (
            ErrorId::IpamApiErrorDatabaseLoginFailed,
            format!("check the user `{user}`, its password and the server's pg_hba.conf"),
        ),
        SqlState::INVALID_CATALOG_NAME => (
            ErrorId::IpamApiErrorDatabaseDoesNotExist,
            format!("make it with `createdb`, or let `{user}` make it: ALTER ROLE ... CREATEDB"),
        ),
        SqlState::INSUFFICIENT_PRIVILEGE => (
            ErrorId::IpamApiErrorDatabaseAccessDenied,
            format!("let `{user}` connect: GRANT CONNECT ON DATABASE ..."),
        ),
        _ => (
            ErrorId::IpamApiDatabaseConnectionLost,
            "try again when the server takes connections".to_owned(),
        ),
    };
    IpamError::new(id, format!("`{address}` refuses: {cause}; {remedy}"))
}

/// Nothing came back that is an answer of PostgreSQL.
fn without_answer(error: &postgres::Error, address: &ServerAddress, user: &str) -> IpamError {
    let (cause, words) = (cause(error), error.to_string());
    // The driver tells these apart by their words alone.
    if words.contains("TLS") {
        return IpamError::new(
            ErrorId::IpamApiDatabaseConnectionLost,
            format!(
                "`{address}` asks for TLS, which this build does not speak: leave `sslmode` out, \
                 and reach the server through a network you trust or a tunnel"
            ),
        );
    }
    if words.contains("invalid configuration") || words.contains("authentication") {
        return IpamError::new(
            ErrorId::IpamApiErrorDatabaseLoginFailed,
            format!(
                "cannot log in at `{address}`: {cause}; give the password of `{user}` in \
                 PGPASSWORD"
            ),
        );
    }
    IpamError::new(
        ErrorId::IpamApiDatabaseConnectionLost,
        format!(
            "`{address}` does not answer: {cause}; check host and port, and that the server runs"
        ),
    )
}

/// A statement that failed.
pub(super) fn on_statement(error: &postgres::Error, address: &ServerAddress) -> IpamError {
    let cause = cause(error);
    let (id, words) = match error.code() {
        Some(&SqlState::INSUFFICIENT_PRIVILEGE) => (
            ErrorId::IpamApiErrorDatabaseAccessDenied,
            format!(
                "`{address}` forbids: {cause}; let the login read, write and make tables: GRANT \
                 ALL ON SCHEMA ..., or make it the owner of the database"
            ),
        ),
        Some(
            &SqlState::UNDEFINED_TABLE
            | &SqlState::UNDEFINED_COLUMN
            | &SqlState::INVALID_SCHEMA_NAME
            | &SqlState::DATATYPE_MISMATCH
            | &SqlState::WRONG_OBJECT_TYPE,
        ) => (
            ErrorId::IpamApiErrorDatabaseSchemaIsModified,
            format!("the schema of `{address}` was changed: {cause}; restore it from a backup"),
        ),
        Some(&SqlState::LOCK_NOT_AVAILABLE) => (
            ErrorId::IpamApiDatabaseConnectionLost,
            format!("another engine works at `{address}` and does not end; try again"),
        ),
        Some(code) if is_end(code) => return lost(address, &cause),
        Some(_) => (
            ErrorId::IpamApiDatabaseConnectionLost,
            format!("the database at `{address}` failed: {cause}"),
        ),
        None if is_gone(error) => return lost(address, &cause),
        None => (
            ErrorId::IpamApiErrorDatabaseSchemaIsModified,
            format!("a value does not fit into the schema of `{address}`: {cause}"),
        ),
    };
    IpamError::new(id, words)
}

/// The connection ended in the middle of an operation.
pub(super) fn lost(address: &ServerAddress, cause: &str) -> IpamError {
    IpamError::new(
        ErrorId::IpamApiDatabaseConnectionLost,
        format!(
            "the connection to `{address}` is lost: {cause}; the next operation connects again"
        ),
    )
}

/// Whether the connection is of no further use.
pub(super) fn is_gone(error: &postgres::Error) -> bool {
    match error.code() {
        Some(code) => is_end(code),
        None => {
            error.is_closed()
                || error
                    .source()
                    .is_some_and(|source| source.is::<std::io::Error>())
        }
    }
}

/// The server ends the connection with these: class 57P, class 08.
fn is_end(code: &SqlState) -> bool {
    let code = code.code();
    code.starts_with("57P") || code.starts_with("08") || code.starts_with("25P03")
}

/// The innermost words of an error: the outer ones say no more than `db error`.
pub(super) fn cause(error: &postgres::Error) -> String {
    if let Some(answer) = error.as_db_error() {
        return answer.message().to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
