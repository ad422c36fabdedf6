//! Files over an SMB share, TCP port 445 (or 139).

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
    /// Names and sizes of the files of a folder, through the administrative share of its drive:
    /// `D:\data` is `\\host\D$\data`.
    ListFolder { path: String },
    /// The whole of a file of a folder, the same way.
    ReadFile { path: String, file: String },
    /// Writes a file of a folder that is there, in place of the one before.
    WriteFile {
        path: String,
        file: String,
        text: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    Files(Vec<FileEntry>),
    Written,
    Content { text: String, end_of_file: bool },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    pub name: String,
    pub size: u64,
}
