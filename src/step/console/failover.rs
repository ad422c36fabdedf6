//! Scopes in DHCP failover: how they stand, and Replicate Failover Scope (domain 8.4).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::failover::{Comparison, Replication};
use crate::ipam::{ErrorId, IpamError};
use crate::lab::observation::Table;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult, parameter};
use crate::step::tables::{joined, or_dash};

/// The scopes in failover relationships, as collection last compared them.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShowFailoverScopes {
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ShowFailoverScopes {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let scopes = session.ipam.get_failover_scopes(&session.caller).await?;
        let columns = [
            "scope",
            "server",
            "relationship",
            "partner",
            "configuration sync",
            "differences",
        ];
        let mut table = Table::new("failover scopes", &columns);
        for scope in &scopes {
            table.row(vec![
                scope.scope.to_string(),
                scope.server.to_string(),
                scope.relationship.clone(),
                scope.partner.to_string(),
                scope.comparison.sync().to_string(),
                differences(&scope.comparison),
            ]);
        }
        stage.table(table);
        for scope in scopes {
            if !scope.comparison.obstacle.is_empty() {
                let (server, obstacle) = (&scope.server, &scope.comparison.obstacle);
                let when = or_dash(scope.comparison.at);
                let scope = scope.scope;
                stage.say(format!(
                    "{scope} of {server}: last compared {when}: {obstacle}"
                ));
            }
        }
        Ok(())
    }
}

fn differences(found: &Comparison) -> String {
    match found.differences.is_empty() {
        true => "-".to_owned(),
        false => joined(&found.differences),
    }
}

/// Makes a scope on the failover partner as it is on the named server.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReplicateFailoverScope {
    /// The server whose scope is right.
    pub server: String,
    /// `10.0.1.0/24`.
    pub scope: String,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ReplicateFailoverScope {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref())
            .dhcp_server(&self.server)
            .prefix(Some(&self.scope));
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let server = stage.server(&self.server)?;
        let scope = parameter(&self.scope)?;
        let (ipam, caller) = (&session.ipam, &session.caller);
        let report = ipam
            .replicate_failover_scope(caller, &server, scope)
            .await?;
        told(stage, &report);
        Ok(())
    }
}

fn told(stage: &mut Stage<'_>, report: &Replication) {
    let (scope, partner) = (report.scope, &report.partner);
    for change in &report.changes {
        stage.say(format!("{partner}: {change}"));
    }
    if report.changes.is_empty() && report.failures.is_empty() {
        stage.say(format!("{partner} has nothing to change"));
    }
    stage.say(format!(
        "{scope} of {} and {partner}: {}",
        report.server,
        report.comparison.sync()
    ));
    if !report.comparison.differences.is_empty() {
        let differences = differences(&report.comparison);
        stage.say(format!("differences: {differences}"));
    }
    for failure in &report.failures {
        let fault = ErrorId::IpamMsmFailoverReplicationFailed;
        stage.error(IpamError::new(fault, failure.clone()));
    }
}
