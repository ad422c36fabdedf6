//! Files that people keep on a host, byte for byte: what they import and export.
//!
//! They lie in the same folders as the files of [`super::machine`], which are texts that services
//! read and write over the network.

use std::collections::BTreeMap;

use crate::base::{Fqdn, Moment};

use super::error::EstateError;
use super::estate::Estate;
use super::host::Host;
use super::share::folder_key;

/// A file under the name it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub name: String,
    pub content: Vec<u8>,
}

/// By folder, in the form folders are compared in, and name in lower case.
pub(super) type Documents = BTreeMap<String, BTreeMap<String, Document>>;

/// Folder and name of a file: `D:\import` and `ranges.csv`.
fn parts(path: &str) -> (&str, &str) {
    path.rsplit_once('\\').unwrap_or(("", path))
}

impl Host {
    /// The file at a path, whatever the case of its letters.
    pub fn document(&self, path: &str) -> Option<&Document> {
        let (folder, name) = parts(path);
        let folder = self.documents.get(&folder_key(folder))?;
        folder.get(&name.to_lowercase())
    }

    /// The documents of a folder, by name.
    pub fn documents_in(&self, folder: &str) -> impl Iterator<Item = &Document> {
        let found = self.documents.get(&folder_key(folder));
        found.into_iter().flat_map(BTreeMap::values)
    }
}

impl Estate {
    /// Writes a file, over one of that name. Its folder is made when it is not there.
    ///
    /// # Errors
    /// There is no such host.
    pub fn put_document(
        &mut self,
        host: &Fqdn,
        path: &str,
        content: Vec<u8>,
        at: Moment,
    ) -> Result<(), EstateError> {
        let (folder, name) = parts(path);
        self.make_folder(host, folder, at)?;
        let documents = &mut self.host_mut(host)?.documents;
        let document = Document {
            name: name.to_owned(),
            content,
        };
        let folder = documents.entry(folder_key(folder)).or_default();
        folder.insert(name.to_lowercase(), document);
        Ok(())
    }
}
