//! The command line as clap reads it.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

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
    2  the command line or a scenario cannot mean anything
    3  no scenario was chosen
  101  a mistake of ipamlab itself
  130  stopped by Ctrl-C";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Parse and lint scenarios without running them
    Check(CheckArgs),
    /// List scenarios: file, title, tags
    List(ListArgs),
    /// Print the JSON Schema of scenario files, for editors
    Schema,
}

/// Which scenarios are meant.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct Selection {
    /// Scenario files, folders of them, or words that a scenario's path must contain
    #[arg(value_name = "PATH|WORD")]
    pub which: Vec<String>,
    /// Only scenarios with this tag; with several, any of them
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
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
    #[arg(long)]
    pub json: bool,
}

/// Where scenarios are when nobody says.
pub fn default_folder() -> PathBuf {
    PathBuf::from("scenarios")
}
