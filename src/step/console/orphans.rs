//! What is on servers against what IPAM knows, and which servers a record can go to.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::ipam::reconcile::OrphanReport;
use crate::ipam::sync::Candidate;
use crate::lab::observation::Table;
use crate::step::mention::Mentions;
use crate::step::registry::Arguments;
use crate::step::stage::{Stage, StepResult, parameter};

/// Compares every managed DHCP and DNS server with the address records.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FindOrphans {
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for FindOrphans {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref());
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let report = session.ipam.find_orphans(&session.caller).await?;
        for line in told(&report) {
            stage.say(line);
        }
        stage.last_orphans = Some(report);
        Ok(())
    }
}

/// The view in lines: each difference, what mends it, and what could not be read.
pub fn told(report: &OrphanReport) -> Vec<String> {
    let mut lines = Vec::new();
    for finding in &report.findings {
        let (address, kind, server) = (finding.address, finding.kind, &finding.server);
        lines.push(format!(
            "{address} {kind} on {server}: {}",
            finding.disorder
        ));
        if !finding.held.is_empty() {
            lines.push(format!("  server: {}", finding.held));
        }
        lines.push(format!("  IPAM: {}", finding.recorded));
        for remedy in &finding.remedies {
            lines.push(format!("  fix: {remedy}"));
        }
    }
    for unread in &report.unread {
        let (server, place) = (&unread.server, &unread.place);
        lines.push(format!(
            "{place} on {server} could not be read: {}",
            unread.why
        ));
    }
    let places = match report.read {
        1 => "1 scope or zone".to_owned(),
        many => format!("{many} scopes and zones"),
    };
    lines.push(match report.findings.len() {
        0 => format!("{places} read: no difference"),
        1 => format!("{places} read: 1 difference"),
        many => format!("{places} read: {many} differences"),
    });
    lines
}

/// The lists of the address dialog: where a reservation and DNS records can go.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ShowRecordServers {
    pub address: String,
    #[serde(rename = "as")]
    pub as_user: Option<String>,
}

impl Arguments for ShowRecordServers {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.account(self.as_user.as_ref()).addresses([&self.address]);
    }

    async fn apply(&self, stage: &mut Stage<'_>) -> StepResult {
        let session = stage.session(self.as_user.as_ref()).await?;
        let address = parameter(&self.address)?;
        let lists = session
            .ipam
            .get_record_servers(&session.caller, address)
            .await?;
        let columns = ["field", "server", "scope or zone", "can be chosen"];
        let mut table = Table::new("servers for the records", &columns);
        let rows = [
            ("Reservation server", &lists.reservation),
            ("Forward lookup zone", &lists.forward_lookup),
            ("Reverse lookup zone", &lists.reverse_lookup),
        ];
        for (field, list) in rows {
            for candidate in list {
                table.row(row(field, candidate));
            }
        }
        stage.table(table);
        stage.last_servers = Some(lists);
        Ok(())
    }
}

fn row(field: &str, candidate: &Candidate) -> Vec<String> {
    let place = match candidate.place.as_str() {
        "" => "not known",
        place => place,
    };
    let chosen = match &candidate.obstacle {
        None => "yes".to_owned(),
        Some(why) => format!("no: {why}"),
    };
    vec![
        field.to_owned(),
        candidate.server.to_string(),
        place.to_owned(),
        chosen,
    ]
}
