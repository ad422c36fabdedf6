//! Undoing a run of `Invoke-IpamGpoProvisioning` that failed, and naming what it could not undo.
//!
//! Only what the run made is deleted: IPAMUG if it was not there before, and its GPOs (domain
//! 4.6). A creation whose answer never arrived may have happened, so it is undone as well.

use std::net::IpAddr;

use crate::base::Fqdn;
use crate::ipam::error::IpamError;
use crate::ipam::remote::RemoteError;
use crate::wire::windows::Win32Error;
use crate::wire::windows::directory::Request;

use super::report::{GpoProvisioningStep as Step, StepOutcome};
use super::sequence::Sequence;

/// Something a run made, or may have made.
pub(super) struct Undo {
    pub controller: IpAddr,
    /// As the report calls it.
    pub object: String,
    pub made: Made,
}

pub(super) enum Made {
    Gpo {
        domain: Fqdn,
        name: String,
    },
    /// Known by its name, because the answer with its identifier may be what was lost.
    Group {
        domain: Fqdn,
    },
    /// A change of something that was there before: it stays, for this reason.
    Kept(String),
}

impl Sequence<'_> {
    /// Undoes everything, last first, and adds to the refusal what is left behind.
    pub(super) async fn roll_back(&mut self, mut refusal: IpamError) -> IpamError {
        let mut left = Vec::new();
        while let Some(undo) = self.undo.pop() {
            let outcome = match self.take_back(&undo).await {
                Ok(outcome) => outcome,
                Err(error) => {
                    left.push(format!("`{}`", undo.object));
                    StepOutcome::Failed(error.to_string())
                }
            };
            self.note(Step::Rollback, undo.object, outcome);
        }
        if !left.is_empty() {
            refusal.message.push_str(&format!(
                "; left behind: {}; delete what there is of it before the next run",
                left.join(", ")
            ));
        }
        refusal
    }

    async fn take_back(&self, undo: &Undo) -> Result<StepOutcome, RemoteError> {
        let request = match &undo.made {
            Made::Kept(why) => return Ok(StepOutcome::Skipped(why.clone())),
            Made::Gpo { domain, name } => Request::DeleteGpo {
                domain: domain.clone(),
                name: name.clone(),
            },
            Made::Group { domain } => match self.find_group(undo.controller, domain).await? {
                Some((group, _)) => Request::DeleteGroup { group },
                None => return Ok(not_there()),
            },
        };
        match self.send(undo.controller, request).await {
            Ok(_) => Ok(StepOutcome::Done),
            Err(error) if error.error == Win32Error::ERROR_DS_NO_SUCH_OBJECT => Ok(not_there()),
            Err(error) => Err(error),
        }
    }
}

fn not_there() -> StepOutcome {
    StepOutcome::Skipped("it was not created".into())
}
