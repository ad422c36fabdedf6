//! The embedded database: the Windows Internal Database, with its two files in a folder.

use std::collections::{BTreeMap, BTreeSet};

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::remote::RemoteError;
use crate::wire::windows::tds::{Contents, Schema};
use crate::wire::windows::{Interface, Request, Response, Win32Error, smb};

use super::database::{DatabaseOutcome, Wish};

/// The data file. It says of the schema what a database server's catalogue would.
const DATA_FILE: &str = "ipam.mdf";
const LOG_FILE: &str = "ipam_log.ldf";

/// The service, as `sc` takes it.
const SERVICE: &str = "MSSQL$MICROSOFT##WID";

impl Ipam {
    /// Tells the engine whether the service of its embedded database runs on its host.
    ///
    /// The engine's own store stands for the files of that service, so whoever starts and stops
    /// the services of the host says so here.
    pub fn set_internal_database_running(&self, running: bool) {
        self.wid_running.set(running);
    }

    pub(super) fn reach_wid(&self) -> IpamResult<()> {
        if self.wid_running.get() {
            return Ok(());
        }
        Err(IpamError::new(
            ErrorId::IpamApiDatabaseConnectionLost,
            format!(
                "the Windows Internal Database does not answer; check that the service {SERVICE} \
                 runs on `{}`",
                self.options.server
            ),
        ))
    }

    pub(super) async fn prepare_wid(
        &self,
        caller: &Caller,
        path: &str,
        wish: Wish,
    ) -> IpamResult<DatabaseOutcome> {
        self.reach_wid()?;
        let files = self.files_of(caller, path).await?;
        let (data, log) = (files.contains(DATA_FILE), files.contains(LOG_FILE));
        let place = format!("folder `{path}`");
        let mut outcome = DatabaseOutcome::Created;
        if data {
            let found = self.schema_in(caller, path).await?;
            let taken = match &found {
                // A reused folder needs both files; an interrupted attempt may have made one.
                Contents::Ipam(schema)
                    if wish.begun || schema.properties.is_empty() || (log && wish.reuse) =>
                {
                    self.take(&place, &found, wish)?
                }
                _ => None,
            };
            outcome = taken.ok_or_else(|| files_exist(path, &files))?;
        } else if log {
            return Err(files_exist(path, &files));
        }
        if !data {
            let made = Contents::Ipam(self.new_schema());
            self.write_schema(caller, path, &made).await?;
        }
        if !log {
            self.write(caller, path, LOG_FILE, String::new()).await?;
        }
        Ok(outcome)
    }

    pub(super) async fn put_wid_properties(
        &self,
        caller: &Caller,
        path: &str,
        properties: BTreeMap<String, String>,
    ) -> IpamResult<()> {
        let schema = match self.schema_in(caller, path).await? {
            Contents::Ipam(schema) => schema,
            Contents::Empty | Contents::Foreign => self.new_schema(),
        };
        let mut all = schema.properties;
        all.extend(properties);
        let schema = Schema {
            properties: all,
            ..schema
        };
        let contents = Contents::Ipam(schema);
        self.write_schema(caller, path, &contents).await
    }

    async fn files_of(&self, caller: &Caller, path: &str) -> IpamResult<BTreeSet<String>> {
        let request = smb::Request::ListFolder {
            path: path.to_owned(),
        };
        match self.own_files(caller, request).await {
            Ok(smb::Response::Files(files)) => {
                let names = files.into_iter().map(|file| file.name.to_lowercase());
                Ok(names.collect())
            }
            Ok(_) => Err(unusable(path, "the host answered something else")),
            Err(error) if error.error == Win32Error::ERROR_PATH_NOT_FOUND => Err(IpamError::new(
                ErrorId::IpamApiErrorInvalidDatabasePath,
                format!("there is no folder `{path}`; make it first or give another one"),
            )),
            Err(error) => Err(unusable(path, &error.to_string())),
        }
    }

    async fn schema_in(&self, caller: &Caller, path: &str) -> IpamResult<Contents> {
        let request = smb::Request::ReadFile {
            path: path.to_owned(),
            file: DATA_FILE.to_owned(),
        };
        match self.own_files(caller, request).await {
            Ok(smb::Response::Content { text, .. }) => {
                Ok(serde_json::from_str(&text).unwrap_or(Contents::Foreign))
            }
            Ok(_) => Err(unusable(path, "the host answered something else")),
            Err(error) => Err(unusable(path, &error.to_string())),
        }
    }

    async fn write_schema(
        &self,
        caller: &Caller,
        path: &str,
        contents: &Contents,
    ) -> IpamResult<()> {
        let text = serde_json::to_string(contents).unwrap_or_default();
        self.write(caller, path, DATA_FILE, text).await
    }

    async fn write(&self, caller: &Caller, path: &str, file: &str, text: String) -> IpamResult<()> {
        let request = smb::Request::WriteFile {
            path: path.to_owned(),
            file: file.to_owned(),
            text,
        };
        match self.own_files(caller, request).await {
            Ok(_) => Ok(()),
            Err(error) => Err(unusable(path, &error.to_string())),
        }
    }

    /// One file operation on this host, through the administrative share.
    async fn own_files(
        &self,
        caller: &Caller,
        request: smb::Request,
    ) -> Result<smb::Response, RemoteError> {
        let own = self.own_address();
        let request = Request::Smb(request);
        let call = self.remote.call(caller, own, Interface::Smb, request);
        match call.await? {
            Response::Smb(response) => Ok(response),
            _ => Err(crate::ipam::directory::unexpected_reply()),
        }
    }
}

fn files_exist(path: &str, files: &BTreeSet<String>) -> IpamError {
    let names: Vec<&str> = files.iter().map(String::as_str).collect();
    IpamError::new(
        ErrorId::IpamApiErrorDatabaseFilesExist,
        format!(
            "folder `{path}` holds {} already, and not a schema to use; remove them or give \
             another folder",
            names.join(", ")
        ),
    )
}

fn unusable(path: &str, why: &str) -> IpamError {
    IpamError::new(
        ErrorId::IpamApiErrorUpdatingFolderPermissionsFailed,
        format!("the database folder `{path}` cannot be used: {why}; run elevated"),
    )
}
