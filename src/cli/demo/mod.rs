//! `demo`: a scenario in the player, on a terminal or as a script says.

mod backstage;
mod scripted;
mod terminal;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::{Args as ClapArgs, ValueEnum};

use super::exit::Exit;
use crate::demo::view::Theme;
use crate::demo::{Player, script::size_of};
use crate::scenario::diagnostic::Rendered;
use crate::scenario::{self, diagnostic};

use backstage::Stage;

pub const EXAMPLES: &str = "Examples:
  ipamlab demo mine.yaml                       on this terminal; ? lists every key
  ipamlab demo mine.yaml --script              every step as a frame of text
  ipamlab demo mine.yaml --script keys.txt     what a person would press, a command a line
  ipamlab demo mine.yaml --script keys.txt --svg player.svg";

#[derive(Debug, ClapArgs)]
pub struct DemoArgs {
    /// The scenario file
    pub scenario: PathBuf,
    /// Play unattended as this file says, `-` for standard input, and print frames; without FILE
    /// every step is one frame
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "")]
    #[arg(env = "IPAMLAB_SCRIPT")]
    pub script: Option<String>,
    /// Columns and rows of a script's screen
    #[arg(long, value_name = "COLUMNSxROWS", default_value = "80x24", value_parser = parse_size)]
    #[arg(env = "IPAMLAB_SIZE")]
    pub size: (u16, u16),
    /// How a script's frames are printed
    #[arg(long, value_enum, default_value_t = Frames::Text, env = "IPAMLAB_FRAMES")]
    pub frames: Frames,
    /// Also write the last frame of a script as a picture
    #[arg(long, value_name = "FILE", requires = "script", env = "IPAMLAB_SVG")]
    pub svg: Option<PathBuf>,
    /// Whether there is colour; `auto` means yes, unless `NO_COLOR` is set
    #[arg(long, value_enum, default_value_t = Colour::Auto, env = "IPAMLAB_COLOR")]
    pub color: Colour,
    /// Seed instead of that of the scenario
    #[arg(long, value_name = "SEED", env = "IPAMLAB_SEED")]
    pub seed: Option<u64>,
}

/// How frames are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Frames {
    /// Plain text
    Text,
    /// With attributes and colours, for `cat` on a terminal
    Ansi,
}

/// When there is colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// Unless `NO_COLOR` is set
    Auto,
    Always,
    Never,
}

impl Colour {
    fn theme(self) -> Theme {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Theme::new(match self {
            Colour::Auto => !refused,
            Colour::Always => true,
            Colour::Never => false,
        })
    }
}

fn parse_size(text: &str) -> Result<(u16, u16), String> {
    let wrong = || format!("`{text}` is no size: write `100x30`, at most `500x500`");
    size_of(text).ok_or_else(wrong)
}

/// Plays the scenario.
pub fn run(args: &DemoArgs) -> Exit {
    if args.script.is_none()
        && let Err(refusal) = terminal::fit()
    {
        tell!("error: {refusal}");
        return Exit::Usage;
    }
    if let Some(words) = overwrites(args) {
        tell!("error: {words}");
        return Exit::Usage;
    }
    let commands = match args.script.as_deref().map(scripted::read) {
        Some(Err(problems)) => {
            problems
                .iter()
                .for_each(|problem| tell!("error: {problem}"));
            return Exit::Usage;
        }
        Some(Ok(commands)) => Some(commands),
        None => None,
    };
    let mut loaded = scenario::load(&args.scenario);
    loaded.build_estate();
    show(&args.scenario, &loaded.text, &loaded.diagnostics);
    if loaded.has_errors() {
        return Exit::Usage;
    }
    // On a terminal Ctrl-C is a key; a script is ended by the signal.
    let stop = match commands {
        Some(_) => super::interrupt::listen(),
        None => Arc::new(AtomicBool::new(false)),
    };
    let stage = Stage::new(args.seed, stop);
    let file = args.scenario.display().to_string();
    let mut player = match Player::open(file, loaded.text.clone(), &stage) {
        Ok(player) => player,
        Err(problems) => {
            show(&args.scenario, &loaded.text, &problems);
            return match stage.bug() {
                true => Exit::Bug,
                false => Exit::Usage,
            };
        }
    };
    let theme = args.color.theme();
    let exit = match commands {
        Some(commands) => scripted::run(&mut player, commands, args, (theme, &stage)),
        None => terminal::run(&mut player, theme, &stage),
    };
    // A run that panicked was told on the screen; the code says whose mistake it was.
    if stage.bug() { Exit::Bug } else { exit }
}

/// Why the picture cannot be where it is to be: what is played is there.
fn overwrites(args: &DemoArgs) -> Option<String> {
    let same = |one: &Path, other: &Path| {
        let whole = one.canonicalize().ok().zip(other.canonicalize().ok());
        whole.is_some_and(|(one, other)| one == other)
    };
    let svg = args.svg.as_deref()?;
    let script = args.script.as_deref().map(Path::new);
    let what = if same(svg, &args.scenario) {
        "the scenario"
    } else if script.is_some_and(|script| same(svg, script)) {
        "the script"
    } else {
        return None;
    };
    let file = svg.display();
    Some(format!(
        "`{file}` is {what}: name another file for the picture"
    ))
}

fn show(path: &Path, text: &str, diagnostics: &[scenario::Diagnostic]) {
    super::show(&Rendered {
        path,
        text,
        diagnostics,
        colour: diagnostic::colour_on_stderr(),
    });
}
