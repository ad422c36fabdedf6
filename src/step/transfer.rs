//! What imports and exports have in common: where files are, error reports, the summary.
//!
//! Files are those of the host that the console or cmdlet is on. A name without a folder means the
//! user's *Documents*, which is where error reports go as well (domain 6.1).

use std::ops::ControlFlow;

use crate::base::Fqdn;
use crate::ipam::transfer::{
    ErrorReport, Failures, ImportFile, ImportSummary, RowFailure, report_names,
};
use crate::ipam::{IpamError, IpamResult};
use crate::lab::observation::Table;
use crate::step::cmdlet::common::Session;
use crate::step::mention::Mentions;
use crate::step::stage::{Stage, StepError, StepResult};

/// The last import, for expectations.
#[derive(Debug, Clone)]
pub struct LastImport {
    pub summary: ImportSummary,
    /// The failures in their order: line and column.
    pub failures: Vec<String>,
}

/// The place of files of one user on one host.
pub(super) struct Desk {
    pub host: Fqdn,
    documents: String,
}

impl Desk {
    /// Where the user of a session sits: `from`, or where the console is, or the IPAM server.
    pub fn of(
        session: &Session,
        from: Option<&String>,
        stage: &Stage<'_>,
    ) -> Result<Desk, StepError> {
        let host = match from {
            Some(host) => stage.host(host)?,
            None => stage
                .aim
                .from
                .clone()
                .unwrap_or_else(|| session.server.clone()),
        };
        let documents = format!(r"C:\Users\{}\Documents", session.caller.account.name());
        Ok(Desk { host, documents })
    }

    /// The whole path of a file.
    pub fn path(&self, file: &str) -> String {
        match file.contains('\\') {
            true => file.to_owned(),
            false => format!(r"{}\{file}", self.documents),
        }
    }

    pub fn read(&self, path: &str, stage: &Stage<'_>) -> Result<Vec<u8>, StepError> {
        let estate = stage.lab.estate();
        let host = estate.host(&self.host);
        let document = host.and_then(|host| host.document(path));
        let found = document.map(|document| document.content.clone());
        found.ok_or_else(|| {
            StepError::Impossible(format!(
                "`{}` has no file `{path}`: write it with `new-file`",
                self.host
            ))
        })
    }

    pub fn exists(&self, path: &str, stage: &Stage<'_>) -> bool {
        let estate = stage.lab.estate();
        let host = estate.host(&self.host);
        host.and_then(|host| host.document(path)).is_some()
    }

    pub fn write(&self, path: &str, content: Vec<u8>, stage: &Stage<'_>) -> StepResult {
        let at = stage.lab.now();
        let mut estate = stage.lab.estate_mut();
        Ok(estate.put_document(&self.host, path, content, at)?)
    }
}

/// Last part of a path.
fn name_of(path: &str) -> &str {
    path.rsplit_once('\\').map_or(path, |(_, name)| name)
}

/// Imports a file by `work`, writes the error report if there is one, and tells what was done.
/// The report goes to `report_in`, or to the user's documents.
pub(super) async fn import(
    desk: &Desk,
    file: &str,
    report_in: Option<&str>,
    stage: &mut Stage<'_>,
    work: impl for<'a> AsyncFnOnce(ImportFile<'a>) -> IpamResult<ImportSummary>,
) -> StepResult {
    let path = desk.path(file);
    let content = desk.read(&path, stage)?;
    let name = name_of(&path);
    let (done, failures, report) = gathered(name, &content, work).await?;
    let report_path = report.is_some().then(|| {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let at = stage.lab.now().wall.strftime("%Y%m%d%H%M%S");
        let folder = report_in.unwrap_or(&desk.documents).trim_end_matches('\\');
        let names = report_names(stem, &at.to_string());
        let mut paths = names.map(|name| format!(r"{folder}\{name}"));
        paths
            .find(|path| !desk.exists(path, stage))
            .expect("there is no end of names")
    });
    if let (Some(path), Some(report)) = (&report_path, report) {
        desk.write(path, report, stage)?;
    }
    let summary = match done {
        Ok(summary) => summary,
        Err(error) => {
            let summary = ImportSummary::default();
            stage.last_import = Some(LastImport { summary, failures });
            if let Some(path) = report_path {
                stage.say(format!("error report: {path}"));
            }
            return Err(error.into());
        }
    };
    tell(name, &summary, stage);
    stage.last_import = Some(LastImport { summary, failures });
    if let Some(path) = report_path {
        stage.say(format!("error report: {path}"));
    }
    Ok(())
}

/// What an import did, its failures, and the error report if there is one.
type Gathered = (IpamResult<ImportSummary>, Vec<String>, Option<Vec<u8>>);

async fn gathered(
    name: &str,
    mut content: &[u8],
    work: impl for<'a> AsyncFnOnce(ImportFile<'a>) -> IpamResult<ImportSummary>,
) -> Result<Gathered, StepError> {
    let mut noted = Noted {
        report: ErrorReport::new(|| Ok(Vec::new())),
        failures: Vec::new(),
    };
    let done = work(ImportFile {
        name,
        content: &mut content,
        failures: &mut noted,
        progress: &mut |_| ControlFlow::Continue(()),
    })
    .await;
    let Noted { report, failures } = noted;
    let csv = report.finish();
    let csv = csv.map_err(|error| StepError::Impossible(error.to_string()))?;
    Ok((done, failures, csv))
}

/// Notes each failure beside the report.
struct Noted<F> {
    report: F,
    failures: Vec<String>,
}

impl<F: Failures> Failures for Noted<F> {
    fn take(&mut self, failure: &RowFailure) -> std::io::Result<()> {
        let words = format!("{} {}", failure.row, failure.column);
        self.failures.push(words.trim_end().to_owned());
        self.report.take(failure)
    }
}

fn tell(name: &str, summary: &ImportSummary, stage: &mut Stage<'_>) {
    let columns = ["rows", "added", "updated", "unchanged", "deleted", "failed"];
    let mut table = Table::new(format!("import of {name}"), &columns);
    let counts = [
        summary.rows,
        summary.added,
        summary.updated,
        summary.unchanged,
        summary.deleted,
        summary.failed,
    ];
    table.row(counts.iter().map(u64::to_string).collect());
    stage.table(table);
    if let Some(why) = &summary.kept {
        stage.say(why.clone());
    }
}

/// `1 row`, `2 rows`.
pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// One of file and pipeline must be given.
pub(super) fn output<'a>(path: Option<&'a String>, pass_thru: bool, to: &mut Mentions<'a>) {
    if path.is_none() && !pass_thru {
        let remedy = "add `Path`, or `PassThru: true`";
        to.problem("AddressFamily", "the export goes nowhere", remedy);
    }
}

/// Puts an export where it goes: into a file, unless one is there, and on.
pub(super) fn written(
    desk: &Desk,
    (path, force, pass_thru): (Option<&str>, bool, bool),
    csv: Vec<u8>,
    what: &str,
    stage: &mut Stage<'_>,
) -> StepResult {
    if pass_thru {
        for line in String::from_utf8_lossy(&csv).lines() {
            stage.say(format!("PassThru: {line}"));
        }
    }
    let Some(path) = path.map(|path| desk.path(path)) else {
        return Ok(());
    };
    if !force && desk.exists(&path, stage) {
        let words = format!("`{path}` exists already: use `Force` to write over it");
        return Err(IpamError::parameter(words).into());
    }
    desk.write(&path, csv, stage)?;
    stage.say(format!("exported to {path}: {what}"));
    Ok(())
}
