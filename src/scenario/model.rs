//! What a scenario means, once everything in it was checked.

use crate::base::AccountName;
use crate::lab::LabSpec;
use crate::step::ScriptStep;

/// A scenario that can be run.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The standing world.
    pub lab: LabSpec,
    pub tags: Vec<String>,
    /// Who is signed in when a step does not say; an administrator of the IPAM server's domain
    /// by default.
    pub administrator: Option<AccountName>,
    /// Whether the engine keeps its database in a file for the run.
    pub database_in_file: bool,
    pub steps: Vec<ScriptStep>,
}
