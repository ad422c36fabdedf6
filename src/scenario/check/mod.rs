//! From the file as written to the scenario as meant, with every problem in its place.
//!
//! Each part of the file has its own module here. A part that is wrong leaves a diagnostic and
//! something harmless in the model, so that the rest can still be checked.

mod clients;
mod devices;
mod dynamic_dns;
mod engine;
mod faults;
mod fleets;
mod header;
mod hosts;
mod idle;
mod machine;
mod marks;
mod scopes;
mod steps;
mod zones;

use super::diagnostic::Diagnostic;
use super::file::{DatabaseFile, ScenarioFile};
use super::model::Scenario;
use super::place::{At, Place};
use super::source::Source;
use crate::base::Seed;
use crate::lab::LabSpec;
use hosts::HostEntry;

/// Collects diagnostics.
#[derive(Default)]
pub(super) struct Problems(pub Vec<Diagnostic>);

impl Problems {
    pub fn error(&mut self, place: Place, message: impl Into<String>) -> &mut Diagnostic {
        self.0.push(Diagnostic::error(place, message));
        self.0.last_mut().expect("one was just added")
    }

    pub fn warning(&mut self, place: Place, message: impl Into<String>) -> &mut Diagnostic {
        self.0.push(Diagnostic::warning(place, message));
        self.0.last_mut().expect("one was just added")
    }

    /// Parses a text; a failure is reported in the error's own words.
    pub fn parse<T>(&mut self, text: &At<String>) -> Option<T>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        match text.value.trim().parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.error(text.place, error.to_string());
                None
            }
        }
    }

    /// Parses a text; a failure is reported with these words after the text.
    pub fn parse_as<T: std::str::FromStr>(&mut self, text: &At<String>, not: &str) -> Option<T> {
        let value = text.value.trim().parse().ok();
        if value.is_none() {
            self.error(text.place, format!("`{}` is not {not}", text.value));
        }
        value
    }
}

impl Diagnostic {
    /// Sets the remedy of a diagnostic that is in the collection already.
    fn remedy(&mut self, help: impl Into<String>) {
        self.help = Some(help.into());
    }
}

/// Checks a whole file. What comes back can be run only if no error was reported.
pub(super) fn scenario(
    mut file: ScenarioFile,
    source: &Source<'_>,
    problems: &mut Problems,
) -> Scenario {
    let start = header::check(&file, problems);
    fleets::expand(&mut file.estate, problems);
    let seed = Seed(file.seed);
    let (estate, hosts) = hosts::check(&file.estate, problems);
    let dhcp = scopes::check(&hosts, problems);
    let mut dns = zones::check(&hosts, problems);
    let devices = devices::check(&file.estate, &hosts, seed, &mut dns, problems);
    let faults = faults::check(&file.faults, &hosts, problems);
    let (engine, administrator) = engine::check(&file, &hosts, problems);
    let world = steps::World {
        hosts: &hosts,
        faults: &faults,
        source,
    };
    let steps = steps::check(&file.steps, &world, problems);
    idle::check(source.lines(), &hosts, problems);
    let marked = |mark: fn(&HostEntry<'_>) -> bool| {
        let hosts = hosts.all.iter().filter(|host| mark(host));
        hosts.map(|host| host.name.clone()).collect()
    };
    let lab = LabSpec {
        title: file.scenario.value.trim().to_owned(),
        because: file.because.trim().to_owned(),
        covers: file
            .covers
            .iter()
            .map(|cover| cover.value.clone())
            .collect(),
        start,
        seed,
        prepared: marked(|host| host.file.prepared),
        down: marked(|host| host.file.down),
        estate,
        dhcp,
        dns,
        devices,
        faults,
        engine,
    };
    Scenario {
        lab,
        tags: file.tags.iter().map(|tag| tag.value.clone()).collect(),
        administrator,
        database_in_file: file.engine.database == DatabaseFile::File,
        steps,
    }
}
