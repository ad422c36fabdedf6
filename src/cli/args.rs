//! The command line as clap reads it.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use super::{demo, kea, lab, manual, new, transfer_args, watch};
use crate::ipam::store::Database;

/// A laboratory for IP address management.
#[derive(Debug, Parser)]
#[command(name = "ipamlab", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes:
    0  everything went as expected
    1  a finding, or a missing or changed snapshot
    2  a command line or scenario that cannot mean anything, or names what cannot be used
    3  no scenario was chosen
  101  a mistake of ipamlab itself
  125  the machine refuses the namespaces that `lab` needs
  130  stopped by Ctrl-C";

const RUN_EXAMPLES: &str = "Examples:
  ipamlab run                              every scenario below `scenarios/`
  ipamlab run records dns/answers          those whose path contains a word
  ipamlab run --tag access --fail-fast     those with a tag, until one fails
  ipamlab run mine.yaml --no-capture       told step by step
  ipamlab run --rerun-failed               those that failed when they last ran
  ipamlab run --accept                     write the snapshots that changed
  ipamlab run --partition hash:2/4         the second of four parts, for CI
  ipamlab run --junit results.xml          told here, and as JUnit XML in a file
  ipamlab run --report report.html         told here, and as a page to step through";

const EXPLAIN_EXAMPLES: &str = "Examples:
  ipamlab explain mine.yaml --server dhcp1            after the last step
  ipamlab explain mine.yaml --server dhcp1 --after 6  after the sixth step
  ipamlab explain mine.yaml --orphans                 what servers and records differ in";

const COMPARE_EXAMPLES: &str = "Examples:
  ipamlab compare gpo.yaml manual.yaml            both after their last steps
  ipamlab compare gpo.yaml@12 manual.yaml@done    after step 12, and after `mark: done`
  ipamlab compare a.yaml b.yaml --map dhcp1=dhcp7 servers by other names
A is on the left. Exit code 0 if both grant the same, 1 if not.";

const SERVE_EXAMPLES: &str = "Examples:
  ipamlab serve mine.yaml                prints lines for dig, nsupdate and perfdhcp
  ipamlab serve mine.yaml --port 5300    on port 5300 and those above it
  ipamlab serve mine.yaml --steps        after the scenario's steps were played
  ipamlab serve mine.yaml --kea-http 8000 --kea-socket /tmp/dhcp1.sock
                                         Kea's control commands to the only DHCP server
  ipamlab serve mine.yaml --kea-socket dhcp1=/tmp/d4.sock --kea-socket dhcp1/dhcp6=/tmp/d6.sock
                                         a socket a family, to one of several servers";

const CHECK_EXAMPLES: &str = "Examples:
  ipamlab check              every scenario below `scenarios/`
  ipamlab check mine.yaml    everything that is wrong with one file, at once";

const LIST_EXAMPLES: &str = "Examples:
  ipamlab list --tag dns     file, title and tags, a line each
  ipamlab list --json        the same for scripts";

const SCHEMA_EXAMPLES: &str = "Examples:
  ipamlab schema > scenario.schema.json
  ipamlab schema --results > result.schema.json";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run scenarios and compare their transcripts with the snapshots
    #[command(after_help = RUN_EXAMPLES)]
    Run(RunArgs),
    /// Say why each access check of a server says what it says, or where servers and address
    /// records differ, and what mends it
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
    /// Say whether two set-ups grant the same, else the settings that differ and what closes each
    #[command(after_help = COMPARE_EXAMPLES)]
    Compare(CompareArgs),
    /// Step through a scenario on the terminal, change facts, and compare what comes of it
    #[command(after_help = demo::EXAMPLES)]
    Demo(demo::DemoArgs),
    /// Keep the servers of a scenario up on loopback sockets for real tools, until Ctrl-C
    #[command(after_help = SERVE_EXAMPLES)]
    Serve(ServeArgs),
    /// Run a command, or a shell, among the hosts of a scenario at their own addresses (Linux)
    #[command(after_help = lab::EXAMPLES)]
    Lab(lab::LabArgs),
    /// Parse and lint scenarios without running them
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// List scenarios: file, title, tags
    #[command(after_help = LIST_EXAMPLES)]
    List(ListArgs),
    /// Print the JSON Schema of scenario files, for editors, or of results, for programs
    #[command(after_help = SCHEMA_EXAMPLES)]
    Schema(SchemaArgs),
    /// Write a scenario to begin from, after a few questions or from flags
    #[command(after_help = new::EXAMPLES)]
    New(new::NewArgs),
    /// Run scenarios again whenever their file or their snapshot changes, until Ctrl-C
    #[command(after_help = watch::EXAMPLES)]
    Watch(watch::WatchArgs),
    /// Print the completions of a shell
    #[command(after_help = manual::COMPLETIONS_EXAMPLES)]
    Completions(manual::CompletionsArgs),
    /// Print the manual page, or write the pages of every command into a folder
    #[command(after_help = manual::MAN_EXAMPLES)]
    Man(manual::ManArgs),
    /// Import a CSV file of any size into an engine's database
    #[command(after_help = transfer_args::IMPORT_EXAMPLES)]
    Import(transfer_args::ImportArgs),
    /// Write what an engine's database holds as CSV
    #[command(after_help = transfer_args::EXPORT_EXAMPLES)]
    Export(transfer_args::ExportArgs),
}

/// Which scenarios are meant.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct Selection {
    /// Scenario files, folders of them, or words that a scenario's path must contain
    #[arg(value_name = "PATH|WORD")]
    pub which: Vec<String>,
    /// Only scenarios with this tag; with several, any of them
    #[arg(long, value_name = "TAG", env = "IPAMLAB_TAG", value_delimiter = ',')]
    pub tag: Vec<String>,
}

/// How results are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A line a scenario, findings, differences, a summary
    Human,
    /// A JSON object a scenario, a line each; `ipamlab schema --results` describes it
    Json,
    /// JUnit XML, whole at the end
    Junit,
    /// Test Anything Protocol, version 13
    Tap,
    /// Annotations of GitHub Actions
    Github,
}

#[derive(Debug, Clone, ClapArgs)]
pub struct RunArgs {
    #[command(flatten)]
    pub selection: Selection,
    /// Scenarios to run at a time [default: as many as there are processors]
    #[arg(short, long, value_name = "N", env = "IPAMLAB_JOBS")]
    pub jobs: Option<NonZeroUsize>,
    /// Seed instead of that of each scenario
    #[arg(long, value_name = "SEED", env = "IPAMLAB_SEED")]
    pub seed: Option<u64>,
    /// Only scenarios that failed when they last ran from this folder
    #[arg(long, env = "IPAMLAB_RERUN_FAILED", value_parser = switch)]
    pub rerun_failed: bool,
    /// Name the N scenarios that took longest, on standard error [default: 3 on a terminal, else 0]
    #[arg(long, value_name = "N", env = "IPAMLAB_SLOWEST")]
    pub slowest: Option<usize>,
    /// Begin no further scenario after one that failed
    #[arg(long, env = "IPAMLAB_FAIL_FAST", value_parser = switch)]
    pub fail_fast: bool,
    /// Tell every step on standard error as it ends; runs one scenario at a time
    #[arg(long, env = "IPAMLAB_NO_CAPTURE", value_parser = switch)]
    pub no_capture: bool,
    /// Write snapshots that are missing or changed, of runs without a finding
    #[arg(long, conflicts_with = "check")]
    #[arg(env = "IPAMLAB_ACCEPT", value_parser = switch)]
    pub accept: bool,
    /// Write nothing: a missing or changed snapshot is a finding, which is the default
    #[arg(long, env = "IPAMLAB_CHECK", value_parser = switch)]
    pub check: bool,
    /// Run one part of the scenarios, stable under additions: `hash:1/4`
    #[arg(long, value_name = "hash:M/N", value_parser = Partition::parse)]
    #[arg(env = "IPAMLAB_PARTITION")]
    pub partition: Option<Partition>,
    /// How results are told
    #[arg(long, value_enum, default_value_t = Format::Human, env = "IPAMLAB_FORMAT")]
    pub format: Format,
    /// Write the packets of each scenario to this folder, as pcapng for Wireshark
    #[arg(long, value_name = "DIR", env = "IPAMLAB_PCAP")]
    pub pcap: Option<PathBuf>,
    /// Write JUnit XML to this file as well
    #[arg(long, value_name = "FILE", env = "IPAMLAB_JUNIT")]
    pub junit: Option<PathBuf>,
    /// Write one HTML file to look at what ran, step by step, in any browser and without a server
    #[arg(long, value_name = "FILE", env = "IPAMLAB_REPORT")]
    pub report: Option<PathBuf>,
    /// The engine's database, kept after the run and found again by the next: a file, or
    /// `postgres://user@host:port/name` with the password in PGPASSWORD; for one scenario
    #[arg(long, value_name = "FILE|URL", value_parser = database(), env = "IPAMLAB_DATABASE")]
    pub database: Option<Database>,
}

/// A file name need not be UTF-8; the address of a server is.
pub(super) fn database() -> impl TypedValueParser<Value = Database> {
    OsStringValueParser::new().map(|given| match given.into_string() {
        Ok(text) => {
            let Ok(database) = text.parse::<Database>();
            database.with_password(std::env::var("PGPASSWORD").ok())
        }
        Err(file) => Database::File(file.into()),
    })
}

/// One part of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partition {
    /// From 1.
    pub part: u64,
    pub of: u64,
}

impl Partition {
    fn parse(text: &str) -> Result<Partition, String> {
        let wrong = || format!("`{text}` is not a partition: write `hash:1/4`");
        let (part, of) = text
            .strip_prefix("hash:")
            .and_then(|rest| rest.split_once('/'))
            .ok_or_else(wrong)?;
        let (part, of) = (
            part.parse().map_err(|_| wrong())?,
            of.parse().map_err(|_| wrong())?,
        );
        if part == 0 || part > of {
            return Err(format!("there is no part {part} of {of}"));
        }
        Ok(Partition { part, of })
    }
}

#[derive(Debug, ClapArgs)]
pub struct ExplainArgs {
    /// The scenario file
    pub scenario: PathBuf,
    /// The server, by short name or in full
    #[arg(long, value_name = "NAME", env = "IPAMLAB_SERVER")]
    pub server: Option<String>,
    /// Compare what DHCP and DNS servers hold with the address records instead
    #[arg(long, env = "IPAMLAB_ORPHANS", value_parser = switch)]
    pub orphans: bool,
    /// A word that is missing its flag; the answer names the flag
    #[arg(hide = true)]
    pub word: Option<String>,
    /// Explain the state after this step, from 1, instead of after the last
    #[arg(long, value_name = "STEP", env = "IPAMLAB_AFTER")]
    pub after: Option<usize>,
}

/// How a comparison is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CompareFormat {
    /// A headline, then what differs, server by server
    Human,
    /// One JSON object
    Json,
}

#[derive(Debug, ClapArgs)]
pub struct CompareArgs {
    /// A scenario file, perhaps with a point of it: a step's number or the name of a `mark`
    #[arg(value_name = "FILE[@POINT]")]
    pub a: String,
    /// The scenario, or the point, to hold against it
    #[arg(value_name = "FILE[@POINT]")]
    pub b: String,
    /// A server of A and the one of B that it is compared with, where their names differ
    #[arg(long, value_name = "A=B", value_parser = pair)]
    #[arg(env = "IPAMLAB_MAP", value_delimiter = ',')]
    pub map: Vec<(String, String)>,
    /// How the comparison is told
    #[arg(long, value_enum, default_value_t = CompareFormat::Human, env = "IPAMLAB_COMPARE_FORMAT")]
    pub format: CompareFormat,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let wrong = || format!("`{text}` is not a pair of servers: write `dhcp1=dhcp2`");
    let (first, second) = text.split_once('=').ok_or_else(wrong)?;
    match first.is_empty() || second.is_empty() {
        true => Err(wrong()),
        false => Ok((first.to_owned(), second.to_owned())),
    }
}

#[derive(Debug, ClapArgs)]
pub struct ServeArgs {
    /// The scenario file
    pub scenario: PathBuf,
    /// Play the scenario's steps first; time passes for real in them
    #[arg(long, env = "IPAMLAB_STEPS", value_parser = switch)]
    pub steps: bool,
    /// First port of those the servers listen on; the system picks ports by default
    #[arg(long, value_name = "PORT", env = "IPAMLAB_PORT",
        value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    #[command(flatten)]
    pub kea: kea::KeaArgs,
}

#[derive(Debug, ClapArgs)]
pub struct SchemaArgs {
    /// Print the schema of a line of `run --format json` instead
    #[arg(long, env = "IPAMLAB_RESULTS", value_parser = switch)]
    pub results: bool,
}

#[derive(Debug, ClapArgs)]
pub struct CheckArgs {
    #[command(flatten)]
    pub selection: Selection,
}

#[derive(Debug, ClapArgs)]
pub struct ListArgs {
    #[command(flatten)]
    pub selection: Selection,
    /// Print one JSON object a line
    #[arg(long, env = "IPAMLAB_JSON", value_parser = switch)]
    pub json: bool,
}

/// A switch as its environment variable may say it; an empty variable is none.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "t" | "yes" | "y" | "on" => Ok(true),
        "" | "0" | "false" | "f" | "no" | "n" | "off" => Ok(false),
        _ => Err("it is a switch: write `1`, `yes` or `true`, or `0`, `no` or `false`".to_owned()),
    }
}

/// Where scenarios are when nobody says.
pub fn default_folder() -> PathBuf {
    PathBuf::from("scenarios")
}
