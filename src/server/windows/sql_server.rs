//! A SQL Server instance: log-on, database, right in it, statement, in that order.

use std::collections::BTreeSet;

use crate::estate::sql::{ServerRole, SqlDatabase, SqlLogin, SqlProof, SqlServer};
use crate::wire::windows::Win32Error;
use crate::wire::windows::tds::{
    Batch, Contents, DatabaseRight, LogIn, Request, Response, Schema, SqlError,
};

use super::context::Context;

type Answer = Result<Response, SqlError>;

fn error(number: u32, state: u8, message: String) -> SqlError {
    SqlError {
        number,
        state,
        message,
    }
}

pub(super) fn answer(context: &Context<'_>, request: Request) -> Result<Response, Win32Error> {
    let token = match &request.log_in {
        LogIn::Integrated => {
            let caller = context.caller()?;
            Some((caller.name, caller.token))
        }
        LogIn::Sql { .. } => None,
    };
    let mut estate = context.estate.borrow_mut();
    let server = estate
        .sql_server(context.host)
        .map_err(|_| Win32Error::RPC_S_SERVER_UNAVAILABLE)?;
    let logins = match (&request.log_in, token) {
        (LogIn::Sql { user, password }, _) => sql_login(server, user, password),
        (LogIn::Integrated, token) => {
            let (name, token) = token.unwrap_or_default();
            windows_logins(server, &name, &token)
        }
    };
    let answered = logins.and_then(|logins| {
        let server = estate
            .sql_server_mut(context.host)
            .map_err(|gone| error(SqlError::CANNOT_OPEN_DATABASE, 1, gone.to_string()))?;
        batch(server, &logins, request)
    });
    Ok(answered.unwrap_or_else(Response::Error))
}

fn login_failed(user: &str, state: u8, why: &str) -> SqlError {
    let message = format!("login failed for user `{user}`: {why}");
    error(SqlError::LOGIN_FAILED, state, message)
}

fn sql_login(server: &SqlServer, user: &str, secret: &str) -> Result<Vec<SqlLogin>, SqlError> {
    if !server.mixed_mode_running {
        let why = "the server takes Windows authentication only";
        return Err(login_failed(user, SqlError::STATE_WINDOWS_ONLY, why));
    }
    let known = server.login(user).and_then(|login| match &login.proof {
        SqlProof::Password {
            password,
            must_change,
        } => Some((login, password, *must_change)),
        SqlProof::Windows(_) => None,
    });
    let Some((login, password, must_change)) = known else {
        let why = "there is no such login";
        return Err(login_failed(user, SqlError::STATE_UNKNOWN_USER, why));
    };
    if password != secret {
        let why = "the password does not match";
        return Err(login_failed(user, SqlError::STATE_WRONG_PASSWORD, why));
    }
    if must_change {
        let message = format!("login failed for user `{user}`: the password must be changed");
        return Err(error(SqlError::PASSWORD_MUST_CHANGE, 1, message));
    }
    Ok(vec![login.clone()])
}

fn windows_logins(
    server: &SqlServer,
    name: &str,
    token: &BTreeSet<crate::base::Sid>,
) -> Result<Vec<SqlLogin>, SqlError> {
    let logins = server.windows_logins(token);
    match logins.is_empty() {
        false => Ok(logins.into_iter().cloned().collect()),
        true => Err(login_failed(
            name,
            SqlError::STATE_NO_WINDOWS_LOGIN,
            "no login is mapped to the account or to a group it is in",
        )),
    }
}

fn batch(server: &mut SqlServer, logins: &[SqlLogin], request: Request) -> Answer {
    match request.batch {
        Batch::ServerVersion => return Ok(Response::Version(server.version)),
        Batch::CreateDatabase { name } => return create_database(server, logins, &name),
        _ => {}
    }
    let Some(name) = request.database else {
        return Ok(Response::Done);
    };
    let cannot_open = || {
        let message = format!("cannot open database `{name}` requested by the login");
        error(SqlError::CANNOT_OPEN_DATABASE, 1, message)
    };
    let borrowed: Vec<&SqlLogin> = logins.iter().collect();
    let found = server.database(&name).ok_or_else(cannot_open)?;
    let held = server.rights(&borrowed, found).ok_or_else(cannot_open)?;
    let database = server.database_mut(&name).ok_or_else(cannot_open)?;
    in_database(database, &held, request.batch)
}

fn create_database(server: &mut SqlServer, logins: &[SqlLogin], name: &str) -> Answer {
    let creator = logins.iter().find(|login| {
        let roles = &login.server_roles;
        roles.contains(&ServerRole::Sysadmin) || roles.contains(&ServerRole::Dbcreator)
    });
    let Some(creator) = creator else {
        let message = "CREATE DATABASE permission denied in database `master`".to_owned();
        return Err(error(SqlError::CREATE_DATABASE_DENIED, 1, message));
    };
    if server.database(name).is_some() {
        let message = format!("database `{name}` exists already");
        return Err(error(SqlError::DATABASE_EXISTS, 3, message));
    }
    let owner = creator.name.to_lowercase();
    let made = SqlDatabase {
        name: name.to_owned(),
        contents: Contents::Empty,
        users: [(owner, BTreeSet::from([DatabaseRight::DbOwner]))].into(),
    };
    server.databases.insert(name.to_lowercase(), made);
    Ok(Response::Done)
}

fn in_database(database: &mut SqlDatabase, held: &BTreeSet<DatabaseRight>, batch: Batch) -> Answer {
    let allowed = |needed: &[DatabaseRight]| {
        let lacks = DatabaseRight::missing_from(held);
        match lacks.iter().find(|right| needed.contains(right)) {
            None => Ok(()),
            Some(right) => {
                let message = format!("permission denied in database: `{right}` is missing");
                Err(error(SqlError::PERMISSION_DENIED, 5, message))
            }
        }
    };
    match batch {
        Batch::Ping | Batch::ServerVersion | Batch::CreateDatabase { .. } => Ok(Response::Done),
        Batch::MyRights => Ok(Response::Rights(held.clone())),
        Batch::Contents => {
            allowed(&[DatabaseRight::DbDatareader])?;
            Ok(Response::Contents(database.contents.clone()))
        }
        Batch::CreateSchema(schema) => {
            allowed(DatabaseRight::MINIMUM)?;
            create_schema(database, schema)
        }
        Batch::PutProperties(properties) => {
            allowed(&[DatabaseRight::DbDatareader, DatabaseRight::DbDatawriter])?;
            match &mut database.contents {
                Contents::Ipam(schema) => {
                    schema.properties.extend(properties);
                    Ok(Response::Done)
                }
                Contents::Empty | Contents::Foreign => {
                    let message = "invalid object name `ipam.Properties`".to_owned();
                    Err(error(SqlError::INVALID_OBJECT, 1, message))
                }
            }
        }
    }
}

fn create_schema(database: &mut SqlDatabase, schema: Schema) -> Answer {
    match database.contents {
        Contents::Empty => {
            database.contents = Contents::Ipam(schema);
            Ok(Response::Done)
        }
        Contents::Ipam(_) | Contents::Foreign => {
            let message = "there is an object of this name in the database already".to_owned();
            Err(error(SqlError::OBJECT_EXISTS, 6, message))
        }
    }
}
