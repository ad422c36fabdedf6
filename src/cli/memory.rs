//! What failed when it last ran, kept from one call to the next for `--rerun-failed`.
//!
//! It is a convenience: a call that cannot read or write it runs as if there were none, and says so
//! only when somebody asked for it. It lies in the user's cache folder, one file for each folder
//! that ipamlab is called in, so that nothing appears beside the scenarios.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::{Seed, whole_file};

/// Scenario files, as they were chosen, that failed when they last ran.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// Where ipamlab was called; two folders may come to the same file name.
    folder: PathBuf,
    failed: BTreeSet<PathBuf>,
}

impl Memory {
    /// What is remembered of calls in this folder.
    pub fn load() -> Memory {
        let folder = std::env::current_dir().unwrap_or_default();
        let known = place(&folder)
            .and_then(|file| std::fs::read(file).ok())
            .and_then(|text| serde_json::from_slice::<Memory>(&text).ok())
            .filter(|known| known.folder == folder);
        known.unwrap_or(Memory {
            folder,
            failed: BTreeSet::new(),
        })
    }

    pub fn has(&self, file: &Path) -> bool {
        self.failed.contains(file)
    }

    pub fn is_empty(&self) -> bool {
        self.failed.is_empty()
    }

    /// Notes how a scenario ended.
    pub fn note(&mut self, file: &Path, failed: bool) {
        match failed {
            true => self.failed.insert(file.to_owned()),
            false => self.failed.remove(file),
        };
    }

    /// Keeps it for the next call: the file is there whole, or as it was.
    pub fn store(&self) -> io::Result<()> {
        let Some(file) = place(&self.folder) else {
            return Ok(());
        };
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let text = serde_json::to_vec(self).map_err(io::Error::other)?;
        whole_file::replace(&file, |to| to.write_all(&text))
    }
}

/// The file for calls in `folder`; none on a system without a folder for caches.
fn place(folder: &Path) -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let caches = set("XDG_CACHE_HOME")
        .or_else(|| set("LOCALAPPDATA"))
        .map(PathBuf::from)
        .or_else(|| set("HOME").map(|home| PathBuf::from(home).join(".cache")))?;
    let name = Seed(0).child(&folder.to_string_lossy()).0;
    Some(
        caches
            .join("ipamlab")
            .join(format!("failed-{name:016x}.json")),
    )
}
