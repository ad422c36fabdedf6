//! `Invoke-IpamGpoProvisioning`: ten steps in order, undone when one fails (domain 4.6).

use std::net::IpAddr;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::configuration::GpoPrefix;
use crate::ipam::engine::{Ipam, ProvisioningState};
use crate::ipam::error::{ErrorId, IpamError, IpamResult};
use crate::wire::windows::Interface;
use crate::wire::windows::directory::{ComputerEntry, Request};

use super::report::{
    GpoProvisioning, GpoProvisioningReport, GpoProvisioningStep as Step, StepOutcome,
};
use super::sequence::Sequence;

impl Ipam {
    /// `Invoke-IpamGpoProvisioning`: creates the three GPOs in one domain, as `caller`.
    ///
    /// `Err` means nothing was tried; a run that failed and was rolled back is in the report.
    /// The caller's rights on the directory decide, not the IPAM groups.
    ///
    /// # Errors
    /// `IpamApiInvalidGpoPrefix`; `IpamApiInvalidParameter` for a server name without a dot.
    pub async fn invoke_ipam_gpo_provisioning(
        &self,
        caller: &Caller,
        provisioning: GpoProvisioning,
    ) -> IpamResult<GpoProvisioningReport> {
        let prefix: GpoPrefix = provisioning.gpo_prefix_name.parse()?;
        let server = self.provisioned_server(provisioning.ipam_server_fqdn.as_deref())?;
        let mut sequence = Sequence::new(self, caller, &provisioning, prefix);
        self.warn_of_prefix(&mut sequence, &server);
        let mut gpos = Vec::new();
        let refusal = match self.validate(caller, &provisioning, &server).await {
            Err(refusal) => {
                let outcome = StepOutcome::Failed(refusal.message.clone());
                sequence.note(Step::ValidateDomain, &provisioning.domain, outcome);
                Some(refusal)
            }
            Ok((controller, computer)) => {
                sequence.note(
                    Step::ValidateDomain,
                    &provisioning.domain,
                    StepOutcome::Done,
                );
                match sequence.run(controller, &computer).await {
                    Ok(()) => {
                        if provisioning.pass_thru {
                            gpos = sequence.read_back(controller).await;
                        }
                        None
                    }
                    Err(refusal) => Some(sequence.roll_back(refusal).await),
                }
            }
        };
        Ok(GpoProvisioningReport {
            entries: sequence.into_entries(),
            refusal,
            gpos,
        })
    }

    /// The IPAM server the GPOs are for: this host unless another is named.
    fn provisioned_server(&self, named: Option<&str>) -> IpamResult<Fqdn> {
        let Some(text) = named else {
            return Ok(self.options.server.clone());
        };
        match text.parse::<Fqdn>() {
            Ok(name) if text.contains('.') => Ok(name),
            _ => Err(IpamError::parameter(format!(
                "`{text}` is not the fully qualified name of an IPAM server; add its domain"
            ))),
        }
    }

    /// GPOs under another prefix are created all the same, because nothing in the directory
    /// forbids it; marking servers Managed then misses them (A3).
    fn warn_of_prefix(&self, sequence: &mut Sequence<'_>, server: &Fqdn) {
        if *server != self.options.server {
            return;
        }
        let note = match (self.provisioning.get(), self.configuration_row()) {
            (ProvisioningState::Provisioned, Ok(row)) => match row.gpo_prefix {
                Some(known) if known == sequence.prefix() => return,
                Some(known) => format!("the IPAM server was provisioned with prefix `{known}`"),
                None => "the IPAM server uses the method Manual and edits no GPO".to_owned(),
            },
            _ => "the IPAM server is not provisioned yet".to_owned(),
        };
        let prefix = sequence.prefix().to_owned();
        sequence.note(Step::ValidateDomain, &prefix, StepOutcome::Warning(note));
    }

    /// Step 1: the domain answers, and the directory knows the IPAM server.
    async fn validate(
        &self,
        caller: &Caller,
        provisioning: &GpoProvisioning,
        server: &Fqdn,
    ) -> IpamResult<(IpAddr, ComputerEntry)> {
        let domain = &provisioning.domain;
        let unusable = |why: String| {
            IpamError::new(
                ErrorId::IpamApiErrorGpoGenericFailure,
                format!("domain `{domain}` does not exist or cannot be contacted: {why}"),
            )
        };
        let controllers = self.controllers(caller, domain).await;
        let controllers = controllers.map_err(|error| unusable(error.to_string()))?;
        let controller = match &provisioning.domain_controller {
            None => self
                .controller_of(caller, domain)
                .await
                .map_err(|error| unusable(error.to_string()))?,
            Some(name) if controllers.iter().any(|known| known.name == *name) => {
                let addresses = self.addresses_of(name).await;
                addresses
                    .first()
                    .copied()
                    .ok_or_else(|| unusable(format!("`{name}` has no address")))?
            }
            Some(name) => {
                return Err(unusable(format!("`{name}` is not a controller of it")));
            }
        };
        // Everything that follows is written there, so a controller that is listed but does not
        // answer ends the cmdlet now (domain 4.6 step 1, P2).
        let probe = Request::EnumControllers {
            domain: domain.clone(),
        };
        let contact = self.directory_at(caller, controller, Interface::Directory, probe);
        contact
            .await
            .map_err(|error| unusable(format!("its controller {controller}: {error}")))?;
        let computer = self.computer(caller, server).await;
        match computer.map_err(|error| unusable(error.to_string()))? {
            Some(computer) => Ok((controller, computer)),
            None => Err(IpamError::new(
                ErrorId::IpamApiServerNotFoundInDC,
                format!("the directory has no computer `{server}`; check `IpamServerFqdn`"),
            )),
        }
    }
}
