//! Task Scheduler (MS-TSCH), over the named pipe `atsvc` on SMB's port 445.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Registers tasks in a folder for an account, in place of those of the same names.
    Register {
        folder: String,
        tasks: Vec<String>,
        account: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    Registered,
}
