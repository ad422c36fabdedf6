//! What runs on the driver's thread: one connection, its statements and its transaction.

use std::collections::BTreeMap;

use postgres::types::ToSql;
use postgres::{Client, Statement};

use crate::ipam::error::IpamResult;
use crate::ipam::store::{Existing, schema};

use super::dialect::Dialect;
use super::login::Login;
use super::refusal::{self, is_gone};
use super::value::Value;

/// Prepared statements that a connection keeps; beyond it they are prepared anew.
const KEPT_STATEMENTS_MAX: usize = 256;

/// What an engine asks for.
pub(super) enum Request {
    /// Makes the database, where it is missing and may be made, and connects.
    Open(Existing),
    Begin,
    BeginDefinition,
    Commit,
    Rollback,
    Define(String),
    Execute(String, Vec<Value>),
    Query(String, Vec<Value>),
}

/// What it gets.
pub(super) enum Reply {
    Done,
    /// So many rows were changed.
    Changed(usize),
    Rows(Vec<Vec<Value>>),
}

/// Where the connection is in an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between operations: a connection that was lost meanwhile may be replaced unnoticed.
    Idle,
    InTransaction,
    /// A statement failed, so the transaction can only be rolled back.
    Failed,
}

/// A connection with the statements that were prepared on it.
struct Connection {
    client: Client,
    statements: BTreeMap<String, Statement>,
}

type Answer<T> = Result<T, postgres::Error>;

impl Connection {
    fn new(client: Client) -> Connection {
        Connection {
            client,
            statements: BTreeMap::new(),
        }
    }

    fn prepared(&mut self, sql: &str, dialect: &Dialect) -> Answer<Statement> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        if self.statements.len() >= KEPT_STATEMENTS_MAX {
            self.statements.clear();
        }
        let statement = self.client.prepare(&dialect.statement(sql))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn execute(&mut self, sql: &str, values: &[Value], dialect: &Dialect) -> Answer<usize> {
        let statement = self.prepared(sql, dialect)?;
        let changed = self.client.execute(&statement, &parameters(values))?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    fn query(&mut self, sql: &str, values: &[Value], dialect: &Dialect) -> Answer<Vec<Vec<Value>>> {
        let statement = self.prepared(sql, dialect)?;
        let rows = self.client.query(&statement, &parameters(values))?;
        let values = |row: postgres::Row| (0..row.len()).map(|at| row.try_get(at)).collect();
        rows.into_iter().map(values).collect()
    }
}

fn parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as _).collect()
}

/// A connection that comes back after it was lost, but never in the middle of an operation.
pub(super) struct Session {
    login: Login,
    dialect: Dialect,
    connection: Option<Connection>,
    state: State,
}

impl Session {
    pub(super) fn new(login: Login) -> Session {
        Session {
            login,
            dialect: Dialect::of_schema(),
            connection: None,
            state: State::Idle,
        }
    }

    pub(super) fn answer(&mut self, request: Request) -> IpamResult<Reply> {
        match request {
            Request::Open(existing) => {
                let client = self.login.connect_or_make(existing)?;
                self.connection = Some(Connection::new(client));
                Ok(Reply::Done)
            }
            Request::Begin => {
                let lock = format!("LOCK TABLE {} IN EXCLUSIVE MODE", schema::TABLE);
                self.begin(&lock)
            }
            Request::BeginDefinition => {
                self.begin("SELECT pg_advisory_xact_lock(hashtext('ipamlab:' || current_schema()))")
            }
            Request::Commit => self.commit(),
            Request::Rollback => Ok(self.rollback()),
            Request::Define(ddl) => {
                let script = Dialect::definition(&ddl);
                self.run(Again::Never, |connection, _| {
                    connection.client.batch_execute(&script)
                })?;
                Ok(Reply::Done)
            }
            Request::Execute(sql, values) => self
                .run(Again::Never, |connection, dialect| {
                    connection.execute(&sql, &values, dialect)
                })
                .map(Reply::Changed),
            Request::Query(sql, values) => self
                .run(Again::Once, |connection, dialect| {
                    connection.query(&sql, &values, dialect)
                })
                .map(Reply::Rows),
        }
    }

    fn begin(&mut self, lock: &str) -> IpamResult<Reply> {
        let script = format!("BEGIN; {lock}");
        let begun = self.run(Again::Once, |connection, _| {
            connection.client.batch_execute(&script).inspect_err(|_| {
                // Without the lock there is still a transaction.
                let _ = connection.client.batch_execute("ROLLBACK");
            })
        });
        begun.map(|()| {
            self.state = State::InTransaction;
            Reply::Done
        })
    }

    fn commit(&mut self) -> IpamResult<Reply> {
        if self.state != State::InTransaction {
            // The server would answer a commit with a rollback, and call it a success.
            let words = "its transaction had failed before it was to be committed";
            return Err(refusal::lost(&self.login.address, words));
        }
        // Where the answer is lost the server has the whole operation or nothing of it.
        self.run(Again::Never, |connection, _| {
            connection.client.batch_execute("COMMIT")
        })?;
        self.state = State::Idle;
        Ok(Reply::Done)
    }

    fn rollback(&mut self) -> Reply {
        let state = std::mem::replace(&mut self.state, State::Idle);
        if state != State::Idle
            && let Some(connection) = &mut self.connection
            && connection.client.batch_execute("ROLLBACK").is_err()
        {
            // Closing it is another way to roll back.
            self.connection = None;
        }
        Reply::Done
    }

    /// Runs something on the connection, which is made when there is none; again on a new one
    /// when the old one was lost since the last operation.
    fn run<T>(
        &mut self,
        again: Again,
        work: impl Fn(&mut Connection, &Dialect) -> Answer<T>,
    ) -> IpamResult<T> {
        let mut tries = match again {
            Again::Once if self.state == State::Idle => 2,
            Again::Once | Again::Never => 1,
        };
        loop {
            let connection = match &mut self.connection {
                Some(connection) => connection,
                None if self.state == State::Idle => {
                    tries = 1;
                    let client = self.login.connect()?;
                    self.connection.insert(Connection::new(client))
                }
                None => {
                    let words = "it ended in the middle of an operation";
                    return Err(refusal::lost(&self.login.address, words));
                }
            };
            let error = match work(connection, &self.dialect) {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            let gone = is_gone(&error) || connection.client.is_closed();
            if gone {
                self.connection = None;
            }
            if self.state == State::InTransaction {
                self.state = State::Failed;
            }
            tries -= 1;
            if !gone || tries == 0 {
                return Err(refusal::on_statement(&error, &self.login.address));
            }
        }
    }
}

/// Whether a request may be made twice: one that changes nothing outside of a transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Again {
    Once,
    Never,
}
