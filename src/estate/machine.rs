//! What a machine has of its own beside its settings: folders with files, tasks of the scheduler,
//! and what hardening keeps even its administrators from.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{Fqdn, Moment};

use super::error::EstateError;
use super::estate::Estate;
use super::host::{Host, Role};
use super::share::folder_key;

/// The folder of the embedded database that the IPAM feature makes (domain 2.2).
pub const IPAM_DATABASE_FOLDER: &str = r"C:\Windows\System32\IPAM\Database";

/// Files by folder, in the form folders are compared in, and name.
pub type Files = BTreeMap<String, BTreeMap<String, String>>;

/// A change that hardening refuses: a security product, a policy, a template.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Hardening {
    CreateLocalGroups,
    ChangeEventLogReaders,
    RegisterTasks,
    WriteFiles,
}

/// The folders a host has as installed.
pub(super) fn folders(roles: &BTreeSet<Role>) -> Files {
    let mut files = Files::new();
    if roles.contains(&Role::Ipam) {
        files.insert(folder_key(IPAM_DATABASE_FOLDER), BTreeMap::new());
    }
    files
}

impl Host {
    /// The files of a folder; `None` if there is no such folder.
    pub fn folder(&self, path: &str) -> Option<&BTreeMap<String, String>> {
        self.files.get(&folder_key(path))
    }

    /// Tasks of the scheduler, in full: `\Microsoft\Windows\IPAM\Audit`.
    pub fn tasks(&self) -> impl Iterator<Item = &String> {
        self.tasks.iter()
    }

    pub fn refuses(&self, change: Hardening) -> bool {
        self.hardening.contains(&change)
    }
}

impl Estate {
    /// Makes a folder, and leaves one that is there as it is.
    ///
    /// # Errors
    /// There is no such host.
    pub fn make_folder(&mut self, host: &Fqdn, path: &str, at: Moment) -> Result<(), EstateError> {
        self.settle(at);
        let files = &mut self.host_mut(host)?.files;
        files.entry(folder_key(path)).or_default();
        Ok(())
    }

    /// Writes a file; false if there is no such folder.
    ///
    /// # Errors
    /// There is no such host.
    pub fn write_file(
        &mut self,
        host: &Fqdn,
        (path, file): (&str, &str),
        text: Option<&str>,
        at: Moment,
    ) -> Result<bool, EstateError> {
        self.settle(at);
        let Some(folder) = self.host_mut(host)?.files.get_mut(&folder_key(path)) else {
            return Ok(false);
        };
        let file = file.to_lowercase();
        match text {
            Some(text) => folder.insert(file, text.to_owned()),
            None => folder.remove(&file),
        };
        Ok(true)
    }

    /// Registers tasks of the scheduler.
    ///
    /// # Errors
    /// There is no such host.
    pub fn register_tasks(
        &mut self,
        host: &Fqdn,
        tasks: impl IntoIterator<Item = String>,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        self.host_mut(host)?.tasks.extend(tasks);
        Ok(())
    }

    /// Hardens a host against a change, or lifts that.
    ///
    /// # Errors
    /// There is no such host.
    pub fn harden(
        &mut self,
        host: &Fqdn,
        change: Hardening,
        refused: bool,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        let hardening = &mut self.host_mut(host)?.hardening;
        match refused {
            true => hardening.insert(change),
            false => hardening.remove(&change),
        };
        Ok(())
    }
}
