//! The script of the IPAM GPOs on a host: its log, and steps of it that fail.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::estate::script::{OnFailure, ScriptStep, log_file};
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult};
use crate::wire::windows::directory::ScriptTarget;

/// The host whose logs in `%windir%\temp` are shown.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ShowProvisioningLog(pub String);

impl Arguments for ShowProvisioningLog {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.0);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.0)?;
        let mut lines = Vec::new();
        for target in [ScriptTarget::Dhcp, ScriptTarget::Dns, ScriptTarget::DcNps] {
            let estate = stage.lab.estate();
            if let Some(log) = estate.script_log(&host, target) {
                lines.push(format!(r"%windir%\temp\{}:", log_file(target)));
                lines.extend(log.iter().map(|line| format!("  {line}")));
            }
        }
        if lines.is_empty() {
            lines.push("the script has not run here".to_owned());
        }
        for line in lines {
            stage.say(line);
        }
        Ok(())
    }
}

/// Whether a step of the script fails on a host from now on, for a reason of the host's own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SetProvisioningStep {
    pub host: String,
    pub step: ProvisioningStep,
    pub fails: bool,
}

/// A step of the script (domain 4.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProvisioningStep {
    EventLogReaders,
    AuditShare,
    DhcpAdministrators,
    DhcpServiceAcl,
    DnsCustomSd,
    DnsGroup,
    DnsServiceAcl,
}

impl ProvisioningStep {
    fn of_script(self) -> ScriptStep {
        match self {
            ProvisioningStep::EventLogReaders => ScriptStep::EventLogReaders,
            ProvisioningStep::AuditShare => ScriptStep::AuditShare,
            ProvisioningStep::DhcpAdministrators => ScriptStep::DhcpAdministrators,
            ProvisioningStep::DhcpServiceAcl => ScriptStep::DhcpServiceAcl,
            ProvisioningStep::DnsCustomSd => ScriptStep::DnsCustomSd,
            ProvisioningStep::DnsGroup => ScriptStep::DnsGroup,
            ProvisioningStep::DnsServiceAcl => ScriptStep::DnsServiceAcl,
        }
    }
}

impl Arguments for SetProvisioningStep {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.host(&self.host);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let host = stage.host(&self.host)?;
        let step = self.step.of_script();
        let mut estate = stage.lab.estate_mut();
        estate.set_script_step_failing(&host, step, self.fails);
        Ok(())
    }
}

/// What the script does after a role step that failed (domain 12.25): the sources do not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SetScriptFailureMode {
    /// It skips the remaining role steps; this is the default.
    Stop,
    /// It goes on with the next one.
    Continue,
}

impl Arguments for SetScriptFailureMode {
    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let mode = match self {
            SetScriptFailureMode::Stop => OnFailure::Stop,
            SetScriptFailureMode::Continue => OnFailure::Continue,
        };
        stage.lab.estate_mut().set_script_failure_mode(mode);
        Ok(())
    }
}
