//! The page as a whole: what every reader sees, the style and the script, and the reels.

use data_encoding::BASE64;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, context};
use serde::Serialize;

use super::command;
use super::sides::{self, Row as SideRow};
use crate::report::case::{Case, Ending, Finished, Problem, Verdict};
use crate::report::format::{Format, Summary};

const TEMPLATE: &str = include_str!("assets/page.html.j2");
const STYLE: &[&str] = &[
    include_str!("assets/style.css"),
    include_str!("assets/panels.css"),
];
/// One script: each file is a part of it, in the order in which they build on each other.
const SCRIPT: &[&str] = &[
    include_str!("assets/dom.js"),
    include_str!("assets/reel.js"),
    include_str!("assets/estate.js"),
    include_str!("assets/matrix.js"),
    include_str!("assets/sequence.js"),
    include_str!("assets/space.js"),
    include_str!("assets/addressmap.js"),
    include_str!("assets/told.js"),
    include_str!("assets/player.js"),
    include_str!("assets/filter.js"),
];

/// Gathers what ran and writes it as one HTML file.
#[derive(Debug, Default)]
pub struct Page {
    /// What every scenario was given on the command line beside its seed.
    arguments: Vec<String>,
    rows: Vec<Row>,
}

/// One scenario, as the template needs it.
#[derive(Debug, Serialize)]
struct Row {
    file: String,
    /// The folder, to filter by.
    group: String,
    title: String,
    because: String,
    covers: Vec<String>,
    /// `passed`, `failed`, `written`, `unusable`, `mistake`.
    verdict: &'static str,
    steps: usize,
    packets: u64,
    dropped: u64,
    interrupted: bool,
    problems: Vec<Problem>,
    difference: Vec<SideRow>,
    command: String,
    reel: Option<String>,
}

impl Page {
    pub fn new(arguments: Vec<String>) -> Page {
        Page {
            arguments,
            rows: Vec::new(),
        }
    }

    fn row(&self, case: &Case) -> Row {
        let ran = match &case.ending {
            Ending::Ran(ran) => Some(ran.as_ref()),
            _ => None,
        };
        let record = ran.map(|ran| &ran.record);
        let sum = |counts: &[(String, u64)]| counts.iter().map(|(_, n)| n).sum();
        let seed = record.map(|record| record.seed);
        let difference = ran.map_or(&[][..], |ran| &ran.difference);
        Row {
            file: case.file.clone(),
            group: group(&case.file),
            title: case.title().to_owned(),
            because: record.map_or_else(String::new, |record| record.because.clone()),
            covers: record.map_or_else(Vec::new, |record| record.covers.clone()),
            verdict: verdict(case),
            steps: record.map_or(0, |record| record.steps.len()),
            packets: record.map_or(0, |record| sum(&record.packets.sent)),
            dropped: record.map_or(0, |record| sum(&record.packets.dropped)),
            interrupted: record.is_some_and(|record| record.interrupted),
            problems: problems(case, difference),
            difference: sides::by_side(difference),
            command: command::reproducing(&case.file, seed, &self.arguments),
            reel: ran.and_then(reel),
        }
    }
}

fn reel(ran: &Finished) -> Option<String> {
    ran.reel.as_ref().map(|reel| reel.as_str().to_owned())
}

fn verdict(case: &Case) -> &'static str {
    match &case.ending {
        Ending::Ran(ran) => match ran.verdict {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::Accepted => "written",
        },
        Ending::FileFailed(_) => "failed",
        Ending::Unusable(_) => "unusable",
        Ending::Bug(_) => "mistake",
    }
}

/// What is wrong, without the lines of a difference, which stands beside it.
fn problems(case: &Case, difference: &[String]) -> Vec<Problem> {
    let mut problems = case.problems();
    for problem in &mut problems {
        if !difference.is_empty() && problem.detail == difference {
            problem.detail.clear();
        }
    }
    problems
}

/// `dns` of `scenarios/dns/answers.yaml`.
fn group(file: &str) -> String {
    let folder = file
        .rsplit_once(['/', '\\'])
        .map_or("", |(folder, _)| folder);
    let name = folder.rsplit(['/', '\\']).next().unwrap_or_default();
    name.to_owned()
}

impl Format for Page {
    fn case(&mut self, case: &Case) -> String {
        let row = self.row(case);
        self.rows.push(row);
        String::new()
    }

    fn end(&mut self, summary: &Summary) -> String {
        let style = STYLE.concat();
        let script = format!("\"use strict\";\n(() => {{\n{}}})();\n", SCRIPT.concat());
        let mut groups: Vec<String> = self.rows.iter().map(|row| row.group.clone()).collect();
        groups.sort_unstable();
        groups.dedup();
        let page = context! {
            policy => policy(&style, &script),
            style,
            script,
            version => env!("CARGO_PKG_VERSION"),
            counts => counts(summary),
            groups,
            rows => Value::from(Serde(&self.rows)),
        };
        let mut syntax = SyntaxConfig::builder();
        syntax.trim_blocks(true).lstrip_blocks(true);
        let syntax = syntax.keep_trailing_newline(true).build();
        let syntax = syntax.expect("these are the delimiters every template has");
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_syntax(syntax);
        let rendered = environment.render_str(TEMPLATE, page);
        rendered.expect("the template is part of the program, and takes any text")
    }
}

/// Counts with their words, in the order they are told.
fn counts(summary: &Summary) -> Vec<(&'static str, &'static str, usize)> {
    let all = [
        ("passed", "passed", summary.passed),
        ("failed", "failed", summary.failed),
        ("written", "snapshot written", summary.accepted),
        ("broken", "could not be run", summary.broken),
        ("not-run", "not run", summary.not_run),
    ];
    let told = |(word, _, count): &(&str, &str, usize)| *count > 0 || *word == "passed";
    all.into_iter().filter(told).collect()
}

/// The content security policy: this style and this script, and nothing else from anywhere.
fn policy(style: &str, script: &str) -> String {
    let digest = |text: &str| {
        let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        BASE64.encode(digest.as_ref())
    };
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'",
        digest(style),
        digest(script)
    )
}

#[cfg(test)]
mod tests;
