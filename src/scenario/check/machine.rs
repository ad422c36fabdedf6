//! What a host has of its own: a SQL Server instance, folders with files.

use std::collections::BTreeMap;

use super::Problems;
use crate::estate::{Holds, SqlDatabaseSpec, SqlLoginSpec, SqlSpec};
use crate::scenario::estate_file::{HostFile, RoleFile};
use crate::scenario::machine_file::{FolderFile, SqlFile, SqlLoginFile};
use crate::scenario::place::{At, Place};

/// The instance of a host, as the estate takes it.
pub fn sql(place: Place, file: &HostFile, problems: &mut Problems) -> Option<SqlSpec> {
    let has_role = file.roles.iter().any(|role| role.value == RoleFile::Sql);
    let written = file.sql.as_ref()?;
    if !has_role {
        problems
            .warning(
                place,
                "`sql` has no effect on a host without the role `sql`",
            )
            .remedy("add `sql` to its `roles`");
    }
    Some(instance(written, problems))
}

fn instance(file: &SqlFile, problems: &mut Problems) -> SqlSpec {
    let logins = file.logins.iter();
    let logins = logins.map(|(key, login)| login_of(key, login, problems));
    let logins: Vec<SqlLoginSpec> = logins.collect();
    let databases = file
        .databases
        .iter()
        .map(|(key, database)| SqlDatabaseSpec {
            name: key.value.clone(),
            holds: database.holds,
            users: database.users.clone(),
        });
    SqlSpec {
        version: file.version,
        mixed_mode: file.mixed_mode,
        databases: databases.collect(),
        logins,
    }
}

fn login_of(key: &At<String>, file: &SqlLoginFile, problems: &mut Problems) -> SqlLoginSpec {
    let is_windows = key.value.contains('\\');
    match (&file.password, is_windows) {
        (Some(password), true) => {
            let message = format!(
                "`{}` is a Windows account, which has no password here",
                key.value
            );
            problems.error(password.place, message).remedy("remove it");
        }
        (None, false) => {
            let message = format!("the SQL login `{}` has no password", key.value);
            problems
                .error(key.place, message)
                .remedy("add `password`, or write a Windows account as `CORP\\name`");
        }
        _ => {}
    }
    SqlLoginSpec {
        name: key.value.clone(),
        password: file.password.as_ref().map(|found| found.value.clone()),
        must_change: file.must_change,
        server_roles: file.server_roles.clone(),
    }
}

/// The files of a folder by name, with their contents.
pub fn folder(file: &FolderFile) -> BTreeMap<String, String> {
    let named = file.files.iter();
    let mut files: BTreeMap<String, String> = named
        .map(|name| (name.to_lowercase(), String::new()))
        .collect();
    if file.database != Holds::Nothing {
        let contents = serde_json::to_string(&file.database.contents());
        files.insert("ipam.mdf".to_owned(), contents.unwrap_or_default());
        files.insert("ipam_log.ldf".to_owned(), String::new());
    }
    files
}
