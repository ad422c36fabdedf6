//! Changes to the directory: groups, Group Policy objects, the access list of DNS. Each is
//! audited in the controller's Security log under the caller's name.

use crate::base::{Fqdn, Sid};
use crate::estate::eventlog::channel;
use crate::estate::{Estate, EstateError, GpoSettings, Link, LinkTarget};
use crate::wire::windows::Win32Error;
use crate::wire::windows::directory::{GroupScope, Request, Response};

use super::context::{Caller, Context};
use super::directory::View;
use super::event_log::append_event;
use super::refusal::win32;

/// Security events of directory objects.
mod audit {
    pub const MODIFIED: u32 = 5136;
    pub const CREATED: u32 = 5137;
    pub const DELETED: u32 = 5141;
}

const ABSENT: Win32Error = Win32Error::ERROR_DS_NO_SUCH_OBJECT;

/// What was done, for the audit: event, object, in words.
type Done = (u32, String, &'static str);

pub(super) fn answer(
    context: &Context<'_>,
    view: &View,
    caller: &Caller,
    request: Request,
) -> Result<Response, Win32Error> {
    let mut edit = Edit {
        estate: &mut context.estate.borrow_mut(),
        context,
        view,
        caller,
    };
    let (response, done) = edit.carry_out(request)?;
    edit.audit(done);
    Ok(response)
}

struct Edit<'a> {
    estate: &'a mut Estate,
    context: &'a Context<'a>,
    view: &'a View,
    caller: &'a Caller,
}

impl Edit<'_> {
    fn carry_out(&mut self, request: Request) -> Result<(Response, Done), Win32Error> {
        let at = self.context.at;
        let done = match request {
            Request::CreateGroup {
                domain,
                name,
                scope,
            } => return self.create_group(&domain, name, scope),
            Request::DeleteGroup { group } => self.delete_group(&group)?,
            Request::AddMember { group, member } => self.change_member(&group, &member, true)?,
            Request::RemoveMember { group, member } => {
                self.change_member(&group, &member, false)?
            }
            Request::CreateGpo { domain, name } => {
                self.administers(&domain)?;
                let made = self.estate.create_gpo(&domain, &name, &self.caller.sid, at);
                refused(made)?;
                (audit::CREATED, name, "created Group Policy object")
            }
            Request::ImportGpo {
                domain,
                name,
                contents,
            } => {
                self.edits_gpo(&domain, &name)?;
                let settings = GpoSettings::from(contents);
                refused(self.estate.import_gpo(&domain, &name, settings, at))?;
                (audit::MODIFIED, name, "imported settings")
            }
            Request::LinkGpo { domain, name } => {
                // The link is an attribute of the domain, not of the object.
                self.administers(&domain)?;
                let (root, link) = (LinkTarget::DomainRoot, Link::default());
                refused(self.estate.link_gpo(&domain, &name, root, link, at))?;
                (audit::MODIFIED, name, "linked to the domain")
            }
            Request::DeleteGpo { domain, name } => {
                self.edits_gpo(&domain, &name)?;
                refused(self.estate.delete_gpo(&domain, &name, at))?;
                (audit::DELETED, name, "deleted Group Policy object")
            }
            Request::SetGpoFilter {
                domain,
                name,
                trustee,
                apply,
            } => self.set_gpo_filter(&domain, name, &trustee, apply)?,
            Request::DelegateGpo {
                domain,
                name,
                trustee,
            } => {
                self.edits_gpo(&domain, &name)?;
                if !self.estate.is_known_in(&trustee, &domain, at) {
                    return Err(ABSENT);
                }
                refused(self.estate.delegate_gpo(&domain, &name, &trustee, at))?;
                (audit::MODIFIED, name, "delegated editing")
            }
            Request::GrantDnsRead { domain, trustee } => {
                self.administers(&domain)?;
                refused(self.estate.grant_dns_read(&domain, &trustee, at))?;
                (audit::MODIFIED, dns_object(&domain), "granted read")
            }
            Request::RevokeDnsRead { domain, trustee } => self.revoke_dns(&domain, &trustee)?,
            _ => return Err(Win32Error::ERROR_INVALID_PARAMETER),
        };
        Ok((Response::Done, done))
    }

    /// The caller administers a domain that this controller holds.
    fn administers(&self, domain: &Fqdn) -> Result<(), Win32Error> {
        self.view.holds(self.estate, domain)?;
        let allowed = self
            .estate
            .may_administer_domain(&self.caller.token, domain);
        insufficient_unless(allowed)
    }

    /// The caller may edit an object that exists (domain 4.7: administrator, owner or delegate).
    fn edits_gpo(&self, domain: &Fqdn, name: &str) -> Result<(), Win32Error> {
        self.view.holds(self.estate, domain)?;
        let home = self.estate.domain(domain).ok_or(ABSENT)?;
        let gpo = home.gpo(name).ok_or(ABSENT)?;
        insufficient_unless(self.estate.may_edit_gpo(&self.caller.token, domain, gpo))
    }

    fn create_group(
        &mut self,
        domain: &Fqdn,
        name: String,
        scope: GroupScope,
    ) -> Result<(Response, Done), Win32Error> {
        self.administers(domain)?;
        let at = self.context.at;
        let made = self.estate.create_domain_group(domain, &name, scope, at);
        let sid = refused(made)?;
        let members = Vec::new();
        let done = (group_event(scope, 0), name, "created group");
        Ok((Response::Group { sid, members }, done))
    }

    fn delete_group(&mut self, group: &Sid) -> Result<Done, Win32Error> {
        let (name, scope) = self.administered_group(group)?;
        refused(self.estate.delete_domain_group(group, self.context.at))?;
        Ok((group_event(scope, 3), name, "deleted group"))
    }

    fn change_member(&mut self, group: &Sid, member: &Sid, add: bool) -> Result<Done, Win32Error> {
        let (name, scope) = self.administered_group(group)?;
        let at = self.context.at;
        let object = format!("{name}: {}", self.estate.name_of(member));
        if add {
            refused(self.estate.add_domain_group_member(group, member, at))?;
            Ok((group_event(scope, 1), object, "added member"))
        } else {
            refused(self.estate.remove_domain_group_member(group, member, at))?;
            Ok((group_event(scope, 2), object, "removed member"))
        }
    }

    /// Name and scope of a group in a domain that the caller administers.
    fn administered_group(&self, group: &Sid) -> Result<(String, GroupScope), Win32Error> {
        let found = self.estate.principal(group).ok_or(ABSENT)?;
        let scope = found.scope().ok_or(ABSENT)?;
        self.administers(&found.domain)?;
        Ok((found.down_level(), scope))
    }

    fn set_gpo_filter(
        &mut self,
        domain: &Fqdn,
        name: String,
        trustee: &Sid,
        apply: bool,
    ) -> Result<Done, Win32Error> {
        self.edits_gpo(domain, &name)?;
        let at = self.context.at;
        refused(
            self.estate
                .set_gpo_filter(domain, &name, trustee, apply, at),
        )?;
        let object = format!("{name}: {}", self.estate.name_of(trustee));
        let words = match apply {
            true => "granted Apply Group Policy",
            false => "took Apply Group Policy away",
        };
        Ok((audit::MODIFIED, object, words))
    }

    /// Taking away a grant that is not there leaves the list as it is and succeeds.
    fn revoke_dns(&mut self, domain: &Fqdn, trustee: &Sid) -> Result<Done, Win32Error> {
        self.administers(domain)?;
        match self
            .estate
            .revoke_dns_read(domain, trustee, self.context.at)
        {
            Ok(()) | Err(EstateError::NotGranted { .. }) => {}
            Err(error) => return Err(win32(&error)),
        }
        Ok((audit::MODIFIED, dns_object(domain), "took read away"))
    }

    fn audit(&mut self, (event, object, words): Done) {
        let data = vec![self.caller.name.clone(), object, words.to_owned()];
        let (host, at) = (self.context.host, self.context.at);
        append_event(self.estate, host, channel::SECURITY, event, data, at);
    }
}

fn refused<T>(result: Result<T, EstateError>) -> Result<T, Win32Error> {
    result.map_err(|error| win32(&error))
}

fn insufficient_unless(allowed: bool) -> Result<(), Win32Error> {
    match allowed {
        true => Ok(()),
        false => Err(Win32Error::ERROR_DS_INSUFF_ACCESS_RIGHTS),
    }
}

fn dns_object(domain: &Fqdn) -> String {
    format!("CN=MicrosoftDNS,CN=System of {domain}")
}

/// Security events of groups: created, member added, member removed, deleted.
fn group_event(scope: GroupScope, what: usize) -> u32 {
    match scope {
        GroupScope::Global => [4727, 4728, 4729, 4730][what],
        GroupScope::DomainLocal => [4731, 4732, 4733, 4734][what],
        GroupScope::Universal => [4754, 4756, 4757, 4758][what],
    }
}
