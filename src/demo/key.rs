//! Keys, and the one table that says what each of them does.
//!
//! The table is what the player obeys, what the footer and the list of keys show, and what the
//! words of a script are: a key that is in none of them does not exist.

use std::fmt;

/// A key as a terminal reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Char(char),
    /// With the control key held.
    Ctrl(char),
    Enter,
    Esc,
    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
    Tab,
    BackTab,
}

/// Keys that have a name rather than a character.
const NAMED: &[(Key, &str)] = &[
    (Key::Char(' '), "Space"),
    (Key::Enter, "Enter"),
    (Key::Esc, "Esc"),
    (Key::Backspace, "Backspace"),
    (Key::Delete, "Delete"),
    (Key::Left, "Left"),
    (Key::Right, "Right"),
    (Key::Up, "Up"),
    (Key::Down, "Down"),
    (Key::Home, "Home"),
    (Key::End, "End"),
    (Key::PageUp, "PgUp"),
    (Key::PageDown, "PgDn"),
    (Key::Tab, "Tab"),
    (Key::BackTab, "Shift-Tab"),
];

impl Key {
    /// The key of a name as the screen shows it: `n`, `Left`, `Ctrl-R`.
    pub fn named(name: &str) -> Option<Key> {
        let mut characters = name.chars();
        if let (Some(one), None) = (characters.next(), characters.next()) {
            return Some(Key::Char(one));
        }
        if let Some(letter) = name.strip_prefix("Ctrl-") {
            let mut letters = letter.chars();
            return match (letters.next(), letters.next()) {
                (Some(one), None) => Some(Key::Ctrl(one.to_ascii_lowercase())),
                _ => None,
            };
        }
        let same = |known: &&(Key, &str)| known.1.eq_ignore_ascii_case(name);
        NAMED.iter().find(same).map(|(key, _)| *key)
    }

    /// The names of the keys that have one.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|(_, name)| *name)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((_, name)) = NAMED.iter().find(|(key, _)| key == self) {
            return f.write_str(name);
        }
        match self {
            Key::Char(one) => write!(f, "{one}"),
            Key::Ctrl(one) => write!(f, "Ctrl-{}", one.to_ascii_uppercase()),
            _ => write!(f, "{self:?}"),
        }
    }
}

/// What a key does while no dialog is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Next,
    Back,
    First,
    Last,
    Jump,
    Play,
    Faster,
    Slower,
    NextPane,
    PreviousPane,
    /// The pane of the digit that was pressed.
    ShowPane,
    Up,
    Down,
    PageUp,
    PageDown,
    PreviousItem,
    NextItem,
    Insert,
    Change,
    RunOn,
    Undo,
    Redo,
    Compare,
    Original,
    Write,
    Help,
    Quit,
    Stop,
}

/// A row of the table of keys.
#[derive(Debug)]
pub struct Binding {
    pub keys: &'static [Key],
    pub action: Action,
    /// The word of a script.
    pub word: &'static str,
    /// What it does, for the list of keys.
    pub does: &'static str,
    /// How the footer calls it; empty for keys that only the list shows.
    pub footer: &'static str,
}

impl Binding {
    /// The keys as the screen shows them: `Right n`.
    pub fn keys_shown(&self) -> String {
        shown(self.keys)
    }
}

/// Keys as the screen shows them; a run of digits as its ends.
pub fn shown(keys: &[Key]) -> String {
    let digit = |key: &Key| matches!(key, Key::Char(one) if one.is_ascii_digit());
    if let ([first, .., last], true) = (keys, keys.iter().all(digit)) {
        return format!("{first}-{last}");
    }
    let names: Vec<String> = keys.iter().map(ToString::to_string).collect();
    names.join(" ")
}

/// What a key does.
pub fn binding(key: Key) -> Option<&'static Binding> {
    super::keys::KEYS
        .iter()
        .find(|binding| binding.keys.contains(&key))
}
