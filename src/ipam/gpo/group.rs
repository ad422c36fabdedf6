//! Step 2 of `Invoke-IpamGpoProvisioning`: the group that every access setting is granted to.

use std::net::IpAddr;

use crate::base::{Fqdn, Sid};
use crate::ipam::directory::unexpected_reply;
use crate::ipam::error::IpamResult;
use crate::ipam::remote::RemoteError;
use crate::wire::windows::Win32Error;
use crate::wire::windows::directory::{ComputerEntry, GroupScope, Request, Response};

use super::report::{GpoProvisioningStep as Step, StepOutcome};
use super::rollback::{Made, Undo};
use super::sequence::Sequence;

/// The universal group that holds the IPAM servers' computer accounts (domain 4.1).
const IPAMUG: &str = "IPAMUG";

/// IPAMUG once it is found or created.
pub(super) struct Group {
    pub sid: Sid,
    /// `CORP\\IPAMUG`.
    pub name: String,
}

/// In which domain IPAMUG is looked for and made: the sources differ (domain 12.6). Later steps
/// know it by its identifier, so either serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GroupHome {
    /// One group in the IPAM server's domain, for every domain that is provisioned. One that lies
    /// in the target domain already, made by hand, is used as well.
    #[default]
    ServerDomain,
    /// A group in each target domain. It cannot be in another forest than the IPAM server: a
    /// universal group takes members of its own forest only.
    TargetDomain,
}

impl Sequence<'_> {
    /// Step 2: the group is found or made, and the IPAM server made its member.
    pub(super) async fn prepare_group(
        &mut self,
        target: IpAddr,
        computer: &ComputerEntry,
    ) -> IpamResult<Group> {
        let step = Step::PrepareGroup;
        let places = self.group_places(target, computer).await?;
        for (place, controller) in &places {
            match self.find_group(*controller, place).await {
                Ok(None) => continue,
                Ok(Some((sid, members))) => {
                    let name = self.group_name(place).await;
                    let group = Group { sid, name };
                    self.note(step, &group.name, StepOutcome::Skipped("exists".into()));
                    if members.contains(&computer.sid) {
                        let outcome = StepOutcome::Skipped("is a member".into());
                        self.note(step, &computer.name, outcome);
                    } else {
                        self.add_computer(*controller, &group, computer, true)
                            .await?;
                    }
                    return Ok(group);
                }
                Err(error) => return Err(self.failed(step, IPAMUG, &error)),
            }
        }
        let (place, controller) = &places[0];
        let group = self.create_group(*controller, place).await?;
        self.add_computer(*controller, &group, computer, false)
            .await?;
        Ok(group)
    }

    /// Where to look for the group, each with a controller; it is made in the first.
    async fn group_places(
        &mut self,
        target: IpAddr,
        computer: &ComputerEntry,
    ) -> IpamResult<Vec<(Fqdn, IpAddr)>> {
        let in_target = (self.provisioning.domain.clone(), target);
        if computer.domain == in_target.0 || self.ipam.options.group_home == GroupHome::TargetDomain
        {
            return Ok(vec![in_target]);
        }
        match self.ipam.controller_of(self.caller, &computer.domain).await {
            Ok(own) => Ok(vec![(computer.domain.clone(), own), in_target]),
            Err(error) => Err(self.failed(Step::PrepareGroup, IPAMUG, &error)),
        }
    }

    async fn create_group(&mut self, controller: IpAddr, domain: &Fqdn) -> IpamResult<Group> {
        let step = Step::PrepareGroup;
        let create = Request::CreateGroup {
            domain: domain.clone(),
            name: IPAMUG.to_owned(),
            scope: GroupScope::Universal,
        };
        let name = self.group_name(domain).await;
        let created = self.send(controller, create).await;
        if created
            .as_ref()
            .err()
            .is_none_or(|error| error.outcome_unknown)
        {
            self.undo.push(Undo {
                controller,
                object: name.clone(),
                made: Made::Group {
                    domain: domain.clone(),
                },
            });
        }
        let sid = match created {
            Ok(Response::Group { sid, .. }) => sid,
            Ok(_) => return Err(self.failed(step, IPAMUG, &unexpected_reply())),
            Err(error) => return Err(self.failed(step, IPAMUG, &error)),
        };
        self.note(step, IPAMUG, StepOutcome::Done);
        Ok(Group { sid, name })
    }

    /// The group of a domain with its members, if there is one.
    pub(super) async fn find_group(
        &self,
        controller: IpAddr,
        domain: &Fqdn,
    ) -> Result<Option<(Sid, Vec<Sid>)>, RemoteError> {
        let request = Request::FindGroup {
            domain: domain.clone(),
            name: IPAMUG.to_owned(),
        };
        match self.send(controller, request).await {
            Ok(Response::Group { sid, members }) => Ok(Some((sid, members))),
            Ok(_) => Err(unexpected_reply()),
            Err(error) if error.error == Win32Error::ERROR_DS_NO_SUCH_OBJECT => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The group's down-level name, which the GPO script writes to its log.
    async fn group_name(&self, domain: &Fqdn) -> String {
        let domains = self.ipam.domains(self.caller).await.unwrap_or_default();
        let netbios = domains
            .iter()
            .find(|entry| entry.name == *domain)
            .map_or_else(
                || domain.first_label().to_ascii_uppercase(),
                |entry| entry.netbios.clone(),
            );
        format!("{netbios}\\{IPAMUG}")
    }

    /// Makes the IPAM server a member. In a group that was there before, this is not undone
    /// (domain 4.6), so a rollback tells of it.
    async fn add_computer(
        &mut self,
        controller: IpAddr,
        group: &Group,
        computer: &ComputerEntry,
        group_was_there: bool,
    ) -> IpamResult<()> {
        let request = Request::AddMember {
            group: group.sid.clone(),
            member: computer.sid.clone(),
        };
        let added = self.send(controller, request).await;
        let kept = match &added {
            Ok(_) => Some("stays its member"),
            Err(error) if error.outcome_unknown => Some("may have become its member"),
            Err(_) => None,
        };
        if let Some(words) = kept.filter(|_| group_was_there) {
            self.undo.push(Undo {
                controller,
                object: group.name.clone(),
                made: Made::Kept(format!("`{}` {words}", computer.name)),
            });
        }
        match added {
            Ok(_) => {
                self.note(Step::PrepareGroup, &computer.name, StepOutcome::Done);
                Ok(())
            }
            Err(error) => Err(self.failed(Step::PrepareGroup, computer.name.as_str(), &error)),
        }
    }
}
