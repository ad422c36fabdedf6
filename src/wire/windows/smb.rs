//! A file read over an SMB share, TCP port 445 (or 139).

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Names and sizes of the files in the share's folder.
    List { share: String },
    /// Bytes of a file from `offset`, at most `max`.
    Read {
        share: String,
        file: String,
        offset: u64,
        max: u32,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    Files(Vec<FileEntry>),
    Content { text: String, end_of_file: bool },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    pub name: String,
    pub size: u64,
}
