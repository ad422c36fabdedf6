//! Carries a script out.

use ratatui::buffer::Buffer;

use super::command::{Act, Command, ScriptError};
use crate::demo::dialog::Dialog;
use crate::demo::frame;
use crate::demo::key::Key;
use crate::demo::player::{Input, Player};
use crate::demo::view::Theme;

/// Why a script ended before its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// A command could not be carried out.
    #[error("{0}")]
    Wrong(ScriptError),
    /// What a `see` looked for is not on the screen.
    #[error("{0}")]
    NotSeen(ScriptError),
}

/// Carries commands out until the last, or until the player ends. `show` is given every frame.
///
/// # Errors
/// The first command that could not be carried out.
pub fn run(
    player: &mut Player<'_>,
    commands: &[Command],
    (theme, stop): (Theme, &dyn Fn() -> bool),
    show: &mut dyn FnMut(&Player<'_>, &Buffer),
) -> Result<(), Stopped> {
    for command in commands {
        if stop() || player.ending().is_some() {
            break;
        }
        one(player, command, theme, show)?;
    }
    Ok(())
}

fn one(
    player: &mut Player<'_>,
    command: &Command,
    theme: Theme,
    show: &mut dyn FnMut(&Player<'_>, &Buffer),
) -> Result<(), Stopped> {
    let error = |message: String, remedy: Option<String>| ScriptError {
        line: command.line,
        message,
        remedy,
    };
    match &command.act {
        Act::Press(keys) => keys.iter().for_each(|key| player.update(Input::Key(*key))),
        Act::Tick(times) => (0..*times).for_each(|_| player.update(Input::Tick)),
        Act::Size(columns, rows) => player.update(Input::Resize(*columns, *rows)),
        Act::Frame => show(player, &frame::draw(player, theme)),
        Act::See(words) => {
            let screen = frame::text(&frame::draw(player, theme));
            if !screen.contains(words.as_str()) {
                let message = format!("`{words}` is not on the screen");
                let remedy = Some("`frame` before this line shows what is".to_owned());
                return Err(Stopped::NotSeen(error(message, remedy)));
            }
        }
        Act::Jump(number) => {
            typed(player, Key::Char('g'), &number.to_string())
                .map_err(|(message, remedy)| Stopped::Wrong(error(message, remedy)))?;
            if player.position().0 != *number {
                let message = format!("there is no going to step {number}");
                let remedy = Some(player.message().to_owned());
                return Err(Stopped::Wrong(error(message, remedy)));
            }
        }
        Act::Insert(step) => typed(player, Key::Char('i'), step)
            .map_err(|(message, remedy)| Stopped::Wrong(error(message, remedy)))?,
        Act::Write(file) => {
            typed(player, Key::Char('w'), file)
                .map_err(|(message, remedy)| Stopped::Wrong(error(message, remedy)))?;
            if !player.is_saved() {
                let message = format!("`{file}` was not written");
                let remedy = Some(player.message().to_owned());
                return Err(Stopped::Wrong(error(message, remedy)));
            }
        }
    }
    Ok(())
}

/// Opens a prompt with a key, types into it and takes it.
fn typed(player: &mut Player<'_>, opens: Key, text: &str) -> Result<(), (String, Option<String>)> {
    player.update(Input::Key(opens));
    let Some(Dialog::Prompt(prompt)) = player.dialog() else {
        let message = match player.dialog() {
            Some(_) => "a dialog is open: `press Esc` closes it",
            None => player.message(),
        };
        return Err((
            format!("`{text}` cannot be typed now"),
            Some(message.to_owned()),
        ));
    };
    // What is proposed goes first.
    for _ in 0..prompt.text.chars().count() {
        player.update(Input::Key(Key::Backspace));
    }
    for one in text.chars() {
        player.update(Input::Key(Key::Char(one)));
    }
    player.update(Input::Key(Key::Enter));
    match player.dialog() {
        Some(Dialog::Prompt(prompt)) => {
            let problem = prompt.problem.iter().map(|line| line.trim());
            let problem: Vec<&str> = problem.collect();
            Err((format!("`{text}` is not taken"), Some(problem.join("; "))))
        }
        Some(Dialog::Replace { file }) => {
            let remedy = "remove the file first, or name another".to_owned();
            Err((format!("`{file}` is there already"), Some(remedy)))
        }
        _ => Ok(()),
    }
}
