//! `compare`: two scenarios, or two points of one, reduced to what they grant on each server.

use std::path::PathBuf;

use serde::Serialize;

use super::args::{CompareArgs, CompareFormat};
use super::exit::Exit;
use super::out;
use crate::base::Fqdn;
use crate::lab;
use crate::oracle::{Difference, Grants, Pairs};
use crate::step::{Play, Step, play};

/// A scenario and how far it is played.
#[derive(Debug)]
struct Point {
    path: PathBuf,
    /// A step's number, or the name of a `mark`.
    until: Option<String>,
}

/// One side as it came out.
#[derive(Debug)]
struct Side {
    path: PathBuf,
    steps: usize,
    grants: Grants,
}

/// Plays both sides and tells what only one of them grants.
pub fn run(args: &CompareArgs) -> Exit {
    let sides = [&args.a, &args.b].map(|text| reached(&Point::parse(text)));
    let [a, b] = match sides {
        [Ok(a), Ok(b)] => [a, b],
        [Err(exit), _] | [_, Err(exit)] => return exit,
    };
    let pairs = match pairs(&args.map, &a, &b) {
        Ok(pairs) => pairs,
        Err(error) => {
            tell!("error: {error}");
            return Exit::Usage;
        }
    };
    let difference = Difference::between(&a.grants, &b.grants, &pairs);
    let told = match args.format {
        CompareFormat::Human => format!("{}\n", human(&a, &b, &difference)),
        CompareFormat::Json => format!("{}\n", json(&a, &b, &difference)),
    };
    let exit = match difference.equivalent {
        true => Exit::AsExpected,
        false => Exit::Finding,
    };
    out::print(&told, exit)
}

impl Point {
    /// `file.yaml`, `file.yaml@12`, `file.yaml@before`.
    fn parse(text: &str) -> Point {
        match text.rsplit_once('@') {
            // A file may have the character in its name.
            Some((path, until)) if !PathBuf::from(text).exists() => Point {
                path: PathBuf::from(path),
                until: Some(until.to_owned()),
            },
            _ => Point {
                path: PathBuf::from(text),
                until: None,
            },
        }
    }

    /// How many steps lead to the point.
    fn steps(&self, steps: &[Step]) -> Result<usize, String> {
        let Some(until) = &self.until else {
            return Ok(steps.len());
        };
        let (path, count) = (self.path.display(), steps.len());
        if let Ok(number) = until.parse::<usize>() {
            return match number <= count {
                true => Ok(number),
                false => Err(format!(
                    "there is no step `{number}`: {path} has {count} steps"
                )),
            };
        }
        let names = |step: &Step| matches!(step, Step::Mark(mark) if mark.0 == *until);
        let place = steps.iter().position(names);
        place.map(|place| place + 1).ok_or_else(|| {
            format!(
                "{path} has no point `{until}`: give a step's number, or name the point with \
                 `- mark: {until}`"
            )
        })
    }
}

/// Plays a scenario to a point. What goes wrong in it does not matter here.
fn reached(point: &Point) -> Result<Side, Exit> {
    let mut scenario = super::usable(&point.path)?;
    let wrong = |message: String| {
        tell!("error: {message}");
        Exit::Usage
    };
    let written: Vec<Step> = scenario.steps.iter().map(|s| s.step.clone()).collect();
    let steps = point.steps(&written).map_err(wrong)?;
    scenario.steps.truncate(steps);
    let script = Play {
        steps: &scenario.steps,
        administrator: scenario.administrator.as_ref().map(ToString::to_string),
        stop: &|| false,
        watch: &mut |_| {},
        film: None,
    };
    let grants = lab::run(scenario.lab, async |lab| {
        play(lab, script).await;
        lab.grants()
    });
    let grants = grants.map_err(|error| wrong(error.to_string()))?;
    let path = point.path.clone();
    let none = || {
        wrong(format!(
            "the IPAM server of {} is in no domain, so that nothing is granted to it",
            path.display()
        ))
    };
    Ok(Side {
        grants: grants.ok_or_else(none)?,
        path: point.path.clone(),
        steps,
    })
}

/// `--map dhcp1=dhcp2`: each a host of its side, by short name or in full.
fn pairs(map: &[(String, String)], a: &Side, b: &Side) -> Result<Pairs, String> {
    let known = |name: &str, side: &Side| -> Result<Fqdn, String> {
        let servers = side.grants.servers.keys();
        let mut named = servers.filter(|server| {
            let short = server.as_str().split('.').next();
            server.as_str().eq_ignore_ascii_case(name)
                || short.is_some_and(|short| short.eq_ignore_ascii_case(name))
        });
        match (named.next(), named.next()) {
            (Some(one), None) => Ok(one.clone()),
            (Some(_), Some(_)) => Err(format!("`{name}` is the short name of several servers")),
            (None, _) => Err(format!("{} has no server `{name}`", side.path.display())),
        }
    };
    let pairs = map.iter();
    pairs
        .map(|(first, second)| Ok((known(first, a)?, known(second, b)?)))
        .collect()
}

fn human(a: &Side, b: &Side, difference: &Difference) -> String {
    let mut lines = Vec::new();
    for (name, side) in [("A", a), ("B", b)] {
        let (path, steps) = (side.path.display(), side.steps);
        let account = &side.grants.account;
        lines.push(format!(
            "{name}: {path} after step {steps}, granted to {account}"
        ));
    }
    lines.extend(difference.lines());
    lines.join("\n")
}

/// What `--format json` prints.
#[derive(Serialize)]
struct Told<'a> {
    a: ToldSide<'a>,
    b: ToldSide<'a>,
    #[serde(flatten)]
    difference: &'a Difference,
}

#[derive(Serialize)]
struct ToldSide<'a> {
    file: String,
    steps: usize,
    account: &'a str,
}

impl<'a> ToldSide<'a> {
    fn of(side: &'a Side) -> ToldSide<'a> {
        ToldSide {
            file: side.path.display().to_string(),
            steps: side.steps,
            account: &side.grants.account,
        }
    }
}

fn json(a: &Side, b: &Side, difference: &Difference) -> String {
    let told = Told {
        a: ToldSide::of(a),
        b: ToldSide::of(b),
        difference,
    };
    serde_json::to_string(&told).expect("names and texts are always JSON")
}
