//! A player without a person: what would be pressed is written down, a command a line.
//!
//! Every command goes through the keys a person has. Beside the words of the table of keys there
//! are a few for what only a script needs: `frame` prints the screen, `size` sets it, `see` makes
//! sure that something is on it.

mod command;
mod run;

pub use command::{Command, ScriptError, parse, size_of};
pub use run::{Stopped, run};

use super::player::Player;

/// The script when nobody wrote one: every step, a frame each.
pub fn forwards(player: &Player<'_>) -> Vec<Command> {
    let (_, steps) = player.position();
    let mut commands = vec![Command::frame()];
    for _ in 0..steps {
        commands.push(Command::next());
        commands.push(Command::frame());
    }
    commands
}
