//! The language of scripts: a command a line, `#` begins a comment.

use crate::demo::key::{Action, Key};
use crate::demo::keys::KEYS;
use crate::demo::player::Pane;
use crate::scenario::diagnostic::suggestion;

/// A command and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// From 1; 0 for a command that nobody wrote.
    pub line: usize,
    pub act: Act,
}

/// What a command does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Presses keys.
    Press(Vec<Key>),
    /// Goes to a step, which must have run.
    Jump(usize),
    /// Inserts a step, which must be taken.
    Insert(String),
    /// Writes the branch to a file, which must not be there.
    Write(String),
    /// Lets time pass, while playing.
    Tick(usize),
    Size(u16, u16),
    Frame,
    /// Fails unless this is on the screen.
    See(String),
}

impl Command {
    pub fn frame() -> Command {
        Command {
            line: 0,
            act: Act::Frame,
        }
    }

    pub fn next() -> Command {
        Command {
            line: 0,
            act: Act::Press(vec![Key::Right]),
        }
    }
}

/// Something wrong with a script.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}{}", after(.remedy))]
pub struct ScriptError {
    pub line: usize,
    /// Names the word.
    pub message: String,
    pub remedy: Option<String>,
}

fn after(remedy: &Option<String>) -> String {
    let remedy = remedy.as_ref();
    remedy.map(|one| format!(": {one}")).unwrap_or_default()
}

/// Commands that are no key, with how they are written.
const OTHERS: &[(&str, &str)] = &[
    ("frame", "frame"),
    ("size", "size 100x30"),
    ("see", "see Unblocked"),
    ("tick", "tick 3"),
    ("press", "press f Down Enter"),
    ("type", "type advance: 2h"),
];

/// Largest screen a script may ask for.
const SIZE_MAX: u16 = 500;
/// Most repetitions of a command.
const TIMES_MAX: usize = 10_000;

/// Reads a script.
///
/// # Errors
/// Everything that is wrong with it, line by line.
pub fn parse(text: &str) -> Result<Vec<Command>, Vec<ScriptError>> {
    let mut commands = Vec::new();
    let mut errors = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match act(word, rest.trim()) {
            Ok(act) => commands.push(Command { line: number, act }),
            Err((message, remedy)) => errors.push(ScriptError {
                line: number,
                message,
                remedy,
            }),
        }
    }
    match errors.is_empty() {
        true => Ok(commands),
        false => Err(errors),
    }
}

type Wrong = (String, Option<String>);

fn wrong<T>(message: impl Into<String>, remedy: impl Into<String>) -> Result<T, Wrong> {
    Err((message.into(), Some(remedy.into())))
}

fn act(word: &str, rest: &str) -> Result<Act, Wrong> {
    match word {
        "frame" => bare(word, rest).map(|()| Act::Frame),
        "size" => size(rest),
        "see" => words(word, rest, "see Unblocked").map(Act::See),
        "tick" => times(word, rest).map(Act::Tick),
        "press" => keys(rest).map(Act::Press),
        "type" => words(word, rest, "type advance: 2h")
            .map(|text| Act::Press(text.chars().map(Key::Char).collect())),
        "jump" => match rest.parse() {
            Ok(number) => Ok(Act::Jump(number)),
            Err(_) => wrong(
                format!("`jump` takes a number, not `{rest}`"),
                "write `jump 5`",
            ),
        },
        "insert" => words(word, rest, "insert advance: 2h").map(Act::Insert),
        "write" => words(word, rest, "write branch.yaml").map(Act::Write),
        "pane" => pane(rest),
        _ => {
            let Some(binding) = KEYS.iter().find(|binding| binding.word == word) else {
                let known = KEYS.iter().map(|binding| binding.word);
                let known = known.chain(OTHERS.iter().map(|(word, _)| *word));
                let near = suggestion(word, known);
                let remedy = near.or(Some("README lists the commands".to_owned()));
                return Err((format!("`{word}` is no command"), remedy));
            };
            let key = binding.keys.first().copied().unwrap_or(Key::Esc);
            let times = match binding.action {
                // Twice would be as good as never, or as once.
                Action::Play | Action::Original | Action::Quit | Action::Stop => {
                    bare(word, rest).map(|()| 1)?
                }
                _ => times(word, rest)?,
            };
            Ok(Act::Press(vec![key; times]))
        }
    }
}

fn bare(word: &str, rest: &str) -> Result<(), Wrong> {
    match rest.is_empty() {
        true => Ok(()),
        false => wrong(
            format!("`{word}` stands alone, without `{rest}`"),
            "remove it",
        ),
    }
}

fn words(word: &str, rest: &str, example: &str) -> Result<String, Wrong> {
    match rest.is_empty() {
        true => wrong(
            format!("`{word}` needs something after it"),
            format!("write `{example}`"),
        ),
        false => Ok(rest.to_owned()),
    }
}

fn times(word: &str, rest: &str) -> Result<usize, Wrong> {
    if rest.is_empty() {
        return Ok(1);
    }
    let number = rest.parse().ok();
    let number = number.filter(|number| (1..=TIMES_MAX).contains(number));
    number.map_or_else(
        || {
            let message = format!("`{word}` takes how often, not `{rest}`");
            wrong(message, format!("write `{word} 3`; at most {TIMES_MAX}"))
        },
        Ok,
    )
}

/// A size such as `100x30`.
pub fn size_of(text: &str) -> Option<(u16, u16)> {
    let (columns, rows) = text.split_once('x')?;
    let number = |text: &str| {
        let number = text.parse().ok()?;
        (1..=SIZE_MAX).contains(&number).then_some(number)
    };
    Some((number(columns)?, number(rows)?))
}

fn size(rest: &str) -> Result<Act, Wrong> {
    match size_of(rest) {
        Some((columns, rows)) => Ok(Act::Size(columns, rows)),
        None => wrong(
            format!("`{rest}` is no size"),
            format!("write `size 100x30`; at most {SIZE_MAX}x{SIZE_MAX}"),
        ),
    }
}

fn keys(rest: &str) -> Result<Vec<Key>, Wrong> {
    words("press", rest, "press f Down Enter")?;
    let one = |name: &str| {
        let message = || format!("`{name}` is no key");
        Key::named(name).ok_or_else(|| (message(), suggestion(name, Key::names())))
    };
    rest.split_whitespace().map(one).collect()
}

fn pane(rest: &str) -> Result<Act, Wrong> {
    let place = Pane::ALL.iter().position(|pane| pane.name() == rest);
    let digit = place.and_then(|place| char::from_digit(u32::try_from(place).ok()? + 1, 10));
    let Some(digit) = digit else {
        let names = Pane::ALL.map(Pane::name);
        let message = match rest {
            "" => "`pane` needs the name of a pane".to_owned(),
            _ => format!("`{rest}` is no pane"),
        };
        return Err((message, suggestion(rest, names)));
    };
    Ok(Act::Press(vec![Key::Char(digit)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_command_and_every_example_is_right() {
        for binding in KEYS {
            let line = match binding.action {
                Action::Jump => "jump 2".to_owned(),
                Action::Insert => "insert advance: 2h".to_owned(),
                Action::Write => "write a.yaml".to_owned(),
                Action::ShowPane => "pane space".to_owned(),
                _ => binding.word.to_owned(),
            };
            assert!(parse(&line).is_ok(), "{line}: {:?}", parse(&line));
        }
        for (word, example) in OTHERS {
            assert!(example.starts_with(word));
            assert!(parse(example).is_ok(), "{example}");
        }
    }

    #[test]
    fn a_wrong_line_is_named_with_its_word_and_a_remedy() {
        let wrong = "next\nnxt\nsize big\n\n# press Entr\npress Entr\npane spce\n\
                     next x\nframe 2\nsee\njump on\n";
        let errors: Vec<String> = parse(wrong)
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            errors,
            [
                "line 2: `nxt` is no command: did you mean `next`?",
                "line 3: `big` is no size: write `size 100x30`; at most 500x500",
                "line 6: `Entr` is no key: did you mean `Enter`?",
                "line 7: `spce` is no pane: did you mean `space`?",
                "line 8: `next` takes how often, not `x`: write `next 3`; at most 10000",
                "line 9: `frame` stands alone, without `2`: remove it",
                "line 10: `see` needs something after it: write `see Unblocked`",
                "line 11: `jump` takes a number, not `on`: write `jump 5`",
            ]
        );
    }
}
