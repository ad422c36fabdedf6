//! Editing the security filters of the IPAM GPOs as the signed-in administrator (domain 4.7).

use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;

use crate::base::{Fqdn, Sid};
use crate::ipam::caller::Caller;
use crate::ipam::directory::unexpected_reply;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError};
use crate::ipam::inventory::ServerRecord;
use crate::ipam::remote::{RemoteError, Stage};
use crate::wire::windows::directory::{Request, Response};
use crate::wire::windows::{Interface, Win32Error};

use super::names::IpamGpo;

/// What an edit of a filter was meant to do (appendix A).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GpoOperation {
    Add,
    Delete,
    /// The filter was as wanted already.
    NoOperation,
}

impl fmt::Display for GpoOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            GpoOperation::Add => "Add",
            GpoOperation::Delete => "Delete",
            GpoOperation::NoOperation => "NoOperation",
        })
    }
}

/// One security filter that was looked at for one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GpoEdit {
    /// `LAB_DHCP`.
    pub gpo: String,
    pub domain: Fqdn,
    pub operation: GpoOperation,
    pub result: Result<(), Win32Error>,
}

/// The filters that should list a server and those that should not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct FilterPlan {
    pub add: BTreeSet<IpamGpo>,
    pub delete: BTreeSet<IpamGpo>,
}

/// The edits made for one server and the errors to show for those that failed.
#[derive(Debug, Default)]
pub(crate) struct FilterEdits {
    pub edits: Vec<GpoEdit>,
    pub errors: Vec<IpamError>,
}

/// One GPO of one domain, and the computer whose place in its filter is at stake.
struct Filter<'a> {
    domain: &'a Fqdn,
    gpo: &'a str,
    trustee: &'a Sid,
}

impl Ipam {
    /// Brings the filters of the server's domain in line with `plan`, as `caller`.
    pub(crate) async fn edit_gpo_filters(
        &self,
        caller: &Caller,
        server: &ServerRecord,
        prefix: &str,
        plan: &FilterPlan,
    ) -> FilterEdits {
        let mut done = FilterEdits::default();
        if plan.add.is_empty() && plan.delete.is_empty() {
            return done;
        }
        let controller = self.controller_of(caller, &server.domain).await;
        let additions = plan.add.iter().map(|gpo| (gpo, GpoOperation::Add));
        let deletions = plan.delete.iter().map(|gpo| (gpo, GpoOperation::Delete));
        for (gpo, wanted) in additions.chain(deletions) {
            let name = gpo.name(prefix);
            let filter = Filter {
                domain: &server.domain,
                gpo: &name,
                trustee: &server.sid,
            };
            let edited = match &controller {
                Ok(address) => self.edit_filter(caller, *address, &filter, wanted).await,
                Err(error) => Err(*error),
            };
            if let Err(error) = &edited {
                done.errors.push(refusal(&server.name, &filter, error));
            }
            done.edits.push(GpoEdit {
                operation: *edited.as_ref().unwrap_or(&wanted),
                result: edited.map(drop).map_err(|error| error.error),
                domain: server.domain.clone(),
                gpo: name,
            });
        }
        done
    }

    /// Edits one filter unless it is as wanted; what was done.
    async fn edit_filter(
        &self,
        caller: &Caller,
        controller: IpAddr,
        filter: &Filter<'_>,
        wanted: GpoOperation,
    ) -> Result<GpoOperation, RemoteError> {
        let find = Request::FindGpo {
            domain: filter.domain.clone(),
            name: filter.gpo.to_owned(),
        };
        let listed = match self
            .directory_at(caller, controller, Interface::Directory, find)
            .await
        {
            Ok(Response::Gpo { filter: sids, .. }) => sids.contains(filter.trustee),
            Ok(_) => return Err(unexpected_reply()),
            // A GPO that does not exist lists nobody, so there is nothing to delete from it.
            Err(error)
                if error.error == Win32Error::ERROR_DS_NO_SUCH_OBJECT
                    && wanted == GpoOperation::Delete =>
            {
                false
            }
            Err(error) => return Err(error),
        };
        if listed == (wanted == GpoOperation::Add) {
            return Ok(GpoOperation::NoOperation);
        }
        let set = Request::SetGpoFilter {
            domain: filter.domain.clone(),
            name: filter.gpo.to_owned(),
            trustee: filter.trustee.clone(),
            apply: wanted == GpoOperation::Add,
        };
        self.directory_at(caller, controller, Interface::Directory, set)
            .await
            .map(|_| wanted)
    }
}

/// The error for a filter that was not edited: it names server, GPO and domain, and says that the
/// GPO is to be edited by hand (domain 4.7).
fn refusal(server: &Fqdn, filter: &Filter<'_>, error: &RemoteError) -> IpamError {
    // The domain cannot be used, or the caller is no account of it; else the GPO is missing or
    // the caller lacks the right on it.
    let id = match error.stage {
        Stage::Call => ErrorId::IpamApiErrorGpoOperationFailed,
        _ => ErrorId::IpamApiErrorGpoGenericFailure,
    };
    IpamError::new(
        id,
        format!(
            "`{server}` in the security filter of GPO `{}` of domain `{}`: {error}; \
             edit the GPO by hand",
            filter.gpo, filter.domain
        ),
    )
}
