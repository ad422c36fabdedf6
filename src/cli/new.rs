//! `new`: a scenario to begin from, after a few questions or from flags.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};

use super::exit::Exit;
use crate::base::Fqdn;

mod skeleton;

pub use skeleton::{Answers, text};

pub const EXAMPLES: &str = "Examples:
  ipamlab new scenarios/mine/first.yaml            asks what it needs on a terminal
  ipamlab new mine.yaml --domain lab.example --dhcp dhcp1,dhcp2 --method manual";

/// How the servers are prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// By Group Policy
    Gpo,
    /// By hand: nothing is prepared, and the scenario shows what is missing
    Manual,
    /// By the harness, for scenarios about something else
    Prepared,
}

#[derive(Debug, ClapArgs)]
pub struct NewArgs {
    /// The file to write; it must not exist
    pub file: PathBuf,
    /// What the scenario proves, in a sentence
    #[arg(long, value_name = "WORDS", env = "IPAMLAB_TITLE")]
    pub title: Option<String>,
    /// Why it matters
    #[arg(long, value_name = "WORDS", env = "IPAMLAB_BECAUSE")]
    pub because: Option<String>,
    /// The domain [default: corp.example]
    #[arg(long, value_name = "NAME", env = "IPAMLAB_DOMAIN")]
    pub domain: Option<Fqdn>,
    /// The DHCP servers, by short name [default: dhcp1]
    #[arg(long, value_name = "NAME", env = "IPAMLAB_DHCP", value_delimiter = ',')]
    pub dhcp: Vec<String>,
    /// DNS servers beside the domain controller, by short name
    #[arg(long, value_name = "NAME", env = "IPAMLAB_DNS", value_delimiter = ',')]
    pub dns: Vec<String>,
    /// How the servers are prepared for IPAM [default: gpo]
    #[arg(long, value_enum, env = "IPAMLAB_METHOD")]
    pub method: Option<Method>,
}

/// Writes the scenario.
pub fn run(args: &NewArgs) -> Exit {
    let written = answers(args).and_then(|answers| {
        let text = text(&answers);
        write_new(&args.file, &text).map_err(|error| {
            let file = args.file.display();
            match error.kind() {
                io::ErrorKind::AlreadyExists => {
                    format!("`{file}` exists already: name another file, or remove it first")
                }
                _ => format!("`{file}` cannot be written: {error}"),
            }
        })
    });
    match written {
        Ok(()) => {
            tell!("wrote {}", args.file.display());
            tell!("  run it:         ipamlab run {}", args.file.display());
            tell!(
                "  keep what it says: ipamlab run --accept {}",
                args.file.display()
            );
            Exit::AsExpected
        }
        Err(words) => {
            tell!("error: {words}");
            Exit::Usage
        }
    }
}

/// A file that was not there, whole.
fn write_new(file: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        // A file in the folder's place is not the scenario that may not be overwritten.
        std::fs::create_dir_all(folder).map_err(|error| io::Error::other(error.to_string()))?;
    }
    let mut options = std::fs::OpenOptions::new();
    let mut opened = options.write(true).create_new(true).open(file)?;
    opened.write_all(text.as_bytes()).inspect_err(|_| {
        // Half a scenario is worse than none.
        let _ = std::fs::remove_file(file);
    })
}

/// What the flags say, what a person at a terminal answers, and what is usual. A person who answers
/// what cannot be is told why and asked again.
fn answers(args: &NewArgs) -> Result<Answers, String> {
    let person = io::stdin().is_terminal() && io::stderr().is_terminal();
    let ask = |given: Option<String>, question: &str, usual: &str| match given {
        Some(given) => Ok(given),
        None if person => asked(question, usual),
        None => Ok(usual.to_owned()),
    };
    let title = ask(args.title.clone(), "What does it prove?", "A new scenario")?;
    let because = ask(
        args.because.clone(),
        "Why does it matter?",
        "say why it matters",
    )?;
    let domain = args.domain.as_ref().map(ToString::to_string);
    let domain: Fqdn = until(domain.is_none() && person, || {
        let domain = ask(domain.clone(), "Which domain?", "corp.example")?;
        Ok(domain
            .parse()
            .map_err(|error| format!("`{domain}` is no domain: {error}")))
    })?;
    let servers = |dhcp: &[String], dns: &[String]| {
        Answers::new(
            title.clone(),
            because.clone(),
            domain.clone(),
            dhcp,
            dns,
            args.method.unwrap_or(Method::Gpo),
        )
    };
    let joined = |names: &[String]| (!names.is_empty()).then(|| names.join(","));
    let dhcp = until(args.dhcp.is_empty() && person, || {
        let dhcp = names(&ask(joined(&args.dhcp), "Which DHCP servers?", "dhcp1")?);
        Ok(servers(&dhcp, &[]).map(|_| dhcp))
    })?;
    let answers = until(args.dns.is_empty() && person, || {
        let question = "Which DNS servers beside the controller?";
        let dns = names(&ask(joined(&args.dns), question, "")?);
        Ok(servers(&dhcp, &dns))
    })?;
    let method = until(args.method.is_none() && person, || {
        if let Some(method) = args.method {
            return Ok(Ok(method));
        }
        let method = ask(None, "Prepared by gpo, manual or prepared?", "gpo")?;
        Ok(Method::from_str(&method, true)
            .map_err(|_| format!("`{method}` is no method: use gpo, manual or prepared")))
    })?;
    Ok(answers.by(method))
}

/// Asks until the answer can be, where there is somebody to ask. The outer error ends the asking.
fn until<T>(
    again: bool,
    mut ask: impl FnMut() -> Result<Result<T, String>, String>,
) -> Result<T, String> {
    loop {
        match ask()? {
            Ok(answer) => return Ok(answer),
            Err(why) if again => tell!("{why}"),
            Err(why) => return Err(why),
        }
    }
}

fn names(list: &str) -> Vec<String> {
    let names = list.split([',', ' ']).map(str::trim);
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

fn asked(question: &str, usual: &str) -> Result<String, String> {
    let mut answer = String::new();
    let mut to = io::stderr().lock();
    let shown = if usual.is_empty() { "none" } else { usual };
    let _ = write!(to, "{question} [{shown}] ").and_then(|()| to.flush());
    match io::stdin().lock().read_line(&mut answer) {
        Ok(0) => Err("the answers ended: nothing was written".to_owned()),
        Ok(_) if answer.trim().is_empty() => Ok(usual.to_owned()),
        Ok(_) => Ok(answer.trim().to_owned()),
        Err(error) => Err(format!("the answer cannot be read: {error}")),
    }
}
