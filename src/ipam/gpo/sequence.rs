//! Steps 2 to 10 of `Invoke-IpamGpoProvisioning`, each writing down how to undo it.

use std::fmt::Display;
use std::net::IpAddr;
use std::time::Duration;

use crate::base::{Fqdn, Sid};
use crate::ipam::caller::Caller;
use crate::ipam::configuration::GpoPrefix;
use crate::ipam::directory::{is_unreachable, unexpected_reply};
use crate::ipam::engine::Ipam;
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::ipam::remote::{RemoteError, Stage};
use crate::wire::windows::directory::{ComputerEntry, Request, Response};
use crate::wire::windows::{Interface, Win32Error};

use super::contents::contents;
use super::group::Group;
use super::names::IpamGpo;
use super::report::{
    GpoObject, GpoProvisioning, GpoProvisioningStep as Step, StepEntry, StepOutcome,
};
use super::rollback::{Made, Undo};

/// `Authenticated Users`, whom a new GPO applies to.
const AUTHENTICATED_USERS: &str = "S-1-5-11";

/// How long delegating to a fresh group waits for replication (domain 4.6 step 8).
const REPLICATION_PAUSE: Duration = Duration::from_secs(10);
const REPLICATION_RETRIES: u32 = 12;

/// One run of the cmdlet.
pub(super) struct Sequence<'a> {
    pub(super) ipam: &'a Ipam,
    pub(super) caller: &'a Caller,
    pub(super) provisioning: &'a GpoProvisioning,
    prefix: GpoPrefix,
    entries: Vec<StepEntry>,
    pub(super) undo: Vec<Undo>,
}

impl<'a> Sequence<'a> {
    pub(super) fn new(
        ipam: &'a Ipam,
        caller: &'a Caller,
        provisioning: &'a GpoProvisioning,
        prefix: GpoPrefix,
    ) -> Sequence<'a> {
        Sequence {
            ipam,
            caller,
            provisioning,
            prefix,
            entries: Vec::new(),
            undo: Vec::new(),
        }
    }

    pub(super) fn prefix(&self) -> &str {
        self.prefix.as_str()
    }

    pub(super) fn into_entries(self) -> Vec<StepEntry> {
        self.entries
    }

    pub(super) fn note(&mut self, step: Step, object: impl Display, outcome: StepOutcome) {
        self.entries.push(StepEntry {
            step,
            object: object.to_string(),
            outcome,
        });
    }

    /// Steps 2 to 10 against `controller` of the target domain, for the IPAM server `computer`.
    pub(super) async fn run(
        &mut self,
        controller: IpAddr,
        computer: &ComputerEntry,
    ) -> IpamResult<()> {
        let group = self.prepare_group(controller, computer).await?;
        let gpos: Vec<(IpamGpo, String)> = IpamGpo::ALL
            .iter()
            .map(|gpo| (*gpo, gpo.name(self.prefix.as_str())))
            .collect();
        let domain = &self.provisioning.domain.clone();
        let pair = |name: &str| (domain.clone(), name.to_owned());
        for (_, name) in &gpos {
            self.create_gpo(controller, domain, name).await?;
        }
        for (gpo, name) in &gpos {
            let (domain, name) = pair(name);
            let request = Request::ImportGpo {
                domain,
                name: name.clone(),
                contents: contents(*gpo, &group.sid, &group.name),
            };
            self.write(Step::ImportGpos, &name, controller, request)
                .await?;
        }
        for (_, name) in &gpos {
            let (domain, name) = pair(name);
            let object = name.clone();
            let request = Request::LinkGpo { domain, name };
            self.write(Step::LinkGpos, &object, controller, request)
                .await?;
        }
        let everyone: Sid = AUTHENTICATED_USERS
            .parse()
            .expect("the well-known identifier is one");
        for (_, name) in &gpos {
            let (domain, name) = pair(name);
            let request = Request::SetGpoFilter {
                domain,
                name: name.clone(),
                trustee: everyone.clone(),
                apply: false,
            };
            self.write(Step::EmptyFilters, &name, controller, request)
                .await?;
        }
        self.delegate(controller, &gpos).await?;
        self.delegate_to_group(controller, &gpos, &group).await?;
        self.grant_dns_read(controller, &group).await;
        self.purge_tickets(computer);
        Ok(())
    }

    /// Step 3 for one GPO. That none of the name is there is asked first, so that one whose
    /// creation was not answered is known to be this run's own.
    async fn create_gpo(
        &mut self,
        controller: IpAddr,
        domain: &Fqdn,
        name: &str,
    ) -> IpamResult<()> {
        let step = Step::CreateGpos;
        let (domain, name) = (domain.clone(), name.to_owned());
        let find = Request::FindGpo {
            domain: domain.clone(),
            name: name.clone(),
        };
        match self.send(controller, find).await {
            Err(error) if error.error == Win32Error::ERROR_DS_NO_SUCH_OBJECT => {}
            Err(error) => return Err(self.failed(step, &name, &error)),
            Ok(_) => {
                let taken = RemoteError::at(Stage::Call, Win32Error::ERROR_ALREADY_EXISTS);
                return Err(self.failed(step, &name, &taken));
            }
        }
        let create = Request::CreateGpo {
            domain: domain.clone(),
            name: name.clone(),
        };
        let created = self.send(controller, create).await;
        if created
            .as_ref()
            .err()
            .is_none_or(|error| error.outcome_unknown)
        {
            self.undo.push(Undo {
                controller,
                object: name.clone(),
                made: Made::Gpo {
                    domain,
                    name: name.clone(),
                },
            });
        }
        match created {
            Ok(_) => {
                self.note(step, name, StepOutcome::Done);
                Ok(())
            }
            Err(error) => Err(self.failed(step, &name, &error)),
        }
    }

    /// The GPOs as they are now. One that cannot be read is left out: it is in place all the same.
    pub(super) async fn read_back(&self, controller: IpAddr) -> Vec<GpoObject> {
        let mut found = Vec::new();
        for gpo in IpamGpo::ALL {
            let domain = &self.provisioning.domain;
            let find = Request::FindGpo {
                domain: domain.clone(),
                name: gpo.name(self.prefix.as_str()),
            };
            if let Ok(Response::Gpo {
                name, properties, ..
            }) = self.send(controller, find).await
            {
                found.push(GpoObject {
                    display_name: name,
                    domain_name: domain.clone(),
                    properties,
                });
            }
        }
        found
    }

    /// One directory write, noted; its failure ends the cmdlet.
    pub(super) async fn write(
        &mut self,
        step: Step,
        object: &str,
        controller: IpAddr,
        request: Request,
    ) -> IpamResult<Response> {
        match self.send(controller, request).await {
            Ok(response) => {
                self.note(step, object, StepOutcome::Done);
                Ok(response)
            }
            Err(error) => Err(self.failed(step, object, &error)),
        }
    }

    pub(super) async fn send(
        &self,
        controller: IpAddr,
        request: Request,
    ) -> Result<Response, RemoteError> {
        self.ipam
            .directory_at(self.caller, controller, Interface::Directory, request)
            .await
    }

    /// Notes the failure and gives the error the cmdlet ends with.
    pub(super) fn failed(&mut self, step: Step, object: &str, error: &RemoteError) -> IpamError {
        self.note(step, object, StepOutcome::Failed(error.to_string()));
        let id = match error.stage {
            Stage::Call => ErrorId::IpamApiErrorGpoOperationFailed,
            _ => ErrorId::IpamApiErrorGpoGenericFailure,
        };
        let remedy = match error.error {
            Win32Error::ERROR_ALREADY_EXISTS => "delete it or use another prefix",
            Win32Error::ERROR_DS_NO_SUCH_OBJECT => "check the name, or wait for replication",
            _ if is_unreachable(error) || error.outcome_unknown => {
                "check that the controller answers, or name another one"
            }
            _ => "run as a member of Domain Admins of the domain",
        };
        let domain = &self.provisioning.domain;
        IpamError::new(
            id,
            format!("{step} failed for `{object}` in domain `{domain}`: {error}; {remedy}"),
        )
    }

    /// Step 7: users, then groups.
    async fn delegate(&mut self, controller: IpAddr, gpos: &[(IpamGpo, String)]) -> IpamResult<()> {
        let users = self.provisioning.delegated_gpo_user.iter();
        let groups = self.provisioning.delegated_gpo_group.iter();
        let accounts: Vec<String> = users.chain(groups).cloned().collect();
        for account in accounts {
            let step = Step::DelegateGpos;
            let find = Request::FindPrincipal {
                account: account.clone(),
            };
            let trustee = match self.send(controller, find).await {
                Ok(Response::Principal { sid, .. }) => sid,
                Ok(_) => return Err(self.failed(step, &account, &unexpected_reply())),
                Err(error) => return Err(self.failed(step, &account, &error)),
            };
            for (_, name) in gpos {
                let request = Request::DelegateGpo {
                    domain: self.provisioning.domain.clone(),
                    name: name.clone(),
                    trustee: trustee.clone(),
                };
                let object = format!("{name} to {account}");
                self.write(step, &object, controller, request).await?;
            }
        }
        Ok(())
    }

    /// Step 8: a group made a moment ago may not have replicated, so this is tried again.
    async fn delegate_to_group(
        &mut self,
        controller: IpAddr,
        gpos: &[(IpamGpo, String)],
        group: &Group,
    ) -> IpamResult<()> {
        for (_, name) in gpos {
            let request = Request::DelegateGpo {
                domain: self.provisioning.domain.clone(),
                name: name.clone(),
                trustee: group.sid.clone(),
            };
            let mut retries = 0;
            loop {
                match self.send(controller, request.clone()).await {
                    Ok(_) => {
                        if retries > 0 {
                            let pause = REPLICATION_PAUSE.as_secs();
                            let waited = format!(
                                "`{}` was not known there; tried again every {pause} s, \
                                 {retries} times",
                                group.name
                            );
                            let outcome = StepOutcome::Warning(waited);
                            self.note(Step::DelegateToGroup, name, outcome);
                        }
                        break self.note(Step::DelegateToGroup, name, StepOutcome::Done);
                    }
                    Err(error)
                        if error.error == Win32Error::ERROR_DS_NO_SUCH_OBJECT
                            && retries < REPLICATION_RETRIES =>
                    {
                        retries += 1;
                        self.ipam.endpoint.sleep(REPLICATION_PAUSE).await;
                    }
                    Err(error) => return Err(self.failed(Step::DelegateToGroup, name, &error)),
                }
            }
        }
        Ok(())
    }

    /// Step 9: a domain without DNS in its directory gets a warning only.
    async fn grant_dns_read(&mut self, controller: IpAddr, group: &Group) {
        let request = Request::GrantDnsRead {
            domain: self.provisioning.domain.clone(),
            trustee: group.sid.clone(),
        };
        let outcome = match self.send(controller, request).await {
            Ok(_) => StepOutcome::Done,
            Err(error) => StepOutcome::Warning(format!(
                "{error}; add the IPAM server to the local Administrators of each DNS server"
            )),
        };
        let domain = self.provisioning.domain.clone();
        self.note(Step::GrantDnsRead, domain, outcome);
    }

    /// Step 10: the next call of this host logs on again and carries IPAMUG (A14).
    fn purge_tickets(&mut self, computer: &ComputerEntry) {
        let outcome = if computer.name == self.ipam.options.server {
            self.ipam.remote.purge_tickets();
            StepOutcome::Done
        } else {
            StepOutcome::Skipped("run it on that IPAM server, or reboot it".into())
        };
        self.note(Step::PurgeTickets, &computer.name, outcome);
    }
}
