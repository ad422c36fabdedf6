//! The tables of keys: while no dialog is open, and in each kind of dialog.

use super::key::Key::Char;
use super::key::{Action, Binding, Key};

const fn row(
    keys: &'static [Key],
    action: Action,
    word: &'static str,
    footer: &'static str,
    does: &'static str,
) -> Binding {
    Binding {
        keys,
        action,
        word,
        does,
        footer,
    }
}

/// Every key while no dialog is open.
pub const KEYS: &[Binding] = &[
    row(
        &[Key::Right, Char('n')],
        Action::Next,
        "next",
        "next",
        "to the next step",
    ),
    row(
        &[Key::Left, Char('b')],
        Action::Back,
        "back",
        "back",
        "back one step",
    ),
    row(
        &[Key::Home],
        Action::First,
        "first",
        "",
        "before the first step",
    ),
    row(
        &[Key::End],
        Action::Last,
        "last",
        "",
        "to the last step that ran",
    ),
    row(
        &[Char('g')],
        Action::Jump,
        "jump",
        "go",
        "go to a step by its number",
    ),
    row(&[Char(' ')], Action::Play, "play", "play", "play, or pause"),
    row(
        &[Char('+'), Char('=')],
        Action::Faster,
        "faster",
        "",
        "play faster",
    ),
    row(&[Char('-')], Action::Slower, "slower", "", "play slower"),
    row(
        &[Key::Tab],
        Action::NextPane,
        "next-pane",
        "pane",
        "to the next pane",
    ),
    row(
        &[Key::BackTab],
        Action::PreviousPane,
        "previous-pane",
        "",
        "to the pane before",
    ),
    row(
        &[
            Char('1'),
            Char('2'),
            Char('3'),
            Char('4'),
            Char('5'),
            Char('6'),
        ],
        Action::ShowPane,
        "pane",
        "",
        "transcript, packets, inventory, access, space, estate",
    ),
    row(
        &[Key::Up, Char('k')],
        Action::Up,
        "up",
        "",
        "scroll the pane up a line",
    ),
    row(
        &[Key::Down, Char('j')],
        Action::Down,
        "down",
        "scroll",
        "scroll the pane down a line",
    ),
    row(
        &[Key::PageUp],
        Action::PageUp,
        "page-up",
        "",
        "scroll up a page",
    ),
    row(
        &[Key::PageDown],
        Action::PageDown,
        "page-down",
        "",
        "scroll down a page",
    ),
    row(
        &[Char('[')],
        Action::PreviousItem,
        "previous-item",
        "",
        "choose the item before: server, area",
    ),
    row(
        &[Char(']')],
        Action::NextItem,
        "next-item",
        "item",
        "choose the next item: server, area",
    ),
    row(
        &[Char('f')],
        Action::Change,
        "change",
        "fact",
        "change a fact of the estate, from menus",
    ),
    row(
        &[Char('i')],
        Action::Insert,
        "insert",
        "insert",
        "insert a step after this one, as in a file",
    ),
    row(
        &[Char('r')],
        Action::RunOn,
        "run-on",
        "run on",
        "run the steps that follow the change",
    ),
    row(
        &[Char('u')],
        Action::Undo,
        "undo",
        "undo",
        "take the last inserted step back",
    ),
    row(
        &[Char('y'), Key::Ctrl('r')],
        Action::Redo,
        "redo",
        "",
        "insert it again",
    ),
    row(
        &[Char('c')],
        Action::Compare,
        "compare",
        "compare",
        "compare the branch with the original",
    ),
    row(
        &[Char('o')],
        Action::Original,
        "original",
        "",
        "look at the original, or at the branch again",
    ),
    row(
        &[Char('w')],
        Action::Write,
        "write",
        "",
        "write the branch as a scenario file",
    ),
    row(&[Char('?')], Action::Help, "help", "all keys", "this list"),
    row(&[Char('q')], Action::Quit, "quit", "quit", "quit"),
    row(
        &[Key::Ctrl('c')],
        Action::Stop,
        "stop",
        "",
        "quit at once, everywhere; exit code 130",
    ),
];

/// A key of a dialog, and what it does there.
pub type DialogKey = (&'static [Key], &'static str);

/// Keys while something is typed.
pub const PROMPT_KEYS: &[DialogKey] = &[
    (&[Key::Enter], "take it"),
    (&[Key::Esc], "leave"),
    (&[Key::Left, Key::Right], "move"),
    (&[Key::Home, Key::End], "to the ends"),
    (&[Key::Backspace, Key::Delete], "erase"),
];

/// Keys of a menu.
pub const MENU_KEYS: &[DialogKey] = &[
    (&[Key::Up, Key::Down], "choose"),
    (&[Key::PageUp, Key::PageDown], "by a page"),
    (&[Key::Enter], "take it"),
    (&[Key::Esc], "one menu back"),
];

/// Keys of a page of text.
pub const PAGE_KEYS: &[DialogKey] = &[
    (&[Key::Up, Key::Down], "scroll"),
    (&[Key::PageUp, Key::PageDown], "by a page"),
    (&[Key::Esc, Char('q')], "close"),
];

/// Keys of a question.
pub const QUESTION_KEYS: &[DialogKey] = &[(&[Char('y')], "yes"), (&[Char('n'), Key::Esc], "no")];
