//! What an import is asked to do.

use crate::addr::Family;

use super::column::Vocabulary;
use super::owners::Additions;

/// Where an import was asked for; the console and the cmdlets differ in what a file must have
/// (domain 6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Entry {
    Console,
    #[default]
    Cmdlet,
}

/// A kind of object that is kept in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Address,
    Range,
    Block,
    Subnet,
}

/// What is imported into a database that no engine has open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Import {
    pub kind: Kind,
    pub entry: Entry,
    pub address_family: Option<Family>,
    pub add: Additions,
}

/// What is exported from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Export {
    pub kind: Kind,
    pub address_family: Option<Family>,
    pub names: Vocabulary,
}
