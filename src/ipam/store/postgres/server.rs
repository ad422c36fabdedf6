//! The engine's side of a connection to a server.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;

use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::store::backend::Backend;
use crate::ipam::store::params::Params;
use crate::ipam::store::row::Row;
use crate::ipam::store::schema::{self, Catalogue};
use crate::ipam::store::{Existing, ServerAddress};

use super::login::Login;
use super::session::{Reply, Request, Session};
use super::value::Value;

/// A connection to a database on a server, and the thread it lives on.
pub(in crate::ipam::store) struct Server {
    address: ServerAddress,
    /// There until the value is dropped.
    requests: Option<Sender<Request>>,
    replies: Receiver<IpamResult<Reply>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        // The thread ends with its last request, and with it the connection: what was not
        // committed is rolled back.
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Server {
    /// Connects to a database, which is made when it is missing and may be.
    ///
    /// # Errors
    /// See `refusal`.
    pub(in crate::ipam::store) fn open(
        address: &ServerAddress,
        existing: Existing,
    ) -> IpamResult<Server> {
        let login = Login::new(address)?;
        let (requests, asked) = mpsc::channel();
        let (answer, replies) = mpsc::channel();
        let serve = move || {
            let mut session = Session::new(login);
            for request in asked {
                if answer.send(session.answer(request)).is_err() {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("ipamlab-postgres".to_owned())
            .spawn(serve)
            .map_err(|error| ended(address, &error.to_string()))?;
        let server = Server {
            address: address.clone(),
            requests: Some(requests),
            replies,
            thread: Some(thread),
        };
        server.done(Request::Open(existing))?;
        Ok(server)
    }

    /// Hands a request over and blocks until it is answered. The engine's runtime stands still
    /// meanwhile, so its clock cannot move.
    fn ask(&self, request: Request) -> IpamResult<Reply> {
        let requests = self.requests.as_ref();
        let sent = requests.is_some_and(|requests| requests.send(request).is_ok());
        match self.replies.recv() {
            Ok(reply) if sent => reply,
            _ => Err(ended(&self.address, "the driver ended")),
        }
    }

    fn done(&self, request: Request) -> IpamResult<()> {
        self.ask(request).map(drop)
    }

    fn rows(&self, sql: &str, params: &impl Params) -> IpamResult<Vec<Vec<Value>>> {
        match self.ask(Request::Query(sql.to_owned(), values(params)))? {
            Reply::Rows(rows) => Ok(rows),
            Reply::Done | Reply::Changed(_) => Ok(Vec::new()),
        }
    }
}

fn ended(address: &ServerAddress, cause: &str) -> IpamError {
    IpamError::new(
        ErrorId::IpamApiDatabaseConnectionLost,
        format!("the connection to `{address}` is lost: {cause}; open the engine anew"),
    )
}

fn values(params: &impl Params) -> Vec<Value> {
    (0..params.count())
        .map(|index| params.at(index).into())
        .collect()
}

impl Backend for Server {
    fn execute(&self, sql: &str, params: &impl Params) -> IpamResult<usize> {
        match self.ask(Request::Execute(sql.to_owned(), values(params)))? {
            Reply::Changed(rows) => Ok(rows),
            Reply::Done | Reply::Rows(_) => Ok(0),
        }
    }

    fn query(
        &self,
        sql: &str,
        params: &impl Params,
        mut each: impl FnMut(&Row<'_>) -> IpamResult<bool>,
    ) -> IpamResult<()> {
        for row in self.rows(sql, params)? {
            if !each(&Row::kept(&row))? {
                break;
            }
        }
        Ok(())
    }

    fn begin(&self) -> IpamResult<()> {
        self.done(Request::Begin)
    }

    fn begin_definition(&self) -> IpamResult<()> {
        self.done(Request::BeginDefinition)
    }

    fn commit(&self) -> IpamResult<()> {
        self.done(Request::Commit)
    }

    fn rollback(&self) -> IpamResult<()> {
        self.done(Request::Rollback)
    }

    fn define(&self, ddl: &str) -> IpamResult<()> {
        self.done(Request::Define(ddl.to_owned()))
    }

    fn catalogue(&self) -> IpamResult<Catalogue> {
        // The system's own tables, because the standard's views hide what the login may not use.
        let sql = "SELECT made.relname::text, part.attname::text FROM pg_class AS made
            JOIN pg_attribute AS part ON part.attrelid = made.oid
            WHERE made.relkind IN ('r', 'p') AND made.relnamespace = current_schema()::regnamespace
                AND part.attnum > 0 AND NOT part.attisdropped
            ORDER BY made.relname, part.attnum";
        let mut catalogue = Catalogue::new();
        self.query(sql, &[], |row| {
            let name = |column| row.get::<String>(column);
            let read = |column| {
                let words = "answers with a catalogue of another kind";
                name(column).map_err(|_| schema::modified(&self.address.to_string(), words))
            };
            catalogue.entry(read(0)?).or_default().push(read(1)?);
            Ok(true)
        })?;
        Ok(catalogue)
    }

    /// Encoding and collation of the database, as in `UTF8 de_DE.UTF-8 de_DE.UTF-8`.
    fn locale(&self) -> IpamResult<String> {
        let sql = "SELECT pg_encoding_to_char(encoding)::text, datcollate::text, datctype::text
            FROM pg_database WHERE datname = current_database()";
        let mut locale = String::new();
        self.query(sql, &[], |row| {
            let parts: Vec<&str> = (0..3).map_while(|column| row.text(column).ok()).collect();
            locale = parts.join(" ");
            Ok(false)
        })?;
        if !locale.starts_with("UTF8 ") {
            return Err(IpamError::new(
                ErrorId::IpamApiErrorDatabaseLocaleMismatch,
                format!(
                    "`{}` has the locale `{locale}`: make it with `createdb --encoding UTF8`",
                    self.address
                ),
            ));
        }
        Ok(locale)
    }
}
