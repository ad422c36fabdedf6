//! The player without a person: frames on standard output.

use std::io::{self, Read as _, Write};
use std::sync::atomic::Ordering;

use super::backstage::Stage;
use super::{DemoArgs, Frames};
use crate::base::whole_file;
use crate::cli::exit::Exit;
use crate::demo::frame;
use crate::demo::script::{self, Command, ScriptError, Stopped};
use crate::demo::view::Theme;
use crate::demo::{Ending, Input, Player};

/// What is to be played.
pub enum Wanted {
    /// Every step, a frame each.
    Forwards,
    Commands(Vec<Command>),
}

/// Reads a script: a file, or standard input for `-`.
///
/// # Errors
/// Everything that is wrong with it, a line each.
pub fn read(file: &str) -> Result<Wanted, Vec<String>> {
    let text = match file {
        "" => return Ok(Wanted::Forwards),
        "-" => {
            let mut text = String::new();
            io::stdin().lock().read_to_string(&mut text).map(|_| text)
        }
        file => std::fs::read_to_string(file),
    };
    let name = if file == "-" { "standard input" } else { file };
    let text = text.map_err(|error| vec![format!("cannot read the script `{name}`: {error}")])?;
    let told = |errors: Vec<ScriptError>| {
        let errors = errors.iter();
        errors.map(|error| format!("{name}, {error}")).collect()
    };
    script::parse(&text).map(Wanted::Commands).map_err(told)
}

/// Plays a script.
pub fn run(
    player: &mut Player<'_>,
    wanted: Wanted,
    args: &DemoArgs,
    (theme, stage): (Theme, &Stage),
) -> Exit {
    let stop = || stage.stop().load(Ordering::SeqCst);
    player.update(Input::Resize(args.size.0, args.size.1));
    let commands = match wanted {
        Wanted::Forwards => script::forwards(player),
        Wanted::Commands(commands) => commands,
    };
    let mut out = io::stdout().lock();
    let mut lost = None;
    let mut number = 0;
    let mut picture = None;
    let ended = script::run(player, &commands, (theme, &stop), &mut |player, screen| {
        number += 1;
        let (at, steps) = player.position();
        let text = match args.frames {
            Frames::Text => frame::text(screen),
            Frames::Ansi => frame::ansi(screen),
        };
        picture = args.svg.is_some().then(|| {
            let title = format!("ipamlab demo, step {at} of {steps}");
            frame::svg(screen, &title)
        });
        if lost.is_none() {
            let head = format!("--- frame {number}: step {at} of {steps}");
            lost = write!(out, "{head}\n{text}").err();
        }
    });
    let lost = lost.or_else(|| out.flush().err());
    // A closed pipe is the reader's choice.
    if let Some(error) = lost.filter(|error| error.kind() != io::ErrorKind::BrokenPipe) {
        tell!("error: the frames could not be told: {error}");
        return Exit::Usage;
    }
    if stop() {
        return Exit::Interrupted;
    }
    let name = args.script.as_deref().unwrap_or_default();
    match ended {
        Err(Stopped::Wrong(error)) => {
            tell!("error: {name}, {error}");
            return Exit::Usage;
        }
        Err(Stopped::NotSeen(error)) => {
            tell!("error: {name}, {error}");
            return Exit::Finding;
        }
        Ok(()) => {}
    }
    if let Some(file) = &args.svg {
        let Some(picture) = picture else {
            tell!("error: `--svg` wants the last frame, and the script has no `frame`");
            return Exit::Usage;
        };
        if let Err(error) = whole_file::replace(file, |to| to.write_all(picture.as_bytes())) {
            tell!("error: cannot write `{}`: {error}", file.display());
            return Exit::Usage;
        }
    }
    match player.ending() {
        Some(Ending::Stopped) => Exit::Interrupted,
        Some(Ending::Quit) | None => Exit::AsExpected,
    }
}
