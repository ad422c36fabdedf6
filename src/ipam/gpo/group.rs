//! Step 2 of `Invoke-IpamGpoProvisioning`: the group that every access setting is granted to.

use std::net::IpAddr;

use crate::base::{Fqdn, Sid};
use crate::ipam::directory::unexpected_reply;
use crate::ipam::error::IpamResult;
use crate::ipam::remote::RemoteError;
use crate::wire::windows::Win32Error;
use crate::wire::windows::directory::{ComputerEntry, GroupScope, Request, Response};

use super::report::{GpoProvisioningStep as Step, StepOutcome};
use super::sequence::{Sequence, Undo};

/// The universal group that holds the IPAM servers' computer accounts (domain 4.1).
const IPAMUG: &str = "IPAMUG";

/// IPAMUG once it is found or created.
pub(super) struct Group {
    pub sid: Sid,
    /// `CORP\\IPAMUG`.
    pub name: String,
}

impl Sequence<'_> {
    /// Step 2. IPAMUG is looked for in the IPAM server's domain, then in the target domain, and
    /// created in the former when neither has it (domain 12.6); later steps know it by its SID.
    pub(super) async fn prepare_group(
        &mut self,
        target: IpAddr,
        computer: &ComputerEntry,
    ) -> IpamResult<Group> {
        let step = Step::PrepareGroup;
        let domain = self.provisioning.domain.clone();
        let home = match computer.domain == domain {
            true => target,
            false => match self.ipam.controller_of(self.caller, &computer.domain).await {
                Ok(address) => address,
                Err(error) => return Err(self.failed(step, IPAMUG, &error)),
            },
        };
        let mut places = vec![(computer.domain.clone(), home)];
        if computer.domain != domain {
            places.push((domain, target));
        }
        for (place, controller) in &places {
            match self.find_group(*controller, place).await {
                Ok(None) => continue,
                Ok(Some((sid, members))) => {
                    let group = self.named_group(place, sid).await;
                    self.note(step, &group.name, StepOutcome::Skipped("exists".into()));
                    let present = members.contains(&computer.sid);
                    self.add_computer(*controller, &group, computer, present)
                        .await?;
                    return Ok(group);
                }
                Err(error) => return Err(self.failed(step, IPAMUG, &error)),
            }
        }
        let create = Request::CreateGroup {
            domain: computer.domain.clone(),
            name: IPAMUG.to_owned(),
            scope: GroupScope::Universal,
        };
        let sid = match self.write(step, IPAMUG, home, create).await? {
            Response::Group { sid, .. } => sid,
            Response::Done => match self.find_group(home, &computer.domain).await {
                Ok(Some((sid, _))) => sid,
                Ok(None) => return Err(self.failed(step, IPAMUG, &unexpected_reply())),
                Err(error) => return Err(self.failed(step, IPAMUG, &error)),
            },
            _ => return Err(self.failed(step, IPAMUG, &unexpected_reply())),
        };
        let group = self.named_group(&computer.domain, sid.clone()).await;
        self.undo.push(Undo {
            controller: home,
            object: group.name.clone(),
            request: Request::DeleteGroup { group: sid },
        });
        self.add_computer(home, &group, computer, false).await?;
        Ok(group)
    }

    async fn find_group(
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

    /// The group with its down-level name, which the GPO script writes to its log.
    async fn named_group(&self, domain: &Fqdn, sid: Sid) -> Group {
        let domains = self.ipam.domains(self.caller).await.unwrap_or_default();
        let netbios = domains
            .iter()
            .find(|entry| entry.name == *domain)
            .map_or_else(
                || domain.first_label().to_ascii_uppercase(),
                |entry| entry.netbios.clone(),
            );
        Group {
            sid,
            name: format!("{netbios}\\{IPAMUG}"),
        }
    }

    async fn add_computer(
        &mut self,
        controller: IpAddr,
        group: &Group,
        computer: &ComputerEntry,
        present: bool,
    ) -> IpamResult<()> {
        let object = computer.name.as_str();
        if present {
            let outcome = StepOutcome::Skipped("is a member".into());
            self.note(Step::PrepareGroup, object, outcome);
            return Ok(());
        }
        let request = Request::AddMember {
            group: group.sid.clone(),
            member: computer.sid.clone(),
        };
        self.write(Step::PrepareGroup, object, controller, request)
            .await
            .map(drop)
    }
}
