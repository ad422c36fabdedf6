//! Who asks: the administrator at the console, or the server's own computer account.

use crate::base::AccountName;

/// The identity behind an operation (domain 1.2).
///
/// Scheduled collection runs as the computer account of the IPAM server; edits of GPO filters,
/// interactive searches and pushes to servers run as the signed-in administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub account: AccountName,
    /// The account's password, shown to a domain controller to get a ticket.
    pub secret: String,
}
